"""OpenAI's responses through the SDK `openai`, with the typed events of its stream."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from openai import AsyncOpenAI, OpenAI

from practice_provider.core import Ask, Audio, Block, Document, Image, Stop, Text, ToolCall, ToolResult, Turn

from .column import NO_WORDS, Column, Heard, Lack, refused, strictly
from .openai_columns import BREAKS, FAILURES, data_url, function, part


class OpenAIResponses(Column):
    """Responses at OpenAI."""

    title = "OpenAI responses"
    sdk = "openai"
    path = "/openai/v1"
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "completed",
        "tool": "completed",
        "length": "max_output_tokens",
        "stop_sequence": "completed",
        "refusal": "completed",
    }
    lacks: ClassVar[Mapping[str, Lack]] = {
        "tool result, an error": NO_WORDS,
        "stop sequence": refused("Unknown parameter: 'stop'"),
        "seed": refused("Unknown parameter: 'seed'"),
        "several replies (n)": refused("Unknown parameter: 'n'"),
    }
    failures = FAILURES
    breaks = BREAKS

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncOpenAI if asynchronous else OpenAI
        return kind(base_url=url + self.path, api_key=key, max_retries=0)

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        given = [item for turn in ask.turns for item in _items(turn)]
        options = {"stream": True} if stream else {}
        return client.responses.create(model=ask.model, input=given, **_responses_options(ask), **options)

    def read(self, reply: Any) -> Heard:
        return _heard_response(strictly(reply))

    def gather(self, events: list[Any]) -> Heard:
        events = [strictly(event) for event in events]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        last = events[-1]
        assert last.type in ("response.completed", "response.incomplete"), last.type
        heard = _heard_response(last.response)
        kinds = ("response.output_text.delta", "response.refusal.delta")
        assert "".join(event.delta for event in events if event.type in kinds) == heard.text
        return heard


def _items(turn: Turn) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    parts = [_input_part(block, turn.role) for block in turn.blocks if not isinstance(block, ToolCall | ToolResult)]
    if parts:
        items.append({"role": turn.role, "content": parts})
    for block in turn.blocks:
        if isinstance(block, ToolCall):
            call = {"call_id": block.id, "name": block.name, "arguments": json.dumps(dict(block.args))}
            items.append({"type": "function_call", **call})
        elif isinstance(block, ToolResult):
            items.append({"type": "function_call_output", "call_id": block.call_id, "output": block.text})
    return items


def _input_part(block: Block, role: str) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"type": "output_text" if role == "assistant" else "input_text", "text": text}
        case Image(media_type, data):
            return {"type": "input_image", "image_url": data_url(media_type, data), "detail": "auto"}
        case Document(media_type, data, title):
            return {"type": "input_file", "filename": title, "file_data": data_url(media_type, data)}
        case Audio():
            return part(block)
    raise TypeError(f"no part for {block!r}")


def _responses_options(ask: Ask) -> dict[str, Any]:
    schema = {"type": "json_schema", "name": "answer", "schema": ask.schema, "strict": True}
    form = schema if ask.schema else {"type": "json_object"} if ask.json_only else None
    named = {"type": "function", "name": ask.tool_name}
    unknown = {"stop": list(ask.stop) or None, "seed": ask.seed, "n": ask.n if ask.n > 1 else None}
    given = {
        "tools": [{"type": "function", "strict": None, **function(tool)} for tool in ask.tools],
        "tool_choice": named if ask.tool_name else ask.tool_choice if ask.tool_choice != "auto" else None,
        "parallel_tool_calls": None if ask.parallel_tools else False,
        "text": {"format": form} if form else None,
        "max_output_tokens": ask.max_tokens,
        "temperature": ask.temperature,
        "top_logprobs": ask.logprobs,
        "include": ["message.output_text.logprobs"] if ask.logprobs is not None else None,
        "reasoning": {"effort": "medium", "summary": "auto"} if ask.thinking else None,
        "extra_body": {name: value for name, value in unknown.items() if value is not None} or None,
    }
    return {name: value for name, value in given.items() if value not in (None, [])}


def _heard_response(reply: Any) -> Heard:
    words = [part for item in reply.output if item.type == "message" for part in item.content]
    calls = [item for item in reply.output if item.type == "function_call"]
    notes = [part.text for item in reply.output if item.type == "reasoning" for part in item.summary]
    chances = [chance for part in words if part.type == "output_text" for chance in part.logprobs or []]
    return Heard(
        text="".join(part.text if part.type == "output_text" else part.refusal for part in words),
        stop=reply.incomplete_details.reason if reply.incomplete_details else reply.status,
        tokens_in=reply.usage.input_tokens,
        tokens_out=reply.usage.output_tokens,
        calls=tuple((call.name, json.loads(call.arguments)) for call in calls),
        thinking="".join(notes),
        chances=tuple((c.token, c.logprob, tuple((t.token, t.logprob) for t in c.top_logprobs)) for c in chances),
        cached=reply.usage.input_tokens_details.cached_tokens,
        ids=tuple(call.call_id for call in calls),
    )
