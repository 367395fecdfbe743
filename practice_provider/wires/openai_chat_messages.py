"""The messages of a chat completions request, read into turns.

One reader per role. The order is checked as OpenAI checks it: every call has its result, every result has its call.
Source: https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import Block, Role, Text, ToolCall, ToolResult, Turn
from .openai_common import arguments_object
from .openai_errors import Refused, missing, unsupported, wrong_value
from .openai_fields import field, optional, required
from .openai_parts import CHAT_PARTS, read_content
from .openai_tools import unanswered

Message = Mapping[str, Any]


def read_messages(messages: list[Any]) -> tuple[Turn, ...]:
    """Read all messages.

    Raises: Refused for a message that OpenAI would refuse.
    """
    if not messages:
        text = (
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
        )
        raise Refused(text, param="messages", code="empty_array")
    turns = tuple(_read_message(message, f"messages[{n}]") for n, message in enumerate(messages))
    _check_calls(turns)
    return turns


def _read_message(message: Any, where: str) -> Turn:
    role = field(message, "role", str, where)
    if role not in READERS:
        raise wrong_value(f"{where}.role", role, ", ".join(f"'{name}'" for name in READERS))
    return READERS[role](message, where)


def _said_by(role: Role) -> Callable[[Message, str], Turn]:
    def read(message: Message, where: str) -> Turn:
        return Turn(role, read_content(required(message, "content", where), f"{where}.content", CHAT_PARTS))

    return read


def _assistant(message: Message, where: str) -> Turn:
    if message.get("function_call") is not None:
        raise unsupported(f"{where}.function_call", "Use 'tool_calls' instead.")
    if message.get("audio") is not None:
        raise unsupported(f"{where}.audio", "There are no stored recordings here: send the words as 'content'.")
    content = message.get("content")
    said = () if content is None else read_content(content, f"{where}.content", CHAT_PARTS)
    refusal = optional(message, "refusal", str, where)
    refused: tuple[Block, ...] = () if refusal is None else (Text(refusal),)
    calls = optional(message, "tool_calls", list, where) or []
    if content is None and not refused and not calls:
        raise missing(f"{where}.content")
    return Turn(
        "assistant", (*said, *refused, *(_call(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(calls)))
    )


def _call(call: Any, where: str) -> ToolCall:
    function = field(call, "function", dict, where)
    inside = f"{where}.function"
    args = arguments_object(field(function, "arguments", str, inside))
    return ToolCall(field(call, "id", str, where), field(function, "name", str, inside), args)


def _tool(message: Message, where: str) -> Turn:
    blocks = read_content(required(message, "content", where), f"{where}.content", {"text": CHAT_PARTS["text"]})
    text = "\n".join(block.text for block in blocks if isinstance(block, Text))
    return Turn("tool", (ToolResult(field(message, "tool_call_id", str, where), text),))


def _check_calls(turns: tuple[Turn, ...]) -> None:
    calls, strays = unanswered(turns)
    if strays:
        text = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
        raise Refused(f"Invalid parameter: {text}", param="messages")
    if calls:
        text = "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
        text += " 'tool_call_id'."
        raise Refused(
            f"{text} The following tool_call_ids did not have response messages: {', '.join(calls)}", param="messages"
        )


READERS: dict[str, Callable[[Message, str], Turn]] = {
    "system": _said_by("system"),
    "developer": _said_by("system"),
    "user": _said_by("user"),
    "assistant": _assistant,
    "tool": _tool,
}
