"""Says how well a tool's parameters fit a request: does the text show an id, an option, a day or an address for them?

Only literal evidence counts here (patterns, named options, dates); what a text means is compared in routing.py.
Compare https://json-schema.org/understanding-json-schema/reference/string#regexp
"""

import re
from collections.abc import Mapping
from typing import Any

from ..core import Tool
from . import addresses
from .words import spoken, stems

_REQUIRED, _MORE, _OPTIONAL, _ABSENT = 0.15, 0.05, 0.08, 0.1  # on the scale of a likeness
_MOST_OPTIONAL = 2


def bonus(tool: Tool, request: str) -> float:
    """What the parameters add to the tool's likeness; below zero where an id that it needs is not there."""
    properties: Mapping[str, Any] = tool.parameters.get("properties", {})
    required = [name for name in tool.parameters.get("required", ()) if name in properties]
    shown = {name: _shows(name, part, request) for name, part in properties.items() if isinstance(part, Mapping)}
    decisive = [shown[name] for name in required if shown.get(name) is not None]
    optional = sum(bool(shown[name]) for name in shown if name not in required)
    total = _OPTIONAL * min(optional, _MOST_OPTIONAL)
    if decisive:
        found = sum(map(bool, decisive))
        total += _REQUIRED * found / len(decisive) + _MORE * max(0, found - 1)
    lacks_id = any(shown.get(name) is False and "pattern" in properties[name] for name in required)
    return total - (_ABSENT if lacks_id else 0.0)


def has_id(tool: Tool, request: str) -> bool:
    """Whether the request shows an id for every required parameter that has a pattern, and there is one."""
    properties = tool.parameters.get("properties", {})
    patterns = [
        properties[n]["pattern"] for n in tool.parameters.get("required", ()) if properties.get(n, {}).get("pattern")
    ]
    return bool(patterns) and all(_matches(pattern, request) for pattern in patterns)


def _shows(name: str, part: Mapping[str, Any], request: str) -> bool | None:
    """Whether the request shows a value; None for a parameter that could be anything."""
    if isinstance(pattern := part.get("pattern"), str):
        return _matches(pattern, request)
    if part.get("enum"):
        return _names_option(part["enum"], request)
    if part.get("format") == "date":
        return re.search(rf"\b{re.escape(spoken(name))}\b", request, re.IGNORECASE) is not None or None
    if addresses.roles({key: spoken(key) for key in part.get("properties", {})}):
        return bool(addresses.read(request))
    return None


def _matches(pattern: str, request: str) -> bool | None:
    """Whether the pattern fits a stretch of the request; None where it fits bare numbers, which anything may be."""
    if not re.search(r"[A-Za-z]{2}|[A-Z]", re.sub(r"\\.|\[[^\]]*\]", "", pattern)):
        return None
    bare = pattern.removeprefix("^").removesuffix("$")
    try:
        return re.search(rf"(?<![\w-])(?:{bare})(?![\w-])", request.upper()) is not None
    except re.error:  # the schema's own check names the pattern
        return None


def _names_option(options: Any, request: str) -> bool | None:
    """Whether all words of an option are in the request, in any form; a common word as "one" does not count."""
    asked = stems(request)
    words = [stems(spoken(option)) for option in options if isinstance(option, str)]
    named = [word for word in words if word and word <= asked and not word <= stems("one other first")]
    return bool(named) or None
