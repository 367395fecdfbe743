"""Finds the evidence for a field in a text, by its JSON type: words, numbers, yes or no, a choice, or a list of them.

None means that the text holds no evidence; inventing a value is not done here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import values
from .fields import Field, Source, labelled, pick
from .sentences import split
from .texts import read_text, reader_of
from .words import STOP_WORDS, spoken, tokens


def read(kind: str, wanted: Field, source: Source) -> Any | None:
    """Give the value of JSON type `kind` for this field, None without evidence."""
    return _READERS[kind](wanted, source)


_MONEY = re.compile(r"amount|price|cost|money|total|fee|refund|budget|charge|value|sum")


def _number(wanted: Field, source: Source) -> float | None:
    line = labelled(wanted.name, source.text)
    if line and (first := next(values.numbers(line), None)):
        return float(first.value)
    money = bool(_MONEY.search(wanted.words))
    fitting = [v for v in values.numbers(source.text) if v.money == money] or (
        list(values.numbers(source.text)) if money else []
    )
    picked = pick(lambda text: fitting, wanted, source)
    return float(picked) if picked is not None else None


def _integer(wanted: Field, source: Source) -> int | None:
    number = _number(wanted, source)
    return int(number) if number is not None and number.is_integer() else None


_TRUE_AT = 0.4
_DENIES = re.compile(r"\b(?:not|no|never|without|cannot)\b|n['’]t\b", re.IGNORECASE)


def _boolean(wanted: Field, source: Source) -> bool | None:
    """True where the text has the field's name, or a sentence near to its description, and does not deny it."""
    line = labelled(wanted.name, source.text)
    if line and re.match(r"(?:yes|no|true|false)\b", line, re.IGNORECASE):
        return line.lower().startswith(("yes", "true"))
    if (named := _named(wanted, source.text)) is not None:
        return named
    found = [s.text for s in split(source.text)]
    if not found:
        return None
    likeness = source.mind.compare(re.sub(r"^(?:whether|if|true if)\s+", "", wanted.label), found)
    best = max(range(len(found)), key=likeness.__getitem__)
    return None if likeness[best] < _TRUE_AT else not _DENIES.search(found[best])


def _named(wanted: Field, text: str) -> bool | None:
    """ "is_urgent" where the text says "urgent": True, unless one of the three words before it denies it."""
    name = " ".join(word for word in spoken(wanted.name).split() if word not in STOP_WORDS)
    match = re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) if name else None
    if match is None:
        return None
    before = text[max(0, match.start() - 60) : match.start()].split()[-3:]
    return not _DENIES.search(" ".join(before))


_CHOICE_AT = {True: 0.12, False: 0.5}  # an optional choice is only made where it is clear


def choice(options: Sequence[Any], wanted: Field, source: Source) -> Any | None:
    """Give the option that the text names, else the one that means the nearest thing."""
    line = labelled(wanted.name, source.text)
    for text in filter(None, (line, source.text)):
        named = [(m.start(), option) for option in options if (m := _mention(option, text)) is not None]
        if named:
            return min(named, key=lambda pair: pair[0])[1]
    labels = [option for option in options if isinstance(option, str)]
    if not labels or not source.text.strip():
        return None
    explained = _explanations(str(wanted.schema.get("description", "")))
    told = [
        f"{spoken(label)}: {explained[label.lower()]}" if label.lower() in explained else spoken(label)
        for label in labels
    ]
    likeness = nearest(source, told)
    best = max(range(len(labels)), key=likeness.__getitem__)
    return labels[best] if likeness[best] >= _CHOICE_AT[wanted.required] else None


def nearest(source: Source, told: Sequence[str]) -> list[float]:
    """How near each label is to the text: half its likeness to the whole, half to the nearest sentence."""
    parts = [s.text for s in split(source.text)] or [source.text]
    whole = source.mind.compare(source.text, told)
    best = [max(row) for row in zip(*(source.mind.compare(part, told) for part in parts[:40]), strict=True)]
    return [(a + b) / 2 for a, b in zip(whole, best, strict=True)]


def _mention(option: Any, text: str) -> re.Match[str] | None:
    words = spoken(option) if isinstance(option, str) else str(option)
    return re.search(rf"(?<![\w.]){re.escape(words)}(?![\w])", text, re.IGNORECASE) if words else None


def _explanations(description: str) -> dict[str, str]:
    """Read "billing: about money; bug: something is broken" into a table."""
    return {
        m[1].strip().lower(): m[2].strip()
        for m in re.finditer(r"[\"'`]?([\w -]+?)[\"'`]?\s*[:=–]\s*([^.;\n]+)", description)
    }


_READERS: Mapping[str, Callable[[Field, Source], Any | None]] = {
    "string": read_text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
}


def several(kind: str, wanted: Field, source: Source) -> list[Any]:
    """All values of this type: for an array of strings or numbers."""
    if kind in ("number", "integer"):
        found = [float(value.value) for value in values.numbers(source.text)]
        return [int(n) for n in found if n.is_integer()] if kind == "integer" else list(found)
    words = wanted.words
    for promise, reader in (
        (r"\be-?mails?\b", reader_of(values.EMAIL)),
        (r"\b(?:urls?|links?)\b", reader_of(values.URL)),
        (r"\b(?:ids?|skus?|codes?|order numbers?)\b", values.codes),
        (r"\bdates?\b", lambda text: values.dates(text, None)),
        (r"\b(?:names|people|persons|customers)\b", values.people),
    ):
        if re.search(promise, words):
            return list(dict.fromkeys(value.value for value in reader(source.text)))
    return _enumerated(wanted, source)


def _enumerated(wanted: Field, source: Source) -> list[str]:
    """List items, else what a line "name: a, b and c" enumerates, else the key words of the text."""
    items = [s.text for s in split(source.text) if s.kind == "item"]
    line = labelled(wanted.name, source.text)
    if line:
        return [part.strip() for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", line) if part.strip()]
    if items:
        return items
    if re.search(r"tag|keyword|topic|label", wanted.words):
        frequent = [word for word in tokens(source.text) if word not in STOP_WORDS and len(word) > 3]
        return list(dict.fromkeys(frequent))[:5]
    run = _RUN.search(source.text[:_LONGEST_RUN])
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", run[0]) if run else []
    return [part.strip() for part in parts if part.strip()]


_WORD = r"(?<![\w'-])[\w'-]{1,40}+"
_FEW = rf"{_WORD}(?: {_WORD}){{0,3}}"
_RUN = re.compile(rf"{_FEW}(?:, (?:and )?{_FEW})+(?:,? and {_FEW})?|{_WORD} and {_WORD}")
_LONGEST_RUN = 20_000  # characters that are searched for "a, b and c"
