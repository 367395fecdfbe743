"""The chat over OpenAI's SDK, and so over every server that speaks chat completions (Azure's v1 path, Ollama, vLLM).

Source: https://platform.openai.com/docs/api-reference/chat
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import openai
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCallFunction

from ..messages import Ask, File, Finished, Message, Text, ToolCall, ToolResult, Words
from . import Stop, faults_of, file_form, given, in_base64, tool_call, translated

STOPS: dict[str, Stop] = {"length": "length", "tool_calls": "tool", "content_filter": "refusal"}
FAULTS = faults_of(openai)


def connect(key: str | None, base_url: str | None, timeout_s: float) -> openai.OpenAI:
    """A client that never tries twice; key and address default to OPENAI_API_KEY and OPENAI_BASE_URL."""
    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=0)


def stream(client: openai.OpenAI, ask: Ask) -> Iterator[Words | ToolCall | Finished]:
    """Ask, and yield what comes until the end. Calls come in pieces here, so they are told at the end."""
    stop, used, refused, calls = None, None, False, dict[int, tuple[str, str, str]]()
    with translated(FAULTS), client.chat.completions.create(**request(ask)) as chunks:
        headers = chunks.response.headers
        request_id = headers.get("x-request-id") or headers.get("apim-request-id")  # the second is Azure's
        for chunk in chunks:
            used = chunk.usage or used
            for choice in chunk.choices:
                stop, refused = choice.finish_reason or stop, refused or bool(choice.delta.refusal)
                yield Words(choice.delta.content or choice.delta.refusal or "")
                for piece in choice.delta.tool_calls or []:
                    told = piece.function or ChoiceDeltaToolCallFunction()
                    id, name, arguments = calls.get(piece.index, ("", "", ""))
                    calls[piece.index] = (piece.id or id, told.name or name, arguments + (told.arguments or ""))
    yield from (tool_call(*calls[index]) for index in sorted(calls) if stop)  # a call that was cut is none
    tokens_in, tokens_out = (used.prompt_tokens, used.completion_tokens) if used else (0, 0)
    details = used.prompt_tokens_details if used else None
    yield Finished(stop, tokens_in, tokens_out, request_id, (details and details.cached_tokens) or 0, refused)


def request(ask: Ask) -> dict[str, Any]:
    """The question in OpenAI's words."""
    system = [{"role": "system", "content": ask.system}] if ask.system else []
    turns = [turn for message in ask.messages for turn in _turns(message)]
    functions = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in ask.tools]
    tools = [{"type": "function", "function": function} for function in functions]
    schema = {"name": "answer", "strict": True, "schema": ask.schema}
    form = {"type": "json_schema", "json_schema": schema} if ask.schema else None
    limits = given(max_completion_tokens=ask.max_tokens, temperature=ask.temperature)
    streamed = {"stream": True, "stream_options": {"include_usage": True}}
    return limits | streamed | given(model=ask.model, messages=system + turns, tools=tools, response_format=form)


def _turns(message: Message) -> Iterator[dict[str, Any]]:
    """Each result is a message of its own here; calls stand beside the content, not in it."""
    content, calls = list[dict[str, Any]](), list[dict[str, Any]]()
    for part in message.content:
        match part:
            case Text(text):
                content.append({"type": "text", "text": text})
            case File():
                content.append(file_form(part, FORMS, "OpenAI's chat completions"))
            case ToolCall():
                function = {"name": part.name, "arguments": part.broken or json.dumps(dict(part.arguments))}
                calls.append({"id": part.id, "type": "function", "function": function})
            case ToolResult(call_id, text, is_error):  # there is no field that says that a tool failed
                yield {"role": "tool", "tool_call_id": call_id, "content": f"Error: {text}" if is_error else text}
    if content or calls:
        words = content[0]["text"] if len(content) == 1 and "text" in content[0] else content or None
        yield {"role": message.role, "content": words} | ({"tool_calls": calls} if calls else {})


def _data_url(file: File) -> str:
    return f"data:{file.media_type};base64,{in_base64(file)}"


def _sound(file: File) -> dict[str, Any]:
    sound = {"data": in_base64(file), "format": {"audio/mpeg": "mp3"}.get(file.media_type, "wav")}
    return {"type": "input_audio", "input_audio": sound}


FORMS: Mapping[str, Callable[[File], dict[str, Any]]] = {
    "text": lambda file: {"type": "text", "text": file.words()},
    "image": lambda file: {"type": "image_url", "image_url": {"url": _data_url(file)}},
    "audio/wav": _sound,
    "audio/mpeg": _sound,
    "application/pdf": lambda file: {"type": "file", "file": {"filename": file.name, "file_data": _data_url(file)}},
}
