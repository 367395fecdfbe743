"""The worker thread's part of a request: ask the model, and write its answer down as the route's wire does.

All that costs time is in here; a `Job` knows nothing of connections and waits for nobody.
Why blocking work belongs into a thread: https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from . import faults
from .core import Ask, Reply, Request, Result, Vectors, events
from .framing import Framing, json_bytes
from .model import Model
from .routes import Route
from .wires import Frame, Wire

CHUNK_BYTES = 16 * 1024  # frames that are sent without a delay between them share chunks of this size

_END = Frame("")  # stands after the last frame of a stream; one that was cut does not reach it
Sendable = tuple[bytes, int] | faults.Pause | faults.Break  # bytes with the tokens that they carry


@dataclass(frozen=True)
class Ready:
    """A reply that only has to be sent: `body`, or `steps` of a stream."""

    tokens_in: int | None
    tokens_out: int | None
    body: bytes = b""
    steps: Sequence[Sendable] = ()


@dataclass(frozen=True)
class Job:
    """Everything that costs time: the model's answer, and the answer as bytes."""

    model: Model
    route: Route
    framing: Framing
    request: Request
    stream: bool
    order: faults.Order | None
    paced: bool

    def run(self) -> Ready:
        """Answer, and write the answer down as the route's wire does."""
        result = self.model.answer(self._lowered())
        tokens_in, tokens_out = _tokens(result)
        if not self.stream or not isinstance(result, Reply):
            return Ready(tokens_in, tokens_out, json_bytes(self.route.wire.write(self.request, result)))
        wire = cast(Wire, self.route.wire)  # a route that streams has a wire that can
        frames = [*wire.stream(self.request, events(result)), _END]
        steps = [*self._sendable(faults.spoil(frames, self.order))]
        return Ready(tokens_in, tokens_out, steps=steps if self.paced else list(_joined(steps)))

    def _lowered(self) -> Request:
        """The request that the model sees: an ordered truncation lowers its limit of tokens."""
        if self.order is None or self.order.kind != "truncated" or not isinstance(self.request, Ask):
            return self.request
        limits = [self.order.after, self.request.max_tokens]
        return replace(self.request, max_tokens=max(1, min(n for n in limits if n is not None)))

    def _sendable(self, steps: Iterable[faults.Step]) -> Iterator[Sendable]:
        """Turn frames into bytes as the framing wants it, and let pass what is none."""
        framing, before = self.framing, self.framing.opening
        for step in steps:
            if step is _END:
                yield framing.closing, 0
            elif isinstance(step, Frame):
                yield before + framing.encode(step), step.tokens
                before = framing.between
            else:
                yield step


def _tokens(result: Result) -> tuple[int | None, int | None]:
    if isinstance(result, Reply):
        return result.usage.tokens_in, result.usage.tokens_out
    return (result.tokens_in, 0) if isinstance(result, Vectors) else (None, None)


def _joined(steps: Sequence[Sendable]) -> Iterator[Sendable]:
    """Join what would be sent at once anyway: one write to the socket costs more than many small copies."""
    waiting: list[bytes] = []
    length = 0
    for step in steps:
        if isinstance(step, tuple):
            waiting.append(step[0])
            length += len(step[0])
        if waiting and (length > CHUNK_BYTES or not isinstance(step, tuple)):
            yield b"".join(waiting), 0
            waiting, length = [], 0
        if not isinstance(step, tuple):
            yield step
    if waiting:
        yield b"".join(waiting), 0
