"""Vertex AI's publisher models: Google's list, and one by its name.

Source: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1beta1/publishers.models/list
"""

from collections.abc import Mapping
from typing import Any

from ..core import Fault, ListModels, ModelInfo, ModelKind, Models
from . import gemini_models
from .vertex_errors import error
from .vertex_gemini import without_version

QUERY = gemini_models.QUERY

_KINDS: tuple[ModelKind, ...] = ("chat", "embedding")


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about, the one that `path` names, or which page of all.

    Raises:
        Fault: "bad_request".
    """
    return gemini_models.read(body, without_version(path))


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or a page of the list."""
    offered = [_model(model) for model in result.models if model.kind in _KINDS]
    if request.model is not None and not offered:
        raise Fault("no_such_model", f"'{request.model}' is a model for another API.")
    if request.model is not None:
        return offered[0]
    models, more = gemini_models.page(request, offered)
    return {"publisherModels": models} | more


def _model(model: ModelInfo) -> dict[str, Any]:
    return {
        "name": f"publishers/google/models/{model.name}",
        "versionId": "001",
        "openSourceCategory": "PROPRIETARY",
        "launchStage": "GA",
        "versionState": "VERSION_STATE_STABLE",
    }


__all__ = ["QUERY", "error", "read", "write"]
