"""Shares with their 95 % intervals, and the Markdown tables that the measuring programs print."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MODELS = ("practice-large", "practice-small")


@dataclass(frozen=True)
class Rate:
    """A share of `n` rows."""

    name: str
    right: int
    n: int

    def interval(self) -> tuple[float, float]:
        """The 95 % interval (Wilson): https://doi.org/10.1080/01621459.1927.10502953"""
        if not self.n:
            return 0.0, 1.0
        z, share = 1.96, self.right / self.n
        middle = (share + z * z / (2 * self.n)) / (1 + z * z / self.n)
        reach = z * math.sqrt(share * (1 - share) / self.n + z * z / (4 * self.n**2)) / (1 + z * z / self.n)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.right / self.n:.2f} ({low:.2f}–{high:.2f}), n = {self.n}" if self.n else "–"


def table(title: str, columns: Mapping[str, Sequence[Rate]]) -> str:
    """One row for each rate, one column for each model."""
    lines = [f"| {title} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    rows = zip(*columns.values(), strict=True)
    return "\n".join([*lines, *(f"| {row[0].name} | {' | '.join(map(str, row))} |" for row in rows)])
