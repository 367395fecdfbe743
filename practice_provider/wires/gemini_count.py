"""Gemini token counting: `:countTokens`, over bare contents or over a whole request.

Source: https://ai.google.dev/api/tokens
"""

from collections.abc import Mapping
from typing import Any

from ..core import Count, Counted
from .gemini_ask import read_ask
from .gemini_common import model_name, root
from .gemini_errors import error


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Count:
    """Read what is to be counted; `path` says the `model`.

    Raises:
        Fault: "bad_request".
    """
    node = root(body)
    whole = node.get("generateContentRequest")
    if whole is None:
        return Count(read_ask(node, model_name(path)))
    if node.get("contents") is not None:
        raise whole.fault("contents and generate_content_request are mutually exclusive")
    return Count(read_ask(node.only({"generateContentRequest"}).need("generateContentRequest"), model_name(path)))


def write(request: Count, result: Counted) -> dict[str, Any]:
    """Spell the number."""
    return {"totalTokens": result.tokens}


__all__ = ["error", "read", "write"]
