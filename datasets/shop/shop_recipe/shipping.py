"""Parcels: when they leave, when they arrive, which are late or lost; the flood at Larkway's hub (K4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shop_recipe import problems
from shop_recipe.clock import NOW, add_working_days, is_working_day, utc, working_days_between
from shop_recipe.dice import Dice
from shop_recipe.named import noted
from shop_recipe.records import Order

TODAY = NOW.date()
CUT_OFF_CHANGED = date(2026, 11, 2)  # H14
CARRIER_CHANGED = date(2026, 2, 2)  # H19
SIGNATURE_SINCE = date(2025, 5, 12)  # H18


@dataclass(frozen=True)
class Service:
    """How long a parcel takes, in working days after the day of dispatch."""

    promised: int
    usual: tuple[tuple[int, ...], tuple[int, ...]]  # days and their weights
    late: tuple[int, ...]


SERVICES = {
    "standard": Service(5, ((3, 4, 5), (30, 43, 27)), (6, 7, 8)),
    "express": Service(1, ((1,), (1,)), (2, 3)),
    "ireland": Service(7, ((5, 6, 7), (34, 42, 24)), (8, 9, 10)),
    "europe": Service(9, ((6, 7, 8, 9), (26, 36, 24, 14)), (10, 11, 12)),
    "pallet": Service(2, ((1, 2), (50, 50)), (3, 4)),
}
FLOOD_DAYS = ((5, 6, 7, 8, 9, 10, 11, 12), (5, 8, 12, 18, 24, 16, 10, 7))
LATE_PER_10_000, LOST_PER_10_000, LOST_IN_FLOOD = 400, 30, 180
CANCELLED_PER_10_000 = 120
SHIPPED = ("dispatched", "out_for_delivery", "delivered", "returned", "lost")


@dataclass(frozen=True)
class Shipment:
    """One row of the table `shipments`."""

    shipment_id: str
    order_id: str
    carrier: str
    dispatched_at: datetime
    promised_on: date
    delivered_at: datetime | None
    last_scan_at: datetime | None
    last_scan_place: str | None
    status: str
    attempts: int
    signature: bool


def in_flood(order: Order) -> bool:
    """Return whether the parcel lay in the flooded hub (K4)."""
    day = order.dispatched_on
    return order.service == "standard" and day is not None and problems.FLOOD_FIRST <= day <= problems.FLOOD_LAST


def send(order: Order) -> None:
    """Give a drawn order its way: dispatch, delivery, status."""
    dice = Dice(f"parcel/{order.order_id}")
    if _is_cancelled(order, dice):
        order.status = "cancelled"
        return
    leaves = _day_of_dispatch(order, dice)
    if leaves >= TODAY:
        order.status = "preparing"
        return
    order.dispatched_on, order.attempts = leaves, 1
    service = SERVICES[order.service]
    order.promised_on = add_working_days(leaves, service.promised)
    if _is_lost(order, dice):
        order.status, order.attempts = "lost", 0
        order.last_scan_on = add_working_days(leaves, dice.between(1, 2))
        return
    arrives = add_working_days(leaves, _days_on_the_way(order, service, dice))
    if dice.happens(300):  # nobody was at home the first time
        order.attempts = 2
    if in_flood(order):
        arrives = min(arrives, problems.FLOOD_DELIVERED_BY)
    _arrive(order, arrives)


def send_named(order: Order) -> None:
    """Fill in what a named order does not say about its parcel."""
    if order.status not in SHIPPED:
        order.dispatched_on = None
        return
    service = SERVICES[order.service]
    if order.dispatched_on is None:
        first = order.day if order.minute < 720 else order.day + timedelta(days=1)
        order.dispatched_on = add_working_days(first, 0)
    order.promised_on = add_working_days(order.dispatched_on, service.promised)
    order.attempts = int(order.status in ("delivered", "returned", "out_for_delivery"))
    quiet = noted(order.note, r"(?<=no scan since )\d{4}-\d\d-\d\d")
    yesterday = min(add_working_days(order.dispatched_on, 2), TODAY - timedelta(days=1))
    order.last_scan_on = date.fromisoformat(quiet) if quiet else order.delivered_on or yesterday


def _is_cancelled(order: Order, dice: Dice) -> bool:
    if order.kind == "K8":
        return order.minute >= 200
    return order.kind == "base" and dice.happens(CANCELLED_PER_10_000)


def _day_of_dispatch(order: Order, dice: Dice) -> date:
    cut_off = 14 * 60 if order.day >= CUT_OFF_CHANGED else 12 * 60
    in_time = is_working_day(order.day) and order.minute < cut_off
    leaves = add_working_days(order.day if in_time else order.day + timedelta(days=1), 0)
    wait = 0
    if order.payment == "transfer":
        wait = dice.between(1, 3)
    elif order.service == "pallet":
        wait = dice.between(4, 8)
    elif order.service != "express" and dice.happens(250):
        wait = 1
    return add_working_days(leaves, wait)


def _is_lost(order: Order, dice: Dice) -> bool:
    if order.kind != "base" or order.dispatched_on is None or order.service == "pallet":
        return False
    chance = LOST_IN_FLOOD if in_flood(order) else LOST_PER_10_000
    return dice.happens(chance) and working_days_between(order.dispatched_on, TODAY) > 12


def _days_on_the_way(order: Order, service: Service, dice: Dice) -> int:
    if in_flood(order):
        return dice.weighted(*FLOOD_DAYS)
    if dice.happens(LATE_PER_10_000):
        return dice.one_of(service.late)
    return dice.weighted(*service.usual)


def _arrive(order: Order, arrives: date) -> None:
    if arrives < TODAY:
        order.status, order.delivered_on, order.last_scan_on = "delivered", arrives, arrives
        return
    order.status = "out_for_delivery" if arrives == TODAY else "dispatched"
    order.attempts = 0
    last_friday = TODAY - timedelta(days=3)
    order.last_scan_on = TODAY if arrives == TODAY else last_friday


def carrier_of(order: Order) -> str:
    """Return the firm that carries the parcel."""
    if order.service == "standard":
        return "Tandem Post" if order.dispatched_on and order.dispatched_on >= CARRIER_CHANGED else "Larkway"
    return {
        "express": "Redshank Express",
        "ireland": "Emerald Courier",
        "europe": "Emerald Courier",
        "pallet": "Moorgate Freight",
    }[order.service]


def shipments(orders: list[Order]) -> list[Shipment]:
    """Return the parcels of all orders that left, with numbers of their month."""
    taken = {number for order in orders if (number := noted(order.note, r"SH-\d{8}"))}
    pools: dict[str, list[str]] = {}
    rows = []
    for order in orders:
        if order.dispatched_on is None:
            continue
        month = order.dispatched_on.strftime("%y%m")
        if month not in pools:
            numbers = [f"SH-{month}{number:04}" for number in range(1, 10_000)]
            pools[month] = [number for number in Dice(f"shipments/{month}").shuffled(numbers) if number not in taken]
        number = noted(order.note, r"SH-\d{8}") or pools[month].pop()
        rows.append(_shipment(number, order, order.dispatched_on))
    return rows


def _shipment(number: str, order: Order, leaves: date) -> Shipment:
    dice = Dice(f"scan/{order.order_id}")
    delivered_at = utc(order.delivered_on, dice.between(9 * 60, 17 * 60 + 50)) if order.delivered_on else None
    scanned_at, place = delivered_at, order.customer.town
    if delivered_at is None and order.last_scan_on is not None:
        minute = dice.between(5 * 60, 6 * 60) if order.last_scan_on == TODAY else dice.between(18 * 60, 23 * 60)
        scanned_at = utc(order.last_scan_on, minute)
        place = order.customer.town if order.status == "out_for_delivery" else "Calderwick hub"
    signature = "duo" in order.families and order.day >= SIGNATURE_SINCE
    promised = order.promised_on or leaves
    dispatched_at = utc(leaves, dice.between(15 * 60, 17 * 60 + 30))
    status = "delivered" if order.status == "returned" else order.status
    return Shipment(
        number, order.order_id, carrier_of(order), dispatched_at, promised, delivered_at, scanned_at, place, status,
        order.attempts, signature,
    )  # fmt: skip
