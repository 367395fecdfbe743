"""OpenAI's own client and types against the responses wire."""

import asyncio
import base64
import json
from typing import Any, get_args

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming as NonStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming as Streaming
from pydantic import BaseModel

from practice_provider.core import Audio, Document, Image, Reply, Text, ToolCall, ToolResult, Turn, Usage
from practice_provider.wires import openai_responses

ASK: dict[str, Any] = {"model": "practice-small", "input": "Hello"}
CALLS = Reply(
    "2",
    "practice-small",
    (Text("One moment."), ToolCall("call_a", "get_order", {"id": 7}), ToolCall("call_b", "say", {"word": "crème"})),
    "tool",
    Usage(20, 9),
)
GET_ORDER = {
    "type": "function",
    "name": "get_order",
    "parameters": {"type": "object", "properties": {}},
    "strict": None,
}
SAY = {"type": "function", "name": "say", "description": "Say a word.", "parameters": {"type": "object"}}
CUT = Reply("4", "practice-small", (Text("Good"),), "length", Usage(1, 1))
NO = Reply("6", "practice-small", (Text("I can't help with that."),), "refusal", Usage(1, 5))
NOTHING = Reply("7", "practice-small", (), "end", Usage(1, 0))
REPLIES = {"calls": CALLS, "cut": CUT, "refusal": NO, "nothing": NOTHING}

EVENT_TYPES = {
    member.model_fields["type"].annotation.__args__[0]: member for member in get_args(get_args(ResponseStreamEvent)[0])
}


def raw(client: OpenAI, **changes: Any) -> dict[str, Any]:
    """The reply's JSON as it came over the wire."""
    return client.responses.with_raw_response.create(**(ASK | changes)).http_response.json()


def told(client: OpenAI, **changes: Any) -> list[dict[str, Any]]:
    """The JSON of a stream's events; each event's name has to stand in its data as well."""
    body = ASK | {"stream": True} | changes
    headers = {"authorization": f"Bearer {client.api_key}"}
    reply = httpx2.post(f"{client.base_url}responses", json=body, headers=headers, trust_env=False)
    events = []
    for block in reply.text.strip().split("\n\n"):
        name, data = block.split("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}"
    return events


# ---- replies ---------------------------------------------------------------------------------------------------


def test_a_reply_is_what_openais_types_allow_and_nothing_else(client, strictly):
    reply = strictly(Response, raw(client))
    assert (reply.status, reply.output_text) == ("completed", "Good day to you.")
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens) == (7, 4, 11)
    assert reply.usage.input_tokens_details.cached_tokens == 2
    assert reply.usage.input_tokens_details.cache_write_tokens == 0


@pytest.mark.parametrize("name", REPLIES)
def test_every_kind_of_reply_and_its_whole_stream_are_what_openais_types_allow(client, brain, strictly, name):
    brain.result = REPLIES[name]
    options = {"tools": [GET_ORDER, SAY]}
    plain = raw(client, **options)
    strictly(Response, plain)
    events = told(client, **options)
    for event in events:
        strictly(EVENT_TYPES[event["type"]], event)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[-1]["response"] == plain


def test_what_was_asked_comes_back_in_the_reply(client, strictly):
    form = {"type": "json_schema", "name": "x", "schema": {"type": "object"}}
    given = {
        "instructions": "Be brief.",
        "max_output_tokens": 99,
        "metadata": {"a": "b"},
        "temperature": 0.5,
        "tools": [SAY],
        "tool_choice": {"type": "function", "name": "say"},
        "parallel_tool_calls": False,
        "text": {"format": form, "verbosity": "low"},
        "reasoning": {"effort": "low"},
        "user": "u",
    }
    reply = raw(client, **given)
    strictly(Response, reply)
    for name in given.keys() - {"tools", "text", "reasoning"}:
        assert reply[name] == given[name], name
    assert reply["tools"] == [SAY | {"strict": False}]
    assert reply["text"] == {"format": form | {"description": None, "strict": False}, "verbosity": "low"}
    assert reply["reasoning"] == {"effort": "low", "summary": None}


def test_a_function_that_does_not_say_strict_is_strict_where_its_schema_allows(client):
    schema = {"type": "object", "properties": {}, "additionalProperties": False, "required": []}
    assert raw(client, tools=[SAY | {"parameters": schema}])["tools"][0]["strict"] is True


