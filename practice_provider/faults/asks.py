"""Faults in what the model is asked: pure functions from one ask to another.

`truncated` lowers the limit of tokens. `ignore_context` takes away what the answer should stand on: passages in the
messages, documents, tool results (with the calls they belong to) and the tools. So the model, whichever it is, answers
from nothing: ours says so or guesses, a language model makes something up. What the client pays for stays the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..core import Ask, Block, Document, Text, ToolCall, ToolResult, Turn
from ..model import context
from .orders import Order


def _truncated(ask: Ask, order: Order) -> Ask:
    limits = [order.after, ask.max_tokens]
    return replace(ask, max_tokens=max(1, min(n for n in limits if n is not None)))


def _without_context(ask: Ask, order: Order) -> Ask:
    turns = (Turn(turn.role, tuple(map(_bare, filter(_is_said, turn.blocks)))) for turn in ask.turns)
    return replace(ask, turns=tuple(turn for turn in turns if turn.blocks), tools=(), tool_choice="none")


def _is_said(block: Block) -> bool:
    return not isinstance(block, Document | ToolCall | ToolResult)


def _bare(block: Block) -> Block:
    """Take the passages out of a text; one that is nothing else stays, because something has to be asked."""
    if not isinstance(block, Text):
        return block
    return Text(context.find(block.text, long_text=True).rest or block.text)


ASK_EFFECTS: Mapping[str, Callable[[Ask, Order], Ask]] = {
    "truncated": _truncated,
    "ignore_context": _without_context,
}


def lowered(ask: Ask, order: Order | None) -> Ask:
    """Give the ask that the model sees."""
    effect = ASK_EFFECTS.get(order.kind) if order else None
    return ask if order is None or effect is None else effect(ask, order)
