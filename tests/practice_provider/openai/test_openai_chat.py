"""OpenAI's own client and types against the chat completions wire."""

import asyncio
import base64
import json
from typing import Any, Literal

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as NonStreaming
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming as Streaming
from pydantic import BaseModel

from practice_provider.core import Audio, Document, Image, Reply, Text, ToolCall, ToolResult, Turn, Usage
from practice_provider.wires import openai_chat

ASK: dict[str, Any] = {"model": "practice-small", "messages": [{"role": "user", "content": "Hello"}]}
TWO_CALLS = Reply(
    "2",
    "practice-small",
    (ToolCall("call_a", "get_order", {"id": 7}), ToolCall("call_b", "say", {"word": "crème brûlée"})),
    "tool",
    Usage(20, 9),
)
GET_ORDER = {"type": "function", "function": {"name": "get_order", "parameters": {"type": "object", "properties": {}}}}
SAY = {"type": "function", "function": {"name": "say", "description": "Say a word.", "parameters": {"type": "object"}}}


def raw(client: OpenAI, **changes: Any) -> dict[str, Any]:
    """The reply's JSON as it came over the wire."""
    return client.chat.completions.with_raw_response.create(**(ASK | changes)).http_response.json()


def chunks(client: OpenAI, **changes: Any) -> list[dict[str, Any]]:
    """The JSON of a stream's chunks; the stream has to end with [DONE]."""
    body = ASK | {"stream": True} | changes
    headers = {"authorization": f"Bearer {client.api_key}"}
    reply = httpx2.post(f"{client.base_url}chat/completions", json=body, headers=headers, trust_env=False)
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


# ---- replies ---------------------------------------------------------------------------------------------------


def test_a_reply_is_what_openais_types_allow_and_nothing_else(client, strictly):
    reply = strictly(ChatCompletion, raw(client))
    assert reply.choices[0].message.content == "Good day to you."
    assert reply.choices[0].finish_reason == "stop"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (7, 4, 11)
    assert reply.usage.prompt_tokens_details.cached_tokens == 2


def test_a_reply_carries_the_nulls_that_the_real_api_sends(client):
    choice = raw(client)["choices"][0]
    assert choice["logprobs"] is None
    assert choice["message"]["refusal"] is None
    assert choice["message"]["annotations"] == []


def test_the_same_ask_gives_the_same_bytes(client):
    assert raw(client) == raw(client)


def test_a_reply_of_calls_only_has_null_content(client, brain, strictly):
    brain.result = TWO_CALLS
    reply = strictly(ChatCompletion, raw(client, tools=[GET_ORDER, SAY]))
    message = reply.choices[0].message
    assert message.content is None
    assert [(c.id, c.function.name, json.loads(c.function.arguments)) for c in message.tool_calls] == [
        ("call_a", "get_order", {"id": 7}),
        ("call_b", "say", {"word": "crème brûlée"}),
    ]
    assert reply.choices[0].finish_reason == "tool_calls"


def test_a_refusal_comes_as_refusal_and_not_as_content(client, brain, strictly):
    brain.result = Reply("3", "practice-small", (Text("I can't help with that."),), "refusal", Usage(1, 5))
    message = strictly(ChatCompletion, raw(client)).choices[0].message
    assert (message.content, message.refusal) == (None, "I can't help with that.")


def test_a_cut_reply_says_length(client, brain):
    brain.result = Reply("4", "practice-small", (Text("Good"),), "length", Usage(1, 1))
    assert raw(client, max_completion_tokens=1)["choices"][0]["finish_reason"] == "length"
    assert brain.ask.max_tokens == 1


async def _async_answer(base_url: str, key: str) -> tuple[str | None, str]:
    async with AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        plain = await client.chat.completions.create(**ASK)
        pieces = [
            c.choices[0].delta.content or "" async for c in await client.chat.completions.create(**ASK, stream=True)
        ]
        return plain.choices[0].message.content, "".join(pieces)


def test_the_asynchronous_client_works_too(base_url, brain, key):
    assert asyncio.run(_async_answer(base_url, key)) == ("Good day to you.", "Good day to you.")


