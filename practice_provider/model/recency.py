"""Of two versions of a statement it takes the newer one; asked about a year or a day, the one that was valid then.

Two sentences are versions of each other where both answer nearly as well, mean nearly the same, and stand in passages
that say when they were changed. Other contradictions are not seen: the better score wins.
Compare Chen et al., A Dataset for Answering Time-Sensitive Questions, https://arxiv.org/abs/2108.06314
"""

import re
from collections.abc import Sequence

from .mind import Mind

NEARLY_AS_GOOD = 0.15  # of score
SAME_STATEMENT = 0.6  # likeness

_DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DAY_OR_YEAR = re.compile(rf"{_DAY.pattern}|{_YEAR.pattern}")
_LATEST = "9999-12-31"


def newest(question: str, best: int, scores: Sequence[float], dated: Sequence[tuple[str, str]], mind: Mind) -> int:
    """Give the number of the newest version of the best sentence; `dated` are (day of change, sentence) pairs."""
    if not dated[best][0]:
        return best
    near = [i for i, (day, _) in enumerate(dated) if day and scores[i] >= scores[best] - NEARLY_AS_GOOD]
    if len({dated[i][0] for i in near}) < 2:
        return best
    likeness = mind.compare(dated[best][1], [dated[i][1] for i in near])
    same = [i for i, like in zip(near, likeness, strict=True) if i == best or like >= SAME_STATEMENT]
    until = asked_day(question)
    valid = [i for i in same if dated[i][0] <= until] or same
    return max(valid, key=lambda i: (dated[i][0], scores[i]))


def asked_day(question: str) -> str:
    """The last day that a question is about, for comparing; a day far ahead where it names none.

    >>> asked_day("What did delivery cost in 2025?"), asked_day("What did it cost on 2025-03-01?")
    ('2025-12-31', '2025-03-01')
    """
    if day := _DAY.search(question):
        return day[0]
    year = _YEAR.search(question)
    return f"{year[0]}-12-31" if year else _LATEST
