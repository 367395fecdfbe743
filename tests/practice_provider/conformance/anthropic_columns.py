"""Anthropic's messages through the SDK `anthropic`: at Anthropic, on Foundry, on Vertex and on Bedrock."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, ClassVar

import anthropic
import httpx2
from anthropic import (
    Anthropic,
    AnthropicBedrock,
    AnthropicFoundry,
    AnthropicVertex,
    AsyncAnthropic,
    AsyncAnthropicBedrock,
    AsyncAnthropicFoundry,
    AsyncAnthropicVertex,
)
from botocore.eventstream import ChecksumMismatch

from practice_provider.core import Ask, Block, Document, Image, Stop, Text, ToolCall, ToolResult, Turn
from practice_provider.sigv4 import SECRET

from .column import Column, Failure, Heard, Lack, Noticed, no_extras, refused

FAILURES: Mapping[str, Failure] = {
    "auth": Failure(anthropic.AuthenticationError, 401),
    "forbidden": Failure(anthropic.PermissionDeniedError, 403),
    "no_such_model": Failure(anthropic.NotFoundError, 404),
    "bad_request": Failure(anthropic.BadRequestError, 400),
    "context_too_long": Failure(anthropic.BadRequestError, 400),
    "rate_limit": Failure(anthropic.RateLimitError, 429),
    "quota": Failure(anthropic.PaymentRequiredError, 402),
    "timeout": Failure(anthropic.GatewayTimeoutError, 504),
    "server": Failure(anthropic.InternalServerError, 500),
    "unavailable": Failure(anthropic.ServiceUnavailableError, 503),
    "overloaded": Failure(anthropic.OverloadedError, 529),
}
MOST_TOKENS = 4096  # the vendor wants a limit; the asks of the grid do not always have one


class AnthropicMessages(Column):
    """Messages at Anthropic."""

    title = "Anthropic"
    sdk = "anthropic"
    also: ClassVar[tuple[str, ...]] = ()  # fields that a host adds to Anthropic's
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "end_turn",
        "tool": "tool_use",
        "length": "max_tokens",
        "stop_sequence": "stop_sequence",
        "refusal": "refusal",
    }
    lacks: ClassVar[Mapping[str, Lack]] = {
        "JSON of any shape": refused("json_object"),
        "sound": refused("input_audio|messages.0.content.1"),
        "seed": refused("seed: Extra inputs are not permitted"),
        "several replies (n)": refused("n: Extra inputs are not permitted"),
        "log probabilities": refused("logprobs: Extra inputs are not permitted"),
    }
    failures = FAILURES
    breaks: ClassVar[Mapping[str, Noticed]] = {
        "drop_stream": httpx2.RemoteProtocolError,
        "cut_stream": None,
        "malformed_chunk": json.JSONDecodeError,
        "error_frame": anthropic.APIStatusError,
    }

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncAnthropic if asynchronous else Anthropic
        return kind(base_url=f"{url}/anthropic", api_key=key, max_retries=0, _strict_response_validation=True)

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        talk = [_message(turn) for turn in ask.turns if turn.role != "system"]
        options = {"stream": True} if stream else {}
        most = ask.max_tokens or MOST_TOKENS
        return client.messages.create(model=ask.model, max_tokens=most, messages=talk, **_options(ask), **options)

    def read(self, reply: Any) -> Heard:
        no_extras(reply, self.also)
        return _heard(reply.content, reply.stop_reason, reply.usage)

    def gather(self, events: list[Any]) -> Heard:
        for event in events:
            no_extras(event, self.also)
        return _gathered(events)


def _message(turn: Turn) -> dict[str, Any]:
    role = "assistant" if turn.role == "assistant" else "user"
    return {"role": role, "content": [_block(block) for block in turn.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"type": "text", "text": text}
        case ToolCall(id, name, args):
            return {"type": "tool_use", "id": id, "name": name, "input": dict(args)}
        case ToolResult(call_id, text, is_error):
            return {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": is_error}
        case Image(media_type, data):
            return {"type": "image", "source": _source(media_type, data)}
        case Document(media_type, data, title):
            return {"type": "document", "source": _source(media_type, data), "title": title}
    return {"type": "input_audio", "input_audio": {}}


def _source(media_type: str, data: bytes) -> dict[str, Any]:
    return {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}


def _options(ask: Ask) -> dict[str, Any]:
    schema = {"type": "json_schema", "schema": ask.schema} if ask.schema else None
    unknown = {
        "temperature": ask.temperature,  # the SDK has no word for it any more
        "seed": ask.seed,
        "n": ask.n if ask.n > 1 else None,
        "logprobs": ask.logprobs,
    }
    given = {
        "system": ask.system(),
        "tools": [
            {"name": tool.name, "description": tool.description, "input_schema": tool.parameters} for tool in ask.tools
        ],
        "tool_choice": _choice(ask) if ask.tools else None,
        "stop_sequences": list(ask.stop),
        "thinking": {"type": "enabled", "budget_tokens": ask.thinking} if ask.thinking else None,
        "output_config": {"format": {"type": "json_object"} if ask.json_only else schema}
        if ask.json_only or schema
        else None,
        "extra_body": {name: value for name, value in unknown.items() if value is not None},
    }
    return {name: value for name, value in given.items() if value}


def _choice(ask: Ask) -> dict[str, Any] | None:
    kinds = {"auto": "auto", "none": "none", "required": "any", "named": "tool"}
    choice: dict[str, Any] = {"type": kinds[ask.tool_choice]}
    if ask.tool_name:
        choice["name"] = ask.tool_name
    if not ask.parallel_tools:
        choice["disable_parallel_tool_use"] = True
    return choice if choice != {"type": "auto"} else None


def _heard(content: list[Any], stop: str, usage: Any) -> Heard:
    calls = [block for block in content if block.type == "tool_use"]
    cached, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    return Heard(
        text="".join(block.text for block in content if block.type == "text"),
        stop=stop,
        tokens_in=usage.input_tokens + cached + written,
        tokens_out=usage.output_tokens,
        calls=tuple((call.name, call.input) for call in calls),
        thinking="".join(block.thinking for block in content if block.type == "thinking"),
        cached=cached,
        ids=tuple(call.id for call in calls),
    )


_ADDS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def _gathered(events: list[Any]) -> Heard:
    """Put the blocks together from their deltas; each is opened and closed once, in order."""
    assert (events[0].type, events[-1].type) == ("message_start", "message_stop")
    blocks: list[Any] = []
    written: list[str] = []
    for event in events:
        if event.type == "content_block_start":
            assert event.index == len(blocks)
            blocks.append(event.content_block)
            written.append("")
        elif event.type == "content_block_delta" and event.delta.type in _ADDS:
            written[event.index] += getattr(event.delta, _ADDS[event.delta.type])
    for block, words in zip(blocks, written, strict=True):
        value = json.loads(words or "{}") if block.type == "tool_use" else words
        setattr(block, {"tool_use": "input"}.get(block.type, block.type), value)
    closed = [event.index for event in events if event.type == "content_block_stop"]
    assert closed == list(range(len(blocks)))
    last = next(event for event in events if event.type == "message_delta")
    return _heard(blocks, last.delta.stop_reason, _Usage(events[0].message.usage, last.usage))


class _Usage:
    """What the beginning and the end of a stream say about tokens."""

    def __init__(self, first: Any, last: Any) -> None:
        self.input_tokens, self.output_tokens = first.input_tokens, last.output_tokens
        self.cache_read_input_tokens = first.cache_read_input_tokens
        self.cache_creation_input_tokens = first.cache_creation_input_tokens


class Foundry(AnthropicMessages):
    """Claude on Microsoft Foundry."""

    title = "Foundry"

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncAnthropicFoundry if asynchronous else AnthropicFoundry
        base = f"{url}/foundry/anthropic"
        return kind(base_url=base, api_key=key, max_retries=0, _strict_response_validation=True)


class VertexClaude(AnthropicMessages):
    """Claude on Vertex AI."""

    title = "Vertex Claude"
    failures = FAILURES | {"quota": Failure(anthropic.RateLimitError, 429)}

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncAnthropicVertex if asynchronous else AnthropicVertex
        return kind(
            base_url=f"{url}/vertex/v1",
            access_token=key,
            region="europe-west1",
            project_id="practice",
            max_retries=0,
            _strict_response_validation=True,
        )


class BedrockInvoke(AnthropicMessages):
    """Claude on Bedrock, by InvokeModel and its stream, signed."""

    title = "Bedrock invoke"
    also = ("amazon-bedrock-invocationMetrics",)
    failures = FAILURES | {
        "auth": Failure(anthropic.PermissionDeniedError, 403),
        "no_such_model": Failure(anthropic.BadRequestError, 400),
        "quota": Failure(anthropic.BadRequestError, 400),
        "timeout": Failure(anthropic.RequestTimeoutError, 408),
        "overloaded": Failure(anthropic.ServiceUnavailableError, 503),
    }
    breaks = AnthropicMessages.breaks | {"malformed_chunk": ChecksumMismatch}

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncAnthropicBedrock if asynchronous else AnthropicBedrock
        return kind(
            base_url=f"{url}/bedrock",
            aws_access_key=key,
            aws_secret_key=SECRET,
            aws_region="eu-west-1",
            max_retries=0,
            _strict_response_validation=True,
        )
