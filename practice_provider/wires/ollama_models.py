"""What Ollama tells about itself: which models there are (tags), are loaded (ps), how one is made (show), the version.

Digests and sizes are those of no file: the practice models have none. All of them are always loaded.
Source: https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ..core import ListModels, ModelInfo, ModelKind, Models
from . import Raw
from .ollama_common import CREATED, error, model_of, root, tagged

VERSION = "0.17.4"  # whose API this is
_FOREVER = "2318-01-01T00:00:00Z"  # as the vendor says for a model that is never unloaded
_CAPABILITIES: Mapping[ModelKind, list[str]] = {
    "chat": ["completion", "vision", "tools", "thinking"],
    "embedding": ["embedding"],
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read what is asked: `path` tells it by its `about`, the body of a `show` the model.

    Raises:
        Fault: "bad_request".
    """
    about = path["about"]
    if about != "show":
        return ListModels(echo={"about": about})
    node = root({"model": body.get("name"), **body})  # `name` is the older spelling
    node.only({"model", "name", "verbose", "system", "template", "options"})
    return ListModels(model_of(node)[0], {"about": about})


def write(request: ListModels, result: Models) -> dict[str, Any] | Raw:
    """Spell the answer."""
    return _ANSWERS[request.echo["about"]](result)


def _tags(result: Models) -> dict[str, Any]:
    return {"models": [_entry(model) | {"modified_at": CREATED} for model in _offered(result)]}


def _loaded(result: Models) -> dict[str, Any]:
    stay = {"expires_at": _FOREVER, "size_vram": 0}
    return {"models": [_entry(m) | stay | {"context_length": m.context} for m in _offered(result)]}


def _show(result: Models) -> dict[str, Any]:
    model = result.models[0]
    return {
        "modelfile": f"# the practice provider has no model files\nFROM {tagged(model.name)}",
        "parameters": f"num_ctx {model.context}",
        "template": "{{ .Prompt }}",
        "details": _details(),
        "model_info": {"general.architecture": "practice", "practice.context_length": model.context},
        "capabilities": _CAPABILITIES.get(model.kind, []),
        "modified_at": CREATED,
    }


def _version(result: Models) -> dict[str, Any]:
    return {"version": VERSION}


def _alive(result: Models) -> Raw:
    return Raw("text/plain; charset=utf-8", b"Ollama is running")


def _offered(result: Models) -> list[ModelInfo]:
    return [model for model in result.models if model.kind in _CAPABILITIES]


def _entry(model: ModelInfo) -> dict[str, Any]:
    name, digest = tagged(model.name), hashlib.sha256(model.name.encode()).hexdigest()
    return {"name": name, "model": name, "size": 0, "digest": digest, "details": _details()}


def _details() -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "practice",
        "family": "practice",
        "families": ["practice"],
        "parameter_size": "0",
        "quantization_level": "none",
    }


_ANSWERS: Mapping[str, Callable[[Models], dict[str, Any] | Raw]] = {
    "tags": _tags,
    "ps": _loaded,
    "show": _show,
    "version": _version,
    "alive": _alive,
}

__all__ = ["error", "read", "write"]
