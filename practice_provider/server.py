"""The application: which request goes where, and who is let in at all.

Vendors' paths come from the table of routes and are served by `exchange`; `/practice/…` by `control` and `pages`.
Requests that reach no route are refused in the shape of the vendor under whose prefix they are. No reply allows a page
of another origin to read it. How an application is put together: https://starlette.dev/applications/
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute
from starlette.types import Receive, Scope, Send

from . import control, exposure, pages
from .brains.passing import Passing
from .connection import Client
from .core import Fault
from .exchange import Exchange
from .model import Model
from .paths import Paths
from .provider import Provider
from .routes import ROUTES, Route, Vendor
from .settings import Settings

HEALTH = "/practice/health"


def create_app(
    model: Model | Passing,
    settings: Settings,
    *,
    instance: str | None = None,
    stop: Callable[[], None] | None = None,
    owners: control.Owners | None = None,
    routes: Sequence[Route] = ROUTES,
) -> Starlette:
    """Make the provider's application; run it with `connection.uvicorn_config`.

    `stop` and `owners` belong to the process that runs it; without them their endpoints say that there is none.

    Raises:
        SettingsError: other machines could reach it, and its keys are missing or easy to guess.
    """
    exposure.check(settings)
    provider = Provider(model, settings, instance or secrets.token_hex(8))
    vendors = {route.vendor.name: route.vendor for route in routes}
    return Application(
        provider,
        _paths(provider, routes),
        routes=[
            *pages.routes(list(vendors)),
            *control.endpoints(provider, list(vendors), stop, owners),
            HttpRoute("/", _welcome(vendors), methods=["GET"]),
            HttpRoute("/{rest:path}", _unknown(vendors)),
        ],
        exception_handlers={control.Refusal: control.refuse},
        lifespan=_lifespan,
    )


class Application(Starlette):
    """Starlette's application, with the vendors' paths in front of it.

    Starlette tries its routes one after the other, behind its own layers. The vendors' endpoints need none of them,
    and a request for a model should not pay for them.
    """

    def __init__(self, provider: Provider, paths: "Paths[Endpoint]", **others: Any) -> None:
        super().__init__(**others)
        self.state.provider = provider
        self._paths, self._bound, self._hosts = paths, provider.settings.host, provider.settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that is meant for this machine."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if not exposure.meant_for_us(host, self._bound, self._hosts):
            await _wrong_host(host)(scope, receive, send)
        elif (found := self._paths.find(scope["path"])) is not None:
            endpoint, scope["path_params"] = found
            await endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    await app.state.provider.close()


def _wrong_host(host: bytes) -> Response:
    name = host.decode("latin-1")[:100]
    hint = "write the address as 127.0.0.1 or localhost, or list the name in PRACTICE_HOSTS"
    return JSONResponse({"error": f"Host is {name!r}: {hint}."}, 421)


# ---- the vendors' endpoints ------------------------------------------------------------------------------------


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


def _paths(provider: Provider, routes: Sequence[Route]) -> Paths[Endpoint]:
    by_url: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_url.setdefault(route.url, {})[route.method] = route
    first = {route.vendor.prefix: route.vendor for route in reversed(routes)}  # of those that share a prefix
    return Paths(
        {url: Endpoint(provider, next(iter(rows.values())).vendor, rows) for url, rows in by_url.items()},
        {prefix: Endpoint(provider, vendor, {}, _known(prefix, routes)) for prefix, vendor in first.items()},
    )


def _known(prefix: str, routes: Sequence[Route]) -> str:
    return ", ".join(f"{route.method} {route.url}" for route in routes if route.vendor.prefix == prefix)


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
    prefixes = ", ".join(dict.fromkeys([*(vendor.prefix for vendor in vendors.values()), "/practice"]))

    def unknown(request: Request) -> Response:
        path = request.url.path[:200]
        return JSONResponse({"error": f"{request.method} {path} does not exist: paths begin with {prefixes}."}, 404)

    return unknown
