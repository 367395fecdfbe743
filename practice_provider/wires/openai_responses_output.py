"""A reply as OpenAI's response object: what was asked comes back, with the items of the answer in `output`.

Source: https://platform.openai.com/docs/api-reference/responses/object
"""

from collections.abc import Mapping
from typing import Any

from ..core import Ask, Reply, Usage
from .openai_common import CREATED, SERVICE_TIER
from .openai_responses_items import Items
from .openai_schema import problems

Json = dict[str, Any]


def finished(request: Ask, reply: Reply) -> Json:
    """The object of a complete reply, or of one that was cut off by max_output_tokens."""
    cut = reply.stop == "length"
    last = len(reply.blocks) - 1
    items = Items(request, reply)
    output = [
        items.item(n, block, "incomplete" if cut and n == last else "completed") for n, block in enumerate(reply.blocks)
    ]
    return begun(request, reply) | {
        "status": "incomplete" if cut else "completed",
        "completed_at": None if cut else CREATED,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": output,
        "usage": usage(reply.usage),
    }


def begun(request: Ask, reply: Reply) -> Json:
    """A response that has just begun: what was asked comes back, and nothing is said yet."""
    given = request.echo
    return {
        "id": f"resp_{reply.id}",
        "object": "response",
        "created_at": CREATED,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": given.get("instructions"),
        "max_output_tokens": given.get("max_output_tokens"),
        "max_tool_calls": given.get("max_tool_calls"),
        "metadata": given.get("metadata", {}),
        "model": reply.model,
        "output": [],
        "parallel_tool_calls": given.get("parallel_tool_calls", True),
        "previous_response_id": given.get("previous_response_id"),
        "prompt_cache_key": given.get("prompt_cache_key"),
        "reasoning": {"effort": None, "summary": None} | given.get("reasoning", {}),
        "safety_identifier": given.get("safety_identifier"),
        "service_tier": SERVICE_TIER,
        "temperature": given.get("temperature", 1.0),
        "text": {"format": _format(given), "verbosity": given.get("text", {}).get("verbosity") or "medium"},
        "tool_choice": given.get("tool_choice", "auto"),
        "tools": [_tool(tool) for tool in given.get("tools", ())],
        "top_logprobs": given.get("top_logprobs") or 0,
        "top_p": given.get("top_p", 1.0),
        "truncation": given.get("truncation") or "disabled",
        "usage": None,
        "user": given.get("user"),
    }


def _format(given: Mapping[str, Any]) -> Json:
    form = given.get("text", {}).get("format") or {"type": "text"}
    return form if form["type"] != "json_schema" else {"description": None, "strict": False} | form


def _tool(tool: Json) -> Json:
    """A function as the response tells it; one that did not say `strict` is strict where its schema allows it."""
    parameters = tool.get("parameters") or {}
    strict = tool.get("strict")
    return {
        "type": "function",
        "name": tool["name"],
        "description": tool.get("description"),
        "parameters": parameters,
        "strict": next(problems(parameters), None) is None if strict is None else strict,
    }


def usage(counts: Usage) -> Json:
    """Token counts with OpenAI's details."""
    return {
        "input_tokens": counts.tokens_in,
        "input_tokens_details": {"cached_tokens": counts.cached, "cache_write_tokens": counts.cache_written},
        "output_tokens": counts.tokens_out,
        "output_tokens_details": {"reasoning_tokens": counts.reasoning},
        "total_tokens": counts.tokens_in + counts.tokens_out,
    }
