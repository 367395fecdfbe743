"""Anthropic token counting: `POST /v1/messages/count_tokens`. It reads what a message request reads, and only counts.

Source: https://platform.claude.com/docs/en/api/messages-count-tokens
"""

from collections.abc import Mapping
from typing import Any

from ..core import Count, Counted
from .anthropic_ask import COUNTED, read_ask
from .anthropic_common import error, root


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Count:
    """Read the body; `path` says nothing here.

    Raises:
        Fault: "bad_request".
    """
    node = root(body)
    ask = read_ask(node)
    node.only(COUNTED)
    return Count(ask)


def write(request: Count, result: Counted) -> dict[str, Any]:
    """Spell the number."""
    return {"input_tokens": result.tokens}


__all__ = ["error", "read", "write"]
