"""Conversations that go on at the server, through OpenAI's own client."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.responses import InputTokenCountResponse, Response

from practice_provider import files
from practice_provider.core import Ask, Fault, Reply, Text, ToolCall, Turn, Usage
from practice_provider.files import Cabinet, Replies, StoredReply
from practice_provider.wires import openai_responses, openai_responses_memory

SMALL = "practice-small"
TOOL: Any = {"type": "function", "name": "get_order", "parameters": {"type": "object", "properties": {}}}
CALLING = Reply("9", SMALL, (ToolCall("call_1", "get_order", {"id": 7}),), "tool", Usage(5, 5))


@pytest.fixture
def real(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


def test_a_response_goes_on_where_the_one_before_ended(real):
    first = real.responses.create(model=SMALL, input="My name is Ada. Reply with exactly: hello")
    second = real.responses.create(model=SMALL, input="What is my name?", previous_response_id=first.id)
    assert "Ada" in second.output_text
    assert second.previous_response_id == first.id
    third = real.responses.create(model=SMALL, input="Thank you.", previous_response_id=second.id)
    assert third.usage.input_tokens > second.usage.input_tokens
    assert "Ada" not in real.responses.create(model=SMALL, input="What is my name?").output_text


def test_it_goes_on_after_a_stream_too(real):
    stream = real.responses.create(model=SMALL, input="My name is Ada.", stream=True)
    done = [event.response for event in stream if event.type == "response.completed"]
    second = real.responses.create(model=SMALL, input="What is my name?", previous_response_id=done[0].id)
    assert "Ada" in second.output_text


def test_a_tools_result_may_follow_the_stored_call(client, brain):
    brain.result = CALLING
    first = client.responses.create(model=SMALL, input="Where is it?", tools=[TOOL], instructions="Be brief.")
    output: Any = {"type": "function_call_output", "call_id": "call_1", "output": "at home"}
    client.responses.create(model=SMALL, input=[output], previous_response_id=first.id, tools=[TOOL])
    assert [turn.role for turn in brain.ask.turns] == ["user", "assistant", "tool"]  # instructions are not carried over
    assert brain.ask.turns[1].blocks == CALLING.blocks


def test_a_stored_item_may_stand_by_its_id(client, brain):
    brain.result = CALLING
    first = client.responses.create(model=SMALL, input="Where is it?", tools=[TOOL])
    items: Any = [
        {"role": "user", "content": "Where is it?"},
        {"type": "item_reference", "id": first.output[0].id},
        {"type": "function_call_output", "call_id": "call_1", "output": "at home"},
    ]
    client.responses.create(model=SMALL, input=items, tools=[TOOL])
    assert brain.ask.turns[1].blocks == CALLING.blocks


@pytest.mark.parametrize("item", ["msg_1_0", "rs_none", ""])
def test_an_item_that_is_not_stored_is_not_found(client, brain, item):
    with pytest.raises(openai.NotFoundError, match=f"Item with id '{item}' not found. Items are not persisted"):
        client.responses.create(model=SMALL, input=[{"type": "item_reference", "id": item}])
    assert not brain.asked


def test_what_was_not_to_be_stored_is_not_found(real):
    first = real.responses.create(model=SMALL, input="Hello", store=False)
    with pytest.raises(openai.BadRequestError) as caught:
        real.responses.create(model=SMALL, input="And?", previous_response_id=first.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")
    with pytest.raises(openai.NotFoundError):
        real.responses.retrieve(first.id)


def test_a_key_does_not_see_the_responses_of_another(real, provider):
    first = real.responses.create(model=SMALL, input="Hello")
    with (
        OpenAI(base_url=real.base_url, api_key="practice-stranger", max_retries=0) as other,
        pytest.raises(openai.NotFoundError),
    ):
        other.responses.retrieve(first.id)


def test_a_stored_response_is_given_again_and_can_be_deleted(real, strictly):
    first = real.responses.create(model=SMALL, input="Hello", metadata={"a": "b"})
    raw = real.responses.with_raw_response.retrieve(first.id)
    assert strictly(Response, raw.http_response.json()) == first
    items = real.responses.input_items.list(first.id).data
    assert [(item.role, item.content[0].text) for item in items] == [("user", "Hello")]
    assert items[0].id
    real.responses.delete(first.id)
    for gone in (real.responses.retrieve, real.responses.delete, real.responses.input_items.list):
        with pytest.raises(openai.NotFoundError, match=f"Response with id '{first.id}' not found"):
            gone(first.id)


def test_the_items_of_the_input_come_newest_first_unless_asked_otherwise(real):
    first = real.responses.create(model=SMALL, input="One")
    second = real.responses.create(model=SMALL, input="Two", previous_response_id=first.id)
    newest = [item.role for item in real.responses.input_items.list(second.id)]
    oldest = [item.role for item in real.responses.input_items.list(second.id, order="asc")]
    assert newest == oldest[::-1] == ["user", "assistant", "user"]


def test_input_tokens_are_counted_as_a_response_counts_them(real, strictly):
    asked: dict[str, Any] = {
        "model": SMALL,
        "instructions": "Be brief.",
        "input": "Where is my order?",
        "tools": [TOOL],
    }
    raw = real.responses.input_tokens.with_raw_response.count(**asked)
    counted = strictly(InputTokenCountResponse, raw.http_response.json())
    reply = real.responses.create(**asked)
    assert counted.input_tokens == reply.usage.input_tokens
    hello = real.responses.create(model=SMALL, input="Hello")
    more = real.responses.input_tokens.count(model=SMALL, input="And?", previous_response_id=hello.id)
    assert more.input_tokens > real.responses.input_tokens.count(model=SMALL, input="And?").input_tokens
    with pytest.raises(openai.BadRequestError, match="Unknown parameter: 'stream'"):
        real.responses.input_tokens.count(**asked, extra_body={"stream": True})


def test_a_request_of_the_vercel_ai_sdk_with_references_is_read(real):
    """What @ai-sdk/openai sends in the second step of a tool loop: references by id, and store left out."""
    headers = {"authorization": f"Bearer {real.api_key}"}
    first = real.responses.create(
        model="practice-large", input="Where is order 7?", tools=[TOOL], tool_choice="required"
    )
    call = next(item for item in first.output if item.type == "function_call")
    body = {
        "model": "practice-large",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Where is order 7?"}]},
            {"type": "item_reference", "id": call.id},
            {"type": "function_call_output", "call_id": call.call_id, "output": "It is at home."},
        ],
        "tools": [TOOL],
        "tool_choice": "auto",
    }
    reply = httpx2.post(f"{real.base_url}responses", json=body, headers=headers, trust_env=False)
    assert reply.status_code == 200, reply.text
    assert "at home" in reply.text


def test_the_asynchronous_client_remembers_too(provider, key):
    async def talk() -> str:
        async with AsyncOpenAI(base_url=f"{provider.url}/openai/v1", api_key=key) as client:
            first = await client.responses.create(model=SMALL, input="My name is Ada.")
            second = await client.responses.create(model=SMALL, input="What is my name?", previous_response_id=first.id)
            return second.output_text

    assert "Ada" in asyncio.run(talk())


# ---- the store -------------------------------------------------------------------------------------------------


def _stored(size: int) -> StoredReply:
    return StoredReply([], dict, size)


def test_the_oldest_replies_are_forgotten_first_by_number_and_by_size():
    replies = Replies()
    for number in range(files.MOST_REPLIES + 1):
        replies.keep(f"r{number}", _stored(1))
    assert replies.get("r0") is None
    assert replies.get("r1") is not None
    replies.keep("large", _stored(files.MOST_REPLY_BYTES))
    assert replies.get(f"r{files.MOST_REPLIES}") is None
    assert replies.get("large") is not None


def test_a_reply_that_is_replaced_counts_once():
    replies = Replies()
    for _ in range(3):
        replies.keep("same", _stored(files.MOST_REPLY_BYTES // 2 + 1))
    assert replies.get("same") is not None


def test_reset_forgets_what_was_stored(real, provider):
    first = real.responses.create(model=SMALL, input="Hello")
    provider.control(str(real.api_key), "POST", "reset", {})
    with pytest.raises(openai.NotFoundError):
        real.responses.retrieve(first.id)


@pytest.mark.parametrize("body", [{}, {"input": 5}, {"input": [5, {"id": 7}], "previous_response_id": 3}])
def test_a_body_of_the_wrong_shape_is_left_to_the_reader(body):
    kept = Cabinet()
    assert openai_responses_memory.recall(body, kept).get("input") == body.get("input")


def test_where_nothing_is_kept_a_previous_response_is_refused_and_not_ignored():
    with pytest.raises(Fault, match="Nothing is stored here"):
        openai_responses.read({"model": "m", "input": "Hi", "previous_response_id": "resp_1"}, {})


def test_a_recalled_conversation_is_read_as_one_that_was_sent_whole():
    kept = Cabinet()
    body = {"model": "m", "input": "One"}
    ask = openai_responses.read(body, {})
    openai_responses_memory.keep(body, ask, Reply("1", "m", (Text("Two"),), "end", Usage(1, 1)), kept)
    again = openai_responses_memory.recall({"model": "m", "input": "Three", "previous_response_id": "resp_1"}, kept)
    asked = openai_responses.read(again, {openai_responses.KEPT: "yes"})
    assert isinstance(asked, Ask)
    assert asked.turns == (
        Turn("user", (Text("One"),)),
        Turn("assistant", (Text("Two"),)),
        Turn("user", (Text("Three"),)),
    )
