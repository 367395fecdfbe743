"""Reads typed values out of a text with plain patterns: e-mails, dates, times, money, numbers, ids, names, quotes.

Each reader gives what stands in the text, in order, and nothing else. Dates are read day first where both orders are
possible; what depends on today is read by days.py. English, with German and Spanish month names.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from . import days


@dataclass(frozen=True)
class Value:
    """One value and where it stands in the text."""

    value: str | float
    start: int
    end: int
    money: bool = False
    sure: bool = False  # a name that was introduced or signed


EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
URL = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")
PHONE = re.compile(r"(?<![\w.-])(?:\+|\(?0)\d[\d\s()/-]{6,20}\d")
_STAMP = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
CODE = re.compile(
    r"\b(?=[\w-]{0,40}\d)[A-Za-z]{1,8}[-_]?\d[\dA-Za-z]*(?:[-_][\dA-Za-z]+)*\b|"
    r"\b[A-Z]{2,8}(?:_[A-Z]{1,12})*_\d[\dA-Z_]*\b|\b[A-Z]{2,5}-[A-Z]{1,4}\d[\dA-Z]*\b|(?<=#)\d{2,}\b|\b\d{5,}\b|"
    r"(?<![\d./-])\d{2,4}[-/]\d{3,6}\b(?![-/.]\d)"
)
_TIME = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\b\.?|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.I)
_CURRENCY = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "JPY",
}
_MONEY_WORD = r"(?:USD|EUR|GBP|JPY|CHF|dollars?|euros?|pounds?|yen)\b|[$€£¥]"
_NUMBER = re.compile(
    rf"(?P<sign>(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF))\s*)?(?<![\w.])"
    rf"(?P<digits>-?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|-?\d{{1,3}}(?:\.\d{{3}})+,\d{{1,2}}|-?\d+(?:[.,]\d+)?)"
    rf"(?P<unit>\s*(?:{_MONEY_WORD}))?(?!\w|-\d)(?<!\d\.)|"
    rf"(?<![\w.-])(?P<attached>\d+(?:[.,]\d+)?)(?=(?:kg|mg|g|km|km/h|cm|mm|m2|m²|ml|l|min|kwh|x)\b)",
    re.I,
)
_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.I)
_QUOTED = re.compile(r"[\"“]([^\"”\n]+)[\"”]|(?<!\w)'([^'\n]+)'(?!\w)")
_GERMAN_MONTHS = "januar februar märz april mai juni juli august september oktober november dezember"
_SPANISH_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"


def _months() -> dict[str, int]:
    names = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
    names |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
    german = _GERMAN_MONTHS.split()
    spanish = _SPANISH_MONTHS.split()
    return {**dict(zip(german, range(1, 13), strict=True)), **dict(zip(spanish, range(1, 13), strict=True)), **names}


_MONTHS = _months()
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (  # (pattern, names of its groups)
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), "ymd"),
    (re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b"), "dmy"),
    (re.compile(rf"\b({MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?\b", re.I), "mdy"),
    (
        re.compile(
            rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?({MONTH})\b\.?(?:,?\s+(?:de\s+)?(\d{{4}}))?", re.I
        ),
        "dmy",
    ),
)
_TODAY = re.compile(
    r"\b(?:today(?:'s date)?(?: is|:)|current date(?: is|:)|heute ist|it is(?= \w+day))[^\n\d]{0,30}", re.I
)


def today(text: str) -> date | None:
    """What day it is, where the text says so ("Today is 2026-11-23")."""
    match = _TODAY.search(text)
    found = next(dates(text[match.start() :], None), None) if match else None
    return date.fromisoformat(str(found.value)) if found else None


def asked_dates(text: str, now: date | None) -> list[Value]:
    """All dates but the one that only says what day it is, unless there is no other.

    >>> [v.value for v in asked_dates("Today is 2026-11-23. Come tomorrow.", date(2026, 11, 23))]
    ['2026-11-24']
    """
    found = list(dates(text, now))
    match = _TODAY.search(text)
    said = range(match.start(), match.end() + 1) if match else range(0)
    return [value for value in found if value.start not in said] or found


def dates(text: str, now: date | None) -> Iterator[Value]:
    """All dates, as YYYY-MM-DD. A date without a year needs `now`.

    >>> [v.value for v in dates("from 3 May 2026 to 2026-06-01", None)]
    ['2026-05-03', '2026-06-01']
    """
    found = [value for pattern, order in _DATES for m in pattern.finditer(text) if (value := _date(m, order, now))]
    if now is not None:
        found += [Value(day.isoformat(), start, end) for day, start, end in days.relative(text, now)]
    yield from sorted(found, key=lambda value: value.start)


def _date(match: re.Match[str], order: str, now: date | None) -> Value | None:
    parts = {name: match[i] for i, name in enumerate(order, start=1)}
    year = int(parts["y"]) if parts["y"] else (now.year if now else None)
    if year is None:
        return None
    month = _MONTHS.get(parts["m"].lower()) or int(parts["m"])
    try:
        return Value(date(year, month, int(parts["d"])).isoformat(), match.start(), match.end())
    except ValueError:  # 2026-13-40 looks like a date, but is none
        return None


def times(text: str) -> Iterator[Value]:
    """All times of day, as HH:MM.

    >>> [v.value for v in times("at 3 pm or 18:30")]
    ['15:00', '18:30']
    """
    for match in _TIME.finditer(text):
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
        if hour < 24 and minute < 60:
            yield Value(f"{hour:02d}:{minute:02d}", match.start(), match.end())


def matches(pattern: re.Pattern[str], text: str) -> Iterator[Value]:
    """All stretches of the text that the pattern fits."""
    return (Value(match[0], match.start(), match.end()) for match in pattern.finditer(text))


def codes(text: str) -> Iterator[Value]:
    """All ids: letters with digits, or long numbers. A year is none.

    >>> [v.value for v in codes("order BL-1001 and #4471 of 2026")]
    ['BL-1001', '4471']
    """
    hidden = _hide(text, [EMAIL, URL, PHONE, *(pattern for pattern, _ in _DATES), _STAMP])
    return (Value(m[0], m.start(), m.end()) for m in CODE.finditer(hidden))


def numbers(text: str) -> Iterator[Value]:
    """All numbers that are not part of an id, a date, a time or an address.

    >>> [(v.value, v.money) for v in numbers("two cups for €1,299.50 on 2026-01-02")]
    [(2.0, False), (1299.5, True)]
    """
    bare = hidden(text)
    found = []
    for match in _NUMBER.finditer(bare):
        value = _amount(match["digits"] or match["attached"])
        found.append(Value(value, match.start(), match.end(), bool(match["sign"] or match["unit"])))
    for match in _NUMBER_WORD.finditer(bare):
        found.append(Value(float(_NUMBER_WORDS.index(match[0].lower())), match.start(), match.end()))
    return iter(sorted(found, key=lambda value: value.start))


def hidden(text: str) -> str:
    """The text with blanks for what has digits but is no number: ids, days, times, addresses."""
    text = _hide(text, [EMAIL, URL, UUID, PHONE, _STAMP, *(pattern for pattern, _ in _DATES), _TIME])
    return re.sub(r"\b[A-Za-z]{1,40}[-_]?\d[\w-]{0,40}|#\d+", lambda m: " " * len(m[0]), text)


def _amount(digits: str) -> float:
    """Read 1,299.50 and 1.299,50 alike; one comma before one or two digits is a point."""
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+,\d{1,2}", digits):
        digits = digits.replace(".", "")
    comma_is_point = re.fullmatch(r"-?\d+,\d{1,2}", digits)
    return float(digits.replace(",", "." if comma_is_point else ""))


def currencies(text: str) -> Iterator[Value]:
    """All currencies, as ISO 4217 codes."""
    for match in re.finditer(r"[$€£¥]|\b(?:USD|EUR|GBP|JPY|CHF)\b|\b(?:dollar|euro|pound|yen)", text, re.I):
        yield Value(_CURRENCY.get(match[0].lower(), match[0].upper()), match.start(), match.end())


def quotes(text: str) -> Iterator[Value]:
    """All quoted texts, without their marks."""
    for match in _QUOTED.finditer(text):
        yield Value(match[1] or match[2], match.start(), match.end())


def _hide(text: str, patterns: list[re.Pattern[str]]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text
