"""The input of a responses request, a string or a list of items, read into turns.

One reader per type of item. A message, a call and a call's output are understood; an item that was made by a hosted
tool is refused. Items that name stored ones are replaced before (openai_responses_memory).
Source: https://platform.openai.com/docs/api-reference/responses/create#responses_create-input
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..core import Document, Fault, Image, Role, Text, ToolCall, ToolResult, Turn
from .openai_common import arguments_object
from .openai_errors import Refused, unsupported, wrong_value
from .openai_fields import field, optional, required
from .openai_parts import RESPONSES_PARTS, read_content
from .openai_tools import unanswered

Item = Mapping[str, Any]
OUTPUT_PARTS = {name: RESPONSES_PARTS[name] for name in ("input_text", "input_image", "input_file")}
ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


def read_input(given: str | list[Any], instructions: str | None) -> tuple[Turn, ...]:
    """Read instructions and input.

    Raises: Refused for an item that OpenAI would refuse, or that we can't honour.
    """
    opening = (Turn("system", (Text(instructions),)),) if instructions else ()
    if isinstance(given, str):
        return (*opening, Turn("user", (Text(given),)))
    turns = tuple(_joined(turn for n, item in enumerate(given) for turn in _read_item(item, f"input[{n}]")))
    _check_calls(turns)
    return opening + turns


def _joined(turns: Iterable[Turn]) -> Iterable[Turn]:
    """Join what the assistant said and called in a row to one turn, as chat completions tell it."""
    last: Turn | None = None
    for turn in turns:
        if last and last.role == turn.role == "assistant":
            last = Turn("assistant", last.blocks + turn.blocks)
            continue
        if last:
            yield last
        last = turn
    if last:
        yield last


def _read_item(item: Any, where: str) -> tuple[Turn, ...]:
    kind = optional(item, "type", str, where) or "message"
    if kind == "item_reference":
        raise no_such_item(str(item.get("id")))
    if kind not in READERS:
        raise unsupported(f"{where}.type", f"{kind!r} is not among the items that are read here: {', '.join(READERS)}.")
    return READERS[kind](item, where)


def no_such_item(id: str) -> Fault:
    """The 404 for a reference to an item that is not stored."""
    text = (
        "Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item"
    )
    return Fault("no_such_file", f"Item with id '{id}' not found. {text} from your input.", param="input")


def _message(item: Item, where: str) -> tuple[Turn, ...]:
    role = field(item, "role", str, where)
    if role not in ROLES:
        raise wrong_value(f"{where}.role", role, ", ".join(f"'{name}'" for name in ROLES))
    return (Turn(ROLES[role], read_content(required(item, "content", where), f"{where}.content", RESPONSES_PARTS)),)


def _call(item: Item, where: str) -> tuple[Turn, ...]:
    args = arguments_object(field(item, "arguments", str, where))
    return (Turn("assistant", (ToolCall(field(item, "call_id", str, where), field(item, "name", str, where), args),)),)


def _output(item: Item, where: str) -> tuple[Turn, ...]:
    blocks = read_content(required(item, "output", where), f"{where}.output", OUTPUT_PARTS)
    text = "\n".join(block.text for block in blocks if isinstance(block, Text))
    media = tuple(block for block in blocks if isinstance(block, Image | Document))
    return (Turn("tool", (ToolResult(field(item, "call_id", str, where), text, media=media),)),)


def _reasoning(item: Item, where: str) -> tuple[Turn, ...]:
    """Thoughts of another model in a copied conversation: nothing is said in them."""
    return ()


def _check_calls(turns: tuple[Turn, ...]) -> None:
    calls, strays = unanswered(turns)
    if strays:
        raise Refused(f"No tool call found for function call output with call_id {strays[0]}.", param="input")
    if calls:
        raise Refused(f"No tool output found for function call {calls[0]}.", param="input")


READERS: dict[str, Callable[[Item, str], tuple[Turn, ...]]] = {
    "message": _message,
    "function_call": _call,
    "function_call_output": _output,
    "reasoning": _reasoning,
}
