"""Tools and output formats of OpenAI's requests, read the same way for chat completions and for responses.

The two wires spell a function differently: chat completions put it into a field "function", responses don't. A
`Spelling` says which; everything else is shared. Hosted tools (web search, file search, …) are refused by name.
Source: https://platform.openai.com/docs/guides/function-calling
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..core import JsonObject, Tool, ToolCall, ToolResult, Turn
from .openai_errors import Refused, unsupported, wrong_value
from .openai_fields import field, optional
from .openai_schema import check_strict

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
Mode = Literal["auto", "none", "required", "named"]
MODES: dict[str, Mode] = {"auto": "auto", "none": "none", "required": "required"}


@dataclass(frozen=True)
class Spelling:
    """Which field holds a function, an allowed list, a format's JSON schema; None: it has no field of its own."""

    function: str | None
    allowed: str | None
    schema: str | None
    format: str  # the option's full name

    def inside(self, owner: Mapping[str, Any], name: str | None, where: str) -> tuple[Mapping[str, Any], str]:
        """Give the object that holds the fields, and its full name."""
        return (owner, where) if name is None else (field(owner, name, dict, where), f"{where}.{name}")


CHAT = Spelling("function", "allowed_tools", "json_schema", "response_format")
RESPONSES = Spelling(None, None, None, "text.format")


@dataclass(frozen=True)
class Choice:
    """Which tools may be called, and how: the options `tools` and `tool_choice` together."""

    tools: tuple[Tool, ...] = ()
    mode: Mode = "auto"
    name: str | None = None


def read_tools(body: Mapping[str, Any], spelling: Spelling) -> Choice:
    """Read `tools` and `tool_choice`."""
    tools = tuple(_read_tool(tool, f"tools[{n}]", spelling) for n, tool in enumerate(body.get("tools") or ()))
    choice = body.get("tool_choice")
    if choice is None:
        return Choice(tools)
    if isinstance(choice, str):
        return _word_choice(choice, tools)
    kind = field(choice, "type", str, "tool_choice")
    if kind == "function":
        return _named_choice(choice, tools, spelling)
    if kind == "allowed_tools":
        return _allowed_choice(choice, tools, spelling)
    raise unsupported("tool_choice.type", "Use 'function' or 'allowed_tools', or one of 'auto', 'none', 'required'.")


def _read_tool(tool: Any, where: str, spelling: Spelling) -> Tool:
    if field(tool, "type", str, where) != "function":
        raise unsupported(f"{where}.type", f"Only tools of type 'function' are here, not {tool['type']!r}.")
    function, inside = spelling.inside(tool, spelling.function, where)
    name = field(function, "name", str, inside)
    if not NAME.fullmatch(name):
        message = f"Invalid '{inside}.name': string does not match pattern. Expected a string that matches the pattern"
        raise Refused(f"{message} '^[a-zA-Z0-9_-]+$'.", param=f"{inside}.name", code="invalid_value")
    parameters = optional(function, "parameters", dict, inside) or {}
    if optional(function, "strict", bool, inside):
        check_strict(parameters, f"function '{name}'", f"{inside}.parameters")
    return Tool(name, optional(function, "description", str, inside) or "", parameters)


def _word_choice(word: str, tools: tuple[Tool, ...]) -> Choice:
    if word not in MODES:
        raise wrong_value("tool_choice", word, ", ".join(f"'{mode}'" for mode in MODES))
    if word == "required" and not tools:
        raise _needs_tools("tool_choice")
    return Choice(tools, MODES[word])


def _needs_tools(name: str) -> Refused:
    return Refused(f"Invalid value for '{name}': '{name}' is only allowed when 'tools' are specified.", param=name)


def _named_choice(choice: Mapping[str, Any], tools: tuple[Tool, ...], spelling: Spelling) -> Choice:
    if not tools:
        raise _needs_tools("tool_choice")
    function, inside = spelling.inside(choice, spelling.function, "tool_choice")
    name = field(function, "name", str, inside)
    _must_be_offered(name, tools)
    return Choice(tools, "named", name)


def _must_be_offered(name: str, tools: tuple[Tool, ...]) -> None:
    if name not in {tool.name for tool in tools}:
        raise Refused(f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice")


def _allowed_choice(choice: Mapping[str, Any], tools: tuple[Tool, ...], spelling: Spelling) -> Choice:
    allowed, inside = spelling.inside(choice, spelling.allowed, "tool_choice")
    mode = field(allowed, "mode", str, inside)
    if mode not in ("auto", "required"):
        raise wrong_value(f"{inside}.mode", mode, "'auto', 'required'")
    names = set()
    for number, row in enumerate(field(allowed, "tools", list, inside)):
        function, place = spelling.inside(row, spelling.function, f"{inside}.tools[{number}]")
        names.add(field(function, "name", str, place))
    for name in sorted(names):
        _must_be_offered(name, tools)
    return Choice(tuple(tool for tool in tools if tool.name in names), MODES[mode])


# ---- output formats --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Format:
    """What the answer has to look like: JSON of a schema, any JSON, or words."""

    schema: JsonObject | None = None
    json_only: bool = False


def read_format(form: Any, spelling: Spelling) -> Format:
    """Read `response_format`, or `text.format`: type 'text', 'json_object' or 'json_schema'."""
    where = spelling.format
    if form is None:
        return Format()
    kind = field(form, "type", str, where)
    if kind in ("text", "json_object"):
        return Format(json_only=kind == "json_object")
    if kind != "json_schema":
        raise wrong_value(f"{where}.type", kind, "'text', 'json_object', 'json_schema'")
    owner, inside = spelling.inside(form, spelling.schema, where)
    name = field(owner, "name", str, inside)
    schema = field(owner, "schema", dict, inside)
    if optional(owner, "strict", bool, inside):
        check_strict(schema, f"response_format '{name}'", inside)
    return Format(schema=schema)


# ---- calls and their results -----------------------------------------------------------------------------------


def unanswered(turns: Sequence[Turn]) -> tuple[list[str], list[str]]:
    """Give the ids of calls without a result, and of results without a call, in the order of the conversation."""
    calls: dict[str, None] = {}
    strays: list[str] = []
    for block in (block for turn in turns for block in turn.blocks):
        if isinstance(block, ToolCall):
            calls[block.id] = None
        elif isinstance(block, ToolResult) and block.call_id in calls:
            del calls[block.call_id]
        elif isinstance(block, ToolResult):
            strays.append(block.call_id)
    return list(calls), strays
