"""What temperature and seed change: the choice among near-equal labels, and the first words of a found answer.

Nothing is truly random: the draw comes from a hash of the ask, so the same ask gives the same bytes in every process,
and another seed (or the next of `n` replies) another draw. Temperature 0, and none at all, always take the best; facts
are never varied. Compare Holtzman et al., The Curious Case of Neural Text Degeneration, https://arxiv.org/abs/1904.09751
"""

import hashlib
from collections.abc import Sequence

_OPENINGS = ("", "According to the text: ", "Here is what the text says: ", "This is what I found: ")
_CALM = 0.5  # up to this temperature the first words stay


def drawn(odds: Sequence[tuple[str, float]], temperature: float | None, key: str) -> str:
    """Draw a name; its chance is raised to the power of 1/temperature. Temperature 0 and None give the best.

    >>> drawn([("a", 0.9), ("b", 0.1)], 0, "any")
    'a'
    """
    best = max(odds, key=lambda pair: pair[1])
    if not temperature or best[1] <= 0:
        return best[0]
    weights = [(max(chance, 0.0) / best[1]) ** (1 / temperature) for _, chance in odds]
    place = _number(key) * sum(weights)
    for (name, _), weight in zip(odds, weights, strict=True):
        place -= weight
        if place < 0:
            return name
    return best[0]


def opening(temperature: float | None, key: str) -> str:
    """Give the words before a found answer; "" up to a temperature of 0.5.

    >>> opening(0.2, "any"), opening(None, "any")
    ('', '')
    """
    if temperature is None or temperature <= _CALM:
        return ""
    odds = [(words, temperature / 2 if words else 1.0) for words in _OPENINGS]
    return drawn(odds, 1.0, f"{key}/opening")


def _number(key: str) -> float:
    """A number from 0 to 1 for these words, the same on every machine."""
    return int.from_bytes(hashlib.blake2s(key.encode(), digest_size=6).digest(), "big") / 2**48
