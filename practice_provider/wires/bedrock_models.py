"""Bedrock's list of models: `GET /foundation-models` and `GET /foundation-models/{id}`, of the service `bedrock`.

The filters (`byProvider`, …) of the list are not read: it is short.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
"""

from collections.abc import Mapping
from typing import Any

from ..core import ListModels, ModelInfo, ModelKind, Models
from .bedrock_common import error, model_of

# kind → what a model takes and gives; other kinds have no operation here
_MODALITIES: Mapping[ModelKind, tuple[list[str], list[str]]] = {
    "chat": (["TEXT", "IMAGE"], ["TEXT"]),
    "embedding": (["TEXT"], ["EMBEDDING"]),
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about: the one that `path` names, or all."""
    return ListModels(model_of(path) if "model" in path else None)


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or the list of those that can be invoked."""
    if request.model is not None:
        return {"modelDetails": _model(result.models[0])}
    return {"modelSummaries": [_model(model) for model in result.models if model.kind in _MODALITIES]}


def _model(model: ModelInfo) -> dict[str, Any]:
    takes, gives = _MODALITIES.get(model.kind, (["TEXT"], ["TEXT"]))
    return {
        "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{model.name}",
        "modelId": model.name,
        "modelName": model.label,
        "providerName": "Practice",
        "inputModalities": takes,
        "outputModalities": gives,
        "responseStreamingSupported": model.kind == "chat",
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
    }


__all__ = ["error", "read", "write"]
