"""Gives the plainest value that fits a schema, for a field that has to be filled and has no evidence.

It looks at one field at a time; bounds that only several fields together can obey are not solved.
Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

from typing import Any

from ..core import Fault
from . import schema as schemas
from .patterns import plainest
from .schema import MAX_DEPTH, Schema


def empty(root: Schema, schema: Any, depth: int) -> Any:
    """Give the plainest value that fits: null, the default, the first option, an empty text, the nearest number to 0.

    Raises:
        Fault: "bad_request" where there is none.
    """
    schema = schemas.resolve(schema, root)
    if depth > MAX_DEPTH:
        raise Fault(
            "bad_request", "The schema nests without an end: give the recursive field a null or an empty array."
        )
    for value in _plain_values(root, schema, depth):
        if schemas.fits(value, schema, root):
            return value
    raise Fault("bad_request", f"The practice model finds no value that fits {dict(schema)}.")


def _plain_values(root: Schema, schema: Schema, depth: int) -> Any:
    yield None
    yield from (schema[key] for key in ("const", "default") if key in schema)
    yield from schema.get("enum", ())
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield empty(root, branch, depth + 1)
    kinds = schemas.types(schema)
    if "string" in kinds or not kinds:
        yield from _plain_texts(schema)
    if "boolean" in kinds or not kinds:
        yield False
    if {"number", "integer"} & set(kinds) or not kinds:
        yield from _plain_numbers(schema, "number" in kinds)
    if "array" in kinds or not kinds:
        count = schema.get("minItems", 0)
        yield [] if not count else [empty(root, schema.get("items", {}), depth + 1) for _ in range(count)]
    if "object" in kinds or "properties" in schema or not kinds:
        yield _plain_object(root, schema, depth)


def _plain_object(root: Schema, schema: Schema, depth: int) -> dict[str, Any]:
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties", {})
    return {name: empty(root, properties.get(name, extra), depth + 1) for name in schema.get("required", ())}


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
