"""When an ordered fault fires: for the next so many requests, with a seeded chance, for some seconds, on one route."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ..core import Fault
from .kinds import KINDS, Needs

RetryUnit = Literal["s", "ms"]
Wrong = Literal["missing", "mistyped", "invented"]


@dataclass(frozen=True)
class Asked:
    """What an order looks at in a request. `url` is the route's whole path, with its variables unfilled."""

    vendor: str
    url: str = ""
    chat: bool = False
    stream: bool = False
    schema: bool = False
    tools: bool = False

    def is_for(self, place: str | None) -> bool:
        """Is this the vendor of that name, or does its path hold those characters?"""
        return place is None or place == self.vendor or (("/" in place or ":" in place) and place in self.url)

    def offers(self, needs: Needs) -> bool:
        """Has the request what a kind of fault waits for?"""
        return needs == "any" or bool(getattr(self, needs))


ANYTHING = Asked("")


@dataclass
class Order:
    """One ordered fault. `left`, `until_s`, `skipped` and `fired` change while it is in force.

    `skip` requests are let pass before the first is hit. `route` is a vendor's name or a piece of a path ("/chat/").
    `retry_after_in` says by which header a client learns when to come back: seconds, milliseconds, or as the vendor
    does. `error` is what an error frame tells, `how` what is wrong with a tool's arguments.
    """

    kind: str
    count: int | None = None
    rate: float | None = None
    seed: int = 0
    skip: int = 0
    for_s: float | None = None
    retry_after_s: float | None = None
    retry_after_in: RetryUnit | None = None
    delay_s: float = 2.0
    after: int = 3
    error: str = "overloaded"
    how: Wrong = "missing"
    route: str | None = None
    left: int | None = None
    until_s: float | None = None
    skipped: int = 0
    fired: int = 0
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def start(self, now_s: float) -> None:
        """Begin to count, from this moment."""
        self.left, self._dice, self.skipped = self.count, random.Random(self.seed), 0
        self.until_s = None if self.for_s is None else now_s + self.for_s

    def over(self, now_s: float) -> bool:
        """Will it never fire again?"""
        return self.left == 0 or (self.until_s is not None and now_s >= self.until_s)

    def fires(self, asked: Asked) -> bool:
        """Does it hit this request? Counts it, and throws the dice, if the request is one that it waits for."""
        if not asked.offers(KINDS[self.kind].needs) or not asked.is_for(self.route):
            return False
        if self.skipped < self.skip:
            self.skipped += 1
            return False
        if self.rate is not None and self._dice.random() >= self.rate:
            return False
        self.fired += 1
        self.left = None if self.left is None else self.left - 1
        return True

    def missed(self) -> None:
        """It fired at a request where there was nothing to break: that does not count."""
        self.fired -= 1
        self.left = None if self.left is None else self.left + 1

    def fault(self) -> Fault | None:
        """Give the error that the client gets, if this order is one for an error."""
        return fault_of(self.kind, self.retry_after_s) if KINDS[self.kind].error else None

    def ordered(self) -> dict[str, Any]:
        """Give what was ordered, as a client would send it."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _COUNTED}

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Give the order as a JSON object, with what is left of it."""
        left_s = None if self.until_s is None else round(max(0.0, self.until_s - now_s), 3)
        return self.ordered() | {"left": self.left, "fired": self.fired, "left_s": left_s}

    def rest(self, now_s: float) -> dict[str, Any]:
        """Give an order for what is left of this one."""
        told = self.as_json(now_s)
        return self.ordered() | {"count": told["left"], "for_s": told["left_s"], "skip": self.skip - self.skipped}


_COUNTED = ("left", "until_s", "skipped", "fired", "_dice")


def fault_of(kind: str, retry_after_s: float | None = None) -> Fault:
    """Give the error of a kind that is one.

    >>> fault_of("server").kind
    'server'
    """
    row = KINDS[kind]
    assert row.error is not None, f"{kind} is no error"
    return Fault(row.error, f"{row.message} (an ordered practice fault)", retry_after_s=retry_after_s)


class Orders:
    """The ordered faults of one key, tried in the order in which they came."""

    MOST = 100

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def add(self, order: Order, now_s: float) -> None:
        """Put an order in force.

        Raises:
            ValueError: when there are too many.
        """
        self.in_force(now_s)
        if len(self._orders) >= self.MOST:
            raise ValueError(f"{self.MOST} faults are ordered already: clear them with DELETE /practice/faults")
        order.start(now_s)
        self._orders.append(order)

    def pick(self, asked: Asked, now_s: float) -> Order | None:
        """Give the first order that hits this request."""
        if not self._orders:
            return None
        return next((order for order in self.in_force(now_s) if order.fires(asked)), None)

    def in_force(self, now_s: float) -> Sequence[Order]:
        """Give the orders that can still fire."""
        self._orders = [order for order in self._orders if not order.over(now_s)]
        return self._orders

    def clear(self, kind: str | None = None) -> None:
        """Cancel all orders, or those of one kind."""
        self._orders = [] if kind is None else [order for order in self._orders if order.kind != kind]

    def __bool__(self) -> bool:
        return bool(self._orders)
