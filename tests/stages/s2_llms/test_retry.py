"""Retries: who is asked again, how long after, and when it ends."""

import pytest

from stages.s2_llms.errors import AuthFailed, ConnectionLost, Overloaded, ProviderError, RateLimited
from stages.s2_llms.retry import RetryPolicy, call


class Failing:
    """Raises the given errors in turn, then answers."""

    def __init__(self, *errors: ProviderError) -> None:
        self.errors, self.calls = list(errors), 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


PATIENT = RetryPolicy()


def run(ask: Failing, policy: RetryPolicy = PATIENT) -> tuple[str, list[float]]:
    slept: list[float] = []
    return call(ask, policy, sleep=slept.append, draw=lambda: 1.0), slept


def test_an_answer_is_returned_without_any_wait() -> None:
    assert run(Failing()) == ("answer", [])


def test_waits_double_up_to_the_cap() -> None:
    ask = Failing(*[Overloaded("busy") for _ in range(4)])
    assert run(ask, RetryPolicy(base_s=1, cap_s=5)) == ("answer", [2, 4, 5, 5])


def test_retry_after_is_the_least_that_is_waited() -> None:
    assert run(Failing(RateLimited("slow down", retry_after_s=3)))[1] == [4.0]


def test_jitter_draws_between_nothing_and_the_back_off() -> None:
    policy = RetryPolicy(base_s=1)
    assert [policy.delay_s(2, draw=lambda share=share: share) for share in (0.0, 0.5, 1.0)] == [0, 2, 4]


@pytest.mark.parametrize("error", [AuthFailed("wrong key"), ProviderError("no such model", status=404)])
def test_what_cannot_get_better_is_asked_once(error: ProviderError) -> None:
    ask = Failing(error)
    with pytest.raises(type(error)):
        run(ask)
    assert ask.calls == 1


def test_the_last_error_reaches_the_caller_after_the_last_try() -> None:
    last = ConnectionLost("the third")
    ask = Failing(Overloaded("first"), Overloaded("second"), last)
    with pytest.raises(ConnectionLost) as caught:
        run(ask, RetryPolicy(tries=3))
    assert caught.value is last
    assert ask.calls == 3


def test_a_wait_beyond_the_patience_is_not_begun() -> None:
    ask = Failing(RateLimited("come back tomorrow", retry_after_s=86_400))
    with pytest.raises(RateLimited):
        run(ask, RetryPolicy(patience_s=60))
    assert ask.calls == 1


def test_each_retry_is_told_with_its_error_and_its_wait() -> None:
    heard: list[tuple[str, float]] = []
    ask = Failing(Overloaded("busy"))
    call(ask, sleep=lambda s: None, draw=lambda: 1.0, on_retry=lambda error, wait_s: heard.append((str(error), wait_s)))
    assert heard == [("busy", 1.0)]


def test_a_policy_without_tries_is_refused() -> None:
    with pytest.raises(ValueError, match="tries is 0"):
        run(Failing(), RetryPolicy(tries=0))
