"""Google's OpenAPI-like schemas → JSON schema.

`{"type": "STRING", "nullable": true}` becomes `{"type": ["string", "null"]}`; a field that Google's `Schema` does not
have, such as `const`, is refused as the vendor refuses it. Schemas sent as `parametersJsonSchema` or
`responseJsonSchema` are JSON schemas already and do not come through here.

Source: https://ai.google.dev/api/caching#Schema
"""

from collections.abc import Callable, Mapping
from typing import Any

from .gemini_common import Node

_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}


def json_schema(schema: Node) -> dict[str, Any]:
    """Translate one schema and all inside it.

    Raises:
        Fault: "bad_request" for a field or a type that Google does not know.

    >>> json_schema(Node({"type": "ARRAY", "items": {"type": "STRING"}, "max_items": "3"}))
    {'type': 'array', 'items': {'type': 'string'}, 'maxItems': 3}
    """
    schema.only(_FIELDS)
    found = {name: read(node) for name, read in _FIELDS.items() if (node := schema.get(name)) is not None}
    order, nullable = found.pop("propertyOrdering", []), found.pop("nullable", False)
    if "properties" in found:
        found["properties"] = _ordered(found["properties"], order)
    if found.get("type") == "type_unspecified":
        del found["type"]
    if nullable and "type" in found:
        found["type"] = [found["type"], "null"]
        found |= {"enum": [*found["enum"], None]} if "enum" in found else {}
    return found


def _type(node: Node) -> str:
    name = node.text().lower()
    if name not in _TYPES | {"type_unspecified"}:
        raise node.wrong("string")
    return name


def _count(node: Node) -> int:
    """Google writes 64-bit integers as strings."""
    if isinstance(node.value, str) and node.value.isascii() and node.value.isdigit() and len(node.value) < 20:
        return int(node.value)
    return node.integer()


def _texts(node: Node) -> list[str]:
    return [item.text() for item in node.items()]


def _schemas(node: Node) -> dict[str, Any]:
    return {name: json_schema(Node(value, f"{node.path}.{name}")) for name, value in node.object().items()}


def _ordered(properties: Mapping[str, Any], order: list[str]) -> dict[str, Any]:
    names = [name for name in order if name in properties]
    return {name: properties[name] for name in dict.fromkeys([*names, *properties])}


def _as_is(node: Node) -> Any:
    return node.value


_FIELDS: Mapping[str, Callable[[Node], Any]] = {
    "type": _type,
    "title": Node.text,
    "description": Node.text,
    "format": Node.text,
    "nullable": Node.flag,
    "enum": _texts,
    "items": json_schema,
    "properties": _schemas,
    "required": _texts,
    "propertyOrdering": _texts,
    "anyOf": lambda node: [json_schema(item) for item in node.items()],
    "minItems": _count,
    "maxItems": _count,
    "minLength": _count,
    "maxLength": _count,
    "minProperties": _count,
    "maxProperties": _count,
    "minimum": Node.number,
    "maximum": Node.number,
    "pattern": Node.text,
    "default": _as_is,
    "example": _as_is,
    "additionalProperties": _as_is,
}
