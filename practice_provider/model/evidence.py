"""Finds the evidence for a field in a text, by its JSON type: words, numbers, yes or no, or a list of them.

None means that the text holds no evidence; inventing a value is not done here.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import cues, names, values
from .candidates import LIMIT
from .fields import Field, Source, labelled, pick
from .options import DENIES
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
    if LIMIT.search(spoken(wanted.name)) and not labelled(wanted.name, source.text):
        return _limit(source.text)
    number = _number(wanted, source)
    return int(number) if number is not None and number.is_integer() else None


_TRUE_AT = 0.4


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
    return None if likeness[best] < _TRUE_AT else not DENIES.search(found[best])


def _named(wanted: Field, text: str) -> bool | None:
    """ "is_urgent" where the text says "urgent": True, unless one of the three words before it denies it."""
    name = " ".join(word for word in spoken(wanted.name).split() if word not in STOP_WORDS)
    match = re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) if name else None
    told = re.sub(r"^(?:whether|if|true if)\b", "", str(wanted.schema.get("description", "")))
    match = match or _all_words(name, text) or _all_words(told, text)
    return None if match is None else not _is_refused(text, match)


_SAY_NOTHING = (
    "allowed included required requested needed wanted wants want would available informed provided somebody someone "
    "needs customer user happened happens every time before already"
)


def _all_words(words: str, text: str) -> re.Match[str] | None:
    """The place of the last word of a name that says something, where the text has all of them."""
    found = [cues.pattern(word, "")[0] for word in cues.words_of(words) if word not in _SAY_NOTHING.split()]
    matches = [pattern.search(text) for pattern in found if pattern is not None]
    return matches[0] if matches and all(matches) else None


def _is_refused(text: str, match: re.Match[str]) -> bool:
    """Whether a "no" stands in the clause: shortly before ("no pets", "nobody was hurt"), or behind ("was not")."""
    before = re.split(r"[.;!?\n,]|\b(?:but|aber|pero)\b", text[max(0, match.start() - 60) : match.start()])[-1].split()[
        -3:
    ]
    behind = re.split(r"[.;!?\n,]|\b(?:but|and)\b", text[match.end() : match.end() + 30])[0]
    return bool(
        DENIES.search(" ".join(before))
        or re.match(
            r"\W*(?:(?:was|were|is|are|has been|be)\s+)?(?:no|not|n['’]t|false|none)\b|\w*n['’]t\b", behind, re.I
        )
    )


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
        (r"\b(?:names|people|persons|customers)\b", names.people),
    ):
        if re.search(promise, words):
            return list(dict.fromkeys(value.value for value in reader(source.text)))
    return _enumerated(wanted, source)


def _enumerated(wanted: Field, source: Source) -> list[str]:
    """List items, else what a line "name: a, b and c" enumerates, else the key words of the text."""
    items = [s.text for s in split(source.text) if s.kind == "item"]
    line = labelled(wanted.name, source.text) or _other_label(wanted, source.text)
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


def _other_label(wanted: Field, text: str) -> str | None:
    """What stands behind another name for the field: "Present: Ann, Bo" for its participants."""
    own, known = cues.pattern(wanted.name, "")
    for match in re.finditer(r"(?:^|\n|[.;]\s)[ \t>*-]*(?P<label>[A-Za-z][\w ]{1,30}):[ \t]+", text):
        if any(one is not None and one.fullmatch(match["label"].strip()) for one in (own, known)):
            return labelled(match["label"], text)
    return None


_WORD = r"(?<![\w'-])[\w'-]{1,40}+"
_FEW = rf"{_WORD}(?: {_WORD}){{0,3}}"
_RUN = re.compile(rf"{_FEW}(?:, (?:and )?{_FEW})+(?:,? and {_FEW})?|{_WORD} and {_WORD}")
_LONGEST_RUN = 20_000  # characters that are searched for "a, b and c"
