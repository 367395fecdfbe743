"""What one key may use: requests and tokens per time, and requests at once.

Tokens are counted by an estimate before the model is asked, and corrected when the reply is there. Requests that were
refused do not count.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core import Fault, Usage
from .meters import Meter

COUNTS = ("requests", "tokens", "input_tokens", "output_tokens")


@dataclass
class Limit:
    """What one key may use. `meters` are by the names in `COUNTS`; `concurrent` is the most requests at once.

    `asked` is the limit as a client asked for it.
    """

    asked: Mapping[str, Any]
    window_s: float = 0.0
    meters: Mapping[str, Meter] = field(default_factory=dict)
    concurrent: int | None = None
    at_work: int = 0

    @property
    def counts_tokens(self) -> bool:
        """Does it matter how many tokens a request has?"""
        return self.meters.keys() != {"requests"} and bool(self.meters)

    def check(self, tokens_in: int, now_s: float) -> None:
        """See whether one more request with so many input tokens may come in.

        Raises:
            Fault: "rate_limit", which says which limit it is and, where waiting helps, how long.
        """
        if self.concurrent is not None and self.at_work >= self.concurrent:
            message = f"Rate limit reached: {self.concurrent} at the same time. Send the next one when one has ended."
            raise Fault("rate_limit", message)
        needs = _needs(tokens_in)
        waits = {name: meter.wait_s(needs[name], now_s) for name, meter in self.meters.items()}
        longest = max(waits, key=waits.__getitem__, default=None)
        if longest is not None and waits[longest] > 0:
            raise self._refusal(longest, needs[longest], waits[longest], now_s)

    def enter(self, tokens_in: int, now_s: float) -> None:
        """Count a request that was checked."""
        self.at_work += 1
        needs = _needs(tokens_in)
        for name, meter in self.meters.items():
            meter.take(0 if name == "output_tokens" else needs[name], now_s)

    def settle(self, tokens_in: int, entered_s: float, usage: Usage | None, now_s: float) -> None:
        """Put what the request really used in the place of the estimate; None: it used nothing."""
        spent_in, spent_out = (usage.tokens_in, usage.tokens_out) if usage is not None else (0, 0)
        over = {"tokens": tokens_in - spent_in - spent_out, "input_tokens": tokens_in - spent_in}
        over["output_tokens"] = -spent_out
        for name, meter in self.meters.items():
            meter.give_back(over.get(name, 0), entered_s, now_s)

    def leave(self) -> None:
        """A request has ended."""
        self.at_work -= 1

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Give the limit as it was asked for, with what is left of it; `remaining` is about the first of its counts."""
        left = {name: round(meter.left(now_s), 3) for name, meter in self.meters.items()}
        resets = [round(meter.reset_s(now_s), 3) for meter in self.meters.values()]
        first = max(0, math.floor(next(iter(left.values())))) if left else None
        told = {"remaining": first, "reset_s": resets[0] if resets else None, "left": left, "at_work": self.at_work}
        return {**self.asked, **told}

    def _refusal(self, name: str, needed: float, wait_s: float, now_s: float) -> Fault:
        meter = self.meters[name]
        rule = f"Rate limit reached: {meter.most} {_noun(name, meter.most)} per {self.window_s:g} s"
        if name != "requests":
            rule += f", {max(0, math.floor(meter.left(now_s)))} left, about {needed:g} asked for"
        if not math.isfinite(wait_s):
            return Fault("rate_limit", f"{rule}. Waiting does not help: it is more than ever fits.")
        return Fault("rate_limit", f"{rule}. Try again in {wait_s:.3g} s.", retry_after_s=wait_s)


def _needs(tokens_in: int) -> dict[str, int]:
    """What one request needs to be let in; of output there has to be some left."""
    return {"requests": 1, "tokens": tokens_in, "input_tokens": tokens_in, "output_tokens": 1}


def _noun(name: str, most: int) -> str:
    words = name.replace("_", " ")
    return words.removesuffix("s") if most == 1 else words
