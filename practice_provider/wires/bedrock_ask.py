"""A Converse request body → a neutral `Ask`; asking, streaming and counting tokens read the same body.

Options that need a feature which the practice models do not have are refused by name; those that change nothing here
are `NO_EFFECT`. Whether the model exists and whether the prompt fits is the model's affair.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from ..core import Ask, Block, Document, JsonObject, Role, Text, Tool, ToolCall, ToolResult, Turn
from .bedrock_blocks import check_cache_point, read_content, tool_name
from .bedrock_common import Node

COUNTED = {"messages", "system", "toolConfig", "additionalModelRequestFields"}
NO_EFFECT = {"requestMetadata", "performanceConfig", "serviceTier"}  # the last two are repeated in the reply
ASKED = COUNTED | NO_EFFECT | {"inferenceConfig", "outputConfig", "additionalModelResponseFieldPaths"}
MODEL_FIELDS_WITHOUT_EFFECT = {"top_k", "anthropic_beta"}  # of additionalModelRequestFields

# field of the vendor's API → why it is refused
_NOT_OFFERED: Mapping[str, str] = {
    "guardrailConfig": "the practice provider has no guardrails; leave it out",
    "promptVariables": "the practice provider keeps no prompts; send `messages`",
}
_CONTENT_OF: Mapping[str, set[str]] = {
    "user": {
        *("text", "image", "document", "audio", "video", "toolResult", "searchResult", "guardContent", "cachePoint"),
    },
    "assistant": {"text", "toolUse", "reasoningContent", "citationsContent", "cachePoint"},
    "system": {"text", "cachePoint"},
}
_ROLES: Mapping[str, Role] = {"user": "user", "assistant": "assistant", "system": "system"}
_LEAST_THINKING = 1024  # tokens


def read_ask(body: Node, model: str) -> Ask:
    """Read what asking and counting have in common: the conversation, the tools and the model's own fields.

    Raises:
        Fault: "bad_request".
    """
    for name, reason in _NOT_OFFERED.items():
        if (field := body.get(name)) is not None:
            raise field.fault(f"{name}: {reason}.")
    system, messages = body.get("system"), body.get("messages")
    told = [_Message(body, "system", *_parts(system, "system"))] if system else []
    told += _conversation(messages, has_tools=body.get("toolConfig") is not None) if messages else []
    ask = Ask(model, tuple(turn for message in told for turn in message.turns()))
    ask = _with_tools(ask, body)
    return _with_model_fields(replace(ask, cache_marks=ask.cache_marks + _marks(told)), body)


# ---- the conversation ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Message:
    """One message as it was sent, and its place for complaints."""

    place: Node
    role: Role
    blocks: tuple[Block, ...]
    marks: tuple[int, ...]

    def calls(self) -> list[str]:
        return [block.id for block in self.blocks if isinstance(block, ToolCall)]

    def results(self) -> list[str]:
        return [block.call_id for block in self.blocks if isinstance(block, ToolResult)]

    def turns(self) -> Iterator[Turn]:
        """One or two turns: results of tools are a turn of their own, with the role 'tool'."""
        first = tuple(takewhile(lambda block: isinstance(block, ToolResult), self.blocks))
        if first:
            yield Turn("tool", first)
        if rest := self.blocks[len(first) :]:
            yield Turn(self.role, rest)


def _parts(content: Node, role: str) -> tuple[tuple[Block, ...], tuple[int, ...]]:
    read = read_content(content, _CONTENT_OF[role])
    return read.blocks, read.marks


def _marks(messages: list[_Message]) -> tuple[int, ...]:
    """The cache points of all messages, as numbers of blocks from the first one."""
    marks: list[int] = []
    before = 0
    for message in messages:
        marks += [before + mark for mark in message.marks]
        before += len(message.blocks)
    return tuple(marks)


def _conversation(messages: Node, has_tools: bool) -> list[_Message]:
    read = [_message(message) for message in messages.items()]
    talk = [message for message in read if message.role != "system"]
    if not talk or talk[0].role != "user":
        raise messages.fault(
            "A conversation must start with a user message. Try again with a conversation that starts with a user "
            "message."
        )
    if talk[-1].role == "assistant":
        raise talk[-1].place.fault(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    _check_results(talk, has_tools)
    return read


def _message(message: Node) -> _Message:
    role = message.only({"role", "content"}).need("role").one_of(_ROLES)
    blocks, marks = _parts(message.need("content"), role)
    if not blocks:
        raise message.fault(f"The content field in the Message object at {message.path} is empty. Add a ContentBlock.")
    documents = any(isinstance(block, Document) for block in blocks)
    if documents and not any(isinstance(block, Text) for block in blocks):
        raise message.fault(f"A message with a document needs a text block beside it: add one at {message.path}.")
    return _Message(message, _ROLES[role], blocks, marks)


def _check_results(messages: list[_Message], has_tools: bool) -> None:
    """Every call is answered in the message after it, and nothing else is answered there."""
    asked: list[str] = []
    for message in messages:
        answered, place = message.results(), f"{message.place.path}.content"
        if missing := [id for id in asked if id not in answered]:
            raise message.place.fault(f"Expected toolResult blocks at {place} for the following Ids: {missing}")
        if strays := [id for id in answered if id not in asked]:
            raise message.place.fault(
                f"The number of toolResult blocks at {place} exceeds the number of toolUse blocks of previous turn "
                f"(not asked for: {strays})."
            )
        asked = message.calls()
        if (asked or answered) and not has_tools:
            raise message.place.fault(
                "The toolConfig field must be defined when using toolUse and toolResult content blocks."
            )


# ---- tools -----------------------------------------------------------------------------------------------------


def _with_tools(ask: Ask, body: Node) -> Ask:
    config = body.get("toolConfig")
    if config is None:
        return ask
    listed = config.only({"tools", "toolChoice"}).need("tools")
    tools = tuple(tool for item in listed.items() for tool in _tools(item))
    marks = (0,) * (len(listed.items()) - len(tools))  # tools come before the first block
    if not tools or len({tool.name for tool in tools}) < len(tools):
        raise listed.fault(f"{listed.path} must have at least one tool, and no name twice.")
    return _with_choice(replace(ask, tools=tools, cache_marks=marks), config.get("toolChoice"))


def _with_choice(ask: Ask, choice: Node | None) -> Ask:
    if choice is None:
        return ask
    kind, inner = choice.union(("auto", "any", "tool"))
    if kind != "tool":
        inner.only(())
        return replace(ask, tool_choice="required" if kind == "any" else "auto")
    name = tool_name(inner.only({"name"}).need("name"))
    if name not in (names := [tool.name for tool in ask.tools]):
        raise inner.fault(f"The tool '{name}' of toolConfig.toolChoice is not among the tools: {', '.join(names)}.")
    return replace(ask, tool_choice="named", tool_name=name)


def _tools(item: Node) -> Iterator[Tool]:
    kind, inner = item.union(("toolSpec", "systemTool", "cachePoint"))
    if kind == "cachePoint":
        check_cache_point(inner)
        return
    if kind == "systemTool":
        raise inner.fault(f"{inner.path}: the practice provider runs no tools of its own; offer a toolSpec.")
    inner.only({"name", "description", "inputSchema", "strict"})
    description, strict = inner.get("description"), inner.get("strict")
    if strict:
        strict.flag()
    schema = inner.need("inputSchema").only({"json"}).need("json")
    if schema.object().get("type") != "object":
        raise schema.fault(f"The value at {schema.path}.type must be one of the following: object.")
    yield Tool(tool_name(inner.need("name")), description.text() if description else "", schema.object())


# ---- options ---------------------------------------------------------------------------------------------------


def with_options(ask: Ask, body: Node) -> Ask:
    """Read what only asking has: limits, sampling, the wanted format, and what the reply has to repeat."""
    config, repeated = body.get("inferenceConfig") or Node({}, "inferenceConfig"), {}
    config.only({"maxTokens", "temperature", "topP", "stopSequences"})
    most, temperature, top_p = config.get("maxTokens"), config.get("temperature"), config.get("topP")
    if top_p:
        top_p.between(0, 1)
    if latency := body.get("performanceConfig"):
        repeated["performanceConfig"] = {"latency": latency.need("latency").one_of(("standard", "optimized"))}
    if tier := body.get("serviceTier"):
        repeated["serviceTier"] = {"type": tier.need("type").one_of(("priority", "default", "flex", "reserved"))}
    if metadata := body.get("requestMetadata"):
        metadata.object()
    return replace(
        ask,
        max_tokens=most.at_least(1) if most else None,
        temperature=temperature.between(0, 1) if temperature else None,
        stop=_stops(config),
        schema=_schema(body),
        echo={"repeated": repeated, "paths": _paths(body)},
    )


def _stops(config: Node) -> tuple[str, ...]:
    listed = config.get("stopSequences")
    items = listed.items() if listed else []
    for item in items:
        if not item.text():
            raise item.broken("Member must have length greater than or equal to 1")
    return tuple(item.text() for item in items)


def _schema(body: Node) -> JsonObject | None:
    config = body.get("outputConfig")
    wanted = config.only({"textFormat", "effort"}).get("textFormat") if config else None
    if config and (effort := config.get("effort")):
        effort.text()  # no effect: the practice models know one effort
    if wanted is None:
        return None
    wanted.only({"type", "structure"}).need("type").one_of({"json_schema"})
    given = wanted.need("structure").only({"jsonSchema"}).need("jsonSchema").only({"schema", "name", "description"})
    return json_object(given.need("schema"))


def json_object(text: Node) -> Mapping[str, Any]:
    """A JSON object that was sent as a string."""
    try:
        value = json.loads(text.text())
    except (ValueError, RecursionError) as problem:
        raise text.fault(f"The value at {text.path} is not valid JSON: {problem}.") from None
    return Node(value, text.path).object()


def _paths(body: Node) -> tuple[str, ...]:
    listed = body.get("additionalModelResponseFieldPaths")
    paths = tuple(item.text() for item in listed.items()) if listed else ()
    if listed and (len(paths) > 10 or not all(path.startswith("/") for path in paths)):
        raise listed.fault(f"{listed.path} takes at most 10 JSON pointers, such as '/stop_sequence'.")
    return paths


def _with_model_fields(ask: Ask, body: Node) -> Ask:
    """Read the fields of Anthropic's own API that a Converse request may carry."""
    fields = body.get("additionalModelRequestFields")
    if fields is None:
        return ask
    for name in fields.object():
        if name not in MODEL_FIELDS_WITHOUT_EFFECT | {"thinking"}:
            raise fields.fault(
                f"The model returned the following errors: {name}: Extra inputs are not permitted. (Offered are: "
                f"thinking, {', '.join(sorted(MODEL_FIELDS_WITHOUT_EFFECT))}.)"
            )
    thinking = fields.get("thinking")
    if thinking is None:
        return ask
    kind = thinking.only({"type", "budget_tokens", "display"}).need("type").one_of(("enabled", "disabled", "adaptive"))
    if kind == "disabled":
        return ask
    budget = thinking.need("budget_tokens").at_least(_LEAST_THINKING) if kind == "enabled" else _LEAST_THINKING
    return replace(ask, thinking=budget)
