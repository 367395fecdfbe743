"""What an OpenAI-compatible server answers, read into neutral results: whole completions, streams, vectors, models.

Servers differ in what they leave out, so little is taken for granted: a missing id, count or finish reason gets a
value of ours. A reply that is no reply at all is the fault of the server and is told as one.
Source: https://platform.openai.com/docs/api-reference/chat/object and …/chat-streaming
"""

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..core import (
    Ask,
    BlockClosed,
    BlockOpened,
    Closed,
    Delta,
    Embed,
    Event,
    Fault,
    ModelInfo,
    Models,
    Opened,
    Reply,
    Said,
    Stop,
    Text,
    Thinking,
    ToolCall,
    Usage,
    Vectors,
)
from ..model import tokens

Json = Mapping[str, Any]
STOPS: dict[str, Stop] = {
    "stop": "end",
    "length": "length",
    "tool_calls": "tool",
    "function_call": "tool",
    "content_filter": "refusal",
}


def reply_of(ask: Ask, body: Json) -> Reply:
    """Read one chat completion.

    Raises:
        Fault: "unavailable" for a body that is none.
    """
    try:
        choice = body["choices"][0]
        message = choice["message"]
        calls: list[Said] = [_call(call, number) for number, call in enumerate(message.get("tool_calls") or ())]
        notes = message.get("reasoning_content") or message.get("reasoning")
        blocks: list[Said] = [Thinking(notes)] if notes and ask.thinking is not None else []
        words = message.get("content") or message.get("refusal")
        blocks += [Text(words)] if words or not calls else []
        stop: Stop = "refusal" if message.get("refusal") else STOPS.get(choice.get("finish_reason") or "stop", "end")
        usage = usage_of(body.get("usage"), ask, blocks + calls)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as problem:
        raise garbled(body) from problem
    blocks = [Text(block.text or "") if isinstance(block, Text) else block for block in blocks]
    return Reply(_id(body), ask.model, (*blocks, *calls), "tool" if calls and stop == "end" else stop, usage)


def garbled(said: Any) -> Fault:
    """Make the fault for an answer that can't be understood."""
    begins = said[:200] if isinstance(said, str) else json.dumps(said, ensure_ascii=False)[:200]
    return Fault("unavailable", f"The upstream answered something that is no reply of OpenAI's API: {begins}")


def _call(call: Json, number: int) -> ToolCall:
    function = call["function"]
    args = function.get("arguments") or "{}"
    decoded = json.loads(args) if isinstance(args, str) else args
    if not isinstance(decoded, dict):
        raise ValueError(args)
    return ToolCall(call.get("id") or f"call_{number}", function["name"], decoded)


def _id(body: Json) -> str:
    """The upstream's id, as short and plain as our own: wires put their own prefix before it."""
    return hashlib.blake2s(str(body.get("id") or "").encode(), digest_size=12).hexdigest()


def usage_of(usage: Json | None, ask: Ask, blocks: Iterable[Said]) -> Usage:
    """Read token counts; a server that does not count gets our own counts."""
    if not usage:
        return Usage(tokens.count_ask(ask), sum(map(_count, blocks)))
    read, written = usage.get("prompt_tokens_details") or {}, usage.get("completion_tokens_details") or {}
    return Usage(
        int(usage.get("prompt_tokens") or 0),
        int(usage.get("completion_tokens") or 0),
        cached=int(read.get("cached_tokens") or 0),
        reasoning=int(written.get("reasoning_tokens") or 0),
    )


def _count(block: Said) -> int:
    return tokens.count_out(block) if isinstance(block, ToolCall) else tokens.count(block.text)


# ---- streams ---------------------------------------------------------------------------------------------------


def events_of(ask: Ask, chunks: Iterable[Json]) -> Iterator[Event]:
    """Read the chunks of a streamed completion as events. The input tokens are our own count until the end.

    Raises:
        Fault: "unavailable" for a chunk that is none, or a stream that ends without a finish reason.
    """
    telling = _Telling(ask)
    for chunk in chunks:
        try:
            yield from telling.read(chunk)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as problem:
            raise garbled(chunk) from problem
    yield from telling.end()


