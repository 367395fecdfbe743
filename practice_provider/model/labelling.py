"""Scores the labels of a task: a small classifier that is fitted to the prompt each time, and forgotten after it.

With meanings: a kernel ridge regression over the prompt's examples (likeness of the whole texts, plus 0.3 of their
shared words), plus the likeness of the text, of its sentences, and of each clause of the description. Without: the two
nearest examples and the description, by shared words. It knows nothing but the prompt: a wrong example counts as much
as a right one. Compare Hastie et al., The Elements of Statistical Learning, 5.8, https://hastie.su.domains/ElemStatLearn/
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .mind import Mind, shared_words
from .sentences import split
from .words import spoken

Grid = npt.NDArray[np.float64]

_SHARED = 0.3  # of the shared words, beside 1 for the meanings
_RIDGE = 1.0  # the larger, the less a single example decides
_SHARPNESS = 0.07  # scores to chances: the softmax's temperature, chosen on tickets that were not reported
_EXAMPLE_WEIGHT, _NEIGHBOURS, _ONE_VOTE = 0.7, 2, 0.9  # without meanings; a single example has less to say
_MOST_SENTENCES, _MOST_FITTED = 30, 600  # a longer prompt is read, but its last examples only are fitted


@dataclass(frozen=True)
class Label:
    """A label and what the prompt says about it."""

    name: str
    about: str = ""

    def told(self) -> str:
        """The label in words, to be compared with a text."""
        return f"{spoken(self.name)}: {self.about}" if self.about else spoken(self.name)

    def clauses(self) -> list[str]:
        """Its name, and each clause of its description."""
        return [spoken(self.name), *(part for part in re.split(r"[;:,.]\s+", self.about) if part.strip())]


@dataclass(frozen=True)
class Scores:
    """What was found for each label, in the task's order; `nearest` is the likeness of the nearest thing at all."""

    values: tuple[float, ...]
    nearest: float

    def chances(self) -> list[float]:
        """The softmax of the values: 0 to 1, the sum is 1."""
        top = max(self.values)
        weights = [math.exp((value - top) / _SHARPNESS) for value in self.values]
        return [weight / sum(weights) for weight in weights]


def score(labels: Sequence[Label], examples: Sequence[tuple[str, str]], text: str, mind: Mind) -> Scores:
    """Score each label for the text; `examples` are (text, name of its label)."""
    shown = examples[-_MOST_FITTED:]
    own = _likeness(labels, text, mind)
    if not shown:
        return Scores(tuple(map(float, own)), float(own.max()))
    near = np.array(mind.compare(text, [said for said, _ in shown]))
    fitted = _fitted(labels, shown, text, near, mind) if mind.meanings else _voted(labels, shown, near)
    values = fitted + own if mind.meanings else _EXAMPLE_WEIGHT * fitted + (1 - _EXAMPLE_WEIGHT) * own
    return Scores(tuple(map(float, values)), float(max(near.max(), own.max())))


def _likeness(labels: Sequence[Label], text: str, mind: Mind) -> Grid:
    """How near the text is to each label's words; with descriptions also to the nearest clause."""
    told = [label.told() for label in labels]
    whole = np.array(mind.compare(text, told))
    if not mind.meanings:
        return whole
    parts = [piece.text for piece in split(text)][:_MOST_SENTENCES] or [text]
    rows = np.array([mind.compare(part, told) for part in parts])
    if not any(label.about for label in labels):
        return np.asarray((whole + rows.mean(axis=0)) / 2)
    clauses = [label.clauses() for label in labels]
    flat = list(dict.fromkeys(clause for row in clauses for clause in row))
    near = dict(zip(flat, mind.compare(text, flat), strict=True))
    clause = np.array([max(near[one] for one in row) for row in clauses])
    return np.asarray(((whole + rows.max(axis=0)) / 2 + clause) / 1.5)


def _fitted(
    labels: Sequence[Label], shown: Sequence[tuple[str, str]], text: str, near: Grid, mind: Mind
) -> npt.NDArray[np.float64]:
    """Kernel ridge regression from the examples to the labels: solve (K + I) A = Y, and read off the text's row."""
    texts = [said for said, _ in shown]
    kernel = np.array([mind.compare(said, texts) for said in texts])
    words = np.array([shared_words(said, texts) for said in texts])
    kernel, row = kernel + _SHARED * (words + words.T) / 2, near + _SHARED * np.array(shared_words(text, texts))
    wanted = np.array([[float(name == label.name) - 1 / len(labels) for label in labels] for _, name in shown])
    return np.asarray(row @ np.linalg.solve(kernel + _RIDGE * np.eye(len(shown)), wanted))


def _voted(labels: Sequence[Label], shown: Sequence[tuple[str, str]], near: Grid) -> Grid:
    """The mean of each label's two nearest examples."""
    found = []
    for label in labels:
        own = sorted((v for v, (_, name) in zip(near, shown, strict=True) if name == label.name), reverse=True)
        votes = [*map(float, own), *[0.0] * _NEIGHBOURS][:_NEIGHBOURS]
        found.append(sum(votes) / _NEIGHBOURS if votes[-1] else _ONE_VOTE * votes[0])
    return np.array(found)
