"""OpenAI's chat completions: POST …/chat/completions, plain and streamed.

Pure functions between OpenAI's JSON and the neutral conversation; no HTTP. One choice is given (`n` is 1), with no log
probabilities and no audio: who asks for those gets a 400 that names the option.
Source: https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import Ask, BlockClosed, BlockOpened, Closed, Delta, Event, Opened, Reply, Stop, Text, ToolCall, Usage
from . import Frame
from .openai_chat_messages import read_messages
from .openai_common import CREATED, FINGERPRINT, SERVICE_TIER, arguments_text, mentions_json, stops, words
from .openai_errors import Refused, error
from .openai_fields import optional
from .openai_options import (
    SHARED,
    Check,
    absent,
    array,
    check_known,
    check_options,
    decimal,
    harmless,
    integer,
    obj,
    one_of,
    only,
    string,
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
    "reasoning_effort": string,
    "verbosity": one_of("low", "medium", "high"),
    "prediction": harmless,  # it only makes an answer come sooner
    "logit_bias": only({}, instead="Leave it out."),
    "logprobs": only(False, instead="Leave it out: the practice model has no probabilities."),
    "top_logprobs": only(0, instead="Leave it out: the practice model has no probabilities."),
    "n": only(1, instead="Only one choice is given: ask several times."),
    "modalities": only(["text"], instead="The practice model answers in words only."),
    "audio": absent("The practice model answers in words only."),
    "functions": absent("Use 'tools' instead."),
    "function_call": absent("Use 'tool_choice' instead."),
    "web_search_options": absent("The practice provider has no network."),
}

FINISH: dict[Stop, str] = {
    "end": "stop",
    "stop_sequence": "stop",
    "tool": "tool_calls",
    "length": "length",
    "refusal": "stop",
}


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
        stream=body.get("stream") is True,
        echo={"include_usage": _wants_usage(body)},
    )


def _wants_usage(body: Mapping[str, Any]) -> bool:
    return optional(body.get("stream_options") or {}, "include_usage", bool, "stream_options") is True


# the first option may not be given together with, or without, the second
APART = (("max_tokens", "max_completion_tokens"),)
NEEDS = (("stream_options", "stream"), ("tool_choice", "tools"), ("parallel_tool_calls", "tools"))


def _check_combinations(body: Mapping[str, Any]) -> None:
    for first, second in APART:
        if body.get(first) is not None and body.get(second) is not None:
            text = f"Setting '{first}' and '{second}' at the same time is not supported."
            raise Refused(text, param=first, code="invalid_parameter_combination")
    for option, other in NEEDS:
        if body.get(option) is not None and not body.get(other):
            text = f"Invalid value for '{option}': '{option}' is only allowed when '{other}' is specified."
            raise Refused(text, param=option)


# ---- the reply -------------------------------------------------------------------------------------------------


def write(request: Ask, reply: Reply) -> dict[str, Any]:
    """Write a reply as one chat completion."""
    calls = [_call(block) for block in reply.blocks if isinstance(block, ToolCall)]
    said = words(reply) if any(isinstance(block, Text) for block in reply.blocks) or not calls else None
    refused = reply.stop == "refusal"
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refused else said,
        "refusal": said if refused else None,
        "annotations": [],
    }
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": FINISH[reply.stop]}
    return _envelope("chat.completion", reply) | {"choices": [choice], "usage": usage(reply.usage)}


def _envelope(kind: str, reply: Reply) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{reply.id}",
        "object": kind,
        "created": CREATED,
        "model": reply.model,
        "service_tier": SERVICE_TIER,
        "system_fingerprint": FINGERPRINT,
    }


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": arguments_text(call.args)}
    return {"id": call.id, "type": "function", "function": function}


def usage(counts: Usage) -> dict[str, Any]:
    """Token counts with OpenAI's details; the practice model has no reasoning, audio or predicted tokens."""
    return {
        "prompt_tokens": counts.tokens_in,
        "completion_tokens": counts.tokens_out,
        "total_tokens": counts.tokens_in + counts.tokens_out,
        "prompt_tokens_details": {"cached_tokens": counts.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


# ---- the reply as a stream -------------------------------------------------------------------------------------


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Write events as chunks: a role, words and arguments, a finish reason, the usage if asked for, [DONE]."""
    writer = _Chunks(request)
    for event in events:
        yield from writer.frames(event)
    yield Frame("[DONE]")


class _Chunks:
    """Writes one stream; it remembers what the stream has said so far."""

    def __init__(self, request: Ask) -> None:
        self.include_usage = bool(request.echo.get("include_usage"))
        self.envelope: dict[str, Any] = {}
        self.said = "content"  # the field of the words: a refusal has its own
        self.begun = False
        self.calls: dict[int, int] = {}  # index of the block → index of the call

    def frames(self, event: Event) -> Iterator[Frame]:
        """The chunks for one event."""
        match event:
            case Opened(reply):
                self.envelope = _envelope("chat.completion.chunk", reply)
                self.said = "refusal" if reply.stop == "refusal" else "content"
            case BlockOpened(index, block):
                yield from self._block(index, block)
            case Delta(index, text, tokens) if index in self.calls:
                yield self._chunk(
                    {"tool_calls": [{"index": self.calls[index], "function": {"arguments": text}}]}, tokens
                )
            case Delta(_, text, tokens):
                yield self._chunk({self.said: text}, tokens)
            case BlockClosed():
                pass
            case Closed(reply):
                yield from self._end(reply)

    def _block(self, index: int, block: Text | ToolCall) -> Iterator[Frame]:
        """The role comes with the first block, because its content is null where only tools are called."""
        if not self.begun:
            yield self._role(isinstance(block, Text))
        if isinstance(block, ToolCall):
            self.calls[index] = len(self.calls)
            function = {"name": block.name, "arguments": ""}
            opening = {"index": self.calls[index], "id": block.id, "type": "function", "function": function}
            yield self._chunk({"tool_calls": [opening]})

    def _role(self, has_words: bool) -> Frame:
        self.begun = True
        content = "" if has_words and self.said == "content" else None
        return self._chunk({"role": "assistant", "content": content, "refusal": None})

    def _end(self, reply: Reply) -> Iterator[Frame]:
        if not self.begun:
            yield self._role(has_words=True)
        yield self._chunk({}, finish=FINISH[reply.stop])
        if self.include_usage:
            yield Frame(self.envelope | {"choices": [], "usage": usage(reply.usage)})

    def _chunk(self, delta: dict[str, Any], tokens: int = 0, finish: str | None = None) -> Frame:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        counted = {"usage": None} if self.include_usage else {}
        return Frame(self.envelope | {"choices": [choice]} | counted, tokens=tokens)


__all__ = ["error", "read", "stream", "write"]
