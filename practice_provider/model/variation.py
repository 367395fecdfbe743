"""What temperature and seed change: the choice among near-equal labels or answers, and the words around an answer.

Nothing is truly random: the draw comes from a hash of the ask, so the same ask gives the same bytes in every process,
and another seed (or the next of `n` replies) another draw. Temperature 0, and none at all, always take the best; facts
are never varied. Compare Holtzman et al., The Curious Case of Neural Text Degeneration, https://arxiv.org/abs/1904.09751
"""

import hashlib
from collections.abc import Sequence

from .fixed_words import SILENCES

_OPENINGS = ("", "According to the text: ", "Here is what the text says: ", "This is what I found: ")
_SILENCES = SILENCES[:3]
_CALM = 0.5  # up to this temperature the first words stay
_WARM = 0.8  # from this temperature a rival may win
_SHARP = 12  # the power of the scores' ratio: a rival with 0.95 of the best score has a weight of 0.54


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


def silence(words: str, temperature: float | None, key: str) -> str:
    """Give one of the lines for "there is no answer"; the usual one up to a temperature of 0.5.

    >>> silence("Anything else.", 1.5, "any")
    'Anything else.'
    """
    if temperature is None or temperature <= _CALM or words not in _SILENCES:
        return words
    return drawn([(line, 1.0 if line == words else temperature / 2) for line in _SILENCES], 1.0, f"{key}/silence")


def takes_rival(best: float, rival: float, temperature: float | None, key: str) -> bool:
    """Whether the second best answer is drawn, by the scores of both; never below a temperature of 0.8.

    >>> takes_rival(0.9, 0.9, 0.5, "any")
    False
    """
    if temperature is None or temperature < _WARM or best <= 0:
        return False
    odds = [("best", 1.0), ("rival", (max(rival, 0.0) / best) ** _SHARP)]
    return drawn(odds, temperature, f"{key}/rival") == "rival"


def _number(key: str) -> float:
    """A number from 0 to 1 for these words, the same on every machine."""
    return int.from_bytes(hashlib.blake2s(key.encode(), digest_size=6).digest(), "big") / 2**48
