"""The application: which request goes where, and who is let in at all.

Vendors' paths come from the table of routes and are served by `exchange`; `/practice/…` by `control`. Requests that
reach no route are refused in the shape of the vendor under whose prefix they are.
How an application is put together: https://starlette.dev/applications/
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.routing import Route as HttpRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from . import control
from .connection import Client
from .core import Fault
from .exchange import Exchange, Provider
from .model import Model
from .routes import ROUTES, Route, Vendor
from .settings import Settings

HEALTH = "/practice/health"


def create_app(
    model: Model,
    settings: Settings,
    *,
    instance: str | None = None,
    stop: Callable[[], None] | None = None,
    owners: control.Owners | None = None,
    routes: Sequence[Route] = ROUTES,
) -> Starlette:
    """Make the provider's application; run it with `connection.uvicorn_config`.

    `stop` and `owners` belong to the process that runs it; without them their endpoints say that there is none.
    """
    provider = Provider(model, settings, instance or secrets.token_hex(8))
    vendors = {route.vendor.name: route.vendor for route in routes}
    app = Starlette(
        routes=[
            *_served(provider, routes),
            *control.endpoints(provider, list(vendors), stop, owners),
            *(route for vendor in vendors.values() for route in _refused(provider, vendor, routes)),
            HttpRoute("/", _welcome(vendors), methods=["GET"]),
            HttpRoute("/{rest:path}", _unknown(vendors)),
        ],
        middleware=[Middleware(Gate, bound=settings.host)],
        exception_handlers={control.Refusal: control.refuse},
        lifespan=_lifespan,
    )
    app.state.provider = provider
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    app.state.provider.worker.shutdown(wait=False, cancel_futures=True)


# ---- the gate --------------------------------------------------------------------------------------------------


class Gate:
    """Lets in requests that are meant for this host.

    A web page can make a browser send requests to loopback under a host name of the page's own (DNS rebinding), so the
    Host header has to name this machine. https://en.wikipedia.org/wiki/DNS_rebinding
    """

    def __init__(self, app: ASGIApp, bound: str) -> None:
        self._app, self._bound = app, bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if not meant_for_us(host, self._bound):
            await _wrong_host(host)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@lru_cache(maxsize=256)
def meant_for_us(host: bytes, bound: str) -> bool:
    """Does this Host header name the machine? An address always does where we listen on more than loopback.

    >>> meant_for_us(b"localhost:8000", "127.0.0.1"), meant_for_us(b"evil.example:8000", "127.0.0.1")
    (True, False)
    """
    text = host.decode("latin-1").lower()
    name = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
    if name in ("localhost", bound.lower()):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or not control.is_loopback(bound)


def _wrong_host(host: bytes) -> Response:
    name = host.decode("latin-1")[:100]
    return JSONResponse({"error": f"Host is {name!r}: write the address as 127.0.0.1 or localhost."}, 421)


# ---- routing ---------------------------------------------------------------------------------------------------


class Endpoint:
    """One path: the routes that it has, by method. Without any, every request is refused."""

    def __init__(self, provider: Provider, vendor: Vendor, routes: Mapping[str, Route], known: str = "") -> None:
        self._provider, self._vendor, self._routes, self._known = provider, vendor, routes, known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request with the route of its method."""
        method = scope["method"]
        route = self._routes.get("GET" if method == "HEAD" else method)
        if method == "OPTIONS" and self._routes:
            await Response(status_code=204, headers=self._allow())(scope, receive, send)
            return
        client = Client(scope, receive, send)
        if route is not None:
            await Exchange(self._provider, route, scope, client).run()
            return
        nowhere = Route(self._vendor, method, scope["path"], self._vendor.errors)
        await Exchange(self._provider, nowhere, scope, client, self._refusal(scope), self._allow()).run()

    def _refusal(self, scope: Scope) -> Fault:
        method, path = scope["method"], scope["path"][:200]
        if self._routes:
            return Fault("method", f"Method {method} is not allowed here: use {' or '.join(self._routes)}.")
        return Fault("no_such_path", f"Invalid URL ({method} {path}). The practice provider has: {self._known}.")

    def _allow(self) -> Mapping[str, str]:
        heads = ["HEAD"] if "GET" in self._routes else []
        return {"allow": ", ".join([*self._routes, *heads, "OPTIONS"])} if self._routes else {}


class _Word(Convertor[str]):
    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def _served(provider: Provider, routes: Sequence[Route]) -> list[BaseRoute]:
    register_url_convertor("word", _Word())
    by_url: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_url.setdefault(route.url, {})[route.method] = route
    return [HttpRoute(url, Endpoint(provider, next(iter(rows.values())).vendor, rows)) for url, rows in by_url.items()]


def _refused(provider: Provider, vendor: Vendor, routes: Sequence[Route]) -> list[BaseRoute]:
    known = ", ".join(f"{route.method} {route.url}" for route in routes if route.vendor is vendor)
    endpoint = Endpoint(provider, vendor, {}, known)
    return [HttpRoute(vendor.prefix, endpoint), HttpRoute(vendor.prefix + "/{rest:path}", endpoint)]


def _welcome(vendors: Mapping[str, Vendor]) -> Callable[[Request], Response]:
    def welcome(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "what": "the practice provider: a local server that speaks the wire protocols of LLM vendors",
                "key": "any that begins with 'practice'",
                "vendors": {name: base + vendor.prefix for name, vendor in vendors.items()},
                "health": HEALTH,
            }
        )

    return welcome


def _unknown(vendors: Mapping[str, Vendor]) -> Callable[[Request], Response]:
    prefixes = ", ".join([*(vendor.prefix for vendor in vendors.values()), "/practice"])

    def unknown(request: Request) -> Response:
        path = request.url.path[:200]
        return JSONResponse({"error": f"{request.method} {path} does not exist: paths begin with {prefixes}."}, 404)

    return unknown
