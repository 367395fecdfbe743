"""Mends misspelt words of a question: a word that nobody knows becomes the nearest one that the texts or English have.

Known are the words of the texts at hand and the 23,000 whole words of the network's own vocabulary, most frequent
first. At most one letter may be wrong, missing, added or swapped, two in longer words. It knows no context.
Source: Damerau, https://doi.org/10.1145/363958.363994; frequency first, as in https://norvig.com/spell-correct.html
"""

import re
from collections.abc import Set
from functools import lru_cache

from .vocabulary import ranks

_WORD = re.compile(r"(?<![\w@.-])[a-z]{3,}(?![\w@])")  # small letters only: a name may be spelt as it likes
_CODE = re.compile(r"\b[A-Za-z][A-Za-z\d]{1,6}\b")
_FIGURES = str.maketrans("OoIlSZB", "0011528")
_LONG = 7  # letters from which two may be wrong


def corrected(text: str, known: Set[str]) -> str:
    """Mend the words in small letters that neither the texts at hand (`known`) nor English have.

    >>> corrected("what wieght is it", {"weight"})
    'what weight is it'
    """
    words = _WORD.sub(lambda match: _mended(match[0], frozenset(known)), text)
    return _CODE.sub(lambda match: _with_figures(match[0], known), words)


def _with_figures(code: str, known: Set[str]) -> str:
    """ "EO7" is E07 where the texts have that: a letter that looks like a figure."""
    for start in range(1, len(code)):
        read = code[:start] + code[start:].translate(_FIGURES)
        if read != code and read.isalnum() and read.lower() in known and code.lower() not in known:
            return read
    return code


@lru_cache(maxsize=1_000)
def _mended(word: str, known: frozenset[str]) -> str:
    if word in known or word in ranks() or word.removesuffix("s") in ranks():
        return word
    most = 2 if len(word) >= _LONG else 1
    best, cost = word, 10.0**9
    for candidate, rank in [*((one, 0) for one in sorted(known)), *ranks().items()]:  # sets have no order
        if abs(len(candidate) - len(word)) <= most and len(candidate) > 2 and candidate[0] == word[0]:
            apart = distance(word, candidate, most)
            if apart <= most and apart * 10**6 + rank < cost:
                best, cost = candidate, apart * 10**6 + rank
    return best


def distance(first: str, second: str, most: int) -> int:
    """How many letters must be changed, added, left out or swapped; more than `most` is not counted on.

    >>> distance("wieght", "weight", 2), distance("leter", "letter", 2)
    (1, 1)
    """
    before, row = list[int](), list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        last, before, row = before, row, [i]
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
