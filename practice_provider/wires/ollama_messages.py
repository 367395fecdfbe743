"""Ollama's messages and tools → the core's turns and tools.

A result of a tool names its call by `tool_call_id`, or only the tool by `tool_name`, or nothing at all: then it answers
the first call that has no answer yet. Source: https://github.com/ollama/ollama/blob/main/docs/api.md#chat-request
"""

from collections.abc import Iterator, Mapping

from ..core import Block, Image, Role, Text, Thinking, Tool, ToolCall, ToolResult, Turn
from .ollama_common import Node

_PICTURES: Mapping[bytes, str] = {  # how a file begins → its media type
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
_ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}
_FIELDS = {"role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"}


def read_messages(messages: Node) -> tuple[Turn, ...]:
    """Read the conversation; a message without any content is left out.

    Raises:
        Fault: "bad_request".
    """
    turns: list[Turn] = []
    waiting: list[ToolCall] = []  # calls without a result
    for number, message in enumerate(messages.items()):
        role = _role(message.only(_FIELDS))
        blocks = tuple(_result(message, waiting) if role == "tool" else _blocks(message, number))
        waiting += [block for block in blocks if isinstance(block, ToolCall)]
        if blocks:
            turns.append(Turn(role, blocks))
    return tuple(turns)


def _role(message: Node) -> Role:
    role = message.need("role")
    if role.text().lower() not in _ROLES:
        raise role.fault(f"invalid role: {role.text()}, role must be one of [{', '.join(_ROLES)}]")
    return _ROLES[role.text().lower()]


def _blocks(message: Node, number: int) -> Iterator[Block]:
    thinking, content, calls = message.get("thinking"), message.get("content"), message.get("tool_calls")
    if thinking and thinking.text():
        yield Thinking(thinking.text())
    if content and content.text():
        yield Text(content.text())
    yield from read_images(message)
    for index, call in enumerate(calls.items() if calls else []):
        yield _call(call, f"call_{number}_{index}")


def read_images(owner: Node) -> Iterator[Image]:
    """Read the pictures beside a text: base64, their kind is seen from how they begin."""
    images = owner.get("images")
    for item in images.items() if images else []:
        data = item.blob()
        media_type = next((kind for start, kind in _PICTURES.items() if data.startswith(start)), None)
        if media_type is None:
            raise item.fault(f"{item.path}: image: unknown format; send a PNG, JPEG, GIF or WebP file as base64")
        yield Image(media_type, data)


def _call(call: Node, default_id: str) -> ToolCall:
    id, function = call.only({"id", "type", "function"}).get("id"), call.need("function")
    name, arguments = (
        function.only({"index", "name", "description", "arguments"}).need("name"),
        function.get("arguments"),
    )
    return ToolCall((id.text() if id else "") or default_id, name.text(), arguments.object() if arguments else {})


def _result(message: Node, waiting: list[ToolCall]) -> Iterator[Block]:
    id, name, content = message.get("tool_call_id"), message.get("tool_name"), message.get("content")
    wanted, tool = id.text() if id else "", name.text() if name else ""
    fitting = [call for call in waiting if wanted in ("", call.id) and tool in ("", call.name)]
    if fitting:
        waiting.remove(fitting[0])
        wanted = fitting[0].id
    media = tuple(read_images(message))
    yield ToolResult(wanted or tool, content.text() if content else "", media=media)


def read_tools(body: Node) -> tuple[Tool, ...]:
    """Read the tools on offer."""
    tools = body.get("tools")
    return tuple(_tool(tool) for tool in (tools.items() if tools else []))


def _tool(tool: Node) -> Tool:
    kind, function = tool.only({"type", "function", "items"}).get("type"), tool.need("function")
    if kind and kind.text() != "function":
        raise kind.fault(f"invalid tool type: {kind.text()}; only 'function' is offered")
    description = function.only({"name", "description", "parameters", "strict"}).get("description")
    parameters = function.get("parameters")
    return Tool(
        function.need("name").text(),
        description.text() if description else "",
        parameters.object() if parameters else {"type": "object", "properties": {}},
    )
