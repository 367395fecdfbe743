"""One request on its way through the provider. Each step may refuse it:

    key → body → JSON → wire.read → limits → ordered fault → model (worker thread) → pace → wire.write, or a stream

A refusal is a `Fault`, which the route's wire writes in the vendor's shape. The status line is sent when the reply is
ready and not before, so that whatever goes wrong can still be an error status. Nothing in here knows a vendor.
What status and headers mean: https://www.rfc-editor.org/rfc/rfc9110
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any, cast
from urllib.parse import parse_qs

from . import auth, faults
from .aliases import resolve
from .bodies import READERS
from .brains.passing import Call, Passing, json_or_nothing
from .connection import Client, ClientGone
from .core import Ask, Count, Fault, Files, ListModels, Request, Usage
from .job import Job, Ready, Sendable, spoilt_steps
from .keys import KeyState, Visit
from .model import Model
from .outgoing import Outgoing, encoded
from .pace import pace_of
from .provider import Provider
from .routes import Route
from .usage import CHARACTERS_PER_TOKEN, LEAST_TOKENS, estimate

LOG = logging.getLogger("practice_provider")


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
        self._refusal, self._clock = refusal, provider.registry.clock
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._raw = b""
        self._order: faults.Order | None = None
        self._out = Outgoing(route, scope, client, self._clock, encoded(headers or {}))

    async def run(self) -> None:
        """Serve the request, whatever happens."""
        try:
            await self._serve()
        except Fault as fault:
            await self._out.error(fault, self._order.retry_after_in if self._order else None)
        except ClientGone:
            pass
        except Exception as error:  # the outermost loop: a bug must not leave a client waiting
            LOG.exception("%s %s failed", self._scope["method"], self._scope["path"])
            await self._crash(error)
        finally:
            self._client.leave()
            self._out.finish()

    async def _serve(self) -> None:
        state, body = await self._admit()
        if self._provider.passing is not None:
            await self._pass_on(self._provider.passing, state)
            return
        request = resolve(self._read(state, body), dict(self._provider.settings.aliases))
        by_path, entry = self._route.streams, self._out.entry
        stream = isinstance(request, Ask) and (request.stream if by_path is None else by_path)
        entry.model, entry.stream = _model(request) or entry.model, stream
        self._enter(state, lambda: estimate(request))
        if state.disturbed:
            await self._disturb(state, _asked(self._route, request, stream))
        speed = self._provider.settings.speed if state.speed is None else state.speed
        pace = pace_of(entry.model or "", 0 if isinstance(request, Count | ListModels) else speed)
        framing = self._route.framing_for(self._scope["query_string"].decode("latin-1"))
        model, paced = cast(Model, self._provider.model), pace.token_s > 0  # it does not pass on: see above
        job = Job(model, self._route, framing, request, stream, self._order, paced, self._cached, self._provider.live)
        ready = job.written(state.files.answer(request)) if isinstance(request, Files) else None
        ready = ready or await self._provider.think(self._client, job)
        self._account(body, request, ready)
        if stream:
            await self._out.until(self._out.arrived_s + pace.whole_s(ready.silent))
            await self._out.start(200, framing.media_type, encoded(framing.headers))
            await self._out.steps(self._provider.steps(self._client, ready), pace.token_s * ready.share)
            if ready.live is not None:
                self._account(body, request, ready.live.whole())
            await self._out.end()
        else:
            await self._out.until(self._out.arrived_s + pace.whole_s(ready.paced))
            await self._out.whole(200, ready.media_type, ready.body)

    async def _pass_on(self, brain: Passing, state: KeyState) -> None:
        """Have a brain answer that works on bytes; keys, limits, faults and the journal stand in front of it."""
        vendor, query, entry = self._route.vendor, self._scope["query_string"].decode("latin-1"), self._out.entry
        key = vendor.scheme.find(self._scope, self._headers) or ""
        path = self._scope["path"].removeprefix(vendor.prefix)
        speed = self._provider.settings.speed if state.speed is None else state.speed
        call = Call(
            vendor.name,
            self._scope["method"],
            path,
            query,
            self._headers,
            self._raw,
            key,
            self._provider.admits(key),
            speed,
        )
        entry.stream = call.streams(self._route.streams)
        self._enter(state, lambda: len(self._raw) // CHARACTERS_PER_TOKEN)
        if state.disturbed:
            is_chat = hasattr(self._route.wire, "stream")
            await self._disturb(state, faults.Asked(vendor.name, self._route.url, is_chat, entry.stream))
        order = self._order
        passed = await self._client.wait(asyncio.ensure_future(brain.pass_on(call)))
        steps: AsyncIterator[Sendable] = passed.steps()
        if order is not None and order.kind in faults.STREAM_EFFECTS:
            spoilt = spoilt_steps(self._route, self._route.framing_for(query), await passed.frames(), order)
            steps = self._provider.steps(self._client, Ready(None, steps=[*spoilt]))
        await self._out.start_as(passed.status, passed.headers)
        await self._out.steps(steps, 0.0)
        await self._out.end()

    def _read(self, state: KeyState, body: Mapping[str, Any]) -> Request:
        """Have the wire read the body, with what the key has kept here in it."""
        if self._route.memory is not None:
            body = self._route.memory.recall(body, state.files)
        request = self._route.wire.read(body, self._said_by_the_url())
        return state.files.resolve(request) if isinstance(request, Ask) else request

    def _enter(self, state: KeyState, tokens_in: Callable[[], int]) -> None:
        """Go through the limits, which the request leaves when it has ended."""
        if state.account is not None:
            state.account.check_model(self._out.entry.model)
        if limits := state.limits():
            self._out.visit = Visit(limits, tokens_in, self._clock())

    async def _disturb(self, state: KeyState, asked: faults.Asked) -> None:
        """See whether a fault was ordered, and do what it does before the model is asked."""
        order = self._order = state.pick(asked, self._clock())
        if order is None:
            return
        self._out.entry.fault = order.kind
        error = order.fault()
        if error is not None:
            raise error
        if order.kind == "slow":
            await self._client.sleep(order.delay_s)
        if order.kind == "drop":
            await self._client.hang_up()

    def _cached(self, ask: Ask, usage: Usage) -> Usage:
        """Say what of an ask came from the key's prompt cache. Runs in the worker thread."""
        if usage.tokens_in < LEAST_TOKENS or self._out.state is None:
            return usage
        owner, marked = self._out.state.cache_owner, self._route.marked_cache
        return self._provider.cache.account(owner, ask, usage, self._clock(), marked=marked)

    def _account(self, body: Mapping[str, Any], request: Request, ready: Ready) -> None:
        """Note what a whole reply cost, and keep what a later request may point back to."""
        if self._route.memory is not None and self._out.state is not None and ready.result is not None:
            self._route.memory.keep(body, request, ready.result, self._out.state.files)
        if ready.usage is not None:
            self._out.used(ready.usage)
        if ready.missed and self._order is not None:
            self._order.missed()
            self._out.entry.fault = None

    async def _admit(self) -> tuple[KeyState, Mapping[str, Any]]:
        """Read the request and check it as far as the wire need not know."""
        key = self._route.vendor.scheme.find(self._scope, self._headers)
        passing = self._provider.passing is not None  # then a vendor judges path, body, and any key if none is listed
        any_key = passing and not self._provider.settings.keys
        state = self._provider.registry.of(key) if key and (any_key or self._provider.admits(key)) else None
        self._out.state = state
        try:
            most = self._provider.settings.max_body_bytes
            self._raw = await self._client.body(self._headers.get(b"content-length"), most)
        finally:
            self._note()
        if self._refusal is not None and not passing:
            raise self._refusal
        body = json_or_nothing(self._raw) if passing else READERS[self._route.body](self._headers, self._raw)
        if state is None:
            raise auth.refusal(key, self._route.vendor.scheme.hint(), listed=bool(self._provider.settings.keys))
        if not passing:
            self._route.vendor.scheme.check(self._scope, self._headers, self._raw)
        if state.account is not None:
            state.account.check(self._route.vendor.name, self._clock())
        if isinstance(name := body.get("model"), str):
            self._out.entry.model = name
        return state, body

    def _said_by_the_url(self) -> Mapping[str, str]:
        """The variables of the path, what the path says without one, and the query parameters that the wire wants."""
        said = {**self._scope["path_params"], **self._route.fixed}
        if self._route.query:
            sent = parse_qs(self._scope["query_string"].decode("latin-1"))
            said |= {name: sent[name][0] for name in self._route.query if name in sent}
        return said

    def _note(self) -> None:
        """Write the request into its key's journal; without a known key there is none."""
        entry, state = self._out.entry, self._out.state
        if state is None:
            self._provider.strangers += 1
            entry.n = self._provider.strangers
            return
        retry = self._headers.get(b"x-stainless-retry-count", b"")
        entry.retry = int(retry) if retry.isdigit() and len(retry) < 10 else None
        state.arrive(entry, self._raw, self._out.arrived_s)

    async def _crash(self, error: Exception) -> None:
        if self._client.started:
            with suppress(ClientGone):
                await self._client.hang_up()
        else:
            words = f"The practice provider has a bug ({type(error).__name__}): its log says where."
            await self._out.error(Fault("server", words))


def _asked(route: Route, request: Request, stream: bool) -> faults.Asked:
    """What an order looks at in a request."""
    if not isinstance(request, Ask):
        return faults.Asked(route.vendor.name, route.url)
    schema = request.schema is not None or request.json_only
    tools = bool(request.tools) and request.tool_choice != "none"
    return faults.Asked(route.vendor.name, route.url, True, stream, schema, tools)


def _model(request: Request) -> str | None:
    match request:
        case Count(ask):
            return ask.model
        case Files():
            return None
        case _:
            return request.model
