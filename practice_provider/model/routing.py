"""Chooses tools: the tool whose name and description are nearest to the request, or none when none is near.

A request with several parts may call several tools, and one tool several times where the text names several ids or
places. A called tool is not called again with the same arguments: a loop always ends. Nothing is planned ahead.
Compare https://platform.openai.com/docs/guides/function-calling
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import Tool
from .fields import Source
from .filling import fill
from .mind import Mind
from .sentences import prose
from .words import spoken


@dataclass(frozen=True)
class Call:
    """A tool with its arguments; `missing` are required ones for which the text held no evidence."""

    tool: Tool
    args: Mapping[str, Any]
    missing: tuple[str, ...] = ()


_PARTS = re.compile(r";\s+|,?\s+(?:and then|then|and also|also|and)\s+(?=[\w'’]+\s)", re.IGNORECASE)
_PART_MARGIN = 0.1  # a part of a request is shorter than the whole, so it has to be nearer
_MOST_CALLS = 5


def rank(request: str, tools: Sequence[Tool], mind: Mind) -> list[tuple[float, Tool]]:
    """Give the tools, nearest first. Half the score is the whole description's, half its nearest sentence's."""
    wholes = [f"{spoken(tool.name)}: {tool.description}" for tool in tools]
    parts = [[spoken(tool.name), *prose(tool.description)] for tool in tools]
    flat = [text for rows in parts for text in rows]
    likeness = mind.compare(request, [*wholes, *flat])
    near = dict(zip([*wholes, *flat], likeness, strict=True))
    scores = [(near[whole] + max(near[text] for text in rows)) / 2 for whole, rows in zip(wholes, parts, strict=True)]
    order = sorted(range(len(tools)), key=lambda i: (-scores[i], i))
    return [(scores[i], tools[i]) for i in order]


def choose(request: str, tools: Sequence[Tool], mind: Mind, *, several: bool, least: float) -> list[Tool]:
    """Give the tools that the request needs; none where neither it nor a part of it is near to any tool."""
    score, best = rank(request, tools, mind)[0]
    near = [(value, tool) for part in parts(request) for value, tool in rank(part, tools, mind)[:1]]
    chosen = [tool for value, tool in near if value >= least + _PART_MARGIN]
    distinct = list({tool.name: tool for tool in chosen}.values())
    if several and len(distinct) > 1:
        return distinct
    return [best] if score >= least else distinct[:1]


def parts(request: str) -> list[str]:
    """Split a request into the things that it asks for.

    >>> parts("Check order BL-1 and send me the invoice.")
    ['Check order BL-1', 'send me the invoice.']
    """
    return [part for sentence in prose(request) for part in _PARTS.split(sentence) if len(part.split()) > 1]


def calls(tool: Tool, request: str, mind: Mind, *, several: bool, context: str = "") -> list[Call]:
    """Fill the tool's parameters from the request: once, or once for each id or place that it names."""
    schema = {"type": "object", **tool.parameters}
    source = Source(request, mind, context)
    found: list[Call] = []
    while len(found) < (_MOST_CALLS if several else 1):
        filled = fill(schema, source, _free_text(schema, request))
        call = Call(tool, filled.value, filled.missing)
        if found and (call.missing or not _alike(call.args, found[0].args) or call.args in [c.args for c in found]):
            break
        found.append(call)
    return found


_FREE = re.compile(r"\b(?:input|prompt|request|utterance|user message|task|instructions?)\b")


def _free_text(schema: Mapping[str, Any], request: str) -> dict[str, str]:
    """Parameters that take the request as it is."""
    return {name: request for name in schema.get("properties", {}) if _FREE.search(spoken(name))}


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Two calls of one tool have the same parameters, and ids of the same shape: BL-1001 and BL-1002."""
    return set(one) == set(other) and all(_shape(one[name]) == _shape(other[name]) for name in one)


def _shape(value: Any) -> str:
    text = str(value)
    return re.sub(r"\d+", "9", text) if any(letter.isdigit() for letter in text) else type(value).__name__
