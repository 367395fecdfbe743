"""The worker thread's part of a request: ask the model, and write its answer down as the route's wire does.

All that costs time is in here; a `Job` knows nothing of connections and waits for nobody.
Why blocking work belongs into a thread: https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from threading import Lock
from typing import cast

from . import faults
from .core import (
    Ask,
    Closed,
    Count,
    Counted,
    Event,
    Fault,
    Reply,
    Request,
    Result,
    Speech,
    Thinking,
    Transcript,
    Usage,
    Vectors,
    events,
)
from .framing import Framing, json_bytes
from .model import LiveModel, Model
from .routes import Route
from .wires import Frame, Raw, Wire

CHUNK_BYTES = 16 * 1024  # frames that are sent without a delay between them share chunks of this size

_END = Frame("")  # stands after the last frame of a stream; one that was cut does not reach it
Sendable = tuple[bytes, int] | faults.Pause | faults.Break  # bytes with the tokens that they carry
Account = Callable[[Ask, Usage], Usage]  # tells what of an ask's tokens came from the key's prompt cache


@dataclass(frozen=True)
class Ready:
    """A reply that only has to be sent: `body`, or `steps` of a stream.

    `paced` tokens are produced one after the other and take their time, the rest beside them. `missed`: the ordered
    fault found nothing to break.
    """

    usage: Usage | None
    paced: int = 0
    body: bytes = b""
    media_type: str = "application/json"
    steps: Sequence[Sendable] = ()
    missed: bool = False
    result: Result | None = None  # what was written
    live: "Live | None" = None  # a stream whose steps are still being made

    @property
    def silent(self) -> int:
        """The tokens of notes that the reply does not show: a stream begins after them."""
        reply = self.result
        if not isinstance(reply, Reply) or any(isinstance(block, Thinking) for block in reply.blocks):
            return 0
        return reply.usage.reasoning

    @property
    def share(self) -> float:
        """How much of the tokens are paced: replies to one ask are written side by side."""
        return self.paced / self.usage.tokens_out if self.usage is not None and self.usage.tokens_out else 1.0


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
    account: Account
    live: LiveModel | None = None  # the model, if it can tell its reply while it is still being made

    def run(self) -> Ready:
        """Answer, and write the answer down as the route's wire does."""
        if not isinstance(self.request, Ask):
            return self.written(self.model.answer(self.request))
        if self.stream and self.order is None and self.request.n == 1 and self.live is not None:
            return Ready(None, live=Live(self, self.request, self.live.stream(self.request)))
        reply = self._reply(self.request)
        spoilt = faults.spoilt(self.request, reply, self.order)
        missed = spoilt is None
        reply = spoilt or reply
        return replace(self._streamed(reply), missed=missed) if self.stream else self.written(reply, missed)

    def written(self, result: Result, missed: bool = False) -> Ready:
        """Write a whole result down."""
        written = self.route.wire.write(self.request, result)
        data, media_type = (
            (written.data, written.media_type) if isinstance(written, Raw) else (json_bytes(written), Ready.media_type)
        )
        return Ready(usage_of(result), tokens_in_turn(result), data, media_type, missed=missed, result=result)

    def _reply(self, ask: Ask) -> Reply:
        """Have the model answer, and say what came from the cache."""
        asked = faults.lowered(ask, self.order)
        reply = several(self.model, asked)
        usage = reply.usage
        if asked is not ask and asked.turns != ask.turns:  # the client pays for what it sent
            usage = replace(usage, tokens_in=cast(Counted, self.model.answer(Count(ask))).tokens)
        usage = self.account(ask, usage)
        return reply if usage is reply.usage else replace(reply, usage=usage)

    def _streamed(self, reply: Reply) -> Ready:
        wire = cast(Wire, self.route.wire)  # a route that streams has a wire that can
        frames = wire.stream(self.request, events(reply))
        steps = [*spoilt_steps(self.route, self.framing, frames, self.order)]
        whole = Ready(reply.usage, tokens_in_turn(reply), result=reply)
        return replace(whole, steps=steps if self.paced else list(_joined(steps)))


