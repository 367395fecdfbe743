"""Faults in what the model says: pure functions from one reply to another.

`None` means that the reply holds nothing that could be broken; then the order waits for the next one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..core import Ask, Reply, Said, Text, Tool, ToolCall
from .orders import Order

REFUSAL = "I'm sorry, but I can't help with that."
INVENTED = "invented_argument"


def _refused(ask: Ask, reply: Reply, order: Order) -> Reply:
    return replace(reply, blocks=(Text(REFUSAL),), stop="refusal", stop_text=None, chances=())


def _invalid_json(ask: Ask, reply: Reply, order: Order) -> Reply | None:
    if not any(isinstance(block, Text) and block.text for block in reply.blocks):
        return None
    blocks = tuple(Text(_unparsable(block.text)) if isinstance(block, Text) else block for block in reply.blocks)
    return replace(reply, blocks=blocks, chances=())


def _unparsable(text: str) -> str:
    """Cut a JSON text in its middle, as a model does that loses the thread.

    >>> _unparsable('{"name": "Ada", "age": 36}')
    '{"name": "Ada'
    """
    half = text[: max(1, len(text) // 2)]
    try:
        json.loads(half)
    except ValueError:
        return half
    return half + '"'  # half of a number, say, is a number again


def _wrong_arguments(ask: Ask, reply: Reply, order: Order) -> Reply | None:
    tools = {tool.name: tool for tool in ask.tools}
    blocks = tuple(_spoilt_call(block, tools, order) for block in reply.blocks)
    return replace(reply, blocks=blocks) if blocks != reply.blocks else None


def _spoilt_call(block: Said, tools: Mapping[str, Tool], order: Order) -> Said:
    if not isinstance(block, ToolCall):
        return block
    schema = tools[block.name].parameters if block.name in tools else {}
    return replace(block, args=_ARGUMENTS[order.how](dict(block.args), schema))


def _missing(args: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the first argument that has to be there; without any, invent one."""
    needed = [name for name in schema.get("required", ()) if name in args]
    if not needed:
        return _invented(args, schema)
    return {name: value for name, value in args.items() if name != needed[0]}


def _mistyped(args: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give the first argument a value of another type: text becomes an object, everything else becomes text."""
    if not args:
        return _invented(args, schema)
    name, value = next(iter(args.items()))
    return args | {name: {"value": value} if isinstance(value, str) else f"about {json.dumps(value)}"}


def _invented(args: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Add an argument that the schema does not know."""
    return args | {INVENTED: "anything"}


_ARGUMENTS: Mapping[str, Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "missing": _missing,
    "mistyped": _mistyped,
    "invented": _invented,
}

REPLY_EFFECTS: Mapping[str, Callable[[Ask, Reply, Order], Reply | None]] = {
    "refusal": _refused,
    "invalid_json": _invalid_json,
    "wrong_arguments": _wrong_arguments,
}


def spoilt(ask: Ask, reply: Reply, order: Order | None) -> Reply | None:
    """Give the reply as it is sent, its other choices spoilt like the first; None when there was nothing to break."""
    effect = REPLY_EFFECTS.get(order.kind) if order else None
    if order is None or effect is None:
        return reply
    first = effect(ask, reply, order)
    others = tuple(effect(ask, other, order) or other for other in reply.others)
    return None if first is None else replace(first, others=others)
