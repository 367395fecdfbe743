"""Claude on Vertex AI through `AnthropicVertex`, which validates every reply strictly."""

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import AnthropicVertex, AsyncAnthropicVertex
from anthropic.types import Message

TOOL = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}
BODY: dict[str, Any] = {
    "model": "practice-large",
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Hello there"}],
}
WHERE: dict[str, Any] = {"region": "europe-west1", "project_id": "p", "max_retries": 0}


@pytest.fixture
def client(rules: str, key: str) -> Iterator[AnthropicVertex]:
    with AnthropicVertex(
        base_url=f"{rules}/vertex/v1", access_token=key, _strict_response_validation=True, **WHERE
    ) as client:
        yield client


def told(message: Message) -> dict[str, Any]:
    return message.model_dump(exclude={"content": {"__all__": {"parsed_output"}}})


@pytest.mark.parametrize(
    "options",
    [{}, {"tools": [TOOL]}, {"thinking": {"type": "enabled", "budget_tokens": 1024}}],
    ids=["plain", "tools", "thinking"],
)
def test_a_streamed_message_is_the_plain_message(client: AnthropicVertex, options: dict[str, Any]) -> None:
    body = BODY | options
    plain = client.messages.create(**body)
    with client.messages.stream(**body) as stream:
        assert told(stream.get_final_message()) == told(plain)
    assert [event.type for event in client.messages.create(**body, stream=True)][-1] == "message_stop"


async def _round(client: AsyncAnthropicVertex) -> tuple[Message, Message]:
    async with client, client.messages.stream(**BODY) as stream:
        return await client.messages.create(**BODY), await stream.get_final_message()


def test_the_asynchronous_client_gets_the_same(rules: str, key: str) -> None:
    client = AsyncAnthropicVertex(
        base_url=f"{rules}/vertex/v1", access_token=key, _strict_response_validation=True, **WHERE
    )
    plain, streamed = asyncio.run(_round(client))
    assert told(plain) == told(streamed)


def test_tokens_are_counted(client: AnthropicVertex) -> None:
    counted = client.messages.count_tokens(model="practice-large", messages=[{"role": "user", "content": "one two"}])
    assert counted.input_tokens == 2


def test_google_refuses_a_wrong_token_and_an_unknown_model(rules: str, client: AnthropicVertex) -> None:
    with (
        AnthropicVertex(base_url=f"{rules}/vertex/v1", access_token="ya29.real", **WHERE) as stranger,
        pytest.raises(anthropic.AuthenticationError) as caught,
    ):
        stranger.messages.create(**BODY)
    assert caught.value.body["error"]["status"] == "UNAUTHENTICATED"
    with pytest.raises(anthropic.NotFoundError, match="Publisher Model was not found"):
        client.messages.create(**(BODY | {"model": "gpt"}))


def test_anthropic_refuses_what_is_wrong_in_the_body(client: AnthropicVertex) -> None:
    with pytest.raises(anthropic.BadRequestError, match="at least one message") as caught:
        client.messages.create(**(BODY | {"messages": []}))
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"anthropic_version": None}, "anthropic_version: Field required"),
        ({"anthropic_version": "latest"}, "anthropic_version: Input should be 'vertex-2023-10-16'"),
        ({"model": "practice-large"}, "model: Extra inputs are not permitted"),
    ],
)
def test_the_version_stands_in_the_body_and_the_model_does_not(
    rules: str, key: str, change: dict[str, Any], words: str
) -> None:
    url = f"{rules}/vertex/v1/projects/p/locations/l/publishers/anthropic/models/practice-large:rawPredict"
    body = {"anthropic_version": "vertex-2023-10-16", "max_tokens": 9, "messages": BODY["messages"]} | change
    body = {name: value for name, value in body.items() if value is not None}
    reply = httpx2.post(url, json=body, headers={"authorization": f"Bearer {key}"}, timeout=10, trust_env=False)
    assert (reply.status_code, reply.json()["error"]["message"]) == (400, words)


def test_an_ordered_rate_limit_is_googles(provider: Any, key: str) -> None:
    provider.order(key, "rate_limit")
    with (
        AnthropicVertex(base_url=f"{provider.url}/vertex/v1", access_token=key, **WHERE) as client,
        pytest.raises(anthropic.RateLimitError) as caught,
    ):
        client.messages.create(**BODY)
    assert caught.value.body["error"]["status"] == "RESOURCE_EXHAUSTED"
