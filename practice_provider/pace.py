"""How long a reply would take: the simulated latency of a model, worked out from token counts.

Natural times come from the model's card (seconds to the first token, tokens per second) and are divided by a speed;
speed 0 means no delay at all. It only calculates: nobody waits in here.
Why these two numbers describe a reply: https://docs.nvidia.com/nim/benchmarking/llm/latest/metrics.html
"""

from dataclasses import dataclass

from .model.catalog import CATALOG


@dataclass(frozen=True)
class Pace:
    """The two delays of one reply, in seconds: until the first token, and per token after it."""

    first_s: float = 0.0
    token_s: float = 0.0

    def whole_s(self, tokens: int) -> float:
        """Give the seconds until a reply of so many tokens is complete."""
        return self.first_s + tokens * self.token_s


NO_DELAY = Pace()


def pace_of(model: str, speed: float) -> Pace:
    """Give the pace of a model at a speed; a model without a card has no delay.

    >>> pace_of("practice-small", 0) == NO_DELAY
    True
    >>> natural, quick = pace_of("practice-small", 1), pace_of("practice-small", 10)
    >>> round(natural.whole_s(150) / quick.whole_s(150))
    10
    """
    card = CATALOG.get(model)
    if card is None or speed <= 0:
        return NO_DELAY
    per_token = 1 / card.tokens_per_s if card.tokens_per_s else 0.0
    return Pace(card.first_token_s / speed, per_token / speed)
