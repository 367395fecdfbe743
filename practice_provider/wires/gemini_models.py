"""Gemini's list of models: `GET /{version}/models` and `GET /{version}/models/{model}`.

Source: https://ai.google.dev/api/models
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ..core import Fault, ListModels, ModelInfo, ModelKind, Models
from .gemini_common import model_name
from .gemini_errors import error

QUERY = ("pageSize", "pageToken")  # what of the URL's query is read

_METHODS: Mapping[ModelKind, list[str]] = {
    "chat": ["generateContent", "countTokens"],
    "embedding": ["embedContent"],
}
_CHAT_ONLY = {"temperature": 1.0, "maxTemperature": 2.0, "thinking": True}
_USUAL, _MOST = 50, 1000

Item = TypeVar("Item")


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about, the one that `path` names, or which page of all.

    Raises:
        Fault: "bad_request".
    """
    return ListModels(model_name(path) or None, {name: _number(path, name) for name in QUERY})


def _number(path: Mapping[str, str], name: str) -> int:
    sent = path.get(name, "0")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise Fault("bad_request", f"Invalid value at '{name}': '{sent[:30]}'. Send a number, or the token of a page.")
    return int(sent)


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or a page of the list."""
    offered = [_model(model) for model in result.models if model.kind in _METHODS]
    if request.model is not None and not offered:
        raise Fault("no_such_model", f"'{request.model}' is a model for another API.")
    if request.model is not None:
        return offered[0]
    models, more = page(request, offered)
    return {"models": models} | more


def page(request: ListModels, items: Sequence[Item]) -> tuple[Sequence[Item], dict[str, str]]:
    """The items of the page that is asked for, and the token of the next one; a token is the number of an item."""
    first, size = request.echo["pageToken"], min(request.echo["pageSize"] or _USUAL, _MOST)
    more = {"nextPageToken": str(first + size)} if first + size < len(items) else {}
    return items[first : first + size], more


def _model(model: ModelInfo) -> dict[str, Any]:
    return {
        "name": f"models/{model.name}",
        "version": "001",
        "displayName": model.label,
        "description": "A model of the practice provider; no real money, no real intelligence.",
        "inputTokenLimit": model.context,
        "outputTokenLimit": model.max_out,
        "supportedGenerationMethods": _METHODS[model.kind],
    } | (_CHAT_ONLY if model.kind == "chat" else {})


__all__ = ["QUERY", "error", "read", "write"]
