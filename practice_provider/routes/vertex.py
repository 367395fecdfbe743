"""Vertex AI: Gemini and Claude under projects and locations, or, in express mode, under an API key alone.

https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest
"""

from collections.abc import Iterator
from dataclasses import replace

from .. import auth
from ..framing import JSON_ARRAY, SERVER_SENT_EVENTS
from ..wires import anthropic_count, anthropic_messages, gemini_count, gemini_generate, vertex_models, vertex_predict
from ..wires.vertex_claude import VertexClaude
from ..wires.vertex_errors import claude_error, error
from ..wires.vertex_gemini import VertexGemini
from .table import PlainWire, Route, Vendor

GENERATE = VertexGemini(gemini_generate, error)
COUNT = VertexGemini(gemini_count, error)
CLAUDE = VertexClaude(anthropic_messages, claude_error)
CLAUDE_COUNT = VertexClaude(anthropic_count, claude_error, model_in_path=False)

VERTEX = Vendor("vertex", "/vertex", GENERATE, auth.SentKey(("x-goog-api-key",), query="key"))
VERTEX_CLAUDE = replace(
    VERTEX, name="vertex_claude", errors=CLAUDE, scheme=auth.SentKey(), request_id="request-id", error_event="error"
)

PROJECT = "/{version}/projects/{project}/locations/{location}"
EXPRESS = "/{version}"


def _gemini(base: str) -> Iterator[Route]:
    for verb, wire in (
        ("generateContent", GENERATE),
        ("streamGenerateContent", GENERATE),
        ("countTokens", COUNT),
        ("predict", vertex_predict),
    ):
        yield _method(f"{base}/publishers/google/models/{{model}}", verb, wire)


def _method(model: str, verb: str, wire: PlainWire) -> Route:
    streams = verb == "streamGenerateContent"
    as_events = {"alt=sse": SERVER_SENT_EVENTS}
    return Route(VERTEX, "POST", f"{model}:{verb}", wire, streams, JSON_ARRAY, as_events, {"verb": verb})


_CLAUDE = f"{PROJECT}/publishers/anthropic/models"
_GOOGLE = "/{version}/publishers/google/models"

# fmt: off
ROUTES: tuple[Route, ...] = (
    *_gemini(PROJECT),
    *_gemini(EXPRESS),
    Route(VERTEX, "GET", _GOOGLE, vertex_models, body="none", query=vertex_models.QUERY),
    Route(VERTEX, "GET", f"{_GOOGLE}/{{model:word}}", vertex_models, body="none"),
    Route(VERTEX_CLAUDE, "POST", f"{_CLAUDE}/count-tokens:rawPredict", CLAUDE_COUNT),
    Route(VERTEX_CLAUDE, "POST", f"{_CLAUDE}/{{model}}:rawPredict", CLAUDE, streams=False, marked_cache=True),
    Route(VERTEX_CLAUDE, "POST", f"{_CLAUDE}/{{model}}:streamRawPredict", CLAUDE, streams=True, marked_cache=True),
)
# fmt: on
