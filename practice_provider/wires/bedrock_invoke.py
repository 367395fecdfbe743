"""Bedrock's InvokeModel and InvokeModelWithResponseStream with the body of Claude, which is Anthropic's own.

The model stands in the path instead of the body, and `anthropic_version` in the body instead of a header. Streamed
events are Anthropic's, each as base64 in a `chunk`. Embedding bodies (Titan's) are read as well; other families' are
not: use Converse, which is the same for all.
Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import Ask, Closed, Embed, Event, Reply, Usage, Vectors
from ..framing import json_bytes
from . import Frame, anthropic_messages, bedrock_titan
from .bedrock_common import error, latency_ms, model_of, root

VERSION = "anthropic_version"
NO_EFFECT = {"anthropic_beta"}
_NOT_HERE = {"model", "stream"}  # said by the path


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask | Embed:
    """Read a body of Anthropic's messages, or of an embedding; `path` names the model.

    Raises:
        Fault: "bad_request".
    """
    if "inputText" in body:
        return bedrock_titan.read(body, path)
    return anthropic_messages.read(claude_body(body, path), path)


def claude_body(body: Mapping[str, Any], path: Mapping[str, str]) -> dict[str, Any]:
    """Turn a body of Claude on Bedrock into the one of Anthropic's own API.

    Raises:
        Fault: "bad_request" when the version is missing, or a field is there that the path speaks for.
    """
    node = root(body)
    if node.get(VERSION) is None:
        raise node.fault(f"{VERSION}: Field required. Send 'bedrock-2023-05-31'.")
    node.need(VERSION).text()
    for name in _NOT_HERE & body.keys():
        raise node.fault(f"{name}: Extra inputs are not permitted. On Bedrock the path says it.")
    own = {name: value for name, value in body.items() if name not in NO_EFFECT | {VERSION}}
    return own | {"model": model_of(path)}


def write(request: Ask | Embed, result: Reply | Vectors) -> dict[str, Any]:
    """Spell a reply as Anthropic does, or vectors as Titan does."""
    if isinstance(result, Vectors):
        return bedrock_titan.write(result)
    return anthropic_messages.write(request, result)  # type: ignore[arg-type]  # a reply answers an ask


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Wrap Anthropic's events into chunks; the last one tells Bedrock's own counts as well."""
    usage = Usage(0, 0)

    def noting() -> Iterator[Event]:
        nonlocal usage
        for event in events:
            usage = event.reply.usage if isinstance(event, Closed) else usage
            yield event

    for frame in anthropic_messages.stream(request, noting()):
        if frame.event == "ping" or isinstance(frame.data, str):
            continue
        more = {"amazon-bedrock-invocationMetrics": _metrics(usage)} if frame.event == "message_stop" else {}
        payload = base64.b64encode(json_bytes(frame.data | more)).decode()
        yield Frame({"bytes": payload}, "chunk", frame.tokens)


def _metrics(usage: Usage) -> dict[str, int]:
    return {
        "inputTokenCount": usage.tokens_in - usage.cached - usage.cache_written,
        "outputTokenCount": usage.tokens_out,
        "invocationLatency": latency_ms(usage),
        "firstByteLatency": latency_ms(Usage(usage.tokens_in, 0)),
        "cacheReadInputTokenCount": usage.cached,
        "cacheWriteInputTokenCount": usage.cache_written,
    }


__all__ = ["error", "read", "stream", "write"]
