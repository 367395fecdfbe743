"""Finds the evidence for a field in a text, by its JSON type: words, numbers, yes or no, a choice, or a list of them.

None means that the text holds no evidence; inventing a value is not done here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import aliases, urgency, values
from .fields import Field, Source, labelled, pick
from .sentences import split
from .texts import read_text, reader_of
from .words import STOP_WORDS, spoken, stems, tokens


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


def counted(wanted: Field, text: str) -> list[float]:
    """The numbers behind a word of the field's name, or for a place in a list: "lines 1 and 3", "the 2nd item"."""
    own = [re.escape(word) for word in spoken(wanted.name).split() if word not in {"number", "numbers", "no", "nr"}]
    names = "|".join([*(word.removesuffix("s") for word in own), "item", "position", "line", "row", "no"])
    listed = re.finditer(
        rf"\b(?:{names})s?\.?\s*(?:numbers?|nos?\.?|#)?\s*(\d+(?:(?:\s*,\s*|\s*&\s*|\s+and\s+)\d+)*)\b", text, re.I
    )
    found = [float(digits) for match in listed for digits in re.findall(r"\d+", match[1])]
    ordinal = re.finditer(rf"\b({'|'.join(_ORDINALS)}|(\d+)(?:st|nd|rd|th))\s+(?:{names})s?\b", text, re.I)
    found += [float(m[2] or _ORDINALS.index(m[1].lower()) + 1) for m in ordinal]
    return list(dict.fromkeys(found))


_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LIMIT = re.compile(r"\b(?:limit|max|maximum|top|most|count)\b")
_HOW_MANY = re.compile(
    r"\b(?:top|last|latest|first|best|newest|recent|at most|up to|only|the|me|show)\s+"
    r"(?P<number>\d+|two|three|four|five|six|seven|eight|nine|ten)\s+"
    r"(?!(?:am|pm|years?|months?|weeks?|days?|hours?)\b)[a-z]",
    re.IGNORECASE,
)


def _limit(text: str) -> int | None:
    """How many are wanted: "my last 3 orders", "the five best"."""
    for match in _HOW_MANY.finditer(text):
        if number := next(values.numbers(match["number"]), None):
            return int(number.value)
    return None


def _integer(wanted: Field, source: Source) -> int | None:
    if _LIMIT.search(spoken(wanted.name)) and not labelled(wanted.name, source.text):
        return _limit(source.text)
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


_CHOICE_AT = {True: 0.05, False: 0.5}  # an optional choice is only made where it is clear


def choice(options: Sequence[Any], wanted: Field, source: Source) -> Any | None:
    """Give the option that the text names, else the one that means the nearest thing."""
    line = labelled(wanted.name, source.text)
    for text in filter(None, (line, source.text)):
        named = [(m.start(), option) for option in options if (m := _mention(option, text, wanted)) is not None]
        if named:
            option = min(named, key=lambda pair: pair[0])[1]
            source.taken.add(spoken(str(option)))
            return option
    if (level := urgency.level(wanted.words, options, source.text)) is not None:
        return level
    labels = [option for option in options if isinstance(option, str)]
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
    likeness = [near + _SHARED * share for near, share in zip(nearest(source, told), shares, strict=True)]
    best = max(range(len(labels)), key=likeness.__getitem__)
    return labels[best] if likeness[best] >= _CHOICE_AT[wanted.required] else None


_SHARED = 0.2  # for the words of an option that the text has, in any form


def _share(words: frozenset[str], asked: frozenset[str]) -> float:
    known = words - stems("one other first")
    return len(known & asked) / len(words) if words else 0.0


def nearest(source: Source, told: Sequence[str]) -> list[float]:
    """How near each label is to the text: half its likeness to the whole, half to the nearest sentence."""
    parts = [s.text for s in split(source.text)] or [source.text]
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
    for match in re.finditer(rf"(?<![\w.])(?:{named})(?!\w)", text, re.IGNORECASE):
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
    return bool(_DENIES.search(" ".join(clause.split()[-3:])))


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
        found = counted(wanted, source.text) or [float(v.value) for v in values.numbers(source.text) if not v.money]
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
