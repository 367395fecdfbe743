"""Asking again, with manners: back-off with jitter, the provider's own Retry-After, and an end to patience.

What must never be asked again is decided by the error (`retryable`), not by the caller's hope. Tenacity does the
same with more options; lesson s2.3 builds both.
Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .errors import ProviderError

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """How often, how long between, and how long in all.

    The wait before try n+1 is drawn evenly from 0 to `base_s * 2**n`, at most `cap_s` ("full jitter"); a
    Retry-After from the provider is the least that we wait. A call that would end after `patience_s` gives up.
    """

    tries: int = 5
    base_s: float = 0.5
    cap_s: float = 8.0
    patience_s: float = 60.0

    def delay_s(
        self, failed: int, retry_after_s: float | None = None, draw: Callable[[], float] = random.random
    ) -> float:
        """Seconds to wait after the `failed`-th failure; `draw` gives a number from 0 to 1.

        >>> RetryPolicy().delay_s(3, draw=lambda: 1.0)
        4.0
        >>> RetryPolicy().delay_s(1, retry_after_s=2.0, draw=lambda: 0.5)
        2.5
        """
        jitter = draw() * min(self.cap_s, self.base_s * 2.0**failed)
        return (retry_after_s or 0.0) + jitter


def call(
    ask: Callable[[], T],
    policy: RetryPolicy = RetryPolicy(),
    *,
    sleep: Callable[[float], None] = time.sleep,
    draw: Callable[[], float] = random.random,
    on_retry: Callable[[ProviderError, float], None] | None = None,
) -> T:
    """Call `ask` until it answers, and wait politely in between. `on_retry` hears of each error and wait.

    Raises:
        ProviderError: the last error, when it is not retryable, or the tries or the patience are used up.
    """
    began = time.monotonic()
    for failed in range(1, policy.tries + 1):
        try:
            return ask()
        except ProviderError as error:
            delay_s = policy.delay_s(failed, error.retry_after_s, draw)
            spent_s = time.monotonic() - began
            if not error.retryable or failed == policy.tries or spent_s + delay_s > policy.patience_s:
                raise
            if on_retry:
                on_retry(error, delay_s)
            sleep(delay_s)
    raise ValueError(f"RetryPolicy.tries is {policy.tries}; it must be at least 1.")
