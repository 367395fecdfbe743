"""A reply as the chunks of a streamed chat completion: a role, words and arguments, a finish reason, the usage.

Each of several choices has its own chunks, told apart by their index. Notes made before the answer are not shown; the
time that their tokens take passes before the next chunk.
Source: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..core import Ask, BlockOpened, Chance, Closed, Delta, Event, Opened, Reply, Text, ToolCall
from . import Frame
from .openai_chat_reply import FINISH, envelope, logprobs, usage
from .openai_logprobs import with_chances


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Write events as chunks, and [DONE] after them."""
    writer = _Chunks(request)
    for event, chances in with_chances(request, events):
        yield from writer.frames(event, chances)
    yield Frame("[DONE]")


class _Choice:
    """What the stream has said of one choice so far."""

    def __init__(self) -> None:
        self.begun = False
        self.words: set[int] = set()  # indexes of blocks
        self.calls: dict[int, int] = {}  # index of the block → index of the call


class _Chunks:
    """Writes one stream."""

    def __init__(self, request: Ask) -> None:
        self.request = request
        self.include_usage = bool(request.echo.get("include_usage"))
        self.envelope: dict[str, Any] = {}
        self.refused = False
        self.choices: dict[int, _Choice] = {}
        self.unseen = 0  # tokens that no chunk has carried yet

    def frames(self, event: Event, chances: Sequence[Chance]) -> Iterator[Frame]:
        """The chunks for one event."""
        match event:
            case Opened(reply):
                self.envelope = envelope("chat.completion.chunk", reply)
                self.refused = reply.stop == "refusal"
            case BlockOpened():
                yield from self._block(event)
            case Delta():
                yield from self._delta(event, chances)
            case Closed(reply):
                yield from self._end(reply)

    def _block(self, event: BlockOpened) -> Iterator[Frame]:
        """The role comes with the first block, because its content is null where only tools are called."""
        number, block = event.choice, event.block
        choice = self.choices.setdefault(number, _Choice())
        if not isinstance(block, Text | ToolCall):
            return
        if not choice.begun:
            yield self._role(number, isinstance(block, Text))
        if isinstance(block, Text):
            choice.words.add(event.index)
            return
        place = choice.calls[event.index] = len(choice.calls)
        opening = {
            "index": place,
            "id": block.id,
            "type": "function",
            "function": {"name": block.name, "arguments": ""},
        }
        yield self._chunk(number, {"tool_calls": [opening]})

    def _delta(self, event: Delta, chances: Sequence[Chance]) -> Iterator[Frame]:
        choice = self.choices[event.choice]
        self.unseen += event.tokens
        if event.index in choice.calls:
            piece = {"index": choice.calls[event.index], "function": {"arguments": event.text}}
            yield self._chunk(event.choice, {"tool_calls": [piece]})
        elif event.index in choice.words:
            said = "refusal" if self.refused else "content"
            yield self._chunk(event.choice, {said: event.text}, chances)

    def _role(self, number: int, has_words: bool) -> Frame:
        self.choices.setdefault(number, _Choice()).begun = True
        content = "" if has_words and not self.refused else None
        return self._chunk(number, {"role": "assistant", "content": content, "refusal": None})

    def _end(self, reply: Reply) -> Iterator[Frame]:
        for number, one in enumerate((reply, *reply.others)):
            if not self.choices.get(number, _Choice()).begun:
                yield self._role(number, has_words=True)
            yield self._chunk(number, {}, finish=FINISH[one.stop])
        if self.include_usage:
            yield Frame(self.envelope | {"choices": [], "usage": usage(reply.usage)})

    def _chunk(
        self, number: int, delta: dict[str, Any], chances: Sequence[Chance] = (), finish: str | None = None
    ) -> Frame:
        told = logprobs(chances, self.refused) if chances else None
        choice = {"index": number, "delta": delta, "logprobs": told, "finish_reason": finish}
        counted = {"usage": None} if self.include_usage else {}
        tokens, self.unseen = self.unseen, 0
        return Frame(self.envelope | {"choices": [choice]} | counted, tokens=tokens)
