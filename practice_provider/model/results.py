"""Answers from what tools gave back: the lines of a JSON result that fit the question, or sentences of a text.

The numbers and words of the results are copied, never computed with.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import ToolCall, ToolResult
from . import steps
from .answer import Answer, answer
from .context import Passage, from_tool
from .context import lines as lines_of
from .grounded import score
from .instructions import Instructions
from .mind import Mind
from .planning import SAYS_ERROR
from .sentences import split

_ALL_LINES, _BEST_LINES, _ROWS, _FIELDS = 8, 3, 5, 4


@dataclass(frozen=True)
class Result:
    """A tool's result and the name of the tool."""

    tool: str
    result: ToolResult


def tell(question: str, results: Sequence[Result], orders: Instructions, mind: Mind) -> Answer:
    """Give an answer from the results: one line for each, or the sentences found in them."""
    texts = [r for r in results if _error(r.result) is None and _is_reading(r.result.text)]
    passages = [passage for r in texts for passage in from_tool(r.result.text)]
    lines = [_line(question, r, mind) for r in results if r not in texts]
    read = answer(question, passages, orders, mind) if passages else Answer("")
    if passages and not (lines and not read.found):
        lines.append(read.text)
    return Answer("\n".join(lines), read.cited, read.found or bool(lines), read.score)


def _is_reading(text: str) -> bool:
    """Whether a result is there to be read: records with a text, or more than two sentences of prose."""
    passages = from_tool(text)
    if _parsed(text) is None:
        return len(split(text)) > 2
    return any(passage.id is not None or passage.title for passage in passages) or len(passages) > 1


def _line(question: str, result: Result, mind: Mind) -> str:
    if (words := _error(result.result)) is not None:
        return f"The tool {result.tool} reported an error: {words}"
    text = "\n".join(passage.text for passage in from_tool(_picked(question, result.result.text, mind)))
    lines = [line for line in text.splitlines() if line.strip() and not line.endswith(": ")]
    if len(lines) > _ALL_LINES and (rows := _rows(result.result.text)):
        lines = rows
    elif len(lines) > _ALL_LINES:
        scores = score(question, [("", line) for line in lines], mind)
        best = sorted(range(len(lines)), key=lambda i: -scores[i])[:_BEST_LINES]
        lines = [lines[i] for i in sorted(best)]
    told = "; ".join(lines) if lines else "an empty result"
    return f"{result.tool}: {told}" + ("" if told.endswith((".", "!", "?")) else ".")


def _rows(text: str) -> list[str]:
    """The first records of a list, one line for each with its first few fields; none where it is no such list."""
    value = _parsed(text)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        return []
    told = [", ".join(list(lines_of(one))[:_FIELDS]) for one in value[:_ROWS]]
    return [*told, *([f"and {len(value) - _ROWS} more"] if len(value) > _ROWS else [])]


def _error(result: ToolResult) -> str | None:
    """What went wrong: the message of a JSON result with an error, or the text of one that is marked as such."""
    value = _parsed(result.text)
    if isinstance(value, Mapping) and isinstance(value.get("error"), str):
        told = [str(value[key]) for key in ("message", "hint") if value.get(key)] or [value["error"]]
        return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in told)
    return result.text.strip() if result.is_error or SAYS_ERROR.match(result.text) else None


def _picked(question: str, text: str, mind: Mind) -> str:
    """Of a list of records the one that a superlative of the question picks, where the model checks such things."""
    value = _parsed(text)
    records = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    best = steps.chosen(question, records) if mind.checks and len(records) > 1 else None
    return json.dumps(best, ensure_ascii=False) if best is not None else text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def final(results: Sequence[ToolResult], calls: Mapping[str, ToolCall], request: str) -> list[ToolResult]:
    """The results that are told: one that only gave a later call its id, which the user did not name, is left out."""
    kept = []
    for i, one in enumerate(results):
        later = [calls[two.call_id].args for two in results[i + 1 :] if two.call_id in calls]
        given = [str(value) for args in later for value in args.values() if len(str(value)) > _SHORT]
        if not any(value in one.text and value not in request for value in given):
            kept.append(one)
    return kept


_SHORT = 2  # letters: "on" and "1" stand in every result


def names(calls: Mapping[str, str], results: Sequence[ToolResult]) -> list[Result]:
    """Join results with the names of the tools that were called, by the call's id."""
    return [Result(calls.get(result.call_id, "tool"), result) for result in results]


__all__ = ["Passage", "Result", "names", "tell"]