@dataclass
class _Telling:
    """What a stream has told so far."""

    ask: Ask
    opened: Reply | None = None
    done: list[Said] = field(default_factory=list)
    current: Said | None = None
    text: str = ""  # of the current block: words, or arguments as JSON text
    call: int | None = None  # the upstream's number of the current call
    stop: Stop | None = None
    usage: Json | None = None

    def read(self, chunk: Json) -> Iterator[Event]:
        if self.opened is None:
            usage = Usage(tokens.count_ask(self.ask), 0)
            self.opened = Reply(_id(chunk), self.ask.model, (), "end", usage)
            yield Opened(self.opened)
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk.get("choices") or ():
            yield from self._delta(choice.get("delta") or {})
            if choice.get("finish_reason"):
                self.stop = STOPS.get(choice["finish_reason"], "end")

    def _delta(self, delta: Json) -> Iterator[Event]:
        notes = delta.get("reasoning_content") or delta.get("reasoning")
        if notes and self.ask.thinking is not None:
            yield from self._say(Thinking(""), notes)
        if words := delta.get("content") or delta.get("refusal"):
            self.stop = "refusal" if delta.get("refusal") else self.stop
            yield from self._say(Text(""), words)
        for position, call in enumerate(delta.get("tool_calls") or ()):
            yield from self._call(call, position)

    def _call(self, call: Json, position: int) -> Iterator[Event]:
        """Read a piece of a call: the first one has its name, and a server that sends no numbers sends whole calls."""
        function, number = call.get("function") or {}, call.get("index", position)
        if function.get("name") and (number != self.call or call.get("id")):
            yield from self._close()
            self.call = number
            self.current = ToolCall(call.get("id") or f"call_{len(self.done)}", function["name"], {})
            yield BlockOpened(len(self.done), self.current)
        if arguments := function.get("arguments"):
            yield self._more(arguments if isinstance(arguments, str) else json.dumps(arguments))

    def _say(self, empty: Said, words: str) -> Iterator[Event]:
        if type(self.current) is not type(empty):
            yield from self._close()
            self.current = empty
            yield BlockOpened(len(self.done), empty)
        yield self._more(words)

    def _more(self, text: str) -> Delta:
        if self.current is None:
            raise ValueError("a piece of a call that has not begun")
        self.text += text
        return Delta(len(self.done), text)

    def _close(self) -> Iterator[Event]:
        if self.current is None:
            return
        block = _filled(self.current, self.text)
        yield BlockClosed(len(self.done), block)
        self.done.append(block)
        self.current, self.text, self.call = None, "", None

    def end(self) -> Iterator[Event]:
        """Close what is open. Without a finish reason the stream was cut off, and that must not look like an end."""
        if self.opened is None or self.stop is None:
            raise Fault("unavailable", "The upstream ended its stream before the reply was complete.")
        try:
            yield from self._close()
        except ValueError as problem:
            raise garbled(self.text) from problem
        if not self.done:
            yield BlockOpened(0, Text(""))
            yield BlockClosed(0, Text(""))
            self.done.append(Text(""))
        called = any(isinstance(block, ToolCall) for block in self.done)
        stop: Stop = "tool" if called and self.stop == "end" else self.stop
        usage = usage_of(self.usage, self.ask, self.done)
        yield Closed(replace(self.opened, blocks=tuple(self.done), stop=stop, usage=usage))


def _filled(block: Said, text: str) -> Said:
    match block:
        case ToolCall(id, name):
            args = json.loads(text or "{}")
            if not isinstance(args, dict):
                raise ValueError(text)
            return ToolCall(id, name, args)
        case Thinking():
            return Thinking(text)
        case Text():
            return Text(text)


# ---- vectors and models ----------------------------------------------------------------------------------------


def vectors_of(request: Embed, body: Json) -> Vectors:
    """Read embeddings; vectors are brought to unit length, as everywhere here.

    Raises:
        Fault: "unavailable" for a body that is none.
    """
    try:
        rows = sorted(body["data"], key=lambda row: int(row.get("index") or 0))
        vectors = tuple(_unit(row["embedding"]) for row in rows)
        if len(vectors) != len(request.texts):
            raise ValueError(len(vectors))
        counted = (body.get("usage") or {}).get("prompt_tokens")
        tokens_in = sum(map(tokens.count, request.texts)) if counted is None else int(counted)
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise garbled(body) from problem
    return Vectors(request.model, vectors, tokens_in)


def _unit(vector: Iterable[float]) -> tuple[float, ...]:
    numbers = [float(number) for number in vector]
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return tuple(number / length for number in numbers)


def models_of(body: Json) -> Models:
    """Read a list of models. How long their context is, no such list says: it is told as 0.

    Raises:
        Fault: "unavailable" for a body that is none.
    """
    try:
        names = [str(row["id"]) for row in body["data"]]
    except (KeyError, TypeError) as problem:
        raise garbled(body) from problem
    return Models(tuple(ModelInfo(name, name, "chat", 0, 0) for name in names))
