"""A limit as a client asks for it: each field is checked, and a complaint names the value and what would be right."""

from collections.abc import Callable, Mapping
from typing import Any

from .limit import COUNTS, Limit
from .meters import Bucket, Meter, Window

MOST = 1_000_000_000
FIELDS = (*COUNTS, "window_s", "kind", "burst", "concurrent")


def read_limit(body: Mapping[str, Any], now_s: float) -> Limit:
    """Check what a client asked for, and begin to count.

    `burst` is how much of a window's allowance a bucket holds: 0.1 means a tenth at once.

    Raises:
        ValueError: with the value that is wrong and those that would be right.

    >>> read_limit({"requests": 3, "window_s": 60}, now_s=0.0).as_json(0.0)["left"]
    {'requests': 3.0}
    """
    if unknown := [name for name in body if name not in FIELDS]:
        raise ValueError(f"unknown field {unknown[0]!r}: the fields are {', '.join(FIELDS)}")
    asked = {name: value for name, value in body.items() if value is not None}
    counts = [name for name in COUNTS if name in asked]
    if not counts and "concurrent" not in asked:
        given = ", ".join(f"{name}={body.get(name)!r}" for name in (*COUNTS, "concurrent"))
        raise ValueError(f"there is nothing to limit ({given}): give one of them a whole number")
    for name in (*counts, *(("concurrent",) if "concurrent" in asked else ())):
        _whole(name, asked[name])
    window_s = _number("window_s", body.get("window_s"), 0.01, 86_400) if counts else 0.0
    burst = _number("burst", asked.get("burst", 1), 0.0001, 1_000)
    make = _KINDS.get(kind := asked.get("kind", "window")) if isinstance(asked.get("kind", ""), str) else None
    if make is None or ("burst" in asked and kind != "bucket"):
        raise ValueError(f"kind={asked.get('kind')!r} is not {' or '.join(_KINDS)}; burst is for a bucket")
    meters = {name: make(asked[name], window_s, now_s, burst) for name in counts}
    return Limit(asked, window_s, meters, asked.get("concurrent"))


def _bucket(most: int, window_s: float, now_s: float, burst: float) -> Meter:
    return Bucket(most, window_s, now_s, size=max(1.0, most * burst) if most else 0.0)


_KINDS: Mapping[str, Callable[[int, float, float, float], Meter]] = {
    "window": lambda most, window_s, now_s, burst: Window(most, window_s, now_s),
    "bucket": _bucket,
}


def _whole(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise ValueError(f"{name}={value!r} is not a whole number from 0 to {MOST}")


def _number(name: str, value: Any, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name}={value!r} is not a number from {low:g} to {high:g}")
    return float(value)
