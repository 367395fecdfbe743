"""Two ways to stop hammering a provider that is down: a budget for retries, and a circuit breaker.

Both are shared by all calls of a process: one call cannot know that the other forty-nine are failing too.
Sources: https://sre.google/sre-book/handling-overload/ and https://martinfowler.com/bliki/CircuitBreaker.html
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from .errors import Overloaded, ProviderError

T = TypeVar("T")


class RetryBudget:
    """Allows retries in proportion to requests: each request earns `ratio` of a retry, at most `most` are saved.

    >>> budget = RetryBudget(ratio=0.5, most=10)
    >>> budget.earn(); budget.earn()
    >>> budget.spend(), budget.spend()
    (True, False)
    """

    def __init__(self, ratio: float = 0.1, most: float = 10.0) -> None:
        self._ratio, self._most, self._saved = ratio, most, 0.0
        self._lock = threading.Lock()

    def earn(self) -> None:
        """A request was made."""
        with self._lock:
            self._saved = min(self._most, self._saved + self._ratio)

    def spend(self) -> bool:
        """May one more retry be made? If so, it is counted."""
        with self._lock:
            if self._saved < 1.0:
                return False
            self._saved -= 1.0
            return True


class CircuitBreaker:
    """After `failures` failures in a row, refuse at once for `rest_s` seconds; then let one call try.

    Closed: calls go through. Open: calls fail at once, and nothing is sent. Half open: one call is let through to
    see; if it succeeds the breaker closes, if it fails the rest begins anew.
    """

    def __init__(self, failures: int = 5, rest_s: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed, self._rest_s, self._clock = failures, rest_s, clock
        self._failed, self._opened_at = 0, float("-inf")
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        """'closed', 'open' or 'half open'."""
        if self._failed < self._allowed:
            return "closed"
        return "open" if self._clock() < self._opened_at + self._rest_s else "half open"

    def call(self, ask: Callable[[], T]) -> T:
        """Call `ask`, unless the breaker is open.

        Raises:
            Overloaded: at once, without asking, while the breaker is open.
            ProviderError: what `ask` raised.
        """
        self._enter()
        try:
            answer = ask()
        except ProviderError as error:
            self._failed_with(error)
            raise
        with self._lock:
            self._failed = 0
        return answer

    def _enter(self) -> None:
        with self._lock:
            if self.state == "open":
                left_s = self._opened_at + self._rest_s - self._clock()
                raise Overloaded(f"Not asked: {self._failed} calls in a row failed. Next try in {left_s:.1f} s.")
            if self.state == "half open":
                self._opened_at = self._clock()  # the others wait while this one call tries

    def _failed_with(self, error: ProviderError) -> None:
        with self._lock:
            if error.retryable:  # a bad request says nothing about the provider's health
                self._failed += 1
                self._opened_at = self._clock()
