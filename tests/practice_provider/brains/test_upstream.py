"""A model server behind our wires: every vendor's SDK gets its words, tools, errors and streams."""

import asyncio
import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from google.genai import errors, types
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from practice_provider.brains.upstream import Names, Upstream
from practice_provider.server import create_app
from practice_provider.settings import Settings

Serve = Callable[..., AbstractContextManager[Any]]
FACTS = "Context: The drip tray of the Aurora holds 0.6 litres.\n\nQuestion: How much does the drip tray hold?"
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.mark.parametrize("stream", [False, True])
def test_each_sdk_gets_the_words_of_the_upstream(
    fronted: Any, behind: Any, clients: Callable[..., Any], key: str, vendor: str, stream: bool
) -> None:
    answer = clients(fronted, key).say(vendor, FACTS, stream=stream)
    assert answer == clients(behind, f"{key}-direct").say("openai", FACTS)
    assert "0.6" in answer
    sent = behind.journal(f"{key}-up")
    assert [(entry["route"], entry["stream"]) for entry in sent] == [("/openai/v1/chat/completions", stream)]


def test_async_clients_work_as_well(fronted: Any, key: str) -> None:
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=f"{fronted.url}/openai/v1", api_key=key) as client:
            stream = await client.responses.create(model="practice-large", input=FACTS, stream=True)
            return "".join([event.delta async for event in stream if event.type == "response.output_text.delta"])

    assert "0.6" in asyncio.run(ask())


@pytest.mark.parametrize("stream", [False, True])
def test_tools_and_their_results_go_both_ways(fronted: Any, key: str, clients: Any, stream: bool) -> None:
    sdk = clients(fronted, key).anthropic
    tools = [{"name": "get_weather", "description": "The weather in a city", "input_schema": WEATHER}]
    talk: list[Any] = [{"role": "user", "content": "What is the weather in Lisbon?"}]
    asked: dict[str, Any] = {"model": "practice-large", "max_tokens": 200, "tools": tools}
    if stream:
        with sdk.messages.stream(**asked, messages=talk) as told:
            reply = told.get_final_message()
    else:
        reply = sdk.messages.create(**asked, messages=talk)
    (call,) = [block for block in reply.content if block.type == "tool_use"]
    assert (reply.stop_reason, call.name, call.input) == ("tool_use", "get_weather", {"city": "Lisbon"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "Lisbon: sunny, 23 degrees"}
    talk += [{"role": "assistant", "content": [block.model_dump() for block in reply.content]}]
    talk += [{"role": "user", "content": [result]}]
    assert "23" in sdk.messages.create(**asked, messages=talk).content[0].text


def test_a_schema_reaches_the_upstream(fronted: Any, key: str, clients: Any) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=WEATHER)
    reply = clients(fronted, key).gemini.models.generate_content(
        model="practice-large", contents="I live in Lisbon.", config=config
    )
    assert json.loads(reply.text or "") == {"city": "Lisbon"}


def test_pictures_and_embeddings_and_models(fronted: Any, behind: Any, key: str, clients: Any) -> None:
    sdk = clients(fronted, key)
    picture = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(b"png").decode()}
    content: Any = [{"type": "image", "source": picture}, {"type": "text", "text": "What is it?"}]
    sdk.anthropic.messages.create(
        model="practice-large", max_tokens=50, messages=[{"role": "user", "content": content}]
    )
    (sent,) = behind.journal(f"{key}-up")
    assert sent["body"]["messages"][0]["content"][0]["image_url"]["url"] == "data:image/png;base64,cG5n"
    vectors = sdk.gemini.models.embed_content(model="practice-embed", contents=["milk", "steam"]).embeddings
    direct = clients(behind, key).openai.embeddings.create(model="practice-embed", input=["milk", "steam"])
    assert vectors[1].values == pytest.approx(direct.data[1].embedding, abs=1e-5)
    assert "practice-large" in [model.id for model in sdk.openai.models.list()]
    with pytest.raises(anthropic.NotFoundError, match="practice-small"):
        sdk.anthropic.models.retrieve("nobody")


def test_names_of_models_are_translated(behind: Any, serve: Serve, key: str, clients: Any) -> None:
    brain = Upstream(f"{behind.url}/openai/v1", key=key, names=Names.parse("gpt-9=practice-small, practice-large"))
    with serve(create_app(brain, Settings(speed=0))) as front:
        for model in ("gpt-9", "claude-9"):
            clients(front, "practice-1").say("anthropic", "Hello", model=model)
    assert [entry["model"] for entry in behind.journal(key)] == ["practice-small", "practice-large"]


