"""Chooses one of a field's options: the one that the text names, else the one that it means.

An option is named in its own words, by another name of the same code (aliases.py), or by what its description says; one
that the text denies is out. Where nothing is near, an option such as "unknown" or "other" is taken, if there is one.
Compare https://json-schema.org/understanding-json-schema/reference/enum
"""

import re
from collections.abc import Sequence
from typing import Any

from . import aliases, lexicon, urgency
from .fields import Field, Source, labelled
from .sentences import split
from .words import STOP_WORDS, spoken, stems

DENIES = re.compile(
    r"\b(?:not|no|never|without|cannot|nobody|no one|none|neither|nor|kein\w*|nicht|ohne|sin)\b|n['’]t\b", re.IGNORECASE
)


_CHOICE_AT = {True: 0.05, False: 0.5}  # an optional choice is only made where it is clear


def choice(options: Sequence[Any], wanted: Field, source: Source) -> Any | None:
    """Give the option that the text names, else the one that means the nearest thing."""
    line = labelled(wanted.name, source.text)
    for text in filter(None, (line, source.text)):
        named = [(m.start(), option) for option in options if (m := _mention(option, text, wanted)) is not None]
        if named:
            option = min(named, key=lambda pair: pair[0])[1]
            if len({one for _, one in named}) > 1:
                option = next((one for one in options if str(one).lower() in _SEVERAL), option)
            source.taken.add(spoken(str(option)))
            return option
    if (level := urgency.level(wanted.words, options, source.text)) is not None:
        return level
    labels = [option for option in options if isinstance(option, str)]
    labels = [label for label in labels if not _is_denied(label, source.text)] or labels
    if not labels or not source.text.strip():
        return None
    explained = _explanations(str(wanted.schema.get("description", "")))
    told = [
        f"{spoken(label)}: {explained[label.lower()]}" if label.lower() in explained else spoken(label)
        for label in labels
    ]
    asked = stems(source.text)
    shares = [_share(stems(spoken(label)), asked) for label in labels]
    if max(shares) == 1.0:
        return labels[shares.index(1.0)]
    known = topics(labels, source.text) if wanted.required else [0.0] * len(labels)
    rows = zip(nearest(source, told), shares, known, strict=True)
    likeness = [near + _SHARED * share + _TOPIC * topic for near, share, topic in rows]
    best = max(range(len(labels)), key=likeness.__getitem__)
    for open_ones, is_unsaid in ((_NOT_SAID, True), (_OPEN, False)):
        if likeness[best] < _UNSURE[is_unsaid] and wanted.required:
            best = next((i for i, one in enumerate(labels) if one.lower() in open_ones), best)
    return labels[best] if likeness[best] >= _CHOICE_AT[wanted.required] else None


_UNSURE = {True: 0.3, False: 0.12}  # with an option for "not said", and with one for all else
_NOT_SAID = ("unknown", "not_said", "unspecified", "not_mentioned")
_OPEN = ("other", "general", "none")
_SEVERAL = ("several", "multiple", "mixed", "more_than_one")


def topics(labels: Sequence[str], text: str) -> list[float]:
    """For each label 1 where the text speaks of a topic that is filed under its words (lexicon.py), else 0."""
    known = lexicon.load()
    spoken_of = {place for piece in split(text) for place in known.found(piece.text)}
    filed = [stems(name) for place in spoken_of for name in known.topics[place].filed]
    return [float(any(words and words <= name for name in filed)) for words in (stems(spoken(one)) for one in labels)]


_TOPIC = 0.3
_SHARED = 0.2  # for the words of an option that the text has, in any form


def _share(words: frozenset[str], asked: frozenset[str]) -> float:
    known = words - stems("one other first")
    return len(known & asked) / len(words) if words else 0.0


def nearest(source: Source, told: Sequence[str]) -> list[float]:
    """How near each label is to the text: half its likeness to the whole, half to the nearest sentence."""
    parts = [part for s in split(source.text) for part in re.split(r",\s+|\s+but\s+", s.text)] or [source.text]
    whole = source.mind.compare(source.text, told)
    best = [max(row) for row in zip(*(source.mind.compare(part, told) for part in parts[:40]), strict=True)]
    return [(a + b) / 2 for a, b in zip(whole, best, strict=True)]


def _mention(option: Any, text: str, wanted: Field) -> re.Match[str] | None:
    """Where the text names the option: not denied, and where it is a word like "one" or "other", only as a name."""
    words = spoken(option) if isinstance(option, str) else str(option)
    if not words or words == "other":
        return None
    named = re.escape(words).replace(r"\ ", r"[\s_-]+")
    if also := aliases.pattern(str(option), wanted.words):
        named = rf"{named}|{also}" if len(words) > 2 else also
        exact = re.search(rf"(?<!\w){re.escape(str(option))}(?!\w)", text)
        if exact:
            return exact
    for match in re.finditer(rf"(?<![\w.])(?:{named})(?:(?<!\w)|(?!\w))", text, re.IGNORECASE):
        if len(text) == len(match[0]) or not (_is_common(match, text) or _denied(text, match.start())):
            return match
    return None


_COMMON = frozenset(["one", "two", "three", "first", "other", "none", "all", "no"]) | STOP_WORDS


def _is_common(match: re.Match[str], text: str) -> bool:
    """A common word is a name only with a capital letter inside a sentence, or behind "my" at the end of a clause."""
    if match[0].lower() not in _COMMON:
        return False
    before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip(" ")
    if match[0][0].isupper() and before and before[-1] not in ".!?:\n":
        return False
    return not (re.search(r"\b(?:my|our|the new)$", before, re.IGNORECASE) and (not after or after[0] in ".,;!?)\n"))


def _denied(text: str, start: int) -> bool:
    clause = re.split(r"[.,;!?\n]", text[max(0, start - 60) : start])[-1]
    return bool(DENIES.search(" ".join(clause.split()[-3:])))


def _is_denied(label: str, text: str) -> bool:
    """Whether the text has the option in so many words, and always with a "not" before it."""
    places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(spoken(label))}", text, re.IGNORECASE)]
    return bool(places) and all(_denied(text, place) for place in places)


def _explanations(description: str) -> dict[str, str]:
    """Read "billing: about money; bug: something is broken" into a table."""
    return {
        m[1].strip().lower(): m[2].strip()
        for m in re.finditer(r"[\"'`]?([\w -]+?)[\"'`]?\s*[:=–]\s*([^.;\n]+)", description)
    }
