"""OpenAI's responses: POST …/responses, plain and as a stream of typed events.

Pure functions between OpenAI's JSON and the neutral conversation; no HTTP. Nothing is stored: an option that refers to
an earlier response or a stored conversation gets a 400 that names it, as does a hosted tool.
Source: https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import Ask, Event, Reply
from . import Frame
from .openai_common import mentions_json
from .openai_errors import Refused, error
from .openai_fields import optional
from .openai_options import (
    SHARED,
    Check,
    absent,
    check_options,
    harmless,
    integer,
    obj,
    only,
    string,
    string_or_array,
)
from .openai_responses_input import read_input
from .openai_responses_output import finished, frames
from .openai_tools import RESPONSES, read_format, read_tools

STATELESS = "Nothing is stored here: send the whole conversation as 'input'."
NO_PROBABILITIES = "Leave it out: the practice model has no probabilities."

OPTIONS: dict[str, Check] = SHARED | {
    "input": string_or_array,
    "instructions": string,
    "max_output_tokens": integer(16),
    "text": obj,
    "reasoning": obj,
    "max_tool_calls": integer(1),  # it counts hosted tools only
    "image": harmless,
    "include": only([], ["reasoning.encrypted_content"], instead="Leave it out."),
    "truncation": only("disabled", instead="Shorten the input yourself."),
    "top_logprobs": only(0, instead=NO_PROBABILITIES),
    "background": only(False, instead=STATELESS),
    "background_options": absent(STATELESS),
    "previous_response_id": absent(STATELESS),
    "conversation": absent(STATELESS),
    "context_management": absent(STATELESS),
    "prompt": absent("There are no stored prompts here: send 'instructions' and 'input'."),
    "access_programs": absent("Leave it out."),
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read a responses body.

    Raises: Refused for a body that OpenAI would refuse, or an option that the practice provider can't honour.
    """
    for name in body:
        if name not in OPTIONS:
            raise Refused(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    check_options(body, OPTIONS, ("model", "input"))
    turns = read_input(body["input"], body.get("instructions"))
    choice = read_tools(body, RESPONSES)
    form = read_format(optional(body.get("text") or {}, "format", dict, "text"), RESPONSES)
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
        stream=body.get("stream") is True,
        echo={name: value for name, value in body.items() if value is not None and name != "input"},
    )


def write(request: Ask, reply: Reply) -> dict[str, Any]:
    """Write a reply as one response object."""
    return finished(request, reply)


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Write events as OpenAI's typed events, numbered; the name of each stands in its data as well."""
    for number, data in enumerate(frames(request, events)):
        tokens = data.pop("tokens", 0)
        yield Frame(data | {"sequence_number": number}, event=data["type"], tokens=tokens)


__all__ = ["error", "read", "stream", "write"]
