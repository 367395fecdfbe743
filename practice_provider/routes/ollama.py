"""Ollama: its own API, and its OpenAI-compatible one. https://github.com/ollama/ollama/blob/main/docs/api.md"""

from .. import keyless
from ..framing import JSON_LINES
from ..wires import (
    ollama_chat,
    ollama_embed,
    ollama_generate,
    ollama_models,
    ollama_v1,
    openai_chat,
    openai_embeddings,
    openai_models,
    openai_responses,
)
from .table import Route, Vendor

_STATEFUL = ("previous_response_id", "conversation", "background")
_SCHEME = keyless.OptionalKey("practice-ollama")
OLLAMA = Vendor("ollama", "/ollama", ollama_chat, _SCHEME)
COMPATIBLE = Vendor("ollama_v1", "/ollama/v1", openai_chat, _SCHEME)


def _about(method: str, path: str, what: str) -> Route:
    body = "none" if method == "GET" else "unlabelled"
    return Route(OLLAMA, method, path, ollama_models, body=body, fixed={"about": what})  # type: ignore[arg-type]


# fmt: off
ROUTES: tuple[Route, ...] = (
    Route(COMPATIBLE, "POST", "/chat/completions", ollama_v1.TaggedChat(openai_chat)),
    Route(COMPATIBLE, "POST", "/responses", ollama_v1.TaggedChat(openai_responses, _STATEFUL)),
    Route(COMPATIBLE, "POST", "/embeddings", ollama_v1.Tagged(openai_embeddings)),
    Route(COMPATIBLE, "GET", "/models", ollama_v1.Tagged(openai_models), body="none"),
    Route(COMPATIBLE, "GET", "/models/{model:path}", ollama_v1.Tagged(openai_models), body="none"),
    Route(OLLAMA, "POST", "/api/chat", ollama_chat, framing=JSON_LINES, body="unlabelled"),
    Route(OLLAMA, "POST", "/api/generate", ollama_generate, framing=JSON_LINES, body="unlabelled"),
    Route(OLLAMA, "POST", "/api/embed", ollama_embed, fixed={"field": "input"}, body="unlabelled"),
    Route(OLLAMA, "POST", "/api/embeddings", ollama_embed, fixed={"field": "prompt"}, body="unlabelled"),
    _about("POST", "/api/show", "show"),
    _about("GET", "/api/tags", "tags"),
    _about("GET", "/api/ps", "ps"),
    _about("GET", "/api/version", "version"),
    _about("GET", "", "alive"),
    _about("GET", "/", "alive"),
)
# fmt: on
