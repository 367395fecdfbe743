"""Free replacements: tanks of July 2025 (K3) and leads of the recall (K5), as orders at £0.00.

They take the numbers of drawn orders for parts, so that the tables still hold 50,000 orders.
"""

from __future__ import annotations

from datetime import date, timedelta

from shop_recipe import problems
from shop_recipe.clock import add_working_days, utc
from shop_recipe.dice import Dice
from shop_recipe.orders import FIRST_FREE_ORDER, priced
from shop_recipe.people import Customer
from shop_recipe.records import Order
from shop_recipe.repairing import Repair


def in_recall(order: Order) -> bool:
    """Return whether a recalled lead was sent with this order (K5)."""
    day = order.dispatched_on
    sent = day is not None and problems.LEAD_FIRST <= day <= problems.LEAD_LAST
    return sent and order.status in ("delivered", "returned") and order.holds("BL-DUO", "BL-P7")


def add_free_orders(orders: list[Order], repairs: list[Repair]) -> tuple[list[Order], set[str]]:
    """Return the orders with free replacements in the place of others, and the orders whose recall was answered."""
    dice = Dice("free replacements")
    owners = [order for order in orders if in_recall(order)]
    drawn = dice.shuffled([order for order in owners if order.kind != "named"])
    answered = drawn[: (len(owners) * problems.LEAD_ANSWERED_PER_CENT + 50) // 100]
    by_serial = {serial: order for order in orders for line in order.lines for serial in line.serials}
    wanted: list[tuple[Customer, date, str, str]] = []
    for order in answered:
        wait = min(dice.between(0, 150), dice.between(0, 150))
        wanted.append((order.customer, problems.LEAD_RECALL + timedelta(days=wait), "BL-P7", "K5"))
    for repair in repairs:
        if repair.batch == "K3":
            wanted.append((by_serial[repair.serial_number].customer, repair.opened_on, "BL-K16", "K3"))
    spare = [o for o in orders if o.kind == "base" and not o.families and int(o.order_id[3:]) >= FIRST_FREE_ORDER]
    spare = [o for o in spare if o.status == "delivered" and not o.holds("BL-S58", "BL-P7", "BL-F1", "BL-F3")]
    dropped = dice.shuffled(spare)[: len(wanted)]
    free = [_free_order(old.order_id, *wish, dice) for old, wish in zip(dropped, wanted, strict=True)]
    gone = {order.order_id for order in dropped}
    return [order for order in orders if order.order_id not in gone] + free, {order.order_id for order in answered}


def _free_order(order_id: str, customer: Customer, day: date, sku: str, kind: str, dice: Dice) -> Order:
    day = add_working_days(day, 0)
    moment = (day, dice.between(8 * 60, 11 * 60 + 50), dice.below(60))
    service = {"GB": "express", "IE": "ireland"}.get(customer.country, "europe")
    order = priced(order_id, customer, moment, [(sku, 1)], kind, dice, service)
    order.lines[0].unit_price = order.delivery = order.discount = 0
    order.payment, order.card_last4, order.reference = "voucher", None, None
    order.ordered_at = utc(*moment)
    return order
