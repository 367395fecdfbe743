"""Anthropic's list of models: `GET /v1/models` and `GET /v1/models/{id}`.

The list is short, so it is always one page. `capabilities` is left null, which the vendor's type allows: a table of
twelve features, of which the practice models have three, would suggest more than it says.

Source: https://platform.claude.com/docs/en/api/models-list
"""

from collections.abc import Mapping
from typing import Any

from ..core import ListModels, ModelInfo, Models
from .anthropic_common import error

_UNKNOWN_DATE = "1970-01-01T00:00:00Z"  # the vendor's own value for a release date that is not known


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about: the one that `path` names, or all."""
    return ListModels(path.get("model"))


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or the list of the models that can write messages."""
    if request.model is not None:
        return _model(result.models[0])
    chat = [_model(model) for model in result.models if model.kind == "chat"]
    return {
        "data": chat,
        "has_more": False,
        "first_id": chat[0]["id"] if chat else None,
        "last_id": chat[-1]["id"] if chat else None,
    }


def _model(model: ModelInfo) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model.name,
        "display_name": model.label,
        "created_at": _UNKNOWN_DATE,
        "lifecycle": "active",
        "line": None,
        "deprecated_at": None,
        "retires_at": None,
        "max_input_tokens": model.context,
        "max_tokens": model.max_out,
        "capabilities": None,
    }


__all__ = ["error", "read", "write"]