def test_the_token_counts_are_the_upstreams(fronted: Any, behind: Any, key: str, clients: Any) -> None:
    sdk = clients(fronted, key).anthropic
    with sdk.messages.stream(
        model="practice-large", max_tokens=50, messages=[{"role": "user", "content": FACTS}]
    ) as told:
        usage = told.get_final_message().usage
    (sent,) = behind.journal(f"{key}-up")
    (seen,) = fronted.journal(key)
    assert (usage.input_tokens, usage.output_tokens) == (sent["tokens_in"], sent["tokens_out"])
    assert (seen["tokens_in"], seen["tokens_out"]) == (sent["tokens_in"], sent["tokens_out"])


# ---- when the upstream fails -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("rate_limit", 429, anthropic.RateLimitError),
        ("server", 500, anthropic.InternalServerError),
        ("auth", 403, anthropic.PermissionDeniedError),
        ("bad_request", 400, anthropic.BadRequestError),
        ("context_too_long", 400, anthropic.BadRequestError),
        ("no_such_model", 404, anthropic.NotFoundError),
        ("drop", 503, anthropic.InternalServerError),
    ],
)
def test_errors_of_the_upstream_become_the_vendors_own(
    fronted: Any, behind: Any, key: str, clients: Any, kind: str, status: int, error: type[Exception], stream: bool
) -> None:
    behind.order(f"{key}-up", kind, **({"retry_after_s": 7} if kind == "rate_limit" else {}))
    sdk = clients(fronted, key).anthropic
    ask: Any = {"model": "practice-large", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    with pytest.raises(error) as caught:
        sdk.messages.create(**ask, stream=stream)
    assert isinstance(caught.value, anthropic.APIStatusError)
    assert caught.value.status_code == status
    if kind == "rate_limit":
        assert caught.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize("kind", ["cut_stream", "drop_stream", "malformed_chunk"])
def test_a_stream_that_breaks_off_upstream_is_told_as_an_error_in_the_stream(
    fronted: Any, behind: Any, key: str, clients: Any, kind: str
) -> None:
    behind.order(f"{key}-up", kind, after=3)
    with pytest.raises(openai.APIError, match="upstream"):
        clients(fronted, key).say("openai", FACTS, stream=True)
    behind.order(f"{key}-up", kind, after=3)
    with pytest.raises(anthropic.APIStatusError, match="upstream"):
        clients(fronted, key).say("anthropic", FACTS, stream=True)


def test_our_own_faults_and_limits_stand_in_front(fronted: Any, behind: Any, key: str, clients: Any) -> None:
    fronted.order(key, "overloaded")
    with pytest.raises(errors.ServerError):
        clients(fronted, key).say("gemini", "Hi")
    fronted.order(key, "cut_stream", after=3)
    assert len(clients(fronted, key).say("gemini", FACTS, stream=True)) > 0
    fronted.order(key, "truncated", after=2)
    clients(fronted, key).say("openai", FACTS)
    assert [entry["body"].get("max_tokens") for entry in behind.journal(f"{key}-up")] == [None, 2]


def odd(behaviour: dict[str, Any]) -> Starlette:
    """A server that answers what the test wants, however wrong."""

    async def answer(request: Request) -> Response:
        if "pieces" in behaviour:
            return StreamingResponse(_slowly(behaviour["pieces"]), media_type="text/event-stream")
        await asyncio.sleep(behaviour.get("wait_s", 0))
        return Response(behaviour.get("body", ""), behaviour.get("status", 200), behaviour.get("headers"))

    return Starlette(routes=[Route("/v1/{rest:path}", answer, methods=["GET", "POST"])])


async def _slowly(pieces: list[Any]) -> Any:
    for piece in pieces:
        if isinstance(piece, float):
            await asyncio.sleep(piece)
        else:
            yield "data: " + (piece if isinstance(piece, str) else json.dumps(piece)) + "\n\n"


@pytest.fixture
def in_front_of_odd(serve: Serve) -> Iterator[Callable[..., AbstractContextManager[Any]]]:
    """Give a provider in front of a server that behaves as the test says."""
    from contextlib import contextmanager

    @contextmanager
    def start(threads: int = 4, **behaviour: Any) -> Iterator[Any]:
        with (
            serve(odd(behaviour)) as server,
            serve(create_app(Upstream(f"{server.url}/v1", threads=threads), Settings(speed=0))) as front,
        ):
            yield front

    return start


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"choices": []}', '{"choices": [{"message": 5}]}'])
def test_an_answer_that_is_none_is_the_upstreams_fault(in_front_of_odd: Any, clients: Any, body: str) -> None:
    with in_front_of_odd(body=body) as front, pytest.raises(openai.InternalServerError, match="no reply of OpenAI"):
        clients(front, "practice").say("openai", "Hi")


def test_an_upstream_that_is_not_there_is_named(serve: Serve, clients: Any) -> None:
    with serve(create_app(Upstream("http://127.0.0.1:9/v1"), Settings(speed=0))) as front:
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError, match=r"127\.0\.0\.1:9/v1.*is it running"):
                clients(front, "practice").say("openai", "Hi", stream=stream)


