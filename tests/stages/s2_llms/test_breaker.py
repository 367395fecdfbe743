"""The retry budget and the circuit breaker."""

import threading

import pytest

from stages.s2_llms.breaker import CircuitBreaker, RetryBudget
from stages.s2_llms.errors import BadRequest, Overloaded


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail() -> str:
    raise Overloaded("down")


def break_it(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Overloaded, match="down"):
            breaker.call(fail)


def test_it_opens_after_so_many_failures_in_a_row_and_then_asks_nobody() -> None:
    breaker, asked = CircuitBreaker(failures=3), []
    break_it(breaker, 3)
    with pytest.raises(Overloaded, match="Not asked: 3 calls in a row failed"):
        breaker.call(lambda: asked.append(1))
    assert (breaker.state, asked) == ("open", [])


def test_an_answer_in_between_starts_the_count_anew() -> None:
    breaker = CircuitBreaker(failures=3)
    break_it(breaker, 2)
    assert breaker.call(lambda: "fine") == "fine"
    break_it(breaker, 2)
    assert breaker.state == "closed"


def test_after_its_rest_one_call_decides() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=1, rest_s=10, clock=clock)
    break_it(breaker, 1)
    clock.now = 10
    assert breaker.state == "half open"
    break_it(breaker, 1)
    assert breaker.state == "open"
    clock.now = 20
    assert breaker.call(lambda: "back") == "back"
    assert breaker.state == "closed"


def test_only_one_of_many_threads_may_try_after_the_rest() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=1, rest_s=10, clock=clock)
    break_it(breaker, 1)
    clock.now = 10
    inside, release, refused = threading.Event(), threading.Event(), []

    def slow() -> str:
        inside.set()
        release.wait(5)
        return "back"

    first = threading.Thread(target=lambda: breaker.call(slow))
    first.start()
    inside.wait(5)
    with pytest.raises(Overloaded, match="Not asked"):
        breaker.call(lambda: refused.append(1))
    release.set()
    first.join(5)
    assert (refused, breaker.state) == ([], "closed")


def test_a_bad_request_says_nothing_about_the_providers_health() -> None:
    breaker = CircuitBreaker(failures=1)

    def bad() -> str:
        raise BadRequest("no such model", status=404)

    for _ in range(3):
        with pytest.raises(BadRequest):
            breaker.call(bad)
    assert breaker.state == "closed"


def test_the_budget_grows_with_requests_and_is_bounded() -> None:
    budget = RetryBudget(ratio=0.5, most=2)
    assert not budget.spend()
    for _ in range(100):
        budget.earn()
    assert [budget.spend() for _ in range(3)] == [True, True, False]
