"""When two requests mean the same, and if not, how they differ.

The order of keys, whitespace, fields that are null, the names that a client gives to its users and the ids of tool
calls don't matter; everything else does, and so does whether a stream was asked for.
Source for the idea: https://vcrpy.readthedocs.io/en/latest/advanced.html#register-your-own-request-matcher
"""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .secrets import without_keys

CALL_IDS = ("tool_call_id", "tool_use_id", "call_id", "toolUseId")
IGNORED = ("user", "user_id", "safety_identifier", "prompt_cache_key", "request_id", "idempotency_key")
MOST_SHOWN = 3


def canonical(body: Any) -> Any:
    """Give a body's JSON as it is compared: calls are numbered, and what does not matter is left out.

    >>> canonical({"b": None, "a": 1.0, "tool_call_id": "call_x81"})
    {'a': 1, 'tool_call_id': 'call 1'}
    """
    return _plain(body, {})


def _plain(value: Any, calls: dict[str, str]) -> Any:
    match value:
        case dict():
            return {
                name: _call(item, calls) if _is_call_id(name, item, value) else _plain(item, calls)
                for name, item in value.items()
                if item is not None and name not in IGNORED
            }
        case list():
            return [_plain(item, calls) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _is_call_id(name: str, item: Any, around: Mapping[str, Any]) -> bool:
    """An `id` is a call's where the object around it is a call, in one vendor's spelling or another."""
    return isinstance(item, str) and (
        name in CALL_IDS or (name == "id" and ("function" in around or "input" in around or "args" in around))
    )


def _call(id: str, calls: dict[str, str]) -> str:
    return calls.setdefault(id, f"call {len(calls) + 1}")


def address(vendor: str, method: str, path: str, query: str) -> str:
    """Give where a request went, without keys and with its parameters in order.

    >>> address("gemini", "POST", "/v1/models/m:go", "key=AIza-planted&alt=sse")
    'gemini POST /v1/models/m:go?alt=sse'
    """
    sorted_query = urlencode(sorted(parse_qsl(without_keys(query), True)))
    return f"{vendor} {method} {path}" + (f"?{sorted_query}" if sorted_query else "")


def fingerprint(where: str, body: Any) -> str:
    """Give the text that is the same for requests which mean the same."""
    return f"{where} {json.dumps(canonical(body), sort_keys=True, ensure_ascii=False)}"


# ---- differences -----------------------------------------------------------------------------------------------


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Give each value that holds no other, with its place.

    >>> list(leaves({"a": [1, {"b": 2}]}))
    [('a[0]', 1), ('a[1].b', 2)]
    """
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from leaves(item, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from leaves(item, f"{place}[{number}]")
    else:
        yield place, value


def differences(recorded: Any, sent: Any) -> list[tuple[str, Any, Any]]:
    """Give the places at which two bodies differ; what is not there is None."""
    one, other = dict(leaves(canonical(recorded))), dict(leaves(canonical(sent)))
    places = [*one, *(place for place in other if place not in one)]
    return [(place, one.get(place), other.get(place)) for place in places if one.get(place) != other.get(place)]


def distance(recorded: Any, sent: Any) -> float:
    """Give how far two bodies are apart: a field that differs counts 1, similar texts less."""
    return sum(_apart(one, other) for _, one, other in differences(recorded, sent))


def _apart(one: Any, other: Any) -> float:
    if isinstance(one, str) and isinstance(other, str):
        return 1.0 - 0.9 * SequenceMatcher(None, one[:2_000], other[:2_000], autojunk=False).quick_ratio()
    return 1.0


def told(recorded: Any, sent: Any) -> str:
    """Tell in words how a request differs from a recorded one, a few fields of it.

    >>> told({"model": "m", "temperature": 0}, {"model": "n"})
    "model: recorded 'm', sent 'n'; temperature: recorded 0, not sent"
    """
    found = differences(recorded, sent)
    words = [f"{place or 'the body'}: {_both(one, other)}" for place, one, other in found[:MOST_SHOWN]]
    more = [f"and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    return "; ".join([*words, *more])


def _both(one: Any, other: Any) -> str:
    if isinstance(one, str) and isinstance(other, str):
        same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        start = max(0, same - 20)
        return f"recorded {_short(one, start)}, sent {_short(other, start)}"
    recorded = "not recorded" if one is None else f"recorded {_short(one)}"
    return f"{recorded}, " + ("not sent" if other is None else f"sent {_short(other)}")


def _short(value: Any, start: int = 0) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[:60]
    cut = value[start : start + 60]
    return f"{'…' if start else ''}{cut!r}{'…' if len(value) > start + 60 else ''}"
