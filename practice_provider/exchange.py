"""One request on its way through the provider. Each step may refuse it:

    key → body → JSON → limit → wire.read → ordered fault → model (worker thread) → pace → wire.write, or a stream

A refusal is a `Fault`, which the route's wire writes in the vendor's shape. The status line is sent when the reply is
ready and not before, so that whatever goes wrong can still be an error status. Nothing in here knows a vendor.
What status and headers mean: https://www.rfc-editor.org/rfc/rfc9110
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from . import auth, faults
from .bodies import json_object
from .connection import Client, ClientGone, Header
from .core import Ask, Count, Embed, Fault, ListModels, Request
from .framing import Framing, json_bytes
from .job import Job, Ready, Sendable
from .journal import Entry
from .keys import KeyState, Registry
from .model import Model
from .pace import pace_of
from .routes import Route
from .settings import Settings

LOG = logging.getLogger("practice_provider")
MOST_WAITING = 1_000  # requests for the model; the next one is told that the server is overloaded


@dataclass
class Provider:
    """What all requests share."""

    model: Model
    settings: Settings
    instance: str
    registry: Registry = field(default_factory=Registry)
    worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "practice-model"))
    waiting: int = 0
    strangers: int = 0  # requests without a known key

    async def think(self, client: Client, job: Job) -> Ready:
        """Have a job done in the worker thread, where it can't hold up other requests' input and output."""
        if self.waiting >= MOST_WAITING:
            raise Fault("overloaded", f"{MOST_WAITING} requests are waiting for the model already.", retry_after_s=1.0)
        self.waiting += 1
        try:
            return await client.wait(asyncio.get_running_loop().run_in_executor(self.worker, job.run))
        finally:
            self.waiting -= 1


class Exchange:
    """One request and its reply. With a `refusal` it is only noted, and refused with these `headers`."""

    def __init__(
        self,
        provider: Provider,
        route: Route,
        scope: Mapping[str, Any],
        client: Client,
        refusal: Fault | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._provider, self._route, self._scope, self._client = provider, route, scope, client
        self._refusal, self._more_headers = refusal, headers or {}
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._arrived_s = provider.registry.clock()
        self._state: KeyState | None = None
        self._entry = Entry(0, 0.0, route.vendor.name, scope["path"], scope["method"])

    async def run(self) -> None:
        """Serve the request, whatever happens."""
        try:
            await self._serve()
        except Fault as fault:
            await self._refuse(fault)
        except ClientGone:
            pass
        except Exception as error:  # the outermost loop: a bug must not leave a client waiting
            LOG.exception("%s %s failed", self._scope["method"], self._scope["path"])
            await self._crash(error)
        finally:
            self._client.leave()
            self._stop_the_clock()

    async def _serve(self) -> None:
        state, body = await self._admit()
        request = self._route.wire.read(body, {**self._scope["path_params"], **self._route.fixed})
        is_chat, by_path = isinstance(request, Ask), self._route.streams
        stream = isinstance(request, Ask) and (request.stream if by_path is None else by_path)
        self._entry.model, self._entry.stream = _model(request) or self._entry.model, stream
        order = state.orders.pick(self._route.vendor.name, is_chat, stream, self._provider.registry.clock())
        if order is not None:
            await self._fail(order)
        speed = self._provider.settings.speed if state.speed is None else state.speed
        pace = pace_of(self._entry.model or "", 0 if isinstance(request, Count | ListModels) else speed)
        framing = self._route.framing_for(self._scope["query_string"].decode("latin-1"))
        job = Job(self._provider.model, self._route, framing, request, stream, order, pace.token_s > 0)
        ready = await self._provider.think(self._client, job)
        self._entry.tokens_in, self._entry.tokens_out = ready.tokens_in, ready.tokens_out
        if stream:
            await self._until(self._arrived_s + pace.first_s)
            await self._stream(framing, ready.steps, pace.token_s)
        else:
            await self._until(self._arrived_s + pace.whole_s(ready.tokens_out or 0))
            await self._send(200, b"application/json", ready.body)

    async def _admit(self) -> tuple[KeyState, Mapping[str, Any]]:
        """Read the request and check it as far as the wire need not know."""
        key = self._route.vendor.scheme.find(self._scope, self._headers)
        if key is not None and auth.accepted(key):
            self._state = self._provider.registry.of(key)
        raw = b""
        try:
            raw = await self._client.body(self._headers.get(b"content-length"), self._provider.settings.max_body_bytes)
        finally:
            self._note(raw)
        if self._refusal is not None:
            raise self._refusal
        body = json_object(self._headers, raw) if self._route.method != "GET" else {}
        if self._state is None:
            raise auth.refusal(key, self._route.vendor.scheme.hint())
        if isinstance(name := body.get("model"), str):
            self._entry.model = name
        if self._state.window is not None:
            self._state.window.take(self._provider.registry.clock())
        return self._state, body

    def _note(self, raw: bytes) -> None:
        """Write the request into its key's journal; without a known key there is none."""
        if self._state is None:
            self._provider.strangers += 1
            self._entry.n = self._provider.strangers
            return
        self._state.arrive(self._entry, raw, self._arrived_s)
        retry = self._headers.get(b"x-stainless-retry-count", b"")
        self._entry.retry = int(retry) if retry.isdigit() and len(retry) < 10 else None

    async def _fail(self, order: faults.Order) -> None:
        """Do what an order does before the model is asked."""
        self._entry.fault = order.kind
        error = order.error()
        if error is not None:
            raise error
        if order.kind == "slow":
            await self._client.sleep(order.delay_s)
        if order.kind == "drop":
            await self._client.hang_up()

    def _stop_the_clock(self) -> None:
        """Note the duration: before the last byte is sent, so that who has the reply finds the entry complete."""
        if self._entry.duration_ms is None:
            self._entry.duration_ms = round((self._provider.registry.clock() - self._arrived_s) * 1000, 3)

    async def _until(self, moment_s: float) -> None:
        wait_s = moment_s - self._provider.registry.clock()
        if wait_s > 0:
            await self._client.sleep(wait_s)

    async def _stream(self, framing: Framing, steps: Sequence[Sendable], token_s: float) -> None:
        """Send a stream; each frame at its time, which is when its tokens would have been written."""
        await self._start(200, framing.media_type.encode(), _encoded(framing.headers))
        due_s = self._provider.registry.clock()
        for step in steps:
            if isinstance(step, faults.Pause):
                await self._client.sleep(step.seconds)
                due_s += step.seconds
            elif isinstance(step, faults.Break):
                await self._client.hang_up()
            else:
                due_s += step[1] * token_s
                await self._until(due_s)
                await self._client.write(step[0], more=True)
        self._stop_the_clock()
        await self._client.write(b"", more=False)

    async def _refuse(self, fault: Fault) -> None:
        reply = self._route.wire.error(fault)
        await self._send(reply.status, b"application/json", json_bytes(reply.body), _encoded(reply.headers))

    async def _crash(self, error: Exception) -> None:
        if self._client.started:
            with suppress(ClientGone):
                await self._client.hang_up()
        else:
            words = f"The practice provider has a bug ({type(error).__name__}): its log says where."
            await self._refuse(Fault("server", words))

    async def _send(self, status: int, media_type: bytes, body: bytes, more: Sequence[Header] = ()) -> None:
        await self._start(status, media_type, [(b"content-length", str(len(body)).encode()), *more])
        self._stop_the_clock()
        await self._client.write(body, more=False)

    async def _start(self, status: int, media_type: bytes, more: Sequence[Header]) -> None:
        self._entry.status = status
        await self._client.start(status, [(b"content-type", media_type), *self._vendor_headers(), *more])

    def _vendor_headers(self) -> list[Header]:
        vendor = self._route.vendor
        headers = _encoded(vendor.headers) + _encoded(self._more_headers)
        if vendor.request_id is not None:
            owner = self._state.tag if self._state else "0" * 12
            headers.append((vendor.request_id.encode(), f"req_{owner}{self._entry.n:08x}".encode()))
        if vendor.limit_headers is not None and self._state is not None and self._state.window is not None:
            headers += _encoded(vendor.limit_headers.of(self._state.window, self._provider.registry.clock()))
        return headers


def _model(request: Request) -> str | None:
    match request:
        case Ask() | Embed() | ListModels():
            return request.model
        case Count():
            return request.ask.model


def _encoded(headers: Mapping[str, str]) -> list[Header]:
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
