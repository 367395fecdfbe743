"""Faults that a client orders for its own key: what to break, for which requests, and how.

An `Order` says when it fires: for the next `count` requests, with a seeded probability, for some seconds. `KINDS` is
the table of what can be ordered; how a stream is spoilt is in `STREAM_EFFECTS`. The connection itself is closed
elsewhere (connection.py). Faults on purpose as a practice: https://principlesofchaos.org
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .core import Fault, FaultKind
from .wires import Frame

Needs = Literal["any", "chat", "stream"]


@dataclass(frozen=True)
class Kind:
    """What can be ordered. `error` is the fault that the client gets; `needs` the requests that it waits for."""

    error: FaultKind | None = None
    message: str = ""
    needs: Needs = "any"


KINDS: dict[str, Kind] = {
    "rate_limit": Kind("rate_limit", "Rate limit reached for this key."),
    "server": Kind("server", "The server had an error while processing your request."),
    "overloaded": Kind("overloaded", "The servers are overloaded right now."),
    "auth": Kind("auth", "This API key is not valid any more."),
    "forbidden": Kind("forbidden", "This API key may not do this."),
    "bad_request": Kind("bad_request", "The request is not valid."),
    "context_too_long": Kind("context_too_long", "The request is longer than the model's context."),
    "no_such_model": Kind("no_such_model", "The model does not exist, or this key has no access to it."),
    "slow": Kind(),
    "drop": Kind(),
    "truncated": Kind(needs="chat"),
    "stall": Kind(needs="stream"),
    "cut_stream": Kind(needs="stream"),
    "drop_stream": Kind(needs="stream"),
    "malformed_chunk": Kind(needs="stream"),
}


@dataclass
class Order:
    """One ordered fault. `left`, `until_s` and `fired` change while it is in force."""

    kind: str
    count: int | None = None
    rate: float | None = None
    seed: int = 0
    for_s: float | None = None
    retry_after_s: float | None = None
    delay_s: float = 2.0
    after: int = 3
    route: str | None = None
    left: int | None = None
    until_s: float | None = None
    fired: int = 0
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def start(self, now_s: float) -> None:
        """Begin to count, from this moment."""
        self.left, self._dice = self.count, random.Random(self.seed)
        self.until_s = None if self.for_s is None else now_s + self.for_s

    def over(self, now_s: float) -> bool:
        """Will it never fire again?"""
        return self.left == 0 or (self.until_s is not None and now_s >= self.until_s)

    def fires(self, vendor: str, is_chat: bool, is_stream: bool) -> bool:
        """Does it hit this request? Counts it, and throws the dice, if the request is one that it waits for."""
        ready = {"any": True, "chat": is_chat, "stream": is_stream}[KINDS[self.kind].needs]
        if not ready or self.route not in (None, vendor):
            return False
        if self.rate is not None and self._dice.random() >= self.rate:
            return False
        self.fired += 1
        self.left = None if self.left is None else self.left - 1
        return True

    def error(self) -> Fault | None:
        """Give the error that the client gets, if this order is one for an error."""
        kind = KINDS[self.kind]
        if kind.error is None:
            return None
        return Fault(kind.error, f"{kind.message} (an ordered practice fault)", retry_after_s=self.retry_after_s)

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Give the order as a JSON object, with what is left of it."""
        names = (
            "kind",
            "count",
            "rate",
            "seed",
            "for_s",
            "retry_after_s",
            "delay_s",
            "after",
            "route",
            "left",
            "fired",
        )
        left_s = None if self.until_s is None else round(max(0.0, self.until_s - now_s), 3)
        return {name: getattr(self, name) for name in names} | {"left_s": left_s}


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

    def pick(self, vendor: str, is_chat: bool, is_stream: bool, now_s: float) -> Order | None:
        """Give the first order that hits this request."""
        if not self._orders:
            return None
        return next((order for order in self.in_force(now_s) if order.fires(vendor, is_chat, is_stream)), None)

    def in_force(self, now_s: float) -> Sequence[Order]:
        """Give the orders that can still fire."""
        self._orders = [order for order in self._orders if not order.over(now_s)]
        return self._orders

    def clear(self) -> None:
        """Cancel all orders."""
        self._orders = []


