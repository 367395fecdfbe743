"""A limit on requests per window of time, and the headers by which vendors tell about it.

Windows are fixed: each begins where the one before it ended. Requests that were refused do not count. The clock is
given from outside. Why a fixed window lets twice the limit through around its edge, and what is done about it:
https://blog.cloudflare.com/counting-things-a-lot-of-different-things/
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .core import Fault


@dataclass
class Window:
    """At most `requests` per `window_s` seconds, counted from `start_s`."""

    requests: int
    window_s: float
    start_s: float
    used: int = 0

    def take(self, now_s: float) -> None:
        """Count one request.

        Raises:
            Fault: "rate_limit" when the window is full, with the seconds until the next one.

        >>> window = Window(1, 10.0, start_s=0.0)
        >>> window.take(1.0)
        >>> window.take(4.0)
        Traceback (most recent call last):
        practice_provider.core.Fault: Rate limit reached: 1 request per 10 s. Try again in 6 s.
        >>> window.take(10.0)
        """
        self._move_on(now_s)
        if self.used >= self.requests:
            raise self._refusal(self.reset_s(now_s))
        self.used += 1

    def remaining(self, now_s: float) -> int:
        """Give how many requests this window still has."""
        self._move_on(now_s)
        return max(0, self.requests - self.used)

    def reset_s(self, now_s: float) -> float:
        """Give the seconds until the next window begins."""
        self._move_on(now_s)
        return self.start_s + self.window_s - now_s

    def _move_on(self, now_s: float) -> None:
        whole = math.floor((now_s - self.start_s) / self.window_s)
        if whole > 0:
            self.start_s, self.used = self.start_s + whole * self.window_s, 0

    def _refusal(self, wait_s: float) -> Fault:
        plural = "" if self.requests == 1 else "s"
        rule = f"{self.requests} request{plural} per {self.window_s:g} s"
        return Fault("rate_limit", f"Rate limit reached: {rule}. Try again in {wait_s:.3g} s.", retry_after_s=wait_s)


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
    """The names of a vendor's rate-limit headers, and how it writes the time of the next window."""

    limit: str
    remaining: str
    reset: str
    write_reset: Callable[[float], str]

    def of(self, window: Window, now_s: float) -> Mapping[str, str]:
        """Give the headers that describe the window now."""
        return {
            self.limit: str(window.requests),
            self.remaining: str(window.remaining(now_s)),
            self.reset: self.write_reset(window.reset_s(now_s)),
        }
