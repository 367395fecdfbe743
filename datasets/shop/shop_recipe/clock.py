"""Days on which Brewline works, and UK time turned into UTC.

The bank holidays are those of England and Wales (https://www.gov.uk/bank-holidays). Summer time runs from the last
Sunday of March to the last Sunday of October, changing at 01:00 UTC; it is computed here so that no time-zone database
is needed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

FIRST_DAY = date(2023, 11, 16)
LAST_DAY = date(2026, 11, 15)
NOW = datetime(2026, 11, 16, 8, 0)  # UTC: the moment at which the tables were taken

_HOLIDAYS = {
    2023: "12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(f"{year}-{day}") for year, days in _HOLIDAYS.items() for day in days.split()
)


def is_working_day(day: date) -> bool:
    """Return whether parcels leave and arrive on this day.

    >>> is_working_day(date(2026, 11, 16)), is_working_day(date(2026, 4, 6))
    (True, False)
    """
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def add_working_days(day: date, count: int) -> date:
    """Return the working day that comes `count` working days after this day (0: this or the next working day).

    >>> add_working_days(date(2025, 12, 19), 9)
    datetime.date(2026, 1, 6)
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after `first`, up to and including `last`."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=number)) for number in range(1, days + 1))


def anniversary(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def utc(day: date, minute: int, second: int = 0) -> datetime:
    """Turn a UK day and a minute of it (0 to 1439) into UTC, without a time zone in the value.

    >>> utc(date(2026, 9, 14), 10 * 60 + 52)
    datetime.datetime(2026, 9, 14, 9, 52)
    """
    local = datetime.combine(day, time(minute // 60, minute % 60, second))
    summer = _last_sunday(day.year, 3) <= local - timedelta(hours=1) < _last_sunday(day.year, 10)
    return local - timedelta(hours=int(summer))


def uk(moment: datetime) -> datetime:
    """Turn UTC into UK time.

    >>> uk(datetime(2026, 9, 14, 9, 52))
    datetime.datetime(2026, 9, 14, 10, 52)
    """
    summer = _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10)
    return moment + timedelta(hours=int(summer))


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    return datetime.combine(last - timedelta(days=(last.weekday() + 1) % 7), time(1))