# ---- streams ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("include_usage", [False, True])
@pytest.mark.parametrize("calls", [False, True])
def test_every_chunk_is_what_openais_types_allow_and_nothing_else(client, brain, strictly, calls, include_usage):
    if calls:
        brain.result = TWO_CALLS
    for chunk in chunks(client, stream_options={"include_usage": include_usage}):
        strictly(ChatCompletionChunk, chunk)
        assert ("usage" in chunk) == include_usage


def test_the_usage_comes_in_a_last_chunk_without_choices_if_asked_for(client):
    *others, last = chunks(client, stream_options={"include_usage": True})
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 11
    assert all(chunk["usage"] is None for chunk in others)


@pytest.mark.parametrize(
    "reply",
    [
        TWO_CALLS,
        Reply("5", "practice-small", (Text("One  moment …\n"), ToolCall("c", "say", {})), "tool", Usage(1, 2)),
        Reply("6", "practice-small", (Text("No."),), "refusal", Usage(1, 2)),
        Reply("7", "practice-small", (), "end", Usage(1, 0)),
    ],
    ids=["calls", "words and a call", "refusal", "nothing"],
)
def test_a_stream_adds_up_to_the_plain_reply(client, brain, reply):
    brain.result = reply
    plain = client.chat.completions.create(**ASK, tools=[GET_ORDER, SAY]).choices[0]
    with client.chat.completions.stream(**ASK, tools=[GET_ORDER, SAY]) as stream:
        streamed = stream.get_final_completion().choices[0]
    assert streamed.finish_reason == plain.finish_reason
    for name in ("content", "refusal", "role"):
        assert getattr(streamed.message, name) == getattr(plain.message, name), name
    assert _calls(streamed.message) == _calls(plain.message)


def _calls(message: Any) -> list[tuple[str, str, str]]:
    return [(c.id, c.function.name, c.function.arguments) for c in message.tool_calls or []]


# ---- what is read ----------------------------------------------------------------------------------------------


def test_roles_become_turns_and_a_developer_is_a_system(client, brain):
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
    ]
    client.chat.completions.create(model="practice-small", messages=messages)
    assert [(t.role, t.text()) for t in brain.ask.turns] == [
        ("system", "Be brief."),
        ("system", "Be kind."),
        ("user", "Hello"),
        ("assistant", "Hi"),
    ]


def test_pictures_recordings_and_files_become_blocks(client, brain):
    encoded = base64.b64encode(b"bytes").decode()
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded}", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.jpg?x=1"}},
        {"type": "input_audio", "input_audio": {"data": encoded, "format": "mp3"}},
        {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{encoded}", "filename": "a.pdf"}},
    ]
    client.chat.completions.create(model="practice-small", messages=[{"role": "user", "content": parts}])
    assert brain.ask.turns[0].blocks == (
        Text("Look"),
        Image("image/png", b"bytes"),
        Image("image/jpeg", url="https://example.org/a.jpg?x=1"),
        Audio("audio/mpeg", b"bytes"),
        Document("application/pdf", b"bytes", "a.pdf"),
    )


def test_a_follow_up_turn_with_two_results_is_read(client, brain):
    brain.result = TWO_CALLS
    first = client.chat.completions.create(**ASK, tools=[GET_ORDER, SAY]).choices[0].message
    results = [
        {"role": "tool", "tool_call_id": c.id, "content": f"result of {c.function.name}"} for c in first.tool_calls
    ]
    client.chat.completions.create(
        model="practice-small", messages=[*ASK["messages"], first, *results], tools=[GET_ORDER, SAY]
    )
    assert brain.ask.turns[1:] == (
        Turn("assistant", TWO_CALLS.blocks),
        Turn("tool", (ToolResult("call_a", "result of get_order"),)),
        Turn("tool", (ToolResult("call_b", "result of say"),)),
    )


NAMED = {"type": "function", "function": {"name": "say"}}
ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [NAMED]}}