def spoilt_steps(
    route: Route, framing: Framing, frames: Iterable[Frame], order: faults.Order | None
) -> Iterator[Sendable]:
    """Give the steps of a stream whose frames are all known, spoilt as it was ordered."""
    if order is None or order.kind not in faults.STREAM_EFFECTS:
        return sendable(framing, chain(frames, [_END]))
    error = Frame(route.wire.error(faults.fault_of(order.error)).body, route.vendor.error_event)
    return sendable(framing, faults.spoil([*frames, _END], order, error))


def sendable(framing: Framing, steps: Iterable[faults.Step]) -> Iterator[Sendable]:
    """Turn frames into bytes as the framing wants it, and let pass what is none."""
    before = framing.opening
    for step in steps:
        if step is _END:
            yield framing.closing, 0
        elif isinstance(step, Frame):
            yield before + framing.encode(step), step.tokens
            before = framing.between
        else:
            yield step


class Live:
    """A stream that is written while the model still talks.

    What the model refuses at once is raised here, before a status line is sent; what breaks off is told in the stream.
    """

    def __init__(self, job: Job, ask: Ask, told: Iterator[Event]) -> None:
        self._account = partial(job.account, ask)
        self._reply: Reply | None = None
        self._lock = Lock()  # the client may leave while a thread waits for the next step
        self._steps = self._written(job, chain([next(told)], told))

    def next(self) -> Sendable | None:
        """Wait for the next step; None at the end."""
        with self._lock:
            return next(self._steps, None)

    def close(self) -> None:
        """Have the model stop: nobody listens any more."""
        with self._lock:
            self._steps.close()

    def whole(self) -> Ready:
        """What has been said, once it has ended; nothing where it broke off."""
        return Ready(None) if self._reply is None else Ready(self._reply.usage, result=self._reply)

    def _written(self, job: Job, told: Iterable[Event]) -> Generator[Sendable]:
        wire = cast(Wire, job.route.wire)
        try:
            yield from sendable(job.framing, chain(wire.stream(job.request, self._watched(told)), [_END]))
        except Fault as fault:
            frame = Frame(job.route.wire.error(fault).body, job.route.vendor.error_event)
            yield job.framing.between + job.framing.encode(frame) + job.framing.closing, 0

    def _watched(self, told: Iterable[Event]) -> Iterator[Event]:
        for event in told:
            if isinstance(event, Closed):  # only now it is known how long the ask is
                self._reply = replace(event.reply, usage=self._account(event.reply.usage))
                yield Closed(self._reply)
            else:
                yield event


def several(model: Model, ask: Ask) -> Reply:
    """Ask the model once for each reply that is wanted, and give the first with the others in it."""
    if ask.n == 1:
        return cast(Reply, model.answer(ask))
    replies = [cast(Reply, model.answer(replace(ask, sample=sample))) for sample in range(ask.n)]
    first, *others = replies
    written = sum(reply.usage.tokens_out for reply in replies)
    notes = sum(reply.usage.reasoning for reply in replies)
    return replace(first, usage=replace(first.usage, tokens_out=written, reasoning=notes), others=tuple(others))


def usage_of(result: Result) -> Usage | None:
    """Give what a result is billed by; None for what costs nothing."""
    match result:
        case Reply(usage=usage):
            return usage
        case Transcript():
            return Usage(result.tokens_in, result.tokens_out)
        case Vectors() | Speech():
            return Usage(result.tokens_in, 0)
        case _:
            return None


def tokens_in_turn(result: Result) -> int:
    """How many tokens one after the other the result takes: replies to one ask are written side by side."""
    match result:
        case Reply(usage=usage, others=others):
            rest = [other.usage.tokens_out for other in others]
            return max([usage.tokens_out - sum(rest), *rest])
        case Transcript():
            return result.tokens_out
        case Speech():
            return result.tokens_in
        case _:
            return 0


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
