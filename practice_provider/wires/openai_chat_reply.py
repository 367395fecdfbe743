"""A reply as one chat completion, with as many choices as replies.

Notes that the model made before its answer are counted, as OpenAI counts them, and not shown.
Source: https://platform.openai.com/docs/api-reference/chat/object
"""

from collections.abc import Sequence
from typing import Any

from ..core import Ask, Chance, Reply, Stop, Text, ToolCall, Usage
from .openai_common import CREATED, FINGERPRINT, SERVICE_TIER, arguments_text, words
from .openai_logprobs import rows

FINISH: dict[Stop, str] = {
    "end": "stop",
    "stop_sequence": "stop",
    "tool": "tool_calls",
    "length": "length",
    "refusal": "stop",
}


def write(request: Ask, reply: Reply) -> dict[str, Any]:
    """Write a reply as one chat completion."""
    choices = [_choice(request, number, one) for number, one in enumerate((reply, *reply.others))]
    return envelope("chat.completion", reply) | {"choices": choices, "usage": usage(reply.usage)}


def envelope(kind: str, reply: Reply) -> dict[str, Any]:
    """What a completion and its chunks have in common."""
    return {
        "id": f"chatcmpl-{reply.id}",
        "object": kind,
        "created": CREATED,
        "model": reply.model,
        "service_tier": SERVICE_TIER,
        "system_fingerprint": FINGERPRINT,
    }


def _choice(request: Ask, number: int, reply: Reply) -> dict[str, Any]:
    told = None if request.logprobs is None else logprobs(reply.chances, reply.stop == "refusal")
    return {"index": number, "message": _message(reply), "logprobs": told, "finish_reason": FINISH[reply.stop]}


def _message(reply: Reply) -> dict[str, Any]:
    calls = [_call(block) for block in reply.blocks if isinstance(block, ToolCall)]
    said = words(reply) if any(isinstance(block, Text) for block in reply.blocks) or not calls else None
    refused = reply.stop == "refusal"
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refused else said,
        "refusal": said if refused else None,
        "annotations": [],
    }
    return message | ({"tool_calls": calls} if calls else {})


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": arguments_text(call.args)}
    return {"id": call.id, "type": "function", "function": function}


def logprobs(chances: Sequence[Chance], refused: bool) -> dict[str, Any]:
    """The chances of a choice's tokens: those of a refusal have a field of their own."""
    told = rows(chances)
    return {"content": None, "refusal": told} if refused else {"content": told, "refusal": None}


def usage(counts: Usage) -> dict[str, Any]:
    """Token counts with OpenAI's details; the practice model has no audio and no predicted tokens."""
    return {
        "prompt_tokens": counts.tokens_in,
        "completion_tokens": counts.tokens_out,
        "total_tokens": counts.tokens_in + counts.tokens_out,
        "prompt_tokens_details": {"cached_tokens": counts.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": counts.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
