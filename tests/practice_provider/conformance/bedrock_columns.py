"""Bedrock's Converse through `boto3`, signed. It has no asynchronous client."""

import contextlib
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import boto3
import urllib3
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer
from botocore.exceptions import ClientError, EventStreamError
from botocore.session import Session
from botocore.validate import ParamValidator

from practice_provider.core import Ask, Audio, Block, Document, Image, Stop, Text, ToolCall, ToolResult, Turn
from practice_provider.sigv4 import SECRET

from .column import MODES, NO_WORDS, Column, Failure, Heard, Lack, Noticed, refused

FAILURES: Mapping[str, Failure] = {
    "auth": Failure(ClientError, 403),
    "forbidden": Failure(ClientError, 403, "AccessDeniedException"),
    "no_such_model": Failure(ClientError, 400, "ValidationException"),
    "bad_request": Failure(ClientError, 400, "ValidationException"),
    "context_too_long": Failure(ClientError, 400, "ValidationException"),
    "rate_limit": Failure(ClientError, 429, "ThrottlingException"),
    "quota": Failure(ClientError, 400, "ServiceQuotaExceededException"),
    "timeout": Failure(ClientError, 408, "ModelTimeoutException"),
    "server": Failure(ClientError, 500, "InternalServerException"),
    "unavailable": Failure(ClientError, 503, "ServiceUnavailableException"),
    "overloaded": Failure(ClientError, 503, "ServiceUnavailableException"),
}


