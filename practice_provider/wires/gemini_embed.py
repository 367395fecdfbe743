"""Gemini embeddings: `:batchEmbedContents`, which the SDK calls, and `:embedContent` for a single text.

The task type and the title are checked and change nothing: the practice model has one kind of vector.

Source: https://ai.google.dev/api/embeddings
"""

from collections.abc import Mapping
from typing import Any

from ..core import Embed, Text, Vectors
from .gemini_common import Node, model_name, one_of, root
from .gemini_errors import error
from .gemini_parts import read_contents

_CONFIG = {"taskType", "title", "outputDimensionality", "autoTruncate"}
_FIELDS = {"model", "content", "embedContentConfig", *_CONFIG}
TASKS = (
    *("TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION"),
    *("CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY"),
)


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
    config = request.get("embedContentConfig")
    for place in (request, *([config.only(_CONFIG)] if config else [])):
        check_task(place)
        if (size := dimensions(place)) is not None:
            return size
    return None


def check_task(place: Node, name: str = "taskType") -> None:
    """Look at the task type and the title, which only a document that is to be found has.

    Raises:
        Fault: "bad_request".
    """
    task, title = place.get(name), place.get("title")
    word = one_of(task, TASKS) if task else None
    if title and title.text() and word not in (None, "RETRIEVAL_DOCUMENT"):
        raise title.fault("The `title` parameter is only available for the task type `RETRIEVAL_DOCUMENT`.")


def dimensions(place: Node) -> int | None:
    """How long the vectors are to be.

    Raises:
        Fault: "bad_request".
    """
    size = place.get("outputDimensionality")
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
