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
from . import fitting, urgency
from .described import Described, describe
from .fields import Source
from .filling import fill
from .mind import Mind
from .sentences import prose
from .values import CODE
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
_MOST_KINDS = 4  # a part's tool is also among the nearest of the whole request


_WHOLE, _ITEM, _GENERAL, _ACTS, _SAME_TOPIC = 0.5, 0.9, 0.18, 0.15, 0.3
_OWN_MATTER = 0.06  # "my order" is no question in general
_ANY_QUESTION = 0.6  # of the threshold, for a tool that says it is for any question, where one is asked
_TELLS = re.compile(  # a part that tells something, and asks for nothing
    r"(?:(?:and|but|so|then|because|since)\s+)?(?:i|we|it|they|he|she|you|my|our|your|the|this|that|these|there|"
    r"its|their|another|someone|somebody|\W*[A-Z]{1,8}[-_]?\d[\w-]*)\b"
    r"(?!\s+(?:want|need|wish|would|must|should|have to)\b|['’]d\b)",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"(?:ok[, ]+)?(?:many )?(?:thanks|thank you|thx|cheers|bye|goodbye|danke|gracias)\b[^?]*", re.IGNORECASE
)
_MY = re.compile(r"\b(?:my|mine|our|mein\w*|unser\w*|mis?|nuestr\w+)\b", re.IGNORECASE)
_CLOSING_WORDS = 8
_WANTS_WORDS = re.compile(  # what asks to be told something, without being a question
    r"\b(?:what|which|when|where|how|who|whether|tell|show|list|check|look|find|search|get|know|track\w*|status|price|"
    r"cost|stock|see|need|weather|is there|are there)\b|\?",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?:(?:hi|hello|hey|and|so|ok|also)[, ]+)?(?:how|what|which|why|when|where|who|whose|is|are|am|was|were|do|"
    r"does|did|has|have|any|until|wie|was|wann|wo|warum|welche[rs]?|c[oó]mo|qu[eé]|cu[aá]ndo|d[oó]nde)\b",
    re.IGNORECASE,
)


def rank(request: str, tools: Sequence[Tool], mind: Mind, *, fit: bool = True) -> list[tuple[float, Tool]]:
    """Give the tools, nearest first: likeness of the descriptions, and what the parameters show (fitting.py).

    `fit`: let the parameters count. A tool that acts is farther from a plain question, one that only reads from an
    order to act, and one that says it is for any question is nearer to all questions.
    """
    about = [describe(tool) for tool in tools]
    sentences = list(prose(request))
    likeness = _likeness(request, about, mind)
    nearest = [_likeness(one, about, mind) for one in sentences] if len(sentences) > 1 else [likeness]
    asks = any(map(_is_question, sentences))
    only_asks = asks and all(_is_question(one) for one in sentences if one.endswith("?"))
    general = _GENERAL - _OWN_MATTER * bool(_MY.search(request))
    scores = []
    for i, (tool, one) in enumerate(zip(tools, about, strict=True)):
        score = _WHOLE * likeness[i] + (1 - _WHOLE) * max(row[i] for row in nearest)
        score += fitting.bonus(tool, request) if mind.meanings and fit else 0.0
        score += _SAME_TOPIC * (mind.meanings and urgency.shared(one.whole, request))
        score -= _ACTS * (not asks and one.reads and not _WANTS_WORDS.search(request))
        score += general * (one.general and asks) - _ACTS * (only_asks and not one.reads)
        scores.append(score)
    order = sorted(range(len(tools)), key=lambda i: (-scores[i], i))
    return [(scores[i], tools[i]) for i in order]


def _is_question(sentence: str) -> bool:
    return _QUESTION.match(sentence) is not None


def _likeness(request: str, about: Sequence[Described], mind: Mind) -> list[float]:
    """Half a tool's likeness is the whole description's, half that of the nearest thing that it is for."""
    texts = list(dict.fromkeys(text for one in about for text in (one.whole, *one.uses, *one.items, *one.examples)))
    bare = CODE.sub("", request).strip()  # an id says nothing about what is wanted
    near = dict(zip(texts, mind.compare(bare if len(bare.split()) > 1 else request, texts), strict=True))
    best = [max([near[text] for text in one.uses] + [_ITEM * near[text] for text in one.items]) for one in about]
    means = [(near[one.whole] + high) / 2 for one, high in zip(about, best, strict=True)]
    return [max([mean, *(near[text] for text in one.examples)]) for mean, one in zip(means, about, strict=True)]


def choose(request: str, tools: Sequence[Tool], mind: Mind, *, several: bool, least: float) -> list[Tool]:
    """Give the tools that the request needs; none where neither it nor a part of it is near to any tool."""
    if least > 0 and _CLOSES.fullmatch(request.strip()) and len(request.split()) <= _CLOSING_WORDS:
        return []
    ranked = rank(request, tools, mind)
    score, best = ranked[0]
    fitting_all = [tool.name for _, tool in ranked[:_MOST_KINDS]]
    asked_for = [part for part in parts(request) if not tells(part) and len(part.split()) > 2]
    near = [_nearest(part, tools, mind) for part in asked_for]
    chosen = [
        tool
        for (value, tool), part in zip(near, asked_for, strict=True)
        if value >= least + _PART_MARGIN and (tool.name in fitting_all or fitting.has_id(tool, part))
    ]
    distinct = list({tool.name: tool for tool in chosen}.values())
    if several and len(distinct) > 1:
        return distinct
    if score >= least or distinct:
        return [best] if score >= least else distinct[:1]
    asked = any(map(_is_question, prose(request)))
    return [tool for value, tool in ranked if asked and describe(tool).general and value >= _ANY_QUESTION * least][:1]


def _nearest(part: str, tools: Sequence[Tool], mind: Mind) -> tuple[float, Tool]:
    """The tool for a part; its parameters help to choose it, but not to reach the threshold."""
    score, tool = rank(part, tools, mind)[0]
    return score - (fitting.bonus(tool, part) if mind.meanings else 0.0), tool


def tells(part: str) -> bool:
    """Whether a part of a request only tells something: no tool is called for it alone."""
    return _TELLS.match(part) is not None


def parts(request: str) -> list[str]:
    """Split a request into the things that it asks for.

    >>> parts("Check order BL-1 and send me the invoice.")
    ['Check order BL-1', 'send me the invoice.']
    """
    return [part for sentence in prose(request) for part in _PARTS.split(sentence) if len(part.split()) > 1]


def calls(tool: Tool, request: str, mind: Mind, *, several: bool, context: str = "") -> list[Call]:
    """Fill the tool's parameters from the request: once, or once for each id or place that it names."""
    schema = {"type": "object", **tool.parameters}
    source = Source(request, mind, context, about=tool.description)
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
