"""A reply as the typed events that build a response up, item by item.

An event says where in the response it belongs. Notes are told only where their summary is asked for; otherwise the time
of their tokens passes before the next event.
Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..core import (
    Ask,
    BlockClosed,
    BlockOpened,
    Chance,
    Closed,
    Delta,
    Event,
    Opened,
    Reply,
    Said,
    Text,
    Thinking,
    ToolCall,
)
from . import Frame
from .openai_common import arguments_text
from .openai_logprobs import Told, rows, with_chances
from .openai_responses_items import Items, summary_part
from .openai_responses_output import begun, finished

Json = dict[str, Any]


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Write events as OpenAI's typed events, numbered; the name of each stands in its data as well."""
    for number, (data, tokens) in enumerate(_numbered(request, with_chances(request, events))):
        yield Frame(data | {"sequence_number": number}, event=data["type"], tokens=tokens)


def _numbered(request: Ask, told: Iterable[Told]) -> Iterator[tuple[Json, int]]:
    """Give each event with the tokens that were written since the one before."""
    writer: _Events | None = None
    unseen = 0
    for event, chances in told:
        if isinstance(event, Opened):
            writer = _Events(request, event.reply)
        if writer is None:
            raise ValueError(f"a stream begins with Opened, not with {event!r}")
        unseen += event.tokens if isinstance(event, Delta) else 0
        for data in writer.tell(event, chances):
            yield data, unseen
            unseen = 0


class _Events:
    """Writes one stream; it remembers the blocks that it has begun."""

    def __init__(self, request: Ask, opening: Reply) -> None:
        self.request, self.items = request, Items(request, opening)
        self.words = "refusal" if self.items.refused else "output_text"
        self.blocks: dict[int, Said] = {}
        self.chances: list[Chance] = []  # of the message that is being written
        self.ended: BlockClosed | None = None  # kept back until we know whether it is the last one, and cut off

    def tell(self, event: Event, chances: Sequence[Chance]) -> Iterator[Json]:
        """The events for one neutral event."""
        if self.ended:
            cut = isinstance(event, Closed) and event.reply.stop == "length"
            yield from self._close(self.ended.index, self.ended.block, "incomplete" if cut else "completed")
            self.ended = None
        match event:
            case Opened(reply):
                yield {"type": "response.created", "response": begun(self.request, reply)}
                yield {"type": "response.in_progress", "response": begun(self.request, reply)}
            case BlockOpened(index, block):
                yield from self._open(index, block)
            case Delta(index, text):
                yield from self._delta(index, text, chances)
            case BlockClosed():
                self.ended = event
            case Closed(reply):
                response = finished(self.request, reply)
                yield {"type": f"response.{response['status']}", "response": response}

    def _open(self, index: int, block: Said) -> Iterator[Json]:
        self.blocks[index] = block
        self.chances = []
        item = self.items.begun(index, block)
        yield {"type": "response.output_item.added", "output_index": index, "item": item}
        if isinstance(block, Text):
            yield self._place("response.content_part.added", index) | {"part": self.items.part("")}
        elif isinstance(block, Thinking) and self.items.summary:
            yield self._place("response.reasoning_summary_part.added", index) | {"part": summary_part("")}

    def _delta(self, index: int, text: str, chances: Sequence[Chance]) -> Iterator[Json]:
        match self.blocks[index]:
            case Text():
                self.chances += chances
                yield self._place(f"response.{self.words}.delta", index) | {"delta": text} | self._logprobs(chances)
            case Thinking() if self.items.summary:
                yield self._place("response.reasoning_summary_text.delta", index) | {"delta": text}
            case ToolCall():
                yield self._place("response.function_call_arguments.delta", index) | {"delta": text}

    def _close(self, index: int, block: Said, status: str) -> Iterator[Json]:
        match block:
            case Text(text):
                name = "text" if self.words == "output_text" else "refusal"
                yield self._place(f"response.{self.words}.done", index) | {name: text} | self._logprobs(self.chances)
                part = self.items.part(text, self.chances)
                yield self._place("response.content_part.done", index) | {"part": part}
            case Thinking(text) if self.items.summary:
                yield self._place("response.reasoning_summary_text.done", index) | {"text": text}
                yield self._place("response.reasoning_summary_part.done", index) | {"part": summary_part(text)}
            case ToolCall(args=args):
                told = {"arguments": arguments_text(args)}
                yield self._place("response.function_call_arguments.done", index) | told
        item = self.items.item(index, block, status)
        if isinstance(block, Text):
            item["content"] = [self.items.part(block.text, self.chances)]
        yield {"type": "response.output_item.done", "output_index": index, "item": item}

    def _logprobs(self, chances: Sequence[Chance]) -> Json:
        return {"logprobs": [_brief(row) for row in rows(chances)]} if self.words == "output_text" else {}

    def _place(self, name: str, index: int) -> Json:
        """The fields that say where in the response an event belongs."""
        block = self.blocks[index]
        inside = {Text: {"content_index": 0}, Thinking: {"summary_index": 0}, ToolCall: {}}[type(block)]
        return {"type": name, "item_id": self.items.id(index, block), "output_index": index} | inside


def _brief(row: Json) -> Json:
    """A token's chances as the events tell them: without the bytes."""
    top = [{"token": one["token"], "logprob": one["logprob"]} for one in row["top_logprobs"]]
    return {"token": row["token"], "logprob": row["logprob"], "top_logprobs": top}
