"""Gemini embeddings: `:batchEmbedContents`, which the SDK calls, and `:embedContent` for a single text.

The task type is accepted and changes nothing: the practice model has one kind of vector.

Source: https://ai.google.dev/api/embeddings
"""

from collections.abc import Mapping
from typing import Any

from ..core import Embed, Text, Vectors
from .gemini_common import Node, error, model_name, root
from .gemini_parts import read_contents

_FIELDS = {"model", "content", "taskType", "title", "outputDimensionality", "embedContentConfig"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Embed:
    """Read one text or many; `path` says the `model`, and with the `verb` which of the two.

    Raises:
        Fault: "bad_request".
    """
    node, single = root(body), path.get("verb") == "embedContent"
    requests = [node] if single else node.only({"requests"}).need("requests").items()
    if not requests:
        raise node.need("requests").fault("* BatchEmbedContentsRequest.requests: at least one request is required")
    model = model_name(path)
    sizes = {_dimensions(request) for request in requests}
    if len(sizes) > 1:
        raise node.fault("* BatchEmbedContentsRequest.requests: all must ask for the same output_dimensionality")
    texts = tuple(_text(request, model) for request in requests)
    return Embed(model, texts, sizes.pop(), echo={"single": single})


def _dimensions(request: Node) -> int | None:
    size = request.get("outputDimensionality")
    if size and size.integer() < 1:
        raise size.fault(f"{size.path} must be positive, you sent {size.integer()}")
    return size.integer() if size else None


def _text(request: Node, model: str) -> str:
    named = request.only(_FIELDS).get("model")
    if named and named.text().removeprefix("models/") != model:
        raise named.fault(f"{named.path} is '{named.text()}', but the URL names 'models/{model}'")
    content = request.need("content")
    blocks = [block for turn in read_contents(content) for block in turn.blocks]
    words = [block.text for block in blocks if isinstance(block, Text)]
    if len(words) < len(blocks):
        raise content.fault(f"{content.path}: only text can be embedded")
    return "\n".join(words)


def write(request: Embed, result: Vectors) -> dict[str, Any]:
    """Spell the vectors."""
    usage = {"promptTokenCount": result.tokens_in, "totalTokenCount": result.tokens_in}
    vectors = [{"values": list(vector)} for vector in result.vectors]
    found = {"embedding": vectors[0]} if request.echo["single"] else {"embeddings": vectors}
    return found | {"usageMetadata": usage}


__all__ = ["error", "read", "write"]
