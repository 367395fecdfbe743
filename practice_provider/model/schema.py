"""The part of JSON Schema that the model can fill: which keywords, what they point to, and whether a value fits.

It is not a validator for all of JSON Schema: a keyword outside the table is refused by name, so that nobody believes
that it was obeyed. Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from ..core import Fault

Schema = Mapping[str, Any]

KEYWORDS = frozenset(
    [
        *(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
        ),
        *("$ref", "$defs", "definitions", "format", "pattern", "minimum", "maximum", "exclusiveMinimum"),
        *("exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    ]
)
_REMARKS = frozenset(
    [
        *(
            "title",
            "description",
            "default",
            "examples",
            "example",
            "$schema",
            "$id",
            "$comment",
            "deprecated",
            "readOnly",
        ),
        *(
            "writeOnly",
            "discriminator",
            "strict",
            "nullable",
            "propertyOrdering",
            "contentEncoding",
            "contentMediaType",
        ),
    ]
)
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda v: not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and v.is_integer())),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
_FORMATS: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch,
}
MAX_DEPTH = 12


def _is_number(value: Any) -> bool:
    return _TYPES["number"](value)


def _is_size(value: Any) -> bool:
    return _TYPES["integer"](value) and value >= 0


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except re.error:
        return False


# keyword → what its value has to be, and how to say so
_SHAPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "type": (
        lambda value: value is None or isinstance(value, str) or _is_words(value),
        "a type's name, or a list of them",
    ),
    "required": (_is_words, "a list of names"),
    "pattern": (_is_pattern, "a regular expression"),
    **dict.fromkeys(("properties", "$defs", "definitions"), (_TYPES["object"], "an object of schemas")),
    **dict.fromkeys(("anyOf", "oneOf", "allOf"), (lambda v: isinstance(v, list) and bool(v), "a list of schemas")),
    **dict.fromkeys(("$ref", "format"), (_TYPES["string"], "a string")),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_is_size, "a whole number from 0 up")),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (_is_number, "a number")),
    "multipleOf": (lambda value: _is_number(value) and value > 0, "a number above 0"),
    "enum": (lambda value: isinstance(value, list), "a list of values"),
}


def check(schema: Any, where: str = "schema") -> None:
    """Refuse a schema with a keyword that the model does not know, or that is not used as it should be.

    Raises:
        Fault: "bad_request" that names the keyword and its place.
    """
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        raise Fault("bad_request", f"{where} has to be a JSON object, not {schema!r}.", param=where)
    for keyword, value in schema.items():
        if keyword not in KEYWORDS and keyword not in _REMARKS and not keyword.startswith("x-"):
            raise Fault(
                "bad_request", f"The practice model can't fill '{keyword}' (at {where}). Leave it out.", param=where
            )
        is_right, right = _SHAPES.get(keyword, (None, ""))
        if is_right is not None and not is_right(value):
            raise Fault("bad_request", f"'{keyword}' has to be {right} (at {where}).", param=where)
        for name, part in _parts(keyword, value):
            check(part, f"{where}.{name}")
    _check_types(schema, where)


def _check_types(schema: Schema, where: str) -> None:
    for name in types(schema):
        if name not in _TYPES:
            raise Fault("bad_request", f"'{name}' is no JSON type (at {where}). Use: {', '.join(_TYPES)}.", param=where)


def _parts(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:
    if keyword in ("properties", "$defs", "definitions") and isinstance(value, Mapping):
        yield from ((f"{keyword}.{name}", part) for name, part in value.items())
    elif keyword in ("anyOf", "oneOf", "allOf"):
        yield from ((f"{keyword}[{number}]", part) for number, part in enumerate(value))
    elif keyword in ("items", "additionalProperties"):
        yield keyword, value


def types(schema: Schema) -> list[str]:
    """The JSON types that a schema names; 'nullable' adds null."""
    named = schema.get("type")
    names = [named] if isinstance(named, str) else list(named or [])
    return [*names, "null"] if schema.get("nullable") and names else names


def resolve(schema: Any, root: Schema) -> Schema:
    """Follow `$ref` and merge `allOf`, until neither is left.

    Raises:
        Fault: "bad_request" for a reference to nothing or in a circle.
    """
    if isinstance(schema, bool):
        return {} if schema else {"enum": []}
    for _ in range(MAX_DEPTH):
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**_target(str(schema["$ref"]), root), **rest}
        elif "allOf" in schema:
            rest = {key: value for key, value in schema.items() if key != "allOf"}
            schema = _merge([*(resolve(part, root) for part in schema["allOf"]), rest])
        else:
            return dict(schema)
    raise Fault("bad_request", "The schema's references run in a circle.")


def _target(reference: str, root: Schema) -> Schema:
    place: Any = root
    for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else []:
        name = step.replace("~1", "/").replace("~0", "~")
        if not reference.startswith("#") or not isinstance(place, Mapping) or name not in place:
            raise Fault("bad_request", f"The schema refers to '{reference}', which it does not hold.")
        place = place[name]
    return dict(place) if isinstance(place, Mapping) else {}


def _merge(parts: list[Schema]) -> Schema:
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key == "properties":
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = [*dict.fromkeys([*merged.get(key, []), *value])]
            else:
                merged[key] = value
    return merged


def fits(value: Any, schema: Any, root: Schema) -> bool:
    """Say whether a value obeys the schema."""
    schema = resolve(schema, root)
    named = types(schema)
    if named and not any(_TYPES[name](value) for name in named):
        return False
    if "enum" in schema and not any(_same(value, one) for one in schema["enum"]):
        return False
    if "const" in schema and not _same(value, schema["const"]):
        return False
    if "anyOf" in schema and not any(fits(value, part, root) for part in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(value, part, root) for part in schema["oneOf"]) != 1:
        return False
    by_type = _BY_TYPE.get(type(value))
    return by_type is None or by_type(value, schema, root)


def _same(a: Any, b: Any) -> bool:
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _fits_string(value: str, schema: Schema, root: Schema) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    reads = _FORMATS.get(schema.get("format", ""))
    try:
        return reads is None or reads(value) is not None
    except ValueError:
        return False


def _fits_number(value: float, schema: Schema, root: Schema) -> bool:
    step = schema.get("multipleOf")
    return (
        value >= schema.get("minimum", value)
        and value <= schema.get("maximum", value)
        and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"])
        and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
        and (not step or float(value / step).is_integer())
    )


def _fits_array(value: list[Any], schema: Schema, root: Schema) -> bool:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    if schema.get("uniqueItems") and any(_same(a, b) for i, a in enumerate(value) for b in value[:i]):
        return False
    return all(fits(item, schema.get("items", {}), root) for item in value)


def _fits_object(value: Mapping[str, Any], schema: Schema, root: Schema) -> bool:
    properties = schema.get("properties", {})
    if not set(schema.get("required", ())) <= set(value):
        return False
    extra = schema.get("additionalProperties", True)
    return all(fits(item, properties.get(name, extra), root) for name, item in value.items())


_BY_TYPE: Mapping[type, Callable[[Any, Schema, Schema], bool]] = {
    str: _fits_string,
    list: _fits_array,
    dict: _fits_object,
    int: _fits_number,
    float: _fits_number,
}
