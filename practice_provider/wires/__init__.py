"""One module per wire protocol. Each offers the same four functions; a module is a `Wire` by having them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..core import Event, Fault, Request, Result


@dataclass(slots=True)
class Frame:
    """One message of a stream. `event` is the name of the server-sent event where the vendor sends one.

    `data` is a JSON object, or a literal such as '[DONE]'. `tokens` is how many output tokens the frame carries:
    the server paces the stream by it.
    """

    data: dict[str, Any] | str
    event: str | None = None
    tokens: int = 0


@dataclass(frozen=True)
class ErrorReply:
    """An error in the vendor's spelling."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """A body that is not JSON: a sound, a file, a plain text."""

    media_type: str
    data: bytes


class Wire(Protocol):
    """What a wire module offers.

    `read` raises `Fault("bad_request", …, param=…)` for a body the vendor would refuse. `path` holds what the URL
    says (`model`, `verb`). `stream` is only there for wires that can stream.
    """

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request: ...
    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw: ...
    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]: ...
    def error(self, fault: Fault) -> ErrorReply: ...


__all__ = ["ErrorReply", "Event", "Fault", "Frame", "Raw", "Request", "Result", "Wire"]
