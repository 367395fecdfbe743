"""Ordered faults: when they fire, what really happens on the connection, and how each vendor's SDK sees it."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from google import genai
from google.genai import errors, types

from practice_provider.connection import ClosableH11
from practice_provider.faults import KINDS, STREAM_EFFECTS, Asked, Order, Orders, read_order
from practice_provider.server import create_app
from practice_provider.settings import Settings

TEXT = " ".join(f"word{n}" for n in range(20))
MESSAGES: list[Any] = [{"role": "user", "content": TEXT}]


# ---- the three SDKs, asked in the same way ---------------------------------------------------------------------


@contextmanager
def openai_sdk(provider: Any, key: str, **options: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, **options) as client:
        yield client


@contextmanager
def anthropic_sdk(provider: Any, key: str, **options: Any) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, **options) as client:
        yield client


@contextmanager
def gemini_sdk(provider: Any, key: str, **options: Any) -> Iterator[genai.Client]:
    with genai.Client(api_key=key, http_options=types.HttpOptions(base_url=f"{provider.url}/gemini")) as client:
        yield client


def ask_openai(client: openai.OpenAI) -> str | None:
    return client.chat.completions.create(model="practice-large", messages=MESSAGES).choices[0].message.content


def ask_anthropic(client: anthropic.Anthropic) -> str:
    block = client.messages.create(model="practice-large", max_tokens=99, messages=MESSAGES).content[0]
    assert isinstance(block, anthropic.types.TextBlock)
    return block.text


def ask_gemini(client: genai.Client) -> str | None:
    return client.models.generate_content(model="practice-large", contents=TEXT).text


def read_openai(client: openai.OpenAI) -> str:
    chunks = client.chat.completions.create(model="practice-large", messages=MESSAGES, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def read_anthropic(client: anthropic.Anthropic) -> str:
    with client.messages.stream(model="practice-large", max_tokens=99, messages=MESSAGES) as stream:
        return "".join(stream.text_stream)


def read_gemini(client: genai.Client) -> str:
    stream = client.models.generate_content_stream(model="practice-large", contents=TEXT)
    return "".join(chunk.text or "" for chunk in stream)


Sdk = Callable[..., Any]
OPENAI = (openai_sdk, ask_openai, read_openai)
ANTHROPIC = (anthropic_sdk, ask_anthropic, read_anthropic)
GEMINI = (gemini_sdk, ask_gemini, read_gemini)
EACH = pytest.mark.parametrize("sdk", [OPENAI, ANTHROPIC, GEMINI], ids=["openai", "anthropic", "gemini"])


# ---- what each SDK raises --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sdk", "kind", "raised", "status"),
    [
        (OPENAI, "rate_limit", openai.RateLimitError, 429),
        (OPENAI, "server", openai.InternalServerError, 500),
        (OPENAI, "overloaded", openai.InternalServerError, 503),
        (OPENAI, "auth", openai.AuthenticationError, 401),
        (OPENAI, "forbidden", openai.PermissionDeniedError, 403),
        (OPENAI, "bad_request", openai.BadRequestError, 400),
        (OPENAI, "context_too_long", openai.BadRequestError, 400),
        (OPENAI, "no_such_model", openai.NotFoundError, 404),
        (OPENAI, "quota", openai.RateLimitError, 429),
        (OPENAI, "unavailable", openai.InternalServerError, 503),
        (OPENAI, "timeout", openai.APIStatusError, 408),
        (ANTHROPIC, "rate_limit", anthropic.RateLimitError, 429),
        (ANTHROPIC, "server", anthropic.InternalServerError, 500),
        (ANTHROPIC, "overloaded", anthropic._exceptions.OverloadedError, 529),
        (ANTHROPIC, "auth", anthropic.AuthenticationError, 401),
        (ANTHROPIC, "forbidden", anthropic.PermissionDeniedError, 403),
        (ANTHROPIC, "bad_request", anthropic.BadRequestError, 400),
        (ANTHROPIC, "context_too_long", anthropic.BadRequestError, 400),
        (ANTHROPIC, "no_such_model", anthropic.NotFoundError, 404),
        (ANTHROPIC, "quota", anthropic.APIStatusError, 402),
        (ANTHROPIC, "unavailable", anthropic.APIStatusError, 503),
        (ANTHROPIC, "timeout", anthropic.APIStatusError, 504),
        (GEMINI, "rate_limit", errors.ClientError, 429),
        (GEMINI, "server", errors.ServerError, 500),
        (GEMINI, "overloaded", errors.ServerError, 503),
        (GEMINI, "forbidden", errors.ClientError, 403),
        (GEMINI, "bad_request", errors.ClientError, 400),
        (GEMINI, "context_too_long", errors.ClientError, 400),
        (GEMINI, "no_such_model", errors.ClientError, 404),
        (GEMINI, "quota", errors.ClientError, 429),
        (GEMINI, "unavailable", errors.ServerError, 503),
        (GEMINI, "timeout", errors.ServerError, 504),
    ],
)
def test_an_ordered_error_is_the_sdks_own_exception_and_only_once(parrot, key, sdk, kind, raised, status):
    connect, ask, _ = sdk
    parrot.order(key, kind)
    with connect(parrot, key, max_retries=0) as client:
        with pytest.raises(raised, match="practice fault") as caught:
            ask(client)
        assert getattr(caught.value, "status_code", None) == status or caught.value.code == status
        assert ask(client) == TEXT
    assert [(entry["status"], entry["fault"]) for entry in parrot.journal(key)] == [(status, kind), (200, None)]


@pytest.mark.parametrize(("sdk", "tries"), [(OPENAI, 3), (ANTHROPIC, 3), (GEMINI, 1)])
def test_the_sdks_try_three_times_except_geminis_which_tries_once(parrot, key, sdk, tries):
    connect, ask, _ = sdk
    parrot.order(key, "rate_limit", count=None, retry_after_s=0.01)
    with (
        connect(parrot, key) as client,
        pytest.raises((openai.RateLimitError, anthropic.RateLimitError, errors.APIError)),
    ):
        ask(client)
    expected: list[int | None] = list(range(tries)) if tries > 1 else [None]
    assert [entry["retry"] for entry in parrot.journal(key)] == expected


@pytest.mark.parametrize("sdk", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
def test_a_retry_waits_as_long_as_the_reply_says(parrot, key, sdk):
    connect, ask, _ = sdk
    parrot.order(key, "overloaded", retry_after_s=0.3)
    with connect(parrot, key) as client:
        assert ask(client) == TEXT
    first, second = parrot.journal(key)
    assert 0.3 <= second["at_s"] - first["at_s"] < 0.8  # without it, the first retry comes after 0.4 to 0.5 s or more


@pytest.mark.parametrize(
    ("sdk", "raised"),
    [
        (OPENAI, openai.APIConnectionError),
        (ANTHROPIC, anthropic.APIConnectionError),
        (GEMINI, httpx2.RemoteProtocolError),
    ],
)
def test_a_drop_closes_the_connection_before_the_first_byte(parrot, key, sdk, raised):
    connect, ask, _ = sdk
    parrot.order(key, "drop")
    with connect(parrot, key, max_retries=0) as client:
        with pytest.raises(raised):
            ask(client)
        assert ask(client) == TEXT
    assert [(entry["status"], entry["fault"]) for entry in parrot.journal(key)] == [(None, "drop"), (200, None)]


@pytest.mark.parametrize(
    ("sdk", "raised"),
    [
        (OPENAI, openai.APIConnectionError),
        (ANTHROPIC, httpx2.RemoteProtocolError),
        (GEMINI, httpx2.RemoteProtocolError),
    ],
)
def test_a_dropped_stream_raises_in_the_middle(parrot, key, sdk, raised):
    connect, _, read = sdk
    parrot.order(key, "drop_stream", after=5)
    with connect(parrot, key) as client, pytest.raises(raised):
        read(client)
    (entry,) = parrot.journal(key)
    assert (entry["status"], entry["fault"], entry["stream"]) == (200, "drop_stream", True), "no SDK tries again"


@EACH
def test_a_stream_that_ends_early_goes_unnoticed_by_every_sdk(parrot, key, sdk):
    connect, _, read = sdk
    parrot.order(key, "cut_stream", after=6)
    with connect(parrot, key) as client:
        words = read(client)
    assert words
    assert TEXT.startswith(words)
    assert words != TEXT


def test_what_a_cut_stream_lacks_is_how_it_ended(parrot, key):
    parrot.order(key, "cut_stream", count=2)
    with (
        anthropic_sdk(parrot, key) as client,
        client.messages.stream(model="practice-large", max_tokens=99, messages=MESSAGES) as stream,
    ):
        assert stream.get_final_message().stop_reason is None
    with openai_sdk(parrot, key) as client:
        chunks = client.chat.completions.create(model="practice-large", messages=MESSAGES, stream=True)
        assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * 3


@pytest.mark.parametrize(
    ("sdk", "raised"),
    [(OPENAI, json.JSONDecodeError), (ANTHROPIC, json.JSONDecodeError), (GEMINI, errors.UnknownApiResponseError)],
)
def test_a_malformed_chunk_breaks_the_reading_of_the_stream(parrot, key, sdk, raised):
    connect, _, read = sdk
    parrot.order(key, "malformed_chunk")
    with connect(parrot, key) as client, pytest.raises(raised):
        read(client)


# ---- what happens on the connection ----------------------------------------------------------------------------


def frames(provider: Any, chat: Any, key: str) -> tuple[list[bytes], list[float], bool]:
    """Read a stream as it comes: its events, the moments at which they came, and whether it ended cleanly."""
    got, times, clean, began = b"", [], True, time.monotonic()
    with provider.stream(chat.stream_path, key, chat.stream_body(TEXT)) as reply:
        try:
            for chunk in reply.iter_raw():
                got += chunk
                times.append(time.monotonic() - began)
        except httpx2.RemoteProtocolError:
            clean = False
    return got.split(b"\n\n")[:-1], times, clean


def test_stream_faults_come_after_the_ordered_number_of_frames(parrot, key, chat):
    whole, _, _ = frames(parrot, chat, key)
    parrot.order(key, "cut_stream", after=4)
    assert frames(parrot, chat, key)[::2] == (whole[:4], True)
    parrot.order(key, "cut_stream", after=0)
    nothing = parrot.send("POST", chat.stream_path, key, json=chat.stream_body(TEXT))
    assert (nothing.content, nothing.headers["content-type"].partition(";")[0]) == (b"", "text/event-stream")
    parrot.order(key, "drop_stream", after=4)
    assert frames(parrot, chat, key)[::2] == (whole[:4], False)
    parrot.order(key, "malformed_chunk", after=4)
    broken, _, clean = frames(parrot, chat, key)
    assert clean
    assert [n for n, frame in enumerate(whole) if broken[n] != frame] == [4]


def test_a_stream_fault_bites_even_when_it_was_ordered_after_more_frames_than_there_are(parrot, key, chat):
    whole, _, _ = frames(parrot, chat, key)
    parrot.order(key, "cut_stream", after=1_000)
    cut, _, _ = frames(parrot, chat, key)
    assert cut == whole[: len(whole) // 2]


def test_a_stalled_stream_pauses_and_then_goes_on_to_its_end(parrot, key, chat):
    whole, _, _ = frames(parrot, chat, key)
    parrot.order(key, "stall", delay_s=0.5)
    stalled, times, clean = frames(parrot, chat, key)
    assert (stalled, clean) == (whole, True)
    assert max(later - earlier for earlier, later in pairwise(times)) > 0.4


def test_slow_delays_the_status_line(parrot, key, chat):
    parrot.order(key, "slow", delay_s=0.5)
    with pytest.raises(httpx2.ReadTimeout):
        parrot.send("POST", chat.path, key, json=chat.body("hi"), timeout=0.2)
    began = time.monotonic()
    assert parrot.send("POST", chat.path, key, json=chat.body("hi")).status_code == 200
    assert time.monotonic() - began < 0.4
    assert [entry["status"] for entry in parrot.journal(key)] == [None, 200]


def test_truncated_cuts_the_reply_as_max_tokens_would(parrot, key):
    parrot.order(key, "truncated", after=4, count=2)
    with openai_sdk(parrot, key) as client:
        choice = client.chat.completions.create(model="practice-large", messages=MESSAGES).choices[0]
        assert (choice.message.content, choice.finish_reason) == ("word0 word1 word2 word3", "length")
    with anthropic_sdk(parrot, key) as client:
        message = client.messages.create(model="practice-large", max_tokens=99, messages=MESSAGES)
        assert message.stop_reason == "max_tokens"


def test_the_connection_is_closed_under_h11_as_well(serve, new_parrot, key, chat):
    with serve(create_app(new_parrot(), Settings(speed=0)), http=ClosableH11) as provider:
        provider.order(key, "drop_stream", after=2)
        provider.order(key, "drop")
        assert len(frames(provider, chat, key)[0]) == 2
        with pytest.raises(httpx2.RemoteProtocolError):
            provider.send("POST", chat.path, key, json=chat.body("hi"))


# ---- when a fault fires ----------------------------------------------------------------------------------------


URL = "/openai/v1/chat/completions"


def fired(orders: Orders, requests: int, *, at_s: float = 0.0, **asked: Any) -> str:
    """Send imaginary requests; x for those that were hit."""
    request = Asked(**{"vendor": "openai", "url": URL, "chat": True, **asked})
    picked = [orders.pick(request, at_s) for _ in range(requests)]
    return "".join("x" if order else "-" for order in picked)


def ordered(**fields: Any) -> Orders:
    orders = Orders()
    orders.add(read_order({"kind": "server", **fields}, ["openai", "gemini"], [URL, "/gemini/{m}:embed"]), 0.0)
    return orders


def test_without_more_words_an_order_is_for_the_next_request():
    assert fired(ordered(), 3) == "x--"


def test_a_count_is_for_the_next_so_many_requests_and_null_for_all():
    assert fired(ordered(count=2), 4) == "xx--"
    assert fired(ordered(count=None), 4) == "xxxx"


def test_a_rate_hits_about_that_share_and_the_same_requests_for_the_same_seed():
    first, again, other = (fired(ordered(rate=0.3, seed=seed), 400) for seed in (1, 1, 2))
    assert first == again != other
    assert 90 < first.count("x") < 150
    assert fired(ordered(rate=0), 9) == "---------"
    assert fired(ordered(rate=1), 9) == "xxxxxxxxx"


def test_a_rate_with_a_count_stops_after_so_many_hits():
    assert fired(ordered(rate=0.5, count=3), 100).count("x") == 3


def test_an_order_for_some_seconds_ends_with_them():
    orders = ordered(for_s=10)
    assert fired(orders, 2, at_s=9.9) == "xx"
    assert fired(orders, 2, at_s=10.0) == "--"


def test_an_order_for_another_vendor_waits():
    assert fired(ordered(route="gemini"), 2) == "--"
    assert fired(ordered(route="openai"), 2) == "x-"


@pytest.mark.parametrize(("place", "hits"), [("/chat/", "x-"), (URL, "x-"), (":embed", "--")])
def test_an_order_for_a_piece_of_a_path_waits_for_a_route_that_has_it(place, hits):
    assert fired(ordered(route=place), 2) == hits


def test_an_order_can_let_some_requests_pass_before_it_begins():
    assert fired(ordered(skip=2), 4) == "--x-"
    assert fired(ordered(skip=1, count=2), 5) == "-xx--"


def test_an_order_that_found_nothing_to_break_waits_on():
    orders = ordered(count=1)
    order = orders.pick(Asked("openai"), 0.0)
    assert order is not None
    order.missed()
    assert (order.left, order.fired) == (1, 0)


@pytest.mark.parametrize(("kind", "what"), [("invalid_json", "schema"), ("wrong_arguments", "tools")])
def test_a_fault_of_the_answer_waits_for_an_ask_that_it_can_spoil(kind, what):
    orders = ordered(kind=kind)
    assert fired(orders, 2) == "--"
    assert fired(orders, 2, **{what: True}) == "x-"


@pytest.mark.parametrize("kind", list(STREAM_EFFECTS))
def test_a_stream_fault_waits_for_a_stream(kind):
    orders = ordered(kind=kind)
    assert fired(orders, 2) == "--"
    assert fired(orders, 2, stream=True) == "x-"


def test_a_truncation_waits_for_a_chat():
    orders = ordered(kind="truncated")
    assert fired(orders, 1, chat=False) == "-"
    assert fired(orders, 1) == "x"


def test_orders_are_tried_in_the_order_in_which_they_came():
    orders = ordered(kind="stall")
    for kind in ("server", "overloaded"):
        orders.add(Order(kind, count=1), 0.0)
    picked = [orders.pick(Asked("openai", "", True, stream), 0.0) for stream in (False, True, False, False)]
    assert [order and order.kind for order in picked] == ["server", "stall", "overloaded", None]


# ---- ordering over HTTP ----------------------------------------------------------------------------------------


def test_the_list_says_what_is_left_and_delete_clears_it(parrot, key, chat):
    parrot.order(key, "server", count=2)
    parrot.order(key, "overloaded", for_s=60, route="anthropic" if chat.vendor != "anthropic" else "openai")
    parrot.send("POST", chat.path, key, json=chat.body("hi"))
    server, overloaded = parrot.control(key, "GET", "faults")["faults"]
    assert (server["count"], server["left"], server["fired"]) == (2, 1, 1)
    assert 50 < overloaded["left_s"] <= 60
    assert parrot.control(key, "DELETE", "faults") == {"faults": []}
    assert parrot.send("POST", chat.path, key, json=chat.body("hi")).status_code == 200


@pytest.mark.parametrize(
    ("order", "wrong", "right"),
    [
        ({}, "kind", "rate_limit"),
        ({"kind": "ratelimit"}, '"ratelimit"', "rate_limit"),
        ({"kind": ["server"]}, '["server"]', "rate_limit"),
        ({"kind": "server", "count": -1}, "-1", "from 1"),
        ({"kind": "server", "count": 1.5}, "1.5", "whole number"),
        ({"kind": "server", "count": True}, "true", "whole number"),
        ({"kind": "server", "rate": 1.2}, "1.2", "from 0 to 1"),
        ({"kind": "server", "rate": "0.5"}, '"0.5"', "from 0 to 1"),
        ({"kind": "server", "for_s": -1}, "-1", "seconds"),
        ({"kind": "server", "retry_after_s": None, "seed": 0.5}, "0.5", "whole number"),
        ({"kind": "server", "retry_after": 3}, "'retry_after'", "retry_after_s"),
        ({"kind": "slow", "delay_s": None}, "null", "seconds"),
        ({"kind": "stall", "after": -1}, "-1", "frames"),
        ({"kind": "server", "route": "nobody"}, '"nobody"', "one of openai, "),
        ({"kind": "server", "route": "/nowhere/"}, '"/nowhere/"', "piece of a path"),
        ({"kind": "server", "skip": -1}, "-1", "requests"),
        ({"kind": "error_frame", "error": "stall"}, '"stall"', "overloaded"),
        ({"kind": "wrong_arguments", "how": "odd"}, '"odd"', "missing, mistyped, invented"),
        ({"kind": "rate_limit", "retry_after_in": "minutes"}, '"minutes"', "s, ms"),
    ],
)
def test_a_bad_order_is_refused_with_the_value_and_what_would_be_right(parrot, key, order, wrong, right):
    reply = parrot.send("POST", "/practice/faults", key, json=order)
    assert reply.status_code == 400
    assert wrong in reply.json()["error"]
    assert right in reply.json()["error"]
    assert parrot.control(key, "GET", "faults") == {"faults": []}


def test_too_many_orders_are_refused(parrot, key):
    for _ in range(Orders.MOST):
        parrot.order(key, "server")
    reply = parrot.send("POST", "/practice/faults", key, json={"kind": "server"})
    assert (reply.status_code, "DELETE /practice/faults" in reply.json()["error"]) == (400, True)


def test_every_kind_for_any_chat_can_be_ordered_and_does_something(parrot, key, chat):
    whole, _, _ = frames(parrot, chat, key)
    for kind in [name for name, row in KINDS.items() if row.needs in ("any", "chat", "stream")]:
        if kind == "ignore_context":  # a parrot has no context to ignore
            continue
        parrot.order(key, kind, delay_s=0.02 if kind == "slow_stream" else 0.25)
        began = time.monotonic()
        try:
            seen: tuple[Sequence[bytes], bool] = frames(parrot, chat, key)[::2]
        except httpx2.RemoteProtocolError:
            continue
        assert seen != (whole, True) or time.monotonic() - began > 0.2, kind
