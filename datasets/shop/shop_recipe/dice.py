"""Random choices that come out the same with every version of Python and on every platform.

Only `random.Random.random()` is used, whose sequence Python promises to keep for a seed
(https://docs.python.org/3/library/random.html#notes-on-reproducibility). `choice`, `shuffle` and `sample` carry no such
promise, so they are written here. Each purpose has a stream of its own: a change in one step leaves the others alone.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """A stream of random choices for one purpose.

    >>> Dice("doctest").below(1000) == Dice("doctest").below(1000)
    True
    """

    def __init__(self, purpose: str) -> None:
        self._random = random.Random(f"brewline/{purpose}")

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to limit - 1."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def happens(self, per_10_000: int) -> bool:
        """Return True in so many of ten thousand cases."""
        return self.below(10_000) < per_10_000

    def one_of(self, items: Sequence[T]) -> T:
        """Return one of the items, all equally likely."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in random order (Fisher and Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def weighted(self, items: Sequence[T], weights: Sequence[int]) -> T:
        """Return one of the items, each as likely as its whole-number weight."""
        return Weights(items, weights).draw(self)


class Weights(Generic[T]):
    """Items with whole-number weights, prepared for many draws."""

    def __init__(self, items: Sequence[T], weights: Sequence[int]) -> None:
        self.items = items
        self.sums = list(accumulate(weights))

    def draw(self, dice: Dice) -> T:
        """Return one item, as likely as its weight."""
        return self.items[bisect_right(self.sums, dice.below(self.sums[-1]))]
