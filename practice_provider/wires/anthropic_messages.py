"""Anthropic messages: `POST /v1/messages`, streamed or not.

No server tools and no containers. What is read from the cache and written to it is what the model says; the lifetime
of all that is written is the one that the last `cache_control` names.

Sources: https://platform.claude.com/docs/en/api/messages and
https://platform.claude.com/docs/en/build-with-claude/streaming (the order of the events)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
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
from .anthropic_ask import ASKED, read_ask
from .anthropic_citations import Quoted, quoted, quoted_events
from .anthropic_common import error, root
from .anthropic_options import with_limits

_STOPS: Mapping[Stop, str] = {
    "end": "end_turn",
    "tool": "tool_use",
    "length": "max_tokens",
    "stop_sequence": "stop_sequence",
    "refusal": "refusal",
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read the body of a request for a message; `path` says nothing here.

    Raises:
        Fault: "bad_request".
    """
    node = root(body)
    ask = with_limits(read_ask(node), node)
    stream = node.get("stream")
    node.only(ASKED)
    return replace(ask, stream=stream.flag() if stream else False)


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Ask, result: Reply) -> dict[str, Any]:
    """Spell a reply as a message."""
    blocks = quoted(result.blocks, request.echo.get("sources", ()))
    return _message(request, result, [_block(request, block) for block in blocks]) | _ending(result)


def _message(request: Ask, reply: Reply, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"msg_{reply.id}",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": content,
        "container": None,
        "diagnostics": None,
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": _usage(reply.usage)
        | {
            "cache_creation": _written(request, reply.usage),
            "inference_geo": "not_available",
            "service_tier": "standard",
            "speed": None,
        },
    }


def _usage(usage: Usage) -> dict[str, Any]:
    """The vendor counts tokens that the cache gave or took beside the input tokens, not among them."""
    return {
        "input_tokens": usage.tokens_in - usage.cached - usage.cache_written,
        "cache_creation_input_tokens": usage.cache_written,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": usage.tokens_out,
        "output_tokens_details": {"thinking_tokens": usage.reasoning} if usage.reasoning else None,
        "server_tool_use": None,
    }


def _written(request: Ask, usage: Usage) -> dict[str, int]:
    lives = request.echo.get("cache_ttl", "5m")
    return {f"ephemeral_{ttl}_input_tokens": usage.cache_written if ttl == lives else 0 for ttl in ("5m", "1h")}


def _ending(reply: Reply) -> dict[str, Any]:
    refused = reply.stop == "refusal"
    return {
        "stop_reason": _STOPS[reply.stop],
        "stop_sequence": reply.stop_text if reply.stop == "stop_sequence" else None,
        "stop_details": {"type": "refusal", "category": None, "explanation": None} if refused else None,
    }


def _block(request: Ask, block: Said) -> dict[str, Any]:
    match block:
        case Quoted(text, citations):
            return {"type": "text", "text": text, "citations": [dict(citation) for citation in citations]}
        case Text(text):
            return {"type": "text", "text": text, "citations": None}
        case Thinking(text, signature):
            told = "" if request.echo.get("thinking_omitted") else text
            return {"type": "thinking", "thinking": told, "signature": signature}
        case ToolCall(id, name, args):
            id = f"toolu_{id.removeprefix('call_')}"  # as the vendor's own ids begin
            return {"type": "tool_use", "id": id, "name": name, "input": dict(args), "caller": {"type": "direct"}}


# ---- the reply as a stream -------------------------------------------------------------------------------------


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply as named server-sent events."""
    open_block: Said = Text("")
    for event in quoted_events(events, request.echo.get("sources", ())):
        match event:
            case Opened(reply):
                yield _frame("message_start", message=_message(request, reply, []))
            case BlockOpened(index, block):
                open_block = replace(block, citations=()) if isinstance(block, Quoted) else block
                yield _frame("content_block_start", index=index, content_block=_block(request, open_block))
                if index == 0:  # the vendor sends one early, and more whenever it takes long
                    yield _frame("ping")
            case Delta(index, text, tokens):
                if delta := _delta(request, open_block, text):
                    yield _frame("content_block_delta", tokens, index=index, delta=delta)
            case BlockClosed(index, block):
                yield from (_frame("content_block_delta", index=index, delta=delta) for delta in _last_deltas(block))
                yield _frame("content_block_stop", index=index)
            case Closed(reply):
                yield _frame("message_delta", delta=_ending(reply) | {"container": None}, usage=_usage(reply.usage))
                yield _frame("message_stop")


def _delta(request: Ask, block: Said, text: str) -> dict[str, Any] | None:
    match block:
        case Text():
            return {"type": "text_delta", "text": text}
        case Thinking():
            omitted = request.echo.get("thinking_omitted")
            return None if omitted else {"type": "thinking_delta", "thinking": text}
        case ToolCall():
            return {"type": "input_json_delta", "partial_json": text}


def _last_deltas(block: Said) -> Iterator[dict[str, Any]]:
    """What the vendor sends of a block when all of its words are out."""
    if isinstance(block, Thinking):
        yield {"type": "signature_delta", "signature": block.signature}
    if isinstance(block, Quoted):
        yield from ({"type": "citations_delta", "citation": dict(citation)} for citation in block.citations)


def _frame(name: str, tokens: int = 0, **fields: Any) -> Frame:
    return Frame({"type": name} | fields, name, tokens)


__all__ = ["error", "read", "stream", "write"]
