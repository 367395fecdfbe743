"""Gives a text one of the labels in the prompt: reads the task (labels, examples, text) and takes the best score.

Labels are read from "one of: a, b, c", "as a, b or c" or a list after "Labels:"; examples from lines "text -> label",
from "Text: … / Label: …", from `<example>` tags, and from earlier turns answered with a label. Several fields
("urgency: one of low, high") are answered on a line each; "- low: …" anywhere describes one. Where the instructions
hold the task, nothing in the message adds a label or an example. labelling.py does the scoring, levels.py that of
urgency; sentiment and irony are beyond it. Compare Brown et al., https://arxiv.org/abs/2005.14165
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import levels, meanings
from .answer import Answer
from .labelling import Scores, score
from .meanings import Label
from .mind import Mind

_ASKED = re.compile(
    r"\b(?:classif\w+|categori[sz]e|label|tag|sort|route|assign|sentiment|intent|category|class|one of|"
    r"(?:choose|pick|select)(?: one)? (?:from|of|among|between)|what is this \w+ about)\b",
    re.IGNORECASE,
)
_KINDS = r"(?:labels|categories|classes|intents|options|topics)"
_LINE = re.compile(
    rf"\b(?:(?:one of|(?:choose|pick|select)(?: one)? (?:from|of|among|between))(?: the following| these)?(?: \w+)?|"
    rf"(?:possible |allowed |valid )?{_KINDS}(?: are)?)\s*:\s*"
    r"(?P<list>[^\n.?]+)",
    re.IGNORECASE,
)
_NAME = r"[\"'`]?[\w-]+(?:[ /-][\w-]+){0,3}[\"'`]?"
_INLINE = re.compile(
    rf"\b(?:as(?: either)?|into|either|with(?: only)?|one of|only)\s+"
    rf"(?P<list>{_NAME}(?:\s*[,|]\s*{_NAME})*\s*,?\s+or\s+{_NAME})(?=[.:;,\n]|$)",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    rf"{_KINDS}[^\n:]{{0,60}}:\s*\n"
    r"(?P<items>(?:[ \t]*(?:[-*•]|\d+[.)])\s+[^\n]+\n?)+)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:[-*•]|\d+[.)])\s+[\"'`*]*(?P<label>[\w/ -]+?)[\"'`*]*[ \t]*(?:[:–—=-][ \t]+(?P<about>[^\n]+))?$", re.MULTILINE
)
_ARROW = re.compile(
    r"^[ \t]*(?:[-*•]\s+)?[\"“]?(?P<text>[^\n]+?)[\"”]?[ \t]*(?:->|=>|→)[ \t]*(?P<label>[\w/ -]*)[ \t]*$", re.MULTILINE
)
_MARK = r"^[ \t]*(?:text|input|message|ticket|review|e-?mail|sentence|question|query|utterance)[ \t]*:[ \t]*"
_TEXT_LINE = re.compile(rf"{_MARK}[\"“]?(?P<text>.*?)[\"”]?[ \t]*$", re.IGNORECASE)
_LABEL_LINE = re.compile(
    r"^[ \t]*(?:label|category|output|class|sentiment|answer|intent)[ \t]*:[ \t]*"
    r"[\"'`]?(?P<label>[\w/ -]*?)[\"'`]?[ \t]*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"<example[^>]*>\s*<(?P<tag>[\w-]+)>(?P<text>.*?)</(?P=tag)>\s*<(?P<out>[\w-]+)>(?P<label>[^<\n]*)</(?P=out)>\s*</example>",
    re.IGNORECASE | re.DOTALL,
)
_MARKED = re.compile(rf"{_MARK}(.+)", re.MULTILINE | re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(
    rf"^\W*(?P<field>[A-Za-z_]+)\W*[:(=]\s*(?:exactly |always )?one of:?\s+"
    rf"(?P<list>{_NAME}(?:\s*(?:,|\||\bor\b)+\s*{_NAME})+)",
    re.MULTILINE | re.IGNORECASE,
)
_TAGGED = re.compile(r"^<(?P<tag>[\w-]+)>(?P<inner>.*)</(?P=tag)>$", re.DOTALL)
_ABOUT = re.compile(r"\b(?:about|topics?|subjects?|mentions?|deals? with)\b", re.IGNORECASE)
_WANTED = re.compile(
    r"\b(?:wants?|wanted|intents?|intentions?|asks?|asked|first|main(?:ly)?|requests?|needs?|classif\w+)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"unknown|other|none|unclear|unsure|unbekannt|otro", re.IGNORECASE)


@dataclass(frozen=True)
class Task:
    """A classification that was asked for: the labels, the examples (text, label), and the text to label."""

    labels: tuple[Label, ...]
    examples: tuple[tuple[str, str], ...]
    text: str
    others: tuple[tuple[str, tuple[Label, ...]], ...] = ()  # further fields with their own labels
    wanted: bool = True  # by what the writer wants, not by all that the text is about
    told: str = ""  # the order itself: without examples, labels and the text


@dataclass(frozen=True)
class Labelled(Answer):
    """A label, with the chance of each (0 to 1, the sum is 1): real ones, from the scores that decided."""

    odds: tuple[tuple[str, float], ...] = ()


def read(
    instructions: str, text: str, given: str | None, turns: Sequence[tuple[str, str]] = (), asking: str | None = None
) -> Task | None:
    """Find a task.

    `given` is the text that the prompt marks; `turns` are earlier (user, assistant) pairs; `asking` is the prompt
    without its documents: a "label" or a "class" in a document asks for nothing.
    """
    alone = _defines(instructions)
    whole = instructions if alone else f"{instructions}\n{_without(text, given)}"
    pairs = list(_pairs(whole if alone else f"{instructions}\n{text}"))
    examples = [pair for pair in pairs if pair[1]]
    plain = _EXAMPLE.sub("", whole)
    fields = list(_fields(plain))
    asks = _ASKED.search(plain if asking is None else asking)
    labels = [*fields[0][1]] if len(fields) > 1 else _labels(plain) if asks else []
    if not labels and len({label for _, label in examples}) > 1:
        labels = [Label(name) for name in dict.fromkeys(label for _, label in examples)]
    if len(labels) < 2:
        return None
    names = {label.name.lower(): label.name for label in labels}
    earlier = [(said, reply.strip(" .")) for said, reply in turns if reply.strip(" .").lower() in names]
    known = [(said, names[label.lower()]) for said, label in [*earlier, *examples] if label.lower() in names]
    open_texts = [said for said, label in pairs if not label]
    wanted = open_texts[-1] if open_texts and not alone else _text(text, given, alone)
    bare = _ARROW.sub("", _BLOCK.sub("", _EXAMPLE.sub("", instructions if alone else asking or whole)))
    vague = bool(_ABOUT.search(bare)) and not _WANTED.search(bare)
    return Task(tuple(labels), tuple(known), wanted, tuple(fields) if len(fields) > 1 else (), not vague, bare)


def _defines(instructions: str) -> bool:
    """Whether the instructions alone hold the labels."""
    return bool(_labels(instructions) or _EXAMPLE.search(instructions) or _FIELD.search(instructions))


def _without(text: str, given: str | None) -> str:
    """The message without the text that it marks: that one defines nothing."""
    for part in (given or "").split("\n\n"):
        text = text.replace(part.strip(), "", 1) if part.strip() else text
    return text


def _fields(text: str) -> Iterator[tuple[str, tuple[Label, ...]]]:
    """Fields and their labels, which a line "- label: …" anywhere describes."""
    told = {m["label"].strip().lower(): m["about"].strip() for m in _ITEM.finditer(text) if m["about"]}
    for match in _FIELD.finditer(text):
        names = _names(match["list"])
        yield match["field"].lower(), tuple(Label(name, told.get(name.lower(), "")) for name in names)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """All examples, and with an empty label what is left open."""
    yield from ((m["text"].strip(), m["label"].strip()) for m in _EXAMPLE.finditer(text))
    text = _EXAMPLE.sub("", text)
    yield from ((m["text"], m["label"].strip()) for m in _ARROW.finditer(text))
    said: list[str] | None = None
    for line in text.splitlines():
        if opened := _TEXT_LINE.match(line):
            said = [opened["text"]]
        elif said is not None and (closed := _LABEL_LINE.match(line)):
            yield "\n".join(said).strip(), closed["label"].strip()
            said = None
        elif said is not None:
            said.append(line)


def _text(text: str, given: str | None, alone: bool) -> str:
    """What is to be labelled: the whole message where the instructions hold the task, else its marked part."""
    if not alone:
        return given or _remaining(text)
    marked, inner = _MARKED.match(text.strip()), _TAGGED.match(text.strip())
    found = inner["inner"] if inner else marked[1] if marked else text
    return found.strip()


def _names(listed: str) -> list[str]:
    parts = [part.strip(" \t\"'`“”*[]()") for part in re.split(r",\s*(?:or\s+|and\s+)?|\s+or\s+|\s*[|/]\s*", listed)]
    return list(dict.fromkeys(part for part in parts if part))


def _labels(text: str) -> list[Label]:
    block, line = _BLOCK.search(text), _LINE.search(text)
    if block and not (line and line.start() < block.start() and len(_names(line["list"])) > 1):
        return [Label(m["label"].strip(), (m["about"] or "").strip()) for m in _ITEM.finditer(block["items"])]
    for pattern in (_LINE, _INLINE):
        for match in pattern.finditer(text):
            names = _names(match["list"])
            if len(names) > 1 and all(len(name.split()) <= 4 for name in names):
                return [Label(name) for name in names]
    return []


def _remaining(text: str) -> str:
    """The words that are neither labels, nor examples, nor the request itself."""
    for pattern in (_EXAMPLE, _ARROW, _BLOCK):
        text = pattern.sub("\n", text)
    labelled = _MARKED.search(text)
    if labelled:
        return labelled[1].strip()
    lines = [line for line in text.splitlines() if line.strip() and not (_LINE.search(line) or _INLINE.search(line))]
    if lines:
        return "\n".join(lines).strip()
    after = re.split(r":\s+", text.strip())
    return after[-1].strip()


def classify(task: Task, mind: Mind, unsure: str | None = None) -> Labelled:
    """Give the best label; `unsure` is what the order, not an example, wants to hear where nothing is near."""
    unsure = unsure if unsure is not None and unsure.lower() in task.told.lower() else None
    if task.others:
        found = [(name, _one(replace(task, labels=labels, examples=()), mind, None)) for name, labels in task.others]
        return Labelled("\n".join(f"{name}: {one.text}" for name, one in found), odds=())
    return _one(task, mind, unsure)


def _one(task: Task, mind: Mind, unsure: str | None) -> Labelled:
    labels, examples, text = task.labels, task.examples, task.text
    if levels.is_scale(labels) and not examples:
        topics = meanings.topics_of(text, mind.vectors) if mind.vectors else {}
        return Labelled(levels.rank(labels, text, topics).name)
    shown = {name for _, name in examples}
    rest = next((one.name for one in labels if _UNSURE.fullmatch(one.name) and one.name not in shown), unsure)
    candidates = [label for label in labels if label.name != rest]
    scores: Scores = score(candidates, examples, text, mind, task.wanted)
    odds = tuple(zip((label.name for label in candidates), scores.chances(), strict=True))
    if rest is not None and not scores.is_near:
        share = min(max(scores.nearest, 0.0), 1.0)
        return Labelled(rest, found=False, score=share, odds=((rest, 1 - share), *_scaled(odds, share)))
    best = max(range(len(candidates)), key=scores.values.__getitem__)
    return Labelled(candidates[best].name, score=scores.values[best], odds=odds)


def _scaled(odds: Sequence[tuple[str, float]], share: float) -> Iterator[tuple[str, float]]:
    return ((name, chance * share) for name, chance in odds)


__all__ = ["Label", "Labelled", "Task", "classify", "read"]
