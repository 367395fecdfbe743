"""Orders that texts speak of: `named_orders/*.csv`, put in the place of drawn orders of these numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from shop_recipe import problems
from shop_recipe.catalogue import PRODUCTS, delivery_price, unit_price
from shop_recipe.clock import utc
from shop_recipe.demand import Moment
from shop_recipe.dice import Dice
from shop_recipe.people import Customer, named_customer
from shop_recipe.records import Line, Order

Row = Mapping[str, str]
STATUSES = ("preparing", "dispatched", "out_for_delivery", "delivered", "cancelled", "returned", "lost")


def read_rows(folder: Path) -> list[Row]:
    """Return the rows of all files, by file name and line.

    Raises:
        ValueError: an order stands in two rows, or a row says what the shop's rules do not allow; names all of them.
    """
    rows: list[Row] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [{**row, "file": path.name} for row in csv.DictReader(file)]
    complaints = [f"{row['file']}: {row['order_id']}: {fault}" for row in rows for fault in _faults(row)]
    numbers = [row["order_id"] for row in rows]
    complaints += [f"{number} stands in two rows" for number in sorted(set(numbers)) if numbers.count(number) > 1]
    serials = [serial for row in rows for serial in row["serials"].split(";") if serial]
    complaints += [f"{serial} stands in two orders" for serial in sorted(set(serials)) if serials.count(serial) > 1]
    if complaints:
        raise ValueError("mend these named orders:\n" + "\n".join(complaints))
    return rows


def _faults(row: Row) -> list[str]:
    """Return what is wrong with a row, in words."""
    faults = []
    if not re.fullmatch(r"BL-[1-5]\d{4}", row["order_id"]):
        faults.append("an order number is BL-10000 to BL-59999")
    if row["status"] not in STATUSES:
        faults.append(f"status {row['status']!r} is none of {', '.join(STATUSES)}")
    unknown = [sku for sku, _ in _items(row) if sku not in PRODUCTS]
    if unknown:
        return [*faults, f"unknown SKU {', '.join(unknown)}"]
    machines = sum(
        count for sku, count in _items(row) if PRODUCTS[sku].family in ("one", "duo", "grind", "pro", "froth", "pour")
    )
    serials = row["serials"].split(";") if row["serials"] else []
    if serials and len(serials) != machines:
        faults.append(f"{len(serials)} serial numbers for {machines} machines")
    if row["status"] in ("delivered", "returned") and not row["delivered_on"]:
        faults.append(f"status {row['status']} needs delivered_on")
    order_total = round(float(row["total"]) * 100)
    day = _moment(row)[0]
    goods = sum(unit_price(sku, row["currency"], day) * count for sku, count in _items(row))
    if _is_price_error(row):
        goods += problems.PRICE_ERROR_PRICE - unit_price("BL-DUO", "GBP", day)
    if order_total > goods + _delivery(row, goods, day):
        faults.append(f"total {row['total']} is above goods {goods / 100:.2f} and delivery of {day}")
    return faults


def customers_of(rows: list[Row]) -> tuple[dict[str, Customer], set[str]]:
    """Return the customers of the rows by id, and their e-mail addresses."""
    emails: set[str] = set()
    customers: dict[str, Customer] = {}
    for row in sorted(rows, key=lambda row: (_moment(row), row["order_id"])):
        if row["customer_id"] not in customers:
            day, minute, second = _moment(row)
            created_at = utc(day, minute, second) - timedelta(minutes=7)
            number = int(row["customer_id"].removeprefix("C-"))
            customers[row["customer_id"]] = named_customer(number, row, created_at, emails)
    return customers, emails


def named_orders(rows: list[Row], customers: dict[str, Customer]) -> list[Order]:
    """Return the orders of the rows with their parcels as the rows say."""
    return [_order(row, customers[row["customer_id"]]) for row in rows]


def double_charged(rows: list[Row]) -> int:
    """Return how many named orders fall into the hours of the double charge (K10)."""
    moments = [_moment(row) for row in rows]
    return sum(day == problems.DOUBLE_CHARGE_DAY and 620 <= minute < 705 for day, minute, _ in moments)


def price_errors(rows: list[Row]) -> tuple[int, int]:
    """Return how many named orders were made at the wrong price (K8) and delivered, and how many were cancelled."""
    statuses = [row["status"] for row in rows if _is_price_error(row)]
    return sum(status != "cancelled" for status in statuses), statuses.count("cancelled")


def _is_price_error(row: Row) -> bool:
    day, minute, _ = _moment(row)
    return day == problems.PRICE_ERROR_DAY and 180 <= minute < 310 and row["items"].startswith("BL-DUO")


def noted(row_or_order_note: str, pattern: str) -> str | None:
    """Return the first id of this pattern that a note gives, such as `RMA-2610-0071`."""
    found = re.search(pattern, row_or_order_note)
    return found.group() if found else None


def _order(row: Row, customer: Customer) -> Order:
    moment, currency, dice = _moment(row), row["currency"], Dice(f"order/{row['order_id']}")
    day, minute, second = moment
    lines = [Line(sku, count, unit_price(sku, currency, day)) for sku, count in _items(row)]
    serials = row["serials"].split(";") if row["serials"] else []
    for line in lines:
        if line.family and serials:
            line.serials, serials = serials[: line.quantity], serials[line.quantity :]
    kind = "K10" if double_charged([row]) else "named"
    if _is_price_error(row):
        lines[0].unit_price = problems.PRICE_ERROR_PRICE
    order = Order(
        row["order_id"], customer, day, minute, utc(day, minute, second), lines, row["service"], currency, kind
    )
    order.delivery = _delivery(row, order.goods, day)
    order.discount = order.goods + order.delivery - round(float(row["total"]) * 100)
    order.payment = "transfer" if "transfer" in row["note"] else "card"
    order.card_last4 = f"{dice.below(10_000):04}" if order.payment == "card" else None
    order.status, order.note = row["status"], row["note"]
    order.dispatched_on = date.fromisoformat(row["dispatched_on"]) if row["dispatched_on"] else None
    order.delivered_on = date.fromisoformat(row["delivered_on"]) if row["delivered_on"] else None
    return order


def _delivery(row: Row, goods: int, day: date) -> int:
    pallets = sum(count for sku, count in _items(row) if sku == "BL-PRO")
    return delivery_price(row["service"], row["currency"], day, goods, pallets)


def _items(row: Row) -> list[tuple[str, int]]:
    return [
        (sku.strip(), int(count or 1)) for sku, _, count in (item.partition("*") for item in row["items"].split(";"))
    ]


def _moment(row: Row) -> Moment:
    """Return when it was ordered; a row with a day alone gets a morning hour of its own."""
    text = row["ordered_at"].replace("T", " ").strip()
    day, _, hour = text.partition(" ")
    dice = Dice(f"moment/{row['order_id']}")
    minute = int(hour[:2]) * 60 + int(hour[3:5]) if hour else 480 + dice.below(200)
    return date.fromisoformat(day), minute, dice.below(60)
