"""What a person is told about each kind of fault: a name, the status, one sentence, and the options that matter.

It is words only: what a kind does is in `faults`. A kind that has no words here is offered under its own name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..faults import KINDS


@dataclass(frozen=True)
class Told:
    """The words for one kind. `sign` is the status or the place that it hits; `options` are fields of an order."""

    kind: str
    title: str
    sign: str
    words: str
    options: tuple[str, ...] = ()


# fmt: off
GROUPS: Mapping[str, tuple[Told, ...]] = {
    "Refusals": (
        Told("rate_limit", "Rate limit", "429", "Too many requests. SDKs wait and try again.", ("retry_after_s",)),
        Told("quota", "Quota spent", "429", "The budget is used up: trying again does not help."),
        Told("auth", "Key refused", "401", "The key is not valid any more."),
        Told("forbidden", "Forbidden", "403", "The key may not do this."),
        Told("bad_request", "Bad request", "400", "The request is said to be wrong."),
        Told("context_too_long", "Context too long", "400", "The request is longer than the model's context."),
        Told("no_such_model", "No such model", "404", "The model does not exist for this key."),
    ),
    "Outages": (
        Told("server", "Server error", "500", "The vendor has a bug. SDKs try again.", ("retry_after_s",)),
        Told("overloaded", "Overloaded", "503, 529", "Too many customers at once.", ("retry_after_s",)),
        Told("unavailable", "Unavailable", "503", "The service is down.", ("retry_after_s",)),
        Told("timeout", "Gateway timeout", "504", "The vendor gave up on the request."),
    ),
    "Time and connection": (
        Told("slow", "Slow start", "wait", "Nothing comes for a while, then all is well.", ("delay_s",)),
        Told("slow_stream", "Slow stream", "wait", "Each frame of a stream comes late.", ("delay_s",)),
        Told("stall", "Stalled stream", "wait", "The stream stops for a while, then goes on.", ("delay_s", "after")),
        Told("drop", "Dropped connection", "cut", "The connection closes before any reply."),
    ),
    "Broken streams": (
        Told("drop_stream", "Dropped in the stream", "cut", "The connection dies in mid-sentence.", ("after",)),
        Told("cut_stream", "Stream ends early", "cut", "It ends cleanly, without its last events.", ("after",)),
        Told("malformed_chunk", "Broken frame", "frame", "One frame is not JSON.", ("after",)),
        Told("error_frame", "Error in the stream", "frame", "An error comes after good frames.", ("after", "error")),
    ),
    "Bad answers": (
        Told("truncated", "Cut off", "200", "The answer stops as if by its token limit."),
        Told("refusal", "Refusal", "200", "The model will not answer."),
        Told("invalid_json", "Invalid JSON", "200", "A schema was asked for, and the answer does not parse."),
        Told("wrong_arguments", "Wrong arguments", "200", "A tool call breaks the tool's schema.", ("how",)),
        Told("ignore_context", "Ignores the context", "200", "The answer does not use the passages that were sent."),
    ),
}
# fmt: on


def groups(kinds: Iterable[str] = KINDS) -> list[dict[str, Any]]:
    """Give the kinds that can be ordered, in groups, as JSON.

    >>> [group["title"] for group in groups(["server", "new_one"])]
    ['Outages', 'More']
    >>> groups(["new_one"])[0]["kinds"][0]["title"]
    'New one'
    """
    known = set(kinds)
    rows = {title: [told for told in group if told.kind in known] for title, group in GROUPS.items()}
    wordless = known - {told.kind for group in rows.values() for told in group}
    rows["More"] = [Told(kind, kind.replace("_", " ").capitalize(), "", "") for kind in sorted(wordless)]
    return [{"title": title, "kinds": [_json(told) for told in group]} for title, group in rows.items() if group]


def _json(told: Told) -> dict[str, Any]:
    kind = KINDS.get(told.kind)
    return asdict(told) | {"is_error": kind is not None and kind.error is not None}
