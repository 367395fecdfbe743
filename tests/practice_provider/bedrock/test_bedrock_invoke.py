"""InvokeModel with Claude's bodies, through AnthropicBedrock and boto3; embeddings with Titan's."""

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from anthropic import AnthropicBedrock, AsyncAnthropicBedrock

from practice_provider.core import Reply, Text, Usage, events
from practice_provider.event_stream import encode
from practice_provider.wires import anthropic_messages, bedrock_invoke

CLAUDE: dict[str, Any] = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "What is a boiler?"}],
}
TALK: Any = CLAUDE["messages"]


def options(url: str, key: str) -> dict[str, Any]:
    return {
        "base_url": f"{url}/bedrock",
        "aws_access_key": key,
        "aws_secret_key": "practice-secret",
        "aws_region": "eu-central-1",
        "max_retries": 0,
        "_strict_response_validation": True,
    }


@pytest.fixture
def claude(provider: Any, key: str) -> Iterator[AnthropicBedrock]:
    with AnthropicBedrock(**options(provider.url, key)) as client:
        yield client


def test_anthropics_client_signs_asks_and_streams(claude: AnthropicBedrock) -> None:
    plain = claude.messages.create(model="anthropic.practice-large-v1:0", max_tokens=50, messages=TALK)
    assert plain.content[0].type == "text"
    with claude.messages.stream(model="anthropic.practice-large-v1:0", max_tokens=50, messages=TALK) as stream:
        assert "".join(stream.text_stream) == plain.content[0].text
        whole = stream.get_final_message()
    assert (whole.stop_reason, whole.usage.output_tokens) == (plain.stop_reason, plain.usage.output_tokens)


def test_anthropics_client_takes_an_arn_and_a_session_token(provider: Any, key: str) -> None:
    arn = "arn:aws:bedrock:us-east-1::foundation-model/practice-small"
    with AnthropicBedrock(**options(provider.url, key), aws_session_token="any") as client:
        assert client.messages.create(model=arn, max_tokens=9, messages=TALK).content


def test_anthropics_client_may_send_a_bearer_token(provider: Any, key: str) -> None:
    with AnthropicBedrock(base_url=f"{provider.url}/bedrock", api_key=key, aws_region="eu-central-1") as client:
        assert client.messages.create(model="practice-small", max_tokens=9, messages=TALK).content


def test_anthropics_async_client_asks_and_streams(provider: Any, key: str) -> None:
    async def both() -> tuple[str, str]:
        async with AsyncAnthropicBedrock(**options(provider.url, key)) as client:
            plain = await client.messages.create(model="practice-small", max_tokens=50, messages=TALK)
            stream = await client.messages.create(model="practice-small", max_tokens=50, messages=TALK, stream=True)
            pieces = [event.delta.text async for event in stream if event.type == "content_block_delta"]  # type: ignore[union-attr]
            return plain.content[0].text, "".join(pieces)  # type: ignore[union-attr]

    plain, streamed = asyncio.run(both())
    assert plain == streamed != ""


def test_tools_go_through_anthropics_client(claude: AnthropicBedrock) -> None:
    reply = claude.messages.create(
        model="practice-large",
        max_tokens=200,
        messages=[{"role": "user", "content": "What is the weather in Turin?"}],
        tools=[
            {
                "name": "get_weather",
                "description": "Get the weather in a city",
                "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            }
        ],
    )
    assert reply.stop_reason == "tool_use"
    assert [block.input for block in reply.content if block.type == "tool_use"] == [{"city": "Turin"}]


def test_boto3_invokes_and_streams(provider: Any, connect: Callable[..., Any]) -> None:
    client, body = connect(provider.url), json.dumps(CLAUDE)
    plain = client.invoke_model(modelId="practice-small", body=body)
    assert plain["contentType"] == "application/json"
    message = json.loads(plain["body"].read())
    streamed = client.invoke_model_with_response_stream(modelId="practice-small", body=body)
    assert streamed["contentType"] == "application/json"
    told = [json.loads(event["chunk"]["bytes"]) for event in streamed["body"]]
    words = "".join(event["delta"]["text"] for event in told if event["type"] == "content_block_delta")
    assert words == message["content"][0]["text"]
    assert told[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] == message["usage"]["output_tokens"]


def test_chunks_are_what_awss_description_says(strict: Any, messages: Any) -> None:
    ask = bedrock_invoke.read(CLAUDE, {"model": "practice-small"})
    reply = Reply("1", "m", (Text("Good day."),), "end", Usage(3, 2))
    union = strict.output("InvokeModelWithResponseStream").members["body"]
    own = [frame.data for frame in anthropic_messages.stream(ask, events(reply)) if frame.event != "ping"]  # type: ignore[arg-type]
    sent = []
    for headers, payload in messages(b"".join(map(encode, bedrock_invoke.stream(ask, events(reply))))):  # type: ignore[arg-type]
        chunk = json.loads(payload)
        assert list(strict.problems(union, {headers[":event-type"]: chunk})) == []
        sent.append(json.loads(base64.b64decode(chunk["bytes"])))
    del sent[-1]["amazon-bedrock-invocationMetrics"]
    assert sent == own


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"anthropic_version": None}, "anthropic_version: Field required"),
        ({"model": "practice-small"}, "model: Extra inputs are not permitted"),
        ({"stream": True}, "stream: Extra inputs are not permitted"),
        ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
    ],
)
def test_a_body_that_claude_on_bedrock_would_not_take_is_refused(
    provider: Any, connect: Callable[..., Any], change: dict[str, Any], words: str
) -> None:
    client = connect(provider.url)
    with pytest.raises(client.exceptions.ValidationException, match=words):
        client.invoke_model(modelId="practice-small", body=json.dumps(CLAUDE | change))


def test_betas_of_claude_are_accepted(provider: Any, connect: Callable[..., Any]) -> None:
    body = json.dumps(CLAUDE | {"anthropic_beta": ["context-1m-2025-08-07"]})
    assert connect(provider.url).invoke_model(modelId="practice-small", body=body)


def test_titans_body_gives_an_embedding(provider: Any, connect: Callable[..., Any]) -> None:
    body = json.dumps({"inputText": "a boiler", "dimensions": 256, "normalize": True})
    reply = json.loads(connect(provider.url).invoke_model(modelId="practice-embed", body=body)["body"].read())
    assert len(reply["embedding"]) == 256
    assert sum(x * x for x in reply["embedding"]) == pytest.approx(1)
    assert reply["embeddingsByType"] == {"float": reply["embedding"]}
    assert reply["inputTextTokenCount"] > 0


def test_tokens_of_claudes_body_are_counted(provider: Any, connect: Callable[..., Any]) -> None:
    body = json.dumps(CLAUDE).encode()
    counted = connect(provider.url).count_tokens(modelId="practice-large", input={"invokeModel": {"body": body}})
    assert counted["inputTokens"] > 3
