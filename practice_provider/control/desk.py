"""What all endpoints under /practice share: whose state is meant, how a body is read, and how they refuse.

The caller is known by `Authorization: Bearer …`: by a practice key, which may speak for itself and for keys below it,
or by the control key, which may speak for every key and is the only one let in where there is one. The key whose state
is meant, where it is another, is named by the header `practice-key`. The endpoints are for programs on this machine and
not for web pages of others: a body must be declared as JSON, which a page of another origin can't do without asking
first, and nothing here answers such a question (https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS).
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import auth
from ..bodies import json_object
from ..core import Fault
from ..grants import is_above
from ..keys import KeyState
from ..provider import Provider
from ..routes import ROUTES

MOST_BYTES = 256 * 1024
FOR_KEY = "practice-key"  # the header that names another key than the caller's


class Refusal(Exception):
    """What an endpoint answers instead: a status, and what is wrong with which value and how to fix it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


async def refuse(request: Request, error: Exception) -> Response:
    """Turn a refusal into a reply."""
    assert isinstance(error, Refusal)
    return JSONResponse({"error": error.message}, error.status)


@dataclass(frozen=True)
class Caller:
    """Who calls. `key` is None for the control key."""

    key: str | None

    def speaks_for(self, key: str) -> bool:
        """May it ask about this key, and order for it?"""
        return self.key is None or is_above(self.key, key)


@dataclass
class Desk:
    """The provider as the endpoints see it, and what a fault can be limited to."""

    provider: Provider
    vendors: Sequence[str]

    @cached_property
    def urls(self) -> tuple[str, ...]:
        """The paths of all routes."""
        return tuple(route.url for route in ROUTES if route.vendor.name in self.vendors)

    def now(self) -> float:
        """The provider's clock."""
        return self.provider.registry.clock()

    def caller(self, request: Request) -> Caller:
        """Who calls?

        Raises:
            Refusal: 401.
        """
        sent = auth.bearer({n: v for n, v in request.scope["headers"] if n == b"authorization"}) or ""
        control_key = self.provider.settings.control_key
        if control_key is not None:
            if not hmac.compare_digest(sent.encode(), control_key.encode()):
                raise Refusal(401, "send 'Authorization: Bearer …' with the control key that the provider was given")
            return Caller(None)
        if not self.provider.admits(sent):
            raise Refusal(401, f"send 'Authorization: Bearer {auth.PREFIX}…' with the key whose state you mean")
        return Caller(sent)

    def key(self, request: Request) -> str:
        """Which key is meant?

        Raises:
            Refusal: 400, 401 or 403.
        """
        caller, named = self.caller(request), request.headers.get(FOR_KEY)
        if named is None and caller.key is None:
            raise Refusal(400, f"send the header '{FOR_KEY}' with the key whose state you mean")
        key = named if named is not None else caller.key or ""
        if not self.provider.admits(key):
            raise Refusal(400, f"{FOR_KEY}={key[:8]!r}… is no key of this provider")
        self.allow(caller, key)
        return key

    def allow(self, caller: Caller, key: str) -> None:
        """Let the caller speak for this key.

        Raises:
            Refusal: 403.
        """
        if not caller.speaks_for(key):
            raise Refusal(403, "a key may speak for itself and for keys that begin with it and a dot, not for others")

    def state(self, request: Request) -> KeyState:
        """Give the state of the key that is meant.

        Raises:
            Refusal: 400, 401 or 403.
        """
        return self.provider.registry.of(self.key(request))


async def body_of(request: Request, fields: Sequence[str] | None = None) -> Mapping[str, Any]:
    """Read a JSON object; with `fields`, no other field may be in it. No bytes at all count as an empty object.

    Raises:
        Refusal: 400, 413 or 415.
    """
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


def query_number(request: Request, name: str, default: int) -> int:
    """Read a whole number from the query.

    Raises:
        Refusal: 400.
    """
    value = request.query_params.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Refusal(400, f"{name}={value!r} is not a whole number from 0 up")
    return int(value)


def is_number(value: Any) -> TypeGuard[float]:
    """Is this a JSON number?"""
    return isinstance(value, int | float) and not isinstance(value, bool)
