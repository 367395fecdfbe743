"""Serial numbers of the machines sent: made one to three months before, each number once."""

from __future__ import annotations

from datetime import date

from shop_recipe import problems
from shop_recipe.dice import Dice
from shop_recipe.records import Order

LETTERS = {"one": "BO", "duo": "BD", "grind": "BG", "pro": "BP", "froth": "BF", "pour": "BU"}
MADE_IN_A_MONTH = {"one": 900, "duo": 380, "grind": 520, "pro": 25, "froth": 300, "pour": 260}
# First and last month of production (YYMM) of each model; the month tells the generation.
MONTHS = {
    "BL-ONE23": (2302, 2406), "BL-ONE": (2407, 2612), "BL-GRD23": (2305, 2405), "BL-GRD": (2406, 2612),
    "BL-DUO": (2308, 2612), "BL-PRO": (2502, 2612), "BL-FRO": (2409, 2612), "BL-POU": (2508, 2612),
}  # fmt: skip
MONTHS_BEFORE = ((1, 2, 3), (55, 37, 8))


class SerialNumbers:
    """The numbers that are still free, by letters and month."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.pools: dict[str, list[str]] = {}

    def draw(self, sku: str, family: str, leaves: date, dice: Dice) -> str:
        """Return a free serial number for a machine that leaves on this day."""
        first, last = MONTHS[sku]
        month = _months_before(leaves, dice.weighted(*MONTHS_BEFORE))
        if sku == "BL-DUO" and problems.LEAD_FIRST <= leaves <= problems.LEAD_LAST:
            first, last = problems.LEAD_MONTHS
        newest = min(last, _months_before(leaves, 0))
        month = min(max(month, first), newest)
        for near in (*range(month, first - 1, -1), *range(month + 1, newest + 1)):
            pool = self._pool(f"{LETTERS[family]}-{near}", family) if 1 <= near % 100 <= 12 else []
            if pool:
                return pool.pop()
        raise ValueError(f"no serial number is left for {sku} sent on {leaves}: raise MADE_IN_A_MONTH[{family!r}]")

    def _pool(self, prefix: str, family: str) -> list[str]:
        if prefix not in self.pools:
            numbers = [f"{prefix}-{number:05}" for number in range(1, MADE_IN_A_MONTH[family] + 1)]
            free = [number for number in Dice(f"serials/{prefix}").shuffled(numbers) if number not in self.taken]
            self.pools[prefix] = free[: problems.SHARE_OF_OWN_SHOP.get(prefix, len(free))]
        return self.pools[prefix]


def _months_before(day: date, count: int) -> int:
    months = day.year * 12 + day.month - 1 - count
    return (months // 12 - 2000) * 100 + months % 12 + 1


def give_serials(orders: list[Order]) -> None:
    """Give every machine that left a serial number; what a named order says stays."""
    taken = {serial for order in orders for line in order.lines for serial in line.serials}
    numbers = SerialNumbers(taken)
    sent = [order for order in orders if order.dispatched_on]
    for order in sorted(sent, key=lambda order: (order.dispatched_on or order.day, order.order_id)):
        dice = Dice(f"serial/{order.order_id}")
        for line in order.lines:
            if line.family and not line.serials and order.dispatched_on:
                line.serials = [
                    numbers.draw(line.sku, line.family, order.dispatched_on, dice) for _ in range(line.quantity)
                ]
