"""Schemas as all vendors take them, and values checked against them."""

import json
from typing import Any, Literal

import anthropic
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, Field, ValidationError

from stages.s2_llms.schema import problems, reader, reasons, schema_of, strict


class Part(BaseModel):
    """A part of a machine."""

    sku: str = Field(pattern=r"^BL-", description="The part's number.")
    quantity: int = Field(default=1, ge=1)


class Order(BaseModel):
    """An order."""

    kind: Literal["new", "spare"]
    parts: list[Part]
    note: str | None = None
    default: bool = Field(default=False, description="A field whose name is also a keyword.")


def objects(schema: object) -> list[dict[str, Any]]:
    """All schemas of objects in a schema."""
    if isinstance(schema, list):
        return [found for one in schema for found in objects(one)]
    if not isinstance(schema, dict):
        return []
    mine = [schema] if "properties" in schema and schema.get("type") == "object" else []
    return mine + [found for one in schema.values() for found in objects(one)]


def test_every_object_is_closed_and_needs_all_its_fields() -> None:
    found = objects(schema_of(Order))
    assert {tuple(one["properties"]) for one in found} == {("sku", "quantity"), ("kind", "parts", "note", "default")}
    assert all(one["required"] == [*one["properties"]] for one in found)
    assert all(one["additionalProperties"] is False for one in found)
    assert all("default" not in one["properties"].get("quantity", {}) for one in found)


def test_it_asks_for_what_openais_own_helper_asks_for() -> None:
    ours, theirs = objects(schema_of(Order)), objects(to_strict_json_schema(Order))
    assert [(one["required"], one["additionalProperties"]) for one in ours] == [
        (one["required"], one["additionalProperties"]) for one in theirs
    ]


def test_anthropics_own_helper_takes_it_and_keeps_it_closed() -> None:
    assert all(one["additionalProperties"] is False for one in objects(anthropic.transform_schema(schema_of(Order))))


def test_the_schema_that_was_given_is_not_changed() -> None:
    given_schema = {"type": "object", "properties": {"n": {"type": "integer", "default": 1}}}
    before = json.dumps(given_schema)
    strict(given_schema)
    assert json.dumps(given_schema) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["n", "type", "default"]), inner),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["a", "properties", "default", "$defs"]), st.sampled_from([{"type": "integer"}]))
)
def test_any_names_of_properties_survive(properties: dict[str, object]) -> None:
    made = strict({"type": "object", "properties": properties})
    assert list(made["properties"]) == list(properties) == made["required"]
    jsonschema.Draft202012Validator.check_schema(made)


@given(JSON)
def test_a_reader_returns_what_fits_and_refuses_the_rest(value: object) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    if problems(value, schema):
        with pytest.raises(ValueError, match="is wrong"):
            reader(schema)(json.dumps(value))
    else:
        assert reader(schema)(json.dumps(value)) == value


def test_a_problem_names_its_place() -> None:
    schema = {"properties": {"parts": {"items": {"properties": {"n": {"minimum": 1}}}}}}
    assert problems({"parts": [{"n": 1}, {"n": 0}]}, schema) == ["parts.1.n is wrong: 0 is less than the minimum of 1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"kind": "new", "parts": [{"sku": "X"}]}', "parts.0.sku is wrong: String should match pattern '^BL-'"),
        ('{"kind": "new"', "It is not JSON that can be read."),
        ('{"parts": []}', "kind is wrong: Field required"),
    ],
)
def test_reasons_are_lines_that_a_model_can_act_on(text: str, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate_json(text)
    assert reasons(caught.value) == says
