"""The whole words of the network's own vocabulary, most frequent first: what words English has, and how rare they are.

The list comes with the weights; it was counted on books and Wikipedia. Source: https://arxiv.org/abs/1810.04805
"""

import math
from collections.abc import Mapping
from functools import lru_cache

from . import weights

_EVERYDAY = 1_000  # the list begins with about so many single letters and signs
_LONGEST = 31_000


@lru_cache(maxsize=1)
def ranks() -> Mapping[str, int]:
    """Give each whole word its place in the list."""
    words = (weights.folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: rank for rank, word in enumerate(words) if word.isalpha() and word.isascii() and len(word) > 1}


def rarity(word: str) -> float:
    """How much a word tells: about 0.2 for an everyday word, 1 for one that the list does not have.

    >>> rarity("descaler") > rarity("purchase") > rarity("time")
    True
    """
    rank = ranks().get(word, _LONGEST)
    return min(1.0, math.log(max(rank, _EVERYDAY) / _EVERYDAY + 1) / math.log(_LONGEST / _EVERYDAY + 1))
