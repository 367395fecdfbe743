"""The Gemini API. https://ai.google.dev/api"""

from .. import auth
from ..framing import JSON_ARRAY, SERVER_SENT_EVENTS
from ..wires import gemini_count, gemini_embed, gemini_generate, gemini_models
from .table import PlainWire, Route, Vendor

GEMINI = Vendor("gemini", "/gemini", gemini_generate, auth.SentKey(("x-goog-api-key",), query="key"))


def _gemini(verb: str, wire: PlainWire, *, streams: bool = False) -> Route:
    """A Gemini method: the path ends with the model, a colon and the verb."""
    path = "/{version}/models/{model}:" + verb
    return Route(GEMINI, "POST", path, wire, streams, JSON_ARRAY, {"alt=sse": SERVER_SENT_EVENTS}, {"verb": verb})


# fmt: off
ROUTES: tuple[Route, ...] = (
    _gemini("generateContent", gemini_generate),
    _gemini("streamGenerateContent", gemini_generate, streams=True),
    _gemini("countTokens", gemini_count),
    _gemini("batchEmbedContents", gemini_embed),
    _gemini("embedContent", gemini_embed),
    Route(GEMINI, "GET", "/{version}/models", gemini_models, body="none", query=gemini_models.QUERY),
    Route(GEMINI, "GET", "/{version}/models/{model:word}", gemini_models, body="none"),
)
# fmt: on
