"""Anthropic messages through Anthropic's own SDK, which validates every reply strictly."""

import asyncio
import base64
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pydantic
import pytest
from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Message

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
PDF = base64.b64encode(b"%PDF-1.7 x").decode()
WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CLOCK = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}
CHAT_MODELS = ["practice-reasoner", "practice-large", "practice-small"]
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


@pytest.fixture
def client(rules: str, key: str) -> Iterator[Anthropic]:
    with Anthropic(
        base_url=f"{rules}/anthropic", api_key=key, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


def ask(client: Anthropic, content: Any = "Hello there", **options: Any) -> Message:
    options = {
        "model": "practice-large",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": content}],
    } | options
    return client.messages.create(**options)


def extras(model: Any) -> list[str]:
    """The names of all fields, at any depth, that the SDK's types do not know."""
    if isinstance(model, list):
        return [name for item in model for name in extras(item)]
    if not isinstance(model, pydantic.BaseModel):
        return []
    inner = [name for field in type(model).model_fields for name in extras(getattr(model, field))]
    return [*(model.model_extra or {}), *inner]


GRID: dict[str, dict[str, Any]] = {
    "plain": {},
    "system": {"system": "Be brief."},
    "system blocks": {"system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]},
    "short": {"max_tokens": 1},
    "stopped": {"stop_sequences": ["there"]},
    "tools": {"tools": [WEATHER, CLOCK]},
    "tools and none": {"tools": [WEATHER], "tool_choice": {"type": "none"}},
    "format": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    "refused": {"messages": [{"role": "user", "content": "REFUSE this"}]},
    "many turns": {
        "messages": [
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": [{"type": "text", "text": "two"}]},
            {"role": "user", "content": "three"},
            {"role": "user", "content": "four"},
        ]
    },
}


@pytest.mark.parametrize("options", GRID.values(), ids=GRID.keys())
def test_a_streamed_message_is_the_plain_message_and_the_types_know_every_field(
    client: Anthropic, options: dict[str, Any]
) -> None:
    plain = ask(client, **options)
    assert extras(plain) == []
    body = {"model": "practice-large", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello there"}]}
    with client.messages.stream(**(body | options)) as stream:
        for event in stream:
            assert extras(event) == []
        streamed = stream.get_final_message()
    drop = {"content": {"__all__": {"parsed_output"}}}
    assert streamed.model_dump(exclude=drop) == plain.model_dump(exclude=drop)


def test_the_events_come_in_the_documented_order(rules: str, key: str) -> None:
    body = {
        "model": "practice-large",
        "max_tokens": 9,
        "stream": True,
        "messages": [{"role": "user", "content": "a b"}],
    }
    # The SDK hides pings, so this test reads the stream itself.
    reply = httpx2.post(
        f"{rules}/anthropic/v1/messages", json=body, headers={"x-api-key": key}, timeout=10, trust_env=False
    )
    events = [line.removeprefix("event: ") for line in reply.text.splitlines() if line.startswith("event: ")]
    assert events == [
        *("message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta"),
        *("content_block_stop", "message_delta", "message_stop"),
    ]


def test_the_usage_tells_cached_tokens_apart(client: Anthropic) -> None:
    usage = ask(client).usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (16, 4, 0)
    assert usage.output_tokens == 7


def test_the_stop_reason_says_why(client: Anthropic) -> None:
    assert ask(client).stop_reason == "end_turn"
    assert ask(client, max_tokens=1).stop_reason == "max_tokens"
    assert ask(client, tools=[WEATHER]).stop_reason == "tool_use"
    assert ask(client, "REFUSE").stop_reason == "refusal"
    stopped = ask(client, stop_sequences=["there"])
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "there")


def test_a_tool_is_called_and_its_result_comes_back(client: Anthropic) -> None:
    called = ask(client, "Weather?", tools=[WEATHER, CLOCK])
    results = [
        {"type": "tool_result", "tool_use_id": "toolu_0", "content": [{"type": "text", "text": "18 °C"}]},
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "no clock", "is_error": True},
        {"type": "text", "text": "And now?"},
    ]
    messages = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": called.content},
        {"role": "user", "content": results},
    ]
    told = ask(client, messages=messages, tools=[WEATHER, CLOCK], tool_choice={"type": "none"}).content[0].text
    assert told.endswith("result toolu_0 18 °C | error toolu_1 no clock | And now?")
    assert 'call toolu_0 get_weather {"city": "a word, K\\u00e4se"}' in told


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ({"type": "auto"}, ["get_weather", "get_time"]),
        ({"type": "any"}, ["get_weather", "get_time"]),
        ({"type": "any", "disable_parallel_tool_use": True}, ["get_weather"]),
        ({"type": "tool", "name": "get_time"}, ["get_time"]),
        ({"type": "none"}, []),
    ],
)
def test_the_tool_choice_is_obeyed(client: Anthropic, choice: dict[str, Any], called: list[str]) -> None:
    reply = ask(client, tools=[WEATHER, CLOCK], tool_choice=choice)
    assert [block.name for block in reply.content if block.type == "tool_use"] == called


