"""What the reasoner reads in a request of several steps: a condition, a choice among records, "for each".

Each is one mechanism: a condition is compared with the field of a result that it names; a superlative picks the
record with the least or greatest value of the field that it speaks of; "all" and "every" make one call for each
record.
Compare Wang et al., Plan-and-Solve Prompting, https://arxiv.org/abs/2305.04091
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .words import STOP_WORDS, spoken, stems, tokens

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Branches:
    """A request with a condition: what to do before, the condition, what then, and what otherwise."""

    before: str
    condition: str
    then: str
    otherwise: str


_IF = re.compile(
    r"(?:^|(?<=[.!?;,]\s))(?:and |but |then )?(?:if|in case|falls|si)\s+"
    r"(?P<condition>[^,;.]{3,120}(?:\.\d+[^,;.]*)?),\s*(?:then\s+)?"
    r"(?P<then>.+?)(?:[,.;]\s*(?:otherwise|or else|else|if not|sonst|si no),?\s+(?P<otherwise>.+?))?[.!?]?\s*$",
    re.IGNORECASE | re.DOTALL,
)


def branches(request: str) -> Branches | None:
    """Take a request with a condition apart.

    >>> branches("Read D-1. If the value is below 5, stop it, otherwise start it.").condition
    'the value is below 5'
    """
    match = _IF.search(request)
    if match is None:
        return None
    return Branches(request[: match.start()].strip(), match["condition"], match["then"], match["otherwise"] or "")


_LESS = r"below|under|less than|fewer than|lower than|smaller than|before|cheaper than|unter|weniger als|menos de"
_MORE = r"above|over|more than|greater than|higher than|exceeds?|after|longer than|über|mehr als|más de"
_LEAST, _MOST = r"at least|no less than|or more|mindestens", r"at most|no more than|up to|or less|höchstens"
_COMPARED = re.compile(rf"\b(?P<how>{_LESS}|{_MORE}|{_LEAST}|{_MOST})\s+(?:[$€£]\s?)?(?P<number>\d+(?:[.,]\d+)?)", re.I)
_NOT = re.compile(
    r"\b(?:not|no|no longer|isn['’]t|aren['’]t|hasn['’]t|doesn['’]t|never|nicht|kein\w*)\b", re.IGNORECASE
)
_EMPTY = re.compile(r"\bout of stock\b|\bsold out\b|\bnone left\b|\bno stock\b", re.IGNORECASE)


def holds(condition: str, records: Sequence[Record]) -> tuple[bool, str] | None:
    """Whether the results say that the condition holds, and what it was read from; None where they do not tell.

    >>> holds("the battery is below 20", [{"battery": 14}])
    (True, 'battery: 14')
    """
    named = [record for record in records if _is_named(condition, record)]
    for record in reversed(named or list(records)):
        for key, value in sorted(record.items(), key=lambda pair: -_shared(condition, pair[0])):
            told = _told(condition, key, value)
            if told is not None:
                return told, f"{spoken(key)}: {value}"
    return None


def _is_named(text: str, record: Record) -> bool:
    """Whether the text names a value of the record that is an id or a word of its own."""
    return any(
        isinstance(v, str) and len(v) > 2 and re.search(rf"\b{re.escape(v)}\b", text, re.I) for v in record.values()
    )


def _shared(text: str, key: str) -> int:
    return len(stems(spoken(key)) & stems(text))


def _told(condition: str, key: str, value: Any) -> bool | None:
    """What one field says about the condition."""
    denied = bool(_NOT.search(condition))
    if isinstance(value, bool):
        words = [word for word in tokens(spoken(key)) if word not in STOP_WORDS]
        known = words and all(stems(word) <= stems(condition) for word in words)
        return (value != denied) if known else None
    compared = _COMPARED.search(condition)
    number = _number(value)
    if number is not None and _EMPTY.search(condition) and re.search(r"stock|left|quantity|count", key):
        return number == 0
    if number is not None and re.search(r"\bin stock\b", condition, re.I) and "stock" in key:
        return (number > 0) != denied
    if number is not None and compared is not None and (_shared(condition, key) or _is_only(key)):
        limit = float(compared["number"].replace(",", "."))
        how = compared["how"].lower()
        for pattern, outcome in ((_LESS, number < limit), (_MORE, number > limit), (_LEAST, number >= limit)):
            if re.fullmatch(pattern, how, re.IGNORECASE):
                return outcome
        return number <= limit
    if isinstance(value, str) and _shared(condition, key) and compared is None:
        return (value.lower() in condition.lower()) != denied
    return None


def _is_only(key: str) -> bool:
    """A field that says how many there are: "if it is less than 5" is about it."""
    return re.search(r"left|remaining|count|number|total|amount|balance|days|value", key) is not None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", value) else None


_PRICE, _TIME = (
    r"price|cost|amount|total|fee|charge",
    r"date|year|time|depart|day|at$|on$|created|updated|ordered|due|published",
)
_SUPERLATIVES = (  # (what the request says, the field that it is about, greatest or least)
    (r"\b(?:cheapest|least expensive|lowest[- ]priced?|günstigste\w*|más barat\w+)\b", _PRICE, min),
    (r"\b(?:most expensive|dearest|priciest|teuerste\w*)\b", _PRICE, max),
    (
        r"\b(?:newest|latest|most recent|neueste\w*|más reciente)\b|\blast\b(?! (?:week|month|year|night|time|scan))",
        _TIME,
        max,
    ),
    (r"\b(?:oldest|earliest|älteste\w*|más antigu\w+)\b|\bthe first\b", _TIME, min),
    (r"\b(?:best[- ]rated|best|highest[- ]rated)\b", r"rating|stars|score|grade", max),
    (r"\b(?:nearest|closest)\b", r"distance|km|minutes", min),
    (r"\b(?:lightest)\b", r"weight|kg", min),
    (r"\b(?:heaviest)\b", r"weight|kg", max),
    (r"\b(?:fastest|quickest|shortest)\b", r"duration|minutes|hours|length", min),
    (r"\b(?:longest)\b", r"duration|minutes|hours|length", max),
)
_MOST_OF = re.compile(
    r"\b(?P<how>most|fewest|least|highest|lowest|greatest|largest|biggest|smallest)\s+(?P<what>[a-z]+(?: [a-z]+)?)",
    re.I,
)


def chosen(request: str, records: Sequence[Record]) -> Record | None:
    """The record that a superlative of the request picks; None where it has none, or the records lack its field.

    >>> chosen("Book the cheapest one", [{"id": 1, "price": 9.5}, {"id": 2, "price": 4}])["id"]
    2
    """
    for field, pick in _wanted(request):
        keyed = [(value, i) for i, record in enumerate(records) if (value := _value(record, field)) is not None]
        if len(keyed) > 1 and len({type(value) for value, _ in keyed}) == 1:
            best = pick(value for value, _ in keyed)
            return records[next(i for value, i in keyed if value == best)]
    return None


def is_told(request: str, records: Sequence[Record]) -> bool:
    """Whether the request only asks which record it is ("What was my cheapest order?"), and the records tell.

    >>> is_told("Which is the cheapest?", [{"price": 2}, {"price": 3}])
    True
    """
    asks = re.match(r"(?:what|which|who|when)\b(?: \w+){0,3} \w*(?:est|last|most|first|least)\b", request.strip(), re.I)
    return asks is not None and chosen(request, records) is not None


def _wanted(request: str) -> Iterator[tuple[str, Any]]:
    for match in _MOST_OF.finditer(request):
        least = match["how"].lower() in ("fewest", "least", "lowest", "smallest")
        stem = re.escape(tokens(match["what"])[0].removesuffix("s"))
        yield stem, min if least else max
    for says, field, pick in _SUPERLATIVES:
        if re.search(says, request, re.IGNORECASE):
            yield field, pick


def _value(record: Record, field: str) -> float | str | None:
    for key, value in record.items():
        if re.search(field, spoken(key).replace(" ", "_")) and not isinstance(value, bool | list | dict):
            number = _number(value)
            return number if number is not None else str(value)
    return None


_EVERY = re.compile(r"\b(?:all|every|each|both|alle|jede[nrs]?|todos|todas|cada)\b", re.IGNORECASE)


def for_each(request: str) -> bool:
    """Whether the request wants the same for each of several records.

    >>> for_each("Cancel every meeting of Ann."), for_each("Cancel the meeting.")
    (True, False)
    """
    return _EVERY.search(request) is not None


_SUGGESTED = re.compile(r"[\"'“‘`]([^\"'”’`]{2,60})[\"'”’`]|\b([A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+)*)")


def suggestions(words: str) -> list[str]:
    """The names and quoted words of an error message: what it may offer instead.

    >>> suggestions("Unknown town. Known towns: Elmby, Nether Quill.")
    ['Unknown', 'Known', 'Elmby', 'Nether Quill']
    """
    return [match[1] or match[2] for match in _SUGGESTED.finditer(words)]
