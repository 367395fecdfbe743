"""An Anthropic request body → a neutral `Ask`; asking for a message and counting its tokens read the same body.

Options that need a feature which the practice models do not have are refused by name. Options that change nothing here
(metadata, caching, sampling) are accepted. Whether the model exists and whether the prompt fits is the model's affair.

Source: https://platform.claude.com/docs/en/api/messages
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from typing import Literal

from ..core import Ask, Block, Role, Text, Tool, ToolCall, ToolResult, Turn
from .anthropic_blocks import not_one_of, read_blocks, words
from .anthropic_common import Node

COUNTED = {"model", "messages", "system", "tools", "tool_choice", "output_config"}
_SAMPLED = {"max_tokens", "stop_sequences", "stream", "temperature"}
_HARMLESS = {
    *("metadata", "cache_control", "top_p", "top_k", "service_tier", "speed", "inference_geo", "diagnostics"),
    *("user_profile_id", "thinking"),
}
ASKED = COUNTED | _SAMPLED | _HARMLESS

# field of the vendor's API → why it is refused
_NOT_OFFERED: Mapping[str, str] = {
    "container": "the practice models run no code in containers",
    "mcp_servers": "the practice models call no MCP servers; call the tools yourself and send `tools`",
    "context_management": "the practice models do not edit the context; shorten `messages` yourself",
}

_BLOCKS_OF: Mapping[str, set[str]] = {
    "user": {"text", "image", "document", "search_result", "tool_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
    "system": {"text"},
}
_ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant", "system": "system"}
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_TOOL_FIELDS = {
    *("type", "name", "description", "input_schema", "cache_control", "strict", "input_examples"),
    *("eager_input_streaming", "defer_loading", "allowed_callers"),
}
_CHOICES: Mapping[str, Literal["auto", "required", "named", "none"]] = {
    "auto": "auto",
    "any": "required",
    "tool": "named",
    "none": "none",
}
_EFFORTS = ("low", "medium", "high", "xhigh", "max")


def read_ask(body: Node) -> Ask:
    """Read what both endpoints have in common: model, conversation, tools and the wanted format.

    Raises:
        Fault: "bad_request".
    """
    for name, reason in _NOT_OFFERED.items():
        if (field := body.get(name)) is not None:
            raise field.fault(f"not offered: {reason}")
    model = body.need("model").text()
    _refuse_thinking(body)
    turns = (*_system(body), *_conversation(body.need("messages")))
    ask = Ask(model, turns, tools=_tools(body))
    return _with_format(_with_choice(ask, body), body)


def _refuse_thinking(body: Node) -> None:
    thinking = body.get("thinking")
    if thinking and thinking.need("type").text() != "disabled":
        raise thinking.fault("the practice models do not think aloud; leave `thinking` out, or send type 'disabled'")


# ---- the conversation ------------------------------------------------------------------------------------------


def _system(body: Node) -> Iterator[Turn]:
    system = body.get("system")
    if system and (said := words(system)):
        yield Turn("system", (Text(said),))


@dataclass(frozen=True)
class _Message:
    """One message as it was sent, and its place for complaints."""

    place: Node
    role: Role
    blocks: tuple[Block, ...]

    def calls(self) -> set[str]:
        return {block.id for block in self.blocks if isinstance(block, ToolCall)}

    def results(self) -> set[str]:
        return {block.call_id for block in self.blocks if isinstance(block, ToolResult)}

    def leading(self) -> tuple[Block, ...]:
        """The blocks before the first words: only there do results of tools count."""
        return tuple(takewhile(lambda block: not isinstance(block, Text), self.blocks))


def _conversation(messages: Node) -> Iterator[Turn]:
    read = [_message(message) for message in messages.items()]
    if not any(message.role == "user" for message in read):
        raise messages.fault("at least one message with the role 'user' is required")
    if read[-1].role == "assistant":
        raise read[-1].place.fault(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    _check_results(_joined(read))
    for message in read:
        yield from _turns(message)


def _message(message: Node) -> _Message:
    message.only({"role", "content"})
    role = message.need("role")
    if role.text() not in _ROLES:
        raise not_one_of(role, _ROLES)
    blocks = read_blocks(message.need("content"), _BLOCKS_OF[role.text()])
    if not any(not isinstance(block, Text) or block.text for block in blocks) and role.text() != "assistant":
        raise message.fault(f"{role.text()} messages must have non-empty content")
    return _Message(message, _ROLES[role.text()], blocks)


def _joined(messages: list[_Message]) -> list[_Message]:
    """Neighbours of the same role as one message: that is how the vendor reads them."""
    joined = []
    for role, group in groupby((m for m in messages if m.role != "system"), key=lambda message: message.role):
        members = list(group)
        joined.append(_Message(members[0].place, role, tuple(block for m in members for block in m.blocks)))
    return joined


def _check_results(messages: list[_Message]) -> None:
    """Every call is answered in the message after it, and nothing else is answered there."""
    nothing = _Message(Node(None), "assistant", ())
    for before, message in zip([nothing, *messages], [*messages, nothing], strict=True):
        answered = {block.call_id for block in message.leading() if isinstance(block, ToolResult)}
        if unanswered := before.calls() - answered:
            raise before.place.fault(
                "`tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(sorted(unanswered))}. Each `tool_use` block must have a corresponding `tool_result` "
                "block in the next message, before any text."
            )
        if unasked := message.results() - before.calls():
            raise message.place.fault(
                f"unexpected `tool_use_id` found in `tool_result` blocks: {', '.join(sorted(unasked))}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous message."
            )


def _turns(message: _Message) -> Iterator[Turn]:
    """A user's message as one or two turns: results of tools are a turn of their own, with the role 'tool'."""
    first = message.leading() if message.results() else ()
    if first:
        yield Turn("tool", first)
    if rest := message.blocks[len(first) :]:
        yield Turn(message.role, rest)