def test_a_cut_reply_is_incomplete_and_says_why(client, brain):
    brain.result = CUT
    reply = raw(client, max_output_tokens=16)
    assert (reply["status"], reply["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert reply["output"][0]["status"] == "incomplete"
    assert told(client)[-1]["type"] == "response.incomplete"
    assert brain.ask.max_tokens is None
    assert brain.asked[0].max_tokens == 16


def test_the_same_ask_gives_the_same_bytes(client):
    assert raw(client) == raw(client)


# ---- streams ---------------------------------------------------------------------------------------------------


def test_the_events_come_in_openais_order(client):
    names = [event["type"].removeprefix("response.") for event in told(client)]
    deltas = [name for name in names if name == "output_text.delta"]
    assert names == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        *deltas,
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert len(deltas) == 4


@pytest.mark.parametrize("name", REPLIES)
def test_the_sdks_stream_helper_ends_with_the_plain_reply(client, brain, name):
    brain.result = REPLIES[name]
    plain = client.responses.create(**ASK)
    with client.responses.stream(**ASK) as stream:
        for _ in stream:
            pass
        streamed = stream._state._completed_response if name == "cut" else stream.get_final_response()
    if streamed:
        assert streamed.output_text == plain.output_text
        assert [item.type for item in streamed.output] == [item.type for item in plain.output]


async def _async_words(base_url: str, key: str) -> str:
    async with AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        events = await client.responses.create(**ASK, stream=True)
        return "".join([event.delta async for event in events if event.type == "response.output_text.delta"])


def test_the_asynchronous_client_streams_too(base_url, brain, key):
    assert asyncio.run(_async_words(base_url, key)) == "Good day to you."


# ---- what is read ----------------------------------------------------------------------------------------------


def test_instructions_and_messages_become_turns(client, brain):
    items = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": "Hello", "type": "message"},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}], "id": "msg_1"},
        {"type": "reasoning", "id": "rs_1", "summary": []},
    ]
    client.responses.create(model="practice-small", instructions="Be brief.", input=items)
    assert [(t.role, t.text()) for t in brain.ask.turns] == [
        ("system", "Be brief."),
        ("system", "Be kind."),
        ("user", "Hello"),
        ("assistant", "Hi"),
    ]


def test_pictures_recordings_and_files_become_blocks(client, brain):
    encoded = base64.b64encode(b"bytes").decode()
    parts = [
        {"type": "input_text", "text": "Look"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{encoded}", "detail": "auto"},
        {"type": "input_image", "image_url": "https://example.org/a.webp", "detail": "auto"},
        {"type": "input_audio", "input_audio": {"data": encoded, "format": "wav"}},
        {"type": "input_file", "file_data": f"data:application/pdf;base64,{encoded}", "filename": "a.pdf"},
        {"type": "input_file", "file_url": "https://example.org/b.pdf"},
    ]
    client.responses.create(model="practice-small", input=[{"role": "user", "content": parts}])
    assert brain.ask.turns[0].blocks == (
        Text("Look"),
        Image("image/png", b"bytes"),
        Image("image/webp", url="https://example.org/a.webp"),
        Audio("audio/wav", b"bytes"),
        Document("application/pdf", b"bytes", "a.pdf"),
        Document("application/pdf", url="https://example.org/b.pdf"),
    )


def test_a_follow_up_with_the_calls_outputs_is_read_as_one_conversation(client, brain):
    brain.result = CALLS
    first = client.responses.create(**ASK, tools=[GET_ORDER, SAY])
    outputs = [
        {"type": "function_call_output", "call_id": "call_a", "output": "shipped"},
        {"type": "function_call_output", "call_id": "call_b", "output": [{"type": "input_text", "text": "said"}]},
    ]
    items = [{"role": "user", "content": "Hello"}, *first.output, *outputs]
    client.responses.create(model="practice-small", input=items, tools=[GET_ORDER, SAY])
    assert brain.ask.turns[1:] == (
        Turn("assistant", CALLS.blocks),
        Turn("tool", (ToolResult("call_a", "shipped"),)),
        Turn("tool", (ToolResult("call_b", "said"),)),
    )


@pytest.mark.parametrize(
    ("given", "mode", "name", "offered"),
    [
        ("auto", "auto", None, 2),
        ("none", "none", None, 2),
        ("required", "required", None, 2),
        ({"type": "function", "name": "say"}, "named", "say", 2),
        ({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "say"}]}, "auto", None, 1),
    ],
    ids=["auto", "none", "required", "named", "allowed_tools"],
)
def test_every_tool_choice_is_read(client, brain, strictly, given, mode, name, offered):
    strictly(Response, raw(client, tools=[GET_ORDER, SAY], tool_choice=given, parallel_tool_calls=False))
    ask = brain.ask
    assert (ask.tool_choice, ask.tool_name, len(ask.tools), ask.parallel_tools) == (mode, name, offered, False)


