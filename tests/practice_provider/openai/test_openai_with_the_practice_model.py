"""OpenAI's own client and the real practice model, with nothing in between but the provider."""

import json
import math
from collections.abc import Iterator
from typing import Any, Literal

import openai
import pytest
from openai import OpenAI
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import Response
from pydantic import BaseModel

CONTEXT = (
    "Answer from it.\n\nContext: The warranty of a Brewline machine is two years. The water tank holds 1.8 litres."
)
QUESTION = "How long is the warranty?"
MESSAGES: list[Any] = [{"role": "system", "content": CONTEXT}, {"role": "user", "content": QUESTION}]
PARAMETERS = {
    "type": "object",
    "properties": {"order_id": {"type": "string", "description": "The order's number, such as A-1234"}},
    "required": ["order_id"],
    "additionalProperties": False,
}
GET_ORDER = {"name": "get_order", "description": "Look up an order by its number.", "parameters": PARAMETERS}


@pytest.fixture
def client(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client, without retries, in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


def test_both_wires_give_the_same_words_plain_and_streamed(client, strictly):
    chat = client.chat.completions.with_raw_response.create(model="practice-large", messages=MESSAGES)
    words = strictly(ChatCompletion, chat.http_response.json()).choices[0].message.content
    assert "two years" in words
    plain = client.responses.with_raw_response.create(model="practice-large", instructions=CONTEXT, input=QUESTION)
    assert strictly(Response, plain.http_response.json()).output_text == words
    chunks = client.chat.completions.create(model="practice-large", messages=MESSAGES, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == words
    events = client.responses.create(model="practice-large", instructions=CONTEXT, input=QUESTION, stream=True)
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == words


def test_a_tool_loop_runs_to_its_end(client):
    messages: list[Any] = [{"role": "user", "content": "Where is my order A-1234?"}]
    tools: list[Any] = [{"type": "function", "function": GET_ORDER}]
    first = client.chat.completions.create(
        model="practice-large", messages=messages, tools=tools, tool_choice="required"
    )
    assert first.choices[0].finish_reason == "tool_calls"
    (call,) = first.choices[0].message.tool_calls
    assert json.loads(call.function.arguments) == {"order_id": "A-1234"}
    result = {"role": "tool", "tool_call_id": call.id, "content": '{"status": "shipped on Monday"}'}
    last = client.chat.completions.create(
        model="practice-large", messages=[*messages, first.choices[0].message, result], tools=tools
    )
    assert last.choices[0].finish_reason == "stop"
    assert "shipped" in last.choices[0].message.content


def test_the_same_tool_loop_runs_on_responses(client):
    items: list[Any] = [{"role": "user", "content": "Where is my order A-1234?"}]
    tools: list[Any] = [{"type": "function", "strict": True} | GET_ORDER]
    first = client.responses.create(model="practice-large", input=items, tools=tools, tool_choice="required")
    (call,) = [item for item in first.output if item.type == "function_call"]
    assert json.loads(call.arguments) == {"order_id": "A-1234"}
    result = {"type": "function_call_output", "call_id": call.call_id, "output": '{"status": "shipped on Monday"}'}
    last = client.responses.create(model="practice-large", input=[*items, *first.output, result], tools=tools)
    assert "shipped" in last.output_text


class Ticket(BaseModel):
    """What is read from a message."""

    order_id: str
    kind: Literal["refund", "repair", "question"]


def test_parse_gives_an_object_of_the_asked_type_on_both_wires(client):
    text = "I want a refund for order A-1234."
    messages: list[Any] = [{"role": "user", "content": text}]
    chat = client.chat.completions.parse(model="practice-large", messages=messages, response_format=Ticket)
    assert chat.choices[0].message.parsed == Ticket(order_id="A-1234", kind="refund")
    answer = client.responses.parse(model="practice-large", input=text, text_format=Ticket)
    assert answer.output_parsed == Ticket(order_id="A-1234", kind="refund")


def test_a_limit_of_tokens_cuts_the_reply_and_says_so(client):
    chat = client.chat.completions.create(model="practice-large", messages=MESSAGES, max_tokens=2)
    assert chat.choices[0].finish_reason == "length"
    assert chat.usage.completion_tokens == 2


def test_embeddings_have_unit_length_and_both_encodings_agree(client, strictly):
    texts = ["a broken pump", "the pump does not work", "an invoice"]
    options: dict[str, Any] = {"model": "practice-embed", "input": texts}
    raw = client.embeddings.with_raw_response.create(**options, encoding_format="float").http_response.json()
    floats = [row.embedding for row in strictly(CreateEmbeddingResponse, raw).data]
    encoded = [row.embedding for row in client.embeddings.create(**options).data]
    assert {len(vector) for vector in floats} == {384}
    assert encoded[0] == pytest.approx(floats[0], abs=1e-6)
    assert all(math.isclose(math.hypot(*vector), 1, abs_tol=1e-3) for vector in floats)
    assert math.dist(floats[0], floats[1]) < math.dist(floats[0], floats[2])


def test_an_unknown_model_gets_404_with_the_names_that_exist(client):
    for ask in (
        lambda: client.chat.completions.create(model="gpt-9", messages=MESSAGES),
        lambda: client.responses.create(model="gpt-9", input="x"),
        lambda: client.embeddings.create(model="gpt-9", input="x"),
        lambda: client.models.retrieve("gpt-9"),
    ):
        with pytest.raises(openai.NotFoundError, match="practice-large") as caught:
            ask()
        assert caught.value.code == "model_not_found"


def test_the_models_are_listed(client):
    kinds = ("reasoner", "large", "small", "embed", "speak", "transcribe", "moderate")
    assert {model.id for model in client.models.list()} == {f"practice-{kind}" for kind in kinds}
    assert client.models.retrieve("practice-embed").id == "practice-embed"


def test_too_long_a_conversation_gets_openais_400(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="practice-small", input="word " * 40_000)
    assert caught.value.code == "context_length_exceeded"
