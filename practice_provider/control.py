"""The endpoints under /practice: order faults, set limits and speed, read the journal, start over, stop.

Each works on the state of the key in `Authorization: Bearer practice…`. They are for programs on this machine and not
for web pages: a body must be declared as JSON, which a page of another origin can't do without asking first, and
nothing here answers such a question (https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS).
"""

import math
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol, TypeGuard

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from . import auth
from .bodies import json_object
from .core import Fault
from .exchange import Provider
from .faults import read_order
from .keys import KeyState
from .limits import Window

MOST_BYTES = 64 * 1024


class Owners(Protocol):
    """The processes for which the provider stays alive."""

    def add(self, pid: int) -> None:
        """Stay alive while this process lives.

        Raises:
            LookupError: it can't; the message says why and what to do.
        """
        ...


class Refusal(Exception):
    """What an endpoint answers instead: a status, and what is wrong with which value and how to fix it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


async def refuse(request: Request, error: Exception) -> Response:
    """Turn a refusal into a reply."""
    assert isinstance(error, Refusal)
    return JSONResponse({"error": error.message}, error.status)


def endpoints(
    provider: Provider, vendors: Sequence[str], stop: Callable[[], None] | None, owners: Owners | None
) -> list[BaseRoute]:
    """Give the routes under /practice."""
    desk = Desk(provider, vendors, stop, owners)
    table: dict[str, dict[str, Handler]] = {
        "/practice/health": {"GET": desk.health},
        "/practice/faults": {"GET": desk.list_faults, "POST": desk.order_fault, "DELETE": desk.clear_faults},
        "/practice/limits": {"GET": desk.show_limit, "PUT": desk.set_limit, "DELETE": desk.clear_limit},
        "/practice/pace": {"GET": desk.show_pace, "PUT": desk.set_pace, "DELETE": desk.clear_pace},
        "/practice/journal": {"GET": desk.read_journal},
        "/practice/reset": {"POST": desk.reset},
        "/practice/owners": {"POST": desk.add_owner},
        "/practice/stop": {"POST": desk.stop},
    }
    known = ", ".join(f"{method} {path}" for path, handlers in table.items() for method in handlers)
    return [*(Route(path, _by_method(handlers), methods=METHODS) for path, handlers in table.items()), *_rest(known)]


Handler = Callable[[Request], Awaitable[Mapping[str, Any]]]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _by_method(handlers: Mapping[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    allow = {"allow": ", ".join([*handlers, "OPTIONS"])}

    async def endpoint(request: Request) -> Response:
        handler = handlers.get("GET" if request.method == "HEAD" else request.method)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allow)
        if handler is None:
            message = f"method {request.method} is not allowed at {request.url.path}: use {' or '.join(handlers)}"
            return JSONResponse({"error": message}, 405, allow)
        return JSONResponse(await handler(request), headers={"cache-control": "no-store"})

    return endpoint


def _rest(known: str) -> list[BaseRoute]:
    async def endpoint(request: Request) -> Response:
        raise Refusal(404, f"{request.method} {request.url.path[:200]} does not exist: there are {known}")

    return [Route(path, endpoint, methods=METHODS) for path in ("/practice", "/practice/{rest:path}")]


class Desk:
    """The endpoints themselves."""

    def __init__(
        self, provider: Provider, vendors: Sequence[str], stop: Callable[[], None] | None, owners: Owners | None
    ) -> None:
        self._provider, self._vendors, self._stop, self._owners = provider, vendors, stop, owners
        self._version = version("ai-engineering-course")

    # ---- the process -----------------------------------------------------------------------------------------

    async def health(self, request: Request) -> Mapping[str, Any]:
        """Say that the provider works, and which one it is."""
        return {"status": "ok", "instance": self._provider.instance, "pid": os.getpid(), "version": self._version}

    async def add_owner(self, request: Request) -> Mapping[str, Any]:
        """Stay alive while a process lives."""
        _only_loopback(request)
        body = await _body(request, ("pid",))
        pid = body.get("pid")
        if not isinstance(pid, int) or isinstance(pid, bool) or pid < 1:
            raise Refusal(400, f"pid={pid!r} is not a process id: send a whole number above 0")
        if self._owners is None:
            raise Refusal(409, "this provider lives as long as the program that contains it and has no owners")
        try:
            self._owners.add(pid)
        except LookupError as error:
            raise Refusal(400, str(error)) from None
        return {"pid": pid}

    async def stop(self, request: Request) -> Mapping[str, Any]:
        """Stop the provider."""
        _only_loopback(request)
        await _body(request, ())
        if self._stop is None:
            raise Refusal(409, "this provider stops with the program that contains it")
        self._stop()
        return {"stopping": True}

    # ---- one key's state -------------------------------------------------------------------------------------

    async def list_faults(self, request: Request) -> Mapping[str, Any]:
        """List the faults that can still fire."""
        now_s = self._now()
        return {"faults": [order.as_json(now_s) for order in self._state(request).orders.in_force(now_s)]}

    async def order_fault(self, request: Request) -> Mapping[str, Any]:
        """Order one more fault."""
        state = self._state(request)
        try:
            order = read_order(await _body(request), self._vendors)
            state.orders.add(order, self._now())
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return order.as_json(self._now())

    async def clear_faults(self, request: Request) -> Mapping[str, Any]:
        """Cancel all faults."""
        self._state(request).orders.clear()
        return {"faults": []}

    async def show_limit(self, request: Request) -> Mapping[str, Any]:
        """Tell the limit and what is left of it."""
        window = self._state(request).window
        if window is None:
            return {"limit": None}
        return {"limit": _told(window, self._now())}

    async def set_limit(self, request: Request) -> Mapping[str, Any]:
        """Limit the requests per window; the first window begins now."""
        state = self._state(request)
        body = await _body(request, ("requests", "window_s"))
        requests, window_s = body.get("requests"), body.get("window_s")
        if not isinstance(requests, int) or isinstance(requests, bool) or not 0 <= requests <= 1_000_000:
            raise Refusal(400, f"requests={requests!r} is not a whole number from 0 to 1000000")
        if not _is_number(window_s) or not 0.01 <= window_s <= 86_400:
            raise Refusal(400, f"window_s={window_s!r} is not a number of seconds from 0.01 to 86400")
        state.window = Window(requests, float(window_s), self._now())
        return {"limit": _told(state.window, self._now())}

    async def clear_limit(self, request: Request) -> Mapping[str, Any]:
        """Lift the limit."""
        self._state(request).window = None
        return {"limit": None}

    async def show_pace(self, request: Request) -> Mapping[str, Any]:
        """Tell the speed of this key."""
        speed = self._state(request).speed
        return {"speed": self._provider.settings.speed if speed is None else speed}

    async def set_pace(self, request: Request) -> Mapping[str, Any]:
        """Set the speed of this key."""
        state = self._state(request)
        speed = (await _body(request, ("speed",))).get("speed")
        if not _is_number(speed) or not 0 <= speed < math.inf:
            raise Refusal(400, f"speed={speed!r} is not a number from 0 (no delay) up; 1 is natural")
        state.speed = float(speed)
        return {"speed": state.speed}

    async def clear_pace(self, request: Request) -> Mapping[str, Any]:
        """Go back to the provider's own speed."""
        self._state(request).speed = None
        return {"speed": self._provider.settings.speed}

    async def read_journal(self, request: Request) -> Mapping[str, Any]:
        """Give what this key sent, oldest first; `after` is the number of the last entry already seen."""
        journal = self._state(request).journal
        after, limit = _query_number(request, "after", 0), _query_number(request, "limit", journal.max_entries)
        return {"entries": [entry.as_json() for entry in journal.after(after, limit)]}

    async def reset(self, request: Request) -> Mapping[str, Any]:
        """Forget everything about this key."""
        state = self._state(request)
        await _body(request, ())
        state.reset(self._now())
        return {"reset": True}

    def _now(self) -> float:
        return self._provider.registry.clock()

    def _state(self, request: Request) -> KeyState:
        headers = {name: value for name, value in request.scope["headers"] if name == b"authorization"}
        key = auth.bearer(headers)
        if key is None or not auth.accepted(key):
            raise Refusal(401, f"send 'Authorization: Bearer {auth.PREFIX}…' with the key whose state you mean")
        return self._provider.registry.of(key)


