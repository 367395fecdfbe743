"""A vendor's wire on somebody else's cloud: the same bodies, and the cloud's own words where it refuses.

It translates nothing itself; a cloud that asks for more in a body overrides `read`.
Source: https://platform.claude.com/docs/en/build-with-claude/overview (the same API on three clouds)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import Event, Fault, Request
from . import ErrorReply, Frame, Raw


@dataclass(frozen=True)
class Hosted:
    """A wire with other errors. `wire` is a module with the functions of a wire; it streams if that one can."""

    wire: Any
    errors: Callable[[Fault], ErrorReply]

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        """Read what the vendor's own wire reads."""
        request: Request = self.wire.read(body, path)
        return request

    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw:
        """Write what the vendor's own wire writes."""
        written: dict[str, Any] | Raw = self.wire.write(request, result)
        return written

    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]:
        """Stream what the vendor's own wire streams."""
        frames: Iterator[Frame] = self.wire.stream(request, events)
        return frames

    def error(self, fault: Fault) -> ErrorReply:
        """Refuse in the cloud's words."""
        return self.errors(fault)
