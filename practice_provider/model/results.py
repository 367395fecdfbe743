"""Answers from what tools gave back: the lines of a JSON result that fit the question, or sentences of a text.

The numbers and words of the results are copied, never computed with.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core import ToolResult
from .answer import Answer, answer
from .context import Passage, from_tool
from .grounded import score
from .instructions import Instructions
from .mind import Mind
from .sentences import split

_ALL_LINES, _BEST_LINES = 5, 3


@dataclass(frozen=True)
class Result:
    """A tool's result and the name of the tool."""

    tool: str
    result: ToolResult


def tell(question: str, results: Sequence[Result], orders: Instructions, mind: Mind) -> Answer:
    """Give an answer from the results: one line for each, or the sentences found in them."""
    texts = [r for r in results if not r.result.is_error and _is_reading(r.result.text)]
    passages = [passage for r in texts for passage in from_tool(r.result.text)]
    lines = [_line(question, r, mind) for r in results if r not in texts]
    read = answer(question, passages, orders, mind) if passages else Answer("")
    if passages and not (lines and not read.found):
        lines.append(read.text)
    return Answer("\n".join(lines), read.cited, read.found or bool(lines), read.score)


def _is_reading(text: str) -> bool:
    """Whether a result is there to be read: records with a text, or more than two sentences of prose."""
    passages = from_tool(text)
    try:
        json.loads(text)
    except ValueError:
        return len(split(text)) > 2
    return any(passage.id is not None or passage.title for passage in passages) or len(passages) > 1


def _line(question: str, result: Result, mind: Mind) -> str:
    if result.result.is_error:
        return f"The tool {result.tool} reported an error: {result.result.text.strip()}"
    text = "\n".join(passage.text for passage in from_tool(result.result.text))
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _ALL_LINES:
        scores = score(question, [("", line) for line in lines], mind)
        best = sorted(range(len(lines)), key=lambda i: -scores[i])[:_BEST_LINES]
        lines = [lines[i] for i in sorted(best)]
    told = "; ".join(lines) if lines else "an empty result"
    return f"{result.tool}: {told}" + ("" if told.endswith((".", "!", "?")) else ".")


def names(calls: Mapping[str, str], results: Sequence[ToolResult]) -> list[Result]:
    """Join results with the names of the tools that were called, by the call's id."""
    return [Result(calls.get(result.call_id, "tool"), result) for result in results]


__all__ = ["Passage", "Result", "names", "tell"]
