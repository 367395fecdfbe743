"""Which URL speaks which wire: a table of vendors and a table of routes.

A cloud's variant of an API is a row here and never a branch in the code: its path, its wire, where its key is, how its
streams are framed, and whether the path or the body asks for a stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import auth, limits
from .core import Fault, Request
from .framing import JSON_ARRAY, SERVER_SENT_EVENTS, Framing
from .wires import (
    ErrorReply,
    anthropic_count,
    anthropic_messages,
    anthropic_models,
    gemini_count,
    gemini_embed,
    gemini_generate,
    gemini_models,
    openai_chat,
    openai_embeddings,
    openai_models,
    openai_responses,
)


class PlainWire(Protocol):
    """A wire that need not be able to stream; one that can is a `wires.Wire`."""

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request: ...
    def write(self, request: Any, result: Any) -> dict[str, Any]: ...
    def error(self, fault: Fault) -> ErrorReply: ...


@dataclass(frozen=True)
class Vendor:
    """What all routes of a vendor share. `errors` writes the refusals of requests that reach no route."""

    name: str
    prefix: str
    errors: PlainWire
    scheme: auth.Scheme
    request_id: str | None = None  # the header with the request's id
    limit_headers: limits.LimitHeaders | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # on every reply


@dataclass(frozen=True)
class Route:
    """One URL and method. `path` may hold variables: `{name}` without a slash in it, `{name:path}` with, and
    `{name:word}` without slash and colon.

    `streams`: None when the body asks for a stream, True or False when the path does. `fixed` is what the path says
    without a variable; the wire gets both.
    """

    vendor: Vendor
    method: str
    path: str
    wire: PlainWire
    streams: bool | None = None
    framing: Framing = SERVER_SENT_EVENTS
    framing_by_query: Mapping[str, Framing] = field(default_factory=dict)  # 'name=value' → another one
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The whole path, with the vendor's prefix."""
        return self.vendor.prefix + self.path

    def framing_for(self, query: str) -> Framing:
        """Give the framing of a stream that was asked for with this query string."""
        said = query.split("&") if self.framing_by_query else ()
        return next((self.framing_by_query[pair] for pair in said if pair in self.framing_by_query), self.framing)


OPENAI = Vendor(
    "openai",
    "/openai",
    openai_chat,
    auth.SentKey(),
    request_id="x-request-id",
    limit_headers=limits.LimitHeaders(
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-reset-requests",
        limits.as_duration,
    ),
    headers={"openai-version": "2020-10-01"},
)
ANTHROPIC = Vendor(
    "anthropic",
    "/anthropic",
    anthropic_messages,
    auth.SentKey(("x-api-key",)),
    request_id="request-id",
    limit_headers=limits.LimitHeaders(
        "anthropic-ratelimit-requests-limit",
        "anthropic-ratelimit-requests-remaining",
        "anthropic-ratelimit-requests-reset",
        limits.as_instant,
    ),
)

GEMINI = Vendor("gemini", "/gemini", gemini_generate, auth.SentKey(("x-goog-api-key",), query="key"))


def _gemini(verb: str, wire: PlainWire, *, streams: bool = False) -> Route:
    """A Gemini method: the path ends with the model, a colon and the verb."""
    path = "/{version}/models/{model}:" + verb
    return Route(GEMINI, "POST", path, wire, streams, JSON_ARRAY, {"alt=sse": SERVER_SENT_EVENTS}, {"verb": verb})


# fmt: off
ROUTES: tuple[Route, ...] = (
    Route(OPENAI, "POST", "/v1/chat/completions", openai_chat),
    Route(OPENAI, "POST", "/v1/responses", openai_responses),
    Route(OPENAI, "POST", "/v1/embeddings", openai_embeddings),
    Route(OPENAI, "GET", "/v1/models", openai_models),
    Route(OPENAI, "GET", "/v1/models/{model:path}", openai_models),
    Route(ANTHROPIC, "POST", "/v1/messages", anthropic_messages),
    Route(ANTHROPIC, "POST", "/v1/messages/count_tokens", anthropic_count),
    Route(ANTHROPIC, "GET", "/v1/models", anthropic_models),
    Route(ANTHROPIC, "GET", "/v1/models/{model:path}", anthropic_models),
    _gemini("generateContent", gemini_generate),
    _gemini("streamGenerateContent", gemini_generate, streams=True),
    _gemini("countTokens", gemini_count),
    _gemini("batchEmbedContents", gemini_embed),
    _gemini("embedContent", gemini_embed),
    Route(GEMINI, "GET", "/{version}/models", gemini_models),
    Route(GEMINI, "GET", "/{version}/models/{model:word}", gemini_models),
)
# fmt: on