def chunk(content: str | None = None, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """One chunk of a stream, with as little in it as some servers send."""
    return {"choices": [{"delta": delta | ({"content": content} if content else {}), "finish_reason": finish}]}


def test_the_first_words_arrive_while_the_upstream_still_talks(in_front_of_odd: Any, vendor: str) -> None:
    pieces = [chunk("Now"), 1.5, chunk(" later"), chunk(finish="stop"), "[DONE]"]
    paths = {
        "openai": ("/openai/v1/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}),
        "anthropic": ("/anthropic/v1/messages", {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9}),
        "gemini": (
            "/gemini/v1beta/models/m:streamGenerateContent?alt=sse",
            {"contents": [{"parts": [{"text": "Hi"}]}]},
        ),
    }
    path, body = paths[vendor]
    asked = body if vendor == "gemini" else {"model": "m", "stream": True, **body}
    with in_front_of_odd(pieces=pieces) as front:
        began = time.monotonic()
        with front.stream(path, "practice", asked) as reply:
            seen = ""
            for text in reply.iter_text():
                seen += text
                if "Now" in seen and "later" not in seen:
                    first_s = time.monotonic() - began
        assert first_s < 1.0 < 1.5 <= time.monotonic() - began
        assert "later" in seen


def test_calls_without_ids_or_numbers_and_missing_counts_are_understood(in_front_of_odd: Any, clients: Any) -> None:
    call = {"function": {"name": "look", "arguments": {"at": "it"}}}
    with in_front_of_odd(pieces=[chunk(tool_calls=[call]), chunk(finish="stop"), "[DONE]"]) as front:
        sdk = clients(front, "practice").anthropic
        ask: Any = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        with sdk.messages.stream(**ask) as told:
            reply = told.get_final_message()
    assert (reply.content[0].name, reply.content[0].input, reply.stop_reason) == ("look", {"at": "it"}, "tool_use")
    assert reply.usage.input_tokens > 0
    assert reply.usage.output_tokens > 0


def test_asks_go_out_side_by_side(in_front_of_odd: Any, clients: Any) -> None:
    body = json.dumps({"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]})
    with in_front_of_odd(body=body, wait_s=0.5, threads=8) as front:
        sdk = clients(front, "practice")
        asks = [threading.Thread(target=sdk.say, args=("openai", "Hi")) for _ in range(8)]
        began = time.monotonic()
        for ask in asks:
            ask.start()
        for ask in asks:
            ask.join()
        assert time.monotonic() - began < 2.0, "one after the other would take 4 s"


def test_a_client_that_leaves_does_not_hold_up_the_next_one(in_front_of_odd: Any) -> None:
    pieces = [*(piece for n in range(20) for piece in (chunk(f"word{n}"), 0.05)), chunk(finish="stop")]
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    with in_front_of_odd(pieces=pieces, threads=1) as front:
        with front.stream("/openai/v1/chat/completions", "practice", body) as reply:
            next(reply.iter_text())
        began = time.monotonic()
        whole = front.send("POST", "/openai/v1/chat/completions", "practice", json=body)
        assert "word19" in whole.text
        assert time.monotonic() - began < 3.0


def test_a_thousand_words_are_streamed_unbroken(in_front_of_odd: Any, clients: Any) -> None:
    pieces = [*(chunk(f" {n}") for n in range(1_000)), chunk(finish="stop"), "[DONE]"]
    with in_front_of_odd(pieces=pieces) as front:
        assert clients(front, "practice").say("gemini", "Hi", stream=True) == "".join(f" {n}" for n in range(1_000))


def test_what_an_upstream_is_not_asked_for_is_refused(fronted: Any, key: str, clients: Any) -> None:
    sdk = clients(fronted, key).openai
    with pytest.raises(openai.BadRequestError, match="asked for chats and embeddings, not to moderate"):
        sdk.moderations.create(model="practice-moderation", input="Hi")


def test_sound_is_spoken_and_heard_here(fronted: Any, key: str, clients: Any) -> None:
    audio = clients(fronted, key).openai.audio
    spoken = audio.speech.create(model="practice-speak", voice="alloy", input="E07", response_format="wav").content
    assert audio.transcriptions.create(model="practice-transcribe", file=("a.wav", spoken)).text == "E07"


def test_plain_httpx_sees_the_error_body_of_a_broken_stream(in_front_of_odd: Any) -> None:
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    with in_front_of_odd(pieces=[chunk("word"), {"error": {"message": "out of memory"}}]) as front:
        reply: httpx2.Response = front.send("POST", "/openai/v1/chat/completions", "practice", json=body)
    last = json.loads(reply.text.strip().split("\n\n")[-1].removeprefix("data: "))
    assert "out of memory" in last["error"]["message"]
