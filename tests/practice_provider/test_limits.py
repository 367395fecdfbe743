"""Request limits per key: windows, the vendors' headers, and what the SDKs do when one is full."""

import time
from datetime import UTC, datetime

import anthropic
import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.core import Fault
from practice_provider.limits import Window

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
        {"requests": 1, "window_s": 60, "tokens": 5},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_the_value(parrot, key, body):
    reply = parrot.send("PUT", "/practice/limits", key, json=body)
    assert reply.status_code == 400
    assert any(name in reply.json()["error"] for name in ("requests=", "window_s=", "tokens"))
    assert parrot.control(key, "GET", "limits") == {"limit": None}


@given(st.integers(0, 5), st.floats(0.5, 10), st.lists(st.floats(0, 3), max_size=60))
def test_no_window_ever_lets_more_through_than_its_limit(requests, window_s, gaps):
    window, now_s, passed, waits = Window(requests, window_s, 0.0), 0.0, [], []
    for gap in gaps:
        now_s += gap
        try:
            window.take(now_s)
            passed.append(int(now_s // window_s))
        except Fault as fault:
            waits.append(fault.retry_after_s)
    assert all(0 <= wait_s <= window_s + 1e-6 for wait_s in waits)
    assert all(passed.count(number) <= requests for number in set(passed))
