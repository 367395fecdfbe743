"""Keyword search with BM25: how often a word of the question stands in a chunk, and how rare it is elsewhere.

Words are stemmed with Snowball; a code like BL-K16 counts as a whole and in its parts. Only counts are stored, weights
are computed when an index is opened: nothing has to be corrected when chunks come and go. It finds no synonyms and
mends no typos. Robertson and Zaragoza, The Probabilistic Relevance Framework, https://doi.org/10.1561/1500000019
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import Stemmer

K1, B = 1.2, 0.75
"""How soon more of the same word stops to count, and how much long chunks are held back: the usual values."""

_STOP = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with"
)
STOP_WORDS = frozenset(_STOP.split())
"""What every text has: the list of Lucene, https://lucene.apache.org."""

_WORD = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")


@lru_cache(maxsize=8)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language)


def terms(text: str, language: str = "english") -> list[str]:
    """The terms of a text, in its order.

    >>> terms("Which tanks fit BL-K16?")
    ['which', 'tank', 'fit', 'bl-k16', 'bl', 'k16']
    """
    words: list[str] = []
    for word in _WORD.findall(text.lower()):
        parts = _PART.findall(word)
        words += [word, *parts] if len(parts) > 1 else parts
    return [str(term) for term in _stemmer(language).stemWords([word for word in words if word not in STOP_WORDS])]


def counts(text: str) -> dict[str, int]:
    """How often each term stands in a text: what the store keeps."""
    return dict(Counter(terms(text)))


@dataclass(frozen=True)
class Keywords:
    """All weights of an index. The chunks of term i are `chunks[starts[i] : starts[i + 1]]`, their weights beside."""

    places: dict[str, int]  # term → i
    starts: npt.NDArray[np.int64]  # (n_terms + 1,)
    chunks: npt.NDArray[np.int32]  # (n_postings,) rows, from 0
    weights: npt.NDArray[np.float32]  # (n_postings,)
    n_chunks: int

    @classmethod
    def build(
        cls,
        words: Sequence[str],
        chunks: npt.NDArray[np.int32],
        how_often: npt.NDArray[np.int32],
        n_chunks: int,
    ) -> "Keywords":
        """Weigh postings (term, chunk, count), which come in the order of their terms."""
        array = np.asarray(words, dtype=object)
        new = np.flatnonzero(np.r_[True, array[1:] != array[:-1]]) if len(array) else np.zeros(0, np.int64)
        starts = np.r_[new, len(array)].astype(np.int64)
        found = np.diff(starts)
        lengths = np.bincount(chunks, how_often, n_chunks)
        mean = lengths.sum() / max(1, n_chunks)
        rarity = np.log1p((n_chunks - found + 0.5) / (found + 0.5))
        slow = K1 * (1 - B + B * lengths[chunks] / max(mean, 1e-9))
        weights = np.repeat(rarity, found) * how_often * (K1 + 1) / (how_often + slow)
        places = {str(array[at]): i for i, at in enumerate(new)}
        return cls(places, starts, chunks, weights.astype(np.float32), n_chunks)

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """The BM25 score of every chunk, (n_chunks,); 0 where no word is shared."""
        total = np.zeros(self.n_chunks, np.float32)
        for term in terms(question):
            place = self.places.get(term)
            if place is not None:
                here = slice(self.starts[place], self.starts[place + 1])
                total[self.chunks[here]] += self.weights[here]
        return total
