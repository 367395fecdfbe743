"""Warranties of the machines delivered and what came to the workshop (WORLD sections 5 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shop_recipe import problems
from shop_recipe.catalogue import euro
from shop_recipe.clock import NOW, add_working_days, anniversary, is_working_day
from shop_recipe.dice import Dice
from shop_recipe.records import Order

TODAY = NOW.date()
TWO_YEARS_SINCE = date(2024, 7, 1)  # H1
FASTER_SINCE = date(2025, 11, 3)  # H5
REPAIR_PER_10_000 = 200  # in the first year
LATER_PER_10_000 = 150  # in the second
SECOND_TIME_PER_10_000 = 350

# fault: weight and, by family, the error codes and the part
FAULTS = {
    "one": {"no_heat": 24, "no_flow": 22, "leak_inside": 10, "tank_sensor": 12, "electronics": 12, "noise": 6,
            "accident": 9, "other": 5},
    "duo": {"no_heat": 20, "no_flow": 20, "leak_inside": 12, "tank_sensor": 9, "electronics": 18, "noise": 7,
            "accident": 8, "other": 6},
    "pro": {"no_heat": 20, "no_flow": 26, "leak_inside": 20, "electronics": 24, "other": 10},
    "grind": {"motor": 34, "noise": 24, "too_coarse": 18, "accident": 8, "other": 16},
    "froth": {"motor": 46, "no_heat": 30, "other": 24},
    "pour": {"no_heat": 40, "no_flow": 36, "other": 24},
}  # fmt: skip
ERROR_CODES = {
    ("one", "no_heat"): ("E07", "E07", "E04", "E01"), ("duo", "no_heat"): ("E07", "E05", "E03", "E01"),
    ("pro", "no_heat"): ("E05", "E03"), ("one", "no_flow"): ("E09",), ("duo", "no_flow"): ("E09", "E19"),
    ("pro", "no_flow"): ("E09", "E19"), ("one", "leak_inside"): ("E10", None, None),
    ("duo", "leak_inside"): ("E17", None),
    ("pro", "leak_inside"): ("E17", "E24"), ("one", "tank_sensor"): ("E12",), ("duo", "tank_sensor"): ("E12",),
    ("one", "electronics"): ("E15", "E14", "E30"), ("duo", "electronics"): ("E15", "E14", "E30"),
    ("pro", "electronics"): ("E15", "E30"), ("grind", "motor"): ("E35", "E31"), ("froth", "motor"): ("E37",),
    ("froth", "no_heat"): (None,), ("grind", "other"): ("E33", None),
}  # fmt: skip
PARTS = {
    "E01": {"one": "BL-N1", "duo": "BL-N1"}, "E03": {"duo": "BL-N2", "pro": "BL-N2"}, "E04": {"one": "BL-H1"},
    "E05": {"duo": "BL-H3", "pro": "BL-H3"}, "E07": {"one": "BL-H1", "duo": "BL-H2"},
    "E09": {"one": "BL-U1", "duo": "BL-U2", "pro": "BL-U2"}, "E12": {"one": "BL-K16", "duo": "BL-K24"},
    "E14": {"one": "BL-E3", "duo": "BL-E3"}, "E15": {"one": "BL-E1", "duo": "BL-E2", "pro": "BL-E2"},
    "E17": {"duo": "BL-V2"}, "E19": {"duo": "BL-U2", "pro": "BL-U2"}, "E24": {"pro": "BL-PV1"},
    "E30": {"one": "BL-E1", "duo": "BL-E2", "pro": "BL-E2"}, "E33": {"grind": "BL-B40"}, "E35": {"grind": "BL-GM1"},
    "E37": {"froth": "BL-FW1"},
}  # fmt: skip
OLD_MODEL_PARTS = {"BL-K16": "BL-K14", "BL-B40": "BL-B38"}
LIMESCALE_FAULTS = frozenset({"no_heat", "no_flow"})
# How many tenths of the usual number of these faults come from hard, medium and soft water.
HARDNESS_TENTHS = {"H4": 17, "H2": 10, "H1": 4}
LIMESCALE_PER_10_000 = {"H4": 4500, "H2": 2000, "H1": 500}
FIXED_PRICE = {"one": 9500, "duo": 14500, "grind": 6000}  # after the warranty, in pence
ACCIDENT_BEFORE = {"one": 8500, "duo": 13000, "grind": 6000}  # H3
ACCIDENT_CHANGED = date(2026, 10, 19)
SENSOR_CHANGED = date(2026, 5, 11)  # H27


@dataclass(frozen=True)
class Machine:
    """A machine that was delivered and kept: one row of the table `warranties`."""

    serial_number: str
    sku: str
    family: str
    order: Order
    delivered_on: date
    covered_until: date
    business_use: bool
    registered: bool

    @property
    def batch(self) -> str | None:
        """The known problem of its production run."""
        return next((batch.code for batch in problems.BATCHES if batch.holds(self.serial_number)), None)


@dataclass(frozen=True)
class Repair:
    """One row of the table `repairs`; the charge in pence. `batch` is not a column."""

    serial_number: str
    opened_on: date
    closed_on: date | None
    fault: str
    error_code: str | None
    covered: bool
    charge: int
    part_sku: str | None
    second_time: bool
    batch: str | None


def covered_until(sku: str, delivered_on: date, business_use: bool) -> date:
    """Return the last covered day: the day before the anniversary.

    >>> covered_until("BL-ONE", date(2024, 11, 25), False)
    datetime.date(2026, 11, 24)
    """
    years = 1 if business_use or sku == "BL-PRO" or delivered_on < TWO_YEARS_SINCE else 2
    return anniversary(delivered_on, years) - timedelta(days=1)


def machines_of(orders: list[Order]) -> list[Machine]:
    """Return all machines that were delivered and not sent back, by serial number."""
    machines = []
    for order in orders:
        if order.status != "delivered" or order.delivered_on is None:
            continue
        for line in order.lines:
            for serial in line.serials if line.family else []:
                dice = Dice(f"warranty/{serial}")
                business = order.customer.is_business and (line.sku == "BL-PRO" or dice.happens(8800))
                until = covered_until(line.sku, order.delivered_on, business)
                registered = dice.happens(5400)
                family = line.family or ""
                machines.append(
                    Machine(serial, line.sku, family, order, order.delivered_on, until, business, registered)
                )
    return sorted(machines, key=lambda machine: machine.serial_number)


def repairs_of(machines: list[Machine]) -> list[Repair]:
    """Return the repairs of all machines: those of the known batches, then the usual ones."""
    repairs: list[Repair] = []
    free = [machine for machine in machines if machine.order.kind != "named"]
    for batch in problems.BATCHES:
        repairs += _batch_repairs(batch, machines, free)
    ill = {repair.serial_number for repair in repairs}
    for machine in free:
        if machine.serial_number not in ill:
            repairs += _usual_repairs(machine)
    return sorted(repairs, key=lambda repair: (repair.opened_on, repair.serial_number))


def _batch_repairs(batch: problems.Batch, machines: list[Machine], free: list[Machine]) -> list[Repair]:
    dice = Dice(f"batch/{batch.code}")
    ready = [
        machine for machine in free if batch.holds(machine.serial_number) and machine.delivered_on < batch.last_day
    ]
    size = sum(batch.holds(machine.serial_number) and machine.delivered_on < batch.last_day for machine in machines)
    cases = dice.shuffled(ready)[: (size * batch.per_10_000 + 5000) // 10_000]
    early = (len(cases) * batch.early_per_cent + 50) // 100
    # Those delivered first break down in the early time.
    cases.sort(key=lambda machine: (machine.delivered_on >= batch.early_until, machine.serial_number[3:]))
    repairs = []
    for position, machine in enumerate(cases):
        last = batch.early_until if position < early else batch.last_day
        start = batch.first_day if position < early else batch.early_until + timedelta(days=3)
        first = max(start, machine.delivered_on + timedelta(days=2))
        opened = _working_day_between(dice, first, max(first, last))
        repairs.append(
            _repair(machine, opened, batch.fault, batch.error_code, True, 0, batch.part_sku, False, batch.code)
        )
    return repairs


def _usual_repairs(machine: Machine) -> list[Repair]:
    dice = Dice(f"repair/{machine.serial_number}")
    weights = dict(FAULTS[machine.family])
    if machine.family in ("one", "duo"):
        weights = {
            fault: weight * (HARDNESS_TENTHS[machine.order.customer.hardness] if fault in LIMESCALE_FAULTS else 10)
            for fault, weight in weights.items()
        }
        usual = sum(FAULTS[machine.family].values()) * 10
    else:
        usual = sum(weights.values())
    chance = REPAIR_PER_10_000 * sum(weights.values()) // usual
    days = dice.between(4, 360) if dice.happens(chance) else None
    if days is None and dice.happens(LATER_PER_10_000):
        days = dice.between(370, 900)
        if machine.family in ("froth", "pour") and days > 720:
            return []
    if days is None or machine.delivered_on + timedelta(days=days) > TODAY:
        return []
    opened = add_working_days(machine.delivered_on + timedelta(days=days), 0)
    first = _drawn_repair(machine, opened, dice.weighted(list(weights), list(weights.values())), False, dice)
    again = opened + timedelta(days=dice.between(25, 130))
    if first and dice.happens(SECOND_TIME_PER_10_000) and again < TODAY and first.fault != "accident":
        second = _drawn_repair(machine, add_working_days(again, 0), first.fault, True, dice)
        return [first, second] if second else [first]
    return [first] if first else []


def _drawn_repair(machine: Machine, opened: date, fault: str, second_time: bool, dice: Dice) -> Repair | None:
    code = dice.one_of(ERROR_CODES.get((machine.family, fault), (None,)))
    part = PARTS.get(code or "", {}).get(machine.family)
    if machine.sku.endswith("23") and part:
        part = OLD_MODEL_PARTS.get(part, part)
    limescale = fault in LIMESCALE_FAULTS and dice.happens(LIMESCALE_PER_10_000[machine.order.customer.hardness])
    covered = opened <= machine.covered_until and fault != "accident" and not limescale
    if opened > TODAY or (not covered and machine.family not in FIXED_PRICE):
        return None
    charge = 0
    if not covered:
        charge = _charge(machine, fault, opened)
    return _repair(machine, opened, fault, code, covered, charge, part, second_time, None)


def _charge(machine: Machine, fault: str, opened: date) -> int:
    """Return what a repair costs that the warranty does not cover, in pence or cents."""
    pence = FIXED_PRICE[machine.family]
    if fault == "accident" and opened < ACCIDENT_CHANGED:
        pence = ACCIDENT_BEFORE[machine.family]
    if fault == "tank_sensor":
        pence = 4500 if opened >= SENSOR_CHANGED else 3900
    return pence if machine.order.currency == "GBP" else euro(pence)


def _repair(
    machine: Machine, opened: date, fault: str, code: str | None, covered: bool, charge: int, part: str | None,
    second_time: bool, batch: str | None,
) -> Repair:  # fmt: skip
    dice = Dice(f"workshop/{machine.serial_number}/{opened}")
    days = dice.between(7, 10) if opened >= FASTER_SINCE else dice.between(10, 15)
    if fault in ("tank_sensor",) and batch == "K3":
        days = 2  # a tank goes out by post, no collection
    closed = add_working_days(opened, days)
    return Repair(
        machine.serial_number, opened, closed if closed < TODAY else None, fault, code, covered, charge, part,
        second_time, batch,
    )  # fmt: skip


def _working_day_between(dice: Dice, first: date, last: date) -> date:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [day for day in days if is_working_day(day)]
    return dice.one_of(working) if working else add_working_days(last, 0)
