"""A reply told as a stream of events."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .results import Reply
from .talk import Said, Text, Thinking, ToolCall


@dataclass(frozen=True)
class Opened:
    """The stream begins. `reply` has the id, the model and the input tokens; its blocks are empty."""

    reply: Reply


@dataclass(frozen=True)
class BlockOpened:
    """Block number `index` begins; it is empty, but a tool call's id and name are known."""

    index: int
    block: Said
    choice: int = 0


@dataclass(slots=True)
class Delta:
    """A few more characters of the block: its words, or its arguments as JSON text."""

    index: int
    text: str
    tokens: int = 1
    choice: int = 0


@dataclass(frozen=True)
class BlockClosed:
    """Block number `index` is complete."""

    index: int
    block: Said
    choice: int = 0


@dataclass(frozen=True)
class Closed:
    """The stream ends; `reply` is the whole reply."""

    reply: Reply


Event = Opened | BlockOpened | Delta | BlockClosed | Closed


def events(reply: Reply) -> Iterator[Event]:
    """Tell a finished reply as a stream of events, word by word; further replies follow the first one's blocks.

    >>> from .results import Usage
    >>> reply = Reply("1", "m", (Text("Good day"),), "end", Usage(3, 2))
    >>> [e.text for e in events(reply) if isinstance(e, Delta)]
    ['Good', ' day']
    """
    yield Opened(
        replace(reply, blocks=(), chances=(), others=(), usage=replace(reply.usage, tokens_out=0, reasoning=0))
    )
    for choice, one in enumerate((reply, *reply.others)):
        for index, block in enumerate(one.blocks):
            yield BlockOpened(index, _empty(block), choice)
            yield from (Delta(index, piece, choice=choice) for piece in pieces(_text(block)))
            yield BlockClosed(index, block, choice)
    yield Closed(reply)


def _empty(block: Said) -> Said:
    match block:
        case Text():
            return Text("")
        case Thinking():
            return Thinking("")
        case ToolCall(id, name):
            return ToolCall(id, name, {})


def _text(block: Said) -> str:
    return json.dumps(block.args, ensure_ascii=False) if isinstance(block, ToolCall) else block.text


def pieces(text: str) -> Iterator[str]:
    """Cut a text before each space: words keep the space in front of them, and nothing is lost.

    >>> list(pieces("two  words"))
    ['two', ' ', ' words']
    """
    start = 0
    while start < len(text):
        end = text.find(" ", start + 1)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end
