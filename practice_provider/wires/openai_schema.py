"""What OpenAI asks of a JSON schema that is marked `strict`, checked before an answer is filled in.

Not a validator of JSON schema: only the two rules that surprise everybody, because the real API refuses with 400 what
breaks them, and a lesson's schema must not work here and fail there.
Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .openai_errors import Refused


def check_strict(schema: Mapping[str, Any], owner: str, param: str) -> None:
    """Refuse a strict schema with OpenAI's words; `owner` is "response_format 'City'" or "function 'get_weather'"."""
    for problem in problems(schema):
        raise Refused(f"Invalid schema for {owner}: {problem}", param=param, code="invalid_json_schema")


def problems(schema: Any, context: tuple[str, ...] = ()) -> Iterator[str]:
    """Tell what strict mode would refuse, outermost first.

    >>> next(problems({"type": "object", "properties": {}}))
    "In context=(), 'additionalProperties' is required to be supplied and to be false."
    """
    if isinstance(schema, list):
        for number, item in enumerate(schema):
            yield from problems(item, (*context, str(number)))
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" or "properties" in schema:
        yield from _object_problems(schema, context)
    for key in ("items", "anyOf"):
        yield from problems(schema.get(key), (*context, key))
    for key in ("properties", "$defs", "definitions"):
        for name, inner in _mapping(schema.get(key)).items():
            yield from problems(inner, (*context, key, name))


def _object_problems(schema: Mapping[str, Any], context: tuple[str, ...]) -> Iterator[str]:
    place = f"In context={context!r}, "
    if schema.get("additionalProperties") is not False:
        yield place + "'additionalProperties' is required to be supplied and to be false."
    lacking = [name for name in _mapping(schema.get("properties")) if name not in (schema.get("required") or [])]
    if lacking:
        yield (
            place + "'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing '{lacking[0]}'."
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
