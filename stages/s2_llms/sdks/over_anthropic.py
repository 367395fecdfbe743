"""The chat over Anthropic's SDK.

Source: https://docs.anthropic.com/en/api/messages
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import anthropic

from ..messages import Ask, File, Finished, Part, Text, ToolCall, ToolResult, Words
from . import Stop, faults_of, file_form, given, in_base64, tool_call, translated

STOPS: dict[str, Stop] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool",
    "refusal": "refusal",
}
FAULTS = faults_of(anthropic)


def connect(key: str | None, base_url: str | None, timeout_s: float) -> anthropic.Anthropic:
    """A client that never tries twice; key and address default to ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL."""
    return anthropic.Anthropic(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=0)


def stream(client: anthropic.Anthropic, ask: Ask) -> Iterator[Words | ToolCall | Finished]:
    """Ask, and yield what comes until the end."""
    stop, tokens_in, cached, tokens_out, call = None, 0, 0, 0, list[str]()
    with translated(FAULTS), client.messages.create(**request(ask)) as events:
        request_id = events.response.headers.get("request-id")
        for event in events:
            if event.type == "message_start":
                used = event.message.usage
                cached = used.cache_read_input_tokens or 0  # counted beside the input tokens here, not among them
                tokens_in = used.input_tokens + cached + (used.cache_creation_input_tokens or 0)
            elif event.type == "content_block_start" and event.content_block.type == "tool_use":
                call = [event.content_block.id, event.content_block.name, ""]
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                yield Words(event.delta.text)
            elif event.type == "content_block_delta" and event.delta.type == "input_json_delta":
                call[2] += event.delta.partial_json
            elif event.type == "content_block_stop" and call:
                yield tool_call(*call)
                call = []
            elif event.type == "message_delta":
                stop, tokens_out = event.delta.stop_reason, event.usage.output_tokens
    yield Finished(stop, tokens_in, tokens_out, request_id, cached)


def request(ask: Ask) -> dict[str, Any]:
    """The question in Anthropic's words."""
    tools = [{"name": t.name, "description": t.description, "input_schema": t.parameters} for t in ask.tools]
    turns = [{"role": m.role, "content": [_block(part) for part in m.content]} for m in ask.messages]
    schema = anthropic.transform_schema(dict(ask.schema)) if ask.schema else None
    config = {"format": {"type": "json_schema", "schema": schema}} if schema else None
    # Version 2 of this SDK has no parameter for the temperature any more.
    limits = {"max_tokens": ask.max_tokens, "stream": True, "extra_body": given(temperature=ask.temperature)}
    return limits | given(model=ask.model, system=ask.system, messages=turns, tools=tools, output_config=config)


def _block(part: Part) -> dict[str, Any]:
    match part:
        case Text(text):
            return {"type": "text", "text": text}
        case File():
            return file_form(part, FORMS, "Anthropic")
        case ToolCall():
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": dict(part.arguments)}
        case ToolResult(call_id, text, is_error):
            return {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": is_error}


def _source(file: File) -> dict[str, Any]:
    return {"type": "base64", "media_type": file.media_type, "data": in_base64(file)}


FORMS: Mapping[str, Callable[[File], dict[str, Any]]] = {
    "text": lambda file: {"type": "text", "text": file.words()},
    **dict.fromkeys(
        ("image/png", "image/jpeg", "image/gif", "image/webp"), lambda file: {"type": "image", "source": _source(file)}
    ),
    "application/pdf": lambda file: {"type": "document", "source": _source(file), "title": file.name},
}
