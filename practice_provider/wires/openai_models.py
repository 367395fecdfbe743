"""OpenAI's model list: GET …/models and GET …/models/{model}.

It says only what OpenAI says: names. Limits and prices stand in the model's catalogue.
Source: https://platform.openai.com/docs/api-reference/models
"""

from collections.abc import Mapping
from typing import Any

from ..core import ListModels, ModelInfo, Models
from .openai_common import CREATED
from .openai_errors import error


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> ListModels:
    """Read which model is asked for: the path's, or all."""
    return ListModels(path.get("model"))


def write(request: ListModels, result: Models) -> dict[str, Any]:
    """Write one model, or the list of all.

    >>> info = ModelInfo("practice-small", "Small", "chat", 32000, 4096)
    >>> write(ListModels("practice-small"), Models((info,)))["id"]
    'practice-small'
    """
    rows = [_row(info) for info in result.models]
    return {"object": "list", "data": rows} if request.model is None else rows[0]


def _row(info: ModelInfo) -> dict[str, Any]:
    return {"id": info.name, "object": "model", "created": CREATED, "owned_by": "practice", "shutdown_date": None}


__all__ = ["error", "read", "write"]
