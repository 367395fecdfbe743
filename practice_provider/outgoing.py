"""The outgoing half of a request: status line, headers, bytes at their time, and the journal's note of all that.

The journal's entry is complete, and the key's limits know what was used, before the last byte is sent: who has the
reply finds both. What is sent is decided elsewhere (exchange.py).
"""

import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from . import faults
from .connection import Client, Header
from .core import Fault, Usage
from .framing import json_bytes
from .job import Sendable
from .journal import BODY_BYTES, Entry
from .keys import KeyState, Visit
from .routes import Route

# how a client is told when to come back, where an order says how
RETRY_HEADERS: Mapping[str, Callable[[float], tuple[str, str]]] = {
    "s": lambda seconds: ("retry-after", str(math.ceil(seconds))),
    "ms": lambda seconds: ("retry-after-ms", str(round(seconds * 1000))),
}


class Outgoing:
    """What goes to the client for one request. `state` is None as long as no key was found."""

    def __init__(
        self, route: Route, scope: Mapping[str, Any], client: Client, clock: Callable[[], float], more: Sequence[Header]
    ) -> None:
        self._route, self._client, self._clock, self._more = route, client, clock, more
        self.arrived_s = clock()
        self.entry = Entry(0, 0.0, route.vendor.name, scope["path"], scope["method"])
        self.state: KeyState | None = None
        self.visit: Visit | None = None
        self._sent: list[bytes] = []  # what the journal will keep of a stream
        self._sent_bytes = 0
        self._media_type = ""

    async def whole(self, status: int, media_type: str, body: bytes, more: Sequence[Header] = ()) -> None:
        """Send a reply that is complete."""
        await self.start(status, media_type, [(b"content-length", str(len(body)).encode()), *more])
        self._sent, self._sent_bytes = [body], len(body)
        self.finish()
        await self._client.write(body, more=False)

    async def error(self, fault: Fault, retry_in: str | None = None) -> None:
        """Refuse, in the vendor's shape; `retry_in` says by which header it is told when to come back."""
        reply = self._route.wire.error(fault)
        named = {"request_id": self._request_id()} if "request_id" in reply.body else {}  # a wire may leave room for it
        headers = reply.headers
        if retry_in is not None and fault.retry_after_s is not None:
            headers = {name: value for name, value in headers.items() if not name.startswith("retry-after")}
            headers |= [RETRY_HEADERS[retry_in](fault.retry_after_s)]
        self.entry.retry_after_s = fault.retry_after_s
        await self.whole(reply.status, "application/json", json_bytes(reply.body | named), encoded(headers))

    async def start(self, status: int, media_type: str, more: Sequence[Header] = ()) -> None:
        """Send the status line and the headers."""
        self._begin(status, media_type)
        await self._client.start(status, [(b"content-type", media_type.encode()), *self._vendor_headers(), *more])

    async def start_as(self, status: int, headers: Sequence[Header]) -> None:
        """Send a status line and headers that somebody else has chosen."""
        media_type = next((value.decode("latin-1") for name, value in headers if name.lower() == b"content-type"), "")
        self._begin(status, media_type)
        await self._client.start(status, headers)

    async def steps(self, steps: AsyncIterator[Sendable], token_s: float) -> None:
        """Send a stream's steps; each frame at its time, which is when its tokens would have been written."""
        due_s = self._clock()
        async for step in steps:
            if isinstance(step, faults.Pause):
                await self._client.sleep(step.seconds)
                due_s += step.seconds
            elif isinstance(step, faults.Break):
                await self._client.hang_up()
            else:
                due_s += step[1] * token_s
                await self.until(due_s)
                await self._client.write(step[0], more=True)
                if self._sent_bytes < BODY_BYTES:
                    self._sent.append(step[0])
                self._sent_bytes += len(step[0])

    async def end(self) -> None:
        """End a stream."""
        self.finish()
        await self._client.write(b"", more=False)

    async def until(self, moment_s: float) -> None:
        """Let time pass until this moment."""
        wait_s = moment_s - self._clock()
        if wait_s > 0:
            await self._client.sleep(wait_s)

    def used(self, usage: Usage) -> None:
        """Write down what the model used."""
        entry, state = self.entry, self.state
        entry.tokens_in, entry.tokens_out, entry.cached = usage.tokens_in, usage.tokens_out, usage.cached
        if state is not None:
            entry.cost_usd = state.spend(entry.model or "", usage)
        if self.visit is not None:
            self.visit.settle(usage, self._clock())

    def finish(self) -> None:
        """Note how it ended; to be called before the last byte is sent, and again when the request is over."""
        if self.entry.duration_ms is not None:
            return
        self.entry.duration_ms = round((self._clock() - self.arrived_s) * 1000, 3)
        if self.visit is not None:
            self.visit.leave(self._clock())
        if self.state is not None:
            self.state.journal.answer(self.entry, self._media_type, self._sent, self._sent_bytes)

    def _begin(self, status: int, media_type: str) -> None:
        self.entry.status, self._media_type = status, media_type

    def _request_id(self) -> str:
        return f"req_{self.state.tag if self.state else '0' * 12}{self.entry.n:08x}"

    def _vendor_headers(self) -> list[Header]:
        vendor = self._route.vendor
        headers = [*encoded(vendor.headers), *self._more]
        if vendor.request_id is not None:
            self.entry.request_id = self._request_id()
            headers.append((vendor.request_id.encode(), self.entry.request_id.encode()))
        if vendor.limit_headers is not None and self.state is not None:
            for limit in self.state.limits()[:1]:
                headers += encoded(vendor.limit_headers.of(limit, self._clock()))
        return headers


def encoded(headers: Mapping[str, str]) -> list[Header]:
    """Give headers as they go over the line."""
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
