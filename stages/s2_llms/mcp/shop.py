"""Brewline's shop as five look-ups for one signed-in customer, on `datasets/shop/desk.sqlite`.

They only read, and they know no vendor, no model and no protocol: a chat, a test and a server call the same methods.
The first paragraph of each docstring is what a model is told about the look-up.
Whose orders are seen is decided by whoever makes the `Shop`, never by an argument that a model fills in.
Fields and rules: datasets/WORLD.md, section 9. Read-only opening: https://www.sqlite.org/uri.html
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from ..brewline import DATASETS
from ..errors import CourseError

DESK = DATASETS / "shop" / "desk.sqlite"
TODAY = date(2026, 11, 16)  # the day on which the tables were taken

OrderId = Annotated[str, Field(pattern=r"^BL-\d{5}$", description="Order number: BL- and five digits, as BL-10482.")]
SerialNumber = Annotated[
    str, Field(pattern=r"^B[ODGPFU]-\d{4}-\d{5}$", description="Serial number of a machine, as BO-2409-00731.")
]
Sku = Annotated[
    str, Field(pattern=r"^BL-[A-Z]{1,3}\d{0,3}$", description="SKU of a machine, part or consumable, as BL-S54.")
]
Status = Literal["preparing", "dispatched", "out_for_delivery", "delivered", "cancelled", "returned", "lost"]
Limit = Annotated[int, Field(ge=1, le=20, description="The most orders to list.")]


class NotFound(CourseError):
    """There is no such thing for this customer; the message says so, and what to try."""


@dataclass(frozen=True)
class Line:
    """One line of an order; `unit_price` is text with two decimals, in the order's currency."""

    line: int
    sku: str
    quantity: int
    unit_price: str
    serials: tuple[str, ...]


@dataclass(frozen=True)
class OrderHead:
    """An order in one line."""

    order_id: str
    ordered_at: str
    status: str
    total: str
    currency: str


@dataclass(frozen=True)
class Order(OrderHead):
    """An order with its lines."""

    delivery: str
    service: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Shipment:
    """Where a parcel is."""

    shipment_id: str
    carrier: str
    status: str
    last_scan_at: str | None
    last_scan_place: str | None
    expected_on: str


@dataclass(frozen=True)
class Warranty:
    """Whether a machine is covered today; `notices` are Brewline's names of recalls and known faults."""

    product: str
    delivered_on: str
    covered: bool
    covered_until: str
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Stock:
    """Something the shop sells, or only the workshop fits (then it has no price)."""

    sku: str
    name: str
    price_gbp: str | None
    stock: int
    reorder_on: str | None


@dataclass(frozen=True)
class Shop:
    """The look-ups of one signed-in customer.

    >>> Shop("C-10002").track_shipment("BL-10433").carrier
    'Tandem Post'
    """

    customer_id: str
    database: Path = DESK

    def get_order(self, order_id: OrderId) -> Order:
        """Get one order by its number (BL- and five digits): items, prices, status, dates, serial numbers.

        Raises:
            NotFound: this customer has no such order.
        """
        head = self._order(order_id)
        rows = self._rows("SELECT * FROM order_lines WHERE order_id = ? ORDER BY line", order_id)
        lines = (
            Line(row["line"], row["sku"], row["quantity"], row["unit_price"], tuple(json.loads(row["serials"])))
            for row in rows
        )
        return Order(**vars(_head(head)), delivery=head["delivery"], service=head["service"], lines=tuple(lines))

    def list_orders(self, status: Status | None = None, limit: Limit = 5) -> list[OrderHead]:
        """List the signed-in customer's orders, newest first. Use it when the customer gives no order number."""
        rows = self._rows(
            "SELECT * FROM orders WHERE customer_id = ? AND status = coalesce(?, status)"
            " ORDER BY ordered_at DESC LIMIT ?",
            self.customer_id,
            status,
            limit,
        )
        return [_head(row) for row in rows]

    def track_shipment(self, order_id: OrderId) -> Shipment:
        """Tell where the parcel of an order is: carrier, last scan, expected day. Use it for "where is my order".

        Raises:
            NotFound: this customer has no such order, or it has not left yet.
        """
        self._order(order_id)
        rows = self._rows("SELECT * FROM shipments WHERE order_id = ?", order_id)
        if not rows:
            raise NotFound(f"not_dispatched: {order_id} has not left the warehouse. Use get_order for its status.")
        row = rows[0]
        kept = ("shipment_id", "carrier", "status", "last_scan_at", "last_scan_place")
        return Shipment(**{name: row[name] for name in kept}, expected_on=row["promised_on"])

    def check_warranty(self, serial_number: SerialNumber) -> Warranty:
        """Check whether the machine with this serial number is covered today, until when, and whether a recall or
        known fault concerns it. Changes nothing.

        Raises:
            NotFound: there is no such machine.
        """
        rows = self._rows(
            "SELECT * FROM warranties JOIN products USING (sku) WHERE serial_number = ?",
            serial_number,
        )
        if not rows:
            raise NotFound(f"not_found: There is no machine {serial_number}. Ask for the number on the type plate.")
        row = rows[0]
        return Warranty(
            product=row["family"],
            delivered_on=row["delivered_on"],
            covered=date.fromisoformat(row["covered_until"]) >= TODAY,
            covered_until=row["covered_until"],
            notices=tuple(json.loads(row["notices"])),
        )

    def check_stock(self, sku: Sku) -> Stock:
        """Tell price and stock of a machine, part or consumable by its SKU. Orders nothing.

        Raises:
            NotFound: nothing has this SKU.
        """
        found = [item for item in self.items() if item.sku == sku]
        if not found:
            raise NotFound(
                f"not_found: The shop has no item {sku}. Ask for the name, and look it up in the price list."
            )
        return found[0]

    def items(self) -> list[Stock]:
        """All that the shop has, by SKU."""
        columns = ", ".join(field.name for field in fields(Stock))
        return [Stock(**row) for row in self._rows(f"SELECT {columns} FROM products ORDER BY sku")]

    def _order(self, order_id: str) -> sqlite3.Row:
        """Somebody else's order is answered as one that does not exist: its number alone gives nothing away."""
        rows = self._rows("SELECT * FROM orders WHERE order_id = ? AND customer_id = ?", order_id, self.customer_id)
        if not rows:
            raise NotFound(f"not_found: There is no order {order_id} for this customer. Use list_orders.")
        return rows[0]

    def _rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()


def _head(row: sqlite3.Row) -> OrderHead:
    return OrderHead(**{name: row[name] for name in ("order_id", "ordered_at", "status", "total", "currency")})
