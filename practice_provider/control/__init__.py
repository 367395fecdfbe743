"""The endpoints under /practice: for each path, the methods that it has.

In reading order: `desk` (who calls, and for which key), `process`, `disturbing` (faults, limits, pace), `watching`
(journal, usage), `granting` (keys, and a state to save).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ..exposure import is_loopback
from ..provider import Provider
from .desk import Desk, Refusal, refuse
from .disturbing import Disturbing
from .granting import Granting
from .process import Owners, Process
from .watching import Watching

Handler = Callable[[Request], Awaitable[Mapping[str, Any] | Response]]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def endpoints(
    provider: Provider, vendors: Sequence[str], stop: Callable[[], None] | None, owners: Owners | None
) -> list[BaseRoute]:
    """Give the routes under /practice."""
    table = _table(Desk(provider, vendors), stop, owners)
    known = [f"{method} {path}" for path, handlers in table.items() for method in handlers]
    told = {
        f"{method} {path}": (handler.__doc__ or "").strip().partition("\n")[0]
        for path, handlers in table.items()
        for method, handler in handlers.items()
    }
    routes = [Route(path, _by_method(handlers), methods=METHODS) for path, handlers in table.items()]
    return [*routes, Route("/practice/", _by_method({"GET": _index(told)}), methods=METHODS), *_rest(", ".join(known))]


def _table(desk: Desk, stop: Callable[[], None] | None, owners: Owners | None) -> dict[str, dict[str, Handler]]:
    process, disturbing, watching, granting = (
        Process(desk, stop, owners),
        Disturbing(desk),
        Watching(desk),
        Granting(desk),
    )
    return {
        "/practice/health": {"GET": process.health},
        "/practice/faults": {
            "GET": disturbing.list_faults,
            "POST": disturbing.order_fault,
            "DELETE": disturbing.clear_faults,
        },
        "/practice/scenario": {
            "GET": disturbing.show_scenario,
            "POST": disturbing.play_scenario,
            "DELETE": disturbing.stop_scenario,
        },
        "/practice/limits": {
            "GET": disturbing.show_limit,
            "PUT": disturbing.set_limit,
            "DELETE": disturbing.clear_limit,
        },
        "/practice/pace": {"GET": disturbing.show_pace, "PUT": disturbing.set_pace, "DELETE": disturbing.clear_pace},
        "/practice/keys": {"GET": granting.list_keys, "POST": granting.define_key, "DELETE": granting.remove_key},
        "/practice/state": {"GET": granting.save, "PUT": granting.restore},
        "/practice/usage": {"GET": watching.read_usage},
        "/practice/journal": {"GET": watching.read_journal},
        "/practice/journal/stream": {"GET": watching.follow_journal},
        "/practice/reset": {"POST": watching.reset},
        "/practice/owners": {"POST": process.add_owner},
        "/practice/stop": {"POST": process.stop},
    }


def _by_method(handlers: Mapping[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    allow = {"allow": ", ".join([*handlers, "OPTIONS"])}

    async def endpoint(request: Request) -> Response:
        handler = handlers.get("GET" if request.method == "HEAD" else request.method)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allow)
        if handler is None:
            message = f"method {request.method} is not allowed at {request.url.path}: use {' or '.join(handlers)}"
            return JSONResponse({"error": message}, 405, allow)
        answer = await handler(request)
        return answer if isinstance(answer, Response) else JSONResponse(answer, headers={"cache-control": "no-store"})

    return endpoint


def _index(told: Mapping[str, str]) -> Handler:
    async def index(request: Request) -> Mapping[str, Any]:
        """List the endpoints."""
        return {"endpoints": told}

    return index


def _rest(known: str) -> list[BaseRoute]:
    async def endpoint(request: Request) -> Response:
        raise Refusal(404, f"{request.method} {request.url.path[:200]} does not exist: there are {known}")

    return [Route(path, endpoint, methods=METHODS) for path in ("/practice", "/practice/{rest:path}")]


__all__ = ["Owners", "Refusal", "endpoints", "is_loopback", "refuse"]
