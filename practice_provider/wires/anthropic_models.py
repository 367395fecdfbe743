"""Anthropic's list of models: `GET /v1/models` and `GET /v1/models/{id}`.

`capabilities` is left null, which the vendor's type allows: a table of twelve features, of which the practice models
have few, would suggest more than it says. `lifecycle` is accepted without effect: all models are active.

Source: https://platform.claude.com/docs/en/api/models-list
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import Fault, ListModels, ModelInfo, Models
from .anthropic_common import error

QUERY = ("limit", "after_id", "before_id")  # what of the URL's query is read

_UNKNOWN_DATE = "1970-01-01T00:00:00Z"  # the vendor's own value for a release date that is not known
_MOST, _USUAL = 1000, 20


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked about, the one that `path` names, or which page of all.

    Raises:
        Fault: "bad_request" for a limit that is none.
    """
    sent = path.get("limit", str(_USUAL))
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 4 and 1 <= int(sent) <= _MOST):
        raise Fault("bad_request", f"limit: Input should be a number from 1 to {_MOST}; you sent '{sent[:20]}'.")
    cursors = {name: path[name] for name in ("after_id", "before_id") if name in path}
    return ListModels(path.get("model"), {"limit": int(sent), **cursors})


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Spell one model, or a page of the models that can write messages."""
    chat = [_model(model) for model in result.models if model.kind == "chat"]
    if request.model is not None and not chat:
        raise Fault("no_such_model", f"model: '{request.model}' writes no messages.")
    if request.model is not None:
        return chat[0]
    page, more = _page(chat, request.echo)
    return {
        "data": page,
        "has_more": more,
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
    }


def _page(models: Sequence[dict[str, Any]], wanted: Mapping[str, Any]) -> tuple[Sequence[dict[str, Any]], bool]:
    limit = wanted["limit"]
    if "before_id" in wanted:
        before = models[: _place(models, wanted, "before_id")]
        return before[-limit:], len(before) > limit
    after = models[_place(models, wanted, "after_id") + 1 :] if "after_id" in wanted else models
    return after[:limit], len(after) > limit


def _place(models: Sequence[dict[str, Any]], wanted: Mapping[str, Any], name: str) -> int:
    ids = [model["id"] for model in models]
    if wanted[name] not in ids:
        raise Fault("bad_request", f"{name}: '{wanted[name]}' is no model. The models are: {', '.join(ids)}.")
    return ids.index(wanted[name])


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


__all__ = ["QUERY", "error", "read", "write"]
