"""Gemini's list of models: `GET /{version}/models` and `GET /{version}/models/{model}`. Always one page.

Source: https://ai.google.dev/api/models
"""

from collections.abc import Mapping
from typing import Any

from ..core import ListModels, ModelInfo, Models
from .gemini_common import error, model_name

_METHODS = {
    "chat": ["generateContent", "countTokens"],
    "embedding": ["embedContent"],
}
_SAMPLING = {"chat": {"temperature": 1.0, "maxTemperature": 2.0}, "embedding": {}}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about: the one that `path` names, or all."""
    return ListModels(model_name(path) or None)


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or the list."""
    models = [_model(model) for model in result.models]
    return models[0] if request.model is not None else {"models": models}


def _model(model: ModelInfo) -> dict[str, Any]:
    return {
        "name": f"models/{model.name}",
        "version": "001",
        "displayName": model.label,
        "description": "A model of the practice provider; no real money, no real intelligence.",
        "inputTokenLimit": model.context,
        "outputTokenLimit": model.max_out,
        "supportedGenerationMethods": _METHODS[model.kind],
    } | _SAMPLING[model.kind]


__all__ = ["error", "read", "write"]