@pytest.mark.parametrize(
    ("given", "mode", "name", "offered"),
    [
        ("auto", "auto", None, 2),
        ("none", "none", None, 2),
        ("required", "required", None, 2),
        (NAMED, "named", "say", 2),
        (ALLOWED, "required", None, 1),
    ],
    ids=["auto", "none", "required", "named", "allowed_tools"],
)
def test_every_tool_choice_is_read(client, brain, given, mode, name, offered):
    client.chat.completions.create(**ASK, tools=[GET_ORDER, SAY], tool_choice=given, parallel_tool_calls=False)
    ask = brain.ask
    assert (ask.tool_choice, ask.tool_name, len(ask.tools), ask.parallel_tools) == (mode, name, offered, False)
    assert ask.tools[-1].description == "Say a word."


class Verdict(BaseModel):
    """What a test wants to get."""

    mood: Literal["good", "bad"]
    score: int


def test_parse_gives_an_object_of_the_asked_type(client, brain):
    brain.result = Reply("8", "practice-small", (Text('{"mood": "good", "score": 3}'),), "end", Usage(1, 1))
    message = client.chat.completions.parse(**ASK, response_format=Verdict).choices[0].message
    assert message.parsed == Verdict(mood="good", score=3)
    assert brain.ask.schema["properties"].keys() == {"mood", "score"}


def test_free_json_is_asked_for_with_the_word_in_the_conversation(client, brain):
    body = {"messages": [{"role": "user", "content": "Say it in JSON"}], "response_format": {"type": "json_object"}}
    raw(client, **body)
    assert brain.ask.json_only
    assert brain.ask.schema is None


def test_sampling_options_reach_the_model(client, brain):
    raw(client, temperature=0.5, seed=7, stop=["END", "."], max_tokens=9)
    assert (brain.ask.temperature, brain.ask.seed, brain.ask.stop, brain.ask.max_tokens) == (0.5, 7, ("END", "."), 9)
    raw(client, stop="END")
    assert brain.ask.stop == ("END",)


