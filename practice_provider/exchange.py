"""One request on its way through the provider. Each step may refuse it:

    key → body → JSON → limit → wire.read → ordered fault → model (worker thread) → pace → wire.write, or a stream

A refusal is a `Fault`, which the route's wire writes in the vendor's shape. The status line is sent when the reply is
ready and not before, so that whatever goes wrong can still be an error status. Nothing in here knows a vendor.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

from . import auth, faults
from .connection import Client, ClientGone, Header
from .core import Ask, Count, Embed, Fault, ListModels, Reply, Request, Result, Vectors, events
from .framing import Framing, json_bytes
from .journal import Entry
from .keys import KeyState, Registry
from .model import Model
from .pace import pace_of
from .routes import Route
from .settings import Settings
from .wires import Frame, Wire

LOG = logging.getLogger("practice_provider")
MOST_WAITING = 1_000  # requests for the model; the next one is told that the server is overloaded
CHUNK_BYTES = 16 * 1024  # frames that are sent without a delay between them share chunks of this size


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

    async def think(self, client: Client, job: "Job") -> "Ready":
        """Have a job done in the worker thread, where it can't hold up other requests' input and output."""
        if self.waiting >= MOST_WAITING:
            raise Fault("overloaded", f"{MOST_WAITING} requests are waiting for the model already.", retry_after_s=1.0)
        self.waiting += 1
        try:
            return await client.wait(asyncio.get_running_loop().run_in_executor(self.worker, job.run))
        finally:
            self.waiting -= 1


# ---- the worker thread's part ----------------------------------------------------------------------------------

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


# ---- the event loop's part -------------------------------------------------------------------------------------


class Exchange:
    """One request and its reply."""

    def __init__(self, provider: Provider, route: Route, scope: Mapping[str, Any], client: Client) -> None:
        self._provider, self._route, self._scope, self._client = provider, route, scope, client
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
            self._entry.duration_ms = round((self._provider.registry.clock() - self._arrived_s) * 1000, 3)

    async def _serve(self) -> None:
        state, body = await self._admit()
        request = self._route.wire.read(body, {**self._scope["path_params"], **self._route.fixed})
        is_chat = isinstance(request, Ask)
        stream = is_chat and (request.stream if self._route.streams is None else self._route.streams)  # type: ignore[union-attr]
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
        if ready.steps:
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
        self._entry.retry = int(retry) if retry.isdigit() else None

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
        await self._client.write(body, more=False)

    async def _start(self, status: int, media_type: bytes, more: Sequence[Header]) -> None:
        self._entry.status = status
        await self._client.start(status, [(b"content-type", media_type), *self._vendor_headers(), *more])

    def _vendor_headers(self) -> list[Header]:
        vendor = self._route.vendor
        headers = _encoded(vendor.headers)
        if vendor.request_id is not None:
            owner = self._state.tag if self._state else "0" * 12
            headers.append((vendor.request_id.encode(), f"req_{owner}{self._entry.n:08x}".encode()))
        if vendor.limit_headers is not None and self._state is not None and self._state.window is not None:
            headers += _encoded(vendor.limit_headers.of(self._state.window, self._provider.registry.clock()))
        return headers


def json_object(headers: Mapping[bytes, bytes], raw: bytes) -> Mapping[str, Any]:
    """Read a body that has to be a JSON object.

    Raises:
        Fault: "media_type" when the headers promise something else, "bad_request" when it is none.

    >>> json_object({b"content-type": b"application/json; charset=utf-8"}, b'{"n": 1}')
    {'n': 1}
    """
    sent = headers.get(b"content-type", b"").decode("latin-1")
    if sent.partition(";")[0].strip().lower() != "application/json":
        raise Fault("media_type", f"Content-Type is '{sent[:100]}': send 'application/json'.")
    if coding := headers.get(b"content-encoding"):
        raise Fault("media_type", f"Content-Encoding is '{coding.decode('latin-1')[:100]}': send the body as it is.")
    try:
        value = _DECODER.decode(raw.decode())
        if b"\\ud" in raw or b"\\uD" in raw:  # perhaps half of a surrogate pair, which can't be sent back as UTF-8
            json_bytes({"": value})
    except RecursionError:
        raise Fault("bad_request", "The body is JSON that is nested too deeply.") from None
    except ValueError as error:
        raise Fault("bad_request", f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Fault("bad_request", f"The body is JSON, but {type(value).__name__} where an object has to be.")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _model(request: Request) -> str | None:
    match request:
        case Ask() | Embed() | ListModels():
            return request.model
        case Count():
            return request.ask.model


def _encoded(headers: Mapping[str, str]) -> list[Header]:
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
