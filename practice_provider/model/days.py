"""Reads days that depend on what day it is: tomorrow, next Friday, in three days, two weeks ago.

"Friday", "on Friday", "this Friday" and "next Friday" are all the first Friday after today; "Friday next week" is the
one of the week that begins on Monday. Without a known today none of them can be read.
Compare https://duckling.wit.ai, which reads the same words
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_SHIFT = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
    "heute": 0,
    "morgen": 1,
    "gestern": -1,
    "übermorgen": 2,
    "hoy": 0,
    "ayer": -1,
    "pasado mañana": 2,
}
_DAY_WORD = re.compile(rf"(?<!guten )\b({'|'.join(sorted(_SHIFT, key=len, reverse=True))})\b", re.IGNORECASE)
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    *("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
)
_WEEKDAY = re.compile(
    rf"\b(?P<last>last\s+|letzten\s+)?(?P<before>next week(?: on)?\s+)?"
    rf"(?P<day>{'|'.join(_WEEKDAYS)})(?P<week>\s+(?:of\s+)?next week|\s+week)?\b",
    re.IGNORECASE,
)
_WORDS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_WORDS)}|an)"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_SPAN = re.compile(
    rf"\b(?:in|within)\s+{_COUNT}\s+{_UNIT}(?:['’]?\s+time)?\b|"
    rf"\b{_COUNT.replace('count', 'ago')}\s+{_UNIT.replace('unit', 'gone')}\s+ago\b",
    re.IGNORECASE,
)
_LENGTH = {"day": 1, "week": 7, "month": 30, "year": 365}

Found = tuple[date, int, int]  # the day, and where it stands in the text


def relative(text: str, today: date) -> Iterator[Found]:
    """All days that the text names by their distance from today.

    >>> [day.isoformat() for day, _, _ in relative("next Friday or in 3 days, not tomorrow", date(2026, 11, 16))]
    ['2026-11-17', '2026-11-20', '2026-11-19']
    """
    for match in _DAY_WORD.finditer(text):
        yield today + timedelta(days=_SHIFT[match[1].lower()]), match.start(), match.end()
    for match in _WEEKDAY.finditer(text):
        if not re.match(
            r",?\s*(?:the\s+)?\d{1,4}[\s./-]", text[match.end() :]
        ):  # "Friday, 20 November" has its own date
            yield _weekday(match, today), match.start(), match.end()
    for match in _SPAN.finditer(text):
        count, unit = match["count"] or match["ago"], match["unit"] or match["gone"]
        number = int(count) if count.isdigit() else max(1, _WORDS.index(count.lower().removesuffix("n")))
        shift = number * _LENGTH[unit.lower()]
        yield _shifted(today, -shift if match["ago"] else shift), match.start(), match.end()


def _weekday(match: re.Match[str], today: date) -> date:
    wanted = _WEEKDAYS.index(match["day"].lower()) % 7
    if match["before"] or match["week"]:
        return today + timedelta(days=7 - today.weekday() + wanted)
    if match["last"]:
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _shifted(day: date, days: int) -> date:
    """A day so far away, or the day itself where the calendar ends."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day
