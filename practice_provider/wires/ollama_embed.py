"""Ollama's embeddings: `POST /api/embed`, and the older `POST /api/embeddings` for one text.

A text that is too long is refused also with `truncate`: it is not cut.
Source: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings
"""

from collections.abc import Mapping
from typing import Any

from ..core import Embed, ListModels, Models, Vectors
from .ollama_common import Node, embedding_durations, error, model_of, root
from .ollama_options import is_unloading, read_options

NO_EFFECT = {"truncate", "keep_alive", "options"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Embed | ListModels:
    """Read the texts: `input`, or `prompt` at the older URL, which `path` tells by its `field`.

    Raises:
        Fault: "bad_request".
    """
    field = path["field"]
    node = root(body).only({"model", field, "dimensions"} | NO_EFFECT)
    name, sent = model_of(node)
    read_options(node)
    is_unloading(node)
    if truncate := node.get("truncate"):
        truncate.flag()
    dimensions, given = node.get("dimensions"), node.get(field)
    texts = _texts(given) if given else ()
    echo = {"model": sent, "field": field}
    if not texts:
        return ListModels(name, echo)
    return Embed(name, texts, dimensions.integer() or None if dimensions else None, echo)


def _texts(given: Node) -> tuple[str, ...]:
    if isinstance(given.value, str):
        return (given.value,) if given.value else ()
    if given.path == "prompt" or not isinstance(given.value, list):
        raise given.fault("invalid input type")
    if not all(isinstance(text, str) for text in given.value):
        raise given.fault("invalid input type")
    return tuple(given.value)


def write(request: Embed | ListModels, result: Vectors | Models) -> dict[str, Any]:
    """Spell the vectors; for no text there are none."""
    vectors = [list(vector) for vector in result.vectors] if isinstance(result, Vectors) else []
    if request.echo["field"] == "prompt":
        return {"embedding": vectors[0] if vectors else []}
    counts = embedding_durations(result.tokens_in) if isinstance(result, Vectors) else {}
    return {"model": request.echo["model"], "embeddings": vectors} | counts


__all__ = ["error", "read", "write"]
