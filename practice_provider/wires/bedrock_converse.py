"""Bedrock's Converse and ConverseStream: `POST /model/{id}/converse` and `…/converse-stream`.

No guardrails, no prompts that are kept at Bedrock, no citations, no generated pictures.
Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html (the events and their order)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import (
    Ask,
    BlockClosed,
    BlockOpened,
    Closed,
    Delta,
    Event,
    Opened,
    Reply,
    Said,
    Stop,
    Text,
    Thinking,
    ToolCall,
    Usage,
)
from . import Frame
from .bedrock_ask import ASKED, read_ask, with_options
from .bedrock_common import error, latency_ms, model_of, root

_STOPS: Mapping[Stop, str] = {
    "end": "end_turn",
    "tool": "tool_use",
    "length": "max_tokens",
    "stop_sequence": "stop_sequence",
    "refusal": "content_filtered",
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read the body of a request; `path` names the model.

    Raises:
        Fault: "bad_request".
    """
    node = root(body)
    node.need("messages")
    ask = with_options(read_ask(node, model_of(path)), node)
    node.only(ASKED)
    return ask


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Ask, result: Reply) -> dict[str, Any]:
    """Spell a reply as Converse does."""
    message = {"role": "assistant", "content": [_block(block) for block in result.blocks]}
    return {"output": {"message": message}} | _stop(request, result) | _metadata(request, result.usage)


def _block(block: Said) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"text": text}
        case Thinking(text, signature):
            signed = {"signature": signature} if signature else {}
            return {"reasoningContent": {"reasoningText": {"text": text} | signed}}
        case ToolCall(args=args):
            return {"toolUse": _call(block) | {"input": dict(args)}}


def _call(call: ToolCall) -> dict[str, Any]:
    id = call.id.removeprefix("call_").removeprefix("tooluse_")
    return {"toolUseId": f"tooluse_{id}", "name": call.name}


def _stop(request: Ask, reply: Reply) -> dict[str, Any]:
    """Why it stopped, and the one field of the model's own reply that a client may ask for."""
    stop: dict[str, Any] = {"stopReason": _STOPS[reply.stop]}
    if "/stop_sequence" in request.echo.get("paths", ()):
        stop["additionalModelResponseFields"] = {"stop_sequence": reply.stop_text}
    return stop


def _metadata(request: Ask, usage: Usage) -> dict[str, Any]:
    return {"usage": _usage(usage), "metrics": {"latencyMs": latency_ms(usage)}, **request.echo.get("repeated", {})}


def _usage(usage: Usage) -> dict[str, Any]:
    """The vendor counts tokens that came from the cache, or went there, beside the input tokens."""
    return {
        "inputTokens": usage.tokens_in - usage.cached - usage.cache_written,
        "outputTokens": usage.tokens_out,
        "totalTokens": usage.tokens_in + usage.tokens_out,
        "cacheReadInputTokens": usage.cached,
        "cacheWriteInputTokens": usage.cache_written,
    }


# ---- the reply as a stream -------------------------------------------------------------------------------------


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply as Converse's. Only a tool call's block has a start of its own."""
    blocks: dict[int, Said] = {}
    for event in events:
        match event:
            case Opened():
                yield Frame({"role": "assistant"}, "messageStart")
            case BlockOpened(index, block):
                blocks[index] = block
                if isinstance(block, ToolCall):
                    start = {"start": {"toolUse": _call(block)}, "contentBlockIndex": index}
                    yield Frame(start, "contentBlockStart")
            case Delta(index, text, tokens):
                yield _delta(index, _piece(blocks[index], text), tokens)
            case BlockClosed(index, block):
                if isinstance(block, Thinking) and block.signature:
                    yield _delta(index, {"reasoningContent": {"signature": block.signature}})
                yield Frame({"contentBlockIndex": index}, "contentBlockStop")
            case Closed(reply):
                yield Frame(_stop(request, reply), "messageStop")
                yield Frame(_metadata(request, reply.usage), "metadata")


def _piece(block: Said, text: str) -> dict[str, Any]:
    match block:
        case Text():
            return {"text": text}
        case Thinking():
            return {"reasoningContent": {"text": text}}
        case ToolCall():
            return {"toolUse": {"input": text}}


def _delta(index: int, delta: dict[str, Any], tokens: int = 0) -> Frame:
    return Frame({"delta": delta, "contentBlockIndex": index}, "contentBlockDelta", tokens)


__all__ = ["error", "read", "stream", "write"]