HARMLESS = {
    "user": "u",
    "metadata": {"a": "b"},
    "store": True,
    "service_tier": "flex",
    "top_p": 0.5,
    "frequency_penalty": 1,
    "presence_penalty": -1.5,
    "reasoning_effort": "low",
    "verbosity": "low",
    "prompt_cache_key": "k",
    "safety_identifier": "s",
    "n": 1,
    "logprobs": False,
    "modalities": ["text"],
    "logit_bias": {},
    "prediction": {"type": "content", "content": "x"},
    "stop": None,
    "tools": None,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_option_is_accepted(client, name):
    assert raw(client, **{name: HARMLESS[name]})["choices"]


# ---- what is refused -------------------------------------------------------------------------------------------


def refusal(client: OpenAI, **changes: Any) -> openai.BadRequestError:
    """The 400 that an ask gets; a value of ... takes an option out."""
    body = {name: value for name, value in (ASK | changes).items() if value is not ...}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    return caught.value


STRICT = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": {"type": "object"}}}
CALLING = {
    "role": "assistant",
    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
}


def user(part: Any) -> list[dict[str, Any]]:
    """A conversation of one message with one part."""
    return [{"role": "user", "content": [part]}]


@pytest.mark.parametrize(
    ("changes", "param", "code", "words"),
    [
        ({"messages": ...}, "messages", "missing_required_parameter", "Missing required parameter: 'messages'."),
        ({"model": ...}, "model", "missing_required_parameter", "Missing required parameter: 'model'."),
        ({"messages": "hi"}, "messages", "invalid_type", "expected an array, but got a string"),
        ({"messages": []}, "messages", "empty_array", "empty array"),
        ({"messages": ["hi"]}, "messages[0]", "invalid_type", "expected an object, but got a string"),
        ({"messages": [{"content": "hi"}]}, "messages[0].role", "missing_required_parameter", "messages[0].role"),
        ({"messages": [{"role": "bot", "content": "hi"}]}, "messages[0].role", "invalid_value", "'bot'"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_required_parameter", "messages[0].content"),
        ({"messages": user({"type": "video"})}, "messages[0].content[0].type", "invalid_value", "'video'"),
        (
            {"messages": user({"type": "image_url", "image_url": {"url": "data:image/png;base64,?"}})},
            "messages[0].content[0].image_url.url",
            "invalid_base64",
            "base64",
        ),
        ({"messages": user({"type": "file", "file": {"file_id": ""}})}, "file_id", "invalid_value", "names no file"),
        (
            {"messages": [{"role": "tool", "tool_call_id": "x", "content": ""}]},
            "messages",
            None,
            "must be a response to a preceeding",
        ),
        ({"messages": [*ASK["messages"], CALLING]}, "messages", None, "did not have response messages: a"),
        ({"temperature": 3}, "temperature", "decimal_above_max_value", "<= 2, but got 3"),
        ({"temperature": "hot"}, "temperature", "invalid_type", "expected a decimal, but got a string"),
        ({"max_tokens": 0}, "max_tokens", "integer_below_min_value", ">= 1, but got 0"),
        ({"max_tokens": True}, "max_tokens", "invalid_type", "a boolean"),
        ({"max_tokens": 5, "max_completion_tokens": 5}, "max_tokens", "invalid_parameter_combination", "same time"),
        ({"stop": ["a"] * 5}, "stop", "array_above_max_length", "maximum length 4"),
        ({"stop": [1]}, "stop", "invalid_type", "strings"),
        ({"n": 129}, "n", "integer_above_max_value", "<= 128, but got 129"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs", "integer_above_max_value", "<= 20, but got 21"),
        ({"top_logprobs": 2}, "top_logprobs", None, "'logprobs' is specified"),
        ({"reasoning_effort": "huge"}, "reasoning_effort", "invalid_value", "'huge'"),
        ({"tools": [{"type": "custom", "custom": {"name": "f"}}]}, "tools[0].type", "unsupported_parameter", "custom"),
        ({"logit_bias": {"5": 1}}, "logit_bias", "unsupported_parameter", "'logit_bias'"),
        ({"modalities": ["text", "audio"]}, "modalities", "unsupported_parameter", "'modalities'"),
        ({"functions": []}, "functions", "unsupported_parameter", "'tools'"),
        ({"web_search_options": {}}, "web_search_options", "unsupported_parameter", "network"),
        ({"stream_options": {"include_usage": True}}, "stream_options", None, "'stream' is specified"),
        ({"tool_choice": "required"}, "tool_choice", None, "'tools' is specified"),
        ({"tools": [GET_ORDER], "tool_choice": NAMED}, "tool_choice", None, "Tool choice 'say' not found"),
        ({"tools": [GET_ORDER], "tool_choice": "maybe"}, "tool_choice", "invalid_value", "'maybe'"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "unsupported_parameter", "web_search"),
        (
            {"tools": [{"type": "function", "function": {"name": "a b"}}]},
            "tools[0].function.name",
            "invalid_value",
            "pattern",
        ),
        ({"response_format": {"type": "xml"}}, "response_format.type", "invalid_value", "'xml'"),
        ({"response_format": {"type": "json_object"}}, "messages", None, "must contain the word 'json'"),
        (
            {"response_format": STRICT},
            "response_format.json_schema",
            "invalid_json_schema",
            "'additionalProperties' is required",
        ),
    ],
)
def test_a_wrong_ask_gets_openais_400(client, brain, changes, param, code, words):
    error = refusal(client, **changes)
    assert words in error.message
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert not brain.asked


def test_unknown_arguments_are_named(client):
    error = refusal(client, temprature=1)
    assert "Unrecognized request argument supplied: temprature" in error.message
    assert (error.param, error.code) == (None, None)
    assert "Unrecognized request arguments supplied: a, b" in refusal(client, a=1, b=2).message


def test_broken_arguments_in_the_conversation_are_passed_on_as_they_are(client, brain):
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"city": '}}
    messages = [
        *ASK["messages"],
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "no"},
    ]
    client.chat.completions.create(model="practice-small", messages=messages)
    assert brain.ask.turns[1].blocks == (ToolCall("a", "f", {"_not_json": '{"city": '}),)


def test_every_option_of_the_sdk_is_known_here():
    names = {name for params in (NonStreaming, Streaming) for name in params.__annotations__}
    assert names - openai_chat.OPTIONS.keys() == set()
