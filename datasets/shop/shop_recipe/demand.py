"""When people order: growth, seasons, Black Friday, weekdays, hours (WORLD section 7)."""

from __future__ import annotations

from datetime import date, timedelta

from shop_recipe.clock import FIRST_DAY, LAST_DAY
from shop_recipe.dice import Dice, Weights

YEARS = (  # first day, last day, share of all orders in per cent
    (FIRST_DAY, date(2024, 11, 15), 20),
    (date(2024, 11, 16), date(2025, 11, 15), 34),
    (date(2025, 11, 16), LAST_DAY, 46),
)
MONTH_INDEX = (88, 84, 88, 86, 84, 82, 76, 78, 96, 108, 168, 162)
WEEKDAY_INDEX = (115, 100, 100, 100, 100, 100, 80)  # Monday first
BLACK_FRIDAYS = (date(2023, 11, 24), date(2024, 11, 29), date(2025, 11, 28))
BLACK_FRIDAY_FACTOR = 6
HOUR_INDEX = (6, 3, 2, 1, 1, 3, 10, 24, 38, 48, 54, 62, 92, 84, 58, 52, 52, 58, 66, 84, 112, 108, 62, 22)

Moment = tuple[date, int, int]  # UK day, minute of the day, second


def day_weight(day: date) -> int:
    """Return how many orders a day gets, in relation to other days of the same shop year."""
    factor = BLACK_FRIDAY_FACTOR if day in BLACK_FRIDAYS else 1
    return MONTH_INDEX[day.month - 1] * WEEKDAY_INDEX[day.weekday()] * factor


def order_moments(count: int, reserved: tuple[int, int, int]) -> list[Moment]:
    """Return `count` moments in order of time; `reserved` is the number of orders a year that are added elsewhere."""
    dice = Dice("demand")
    hours = Weights(range(24), HOUR_INDEX)
    moments: list[Moment] = []
    whole = count + sum(reserved)
    for (first, last, share), elsewhere in zip(YEARS, reserved, strict=True):
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        weights = Weights(days, [day_weight(day) for day in days])
        for _ in range(whole * share // 100 - elsewhere):
            moments.append((weights.draw(dice), hours.draw(dice) * 60 + dice.below(60), dice.below(60)))
    return sorted(moments)
