"""Two ways to count what is used up over time: fixed windows, and a bucket that refills. The clock comes from outside.

A window begins where the one before it ended, and so lets up to twice its limit through around an edge; a bucket does
not. Both, with drawings: https://blog.cloudflare.com/counting-things-a-lot-of-different-things/
"""

import math
from dataclasses import dataclass
from typing import Protocol


class Meter(Protocol):
    """How much of one count is left. All amounts are requests or tokens."""

    most: int

    def left(self, now_s: float) -> float:
        """How much may still be taken; below 0 when more was used than was asked for."""
        ...

    def take(self, amount: float, now_s: float) -> None:
        """Use so much up."""
        ...

    def give_back(self, amount: float, taken_s: float, now_s: float) -> None:
        """Return what was taken at that moment and then not used; below 0: take more."""
        ...

    def wait_s(self, amount: float, now_s: float) -> float:
        """Seconds until so much can be taken; infinite when that will never be."""
        ...

    def reset_s(self, now_s: float) -> float:
        """Seconds until all of it is there again."""
        ...


@dataclass
class Window:
    """At most so much per `window_s` seconds, counted from `start_s`.

    >>> window = Window(1, 10.0, start_s=0.0)
    >>> window.take(1, 1.0)
    >>> window.left(4.0), window.wait_s(1, 4.0), window.left(10.0)
    (0.0, 6.0, 1.0)
    """

    most: int
    window_s: float
    start_s: float
    used: float = 0.0

    def left(self, now_s: float) -> float:
        self._move_on(now_s)
        return self.most - self.used

    def take(self, amount: float, now_s: float) -> None:
        self._move_on(now_s)
        self.used += amount

    def give_back(self, amount: float, taken_s: float, now_s: float) -> None:
        self._move_on(now_s)
        if taken_s >= self.start_s:  # else it was taken from a window that is over
            self.used = max(0.0, self.used - amount)

    def wait_s(self, amount: float, now_s: float) -> float:
        if self.left(now_s) >= amount:
            return 0.0
        return self.reset_s(now_s) if amount <= max(1, self.most) else math.inf

    def reset_s(self, now_s: float) -> float:
        self._move_on(now_s)
        return self.start_s + self.window_s - now_s

    def _move_on(self, now_s: float) -> None:
        whole = math.floor((now_s - self.start_s) / self.window_s)
        if whole > 0:
            self.start_s, self.used = self.start_s + whole * self.window_s, 0.0


@dataclass
class Bucket:
    """Holds `size`, and refills evenly by `most` per `window_s` seconds; it is full at `start_s`.

    >>> bucket = Bucket(10, 10.0, start_s=0.0, size=2)
    >>> bucket.take(2, 0.0)
    >>> bucket.left(0.5), bucket.wait_s(1, 0.5), bucket.left(60.0)
    (0.5, 0.5, 2.0)
    """

    most: int
    window_s: float
    start_s: float
    size: float
    used: float = 0.0

    def left(self, now_s: float) -> float:
        self._refill(now_s)
        return self.size - self.used

    def take(self, amount: float, now_s: float) -> None:
        self._refill(now_s)
        self.used += amount

    def give_back(self, amount: float, taken_s: float, now_s: float) -> None:
        self._refill(now_s)
        self.used = max(0.0, self.used - amount)

    def wait_s(self, amount: float, now_s: float) -> float:
        lacking = amount - self.left(now_s)
        if lacking <= 0:
            return 0.0
        return lacking / self._per_s() if amount <= self.size and self.most else math.inf

    def reset_s(self, now_s: float) -> float:
        self._refill(now_s)
        return self.used / self._per_s() if self.most else self.window_s

    def _per_s(self) -> float:
        return self.most / self.window_s

    def _refill(self, now_s: float) -> None:
        self.used = max(0.0, self.used - (now_s - self.start_s) * self._per_s())
        self.start_s = now_s