def test_pictures_and_documents_reach_the_model(client: Anthropic) -> None:
    content = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": PDF}, "title": "T1"},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}, "title": "T2"},
        {"type": "document", "source": {"type": "content", "content": "inner"}, "context": "from a book"},
        {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}},
        {"type": "search_result", "source": "s", "title": "T3", "content": [{"type": "text", "text": "found"}]},
        {"type": "text", "text": "What is it?"},
    ]
    assert ask(client, content).content[0].text.split(" | ") == [
        "image image/png 28",
        "image https://example.com/a.png 0",
        "document T1 application/pdf %PDF-1.7",
        "document T2 text/plain plain",
        "from a book",
        "document - text/plain inner",
        "document - https://example.com/a.pdf ",
        "document T3 text/plain found",
        "What is it?",
    ]


class Number(pydantic.BaseModel):
    n: int
    words: list[str]


def test_parse_gives_the_typed_answer(client: Anthropic) -> None:
    parsed = client.messages.parse(
        model="practice-large",
        max_tokens=50,
        messages=[{"role": "user", "content": "Which?"}],
        output_format=Number,
    )
    assert parsed.parsed_output == Number(n=3, words=["a word, Käse"])


def test_harmless_options_are_accepted(client: Anthropic) -> None:
    ask(
        client,
        metadata={"user_id": "u"},
        service_tier="auto",
        thinking={"type": "disabled"},
        extra_body={"temperature": 0.5, "top_p": 0.9, "top_k": 5, "speed": "fast", "diagnostics": {}},
        extra_headers={"anthropic-beta": "context-1m-2025-08-07"},
    )


def test_tokens_are_counted(client: Anthropic) -> None:
    counted = client.messages.count_tokens(
        model="practice-large", system="be brief", messages=[{"role": "user", "content": "one two"}], tools=[WEATHER]
    )
    assert counted.input_tokens == 4
    assert extras(counted) == []


def test_results_of_tools_may_hold_pictures_and_documents(client: Anthropic) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}}
    result = RESULT["content"][0] | {
        "tool_use_id": "t1",
        "content": [{"type": "image", "source": source}, document, {"type": "text", "text": "seen"}],
    }
    told = ask(client, messages=[USER, CALL, {"role": "user", "content": [result]}]).content[0].text
    assert told.endswith("result t1 plain\nseen +image image/png 28")


def test_a_file_that_was_never_uploaded_is_not_found(client: Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError, match="file-1"):
        ask(client, [{"type": "document", "source": {"type": "file", "file_id": "file-1"}}])


def test_an_errors_body_names_the_same_request_as_its_header(client: Anthropic) -> None:
    for call in (lambda: ask(client, model="gpt"), lambda: ask(client, [])):
        with pytest.raises(anthropic.APIStatusError) as caught:
            call()
        assert caught.value.request_id == caught.value.response.headers["request-id"]
        assert caught.value.body["request_id"] == caught.value.request_id is not None


def test_the_beta_speaks_the_same(client: Anthropic) -> None:
    reply = client.beta.messages.create(
        model="practice-large",
        max_tokens=50,
        messages=[USER],
        betas=["structured-outputs-2025-11-13"],
        extra_body={"output_format": {"type": "json_schema", "schema": SCHEMA}},
    )
    assert reply.content[0].text == '{"n": 3}'


def test_models_are_listed_page_by_page(client: Anthropic) -> None:
    first = client.models.list(limit=1)
    assert ([model.id for model in first.data], first.has_more) == (["practice-reasoner"], True)
    assert [model.id for model in first] == CHAT_MODELS
    assert [model.id for model in client.models.list(before_id="practice-small")] == CHAT_MODELS[:2]
    with pytest.raises(anthropic.BadRequestError, match="limit"):
        client.models.list(limit=0)
    with pytest.raises(anthropic.BadRequestError, match="after_id"):
        client.models.list(after_id="gpt")


def test_models_are_listed_and_told(client: Anthropic) -> None:
    page = client.models.list()
    assert [model.id for model in page] == CHAT_MODELS
    one = client.models.retrieve("practice-small")
    assert (one.display_name, one.lifecycle, one.max_input_tokens) == ("Practice Small", "active", 32_000)
    assert extras(one) + extras(page.data) == []


async def _round(client: AsyncAnthropic) -> tuple[Message, Message]:
    body: dict[str, Any] = {
        "model": "practice-large",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Weather?"}],
        "tools": [WEATHER],
    }
    async with client, client.messages.stream(**body) as stream:
        return await client.messages.create(**body), await stream.get_final_message()


