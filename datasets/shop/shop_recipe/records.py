"""The things that the steps hand to each other: an order with its lines and its parcel.

They change while the steps run (a parcel gets its day of delivery after the order exists), so they are not frozen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from shop_recipe.catalogue import MACHINE_OF_SKU
from shop_recipe.people import Customer


@dataclass
class Line:
    """One line of an order; the price in pence or cents."""

    sku: str
    quantity: int
    unit_price: int
    serials: list[str] = field(default_factory=list)

    @property
    def value(self) -> int:
        """What the line costs."""
        return self.quantity * self.unit_price

    @property
    def family(self) -> str | None:
        """The machine's family (one … pour), or None for an accessory, a consumable or a part."""
        return MACHINE_OF_SKU.get(self.sku)


@dataclass
class Order:
    """One order with its only parcel; `day` and `minute` are UK time, `ordered_at` is UTC."""

    order_id: str
    customer: Customer
    day: date
    minute: int
    ordered_at: datetime
    lines: list[Line]
    service: str
    currency: str
    kind: str  # base, K3, K5, K8, K10, named
    delivery: int = 0
    discount: int = 0
    payment: str = "card"
    card_last4: str | None = None
    reference: str | None = None
    status: str = "preparing"
    dispatched_on: date | None = None
    delivered_on: date | None = None
    promised_on: date | None = None
    attempts: int = 0
    last_scan_on: date | None = None
    note: str = ""

    @property
    def goods(self) -> int:
        """The value of all lines."""
        return sum(line.value for line in self.lines)

    @property
    def total(self) -> int:
        """What the customer pays."""
        return self.goods + self.delivery - self.discount

    @property
    def families(self) -> set[str]:
        """The families of the machines in the order."""
        return {line.family for line in self.lines if line.family}

    def holds(self, *skus: str) -> bool:
        """Return whether one of these SKUs is in the order."""
        return any(line.sku in skus for line in self.lines)
