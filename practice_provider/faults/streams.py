"""Faults in how a stream arrives: functions from its frames to the steps of sending them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..wires import Frame
from .orders import Order


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so long."""

    seconds: float


@dataclass(frozen=True)
class Break:
    """The connection dies here."""


Step = Frame | Pause | Break
Effect = Callable[[Sequence[Frame], int, Order, Frame], Iterator[Step]]


def _slow(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    for number, frame in enumerate(frames):
        if number:
            yield Pause(order.delay_s)
        yield frame


def _stall(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    yield from frames[:at]
    yield Pause(order.delay_s)
    yield from frames[at:]


def _tell_error(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    yield from frames[:at]
    yield error
    yield frames[-1]  # the framing is closed: as HTTP the stream ends well


def _malform(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    yield from frames[:at]
    text = json.dumps(frames[at].data)
    yield Frame(text[: max(1, len(text) // 2)], frames[at].event)
    yield from frames[at + 1 :]


def _cut(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    yield from frames[:at]


def _drop(frames: Sequence[Frame], at: int, order: Order, error: Frame) -> Iterator[Step]:
    yield from frames[:at]
    yield Break()


STREAM_EFFECTS: dict[str, Effect] = {
    "slow_stream": _slow,
    "stall": _stall,
    "error_frame": _tell_error,
    "malformed_chunk": _malform,
    "cut_stream": _cut,
    "drop_stream": _drop,
}


def spoil(frames: Sequence[Frame], order: Order | None, error: Frame) -> Iterable[Step]:
    """Give the steps of a stream, spoilt after `order.after` frames but never later than in its middle.

    The last of `frames` is no frame but the stream's end. `error` is an error as the vendor tells it in a stream.
    """
    effect = STREAM_EFFECTS.get(order.kind) if order else None
    if order is None or effect is None:
        return frames
    return effect(frames, min(order.after, (len(frames) - 1) // 2), order, error)
