"""Embeddings on Vertex AI: `:predict`, with a list of instances and one set of parameters.

The statistics of a vector name its tokens only where it is alone: the model counts a request's tokens as a whole.
`autoTruncate` has no effect, a text that is too long is always refused.

Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
"""

from collections.abc import Mapping
from typing import Any

from ..core import Embed, Vectors
from .gemini_common import Node, root
from .gemini_embed import check_task, dimensions
from .vertex_errors import error
from .vertex_gemini import without_version

_MOST = 250
_INSTANCE = {"content", "task_type", "taskType", "title", "mimeType"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Embed:
    """Read the texts; `path` says the `model`.

    Raises:
        Fault: "bad_request".
    """
    node, named = root(body).only({"instances", "parameters"}), without_version(path)
    instances, parameters = node.need("instances").items(), node.get("parameters")
    if not 1 <= len(instances) <= _MOST:
        raise node.need("instances").fault(f"{len(instances)} instance(s) were sent: send 1 to {_MOST}.")
    size = dimensions(parameters.only({"outputDimensionality", "autoTruncate"})) if parameters else None
    return Embed(named["model"], tuple(map(_text, instances)), size)


def _text(instance: Node) -> str:
    check_task(instance.only(_INSTANCE))
    return instance.need("content").text()


def write(request: Embed, result: Vectors) -> dict[str, Any]:
    """Spell the vectors."""
    counted = {"token_count": result.tokens_in} if len(result.vectors) == 1 else {}
    statistics = {"truncated": False, **counted}
    return {
        "predictions": [
            {"embeddings": {"values": list(vector), "statistics": statistics}} for vector in result.vectors
        ],
        "metadata": {"billableCharacterCount": sum(map(_billable, request.texts))},
    }


def _billable(text: str) -> int:
    """Characters that cost: all but spaces."""
    return len("".join(text.split()))


__all__ = ["error", "read", "write"]
