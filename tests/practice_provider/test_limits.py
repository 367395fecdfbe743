"""Request limits per key: windows, the vendors' headers, and what the SDKs do when one is full."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import anthropic
import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.core import Fault
from practice_provider.limits import Limit, read_limit
from practice_provider.server import create_app
from practice_provider.settings import Settings

MESSAGES = [{"role": "user", "content": "hi"}]


def test_over_the_limit_is_the_vendors_429_until_the_next_window(parrot, key, chat):
    parrot.control(key, "PUT", "limits", {"requests": 2, "window_s": 1})

    def ask() -> httpx2.Response:
        reply: httpx2.Response = parrot.send("POST", chat.path, key, json=chat.body("hi"))
        return reply

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    time.sleep(1.05)
    assert ask().status_code == 200


def test_the_openai_sdk_waits_as_long_as_it_is_told_and_then_gets_its_answer(parrot, key):
    parrot.control(key, "PUT", "limits", {"requests": 1, "window_s": 0.5})
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key) as client:
        for _ in range(2):
            client.chat.completions.create(model="practice-large", messages=MESSAGES)
    first, refused, second = parrot.journal(key)
    assert [first["status"], refused["status"], second["status"]] == [200, 429, 200]
    assert [first["retry"], refused["retry"], second["retry"]] == [0, 0, 1]
    assert refused["fault"] is None, "a limit is no ordered fault"
    assert 0.5 <= second["at_s"] < 2, "it came in the second window, and as soon as there was one"


def test_openais_headers_tell_the_limit_on_every_reply_while_one_is_set(parrot, key):
    body = {"model": "practice-large", "messages": MESSAGES}

    def headers() -> httpx2.Headers:
        reply = parrot.send("POST", "/openai/v1/chat/completions", key, json=body)
        sent: httpx2.Headers = reply.headers
        return sent

    assert "x-ratelimit-limit-requests" not in headers()
    parrot.control(key, "PUT", "limits", {"requests": 2, "window_s": 90})
    told = [(h["x-ratelimit-limit-requests"], h["x-ratelimit-remaining-requests"]) for h in (headers(), headers())]
    assert told == [("2", "1"), ("2", "0")]
    refused = headers()
    assert refused["x-ratelimit-remaining-requests"] == "0"
    assert refused["x-ratelimit-reset-requests"].startswith("1m")
    assert 60 < int(refused["retry-after"]) <= 90
    parrot.control(key, "DELETE", "limits")
    assert "x-ratelimit-limit-requests" not in headers()


def test_anthropics_headers_tell_the_next_window_as_a_moment(parrot, key):
    parrot.control(key, "PUT", "limits", {"requests": 1, "window_s": 60})
    with anthropic.Anthropic(base_url=f"{parrot.url}/anthropic", api_key=key, max_retries=0) as client:
        reply = client.messages.with_raw_response.create(model="practice-large", max_tokens=9, messages=MESSAGES)
        with pytest.raises(anthropic.RateLimitError) as caught:
            client.messages.create(model="practice-large", max_tokens=9, messages=MESSAGES)
    for headers in (reply.headers, caught.value.response.headers):
        assert headers["anthropic-ratelimit-requests-limit"] == "1"
        assert headers["anthropic-ratelimit-requests-remaining"] == "0"
        reset = datetime.fromisoformat(headers["anthropic-ratelimit-requests-reset"])
        assert 0 < (reset - datetime.now(UTC)).total_seconds() <= 61


def test_a_limit_is_for_one_key_only(parrot, key, chat):
    parrot.control(key, "PUT", "limits", {"requests": 0, "window_s": 60})
    statuses = [parrot.send("POST", chat.path, k, json=chat.body("hi")).status_code for k in (key, f"{key}-other")]
    assert statuses == [429, 200]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": 1},
        {"requests": -1, "window_s": 1},
        {"requests": 1.5, "window_s": 1},
        {"requests": True, "window_s": 1},
        {"requests": 1, "window_s": 0},
        {"requests": 1, "window_s": "60"},
        {"requests": 1, "window_s": 60, "tokens": -5},
        {"tokens": 5},
        {"requests": 1, "window_s": 60, "kind": "leaky"},
        {"requests": 1, "window_s": 60, "burst": 2},
        {"requests": 1, "window_s": 60, "kind": "bucket", "burst": 0},
        {"concurrent": "1"},
        {"requests": 1, "window_s": 60, "per_s": 5},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_the_value(parrot, key, body):
    reply = parrot.send("PUT", "/practice/limits", key, json=body)
    assert reply.status_code == 400
    wrong = ("requests=", "window_s=", "tokens=", "kind=", "burst=", "concurrent=", "'per_s'")
    assert any(name in reply.json()["error"] for name in wrong)
    assert parrot.control(key, "GET", "limits") == {"limit": None}


# ---- tokens ----------------------------------------------------------------------------------------------------

LONG = "a word " * 200  # about 400 tokens in and out for the parrot, an estimate of 350 in


def ask(provider, key: str, text: str) -> httpx2.Response:
    body = {"model": "practice-large", "messages": [{"role": "user", "content": text}]}
    reply: httpx2.Response = provider.send("POST", "/openai/v1/chat/completions", key, json=body)
    return reply


def test_a_limit_of_tokens_counts_what_was_really_used(parrot, key):
    parrot.control(key, "PUT", "limits", {"tokens": 10_000, "window_s": 60})
    first = ask(parrot, key, LONG)
    used = first.json()["usage"]["total_tokens"]
    assert first.headers["x-ratelimit-limit-tokens"] == "10000"
    assert first.headers["x-ratelimit-remaining-tokens"] == str(10_000 - used)
    assert "x-ratelimit-limit-requests" not in first.headers
    assert parrot.control(key, "GET", "limits")["limit"]["left"] == {"tokens": 10_000 - used}


def test_over_the_limit_of_tokens_the_429_says_which_limit_and_what_was_asked_for(parrot, key):
    parrot.control(key, "PUT", "limits", {"tokens": 900, "window_s": 60})
    assert ask(parrot, key, LONG).status_code == 200
    refused = ask(parrot, key, LONG)
    assert refused.status_code == 429
    words = refused.json()["error"]["message"]
    assert re.search(r"900 tokens per 60 s, \d+ left, about 35\d asked for", words), words
    assert int(refused.headers["retry-after"]) > 50
    assert ask(parrot, key, "hi").status_code == 200, "a short one still fits"


def test_a_request_that_can_never_fit_is_not_told_to_wait(parrot, key):
    parrot.control(key, "PUT", "limits", {"tokens": 100, "window_s": 60})
    refused = ask(parrot, key, LONG)
    assert (refused.status_code, "retry-after" in refused.headers) == (429, False)
    assert "Waiting does not help" in refused.json()["error"]["message"]


def test_a_request_that_failed_gives_its_tokens_back(parrot, key):
    parrot.control(key, "PUT", "limits", {"tokens": 1_000, "window_s": 60})
    parrot.order(key, "server")
    assert ask(parrot, key, LONG).status_code == 500
    assert parrot.control(key, "GET", "limits")["limit"]["left"] == {"tokens": 1_000}


def test_what_is_given_back_to_a_window_that_is_over_does_not_widen_the_next():
    limit = read_limit({"tokens": 100, "window_s": 10}, 0.0)
    limit.enter(80, 9.0)
    limit.enter(50, 11.0)
    limit.settle(80, 9.0, None, 12.0)
    assert limit.as_json(12.0)["left"] == {"tokens": 50}


def test_anthropics_headers_tell_input_and_output_tokens_apart(parrot, key):
    counts = {"requests": 5, "tokens": 10_000, "input_tokens": 8_000, "output_tokens": 2_000}
    parrot.control(key, "PUT", "limits", {**counts, "window_s": 60})
    with anthropic.Anthropic(base_url=f"{parrot.url}/anthropic", api_key=key) as client:
        sent: list[anthropic.types.MessageParam] = [{"role": "user", "content": LONG}]
        raw = client.messages.with_raw_response.create(model="practice-large", max_tokens=9, messages=sent)
    usage, told = raw.parse().usage, raw.headers
    for name, most, used in (
        ("requests", 5, 1),
        ("tokens", 10_000, usage.input_tokens + usage.output_tokens),
        ("input-tokens", 8_000, usage.input_tokens),
        ("output-tokens", 2_000, usage.output_tokens),
    ):
        assert told[f"anthropic-ratelimit-{name}-limit"] == str(most)
        assert told[f"anthropic-ratelimit-{name}-remaining"] == str(most - used)
        assert told[f"anthropic-ratelimit-{name}-reset"]


def test_output_tokens_are_counted_when_they_have_been_written(parrot, key):
    parrot.control(key, "PUT", "limits", {"output_tokens": 100, "window_s": 60})
    assert [ask(parrot, key, LONG).status_code for _ in range(2)] == [200, 429]


# ---- buckets, and requests at once -----------------------------------------------------------------------------


def test_a_bucket_refills_all_the_time():
    limit = read_limit({"requests": 10, "window_s": 10, "kind": "bucket"}, 0.0)
    for _ in range(10):
        limit.check(0, 0.0)
        limit.enter(0, 0.0)
    with pytest.raises(Fault, match="10 requests per 10 s") as caught:
        limit.check(0, 0.4)
    assert caught.value.retry_after_s == pytest.approx(0.6)
    limit.check(0, 1.01)


def test_a_small_burst_spreads_the_requests(parrot, key):
    parrot.control(key, "PUT", "limits", {"requests": 60, "window_s": 6, "kind": "bucket", "burst": 0.02})
    assert [ask(parrot, key, "hi").status_code for _ in range(2)] == [200, 429]
    time.sleep(0.15)
    assert ask(parrot, key, "hi").status_code == 200


def test_only_so_many_requests_are_served_at_once(serve, new_parrot, key):
    app = create_app(new_parrot(), Settings(speed=0))
    with serve(app) as provider, ThreadPoolExecutor(4) as pool:
        provider.control(key, "PUT", "limits", {"concurrent": 2})
        statuses = [reply.status_code for reply in pool.map(lambda n: ask(provider, key, "sleep 0.4"), range(4))]
        assert sorted(statuses) == [200, 200, 429, 429]
        assert provider.control(key, "GET", "limits")["limit"]["at_work"] == 0
        assert ask(provider, key, "hi").status_code == 200


def test_who_sends_the_next_request_on_the_reply_is_never_one_too_many(parrot, key, chat):
    parrot.control(key, "PUT", "limits", {"concurrent": 1})
    for number in range(30):
        path, body = (chat.path, chat.body("hi")) if number % 2 else (chat.stream_path, chat.stream_body("hi"))
        assert parrot.send("POST", path, key, json=body).status_code == 200


# ---- in general ------------------------------------------------------------------------------------------------


@given(st.integers(0, 5), st.floats(0.5, 10), st.lists(st.floats(0, 3), max_size=60))
def test_no_window_ever_lets_more_through_than_its_limit(requests, window_s, gaps):
    limit, now_s, passed, waits = read_limit({"requests": requests, "window_s": window_s}, 0.0), 0.0, [], []
    for gap in gaps:
        now_s += gap
        try:
            limit.check(0, now_s)
            limit.enter(0, now_s)
            passed.append(int(now_s // window_s))
        except Fault as fault:
            waits.append(fault.retry_after_s)
    assert all(0 <= wait_s <= window_s + 1e-6 for wait_s in waits)
    assert all(passed.count(number) <= requests for number in set(passed))


def _wait_s(limit: Limit, now_s: float) -> float:
    """The seconds that a client is told to wait, and a breath more."""
    try:
        limit.check(0, now_s)
    except Fault as fault:
        return (fault.retry_after_s or 0.0) + 1e-6
    return 0.0


@given(st.integers(1, 50), st.floats(0.5, 10), st.floats(0.1, 2), st.lists(st.floats(0, 3), max_size=60))
def test_no_bucket_ever_lets_more_through_than_it_holds_and_refills(requests, window_s, burst, gaps):
    limit = read_limit({"requests": requests, "window_s": window_s, "kind": "bucket", "burst": burst}, 0.0)
    now_s, passed = 0.0, []
    for gap in gaps:
        now_s += gap
        now_s += _wait_s(limit, now_s)
        limit.check(0, now_s)
        limit.enter(0, now_s)
        passed.append(now_s)
    size = max(1.0, requests * burst)
    for first in range(len(passed)):
        within = passed[-1] - passed[first]
        assert len(passed) - first <= size + within * requests / window_s + 1e-3
