"""Ollama's chat: `POST /api/chat`, streamed unless the client says otherwise.

A request without messages loads the model, or unloads it; here that only checks whether there is such a model.
Where chances of tokens are asked for, the last object of a stream has all of them.
Source: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
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
    ListModels,
    Models,
    Reply,
    Said,
    Text,
    Thinking,
    ToolCall,
)
from . import Frame
from .ollama_common import error, model_of, root
from .ollama_messages import read_messages, read_tools
from .ollama_options import SHARED, chances, ending, envelope, is_unloading, read_shared

FIELDS = SHARED | {"messages", "tools"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask | ListModels:
    """Read the body of a request.

    Raises:
        Fault: "bad_request".
    """
    node = root(body).only(FIELDS)
    name, sent = model_of(node)
    shared, tools, messages = read_shared(node), read_tools(node), node.get("messages")
    turns = read_messages(messages) if messages else ()
    if not turns:
        return ListModels(name, {"model": sent, "done_reason": "unload" if is_unloading(node) else "load"})
    return Ask(name, turns, tools, echo={"model": sent}, **shared)


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Ask | ListModels, result: Reply | Models) -> dict[str, Any]:
    """Spell a whole reply, or that the model is loaded."""
    if isinstance(result, Models):
        return _loaded(request.echo)
    calls = [_call(block, index) for index, block in enumerate(_calls(result))]
    message: dict[str, Any] = {"role": "assistant", "content": _joined(result, Text)}
    if thinking := _joined(result, Thinking):
        message["thinking"] = thinking
    if calls:
        message["tool_calls"] = calls
    return _object(request, message) | ending(result.stop, result.usage) | chances(result.chances)


def _loaded(echo: Mapping[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": ""}
    return _object(Ask("", (), echo=echo), message) | {"done": True, "done_reason": echo["done_reason"]}


def _object(request: Ask | ListModels, message: dict[str, Any]) -> dict[str, Any]:
    return envelope(request.echo) | {"message": message, "done": False}


def _joined(reply: Reply, kind: type[Text] | type[Thinking]) -> str:
    return "".join(block.text for block in reply.blocks if isinstance(block, kind))


def _calls(reply: Reply) -> list[ToolCall]:
    return [block for block in reply.blocks if isinstance(block, ToolCall)]


def _call(call: ToolCall, index: int) -> dict[str, Any]:
    return {"id": call.id, "function": {"index": index, "name": call.name, "arguments": dict(call.args)}}


# ---- the reply as a stream -------------------------------------------------------------------------------------


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply: pieces of words and thoughts, each call as a whole, and the counts at the end."""
    block: Said = Text("")
    calls = waiting = 0  # tool calls so far; tokens of the call that is being written
    for event in events:
        match event:
            case BlockOpened():
                block, waiting = event.block, 0
            case Delta(text=text, tokens=tokens) if isinstance(block, ToolCall):
                waiting += tokens
            case Delta(text=text, tokens=tokens):
                said = {"content": "", "thinking": text} if isinstance(block, Thinking) else {"content": text}
                yield _frame(request, said, tokens)
            case BlockClosed(block=ToolCall() as call):
                yield _frame(request, {"content": "", "tool_calls": [_call(call, calls)]}, waiting)
                calls += 1
            case Closed(reply):
                last = _object(request, {"role": "assistant", "content": ""})
                yield Frame(last | ending(reply.stop, reply.usage) | chances(reply.chances))


def _frame(request: Ask, said: dict[str, Any], tokens: int) -> Frame:
    return Frame(_object(request, {"role": "assistant", **said}), tokens=tokens)


__all__ = ["error", "read", "stream", "write"]