def is_loopback(host: str) -> bool:
    """Is this an address (or the name) of this machine that no other machine reaches?

    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _only_loopback(request: Request) -> None:
    client = request.client.host if request.client else ""
    if not is_loopback(client):
        raise Refusal(403, f"{client or 'this client'} is not this machine: call it from where the provider runs")


async def _body(request: Request, fields: Sequence[str] | None = None) -> Mapping[str, Any]:
    """Read a JSON object; with `fields`, no other field may be in it. No bytes at all count as an empty object."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise Refusal(413, f"the body is larger than {MOST_BYTES} bytes: send a small JSON object")
    try:
        body = json_object(dict(request.scope["headers"]), raw or b"{}")
    except Fault as fault:
        raise Refusal(415 if fault.kind == "media_type" else 400, fault.message) from None
    for name in body:
        if fields is not None and name not in fields:
            raise Refusal(400, f"unknown field {name!r}: the fields are {', '.join(fields) or '(none)'}")
    return body


def _query_number(request: Request, name: str, default: int) -> int:
    value = request.query_params.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Refusal(400, f"{name}={value!r} is not a whole number from 0 up")
    return int(value)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told(window: Window, now_s: float) -> Mapping[str, Any]:
    return {
        "requests": window.requests,
        "window_s": window.window_s,
        "remaining": window.remaining(now_s),
        "reset_s": round(window.reset_s(now_s), 3),
    }
