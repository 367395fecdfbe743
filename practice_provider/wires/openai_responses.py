"""OpenAI's responses: POST …/responses, plain and as a stream of typed events.

Pure functions between OpenAI's JSON and the neutral conversation; no HTTP. Earlier responses are put into the body
before it is read (openai_responses_memory); stored conversations, prompts and hosted tools get a 400 that names them.
Source: https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Mapping
from typing import Any

from ..core import Ask, Reply
from .openai_common import EFFORT, mentions_json
from .openai_errors import Refused, error, unsupported, wrong_value
from .openai_fields import optional
from .openai_logprobs import MOST
from .openai_options import (
    SHARED,
    SHARED_NO_EFFECT,
    Check,
    absent,
    array,
    check_options,
    harmless,
    integer,
    obj,
    one_of,
    only,
    string,
    string_or_array,
)
from .openai_responses_events import stream
from .openai_responses_input import read_input
from .openai_responses_output import finished
from .openai_tools import RESPONSES, read_format, read_tools

STATELESS = "It is not kept here: use 'previous_response_id', or send the whole conversation as 'input'."
LOGPROBS, ENCRYPTED = "message.output_text.logprobs", "reasoning.encrypted_content"
KEPT = "kept"  # the path has it where earlier responses were put into the body
SUMMARIES = ("auto", "concise", "detailed")
INCLUDABLE = (
    LOGPROBS,
    ENCRYPTED,
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
)

OPTIONS: dict[str, Check] = SHARED | {
    "input": string_or_array,
    "instructions": string,
    "max_output_tokens": integer(16),
    "text": obj,
    "reasoning": obj,
    "max_tool_calls": integer(1),  # it counts hosted tools only
    "image": harmless,
    "include": array,
    "truncation": one_of("auto", "disabled"),
    "top_logprobs": integer(0, MOST),
    "background": only(False, instead=STATELESS),
    "background_options": absent(STATELESS),
    "previous_response_id": string,
    "conversation": absent(STATELESS),
    "context_management": absent(STATELESS),
    "prompt": absent("There are no stored prompts here: send 'instructions' and 'input'."),
    "access_programs": absent("Leave it out."),
}

# accepted, and without effect on a practice answer
NO_EFFECT: tuple[str, ...] = (
    *(name for name in SHARED_NO_EFFECT if name != "store"),
    "image",
    "include: results of hosted tools",
    "max_tool_calls",
    "reasoning.context",
    "reasoning.mode",
    "stream_options.include_obfuscation",
    "text.verbosity",
    "truncation: 'auto' (a conversation that is too long is refused all the same)",
)


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read a responses body.

    Raises: Refused for a body that OpenAI would refuse, or an option that the practice provider can't honour.
    """
    for name in body:
        if name not in OPTIONS:
            raise Refused(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    check_options(body, OPTIONS, ("model", "input"))
    if body.get("previous_response_id") is not None and KEPT not in path:
        raise unsupported("previous_response_id", "Nothing is stored here: send the whole conversation as 'input'.")
    turns = read_input(body["input"], body.get("instructions"))
    choice = read_tools(body, RESPONSES)
    form = read_format(optional(body.get("text") or {}, "format", dict, "text"), RESPONSES)
    included = _included(body.get("include") or [])
    if form.json_only and not mentions_json(turns):
        text = "Response input messages must contain the word 'json' in some form to use 'text.format' of type"
        raise Refused(f"{text} 'json_object'.", param="input")
    return Ask(
        model=body["model"],
        turns=turns,
        tools=choice.tools,
        tool_choice=choice.mode,
        tool_name=choice.name,
        parallel_tools=body.get("parallel_tool_calls") is not False,
        schema=form.schema,
        json_only=form.json_only,
        max_tokens=body.get("max_output_tokens"),
        temperature=body.get("temperature"),
        thinking=_thinking(body.get("reasoning")),
        logprobs=(body.get("top_logprobs") or 0) if LOGPROBS in included else None,
        stream=body.get("stream") is True,
        echo={name: value for name, value in body.items() if value is not None},
    )


def _included(names: list[Any]) -> list[str]:
    for number, name in enumerate(names):
        if name not in INCLUDABLE:
            raise wrong_value(f"include[{number}]", name, ", ".join(f"'{one}'" for one in INCLUDABLE))
    return names


def _thinking(reasoning: Any) -> int | None:
    """The budget of notes: who asks for reasoning without saying how much gets a medium one."""
    if reasoning is None:
        return None
    effort = optional(reasoning, "effort", str, "reasoning") or "medium"
    for name, known in (("effort", EFFORT), ("summary", SUMMARIES), ("generate_summary", SUMMARIES)):
        value = reasoning.get(name)
        if value is not None and value not in known:
            raise wrong_value(f"reasoning.{name}", value, ", ".join(f"'{one}'" for one in known))
    return EFFORT[effort]


def write(request: Ask, reply: Reply) -> dict[str, Any]:
    """Write a reply as one response object."""
    return finished(request, reply)


__all__ = ["error", "read", "stream", "write"]