class City(BaseModel):
    """What a test wants to get."""

    name: str
    people: int


def test_parse_gives_an_object_of_the_asked_type(client, brain):
    brain.result = Reply("8", "practice-small", (Text('{"name": "Turin", "people": 3}'),), "end", Usage(1, 1))
    assert client.responses.parse(**ASK, text_format=City).output_parsed == City(name="Turin", people=3)
    assert brain.ask.schema["required"] == ["name", "people"]


def test_free_json_is_asked_for_with_the_word_in_the_conversation(client, brain):
    raw(client, input="Say it in JSON", text={"format": {"type": "json_object"}})
    assert brain.ask.json_only


HARMLESS = {
    "user": "u",
    "store": True,
    "service_tier": "flex",
    "top_p": 0.5,
    "prompt_cache_key": "k",
    "safety_identifier": "s",
    "truncation": "auto",
    "include": ["reasoning.encrypted_content"],
    "background": False,
    "max_tool_calls": 3,
    "previous_response_id": None,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_option_is_accepted(client, strictly, name):
    strictly(Response, raw(client, **{name: HARMLESS[name]}))


# ---- what is refused -------------------------------------------------------------------------------------------

OUTPUT = {"type": "function_call_output", "call_id": "x", "output": ""}
CALL = {"type": "function_call", "call_id": "x", "name": "f", "arguments": "{}"}
LOOSE = {"format": {"type": "json_schema", "name": "x", "strict": True, "schema": {"type": "object"}}}


@pytest.mark.parametrize(
    ("changes", "param", "code", "words"),
    [
        ({"input": ...}, "input", "missing_required_parameter", "Missing required parameter: 'input'."),
        ({"input": 5}, "input", "invalid_type", "a string or an array, but got an integer"),
        ({"input": [5]}, "input[0]", "invalid_type", "expected an object"),
        ({"input": [{"role": "tool", "content": ""}]}, "input[0].role", "invalid_value", "'tool'"),
        ({"input": [{"type": "computer_call"}]}, "input[0].type", "unsupported_parameter", "computer_call"),
        ({"input": [OUTPUT]}, "input", None, "No tool call found for function call output with call_id x."),
        ({"input": [CALL]}, "input", None, "No tool output found for function call x."),
        ({"max_output_tokens": 5}, "max_output_tokens", "integer_below_min_value", ">= 16, but got 5"),
        (
            {"previous_response_id": "resp_1"},
            "previous_response_id",
            "previous_response_not_found",
            "'resp_1' not found",
        ),
        ({"conversation": "conv_1"}, "conversation", "unsupported_parameter", "whole conversation"),
        ({"background": True}, "background", "unsupported_parameter", "'background'"),
        ({"prompt": {"id": "p"}}, "prompt", "unsupported_parameter", "'instructions'"),
        ({"truncation": "middle"}, "truncation", "invalid_value", "'middle'"),
        ({"include": ["everything"]}, "include[0]", "invalid_value", "'everything'"),
        ({"top_logprobs": 21}, "top_logprobs", "integer_above_max_value", "<= 20, but got 21"),
        ({"reasoning": {"effort": "huge"}}, "reasoning.effort", "invalid_value", "'huge'"),
        ({"reasoning": {"summary": "long"}}, "reasoning.summary", "invalid_value", "'long'"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type", "unsupported_parameter", "web_search"),
        ({"text": {"format": LOOSE["format"]}}, "text.format", "invalid_json_schema", "'additionalProperties'"),
        ({"text": {"format": {"type": "json_object"}}}, "input", None, "must contain the word 'json'"),
        ({"temprature": 1}, "temprature", "unknown_parameter", "Unknown parameter: 'temprature'."),
    ],
)
def test_a_wrong_ask_gets_openais_400(client, brain, changes, param, code, words):
    body = {name: value for name, value in (ASK | changes).items() if value is not ...}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/responses", body=body, cast_to=object)
    error = caught.value
    assert words in error.message
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert not brain.asked


def test_every_option_of_the_sdk_is_known_here():
    names = {name for params in (NonStreaming, Streaming) for name in params.__annotations__}
    assert names - openai_responses.OPTIONS.keys() == set()