class BedrockConverse(Column):
    """Converse and ConverseStream."""

    title = "Bedrock converse"
    sdk = "boto3"
    modes = tuple(mode for mode in MODES if not mode.asynchronous)
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "end_turn",
        "tool": "tool_use",
        "length": "max_tokens",
        "stop_sequence": "stop_sequence",
        "refusal": "content_filtered",
    }
    lacks: ClassVar[Mapping[str, Lack]] = {
        "tools, none wanted": NO_WORDS,
        "tools, one call at a time": NO_WORDS,
        "JSON of any shape": NO_WORDS,
        "seed": refused("seed: Extra inputs are not permitted"),
        "several replies (n)": refused("n: Extra inputs are not permitted"),
        "log probabilities": refused("logprobs: Extra inputs are not permitted"),
    }
    failures = FAILURES
    breaks: ClassVar[Mapping[str, Noticed]] = {
        "drop_stream": urllib3.exceptions.ProtocolError,
        "cut_stream": None,
        "malformed_chunk": ChecksumMismatch,
        "error_frame": EventStreamError,
    }

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        return boto3.client(
            "bedrock-runtime",
            endpoint_url=f"{url}/bedrock",
            aws_access_key_id=key,
            aws_secret_access_key=SECRET,
            region_name="eu-west-1",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        talk = [_message(turn) for turn in ask.turns if turn.role != "system"]
        operation = "ConverseStream" if stream else "Converse"
        reply = (client.converse_stream if stream else client.converse)(
            modelId=ask.model, messages=talk, **_options(ask)
        )
        shape = client.meta.service_model.operation_model(operation).output_shape
        if not stream:
            return reply, shape
        return _events(reply["stream"], shape.members["stream"])

    def read(self, reply: Any) -> Heard:
        body, shape = reply
        _check({name: value for name, value in body.items() if name != "ResponseMetadata"}, shape)
        return _heard(body["output"]["message"]["content"], body["stopReason"], body["usage"])

    def gather(self, events: list[Any]) -> Heard:
        for event, shape in events:
            _check(event, shape)
        return _gathered([event for event, _ in events])

    def inspect(self, raw: bytes) -> None:
        """Look for fields that botocore's service model does not know: its parser passes over them."""
        operations = _service().operation_model
        if raw.startswith(b"{"):
            _known(json.loads(raw), operations("Converse").output_shape)
            return
        members = operations("ConverseStream").output_shape.members["stream"].members
        buffer = EventStreamBuffer()
        buffer.add_data(raw)
        for message in buffer:
            _known(json.loads(message.payload), members[message.headers[":event-type"]])

    def status(self, error: Any) -> int:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _check(value: Mapping[str, Any], shape: Any) -> None:
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


def _events(stream: Any, shape: Any) -> Iterator[tuple[Any, Any]]:
    with contextlib.closing(stream):
        for event in stream:
            yield event, shape


@functools.cache
def _service() -> Any:
    return Session().get_service_model("bedrock-runtime")


def _known(value: Any, shape: Any) -> None:
    """Fail for a field that the shape does not have, at every depth."""
    if shape.type_name == "list":
        for item in value:
            _known(item, shape.member)
    elif shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{shape.name} has no {unknown}"
        for name, inner in value.items():
            _known(inner, shape.members[name])


def _message(turn: Turn) -> dict[str, Any]:
    role = "assistant" if turn.role == "assistant" else "user"
    return {"role": role, "content": [_block(block) for block in turn.blocks]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"text": text}
        case ToolCall(id, name, args):
            return {"toolUse": {"toolUseId": id, "name": name, "input": dict(args)}}
        case ToolResult(call_id, text, is_error):
            status = "error" if is_error else "success"
            return {"toolResult": {"toolUseId": call_id, "content": [{"text": text}], "status": status}}
        case Image(media_type, data):
            return {"image": {"format": media_type.removeprefix("image/"), "source": {"bytes": data}}}
        case Document(media_type, data, title):
            form = media_type.removeprefix("application/")
            return {"document": {"format": form, "name": title, "source": {"bytes": data}}}
        case Audio(media_type, data):
            return {"audio": {"format": media_type.removeprefix("audio/"), "source": {"bytes": data}}}
    raise TypeError(f"no block for {block!r}")


def _options(ask: Ask) -> dict[str, Any]:
    limits = {
        "maxTokens": ask.max_tokens,
        "temperature": ask.temperature,
        "stopSequences": list(ask.stop) or None,
    }
    model_fields = {
        "thinking": {"type": "enabled", "budget_tokens": ask.thinking} if ask.thinking else None,
        "seed": ask.seed,
        "n": ask.n if ask.n > 1 else None,
        "logprobs": ask.logprobs,
    }
    structure = {"jsonSchema": {"schema": json.dumps(ask.schema), "name": "answer"}}
    given = {
        "system": [{"text": ask.system()}] if ask.system() else None,
        "toolConfig": _tools(ask) if ask.tools else None,
        "inferenceConfig": {name: value for name, value in limits.items() if value is not None},
        "outputConfig": {"textFormat": {"type": "json_schema", "structure": structure}} if ask.schema else None,
        "additionalModelRequestFields": {name: value for name, value in model_fields.items() if value is not None},
    }
    return {name: value for name, value in given.items() if value}


def _tools(ask: Ask) -> dict[str, Any]:
    listed = [
        {"toolSpec": {"name": t.name, "description": t.description, "inputSchema": {"json": t.parameters}}}
        for t in ask.tools
    ]
    choices = {"required": {"any": {}}, "named": {"tool": {"name": ask.tool_name}}}
    choice = choices.get(ask.tool_choice)
    return {"tools": listed} | ({"toolChoice": choice} if choice else {})


def _heard(content: list[dict[str, Any]], stop: str, usage: Mapping[str, int]) -> Heard:
    calls = [block["toolUse"] for block in content if "toolUse" in block]
    notes = [block["reasoningContent"]["reasoningText"]["text"] for block in content if "reasoningContent" in block]
    cached = usage["cacheReadInputTokens"]
    return Heard(
        text="".join(block.get("text", "") for block in content),
        stop=stop,
        tokens_in=usage["inputTokens"] + cached + usage["cacheWriteInputTokens"],
        tokens_out=usage["outputTokens"],
        calls=tuple((call["name"], call["input"]) for call in calls),
        thinking="".join(notes),
        cached=cached,
        ids=tuple(call["toolUseId"] for call in calls),
    )


def _gathered(events: list[dict[str, Any]]) -> Heard:
    """Put the blocks together from their deltas; only a tool call's block has a start."""
    assert ("messageStart" in events[0], "metadata" in events[-1]) == (True, True)
    blocks: dict[int, dict[str, Any]] = {}
    arguments: dict[int, str] = {}
    for event in events:
        if start := event.get("contentBlockStart"):
            blocks[start["contentBlockIndex"]] = {"toolUse": dict(start["start"]["toolUse"])}
        elif delta := event.get("contentBlockDelta"):
            _add(blocks, arguments, delta["contentBlockIndex"], delta["delta"])
    for index, text in arguments.items():
        blocks[index]["toolUse"]["input"] = json.loads(text or "{}")
    closed = [event["contentBlockStop"]["contentBlockIndex"] for event in events if "contentBlockStop" in event]
    assert closed == sorted(blocks)
    stop = next(event["messageStop"]["stopReason"] for event in events if "messageStop" in event)
    return _heard([blocks[index] for index in sorted(blocks)], stop, events[-1]["metadata"]["usage"])


def _add(blocks: dict[int, Any], arguments: dict[int, str], index: int, delta: Mapping[str, Any]) -> None:
    if "toolUse" in delta:
        arguments[index] = arguments.get(index, "") + delta["toolUse"]["input"]
    elif "text" in delta:
        blocks.setdefault(index, {"text": ""})["text"] += delta["text"]
    elif "text" in delta["reasoningContent"]:
        empty = {"reasoningContent": {"reasoningText": {"text": ""}}}
        notes = blocks.setdefault(index, empty)["reasoningContent"]["reasoningText"]
        notes["text"] += delta["reasoningContent"]["text"]
