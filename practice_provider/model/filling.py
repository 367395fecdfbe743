"""Fills a JSON schema from a text, so that the result always fits the schema.

Each field is read from the text by its type, its name and its description (evidence.py). A field without evidence
becomes null where null is allowed, is left out where it is optional, and else gets an empty value that fits.
A schema that no value can fit is refused. Source: https://json-schema.org/understanding-json-schema
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core import Fault
from . import addresses
from . import schema as schemas
from .evidence import choice, read, several
from .fields import Field, Source, labelled
from .patterns import plainest
from .schema import MAX_DEPTH, Schema
from .sentences import split
from .words import spoken


@dataclass(frozen=True)
class Filled:
    """The value, and the paths of required fields for which the text held no evidence."""

    value: Any
    missing: tuple[str, ...] = ()


_NOTHING = object()  # no evidence; None would be JSON's null


@dataclass
class _Filler:
    root: Schema
    known: Mapping[str, Any]
    missing: list[str] = field(default_factory=list)


def fill(schema: Schema, source: Source, known: Mapping[str, Any] | None = None) -> Filled:
    """Fill the schema; `known` are values for field names that the caller found by other means.

    Raises:
        Fault: "bad_request" for a keyword that is not supported, or a schema that no value fits.
    """
    schemas.check(schema)
    filler = _Filler(schema, known or {})
    value = _fill(filler, Field("", schemas.resolve(schema, schema)), source, 0)
    if value is _NOTHING:
        value = _empty(filler, schema, 0)
    if not schemas.fits(value, schema, schema):
        raise Fault(
            "bad_request",
            "The practice model finds no value that fits the schema: look for bounds that exclude each other.",
        )
    return Filled(value, tuple(filler.missing))


def _fill(filler: _Filler, wanted: Field, source: Source, depth: int, path: str = "") -> Any:
    """Give a value with evidence that fits, else _NOTHING."""
    value = _evidence(filler, wanted, source, depth, path)
    if value is _NOTHING or value is None:
        return value if value is None and schemas.fits(None, wanted.schema, filler.root) else _NOTHING
    value = _adjusted(value, wanted.schema)
    return value if schemas.fits(value, wanted.schema, filler.root) else _NOTHING


def _evidence(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    schema = wanted.schema
    if "const" in schema:
        return schema["const"]
    if wanted.name in filler.known and schemas.fits(filler.known[wanted.name], schema, filler.root):
        return filler.known[wanted.name]
    if "enum" in schema:
        found = choice(schema["enum"], wanted, source)
        return _NOTHING if found is None else found
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        part = {**schemas.resolve(branch, filler.root)}
        if schemas.types(part) == ["null"]:
            continue
        part.setdefault("description", schema.get("description", ""))
        value = _fill(filler, Field(wanted.name, part, wanted.required), source, depth + 1, path)
        if value is not _NOTHING and schemas.fits(value, schema, filler.root):
            return value
    for kind in schemas.types(schema) or (["object"] if "properties" in schema else []):
        value = _by_type(kind, filler, wanted, source, depth, path)
        if value is not _NOTHING and value is not None:
            return value
    return _NOTHING


def _by_type(kind: str, filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    if kind == "null" or depth > MAX_DEPTH:
        return _NOTHING
    if kind == "object":
        return _object(filler, wanted.schema, source, depth, path)
    if kind == "array":
        return _array(filler, wanted, source, depth, path)
    found = read(kind, wanted, source)
    return _NOTHING if found is None else found


def _object(filler: _Filler, schema: Schema, source: Source, depth: int, path: str) -> Any:
    result: dict[str, Any] = {}
    required = schema.get("required", ())
    known = _address(schema, source)
    for name, part in schema.get("properties", {}).items():
        part = schemas.resolve(part, filler.root)
        here = f"{path}.{name}".lstrip(".")
        near = source.narrowed(known[name]) if name in known else source
        if name in known and schemas.fits(known[name], part, filler.root):
            result[name] = known[name]
            continue
        value = _fill(filler, Field(name, part, name in required), near, depth + 1, here)
        if value is not _NOTHING:
            result[name] = value
        elif schemas.fits(None, part, filler.root):
            result[name] = None
        elif name in required:
            filler.missing.append(here)
            result[name] = _empty(filler, part, depth + 1)
    for name in required:
        if name not in result:
            result[name] = _empty(filler, schema.get("additionalProperties", {}), depth + 1)
    return result


def _address(schema: Schema, source: Source) -> dict[str, str]:
    """Where the object is a postal address: what stands in the text for each of its fields."""
    words = {name: f"{spoken(name)}" for name in schema.get("properties", {})}
    fields = addresses.roles(words)
    if not fields or any(labelled(name, source.text) for name in words):
        return {}
    return {fields[role]: text for role, text in addresses.read(source.text).items() if role in fields}


def _array(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> Any:
    items = schemas.resolve(wanted.schema.get("items", {}), filler.root)
    most = wanted.schema.get("maxItems", 50)
    if "enum" in items:
        found = [one for one in items["enum"] if isinstance(one, str) and one.lower() in source.text.lower()]
        single = choice(items["enum"], wanted, source) if not found else None
        values = found or ([single] if single is not None else [])
    elif "properties" in items or "anyOf" in items:
        values = _records(filler, Field(wanted.name, items), source, depth, path)
    else:
        kinds = [kind for kind in schemas.types(items) if kind in ("string", "number", "integer")]
        values = several(kinds[0], wanted, source) if kinds else []
    values = [_adjusted(value, items) for value in values]
    values = [value for value in values if schemas.fits(value, items, filler.root)]
    if wanted.schema.get("uniqueItems"):
        values = [value for i, value in enumerate(values) if value not in values[:i]]
    values = values[:most]
    while len(values) < wanted.schema.get("minItems", 0) and depth < MAX_DEPTH:
        values.append(_empty(filler, items, depth + 1))
    return values


def _records(filler: _Filler, wanted: Field, source: Source, depth: int, path: str) -> list[Any]:
    """One record for each list item, table row or line; else one for the whole text, where it shows anything."""
    pieces = split(source.text)
    parts = [p.text for p in pieces if p.kind == "row"] or [p.text for p in pieces if p.kind == "item"]
    before = list(filler.missing)
    values = []
    for text in parts or [source.text]:
        filler.missing = []
        value = _fill(filler, wanted, source.narrowed(text), depth + 1, path)
        required = wanted.schema.get("required", ())
        if value is not _NOTHING and len(filler.missing) < max(1, len(required)):
            values.append(value)
    filler.missing = before
    return values


def _adjusted(value: Any, schema: Schema) -> Any:
    """Make a number or a text obey simple limits."""
    if isinstance(value, str) and "maxLength" in schema:
        return value[: schema["maxLength"]]
    if isinstance(value, float) and value.is_integer() and "number" not in schemas.types(schema):
        return int(value)
    return value


def _empty(filler: _Filler, schema: Any, depth: int) -> Any:
    """Give the plainest value that fits: null, the default, the first option, an empty text, the nearest number to 0.

    Raises:
        Fault: "bad_request" where there is none.
    """
    schema = schemas.resolve(schema, filler.root)
    if depth > MAX_DEPTH:
        raise Fault(
            "bad_request", "The schema nests without an end: give the recursive field a null or an empty array."
        )
    for value in _plain_values(filler, schema, depth):
        if schemas.fits(value, schema, filler.root):
            return value
    raise Fault("bad_request", f"The practice model finds no value that fits {dict(schema)}.")


def _plain_values(filler: _Filler, schema: Schema, depth: int) -> Any:
    yield None
    yield from (schema[key] for key in ("const", "default") if key in schema)
    yield from schema.get("enum", ())
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield _empty(filler, branch, depth + 1)
    kinds = schemas.types(schema)
    if "string" in kinds or not kinds:
        yield from _plain_texts(schema)
    if "boolean" in kinds or not kinds:
        yield False
    if {"number", "integer"} & set(kinds) or not kinds:
        yield from _plain_numbers(schema, "number" in kinds)
    if "array" in kinds or not kinds:
        count = schema.get("minItems", 0)
        yield [] if not count else [_empty(filler, schema.get("items", {}), depth + 1) for _ in range(count)]
    if "object" in kinds or "properties" in schema or not kinds:
        yield _plain_object(filler, schema, depth)


def _plain_object(filler: _Filler, schema: Schema, depth: int) -> dict[str, Any]:
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties", {})
    return {name: _empty(filler, properties.get(name, extra), depth + 1) for name in schema.get("required", ())}


_EXAMPLES = {
    "email": "nobody@example.com",
    "date": "1970-01-01",
    "date-time": "1970-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "uri": "https://example.com",
    "url": "https://example.com",
}


def _plain_texts(schema: Schema) -> Any:
    text = _EXAMPLES.get(schema.get("format", ""), "")
    yield text
    if "pattern" in schema and (fitting := plainest(schema["pattern"])) is not None:
        yield fitting
    yield ("unknown " * (schema.get("minLength", 0) // 8 + 1))[: schema.get("minLength", 0)]


def _plain_numbers(schema: Schema, fractions: bool) -> Any:
    step = schema.get("multipleOf") or 1
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    yield 0
    if low is not None:
        first = int(low // step) * step
        yield from (first, first + step, first + 2 * step, low)
    if high is not None:
        last = int(high // step) * step
        yield from (last, last - step, high)
    if fractions and low is not None and high is not None:
        yield (low + high) / 2
