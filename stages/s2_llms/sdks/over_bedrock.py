"""The chat over Amazon Bedrock's Converse, with boto3: one small module is all that a new provider takes.

Credentials and region come from where boto3 looks for them; a key that is given is "access key id:secret".
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any

import boto3  # type: ignore[import-untyped]
import urllib3
from botocore import exceptions  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.eventstream import ChecksumMismatch  # type: ignore[import-untyped]

from ..errors import AuthFailed, ConnectionLost, ProviderError
from ..messages import Ask, File, Finished, Part, Text, ToolCall, ToolResult, Words
from . import Stop, Translation, file_form, from_response, given, tool_call, translated

STOPS: dict[str, Stop] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool",
    "content_filtered": "refusal",
    "guardrail_intervened": "refusal",
}


def _refused(exc: exceptions.ClientError) -> ProviderError:
    told, meta = exc.response["Error"], exc.response.get("ResponseMetadata", {})
    status = meta.get("HTTPStatusCode", 500)  # an error in the middle of a stream comes without one
    return from_response(told.get("Message", str(exc)), status, meta.get("HTTPHeaders", {}), meta.get("RequestId"))


FAULTS: Translation = {
    exceptions.ClientError: _refused,
    exceptions.NoCredentialsError: lambda exc: AuthFailed("AWS needs credentials: set AWS_ACCESS_KEY_ID and the rest."),
    exceptions.BotoCoreError: lambda exc: ConnectionLost(f"The connection was lost: {exc}"),
    urllib3.exceptions.HTTPError: lambda exc: ConnectionLost(f"The connection was lost: {exc}"),
    ChecksumMismatch: lambda exc: ConnectionLost(f"A piece of the stream could not be read: {exc}"),
}


def connect(key: str | None, base_url: str | None, timeout_s: float) -> Any:
    """A client that never tries twice; boto3's own default for all that is not given."""
    config = Config(retries={"total_max_attempts": 1}, read_timeout=timeout_s, connect_timeout=timeout_s)
    id, _, secret = (key or "").partition(":")
    given = {"aws_access_key_id": id, "aws_secret_access_key": secret} if secret else {}
    session = boto3.Session()
    region = session.region_name or "us-east-1"
    return session.client("bedrock-runtime", endpoint_url=base_url, region_name=region, config=config, **given)


def stream(client: Any, ask: Ask) -> Iterator[Words | ToolCall | Finished]:
    """Ask, and yield what comes until the end. What is counted comes after the reason to stop."""
    stop, used, call = None, dict[str, int](), list[str]()
    with translated(FAULTS), ExitStack() as last:
        response = client.converse_stream(**request(ask))
        last.enter_context(closing(response["stream"]))
        for event in response["stream"]:
            delta = event.get("contentBlockDelta", {}).get("delta", {})
            if "text" in delta:
                yield Words(delta["text"])
            elif "toolUse" in event.get("contentBlockStart", {}).get("start", {}):
                begun = event["contentBlockStart"]["start"]["toolUse"]
                call = [begun["toolUseId"], begun["name"], ""]
            elif "toolUse" in delta:
                call[2] += delta["toolUse"]["input"]
            elif "contentBlockStop" in event and call:
                yield tool_call(*call)
                call = []
            stop = event.get("messageStop", {}).get("stopReason", stop)
            used = event.get("metadata", {}).get("usage", used)
    cached = used.get("cacheReadInputTokens", 0)  # counted beside the input tokens here, not among them
    tokens_in = used.get("inputTokens", 0) + cached + used.get("cacheWriteInputTokens", 0)
    yield Finished(stop, tokens_in, used.get("outputTokens", 0), response["ResponseMetadata"]["RequestId"], cached)


def request(ask: Ask) -> dict[str, Any]:
    """The question in Bedrock's words."""
    turns = [{"role": m.role, "content": [_block(part) for part in m.content]} for m in ask.messages]
    specs = [{"name": t.name, "description": t.description, "inputSchema": {"json": t.parameters}} for t in ask.tools]
    limits = given(maxTokens=ask.max_tokens, temperature=ask.temperature)
    system = [{"text": ask.system}] if ask.system else []
    tools = {"tools": [{"toolSpec": spec} for spec in specs]} if specs else {}
    shape = {"jsonSchema": {"name": "answer", "schema": json.dumps(ask.schema)}}
    form = {"textFormat": {"type": "json_schema", "structure": shape}} if ask.schema else {}
    body = given(modelId=ask.model, system=system, messages=turns, toolConfig=tools, outputConfig=form)
    return body | {"inferenceConfig": limits}


def _block(part: Part) -> dict[str, Any]:
    match part:
        case Text(text):
            return {"text": text}
        case File():
            return file_form(part, FORMS, "Bedrock")
        case ToolCall():
            return {"toolUse": {"toolUseId": part.id, "name": part.name, "input": dict(part.arguments)}}
        case ToolResult(call_id, text, is_error):
            status = "error" if is_error else "success"
            return {"toolResult": {"toolUseId": call_id, "content": [{"text": text}], "status": status}}


def _plain(name: str) -> str:
    """A name as Bedrock allows it for a document: letters, digits, single blanks, hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "file"


def _media(kind: str, form: str) -> Callable[[File], dict[str, Any]]:
    return lambda file: {kind: {"format": form, "source": {"bytes": file.data}}}


FORMS: Mapping[str, Callable[[File], dict[str, Any]]] = {
    "text": lambda file: {"text": file.words()},
    **{f"image/{form}": _media("image", form) for form in ("png", "jpeg", "gif", "webp")},
    "audio/wav": _media("audio", "wav"),
    "audio/mpeg": _media("audio", "mp3"),
    "application/pdf": lambda file: {
        "document": {"format": "pdf", "name": _plain(file.name), "source": {"bytes": file.data}}
    },
}
