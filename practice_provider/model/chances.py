"""Log probabilities of an answer's tokens, for clients that ask for them: real for labels, made up for other words.

A label's come from the softmax of the scores that chose it. Other words were copied and have none, so that code which
reads them can be written and tested,
each token gets a chance from a hash of the words before it: mostly above 0.9, sometimes down to 0.5, the same on every
machine. The alternatives are common words that share the rest. Nothing can be learned from those.
What real ones are good for: https://cookbook.openai.com/examples/using_logprobs
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..core import Ask, Chance, Reply, Text
from . import tokens

_OTHERS = (
    *("the", "a", "it", "to", "and", "of", "in", "is", "for", "with", "on", "that", "this", "you", "not", "are"),
    *("can", "be", "at", "or", "as", "by", "from", "we", "if"),
)  # more than the 20 alternatives that a client may ask for
_LEAST = 1e-9  # a chance of 0 has no logarithm


def added(ask: Ask, reply: Reply) -> Reply:
    """Add the chances of the tokens of a reply's words, where the ask wants them."""
    if ask.logprobs is None or reply.chances:
        return reply
    words = "".join(block.text for block in reply.blocks if isinstance(block, Text))
    return replace(reply, chances=tuple(chances(words, ask.logprobs)))


def of_labels(ask: Ask, reply: Reply, odds: Sequence[tuple[str, float]]) -> Reply:
    """Add real chances to a label: of each next token, by the chances of the labels that go on with it."""
    words = "".join(block.text for block in reply.blocks if isinstance(block, Text))
    if ask.logprobs is None or words not in dict(odds):
        return reply
    open_ = [(list(tokens.pieces(name)), chance) for name, chance in odds]
    found: list[Chance] = []
    for place, token in enumerate(tokens.pieces(words)):
        following: dict[str, float] = {}
        for pieces, chance in open_:
            if len(pieces) > place:
                following[pieces[place]] = following.get(pieces[place], 0.0) + max(chance, _LEAST)
        shares = {one: _log(chance / sum(following.values())) for one, chance in following.items()}
        best = sorted(shares.items(), key=lambda pair: -pair[1])[: ask.logprobs]
        found.append(Chance(token, shares[token], tuple(best)))
        open_ = [(pieces, chance) for pieces, chance in open_ if pieces[place : place + 1] == [token]]
    return replace(reply, chances=tuple(found))


def chances(text: str, alternatives: int) -> Iterator[Chance]:
    """Give each token its chance; the tokens joined are the text.

    >>> [one.token for one in chances("Good day", 0)]
    ['Good', ' day']
    """
    state = hashlib.blake2s(digest_size=8)
    for token in tokens.pieces(text):
        state.update(token.encode())
        number = int.from_bytes(state.digest(), "little")
        chance = 0.5 + 0.4999 * (number % 10_000 / 10_000) ** 0.125  # the root pushes most of them close to 1
        yield Chance(token, _log(chance), tuple(_top(token, chance, number, alternatives)))


def _top(token: str, chance: float, number: int, most: int) -> Iterator[tuple[str, float]]:
    if most:
        yield token, _log(chance)
    space = " " if token.startswith(" ") else ""
    rest, start = 1 - chance, number % len(_OTHERS)
    others = [space + word for word in (*_OTHERS[start:], *_OTHERS[:start]) if space + word != token]
    for other in others[: max(0, most - 1)]:
        rest /= 2
        yield other, _log(rest)


def _log(chance: float) -> float:
    return round(math.log(chance), 6)
