"""Knows which everyday words stand for the same thing: a table of word groups, compared by their stems.

The table thesaurus.txt has some 220 groups of words about buying, households and machines, written from general
knowledge of English. It knows no senses: "light" is a lamp and not heavy.
Compare Voorhees, Query expansion using lexical-semantic relations, https://doi.org/10.1007/978-1-4471-2099-5_7
"""

from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path

from .words import stem

TABLE = Path(__file__).with_name("thesaurus.txt")


@lru_cache(maxsize=20_000)
def groups(stem_of_word: str) -> frozenset[int]:
    """The numbers of the groups that a stem stands in.

    >>> bool(groups("guara") & groups("warra"))
    True
    """
    return _table().get(stem_of_word, frozenset())


def akin(stem_of_word: str, others: Set[str]) -> bool:
    """Whether one of the other stems stands for the same thing.

    >>> akin("reser", {"tank", "pump"}), akin("reser", {"pump"})
    (True, False)
    """
    own = groups(stem_of_word)
    return bool(own) and any(own & groups(other) for other in others)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, frozenset[int]]:
    found = dict[str, set[int]]()
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines()):
        for word in [] if line.startswith("#") else line.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}
