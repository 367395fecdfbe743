"""Says how much each topic of the lexicon is in a sentence, and under which topics a label files messages.

Three signs are added up: a cue of the lexicon; the likeness to the nearest saying of the topic (sayings.txt); and a
ridge regression from vector and cues to the topic, fitted to the sayings when their vectors are made. The weights were
chosen by accuracy on training tickets and confirmed on others. A message never changes what a topic is.
Compare Hastie et al., The Elements of Statistical Learning, 3.4, https://hastie.su.domains/ElemStatLearn/
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import lexicon
from .lexicon import Lexicon

SAYINGS = Path(__file__).with_name("sayings.txt")
VECTORS = SAYINGS.with_suffix(".npz")
Grid = npt.NDArray[np.float64]

_CUE, _NEAREST, _FITTED = 0.7, 1.0, 4.0  # weights of the three signs
_FAR = 0.4  # a likeness to a saying below this says nothing
_RIDGE = 10.0


@dataclass(frozen=True, eq=False)
class Topics:
    """All topics: n of them. `sayings` (m, 384) are in the topics' order, each topic's starting at `said_from`."""

    lexicon: Lexicon
    sayings: Grid
    said_from: npt.NDArray[np.intp]
    filed: Grid
    filed_from: npt.NDArray[np.intp]
    fit: Grid  # (384 + n, n)

    def cues(self, sentences: Sequence[str]) -> Grid:
        """Give 1 for each topic that a sentence has a cue of: (sentences, n)."""
        return _cues(self.lexicon, sentences)

    def nearest(self, vectors: Grid) -> Grid:
        """Give the likeness to the nearest saying of each topic: (sentences, n)."""
        return np.maximum.reduceat(vectors @ self.sayings.T, self.said_from, axis=1)

    def within(self, sentences: Sequence[str], vectors: Grid) -> Grid:
        """Give how much each topic is in each sentence, about 0 to 2: (sentences, n)."""
        cues = self.cues(sentences)
        fitted = np.hstack([vectors, cues]) @ self.fit
        return _CUE * cues + _NEAREST * np.clip(self.nearest(vectors) - _FAR, 0, None) + _FITTED * fitted

    def names(self, vectors: Grid) -> Grid:
        """Give the likeness of a label's words to the nearest name of each topic: (labels, n)."""
        return np.maximum.reduceat(vectors @ self.filed.T, self.filed_from, axis=1)


def _cues(known: Lexicon, sentences: Sequence[str]) -> Grid:
    grid = np.zeros((len(sentences), len(known.topics)))
    for row, sentence in enumerate(sentences):
        grid[row, list(known.found(sentence))] = 1
    return grid


@lru_cache(maxsize=1)
def load() -> Topics:
    """Read the sayings and their vectors, once.

    Raises:
        RuntimeError: the vectors are of other sayings.
    """
    known = lexicon.load()
    with np.load(VECTORS) as held:
        if str(held["made_from"]) != checksum():
            raise RuntimeError(
                f"{VECTORS.name} was made from other texts: run make_sayings.py, which is beside the tests."
            )
        said, filed = (held[name].astype(np.float64) / held[f"{name}_scale"] for name in ("sayings", "filed"))
        fit = held["fit"].astype(np.float64)
    return Topics(known, said, _starts(owners(known)), filed, _starts([index for index, _ in names(known)]), fit)


def fitted(known: Lexicon, vectors: Grid) -> Grid:
    """Fit the regression from the sayings' vectors and cues to their topics: (384 + n, n)."""
    wanted = (owners(known)[:, None] == np.arange(len(known.topics))).astype(np.float64) - 1 / len(known.topics)
    given = np.hstack([vectors, _cues(known, [text for _, text in sayings()])])
    return np.asarray(np.linalg.solve(given.T @ given + _RIDGE * np.eye(given.shape[1]), given.T @ wanted))


def owners(known: Lexicon) -> npt.NDArray[np.intp]:
    """Give the place of each saying's topic."""
    place = {topic.name: index for index, topic in enumerate(known.topics)}
    return np.array([place[topic] for topic, _ in sayings()])


def sayings() -> Iterator[tuple[str, str]]:
    """Read (topic, saying), in the topics' order."""
    topic = ""
    for line in SAYINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]").replace("-", " ")
        elif line and not line.startswith("#"):
            yield topic, line


def names(known: Lexicon) -> list[tuple[int, str]]:
    """All names under which topics are filed, the topics' own included."""
    return [(index, name) for index, topic in enumerate(known.topics) for name in (*topic.filed, topic.name)]


def checksum() -> str:
    """Of all texts that have vectors."""
    texts = [*(text for _, text in sayings()), *(text for _, text in names(lexicon.load()))]
    return hashlib.blake2s("\n".join(texts).encode(), digest_size=8).hexdigest()


def _starts(owner: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Where each of the runs of equal numbers begins."""
    return np.flatnonzero(np.diff(owner, prepend=-1))
