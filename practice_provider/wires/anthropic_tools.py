"""Anthropic's `tools` and `tool_choice` → the core's tools and how they may be chosen.

Only tools that the client runs itself: one that the vendor would run (web search, code execution) is refused by the
name of its type.

Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from ..core import Ask, Tool
from .anthropic_blocks import cache_ttl
from .anthropic_common import Node, not_one_of

# accepted on a tool, without effect: the practice models always fill arguments by the schema, and see all tools
NO_EFFECT_ON_A_TOOL = frozenset(
    ("strict", "input_examples", "eager_input_streaming", "defer_loading", "allowed_callers"),
)

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_FIELDS = {"type", "name", "description", "input_schema", "cache_control", *NO_EFFECT_ON_A_TOOL}
_CHOICES: Mapping[str, Literal["auto", "required", "named", "none"]] = {
    "auto": "auto",
    "any": "required",
    "tool": "named",
    "none": "none",
}
_CHOICE_FIELDS: Mapping[str, set[str]] = {
    "auto": {"type", "disable_parallel_tool_use"},
    "any": {"type", "disable_parallel_tool_use"},
    "tool": {"type", "disable_parallel_tool_use", "name"},
    "none": {"type"},
}


def read_tools(body: Node) -> tuple[Tool, ...]:
    """Read the tools that are offered.

    Raises:
        Fault: "bad_request".
    """
    listed = body.get("tools")
    tools = tuple(_tool(item) for item in listed.items()) if listed else ()
    if listed and len({tool.name for tool in tools}) < len(tools):
        raise listed.fault("Tool names must be unique.")
    return tools


def tool_ttls(body: Node) -> Iterator[str]:
    """The lifetimes of the cached prefixes that end with a tool."""
    listed = body.get("tools")
    for item in listed.items() if listed else ():
        if ttl := cache_ttl(item):
            yield ttl


def _tool(item: Node) -> Tool:
    if item.get("type") is not None:
        item.tag({"custom": 1})
    tool = item.tagged("custom").only(_FIELDS)
    name, description, schema = tool.need("name"), tool.get("description"), tool.need("input_schema")
    if not _NAME.fullmatch(name.text()):
        raise name.fault("String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
    if schema.need("type").text() != "object":
        raise not_one_of(schema.need("type"), {"object"})
    return Tool(name.text(), description.text() if description else "", schema.object())


def with_choice(ask: Ask, body: Node) -> Ask:
    """The ask with what `tool_choice` says.

    Raises:
        Fault: "bad_request".
    """
    choice = body.get("tool_choice")
    if choice is None:
        return ask
    kind = choice.tag(_CHOICES)
    if not ask.tools:
        raise choice.fault("tool_choice may only be specified while providing tools")
    inner = choice.tagged(kind).only(_CHOICE_FIELDS[kind])
    name = inner.need("name").text() if kind == "tool" else None
    if name is not None and name not in {tool.name for tool in ask.tools}:
        raise inner.fault(f"Tool '{name}' not found in provided tools")
    alone = inner.get("disable_parallel_tool_use")
    parallel = not (alone and alone.flag())
    return replace(ask, tool_choice=_CHOICES[kind], tool_name=name, parallel_tools=parallel)
