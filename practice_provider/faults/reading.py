"""An order as a client sends it: each field is checked, and a complaint names the value and what would be right."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, get_args

from .kinds import ERRORS, KINDS
from .orders import Order, RetryUnit, Wrong

Check = tuple[Callable[[Any], bool], str]


def read_order(body: Mapping[str, Any], vendors: Collection[str], urls: Collection[str] = ()) -> Order:
    """Check what a client ordered. Without `count`, `rate` and `for_s` it is for the next request.

    `urls` are the paths of all routes; the order's `route` has to be a vendor or a piece of one of them.

    Raises:
        ValueError: with the value that is wrong and those that would be right.

    >>> read_order({"kind": "server"}, ["openai"]).count
    1
    >>> read_order({"kind": "server", "count": 0}, ["openai"])
    Traceback (most recent call last):
    ValueError: count=0 is not a whole number from 1 to 1000000, or null
    """
    checks = _CHECKS | {"route": _route(vendors, urls)}
    for name in body:
        if name not in checks:
            raise ValueError(f"unknown field {name!r}: the fields are {', '.join(checks)}")
    if "kind" not in body:
        raise ValueError(f"kind is missing: name one of {', '.join(KINDS)}")
    for name, (is_right, right) in checks.items():
        if name in body and not is_right(body[name]):
            raise ValueError(f"{name}={json.dumps(body[name])[:200]} is not {right}")
    order = Order(**{name: value for name, value in body.items() if value is not None})
    if not {"count", "rate", "for_s"} & body.keys():
        order.count = 1
    return order


def whole(low: int, high: int) -> Callable[[Any], bool]:
    """Make a check for a whole number."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def number(low: float, high: float) -> Callable[[Any], bool]:
    """Make a check for a number."""
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _one_of(names: Collection[str]) -> Check:
    return lambda value: isinstance(value, str) and value in names, f"one of {', '.join(names)}"


def _or_none(check: Check) -> Check:
    is_right, right = check
    return lambda value: value is None or is_right(value), f"{right}, or null"


def _route(vendors: Collection[str], urls: Collection[str]) -> Check:
    def is_right(value: Any) -> bool:
        return value in vendors or (("/" in value or ":" in value) and any(value in url for url in urls))

    right = (
        f"one of {', '.join(vendors)}, a piece of a path with its slash or colon ('/chat/', ':countTokens'), or null"
    )
    return lambda value: value is None or (isinstance(value, str) and is_right(value)), right


_SECONDS: Check = (number(0, 86_400), "a number of seconds from 0 to 86400")
_CHECKS: dict[str, Check] = {
    "kind": _one_of(KINDS),
    "count": _or_none((whole(1, 1_000_000), "a whole number from 1 to 1000000")),
    "rate": _or_none((number(0, 1), "a number from 0 to 1")),
    "seed": (whole(-(2**63), 2**63), "a whole number"),
    "skip": (whole(0, 1_000_000), "a whole number of requests from 0 to 1000000"),
    "for_s": _or_none(_SECONDS),
    "retry_after_s": _or_none(_SECONDS),
    "retry_after_in": _or_none(_one_of(get_args(RetryUnit))),
    "delay_s": (number(0, 3_600), "a number of seconds from 0 to 3600"),
    "after": (whole(0, 1_000_000), "a whole number of frames from 0 to 1000000"),
    "error": _one_of(ERRORS),
    "how": _one_of(get_args(Wrong)),
}
