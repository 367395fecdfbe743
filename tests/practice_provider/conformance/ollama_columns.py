"""Ollama's own chat through the SDK `ollama`."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import httpx
import ollama

from practice_provider.core import Ask, Image, Stop, Text, ToolCall, ToolResult, Turn

from .column import NO_WORDS, Column, Failure, Heard, Lack, Noticed, no_extras

STATUSES = {
    "auth": 401,
    "forbidden": 403,
    "no_such_model": 404,
    "bad_request": 400,
    "context_too_long": 400,
    "rate_limit": 429,
    "quota": 429,
    "timeout": 504,
    "server": 500,
    "unavailable": 503,
    "overloaded": 503,
}
_WITHOUT_WORDS = (
    "tools, none wanted",
    "tools, one required",
    "tools, one named",
    "tools, one call at a time",
    "tool result, an error",
    "PDF",
    "sound",
    "several replies (n)",
)


class Ollama(Column):
    """POST /api/chat."""

    title = "Ollama"
    sdk = "ollama"
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "stop",
        "tool": "stop",
        "length": "length",
        "stop_sequence": "stop",
        "refusal": "stop",
    }
    lacks: ClassVar[Mapping[str, Lack]] = dict.fromkeys(_WITHOUT_WORDS, NO_WORDS)
    failures: ClassVar[Mapping[str, Failure]] = {
        kind: Failure(ollama.ResponseError, status) for kind, status in STATUSES.items()
    }
    breaks: ClassVar[Mapping[str, Noticed]] = {
        "drop_stream": httpx.RemoteProtocolError,
        "cut_stream": None,
        "malformed_chunk": json.JSONDecodeError,
        "error_frame": ollama.ResponseError,
    }

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = ollama.AsyncClient if asynchronous else ollama.Client
        return kind(host=f"{url}/ollama", headers={"authorization": f"Bearer {key}"})

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        talk = [message for turn in ask.turns for message in _messages(turn)]
        return client.chat(model=ask.model, messages=talk, stream=stream, **_options(ask))

    def said(self, ask: Ask) -> Ask:
        """Leave out what the SDK does not know of a tool's parameters."""
        known = ("type", "properties", "required")
        tools = [replace(tool, parameters={name: tool.parameters[name] for name in known}) for tool in ask.tools]
        return replace(ask, tools=tuple(tools))

    def read(self, reply: Any) -> Heard:
        return self.gather([reply])

    def gather(self, events: list[Any]) -> Heard:
        for event in events:
            no_extras(event)
        assert [event.done for event in events] == [False] * (len(events) - 1) + [True]
        last = events[-1]
        calls = [call.function for event in events for call in event.message.tool_calls or ()]
        chances = [chance for event in events for chance in event.logprobs or ()]
        return Heard(
            text="".join(event.message.content or "" for event in events),
            stop=last.done_reason,
            tokens_in=last.prompt_eval_count,
            tokens_out=last.eval_count,
            calls=tuple((call.name, dict(call.arguments)) for call in calls),
            thinking="".join(event.message.thinking or "" for event in events),
            chances=tuple((c.token, c.logprob, tuple((t.token, t.logprob) for t in c.top_logprobs)) for c in chances),
        )

    def close(self, client: Any) -> Any:
        http = client._client  # the SDK has no way to close it
        return http.aclose() if isinstance(http, httpx.AsyncClient) else http.close()


NAMES = {"call_1": "weather", "call_2": "clock"}  # results name the tool, not the call


def _messages(turn: Turn) -> list[dict[str, Any]]:
    results = [block for block in turn.blocks if isinstance(block, ToolResult)]
    if results:
        return [{"role": "tool", "content": result.text, "tool_name": NAMES[result.call_id]} for result in results]
    calls = [block for block in turn.blocks if isinstance(block, ToolCall)]
    return [
        {
            "role": turn.role,
            "content": "".join(block.text for block in turn.blocks if isinstance(block, Text)),
            "images": [block.data for block in turn.blocks if isinstance(block, Image)] or None,
            "tool_calls": [{"function": {"name": call.name, "arguments": dict(call.args)}} for call in calls] or None,
        }
    ]


def _options(ask: Ask) -> dict[str, Any]:
    options = {
        "temperature": ask.temperature,
        "seed": ask.seed,
        "num_predict": ask.max_tokens,
        "stop": list(ask.stop) or None,
    }
    given = {
        "tools": [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in ask.tools
        ],
        "format": ask.schema or ("json" if ask.json_only else None),
        "think": True if ask.thinking else None,
        "logprobs": ask.logprobs is not None or None,
        "top_logprobs": ask.logprobs,
        "options": {name: value for name, value in options.items() if value is not None},
    }
    return {name: value for name, value in given.items() if value}
