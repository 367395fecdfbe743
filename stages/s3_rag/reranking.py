"""Reranking: the candidates of words and meaning get one score each, by weights that were learned from questions.

A linear model over four features: the least that can be learned, quick to train, quick to run, and readable. What is
often meant by a reranker, a network that reads question and passage together, is stronger and a thousand times slower.
Learning to rank: Cao et al., ListNet, https://doi.org/10.1145/1273496.1273513
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .fusion import Scores, one_scale

FEATURES = ("words", "meaning", "coverage", "codes")
WEIGHTS = (0.25, 1.00, 0.34, 0.19)  # `learned` from Brewline's train questions, and from nothing else
SHARPNESS = 4.0  # of the softmax in training


@dataclass(frozen=True)
class Candidates:
    """What words and meaning each put up for a question: n rows of an index, and what is known of each, (n,)."""

    rows: npt.NDArray[np.int64]
    bm25: Scores
    cosine: Scores
    coverage: Scores  # share of the question's terms, rare ones counting more
    codes: Scores  # share of the question's codes
    by_words: npt.NDArray[np.int64]  # places in `rows`, best first: only what was put up by words
    by_meaning: npt.NDArray[np.int64]

    @cached_property
    def features(self) -> npt.NDArray[np.float32]:
        """(n, 4), in the order of FEATURES."""
        columns = (one_scale(self.bm25), one_scale(self.cosine), self.coverage, self.codes)
        stacked: npt.NDArray[np.float32] = np.stack(columns, axis=1)
        return stacked


def scores(found: Candidates, weights: Sequence[float] = WEIGHTS) -> Scores:
    """One score for each candidate."""
    total: Scores = parts(found, weights).sum(axis=1)
    return total


def parts(found: Candidates, weights: Sequence[float] = WEIGHTS) -> npt.NDArray[np.float32]:
    """What each feature adds to a candidate's score, (n, 4)."""
    weighted: npt.NDArray[np.float32] = found.features * np.asarray(weights, np.float32)
    return weighted


def learned(
    questions: Sequence[tuple[npt.NDArray[np.float32], npt.ArrayLike]], steps: int = 400, keep_small: float = 0.02
) -> tuple[float, ...]:
    """Weights under which right candidates come first, from (features, grades) of many questions, by gradient descent.

    The weight of meaning is scaled to 1, because only the proportions count.

    Raises:
        ValueError: no question has a right candidate.
    """
    pairs = [(features, 2.0 ** np.asarray(grades, float) - 1) for features, grades in questions]
    pairs = [(features, gain / gain.sum()) for features, gain in pairs if gain.sum() > 0]
    if not pairs:
        raise ValueError("No question has a right candidate: there is nothing to learn from.")
    weights = np.ones(pairs[0][0].shape[1])
    speed = np.zeros_like(weights)
    for _ in range(steps):
        slope = keep_small * weights
        for features, wanted in pairs:
            told = np.exp(SHARPNESS * (features @ weights - (features @ weights).max()))
            slope = slope - SHARPNESS * features.T @ (wanted - told / told.sum()) / len(pairs)
        speed = 0.9 * speed - 0.05 * slope
        weights = weights + speed
    return tuple(float(one) for one in weights / weights[1])
