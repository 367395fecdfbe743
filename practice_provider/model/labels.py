"""Gives a text one of the labels in the prompt: the one whose description, and whose examples, are nearest.

Labels are read from "one of: a, b, c", "as a, b or c" or a list after "Labels:"; examples from lines "text -> label",
from pairs "Text: … / Label: …", and from earlier turns answered with a label. With examples it is a nearest-neighbour
classifier, so a wrong example really hurts. Compare Cover and Hart, https://doi.org/10.1109/TIT.1967.1053964
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .mind import Mind
from .words import spoken

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
    r"(?:[-*•]|\d+[.)])\s+[\"'`*]*(?P<label>[\w/ -]+?)[\"'`*]*\s*(?:[:–—=-]\s+(?P<about>[^\n]+))?$", re.MULTILINE
)
_ARROW = re.compile(
    r"^[ \t]*(?:[-*•]\s+)?[\"“]?(?P<text>[^\n]+?)[\"”]?[ \t]*(?:->|=>|→)[ \t]*(?P<label>[\w/ -]*)[ \t]*$", re.MULTILINE
)
_MARK = r"^[ \t]*(?:text|input|message|ticket|review|e-?mail|sentence|question|query|utterance)[ \t]*:[ \t]*"
_PAIR = re.compile(
    rf"{_MARK}[\"“]?(?P<text>[^\n]+?)[\"”]?[ \t]*\n+"
    r"[ \t]*(?:label|category|output|class|sentiment|answer|intent)[ \t]*:[ \t]*(?P<label>[\w/ -]*)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_MARKED = re.compile(rf"{_MARK}(.+)", re.MULTILINE | re.IGNORECASE | re.DOTALL)
_EXAMPLE_WEIGHT, _NEIGHBOURS = 0.7, 2
_ONE_VOTE = 0.9  # a label with a single example has less to say


@dataclass(frozen=True)
class Label:
    """A label and what the prompt says about it."""

    name: str
    about: str = ""

    def told(self) -> str:
        """The label in words, to be compared with a text."""
        return f"{spoken(self.name)}: {self.about}" if self.about else spoken(self.name)


@dataclass(frozen=True)
class Task:
    """A classification that was asked for: the labels, the examples (text, label), and the text to label."""

    labels: tuple[Label, ...]
    examples: tuple[tuple[str, str], ...]
    text: str


def read(instructions: str, text: str, given: str | None, turns: Sequence[tuple[str, str]] = ()) -> Task | None:
    """Find a task. `given` is the text that the prompt marks, `turns` are earlier (user, assistant) pairs."""
    whole = f"{instructions}\n{text}"
    pairs = [(m["text"], m["label"].strip()) for pattern in (_ARROW, _PAIR) for m in pattern.finditer(whole)]
    examples = [pair for pair in pairs if pair[1]]
    labels = _labels(whole) if _ASKED.search(whole) else []
    if not labels and len({label for _, label in examples}) > 1:
        labels = [Label(name) for name in dict.fromkeys(label for _, label in examples)]
    if len(labels) < 2:
        return None
    names = {label.name.lower(): label.name for label in labels}
    earlier = [(said, reply.strip(" .")) for said, reply in turns if reply.strip(" .").lower() in names]
    known = [(said, names[label.lower()]) for said, label in [*earlier, *examples] if label.lower() in names]
    open_texts = [said for said, label in pairs if not label]
    return Task(tuple(labels), tuple(known), given or (open_texts[-1] if open_texts else _remaining(text)))


def _labels(text: str) -> list[Label]:
    block = _BLOCK.search(text)
    if block:
        return [Label(m["label"].strip(), (m["about"] or "").strip()) for m in _ITEM.finditer(block["items"])]
    for pattern in (_LINE, _INLINE):
        for match in pattern.finditer(text):
            names = [
                part.strip(" \t\"'`“”*")
                for part in re.split(r",\s*(?:or\s+|and\s+)?|\s+or\s+|\s*[|/]\s*", match["list"])
            ]
            names = [name for name in names if name]
            if len(names) > 1 and all(len(name.split()) <= 4 for name in names):
                return [Label(name) for name in dict.fromkeys(names)]
    return []


def _remaining(text: str) -> str:
    """The words that are neither labels, nor examples, nor the request itself."""
    for pattern in (_ARROW, _PAIR, _BLOCK):
        text = pattern.sub("\n", text)
    labelled = _MARKED.search(text)
    if labelled:
        return labelled[1].strip()
    lines = [line for line in text.splitlines() if line.strip() and not (_LINE.search(line) or _INLINE.search(line))]
    if lines:
        return "\n".join(lines).strip()
    after = re.split(r":\s+", text.strip())
    return after[-1].strip()


def classify(task: Task, mind: Mind) -> str:
    """Give the name of the nearest label."""
    near = mind.compare(task.text, [label.told() for label in task.labels])
    if not task.examples:
        return task.labels[max(range(len(near)), key=near.__getitem__)].name
    likeness = mind.compare(task.text, [said for said, _ in task.examples])
    scores = []
    for label, own in zip(task.labels, near, strict=True):
        own_examples = (v for v, (_, name) in zip(likeness, task.examples, strict=True) if name == label.name)
        votes = [*sorted(own_examples, reverse=True), *[0.0] * _NEIGHBOURS][:_NEIGHBOURS]
        voted = sum(votes) / _NEIGHBOURS if votes[-1] else _ONE_VOTE * votes[0]
        scores.append(_EXAMPLE_WEIGHT * voted + (1 - _EXAMPLE_WEIGHT) * own)
    return task.labels[max(range(len(scores)), key=scores.__getitem__)].name
