"""Gives a text one of the labels in the prompt: reads the task (labels, examples, text) and takes the best score.

Labels are read from "one of: a, b, c", "as a, b or c" or a list after "Labels:"; examples from lines "text -> label",
from "Text: … / Label: …", from `<example>` tags, and from earlier turns answered with a label. Several fields
("urgency: one of low, high") are answered on a line each. labelling.py does the scoring; sentiment and irony are
beyond it. Compare Brown et al., Language Models are Few-Shot Learners, https://arxiv.org/abs/2005.14165
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .answer import Answer
from .labelling import Label, Scores, score
from .mind import Mind

_ASKED = re.compile(
    r"\b(?:classify|categori[sz]e|label|tag|sort|route|assign|sentiment|intent|category|class|one of)\b", re.IGNORECASE
)
_KINDS = r"(?:labels|categories|classes|intents|options)"
_LINE = re.compile(
    rf"\b(?:one of(?: the following| these)?(?: \w+)?|(?:possible |allowed |valid )?{_KINDS}(?: are)?)\s*:\s*"
    r"(?P<list>[^\n.]+)",
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
_UNSURE = re.compile(r"unknown|other|none|unclear|unsure|unbekannt|otro", re.IGNORECASE)
_UNSURE_AT = 0.2  # below this likeness to anything, the label for the rest is given where there is one


@dataclass(frozen=True)
class Task:
    """A classification that was asked for: the labels, the examples (text, label), and the text to label."""

    labels: tuple[Label, ...]
    examples: tuple[tuple[str, str], ...]
    text: str
    others: tuple[tuple[str, tuple[Label, ...]], ...] = ()  # further fields with their own labels


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
    whole = f"{instructions}\n{text}"
    pairs = list(_pairs(whole))
    examples = [pair for pair in pairs if pair[1]]
    plain = _EXAMPLE.sub("", whole)
    fields = [(m["field"].lower(), tuple(map(Label, _names(m["list"])))) for m in _FIELD.finditer(plain)]
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
    wanted = open_texts[-1] if open_texts else _text(instructions, text, given)
    return Task(tuple(labels), tuple(known), wanted, tuple(fields) if len(fields) > 1 else ())


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


def _text(instructions: str, text: str, given: str | None) -> str:
    """What is to be labelled: the whole message where the instructions hold the task, else its marked part."""
    alone = bool(_labels(instructions) or _EXAMPLE.search(instructions) or _FIELD.search(instructions))
    if alone and not _labels(text) and not _MARKED.search(text):
        inner = _TAGGED.match(text.strip())
        return inner["inner"].strip() if inner else text.strip()
    return given or _remaining(text)


def _names(listed: str) -> list[str]:
    parts = [part.strip(" \t\"'`“”*[]()") for part in re.split(r",\s*(?:or\s+|and\s+)?|\s+or\s+|\s*[|/]\s*", listed)]
    return list(dict.fromkeys(part for part in parts if part))


def _labels(text: str) -> list[Label]:
    block = _BLOCK.search(text)
    if block:
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
    """Give the best label; `unsure` is what the instructions want to hear where nothing is near."""
    if task.others:
        found = [(name, _one(labels, (), task.text, mind, None)) for name, labels in task.others]
        return Labelled("\n".join(f"{name}: {one.text}" for name, one in found), odds=())
    return _one(task.labels, task.examples, task.text, mind, unsure)


def _one(
    labels: Sequence[Label], examples: Sequence[tuple[str, str]], text: str, mind: Mind, unsure: str | None
) -> Labelled:
    shown = {name for _, name in examples}
    rest = next((one.name for one in labels if _UNSURE.fullmatch(one.name) and one.name not in shown), unsure)
    candidates = [label for label in labels if label.name != rest]
    scores: Scores = score(candidates, examples, text, mind)
    odds = tuple(zip((label.name for label in candidates), scores.chances(), strict=True))
    if rest is not None and scores.nearest < _UNSURE_AT:
        return Labelled(
            rest, found=False, score=scores.nearest, odds=((rest, 1 - scores.nearest), *_scaled(odds, scores.nearest))
        )
    best = max(range(len(candidates)), key=scores.values.__getitem__)
    return Labelled(candidates[best].name, score=scores.values[best], odds=odds)


def _scaled(odds: Sequence[tuple[str, float]], share: float) -> Iterator[tuple[str, float]]:
    return ((name, chance * max(share, 0.0)) for name, chance in odds)


__all__ = ["Label", "Labelled", "Task", "classify", "read"]
