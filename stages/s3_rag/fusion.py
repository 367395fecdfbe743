"""Fusion: one ranking from several, by places (reciprocal rank fusion) or by scores brought to one scale.

Each way takes rankings as {id: score}. It does not weigh one ranking by how sure it is; the weights are given.
Cormack et al., Reciprocal Rank Fusion, https://doi.org/10.1145/1571941.1572114; Bruch et al., An Analysis of Fusion
Functions, https://arxiv.org/abs/2210.11934
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Id = TypeVar("Id", str, int)
K = 60  # of the paper: how much the first places stand out


def order(scores: Mapping[Id, float]) -> list[Id]:
    """Ids, highest score first; equal ones by id, so that results repeat."""
    return sorted(scores, key=lambda one: (-scores[one], one))


def reciprocal_rank(rankings: Sequence[Mapping[Id, float]], k: int = K) -> dict[Id, float]:
    """Add up 1 / (k + place) over the rankings: only places count, not by how much.

    >>> reciprocal_rank([{"a": 9.0, "b": 1.0}, {"b": 0.5}])["b"] > reciprocal_rank([{"a": 9.0, "b": 1.0}])["b"]
    True
    """
    total: dict[Id, float] = {}
    for ranking in rankings:
        for place, one in enumerate(order(ranking), start=1):
            total[one] = total.get(one, 0.0) + 1.0 / (k + place)
    return total


def min_max(rankings: Sequence[Mapping[Id, float]], weights: Sequence[float] | None = None) -> dict[Id, float]:
    """Bring each ranking's scores to 0 … 1 and add them, weighted; what a ranking does not have counts 0 there.

    >>> min_max([{"a": 12.0, "b": 2.0}, {"b": 0.9, "c": 0.1}])
    {'a': 1.0, 'b': 1.0, 'c': 0.0}
    """
    total: dict[Id, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        low, high = min(ranking.values(), default=0.0), max(ranking.values(), default=0.0)
        for one, score in ranking.items():
            share = (score - low) / (high - low) if high > low else 1.0
            total[one] = total.get(one, 0.0) + weight * share
    return total
