"""Embeddings on Bedrock: an InvokeModel body of Amazon's Titan, one text at a time.

There are no embeddings in Converse, so each family has a body of its own; Titan's is the vendor's own.
Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
"""

from collections.abc import Mapping
from typing import Any

from ..core import Embed, Vectors
from .bedrock_common import model_of, root


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Embed:
    """Read the text and how many dimensions its vector shall have.

    Raises:
        Fault: "bad_request".
    """
    node = root(body).only({"inputText", "dimensions", "normalize", "embeddingTypes"})
    text, dimensions, types = node.need("inputText"), node.get("dimensions"), node.get("embeddingTypes")
    if not text.text():
        raise text.broken("Member must have length greater than or equal to 1")
    if (normalize := node.get("normalize")) and not normalize.flag():
        raise normalize.fault("normalize: the practice model's vectors have unit length; leave it out, or send true.")
    for kind in types.items() if types else []:
        kind.one_of({"float"})
    return Embed(model_of(path), (text.text(),), dimensions.at_least(1) if dimensions else None)


def write(result: Vectors) -> dict[str, Any]:
    """Spell the vector."""
    vector = list(result.vectors[0])
    return {"embedding": vector, "embeddingsByType": {"float": vector}, "inputTextTokenCount": result.tokens_in}
