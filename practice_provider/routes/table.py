"""What a vendor and a route are: the rows of the table. The rows themselves stand in one module per vendor beside this.

A cloud's variant of an API is a row and never a branch in the code: its path, its wire, where its key is, how its
streams are framed, and whether the path or the body asks for a stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from .. import auth, limits
from ..core import Fault, Request, Result
from ..files import Cabinet
from ..framing import SERVER_SENT_EVENTS, Framing
from ..wires import ErrorReply, Raw


class PlainWire(Protocol):
    """A wire that need not be able to stream; one that can is a `wires.Wire`."""

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request: ...
    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw: ...
    def error(self, fault: Fault) -> ErrorReply: ...


class Memory(Protocol):
    """What a route that goes on with earlier replies does with them: a wire's module beside `read` and `write`.

    `recall` puts what the body only names into it; `keep` remembers a result for later. Both run in the event loop.
    """

    def recall(self, body: Mapping[str, Any], kept: Cabinet) -> Mapping[str, Any]: ...
    def keep(self, body: Mapping[str, Any], request: Request, result: Result | None, kept: Cabinet) -> None: ...


@dataclass(frozen=True)
class Vendor:
    """What all routes of a vendor share. `errors` writes the refusals of requests that reach no route.

    `error_event` is the name of the event by which an error is told in the middle of a stream, where frames have names.
    """

    name: str
    prefix: str
    errors: PlainWire
    scheme: auth.Scheme
    request_id: str | None = None  # the header with the request's id
    limit_headers: limits.LimitHeaders | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # on every reply
    error_event: str | None = None


@dataclass(frozen=True)
class Route:
    """One URL and method. `path` may hold variables: `{name}` without a slash in it, `{name:path}` with, and
    `{name:word}` without slash and colon.

    `streams`: None when the body asks for a stream, True or False when the path does. `fixed` is what the path says
    without a variable; the wire gets both, and the query parameters that `query` names. `body` says what a request's
    body has to be ('none': it is not looked at). `marked_cache`: prompts are cached only where the client marks them.
    """

    vendor: Vendor
    method: str
    path: str
    wire: PlainWire
    streams: bool | None = None
    framing: Framing = SERVER_SENT_EVENTS
    framing_by_query: Mapping[str, Framing] = field(default_factory=dict)  # 'name=value' → another one
    fixed: Mapping[str, str] = field(default_factory=dict)
    query: tuple[str, ...] = ()
    body: Literal["json", "unlabelled", "multipart", "none"] = "json"
    memory: Memory | None = None
    marked_cache: bool = False

    @property
    def url(self) -> str:
        """The whole path, with the vendor's prefix."""
        return self.vendor.prefix + self.path

    def framing_for(self, query: str) -> Framing:
        """Give the framing of a stream that was asked for with this query string."""
        said = query.split("&") if self.framing_by_query else ()
        return next((self.framing_by_query[pair] for pair in said if pair in self.framing_by_query), self.framing)
