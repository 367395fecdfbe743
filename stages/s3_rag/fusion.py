"""Fusion: one ranking from several, by places (reciprocal rank fusion) or by scores brought to one scale.

All rankings are over the same n candidates. It does not weigh one ranking by how sure it is; the weights are given.
Cormack et al., Reciprocal Rank Fusion, https://doi.org/10.1145/1571941.1572114; Bruch et al., An Analysis of Fusion
Functions, https://arxiv.org/abs/2210.11934
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]  # (n_candidates,)
K = 60  # of the paper: how much the first places stand out


def reciprocal_rank(rankings: Sequence[npt.ArrayLike], n: int, k: int = K) -> Scores:
    """Add up 1 / (k + place) over rankings of candidates, each best first: only places count, not by how much.

    >>> reciprocal_rank([[0, 1], [1]], 3).argmax()
    np.int64(1)
    """
    total = np.zeros(n, np.float32)
    for ranking in rankings:
        order = np.asarray(ranking, np.int64)
        total[order] += (1.0 / (k + 1 + np.arange(len(order)))).astype(np.float32)
    return total


def min_max(rankings: Sequence[npt.ArrayLike], weights: Sequence[float]) -> Scores:
    """Bring each ranking's scores to 0 … 1 and add them, weighted.

    >>> min_max([[12.0, 7.0, 2.0], [0.25, 0.75, 0.5]], [0.5, 1.0]).tolist()
    [0.5, 1.25, 0.5]
    """
    scaled = np.stack([one_scale(ranking) for ranking in rankings])
    total: Scores = np.asarray(weights, np.float32) @ scaled
    return total


def one_scale(scores: npt.ArrayLike) -> Scores:
    """Scores moved to 0 … 1; all 1 where they are equal and not 0.

    >>> one_scale([2.0, 4.0, 3.0]).tolist(), one_scale([0.0, 0.0]).tolist()
    ([0.0, 1.0, 0.5], [0.0, 0.0])
    """
    array: Scores = np.asarray(scores, np.float32)
    low, high = (float(array.min()), float(array.max())) if len(array) else (0.0, 0.0)
    return np.asarray((array - low) / (high - low) if high > low else array != 0, np.float32)