# ---- spoilt streams --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so long."""

    seconds: float


@dataclass(frozen=True)
class Break:
    """The connection dies here."""


Step = Frame | Pause | Break


def _stall(frames: Sequence[Frame], at: int, order: Order) -> Iterator[Step]:
    yield from frames[:at]
    yield Pause(order.delay_s)
    yield from frames[at:]


def _cut(frames: Sequence[Frame], at: int, order: Order) -> Iterator[Step]:
    yield from frames[:at]


def _drop(frames: Sequence[Frame], at: int, order: Order) -> Iterator[Step]:
    yield from frames[:at]
    yield Break()


def _malform(frames: Sequence[Frame], at: int, order: Order) -> Iterator[Step]:
    yield from frames[:at]
    text = json.dumps(frames[at].data)
    yield Frame(text[: max(1, len(text) // 2)], frames[at].event)
    yield from frames[at + 1 :]


STREAM_EFFECTS: dict[str, Callable[[Sequence[Frame], int, Order], Iterator[Step]]] = {
    "stall": _stall,
    "cut_stream": _cut,
    "drop_stream": _drop,
    "malformed_chunk": _malform,
}


def spoil(frames: Sequence[Frame], order: Order | None) -> Iterable[Step]:
    """Give the steps of a stream, spoilt after `order.after` frames but never later than in its middle.

    The last of `frames` is no frame but the stream's end.
    """
    effect = STREAM_EFFECTS.get(order.kind) if order else None
    if order is None or effect is None:
        return frames
    return effect(frames, min(order.after, (len(frames) - 1) // 2), order)


# ---- reading an order ------------------------------------------------------------------------------------------


def read_order(body: Mapping[str, Any], vendors: Sequence[str]) -> Order:
    """Check what a client ordered. Without `count`, `rate` and `for_s` it is for the next request.

    Raises:
        ValueError: with the value that is wrong and those that would be right.

    >>> read_order({"kind": "server"}, ["openai"]).count
    1
    >>> read_order({"kind": "server", "count": 0}, ["openai"])
    Traceback (most recent call last):
    ValueError: count=0 is not a whole number from 1 to 1000000, or null
    """
    fields = _fields(vendors)
    for name in body:
        if name not in fields:
            raise ValueError(f"unknown field {name!r}: the fields are {', '.join(fields)}")
    if "kind" not in body:
        raise ValueError(f"kind is missing: name one of {', '.join(KINDS)}")
    for name, (is_right, right) in fields.items():
        if name in body and not is_right(body[name]):
            raise ValueError(f"{name}={json.dumps(body[name])} is not {right}")
    order = Order(**{name: value for name, value in body.items() if value is not None})
    if not {"count", "rate", "for_s"} & body.keys():
        order.count = 1
    return order


def _fields(vendors: Sequence[str]) -> dict[str, tuple[Callable[[Any], bool], str]]:
    """Give for each field of an order what makes a value right, and how to say so."""
    return {
        "kind": (lambda v: isinstance(v, str) and v in KINDS, f"one of {', '.join(KINDS)}"),
        "count": (_or_none(_whole(1, 1_000_000)), "a whole number from 1 to 1000000, or null"),
        "rate": (_or_none(_number(0, 1)), "a number from 0 to 1, or null"),
        "seed": (_whole(-(2**63), 2**63), "a whole number"),
        "for_s": (_or_none(_number(0, 86_400)), "a number of seconds from 0 to 86400, or null"),
        "retry_after_s": (_or_none(_number(0, 86_400)), "a number of seconds from 0 to 86400, or null"),
        "delay_s": (_number(0, 3_600), "a number of seconds from 0 to 3600"),
        "after": (_whole(0, 1_000_000), "a whole number of frames from 0 to 1000000"),
        "route": (_or_none(lambda v: v in vendors), f"one of {', '.join(vendors)}, or null"),
    }


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _or_none(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)
