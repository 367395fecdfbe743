"""What the provider's HTTP face does with requests, good and bad, over real connections."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from google import genai
from google.genai import types

from practice_provider.exposure import meant_for_us
from practice_provider.server import create_app
from practice_provider.settings import Settings

PREFIXES = ("/openai", "/anthropic", "/gemini")


def ask(provider: Any, chat: Any, key: str, text: str, **options: Any) -> httpx2.Response:
    return provider.send("POST", chat.path, key, json=chat.body(text), **options)


def test_each_vendors_chat_is_answered_with_the_models_words(parrot, key, chat):
    reply = ask(parrot, chat, key, "good morning")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert chat.words(reply.json()) == "good morning"


def test_a_stream_is_sent_as_server_sent_events(parrot, key, chat):
    reply = parrot.send("POST", chat.stream_path, key, json=chat.stream_body("good morning"))
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert reply.headers["cache-control"] == "no-cache"
    assert "content-length" not in reply.headers
    assert "good" in reply.text
    assert all(line == "" or line.startswith(("data: ", "event: ")) for line in reply.text.split("\n"))


def test_words_that_look_like_line_ends_do_not_break_a_stream(parrot, key):
    text = "one\u2028two\u0085three"
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key) as client:
        messages = [{"role": "user", "content": text}]
        chunks = client.chat.completions.create(model="practice-large", messages=messages, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == text
    with parrot.stream("/openai/v1/chat/completions", key, {"model": "m", "messages": messages, "stream": True}) as raw:
        assert all(line == "" or line.startswith("data: ") for line in raw.iter_lines()), "nor for str.splitlines()"
    with gemini(parrot, key) as client:
        stream = client.models.generate_content_stream(model="practice-large", contents=text)
        assert "".join(chunk.text or "" for chunk in stream) == text


def gemini(provider: Any, key: str) -> genai.Client:
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=f"{provider.url}/gemini"))


# ---- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_unknown_path_under_a_vendors_prefix_is_that_vendors_404(parrot, key, prefix):
    reply = parrot.send("POST", f"{prefix}/v1/chat/complétions", key, json={})
    assert reply.status_code == 404
    assert f"{prefix}/v1/chat/complétions" in reply.json()["error"]["message"]
    assert f"POST {prefix}/" in reply.json()["error"]["message"], "it says which paths there are"
    assert [entry["status"] for entry in parrot.journal(key)] == [404]


def test_the_sdks_take_an_unknown_path_for_not_found(parrot, key):
    with openai.OpenAI(base_url=f"{parrot.url}/openai/v2", api_key=key) as client, pytest.raises(openai.NotFoundError):
        client.models.list()
    with (
        anthropic.Anthropic(base_url=f"{parrot.url}/anthropic/v1", api_key=key) as client,
        pytest.raises(anthropic.NotFoundError),
    ):
        client.models.list()


def test_a_misspelt_gemini_verb_is_not_found_rather_than_a_wrong_method(parrot, key):
    reply = parrot.send("POST", "/gemini/v1/models/practice-large:generateContnet", key, json={})
    assert reply.status_code == 404
    assert reply.json()["error"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/openaix/v1/models", "/robots.txt"])
def test_an_unknown_path_elsewhere_names_the_prefixes(parrot, path):
    reply = parrot.send("GET", path)
    assert reply.status_code == 404
    assert all(prefix in reply.json()["error"] for prefix in (*PREFIXES, "/practice"))


def test_a_wrong_method_is_405_and_says_which_are_allowed(parrot, key, chat):
    reply = parrot.send("GET", chat.path, key)
    assert reply.status_code == 405
    assert reply.headers["allow"] == "POST, OPTIONS"
    assert [entry["status"] for entry in parrot.journal(key)] == [405]
    assert "POST" in reply.json()["error"]["message"]


def test_options_says_which_methods_are_allowed_and_lets_no_web_page_in(parrot):
    reply = parrot.send("OPTIONS", "/openai/v1/models", headers={"origin": "https://evil.example"})
    assert (reply.status_code, reply.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_head_gives_the_headers_of_get_and_no_body(parrot, key):
    got, headed = (parrot.send(method, "/openai/v1/models", key) for method in ("GET", "HEAD"))
    assert headed.status_code == 200
    assert headed.content == b""
    assert headed.headers["content-length"] == got.headers["content-length"]


def test_a_body_over_the_limit_is_413_in_the_vendors_shape(parrot, key, chat):
    reply = parrot.send("POST", chat.path, key, content=b"x" * 1_000_001, headers=JSON)
    assert reply.status_code == 413
    assert "1,000,000 bytes" in reply.json()["error"]["message"]


def test_a_body_over_the_limit_is_413_even_if_its_length_was_not_declared(parrot, key, chat):
    def chunks() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(11))

    reply = parrot.send("POST", chat.path, key, content=chunks(), headers=JSON)
    assert reply.status_code == 413


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("headers", [{"content-type": "text/plain"}, {}, {**JSON, "content-encoding": "gzip"}])
def test_a_body_that_is_not_declared_as_json_is_415(parrot, key, chat, headers):
    reply = parrot.send("POST", chat.path, key, content=b"{}", headers=headers)
    assert reply.status_code == 415
    assert reply.json()["error"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"null", b'{"n": NaN}', b'{"word": "\xff"}', b'{"a":' * 5_000, b"9" * 5_000]
)
def test_a_body_that_is_not_a_json_object_is_400(parrot, key, chat, body):
    reply = parrot.send("POST", chat.path, key, content=body, headers=JSON)
    assert reply.status_code == 400
    assert "JSON" in reply.json()["error"]["message"]


def test_a_body_with_half_a_character_is_400_and_one_with_both_halves_is_answered(parrot, key, chat):
    def status(text: str) -> int:
        return int(parrot.send("POST", chat.path, key, content=json.dumps(chat.body(text)), headers=JSON).status_code)

    assert (status("half: \ud83d"), status("whole: \U0001f600")) == (400, 200)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.0.7", ""])
def test_a_host_that_is_not_this_machine_is_refused(parrot, host):
    reply = parrot.send("GET", "/practice/health", headers={"host": host})
    assert reply.status_code == 421
    assert "127.0.0.1" in reply.json()["error"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:80"])
def test_a_host_that_is_this_machine_is_let_in(parrot, host):
    assert parrot.send("GET", "/practice/health", headers={"host": host}).status_code == 200


def test_a_provider_for_a_whole_room_can_be_called_by_its_address_but_not_by_any_name():
    assert meant_for_us(b"192.168.0.7:8000", "0.0.0.0")
    assert not meant_for_us(b"evil.example:8000", "0.0.0.0")
    assert meant_for_us(b"classroom.example:8000", "classroom.example")


def test_a_bug_is_the_vendors_500_and_a_traceback_in_the_log(parrot, key, chat, logs_error):
    reply = ask(parrot, chat, key, "break")
    assert reply.status_code == 500
    assert "ZeroDivisionError" in reply.json()["error"]["message"]
    assert parrot.journal(key)[0]["status"] == 500
    assert any("failed" in line for line in logs_error())


def test_a_fault_that_the_model_raises_is_the_vendors_error(parrot, key):
    body = {"model": "nobody", "messages": [{"role": "user", "content": "hi"}]}
    reply = parrot.send("POST", "/openai/v1/chat/completions", key, json={**body, "stream": True})
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "model_not_found")


def test_nonsense_instead_of_http_is_refused_and_the_provider_goes_on(parrot):
    address = parrot.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=5) as line:
        line.sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400")
    assert parrot.send("GET", "/practice/health").status_code == 200


def test_the_first_page_says_what_this_is_and_where_to_go(parrot):
    page = parrot.send("GET", "/").json()
    assert page["health"] == "/practice/health"
    assert page["vendors"]["openai"] == f"{parrot.url}/openai"


# ---- headers ---------------------------------------------------------------------------------------------------


def test_the_sdks_find_the_request_id_and_a_reset_key_gets_the_same_ones_again(parrot, key):
    messages: list[Any] = [{"role": "user", "content": "hi"}]

    def ids() -> tuple[str | None, str | None]:
        with openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key=key) as client:
            first = client.chat.completions.create(model="practice-large", messages=messages)._request_id
        with anthropic.Anthropic(base_url=f"{parrot.url}/anthropic", api_key=key) as client:
            return first, client.messages.create(model="practice-large", max_tokens=9, messages=messages)._request_id

    before = ids()
    assert before[0]
    assert before[1]
    assert before[0] != before[1]
    parrot.control(key, "POST", "reset", {})
    assert ids() == before


def test_an_error_has_a_request_id_too(parrot):
    with (
        openai.OpenAI(base_url=f"{parrot.url}/openai/v1", api_key="wrong") as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.models.list()
    assert caught.value.request_id


# ---- time and company ------------------------------------------------------------------------------------------


def test_a_slow_ask_does_not_hold_up_those_who_need_no_model(parrot, key, chat):
    slow = threading.Thread(target=ask, args=(parrot, chat, key, "sleep 0.6"))
    slow.start()
    time.sleep(0.1)
    began = time.monotonic()
    parrot.send("GET", "/practice/health")
    assert parrot.send("POST", chat.path, "wrong", json=chat.body("hi")).status_code in (400, 401)
    assert time.monotonic() - began < 0.4
    slow.join()


def test_a_client_that_leaves_frees_its_place_in_the_queue(serve, new_parrot, key, chat):
    model = new_parrot()
    with serve(create_app(model, Settings(speed=0))) as provider:
        slow = threading.Thread(target=ask, args=(provider, chat, key, "sleep 0.5"))
        slow.start()
        time.sleep(0.1)
        with pytest.raises(httpx2.ReadTimeout):
            ask(provider, chat, key, "too late", timeout=0.1)
        slow.join()
        ask(provider, chat, key, "the next")
        assert model.asked == ["sleep 0.5", "the next"]
        assert [entry["status"] for entry in provider.journal(key)] == [200, None, 200]


def test_the_simulated_delay_grows_with_the_reply_and_shrinks_with_the_speed(parrot, key, chat):
    def seconds(words: int, speed: float) -> float:
        parrot.control(key, "PUT", "pace", {"speed": speed})
        began = time.monotonic()
        ask(parrot, chat, key, " ".join(["word"] * words))
        return time.monotonic() - began

    assert seconds(30, 5) > 0.2  # (0.6 s + 30 tokens at 60 per second) / 5 = 0.22 s
    assert seconds(120, 5) > 0.5
    assert seconds(30, 0) < 0.2


def test_a_streams_words_come_one_after_the_other(parrot, key, chat):
    parrot.control(key, "PUT", "pace", {"speed": 5})
    began, times = time.monotonic(), []
    with parrot.stream(chat.stream_path, key, chat.stream_body(" ".join(["word"] * 60))) as reply:
        times = [time.monotonic() - began for _ in reply.iter_raw()]
    assert times[0] > 0.1  # the first token
    assert times[-1] - times[0] > 0.15  # 60 tokens at 300 per second
    assert len(times) > 20


def test_a_client_that_leaves_a_stream_ends_it(parrot, key, chat):
    parrot.control(key, "PUT", "pace", {"speed": 1})
    ten_seconds = " ".join(["word"] * 600)
    with parrot.stream(chat.stream_path, key, chat.stream_body(ten_seconds)) as reply:
        next(reply.iter_raw())
    deadline = time.monotonic() + 5
    while parrot.journal(key)[0]["duration_ms"] is None:
        assert time.monotonic() < deadline, "the stream goes on without its client"
        time.sleep(0.02)


def test_thirty_clients_with_their_own_faults_limits_and_speeds_do_not_disturb_each_other(parrot, key):
    async def one(number: int) -> None:
        mine = f"{key}-{number}"
        limits = httpx2.Timeout(20)
        async with httpx2.AsyncClient(base_url=parrot.url, trust_env=False, timeout=limits) as client:
            client.headers["authorization"] = f"Bearer {mine}"
            faults = number % 4
            if faults:
                await client.post("/practice/faults", json={"kind": "server", "count": faults})
            await client.put("/practice/limits", json={"requests": 4 + number % 3, "window_s": 60})
            statuses = []
            for turn in range(8):
                body = {"model": "practice-large", "messages": [{"role": "user", "content": f"{mine} {turn}"}]}
                reply = await client.post("/openai/v1/chat/completions", json=body)
                statuses.append(reply.status_code)
                if reply.status_code == 200:
                    assert reply.json()["choices"][0]["message"]["content"] == f"{mine} {turn}"
            allowed = 4 + number % 3
            assert statuses == [500] * faults + [200] * (allowed - faults) + [429] * (8 - allowed)
            entries = (await client.get("/practice/journal")).json()["entries"]
            assert [entry["n"] for entry in entries] == list(range(1, 9))
            assert {entry["body"]["messages"][0]["content"].split()[0] for entry in entries} == {mine}

    async def everyone() -> None:
        await asyncio.gather(*(one(number) for number in range(30)))

    asyncio.run(everyone())


def test_when_too_many_wait_for_the_model_the_next_one_is_told_so(
    serve: Callable[..., Any], new_parrot: Callable[[], Any], key: str
) -> None:
    app = create_app(new_parrot(), Settings(speed=0))
    with serve(app) as provider:
        app.state.provider.waiting = 1_000
        body = {"model": "practice-large", "messages": [{"role": "user", "content": "hi"}]}
        reply = provider.send("POST", "/openai/v1/chat/completions", key, json=body)
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")


def test_gemini_streams_one_json_array_unless_events_are_asked_for(parrot, key):
    path = "/gemini/v1/models/practice-large:streamGenerateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": "one two three"}]}]}
    reply = parrot.send("POST", path, key, json=body)
    assert reply.headers["content-type"].startswith("application/json")
    words = [item["candidates"][0]["content"]["parts"][0]["text"] for item in reply.json() if item["candidates"]]
    assert "".join(words) == "one two three"
    parrot.order(key, "cut_stream", after=2)
    with pytest.raises(json.JSONDecodeError):
        parrot.send("POST", path, key, json=body).json()
    events = parrot.send("POST", f"{path}?alt=sse", key, json=body)
    assert events.headers["content-type"].startswith("text/event-stream")
