"""How many tokens would this input be? POST …/responses/input_tokens.

The body is that of a response, without what only matters to an answer.
Source: https://platform.openai.com/docs/api-reference/responses/input-tokens
"""

from collections.abc import Mapping
from typing import Any

from ..core import Count, Counted
from . import openai_responses
from .openai_errors import Refused, error

OPTIONS = frozenset(
    [
        *("conversation", "input", "instructions", "model", "parallel_tool_calls", "personality"),
        *("previous_response_id", "reasoning", "text", "tool_choice", "tools", "truncation"),
    ]
)
NO_EFFECT: tuple[str, ...] = ("parallel_tool_calls", "personality", "reasoning", "tool_choice", "truncation")


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Count:
    """Read what is to be counted.

    Raises: Refused for a body that OpenAI would refuse.
    """
    for name in body:
        if name not in OPTIONS:
            raise Refused(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    return Count(openai_responses.read({k: v for k, v in body.items() if k != "personality"}, path))


def write(request: Count, result: Counted) -> dict[str, Any]:
    """Write the count.

    >>> from ..core import Ask
    >>> write(Count(Ask("m", ())), Counted(3))
    {'object': 'response.input_tokens', 'input_tokens': 3}
    """
    return {"object": "response.input_tokens", "input_tokens": result.tokens}


__all__ = ["error", "read", "write"]
