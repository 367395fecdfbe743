"""JSON schemas as all vendors take them, and answers checked against them.

The vendors' strict modes take a part of JSON schema, and not the same part. What all of them need is done here: every
object is closed, and every property required. What is left over is checked when the answer is there. No schema is
written by hand where a pydantic model can make it.
Sources: https://platform.openai.com/docs/guides/structured-outputs,
https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs, https://ai.google.dev/gemini-api/docs/structured-output
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from pydantic import BaseModel, ValidationError

JsonObject = Mapping[str, Any]


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a pydantic model, as the vendors' strict modes want it."""
    return strict(model.model_json_schema())


def strict(schema: JsonObject) -> dict[str, Any]:
    """The schema with every object closed and every property required; defaults are left out.

    A property that may be missing must be nullable: "not said" is an answer, and a model that may say it guesses less.

    >>> strict({"properties": {"code": {"type": ["string", "null"], "default": None}}})
    {'properties': {'code': {'type': ['string', 'null']}}, 'required': ['code'], 'additionalProperties': False}
    """
    made = {name: _inner(name, value) for name, value in schema.items() if name != "default"}
    if "properties" in made:
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made


def _inner(name: str, value: Any) -> Any:
    """Names of properties and of definitions are no keywords: only what they name is a schema."""
    if name in ("properties", "$defs"):
        return {key: strict(part) for key, part in value.items()}
    if isinstance(value, list):
        return [strict(part) if isinstance(part, dict) else part for part in value]
    return strict(value) if isinstance(value, dict) else value


def problems(value: object, schema: JsonObject) -> list[str]:
    """What is wrong with a value, each with its place; nothing where it fits.

    >>> problems({"n": "two"}, {"properties": {"n": {"type": "integer"}}})
    ["n is wrong: 'two' is not of type 'integer'"]
    """
    found = jsonschema.Draft202012Validator(dict(schema)).iter_errors(value)
    return [f"{_place(error.absolute_path)} is wrong: {error.message:.300}" for error in found]


def reader(schema: JsonObject) -> Callable[[str], Any]:
    """A function that reads JSON text which fits the schema, and raises a ValueError that says why it does not."""

    def read(text: str) -> Any:
        value = json.loads(text)
        if wrong := problems(value, schema):
            raise ValueError("\n".join(wrong))
        return value

    return read


def reasons(error: Exception) -> str:
    """Why an answer or an argument was not accepted, a line each, in words that a model can act on."""
    if not isinstance(error, ValidationError):
        return " ".join(map(str, error.args)) or type(error).__name__
    if any(row["type"] == "json_invalid" for row in error.errors()):
        return "It is not JSON that can be read."  # where it broke helps a person, and confuses a model
    return "\n".join(f"{_place(row['loc'])} is wrong: {row['msg']}" for row in error.errors())


def _place(path: Iterable[object]) -> str:
    return ".".join(map(str, path)) or "the object"
