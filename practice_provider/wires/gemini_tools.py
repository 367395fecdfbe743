"""Gemini's `tools` and `toolConfig` → the core's tools and how they may be chosen.

Only functions that the client runs itself: a tool that the vendor would run (search, code execution) is refused by its
name.

Source: https://ai.google.dev/api/caching#Tool
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from ..core import Ask, JsonObject, Tool
from .gemini_common import Node, one_of
from .gemini_schema import json_schema

# accepted without effect
NO_EFFECT_ON_A_FUNCTION = frozenset(("response", "responseJsonSchema", "behavior"))
NO_EFFECT_ON_CALLING = frozenset(("retrievalConfig", "includeServerSideToolInvocations", "streamFunctionCallArguments"))

_SERVER_TOOLS = (
    *("googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "fileSearch", "googleMaps"),
    *("computerUse", "mcpServers", "enterpriseWebSearch", "retrieval", "parallelAiSearch", "exaAiSearch"),
)
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
_DECLARED = {"name", "description", "parameters", "parametersJsonSchema", *NO_EFFECT_ON_A_FUNCTION}
_MODES = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED")


def read_tools(body: Node) -> tuple[Tool, ...]:
    """Read the functions that are declared.

    Raises:
        Fault: "bad_request".
    """
    listed = body.get("tools")
    tools = tuple(tool for item in (listed.items() if listed else ()) for tool in _declarations(item))
    if listed and len({tool.name for tool in tools}) < len(tools):
        raise listed.fault("Duplicate function declaration found: every function needs a name of its own.")
    return tools


def _declarations(item: Node) -> list[Tool]:
    for name in _SERVER_TOOLS:
        if (asked := item.get(name)) is not None:
            raise asked.fault(f"{asked.path}: the practice models run no tools themselves; declare functions instead.")
    declarations = item.only({"functionDeclarations"}).get("functionDeclarations")
    return [_tool(declared) for declared in declarations.items()] if declarations else []


def _tool(declared: Node) -> Tool:
    name, description = declared.only(_DECLARED).need("name"), declared.get("description")
    if not _NAME.fullmatch(name.text()):
        raise name.about(
            f"Invalid function name '{name.text()}'. Must start with a letter or an underscore. Must be alphameric "
            "(a-z, A-Z, 0-9), underscores (_), dots (.), colons (:) or dashes (-), with a maximum length of 128."
        )
    return Tool(name.text(), description.text() if description else "", _parameters(declared))


def _parameters(declared: Node) -> JsonObject:
    google, standard = declared.get("parameters"), declared.get("parametersJsonSchema")
    if google and standard:
        raise declared.about("parameters and parameters_json_schema are mutually exclusive")
    if google:
        return json_schema(google)
    return standard.object() if standard else {"type": "object", "properties": {}}


# ---- how they are chosen ---------------------------------------------------------------------------------------


def with_tool_config(ask: Ask, body: Node) -> Ask:
    """The ask with what `toolConfig` says.

    Raises:
        Fault: "bad_request".
    """
    outer = body.get("toolConfig")
    config = (
        outer.only({"functionCallingConfig", *NO_EFFECT_ON_CALLING}).get("functionCallingConfig") if outer else None
    )
    if config is None:
        return ask
    config.only({"mode", "allowedFunctionNames", *NO_EFFECT_ON_CALLING})
    mode, allowed = config.get("mode"), config.get("allowedFunctionNames")
    chosen = one_of(mode, _MODES) if mode else "AUTO"
    names = {name.text(): name for name in allowed.items()} if allowed else {}
    if allowed and names and chosen not in ("ANY", "VALIDATED"):
        raise allowed.fault("Please set allowed_function_names only when function calling mode is ANY.")
    if chosen == "ANY" and not ask.tools:
        raise config.fault("Function calling config is set without function_declarations.")
    ask = replace(ask, tools=_only_allowed(ask.tools, names))
    return _with_mode(ask, chosen, names)


def _only_allowed(tools: tuple[Tool, ...], allowed: Mapping[str, Node]) -> tuple[Tool, ...]:
    declared = {tool.name for tool in tools}
    for name, place in allowed.items():
        if name not in declared:
            raise place.about(f"'{name}' is not declared; the functions are: {', '.join(sorted(declared))}")
    return tuple(tool for tool in tools if not allowed or tool.name in allowed)


def _with_mode(ask: Ask, mode: str, allowed: Collection[str]) -> Ask:
    if mode == "NONE":
        return replace(ask, tool_choice="none")
    if mode != "ANY":  # VALIDATED promises that calls fit their schema, which here they always do
        return ask
    if len(allowed) == 1:
        return replace(ask, tool_choice="named", tool_name=next(iter(allowed)))
    return replace(ask, tool_choice="required")
