"""How good a ranking is: recall, reciprocal rank and nDCG at a cutoff, with bootstrap intervals over the questions.

A ranking is a list of ids, best first; `grades` says how relevant an id is (0 or absent: not at all). It does not
say which questions matter. Järvelin and Kekäläinen, https://doi.org/10.1145/582415.582418; definitions as trec_eval.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

Metric = Callable[[Sequence[str], Mapping[str, int]], float]
Run = Mapping[str, Sequence[str]]  # question id → ranked ids
Grades = Mapping[str, Mapping[str, int]]  # question id → {id: grade}


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """The share of relevant ids among the first k.

    >>> recall(["a", "x"], {"a": 3, "b": 1}, k=2)
    0.5
    """
    relevant = {one for one, grade in grades.items() if grade > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """1 / place of the first relevant id, 0 where none is among the first k.

    >>> reciprocal_rank(["x", "a"], {"a": 1})
    0.5
    """
    return next((1.0 / place for place, one in enumerate(ranking[:k], 1) if grades.get(one, 0) > 0), 0.0)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """Gain of the first k, each divided by log2(place + 1), as a share of the best possible order.

    >>> ndcg(["a", "b"], {"a": 3, "b": 1}), round(ndcg(["b", "a"], {"a": 3, "b": 1}), 3)
    (1.0, 0.797)
    """
    ideal = _gain(sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k])
    return _gain([max(0, grades.get(one, 0)) for one in ranking[:k]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades, start=1))


@dataclass(frozen=True)
class Mean:
    """A mean over questions with its 95 % interval; `values` are those of the questions, in the order of the grades."""

    value: float
    low: float
    high: float
    values: tuple[float, ...]

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f}), n = {len(self.values)}"


def mean(metric: Metric, run: Run, grades: Grades) -> Mean:
    """A metric over all questions of `grades`; a question without a ranking counts 0."""
    values = [metric(run.get(question, ()), graded) for question, graded in grades.items()]
    return Mean(float(np.mean(values)) if values else 0.0, *interval(values), tuple(values))


def interval(values: Sequence[float], samples: int = 2_000, seed: int = 20_261_123) -> tuple[float, float]:
    """The 95 % bootstrap interval of a mean: the same questions, drawn again and again. (0, 0) for no values.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993)
    """
    if not values:
        return 0.0, 0.0
    drawn = np.random.default_rng(seed).choice(np.asarray(values), (samples, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def difference(one: Mean, other: Mean) -> Mean:
    """How much better `one` is than `other` on the same questions, with the interval of the paired difference.

    Raises:
        ValueError: they are over different numbers of questions.
    """
    if len(one.values) != len(other.values):
        raise ValueError(f"{len(one.values)} and {len(other.values)} questions cannot be paired; use the same ones.")
    gained = [a - b for a, b in zip(one.values, other.values, strict=True)]
    return Mean(float(np.mean(gained)) if gained else 0.0, *interval(gained), tuple(gained))
