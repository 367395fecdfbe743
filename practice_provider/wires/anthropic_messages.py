"""Anthropic messages: `POST /v1/messages`, streamed or not.

No thinking, no citations, no server tools, no prompt caching that would change a price: those counters are zero, or
what the model says.

Sources: https://platform.claude.com/docs/en/api/messages and
https://platform.claude.com/docs/en/build-with-claude/streaming (the order of the events)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core import Ask, BlockClosed, BlockOpened, Closed, Delta, Event, Opened, Reply, Stop, Text, ToolCall, Usage
from . import Frame
from .anthropic_ask import ASKED, read_ask
from .anthropic_common import Node, error, root

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
    ask = read_ask(node)
    stream, temperature = node.get("stream"), node.get("temperature")
    ask = replace(
        ask,
        max_tokens=_max_tokens(node),
        stop=_stop_sequences(node),
        stream=stream.flag() if stream else False,
        temperature=_temperature(temperature) if temperature else None,
    )
    node.only(ASKED)
    return ask


def _max_tokens(body: Node) -> int:
    wanted = body.need("max_tokens")
    if wanted.integer() < 1:
        raise wanted.fault("Input should be greater than or equal to 1")
    return wanted.integer()


def _temperature(temperature: Node) -> float:
    if not 0 <= temperature.number() <= 1:
        raise temperature.fault(f"range: 0..1; you sent {temperature.number():g}")
    return temperature.number()


def _stop_sequences(body: Node) -> tuple[str, ...]:
    listed = body.get("stop_sequences")
    texts = tuple(item.text() for item in listed.items()) if listed else ()
    if listed and any(not text.strip() for text in texts):
        raise listed.fault("each stop sequence must contain non-whitespace")
    return texts


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Ask, result: Reply) -> dict[str, Any]:
    """Spell a reply as a message."""
    return _message(result, [_block(block) for block in result.blocks]) | _ending(result)


def _message(reply: Reply, content: list[dict[str, Any]]) -> dict[str, Any]:
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
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "inference_geo": "not_available",
            "service_tier": "standard",
            "speed": None,
        },
    }


def _usage(usage: Usage) -> dict[str, Any]:
    """The vendor counts tokens that came from the cache beside the input tokens, not among them."""
    return {
        "input_tokens": usage.tokens_in - usage.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached,
        "output_tokens": usage.tokens_out,
        "output_tokens_details": None,
        "server_tool_use": None,
    }


def _ending(reply: Reply) -> dict[str, Any]:
    refused = reply.stop == "refusal"
    return {
        "stop_reason": _STOPS[reply.stop],
        "stop_sequence": reply.stop_text if reply.stop == "stop_sequence" else None,
        "stop_details": {"type": "refusal", "category": None, "explanation": None} if refused else None,
    }


def _block(block: Text | ToolCall) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"type": "text", "text": text, "citations": None}
        case ToolCall(id, name, args):
            id = f"toolu_{id.removeprefix('call_')}"  # as the vendor's own ids begin
            return {"type": "tool_use", "id": id, "name": name, "input": dict(args), "caller": {"type": "direct"}}


# ---- the reply as a stream -------------------------------------------------------------------------------------


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply as named server-sent events."""
    tool_blocks: set[int] = set()
    for event in events:
        match event:
            case Opened(reply):
                yield _frame("message_start", message=_message(reply, []))
            case BlockOpened(index, block):
                yield _frame("content_block_start", index=index, content_block=_block(block))
                if isinstance(block, ToolCall):
                    tool_blocks.add(index)
                if index == 0:  # the vendor sends one early, and more whenever it takes long
                    yield _frame("ping")
            case Delta(index, text, tokens):
                delta = _json_delta(text) if index in tool_blocks else {"type": "text_delta", "text": text}
                yield _frame("content_block_delta", tokens, index=index, delta=delta)
            case BlockClosed(index):
                yield _frame("content_block_stop", index=index)
            case Closed(reply):
                yield _frame("message_delta", delta=_ending(reply) | {"container": None}, usage=_usage(reply.usage))
                yield _frame("message_stop")


def _json_delta(text: str) -> dict[str, Any]:
    return {"type": "input_json_delta", "partial_json": text}


def _frame(name: str, tokens: int = 0, **fields: Any) -> Frame:
    return Frame({"type": name} | fields, name, tokens)


__all__ = ["error", "read", "stream", "write"]
