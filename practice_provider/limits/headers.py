"""The headers by which vendors tell about limits on every reply, while there are some."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .limit import Limit


def as_duration(seconds: float) -> str:
    """Write a time as OpenAI does.

    >>> as_duration(90.5), as_duration(1), as_duration(0.02)
    ('1m30.5s', '1s', '20ms')
    """
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return (f"{minutes:.0f}m" if minutes else "") + f"{round(rest, 3):g}s"


def as_instant(seconds: float) -> str:
    """Write the moment so many seconds from now as RFC 3339, as Anthropic does."""
    moment = datetime.now(UTC) + timedelta(seconds=math.ceil(seconds))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class LimitHeaders:
    """The names of a vendor's rate-limit headers for requests, and how it writes the time of the next window.

    The headers for the other `counts` have the same names with another word in the place of 'requests'.
    """

    limit: str
    remaining: str
    reset: str
    write_reset: Callable[[float], str]
    counts: tuple[str, ...] = ("requests", "tokens")

    def of(self, limit: Limit, now_s: float) -> Mapping[str, str]:
        """Give the headers that describe a limit now."""
        told: dict[str, str] = {}
        for name in self.counts:
            if (meter := limit.meters.get(name)) is not None:
                word = name.replace("_", "-")
                told[self.limit.replace("requests", word)] = str(meter.most)
                told[self.remaining.replace("requests", word)] = str(max(0, math.floor(meter.left(now_s))))
                told[self.reset.replace("requests", word)] = self.write_reset(meter.reset_s(now_s))
        return told
