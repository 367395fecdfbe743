"""Keyword search with BM25: how often a word of the question stands in a chunk, and how rare it is elsewhere.

Words are stemmed with Snowball; a code like BL-K16 counts as a whole and in its parts. A word that no chunk has is
taken for a misspelling of the nearest one. Only counts are stored, weights are computed when an index is opened:
nothing has to be corrected when chunks come and go. It finds no synonyms.
Robertson and Zaragoza, The Probabilistic Relevance Framework, https://doi.org/10.1561/1500000019
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import Stemmer
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

K1, B = 1.2, 0.75
"""How soon more of the same word stops to count, and how much long chunks are held back: the usual values."""

MENDED = 0.8
"""What a mended word counts; chosen on Brewline's train and dev questions."""

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


def is_code(term: str) -> bool:
    """Has it letters and digits?

    >>> [is_code(term) for term in ("k16", "2026", "tank")]
    [True, False, False]
    """
    return any(letter.isdigit() for letter in term) and not term.isdigit()


Scores = npt.NDArray[np.float32]  # (n_chunks,)


@dataclass(frozen=True)
class Matches:
    """What a question shares with each chunk; all are 0 where no word is shared."""

    bm25: Scores
    coverage: Scores  # the share of the question's terms that the chunk has, rare ones counting more
    codes: Scores  # the share of its codes


@dataclass(frozen=True)
class Keywords:
    """All weights of an index. The chunks of term i are `chunks[starts[i] : starts[i + 1]]`, their weights beside."""

    places: dict[str, int]  # term → i
    starts: npt.NDArray[np.int64]  # (n_terms + 1,)
    chunks: npt.NDArray[np.int32]  # (n_postings,) rows, from 0
    weights: npt.NDArray[np.float32]  # (n_postings,)
    rarity: npt.NDArray[np.float32]  # (n_terms,)
    n_chunks: int

    @classmethod
    def of(cls, texts: Sequence[Mapping[str, int]]) -> "Keywords":
        """Weigh the counts of some texts, which need no store."""
        rows = sorted((term, row, n) for row, text in enumerate(texts) for term, n in text.items())
        words, chunks, how_often = zip(*rows, strict=True) if rows else ((), (), ())
        return cls.build(words, np.array(chunks, np.int32), np.array(how_often, np.int32), len(texts))

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
        return cls(places, starts, chunks, weights.astype(np.float32), rarity.astype(np.float32), n_chunks)

    def scores(self, question: str) -> Scores:
        """The BM25 score of every chunk; 0 where no word is shared."""
        return self.matches(question).bm25

    def matches(self, question: str) -> Matches:
        """All that a question shares with every chunk, each (n_chunks,)."""
        bm25, coverage, codes = (np.zeros(self.n_chunks, np.float32) for _ in range(3))
        asked = terms(question)
        most = n_codes = 0.0
        for term in asked:
            known = term if term in self.places else self.closest(term)
            if known is None:
                continue
            share, place = 1.0 if known == term else MENDED, self.places[known]
            here = slice(self.starts[place], self.starts[place + 1])
            bm25[self.chunks[here]] += share * self.weights[here]
            coverage[self.chunks[here]] += share * self.rarity[place]
            most += float(self.rarity[place])
            if is_code(term):
                codes[self.chunks[here]] += 1
                n_codes += 1
        return Matches(bm25, coverage / max(most, 1e-9), codes / max(n_codes, 1.0))

    def closest(self, term: str) -> str | None:
        """The index's term that an unknown one may be a misspelling of: same first letter, one slip, two in long words.

        Of several equally near ones the most frequent. None for short words and for whatever has a digit in it.
        """
        if len(term) < 4 or any(map(str.isdigit, term)):
            return None
        slips = 1 if len(term) < 7 else 2
        near = extract(term, self._by_letter.get(term[0], ()), scorer=OSA.distance, score_cutoff=slips, limit=10)
        return min(near, key=lambda one: (one[1], -self._n_chunks_of(one[0]), one[0]))[0] if near else None

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for term in self.places:
            found.setdefault(term[0], []).append(term)
        return found

    def _n_chunks_of(self, term: str) -> int:
        place = self.places[term]
        return int(self.starts[place + 1] - self.starts[place])