# ---- tools and format ------------------------------------------------------------------------------------------


def _tools(body: Node) -> tuple[Tool, ...]:
    listed = body.get("tools")
    tools = tuple(_tool(item) for item in listed.items()) if listed else ()
    if listed and len({tool.name for tool in tools}) < len(tools):
        raise listed.fault("Tool names must be unique.")
    return tools


def _tool(item: Node) -> Tool:
    if item.get("type") is not None:
        item.tag({"custom": 1})
    tool = item.tagged("custom").only(_TOOL_FIELDS)
    name, description, schema = tool.need("name"), tool.get("description"), tool.need("input_schema")
    if not _TOOL_NAME.fullmatch(name.text()):
        raise name.fault("String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
    if schema.need("type").text() != "object":
        raise not_one_of(schema.need("type"), {"object"})
    return Tool(name.text(), description.text() if description else "", schema.object())


def _with_choice(ask: Ask, body: Node) -> Ask:
    choice = body.get("tool_choice")
    if choice is None:
        return ask
    kind = choice.tag(_CHOICES)
    if not ask.tools:
        raise choice.fault("tool_choice may only be specified while providing tools")
    inner = choice.tagged(kind)
    name = inner.need("name").text() if kind == "tool" else None
    if name is not None and name not in {tool.name for tool in ask.tools}:
        raise inner.fault(f"Tool '{name}' not found in provided tools")
    alone = inner.get("disable_parallel_tool_use")
    parallel = not (alone and alone.flag())
    return replace(ask, tool_choice=_CHOICES[kind], tool_name=name, parallel_tools=parallel)


def _with_format(ask: Ask, body: Node) -> Ask:
    config = body.get("output_config")
    if config is None:
        return ask
    effort, wanted = config.only({"effort", "format"}).get("effort"), config.get("format")
    if effort and effort.text() not in _EFFORTS:
        raise not_one_of(effort, _EFFORTS)
    if wanted is None:
        return ask
    wanted.tag({"json_schema": 1})
    schema = wanted.only({"type", "schema"}).need("schema")
    _check_closed(schema, schema.object())
    return replace(ask, schema=schema.object())


def _check_closed(place: Node, schema: object) -> None:
    """The vendor takes only schemas whose objects say that they have no further properties."""
    if isinstance(schema, list):
        for item in schema:
            _check_closed(place, item)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise place.fault("For 'object' type, 'additionalProperties' must be explicitly set to false")
    for value in schema.values():
        _check_closed(place, value)
