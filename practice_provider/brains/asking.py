"""A neutral request in the words of OpenAI's chat completions, the protocol that nearly every model server speaks.

Only what such servers have in common is sent: no option of one vendor's alone. What can't be said is refused, because
a model that silently misses half of the question answers something else.
Sources: https://platform.openai.com/docs/api-reference/chat/create, https://docs.ollama.com/api/openai-compatibility
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..core import Ask, Audio, Block, Document, Fault, Image, Text, Thinking, Tool, ToolCall, ToolResult, Turn
from ..wires.openai_schema import problems

Json = dict[str, Any]
SOUNDS = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


def chat_body(ask: Ask, model: str, *, stream: bool) -> Json:
    """Write an ask as the body of a chat completion; `model` is the upstream's name for the model.

    >>> body = chat_body(Ask("practice-large", (Turn("user", (Text("Hi"),)),)), "llama3", stream=False)
    >>> body["model"], body["messages"]
    ('llama3', [{'role': 'user', 'content': 'Hi'}])
    """
    body: Json = {"model": model, "messages": [message for turn in ask.turns for message in _messages(turn)]}
    body |= {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    body |= _tools(ask) | _format(ask)
    options = {"max_tokens": ask.max_tokens, "temperature": ask.temperature, "seed": ask.seed, "stop": list(ask.stop)}
    return body | {name: value for name, value in options.items() if value not in (None, [])}


# ---- messages --------------------------------------------------------------------------------------------------


def _messages(turn: Turn) -> Iterable[Json]:
    """Write one turn: each tool result becomes a message of its own, as OpenAI wants it."""
    results = [block for block in turn.blocks if isinstance(block, ToolResult)]
    for result in results:
        yield {"role": "tool", "tool_call_id": result.call_id, "content": _result_text(result)}
    media = [picture for result in results for picture in result.media]
    rest = [*media, *(block for block in turn.blocks if not isinstance(block, ToolResult | Thinking))]
    if rest:
        role = "user" if turn.role == "tool" else turn.role
        yield {"role": role} | _calls(rest) | {"content": _content(rest)}


def _result_text(result: ToolResult) -> str:
    return f"Error: {result.text}" if result.is_error else result.text  # the protocol has no flag for it


def _calls(blocks: Iterable[Block]) -> Json:
    calls = [
        {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": json.dumps(block.args)}}
        for block in blocks
        if isinstance(block, ToolCall)
    ]
    return {"tool_calls": calls} if calls else {}


def _content(blocks: Iterable[Block]) -> str | list[Json] | None:
    """Words alone are sent as one string: some servers know nothing else."""
    said = [block for block in blocks if not isinstance(block, ToolCall)]
    if all(isinstance(block, Text) for block in said):
        return "\n".join(block.text for block in said if isinstance(block, Text)) if said else None
    return [_PARTS[type(block)](block) for block in said]


def _image(image: Image) -> Json:
    return {"type": "image_url", "image_url": {"url": image.url or _data_url(image.media_type, image.data)}}


def _audio(audio: Audio) -> Json:
    form = SOUNDS.get(audio.media_type.partition(";")[0])
    if form is None:
        known = ", ".join(SOUNDS)
        raise Fault("bad_request", f"The upstream takes no sound of type '{audio.media_type}': send one of {known}.")
    return {"type": "input_audio", "input_audio": {"data": base64.b64encode(audio.data).decode(), "format": form}}


def _document(document: Document) -> Json:
    if document.media_type.startswith("text/"):
        title = f"{document.title}:\n" if document.title else ""
        return {"type": "text", "text": title + document.data.decode("utf-8", "replace")}
    if not document.data:
        raise Fault("bad_request", "The upstream can't fetch documents by their address: send the file itself.")
    file = {"filename": document.title or "document.pdf", "file_data": _data_url(document.media_type, document.data)}
    return {"type": "file", "file": file}


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


_PARTS: Mapping[type, Callable[[Any], Json]] = {
    Text: lambda text: {"type": "text", "text": text.text},
    Image: _image,
    Audio: _audio,
    Document: _document,
}


# ---- tools and formats -----------------------------------------------------------------------------------------


def _tools(ask: Ask) -> Json:
    if not ask.tools:
        return {}
    choice: Json | str = ask.tool_choice
    if ask.tool_choice == "named":
        choice = {"type": "function", "function": {"name": ask.tool_name}}
    said: Json = {"tools": [_tool(tool) for tool in ask.tools]}
    said |= {"tool_choice": choice} if choice != "auto" else {}
    return said if ask.parallel_tools else said | {"parallel_tool_calls": False}


def _tool(tool: Tool) -> Json:
    parameters = tool.parameters or {"type": "object", "properties": {}}
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _format(ask: Ask) -> Json:
    if ask.schema is not None:
        strict = next(problems(ask.schema), None) is None  # OpenAI refuses to be strict about any other schema
        named = {"name": "answer", "schema": ask.schema, "strict": strict}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {"response_format": {"type": "json_object"}} if ask.json_only else {}
