"""Scores the labels of a task: what the labels' words say (meanings.py), and what the prompt's examples teach.

With meanings: a ridge regression from the examples' vectors, and from what the words say of them, to their labels is
fitted to the prompt, forgotten after it, and added to what the words say. The worse the words explain the examples, the
less the words count: names without a meaning can be taught, and wrong examples do harm.
Without: the two nearest examples and the description, by shared words.
Compare Hastie et al., The Elements of Statistical Learning, 3.4, https://hastie.su.domains/ElemStatLearn/
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from . import meanings
from .meanings import Embed, Label, Message
from .mind import Mind

Grid = npt.NDArray[np.float64]
Examples = tuple[tuple[str, str], ...]  # (text, name of its label)

_RIDGE = 0.5  # the larger, the less a single example decides
_BY_WORDS = 0.7  # weight of what the words say among an example's features, beside 1 for its vectors
# How much better than chance the labels' words explain the examples: from no to full weight of the words. It is begun
# with two of three right, so that two odd examples do not decide it.
_DISTRUST, _TRUST, _RIGHT_BEFORE, _SEEN_BEFORE = 0.1, 0.6, 2, 3
# Scores to chances, the softmax's temperature, without and with examples: the least log loss on dev tickets.
_SHARPNESS, _TAUGHT, _OF_WORDS = 0.15, 0.22, 0.07
# Less likeness to anything is none: the fewest errors on dev tickets and on public intents (CLINC150).
_NEAR, _NEAR_BY_WORDS = 0.3, 0.2
_EXAMPLE_WEIGHT, _NEIGHBOURS, _ONE_VOTE = 0.7, 2, 0.9  # without meanings; a single example has less to say
_FEW, _EACH, _MANY = 0.5, 0.1, 2.0  # what examples weigh beside words: 0.5, and 0.1 for each of a label; 2 at most
_MOST_FITTED = 1_600  # a longer prompt is read, but its last examples only are fitted


@dataclass(frozen=True)
class Scores:
    """What was found for each label, in the task's order.

    `nearest` is the likeness of the nearest thing at all, `is_near` whether that is near enough to choose; the lower
    `sharpness`, the more a lead counts.
    """

    values: tuple[float, ...]
    nearest: float
    is_near: bool
    sharpness: float

    def chances(self) -> list[float]:
        """The softmax of the values: 0 to 1, the sum is 1."""
        top = max(self.values)
        weights = [math.exp((value - top) / self.sharpness) for value in self.values]
        return [weight / sum(weights) for weight in weights]


def score(
    labels: Sequence[Label], examples: Sequence[tuple[str, str]], text: str, mind: Mind, wanted: bool = True
) -> Scores:
    """Score each label for the text, by what its writer wants, or else by all that it is about."""
    shown = tuple(examples[-_MOST_FITTED:])
    if mind.vectors is None:
        return _by_words(labels, shown, text, mind)
    message = meanings.read(text, mind.vectors, wanted)
    values = meanings.scores(labels, message, mind.vectors)
    near = meanings.nearest(labels, message, mind.vectors)
    if shown:
        learned = _learned(tuple(labels), shown, mind.vectors, wanted)
        values = learned.trust * values + _features(message, values, learned.trust) @ learned.slopes
        near = max(near, float((learned.vectors @ message.whole).max()))
    return Scores(tuple(map(float, values)), near, near >= _NEAR, _TAUGHT if shown else _SHARPNESS)


@dataclass(frozen=True, eq=False)
class _Learned:
    """What examples taught: `slopes` (features, labels); `trust` in the labels' words, 0 to 1."""

    slopes: Grid
    trust: float
    vectors: Grid


@lru_cache(maxsize=4)
def _learned(labels: tuple[Label, ...], examples: Examples, embed: Embed, wanted: bool) -> _Learned:
    """Fit the examples, once for all texts that come with the same ones: solve (X X' + I/2) A = Y."""
    read = [meanings.read(text, embed, wanted) for text, _ in examples]
    values = np.array([meanings.scores(labels, one, embed) for one in read])
    given = np.array([[float(name == label.name) for label in labels] for _, name in examples])
    trust = _trust(values, given)
    features = np.array([_features(one, row, trust) for one, row in zip(read, values, strict=True)])
    solved = np.linalg.solve(features @ features.T + _RIDGE * np.eye(len(read)), given - 1 / len(labels))
    weight = min(_FEW + _EACH * len(read) / len(labels), _MANY)
    return _Learned(weight * features.T @ solved, trust, np.array([one.whole for one in read]))


def _trust(values: Grid, given: Grid) -> float:
    """How well what the labels' words say (examples, labels) agrees with the examples' labels: 0 to 1."""
    right = float((given[np.arange(len(given)), values.argmax(axis=1)]).sum())
    explained, by_chance = (right + _RIGHT_BEFORE) / (len(given) + _SEEN_BEFORE), 1 / given.shape[1]
    better = (explained - by_chance) / (1 - by_chance)
    return float(np.clip((better - _DISTRUST) / (_TRUST - _DISTRUST), 0, 1))


def _features(message: Message, values: Grid, trust: float) -> Grid:
    """What the regression sees of a message: its vectors, and what the labels' words say of it."""
    spread = values - values.mean()
    by_words = _BY_WORDS * trust * spread / max(float(np.linalg.norm(spread)), 1e-9)
    return np.hstack([message.features(), by_words])


def _by_words(labels: Sequence[Label], shown: Examples, text: str, mind: Mind) -> Scores:
    values = own = np.array(mind.compare(text, [label.told() for label in labels]))
    near = float(own.max())
    if shown:
        likeness = np.array(mind.compare(text, [said for said, _ in shown]))
        values = _EXAMPLE_WEIGHT * _voted(labels, shown, likeness) + (1 - _EXAMPLE_WEIGHT) * own
        near = max(near, float(likeness.max()))
    return Scores(tuple(map(float, values)), near, near >= _NEAR_BY_WORDS, _OF_WORDS)


def _voted(labels: Sequence[Label], shown: Examples, near: Grid) -> Grid:
    """The mean of each label's two nearest examples."""
    found = []
    for label in labels:
        own = sorted((v for v, (_, name) in zip(near, shown, strict=True) if name == label.name), reverse=True)
        votes = [*map(float, own), *[0.0] * _NEIGHBOURS][:_NEIGHBOURS]
        found.append(sum(votes) / _NEIGHBOURS if votes[-1] else _ONE_VOTE * votes[0])
    return np.array(found)
