"""Summarises a text: the sentences nearest to the middle of all sentences, in their order.

The small model has no middle to compare with and gives the first sentences, which for news is hard to beat. Nothing
is put into other words. Compare Radev et al., Centroid-based summarization, https://arxiv.org/abs/cs/0005020
"""

import re
from collections.abc import Sequence

from .instructions import Instructions
from .mind import Mind
from .sentences import split

_ASKED = re.compile(
    r"\b(?:summari[sz]e|summary|tl;?dr|sum up|key points|main points|in short|zusammenfass\w*|resum\w+)\b",
    re.I,
)
_USUAL = 3
_WHOLE = 3  # words of a sentence that can stand alone
_ALIKE = 0.3  # what likeness to a chosen sentence takes away
_LEAD = 0.05  # the first sentence of a text tends to say what it is about


def asked(request: str) -> bool:
    """Whether the request is for a summary."""
    return _ASKED.search(request) is not None


def summarise(texts: Sequence[str], orders: Instructions, mind: Mind) -> str:
    """Give the texts' main sentences: three, or as many as the instructions allow."""
    every = [piece.text for text in texts for piece in split(text) if piece.kind != "heading"]
    count = orders.sentences or (1 if orders.tone == "terse" else _USUAL)
    whole = [piece for piece in every if len(piece.split()) >= _WHOLE]
    pieces = whole if len(whole) >= (orders.sentences or 1) else every
    chosen = _central(pieces, count, mind) if mind.meanings else range(count)
    kept = [pieces[i] for i in sorted(chosen) if i < len(pieces)]
    if orders.words is not None:
        return " ".join(" ".join(kept).split()[: orders.words])
    return "\n".join(f"- {piece}" for piece in kept) if orders.bullets else " ".join(kept)


def _central(pieces: Sequence[str], count: int, mind: Mind) -> list[int]:
    """The sentences nearest to all others, each as unlike the chosen ones as can be."""
    likeness = [mind.compare(piece, pieces) for piece in pieces]
    middle = [sum(row) / len(pieces) + (_LEAD if index == 0 else 0.0) for index, row in enumerate(likeness)]
    chosen: list[int] = []
    while len(chosen) < min(count, len(pieces)):
        rest = [i for i in range(len(pieces)) if i not in chosen]
        chosen.append(max(rest, key=lambda i: middle[i] - _ALIKE * max((likeness[i][j] for j in chosen), default=0.0)))
    return chosen
