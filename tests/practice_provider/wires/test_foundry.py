"""Claude on Foundry through `AnthropicFoundry`, with a key and with a token; the bodies are Anthropic's own."""

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import AnthropicFoundry, AsyncAnthropicFoundry
from anthropic.types import Message

BODY: dict[str, Any] = {
    "model": "practice-large",
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Hello there"}],
    "thinking": {"type": "adaptive"},
}


@pytest.fixture
def client(rules: str, key: str) -> Iterator[AnthropicFoundry]:
    with AnthropicFoundry(
        base_url=f"{rules}/foundry/anthropic", api_key=key, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


def told(message: Message) -> dict[str, Any]:
    return message.model_dump(exclude={"content": {"__all__": {"parsed_output"}}})


def test_a_streamed_message_is_the_plain_message(client: AnthropicFoundry) -> None:
    plain = client.messages.create(**BODY)
    assert [block.type for block in plain.content] == ["thinking", "text"]
    with client.messages.stream(**BODY) as stream:
        assert told(stream.get_final_message()) == told(plain)


def test_a_token_of_azure_ad_is_as_good_as_a_key(rules: str, key: str) -> None:
    with AnthropicFoundry(base_url=f"{rules}/foundry/anthropic", azure_ad_token_provider=lambda: key) as client:
        assert client.messages.create(**BODY).content[1].text == "Hello there"


async def _round(client: AsyncAnthropicFoundry) -> tuple[Message, Message]:
    async with client, client.messages.stream(**BODY) as stream:
        return await client.messages.create(**BODY), await stream.get_final_message()


def test_the_asynchronous_client_gets_the_same(rules: str, key: str) -> None:
    async def token() -> str:
        return key

    client = AsyncAnthropicFoundry(
        base_url=f"{rules}/foundry/anthropic", azure_ad_token_provider=token, _strict_response_validation=True
    )
    plain, streamed = asyncio.run(_round(client))
    assert told(plain) == told(streamed)


def test_tokens_are_counted(client: AnthropicFoundry) -> None:
    counted = client.messages.count_tokens(model="practice-large", messages=[{"role": "user", "content": "one two"}])
    assert counted.input_tokens == 2


def test_a_wrong_key_gets_azures_refusal(rules: str) -> None:
    with (
        AnthropicFoundry(base_url=f"{rules}/foundry/anthropic", api_key="sk", max_retries=0) as client,
        pytest.raises(anthropic.AuthenticationError, match="invalid subscription key") as caught,
    ):
        client.messages.create(**BODY)
    assert caught.value.body["error"]["code"] == "401"
    assert set(caught.value.body) == {"error"}


def test_an_unknown_model_is_a_deployment_that_does_not_exist(client: AnthropicFoundry) -> None:
    with pytest.raises(anthropic.NotFoundError, match="API deployment for this resource does not exist") as caught:
        client.messages.create(**(BODY | {"model": "gpt"}))
    assert caught.value.body["error"]["code"] == "DeploymentNotFound"


def test_what_is_wrong_in_a_body_is_told_by_anthropic(client: AnthropicFoundry) -> None:
    with pytest.raises(anthropic.BadRequestError, match="at least one message") as caught:
        client.messages.create(**(BODY | {"messages": []}))
    assert caught.value.type == "invalid_request_error"
    assert caught.value.body["request_id"] == caught.value.request_id is not None


def test_there_is_no_list_of_models(rules: str, key: str) -> None:
    url = f"{rules}/foundry/anthropic/v1/models"
    assert httpx2.get(url, headers={"api-key": key}, timeout=10, trust_env=False).status_code == 404
