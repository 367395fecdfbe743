"""A Gemini request body → a neutral `Ask`; generating and counting read the same body.

Options that need a feature which the practice models do not have are refused by name; options that change nothing
here (safety settings, labels, top-p) are accepted.

Source: https://ai.google.dev/api/generate-content#method:-models.generatecontent
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from ..core import Ask, JsonObject, Tool
from .gemini_common import Node
from .gemini_config import with_config
from .gemini_parts import read_contents, read_instruction
from .gemini_schema import json_schema

_FIELDS = {
    *("model", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig"),  # read
    *("safetySettings", "labels", "serviceTier", "store"),  # accepted
}
_NOT_OFFERED: Mapping[str, str] = {
    "cachedContent": "the practice models keep no cached contents; send the whole prompt",
    "continuationToken": "the practice models finish every reply; there is nothing to continue",
}
_SERVER_TOOLS = (
    *("googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "fileSearch", "googleMaps"),
    *("computerUse", "mcpServers"),
)
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
_DECLARED = {
    *("name", "description", "parameters", "parametersJsonSchema"),
    *("response", "responseJsonSchema", "behavior"),
}
_MODES = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED")


def read_ask(body: Node, model: str, *, stream: bool = False) -> Ask:
    """Read a whole request.

    Raises:
        Fault: "bad_request".
    """
    for name, reason in _NOT_OFFERED.items():
        if (field := body.get(name)) is not None:
            raise field.about(f"not offered: {reason}")
    body.only(_FIELDS)
    contents, instruction = body.get("contents"), body.get("systemInstruction")
    if contents is None:
        raise Node(None, "contents").about("contents is not specified")
    system = (read_instruction(instruction),) if instruction else ()
    ask = Ask(model, (*system, *read_contents(contents)), tools=_tools(body), stream=stream)
    return with_config(_with_tool_config(ask, body), body)


# ---- tools -----------------------------------------------------------------------------------------------------


def _tools(body: Node) -> tuple[Tool, ...]:
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


def _with_tool_config(ask: Ask, body: Node) -> Ask:
    outer = body.get("toolConfig")
    config = outer.get("functionCallingConfig") if outer else None
    if config is None:
        return ask
    config.only({"mode", "allowedFunctionNames"})
    mode, allowed = config.get("mode"), config.get("allowedFunctionNames")
    chosen = mode.text().upper() if mode else "AUTO"
    if chosen not in _MODES:
        raise config.fault(f"Invalid value at '{config.path}.mode', \"{chosen}\". Use one of: {', '.join(_MODES)}.")
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
    if mode != "ANY":
        return ask
    if len(allowed) == 1:
        return replace(ask, tool_choice="named", tool_name=next(iter(allowed)))
    return replace(ask, tool_choice="required")
