"""Returns and refunds: usual ones, and those of the known problems K4, K7, K8, K9, K10 (WORLD sections 5 and 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shop_recipe import problems
from shop_recipe.catalogue import return_deduction
from shop_recipe.clock import NOW, add_working_days, utc
from shop_recipe.demand import BLACK_FRIDAYS
from shop_recipe.dice import Dice
from shop_recipe.named import noted
from shop_recipe.records import Order
from shop_recipe.shipping import in_flood

RETURNED_PER_10_000 = {True: 880, False: 450}  # with a machine, and without
REASONS = {
    True: (("changed_mind", "faulty", "damaged", "wrong_item"), (56, 25, 14, 5)),
    False: (("changed_mind", "faulty", "damaged", "wrong_item"), (54, 18, 12, 16)),
}
LONGER_WINDOW_SINCE = date(2025, 2, 3)  # H7
PRICE_MATCH_SINCE = date(2025, 11, 3)  # H30
CARBON_EXTRA_PER_10_000 = 2150  # K7: four times the usual in all
SALE_WEEK = timedelta(days=4)


@dataclass(frozen=True)
class Refund:
    """One row of the table `refunds`; the amount in pence or cents."""

    refund_id: str
    order_id: str
    rma_id: str | None
    requested_at: datetime
    paid_at: datetime | None
    amount: int
    currency: str
    reason: str
    approved_by: str


def refunds_of(orders: list[Order]) -> list[Refund]:
    """Return all refunds in order of request, and mark the orders that came back as returned."""
    swapped = _orders_with_swapped_kit(orders)
    drawn = [refund for order in orders for refund in _refunds(order, order.order_id in swapped)]
    return _numbered(sorted(drawn, key=lambda refund: (refund.requested_at, refund.order_id)), orders)


def _orders_with_swapped_kit(orders: list[Order]) -> set[str]:
    """Return the orders that are sent back because BL-S54 came instead of BL-S58 (K9)."""
    sent = [
        o.order_id for o in orders if _sent_between(o, problems.SWAP_FIRST, problems.SWAP_LAST) and o.holds("BL-S58")
    ]
    return set(Dice("K9").shuffled(sent)[: (len(sent) * problems.SWAP_PER_CENT + 50) // 100])


def _sent_between(order: Order, first: date, last: date) -> bool:
    return order.kind == "base" and order.delivered_on is not None and first <= (order.dispatched_on or first) <= last


def _refunds(order: Order, has_swapped_kit: bool) -> Iterator[Refund]:
    dice = Dice(f"refund/{order.order_id}")
    if order.kind == "K10":
        yield _double_charge(order, dice)
    if order.kind in ("K3", "K5") or (order.kind == "named" and order.status != "cancelled"):
        return  # what the texts say about refunds of named orders is left to the desk
    if order.status == "cancelled":
        yield from _at_once(order, dice, order.ordered_at + timedelta(minutes=dice.between(20, 400)), "cancelled")
    elif order.status == "lost" and order.dispatched_on:
        asked = add_working_days(order.dispatched_on, dice.between(8, 11))
        yield from _at_once(order, dice, _hour(asked, dice), "lost")
    elif order.status == "delivered" and order.delivered_on and order.kind == "base":
        found = list(_after_delivery(order, order.delivered_on, has_swapped_kit, dice))
        yield from found


def _after_delivery(order: Order, delivered_on: date, has_swapped_kit: bool, dice: Dice) -> Iterator[Refund]:
    """Yield at most one return or one refund without a return."""
    if in_flood(order) and order.delivery and order.promised_on and delivered_on > order.promised_on:
        yield _paid(order, dice, _hour(add_working_days(delivered_on, 2), dice), order.delivery, "late_delivery")
        return
    black = _sent_between(order, problems.CARBON_FIRST, problems.CARBON_LAST) and order.holds("BL-F1", "BL-F3")
    if has_swapped_kit or dice.happens(RETURNED_PER_10_000[bool(order.families)]):
        yield from _return(order, delivered_on, has_swapped_kit, dice)
    elif black and dice.happens(CARBON_EXTRA_PER_10_000):
        amount = sum(line.value for line in order.lines if line.sku in ("BL-F1", "BL-F3"))
        asked = _hour(add_working_days(delivered_on, dice.between(2, 14)), dice)
        yield _paid(order, dice, asked, amount, "faulty")
    elif order.families and order.day >= PRICE_MATCH_SINCE and not _in_sale(order.day) and dice.happens(90):
        amount = order.goods * dice.between(4, 11) // 100 // 100 * 100
        yield _paid(order, dice, _hour(order.day + timedelta(days=dice.between(1, 13)), dice), amount, "price_match")
    elif order.promised_on and delivered_on > order.promised_on and order.delivery and dice.happens(3500):
        yield _paid(order, dice, _hour(add_working_days(delivered_on, 1), dice), order.delivery, "late_delivery")
    elif dice.happens(35):
        amount = min(dice.one_of((500, 1000, 1500, 2000, 2500)), order.total)
        yield _paid(order, dice, _hour(add_working_days(delivered_on, 3), dice), amount, "goodwill")


def _in_sale(day: date) -> bool:
    return any(abs(day - friday) <= SALE_WEEK for friday in BLACK_FRIDAYS)


def _return(order: Order, delivered_on: date, has_swapped_kit: bool, dice: Dice) -> Iterator[Refund]:
    longer = order.day >= LONGER_WINDOW_SINCE and not order.customer.is_business
    days = min(dice.between(1, 28), dice.between(1, 28)) if longer else dice.between(1, 13)
    reason = "wrong_item" if has_swapped_kit else dice.weighted(*REASONS[bool(order.families)])
    families = {line.family or "part" for line in order.lines}
    amount = order.total
    if reason == "changed_mind":
        amount = order.goods - order.discount - return_deduction(families, order.currency, order.day)
    asked = _hour(delivered_on + timedelta(days=days), dice)
    if "pro" in families or amount <= 0 or asked > NOW:
        return
    came = add_working_days(asked.date(), dice.between(4, 9))
    paid = _hour(add_working_days(came, dice.between(0, 3)), dice)
    if came >= NOW.date():
        return  # still on its way: the order is delivered, and no refund has begun
    order.status = "returned"
    yield Refund("", order.order_id, "RMA", asked, paid if paid < NOW else None, amount, order.currency, reason,
                 _approver(amount, dice))  # fmt: skip


def _double_charge(order: Order, dice: Dice) -> Refund:
    asked = order.ordered_at + timedelta(minutes=dice.between(30, 500))
    paid: datetime | None = utc(problems.DOUBLE_CHARGE_REFUNDED, dice.between(9 * 60, 16 * 60), dice.below(60))
    if order.note == "" and dice.happens(400):
        paid = None  # the few that Beatrix still has to pay
    return Refund("", order.order_id, None, asked, paid, order.total, order.currency, "double_charge", "Beatrix")


def _at_once(order: Order, dice: Dice, asked: datetime, reason: str) -> Iterator[Refund]:
    if order.total > 0 and asked < NOW:
        yield _paid(order, dice, asked, order.total, reason)


def _paid(order: Order, dice: Dice, asked: datetime, amount: int, reason: str) -> Refund:
    paid = _hour(add_working_days(asked.date() + timedelta(days=1), 0), dice)
    approver = _approver(amount, dice)
    return Refund(
        "", order.order_id, None, asked, paid if paid < NOW else None, amount, order.currency, reason, approver
    )


def _hour(day: date, dice: Dice) -> datetime:
    return utc(day, dice.between(8 * 60 + 10, 17 * 60 + 50), dice.below(60))


def _approver(amount: int, dice: Dice) -> str:
    return "Beatrix" if amount > 10000 else dice.weighted(("Tomos", "Priya", "Yusuf", "Maren"), (38, 34, 18, 10))


def _numbered(refunds: list[Refund], orders: list[Order]) -> list[Refund]:
    """Give each refund its number, and each return its running number of the month."""
    notes = {order.order_id: order.note for order in orders if order.note}
    taken = {
        number for note in notes.values() for number in (noted(note, r"RF-\d{6}"), noted(note, r"RMA-\d{4}-\d{4}"))
    }
    free = [number for number in (f"RF-{number:06}" for number in range(100, 16_000)) if number not in taken]
    numbers = Dice("refund numbers").shuffled(free)
    running: dict[str, int] = {}
    numbered = []
    for refund in refunds:
        number = noted(notes.get(refund.order_id, ""), r"RF-\d{6}") or numbers.pop()
        rma = refund.rma_id and _next_rma(f"{refund.requested_at:%y%m}", running, taken)
        numbered.append(replace(refund, refund_id=number, rma_id=rma))
    return numbered


def _next_rma(month: str, running: dict[str, int], taken: set[str | None]) -> str:
    while True:
        running[month] = running.get(month, 0) + 1
        rma = f"RMA-{month}-{running[month]:04}"
        if rma not in taken:
            return rma
