"""Bedrock's CountTokens: `POST /model/{id}/count-tokens`. It reads what Converse or InvokeModel reads, and only counts.

Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
"""

from collections.abc import Mapping
from typing import Any

from ..core import Ask, Count, Counted
from . import anthropic_messages
from .bedrock_ask import COUNTED, json_object, read_ask
from .bedrock_common import Node, error, model_of, root
from .bedrock_invoke import claude_body


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Count:
    """Read the body; `path` names the model.

    Raises:
        Fault: "bad_request".
    """
    kind, inner = root(body).only({"input"}).need("input").union(("converse", "invokeModel"))
    return Count(_converse(inner, path) if kind == "converse" else _invoke(inner, path))


def _converse(converse: Node, path: Mapping[str, str]) -> Ask:
    return read_ask(converse.only(COUNTED), model_of(path))


def _invoke(invoke: Node, path: Mapping[str, str]) -> Ask:
    blob = invoke.only({"body"}).need("body")
    text = Node(blob.blob().decode("utf-8", "replace"), blob.path)
    return anthropic_messages.read(claude_body(json_object(text), path), path)


def write(request: Count, result: Counted) -> dict[str, Any]:
    """Spell the number."""
    return {"inputTokens": result.tokens}


__all__ = ["error", "read", "write"]