def test_the_asynchronous_client_gets_the_same(rules: str, key: str) -> None:
    client = AsyncAnthropic(base_url=f"{rules}/anthropic", api_key=key, max_retries=0, _strict_response_validation=True)
    plain, streamed = asyncio.run(_round(client))
    assert plain.to_dict() == streamed.to_dict()


# ---- refusals --------------------------------------------------------------------------------------------------

CALL = {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t2", "content": "x"}]}
USER = {"role": "user", "content": "hi"}

REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"max_tokens": None}, "max_tokens: Field required"),
    ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
    ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
    ({"messages": []}, "messages: at least one message"),
    ({"messages": "hi"}, "messages: Input should be a valid list"),
    ({"messages": [USER | {"name": "x"}]}, "messages.0.name: Extra inputs are not permitted"),
    ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0.role: Input should be 'user' or 'assistant'"),
    ({"messages": [{"role": "user", "content": ""}]}, "messages.0: user messages must have non-empty content"),
    ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "messages.0.content.0.text: text"),
    ({"messages": [{"role": "user", "content": [{"type": "tune"}]}]}, "messages.0.content.0: Input tag 'tune' found"),
    ({"messages": [USER, {"role": "assistant", "content": "The"}]}, "does not support assistant message prefill"),
    ({"messages": [USER, CALL, USER]}, "`tool_use` ids were found without `tool_result` blocks"),
    ({"messages": [USER, RESULT]}, "unexpected `tool_use_id` found in `tool_result` blocks: t2"),
    ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "tools.0.custom.name: String should match"),
    ({"tools": [{"name": "a"}]}, "tools.0.custom.input_schema: Field required"),
    ({"tools": [CLOCK, CLOCK]}, "tools: Tool names must be unique"),
    ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools.0: Input tag 'web_search_20250305'"),
    ({"tool_choice": {"type": "auto"}}, "tool_choice: tool_choice may only be specified while providing tools"),
    ({"tools": [CLOCK], "tool_choice": {"type": "tool", "name": "x"}}, "Tool 'x' not found in provided tools"),
    ({"stop_sequences": [" "]}, "stop_sequences: each stop sequence must contain non-whitespace"),
    ({"temperature": 1.5}, "temperature: range: 0..1"),
    ({"tools": [CLOCK], "tool_choice": {"type": "none", "name": "x"}}, "tool_choice.none.name: Extra inputs"),
    ({"service_tier": "gold"}, "service_tier: Input should be 'auto' or 'standard_only'"),
    ({"metadata": {"name": "x"}}, "metadata.name: Extra inputs are not permitted"),
    ({"top_p": 2}, "top_p: range: 0..1"),
    ({"mcp_servers": [{"url": "https://x"}]}, "mcp_servers: "),
    ({"response_format": {}}, "response_format: Extra inputs are not permitted"),
    (
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        "'additionalProperties' must",
    ),
]


@pytest.mark.parametrize(("change", "words"), REFUSALS, ids=[words for _, words in REFUSALS])
def test_what_the_vendor_refuses_is_refused_by_name(client: Anthropic, change: dict[str, Any], words: str) -> None:
    body = {"model": "practice-large", "max_tokens": 9, "messages": [USER]} | change
    body = {name: value for name, value in body.items() if value is not None}
    with pytest.raises(anthropic.BadRequestError) as caught:
        client.post("/v1/messages", body=body, cast_to=Message)
    assert words in caught.value.message
    assert caught.value.type == "invalid_request_error"


def test_an_image_of_another_kind_is_refused(client: Anthropic) -> None:
    source = {"type": "base64", "media_type": "image/jpeg", "data": PNG}
    with pytest.raises(anthropic.BadRequestError, match="appears to be a image/png image"):
        ask(client, [{"type": "image", "source": source}])
    with pytest.raises(anthropic.BadRequestError, match=r"source\.base64\.data: invalid base64 data"):
        ask(client, [{"type": "image", "source": source | {"data": "?!"}}])


def test_a_prompt_that_is_too_long_is_refused_in_the_vendors_words(client: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="prompt is too long: 9 tokens > 8 maximum"):
        ask(client, "OVERFLOW")


def test_an_unknown_model_is_not_found(client: Anthropic) -> None:
    for call in (lambda: ask(client, model="gpt"), lambda: client.models.retrieve("gpt")):
        with pytest.raises(anthropic.NotFoundError, match="practice-large") as caught:
            call()
        assert caught.value.type == "not_found_error"
    with pytest.raises(anthropic.NotFoundError, match="'practice-embed' writes no messages"):
        client.models.retrieve("practice-embed")


def test_a_wrong_key_is_an_authentication_error(rules: str) -> None:
    with (
        Anthropic(base_url=f"{rules}/anthropic", api_key="sk-ant-1", max_retries=0) as client,
        pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"),
    ):
        ask(client)
