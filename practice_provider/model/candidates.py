"""Lists what a text offers to the fields of a form, by kind: numbers, days, times, ids and people, with their places.

Which field is of which kind is read from its type, its format, its name and its description. Which value goes to which
field is decided in pairing.py. Compare https://schema.org/DataType
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from . import names, units, values
from .fields import Field, Source
from .words import spoken

Kind = Literal["number", "date", "time", "code", "person"]


@dataclass(frozen=True)
class Candidate:
    """A value, where it stands, its unit and where that ends, and how likely it is by itself."""

    value: str | float
    start: int
    end: int
    unit: str | None = None
    unit_end: int = 0
    money: bool = False
    weight: float = 0.0
    text: str = ""


NOT_PEOPLE = (
    r"event|product|article|position|job|company|firm|shop|store|team|recipe|course|film|movie|book|item|"
    r"file|project|device|machine|model|station|city|town|place|street|dish|plant|merchant|bank|school|function|event"
)
_PEOPLE = (
    r"customer|client|person|author|sender|owner|patient|guest|renter|tenant|applicant|borrower|participant|buyer|"
    r"reporter|winner|runner.?up|trainer|teacher|doctor|scientist|witness|contact|assignee|recipient|addressee|"
    r"full name|first name|last name|surname|user name|(?:counted|closed|reported|opened|signed|written|created) by"
)
LIMIT = re.compile(  # how many are wanted: evidence.py reads those
    r"\blimit\b|^(?:top )?k$|^(?:max|maximum|top|most|count)$|^(?:max|top|number of|most) "
    r"(?:results?|items|rows|hits|entries|orders|documents|matches)$"
)
_CODE_WORDS = r"ids?|sku|reference|serial|tracking|code|ticket|number|no|iban|registration|plate"


def kind_of(field: Field) -> Kind | None:
    """Give the kind of value that a field wants; None for words, choices, e-mail addresses, and what has a pattern."""
    kinds, form = field.kinds, field.schema.get("format", "")
    if "enum" in field.schema or "const" in field.schema or "pattern" in field.schema:
        return None
    if kinds & {"number", "integer"}:
        return None if LIMIT.search(spoken(field.name)) else "number"
    if "string" not in kinds:
        return None
    if form:
        return "date" if form == "date" else None
    return _by_name(field)


def _by_name(field: Field) -> Kind | None:
    name, words = spoken(field.name), field.words
    if re.search(r"hh:mm|\btime of day\b", words) or re.fullmatch(r"(?:\w+ )*time", name):
        return "time"
    if re.search(r"yyyy-mm-dd|\biso 8601\b", words) or re.search(r"\b(?:date|deadline|birthday)$", name):
        return "date"
    if re.search(r"phone|mobile|fax|e-?mail|currency|country|link|url|digits|post ?code|zip|street", name):
        return None
    if re.search(rf"\b(?:{_CODE_WORDS})$", name) or re.search(
        rf"\b(?:{_CODE_WORDS}) of\b|\b(?:serial|order) number", words
    ):
        return "code"
    if re.search(rf"\b(?:{NOT_PEOPLE})\b|phone|e-?mail", words):
        return None
    return "person" if re.search(rf"\b(?:{_PEOPLE})\b", name) or name == "name" else None


def find(kind: Kind, source: Source) -> list[Candidate]:
    """Everything of this kind in the text, in order."""
    return sorted(_FINDERS[kind](source), key=lambda one: one.start)


_PAIR = re.compile(r"(?<![\w.,/:-])(\d{1,4})\s?[-–:/]\s?(\d{1,4})(?![\w/:-]|[.,]\d)")
_OUT_OF = re.compile(r"\b(?:out of|von maximal)\s+$", re.IGNORECASE)  # "4 out of 5": the 5 is no value
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(
    rf"\b(?:({'|'.join(_ORDINALS)})|(\d{{1,3}})(?:st|nd|rd|th))\b(?!\s+(?:of\s+)?(?:{values.MONTH})\b)", re.I
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_VAGUE = -0.25  # "one", "first", a pair "3-1": a number only where a word of the field stands beside it


def _numbers(source: Source) -> Iterator[Candidate]:
    text = source.text
    pairs = list(_PAIR.finditer(values.hidden(text)))
    for value in values.numbers(text):
        if any(match.start() <= value.start < match.end() for match in pairs):
            continue
        unit, end = units.behind(text, value.end)
        word = text[value.start : value.end].lower()
        year = _YEAR.fullmatch(word) is not None
        weight = _VAGUE * (word == "one" or year) - 0.5 * bool(_OUT_OF.search(text[: value.start]))
        yield Candidate(value.value, value.start, value.end, unit, end, value.money, weight, word)
    for match in pairs:
        for i in (1, 2):
            yield Candidate(float(match[i]), match.start(i), match.end(i), None, match.end(i), False, 0.0, match[i])
    for match in _ORDINAL.finditer(text):
        number = float(match[2] or _ORDINALS.index(match[1].lower()) + 1)
        yield Candidate(number, match.start(), match.end(), None, match.end(), False, _VAGUE, match[0])


def _dates(source: Source) -> Iterator[Candidate]:
    now = values.today(source.context) or values.today(source.text)
    for value in values.asked_dates(source.text, now):
        told = source.text[value.start : value.end]
        yield Candidate(value.value, value.start, value.end, None, value.end, False, 0.2, told)


def _times(source: Source) -> Iterator[Candidate]:
    for value in values.times(source.text):
        told = source.text[value.start : value.end]
        yield Candidate(value.value, value.start, value.end, None, value.end, False, 0.2, told)


def _codes(source: Source) -> Iterator[Candidate]:
    """Ids; a long one is likelier to be the number of something than a short one as E12 is."""
    for value in values.codes(source.text):
        text = str(value.value)
        is_long = re.search(r"[-_/]\w|\d{5}|^\d{3}", text) is not None
        yield Candidate(text, value.start, value.end, None, value.end, False, 0.45 if is_long else 0.2, text)


_FIRM = re.compile(
    r"\b(?:Ltd|Inc|GmbH|AG|LLC|Co|Bank|University|School|Hospital|General|Park|Road|Street|Lane|Avenue|Energy|Post|"
    r"United|Bakery|Studio|Library|Station|Harbour|Group|Systems|Services|Shop|Store|Hotel|Board)\b"
)


def _people(source: Source) -> Iterator[Candidate]:
    """Names of people; less likely behind "in" or "from", or with a firm's word in them."""
    seen: set[int] = set()
    for value in names.people(source.text):
        if value.start in seen:
            continue
        seen.add(value.start)
        text, before = str(value.value), source.text[max(0, value.start - 12) : value.start]
        weight = 0.3 - 0.5 * bool(_FIRM.search(text)) - 0.5 * bool(re.search(r"\b(?:in|at|near|via)\s+$", before))
        weight += 0.2 * bool(re.search(r"\b(?:Mr|Mrs|Ms|Dr|Herr|Frau|Sra?)\.?\s+$", before))
        weight += 0.1 * (value.start == 0) + 0.15 * value.sure
        yield Candidate(text, value.start, value.end, None, value.end, False, weight, text)


_FINDERS: Mapping[Kind, Callable[[Source], Iterator[Candidate]]] = {
    "number": _numbers,
    "date": _dates,
    "time": _times,
    "code": _codes,
    "person": _people,
}
