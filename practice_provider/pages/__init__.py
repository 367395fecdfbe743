"""The page at /practice/: what one key sent and got, live, and its faults and limits at a click.

Plain HTML, CSS and JavaScript modules, served as they are: nothing is built and nothing comes from elsewhere, which the
content security policy enforces. The page is one more client of the endpoints under /practice and knows no more than
they tell. It does not list the keys in use: who knows a key may break its requests, so a person types their own.
What the policy's words mean: https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from .kinds import groups

HOME = "/practice/"
PAGE = "index.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(vendors: Sequence[str]) -> list[BaseRoute]:
    """Give the page's routes; they stand before those of `control`, to which they leave every other request.

    `vendors` are the names to which a fault can be limited.
    """
    replies = {name: _reply(name, data) for name, data in _files().items()}
    page = replies.pop(PAGE)
    return [
        ForBrowsers(HOME, page, methods=["GET"]),
        ForBrowsers(HOME.rstrip("/"), _moved, methods=["GET"]),
        *(Route(f"{HOME}pages/{name}", reply, methods=["GET"]) for name, reply in replies.items()),
        Route(f"{HOME}kinds", _kinds(vendors), methods=["GET"]),
    ]


class ForBrowsers(Route):
    """A route for who accepts HTML; a program that asks for the same path is left to the routes after it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the path, the method and the Accept header."""
        match, child = super().matches(scope)
        if match is Match.FULL and accepts_html(Headers(scope=scope).get("accept", "")):
            return match, child
        return Match.NONE, {}


def accepts_html(accept: str) -> bool:
    """Does an Accept header name HTML itself, as browsers do? "Anything" (curl, SDKs) does not count.

    >>> accepts_html("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"), accepts_html("*/*")
    (True, False)
    """
    return any(part.partition(";")[0].strip().lower() == "text/html" for part in accept.split(","))


def _files() -> Mapping[str, bytes]:
    folder = files(__package__) / "files"
    return {file.name: file.read_bytes() for file in folder.iterdir() if _ending(file.name) in TYPES}


def _reply(name: str, data: bytes) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return Response(data, headers=HEADERS, media_type=TYPES[_ending(name)])

    return endpoint


def _ending(name: str) -> str:
    return name[name.rfind(".") :]


async def _moved(request: Request) -> Response:
    return RedirectResponse(HOME, headers=HEADERS)


def _kinds(vendors: Sequence[str]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return JSONResponse({"groups": groups(), "vendors": list(vendors)}, headers=HEADERS)

    return endpoint
