"""Ordered faults of the answer itself, and of a stream that goes wrong in its middle, as the SDKs see them."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import anthropic
import jsonschema
import openai
import pytest

from practice_provider.core import Ask, Document, Reply, Text, Tool, ToolCall, ToolResult, Turn, Usage
from practice_provider.faults import Order, lowered, read_order, spoilt

QUESTION = "What is the weather in Paris?"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOLS: Any = [{"type": "function", "function": {"name": "weather", "description": "Weather", "parameters": SCHEMA}}]
FORMAT: Any = {"type": "json_schema", "json_schema": {"name": "place", "schema": SCHEMA}}


@pytest.fixture
def client(provider: Any, key: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as sdk:
        yield sdk


def ask(client: openai.OpenAI, text: str, **more: Any) -> Any:
    messages: Any = [{"role": "user", "content": text}]
    return client.chat.completions.create(model="practice-large", messages=messages, **more).choices[0]


def arguments(client: openai.OpenAI) -> dict[str, Any]:
    (call,) = ask(client, QUESTION, tools=TOOLS, tool_choice="required").message.tool_calls
    decoded: dict[str, Any] = json.loads(call.function.arguments)
    return decoded


def test_a_refusal_stands_where_the_answer_would_be(provider, client, key):
    provider.order(key, "refusal")
    refused = ask(client, "Reply with exactly: pong")
    assert "pong" not in f"{refused.message.content}{refused.message.refusal}"
    assert ask(client, "Reply with exactly: pong").message.content == "pong"


def test_invalid_json_waits_for_an_ask_for_json_and_does_not_parse(provider, client, key):
    provider.order(key, "invalid_json")
    assert ask(client, "Reply with exactly: pong").message.content == "pong"
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask(client, "I live in Paris.", response_format=FORMAT).message.content)
    jsonschema.validate(json.loads(ask(client, "I live in Paris.", response_format=FORMAT).message.content), SCHEMA)
    assert [entry["fault"] for entry in provider.journal(key)] == [None, "invalid_json", None]


@pytest.mark.parametrize("how", ["missing", "mistyped", "invented"])
def test_wrong_arguments_break_the_tools_schema(provider, client, key, how):
    provider.order(key, "wrong_arguments", how=how)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(arguments(client), SCHEMA)
    jsonschema.validate(arguments(client), SCHEMA)


def test_wrong_arguments_wait_while_the_model_calls_no_tool(provider, client, key):
    provider.order(key, "wrong_arguments")
    assert ask(client, "Hello!", tools=TOOLS).message.tool_calls is None
    (order,) = provider.control(key, "GET", "faults")["faults"]
    assert (order["left"], order["fired"]) == (1, 0)
    assert provider.journal(key)[0]["fault"] is None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(arguments(client), SCHEMA)


def test_an_answer_that_ignores_the_context_is_paid_for_like_one_that_does_not(provider, client, key):
    text = "<document id='1'>The warranty lasts 24 months.</document> How long does the warranty last?"
    grounded, provider_entries = ask(client, text).message.content, provider.journal
    provider.order(key, "ignore_context")
    ungrounded = ask(client, text).message.content
    assert "24 months" in grounded
    assert "24" not in ungrounded
    first, second = provider_entries(key)
    assert first["tokens_in"] == second["tokens_in"]


def test_without_context_the_model_sees_the_question_only():
    turns = (
        Turn("system", (Text("Be brief."),)),
        Turn("user", (Text("<doc>Rain.</doc> Will it rain?"), Document("text/plain", b"Sun."))),
        Turn("assistant", (ToolCall("1", "weather", {}),)),
        Turn("tool", (ToolResult("1", "Snow."),)),
    )
    seen = lowered(Ask("m", turns, tools=(Tool("weather"),)), Order("ignore_context"))
    assert seen.turns == (Turn("system", (Text("Be brief."),)), Turn("user", (Text("Will it rain?"),)))
    assert seen.tools == ()


def test_every_choice_is_spoilt():
    reply = Reply("1", "m", (Text('{"a": 1}'),), "end", Usage(1, 1))
    both = Reply("1", "m", (Text('{"a": 1}'),), "end", Usage(1, 2), others=(reply,))
    broken = spoilt(Ask("m", (), json_only=True), both, Order("invalid_json"))
    assert broken is not None
    assert [one.blocks for one in (broken, *broken.others)] == [(Text('{"a"'),)] * 2


@pytest.mark.parametrize("text", ["1", "12345", '"', "[]", "true", "x"])
def test_invalid_json_never_parses(text):
    reply = Reply("1", "m", (Text(text),), "end", Usage(1, 1))
    broken = spoilt(Ask("m", (), json_only=True), reply, Order("invalid_json"))
    assert broken is not None
    (block,) = broken.blocks
    assert isinstance(block, Text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(block.text)


# ---- streams ---------------------------------------------------------------------------------------------------

LONG: Any = [{"role": "user", "content": "Reply with exactly: one two three four five six seven eight nine ten"}]


def test_an_error_frame_is_raised_by_openais_sdk_after_good_chunks(provider, client, key):
    provider.order(key, "error_frame", after=4, error="server")
    chunks = client.chat.completions.create(model="practice-large", messages=LONG, stream=True)
    assert len([next(chunks) for _ in range(4)]) == 4
    with pytest.raises(openai.APIError, match="practice fault"):
        next(chunks)
    assert (provider.journal(key)[0]["status"], provider.journal(key)[0]["fault"]) == (200, "error_frame")


def test_an_error_frame_is_anthropics_error_event(provider, key):
    provider.order(key, "error_frame", after=4)
    with (
        anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, max_retries=0) as client,
        pytest.raises(anthropic.APIStatusError, match="overloaded_error"),
        client.messages.stream(model="practice-large", max_tokens=99, messages=LONG) as stream,
    ):
        list(stream)
    body = {"model": "practice-large", "max_tokens": 99, "messages": LONG, "stream": True}
    provider.order(key, "error_frame", after=4)
    text = provider.send("POST", "/anthropic/v1/messages", key, json=body).text
    assert text.rstrip().split("\n\n")[-1].startswith("event: error\ndata: {")


def test_an_error_in_a_stream_that_is_one_json_array_is_its_last_item(provider, key):
    provider.order(key, "error_frame", after=2)
    body = {"contents": [{"role": "user", "parts": [{"text": LONG[0]["content"]}]}]}
    path = "/gemini/v1beta/models/practice-large:streamGenerateContent"
    *good, bad = provider.send("POST", path, key, json=body).json()
    assert (len(good), bad["error"]["status"]) == (2, "UNAVAILABLE")


def test_each_frame_of_a_slow_stream_comes_late(provider, client, key):
    provider.order(key, "slow_stream", delay_s=0.05)
    times = [
        time.monotonic() for _ in client.chat.completions.create(model="practice-large", messages=LONG, stream=True)
    ]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) > 5
    assert sorted(gaps)[len(gaps) // 2] > 0.04


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("s", {"retry-after": "2"}), ("ms", {"retry-after-ms": "1500"})],
)
def test_an_order_says_by_which_header_a_client_learns_when_to_come_back(provider, key, chat, unit, expected):
    provider.order(key, "rate_limit", retry_after_s=1.5, retry_after_in=unit)
    reply = provider.send("POST", chat.path, key, json=chat.body("hi"))
    assert {n: v for n, v in reply.headers.items() if n.startswith("retry-after")} == expected
    assert provider.journal(key)[0]["retry_after_s"] == 1.5
    provider.order(key, "rate_limit")
    reply = provider.send("POST", chat.path, key, json=chat.body("hi"))
    assert not [name for name in reply.headers if name.startswith("retry-after")]


def test_an_order_for_one_route_leaves_the_others_alone(provider, client, key):
    provider.order(key, "server", route="/embeddings", count=5)
    assert ask(client, "Reply with exactly: pong").message.content == "pong"
    with pytest.raises(openai.InternalServerError):
        client.embeddings.create(model="practice-embed", input="x")


def test_a_saved_order_can_be_ordered_again():
    order = read_order({"kind": "server", "count": 5, "skip": 2, "for_s": 60}, ["openai"])
    order.start(0.0)
    order.left, order.skipped = 3, 2
    again = read_order(order.rest(10.0), ["openai"])
    assert (again.count, again.skip, again.for_s) == (3, 0, 50.0)
