"""OpenAI's chat completions: POST …/chat/completions, plain and streamed.

Pure functions between OpenAI's JSON and the neutral conversation; no HTTP. This module reads; `openai_chat_reply` and
`openai_chat_stream` write. An answer is never sound, and functions are the only tools.
Source: https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Mapping
from typing import Any

from ..core import Ask
from .openai_chat_messages import read_messages
from .openai_chat_reply import write
from .openai_chat_stream import stream
from .openai_common import EFFORT, mentions_json, stops
from .openai_errors import Refused, error
from .openai_fields import optional
from .openai_logprobs import MOST
from .openai_options import (
    SHARED,
    SHARED_NO_EFFECT,
    Check,
    absent,
    array,
    boolean,
    check_known,
    check_options,
    decimal,
    harmless,
    integer,
    obj,
    one_of,
    only,
    string_or_array,
)
from .openai_tools import CHAT, read_format, read_tools

OPTIONS: dict[str, Check] = SHARED | {
    "messages": array,
    "max_tokens": integer(1),
    "max_completion_tokens": integer(1),
    "stop": string_or_array,
    "seed": integer(-(2**63), 2**63 - 1),
    "response_format": obj,
    "frequency_penalty": decimal(-2, 2),
    "presence_penalty": decimal(-2, 2),
    "reasoning_effort": one_of(*EFFORT),
    "verbosity": one_of("low", "medium", "high"),
    "prediction": harmless,  # it only makes an answer come sooner
    "logit_bias": only({}, instead="Leave it out."),
    "logprobs": boolean,
    "top_logprobs": integer(0, MOST),
    "n": integer(1, 128),
    "modalities": only(["text"], instead="The practice model answers in words only."),
    "audio": absent("The practice model answers in words only."),
    "functions": absent("Use 'tools' instead."),
    "function_call": absent("Use 'tool_choice' instead."),
    "web_search_options": absent("The practice provider has no network."),
}

# accepted, and without effect on a practice answer
NO_EFFECT: tuple[str, ...] = (
    *SHARED_NO_EFFECT,
    "frequency_penalty",
    "presence_penalty",
    "prediction",
    "seed",
    "stream_options.include_obfuscation",
    "verbosity",
)

# ---- the request -----------------------------------------------------------------------------------------------


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read a chat completions body.

    Raises: Refused for a body that OpenAI would refuse, or an option that the practice provider can't honour.
    """
    check_known(body, OPTIONS)
    check_options(body, OPTIONS, ("messages", "model"))
    _check_combinations(body)
    turns = read_messages(body["messages"])
    choice = read_tools(body, CHAT)
    form = read_format(body.get("response_format"), CHAT)
    if form.json_only and not mentions_json(turns):
        text = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        raise Refused(text, param="messages")
    return Ask(
        model=body["model"],
        turns=turns,
        tools=choice.tools,
        tool_choice=choice.mode,
        tool_name=choice.name,
        parallel_tools=body.get("parallel_tool_calls") is not False,
        schema=form.schema,
        json_only=form.json_only,
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
        stop=stops(body.get("stop")),
        temperature=body.get("temperature"),
        seed=body.get("seed"),
        thinking=EFFORT[body.get("reasoning_effort") or "none"],
        n=body.get("n") or 1,
        logprobs=(body.get("top_logprobs") or 0) if body.get("logprobs") else None,
        stream=body.get("stream") is True,
        echo={"include_usage": _wants_usage(body)},
    )


def _wants_usage(body: Mapping[str, Any]) -> bool:
    options = body.get("stream_options") or {}
    optional(options, "include_obfuscation", bool, "stream_options")
    return optional(options, "include_usage", bool, "stream_options") is True


# the first option may not be given together with, or without, the second
APART = (("max_tokens", "max_completion_tokens"),)
NEEDS = (
    ("stream_options", "stream"),
    ("tool_choice", "tools"),
    ("parallel_tool_calls", "tools"),
    ("top_logprobs", "logprobs"),
)


def _check_combinations(body: Mapping[str, Any]) -> None:
    for first, second in APART:
        if body.get(first) is not None and body.get(second) is not None:
            text = f"Setting '{first}' and '{second}' at the same time is not supported."
            raise Refused(text, param=first, code="invalid_parameter_combination")
    for option, other in NEEDS:
        if body.get(option) is not None and not body.get(other):
            text = f"Invalid value for '{option}': '{option}' is only allowed when '{other}' is specified."
            raise Refused(text, param=option)


__all__ = ["error", "read", "stream", "write"]
