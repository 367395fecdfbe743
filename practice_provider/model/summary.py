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
_LEAD = 0.05  # the first sentence of a text tends to say what it is about


def asked(request: str) -> bool:
    """Whether the request is for a summary."""
    return _ASKED.search(request) is not None


def summarise(texts: Sequence[str], orders: Instructions, mind: Mind) -> str:
    """Give the texts' main sentences: three, or as many as the instructions allow."""
    pieces = [piece.text for text in texts for piece in split(text) if piece.kind != "heading"]
    count = orders.sentences or _USUAL
    chosen = (
        sorted(range(len(pieces)), key=lambda i: -_weight(i, pieces, mind))[:count] if mind.meanings else range(count)
    )
    kept = [pieces[i] for i in sorted(chosen) if i < len(pieces)]
    if orders.words is not None:
        return " ".join(" ".join(kept).split()[: orders.words])
    return "\n".join(f"- {piece}" for piece in kept) if orders.bullets else " ".join(kept)


def _weight(index: int, pieces: Sequence[str], mind: Mind) -> float:
    """Mean likeness to all sentences: the likeness to their centroid, but for a factor."""
    return sum(mind.compare(pieces[index], pieces)) / len(pieces) + (_LEAD if index == 0 else 0.0)
