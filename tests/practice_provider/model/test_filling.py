"""Filling a JSON schema: the result always fits, and it says what the text says."""

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core import Fault
from practice_provider.model import schema as schemas
from practice_provider.model.fields import Source
from practice_provider.model.filling import fill
from practice_provider.model.mind import small

MAIL = """Hi, my name is Ada Lovelace (ada@example.org).
Order TR-1001 from 3 May 2026 has not arrived, I paid 49.90 euros, and it is urgent!
- 2 filters
- 1 milk jug"""


def filled(schema: dict[str, Any], text: str = MAIL) -> Any:
    return fill(schema, Source(text, small())).value


def field(part: dict[str, Any], text: str = MAIL, name: str = "value") -> Any:
    return filled({"type": "object", "properties": {name: part}, "required": [name]}, text)[name]


# ---- every result fits -------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["name", "email", "order_id", "amount", "tags", "notes", "x", "answer", "date", "is_urgent"])
BOUNDS = st.integers(-20, 20)


def strings() -> st.SearchStrategy[dict[str, Any]]:
    limited = st.tuples(st.integers(0, 5), st.integers(5, 30)).map(
        lambda pair: {"type": "string", "minLength": pair[0], "maxLength": pair[1]}
    )
    formats = st.sampled_from(["email", "date", "date-time", "uuid"]).map(lambda f: {"type": "string", "format": f})
    return st.just({"type": "string"}) | limited | formats


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    bounds = st.tuples(st.sampled_from(["integer", "number"]), BOUNDS, BOUNDS).map(
        lambda t: {"type": t[0], "minimum": min(t[1:]), "maximum": max(t[1:])}
    )
    open_bounds = BOUNDS.map(lambda n: {"type": "integer", "exclusiveMinimum": n, "multipleOf": 3})
    return st.sampled_from([{"type": "integer"}, {"type": "number"}]) | bounds | open_bounds


def leaves() -> st.SearchStrategy[dict[str, Any]]:
    enums = st.lists(
        st.sampled_from(["delivery", "billing", "a b", 1, None, True]), min_size=1, max_size=4, unique_by=repr
    )
    return (
        strings()
        | numbers()
        | st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, {}, {"const": "c"}])
        | enums.map(lambda values: {"enum": values})
    )


def extend(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def an_object(properties: dict[str, Any], required: list[str], closed: bool) -> dict[str, Any]:
        needed = sorted(set(required) & set(properties))
        return {"type": "object", "properties": properties, "required": needed, "additionalProperties": not closed}

    objects = st.builds(an_object, st.dictionaries(NAMES, inner, max_size=4), st.lists(NAMES), st.booleans())
    arrays = st.tuples(inner, st.integers(0, 2), st.integers(2, 4)).map(
        lambda t: {"type": "array", "items": t[0], "minItems": t[1], "maxItems": t[2]}
    )
    either = st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
    return objects | arrays | either


SCHEMAS = st.recursive(leaves(), extend, max_leaves=8)
LINES = "name: Bob\nemail: bob@example.com\namount: 7"
TEXTS = st.sampled_from([MAIL, "", "billing", "a, b and c", LINES]) | st.text(max_size=80)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "c", "a b"])
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, TEXTS)
def test_every_filled_value_is_valid_for_an_independent_validator(schema: dict[str, Any], text: str) -> None:
    value = json.loads(json.dumps(filled(schema, text)))
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(value)


@settings(max_examples=150, deadline=None)
@given(SCHEMAS.filter(lambda schema: not re.search("date-time|email", json.dumps(schema))), VALUES)
def test_our_own_check_agrees_with_an_independent_validator(schema: dict[str, Any], value: Any) -> None:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date", "uuid"]))
    assert schemas.fits(value, schema, schema) == validator.is_valid(value)  # e-mail addresses have many definitions


LOOP = {"type": "object", "properties": {"next": {"$ref": "#/$defs/loop"}}, "required": ["next"]}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"enum": []},
        {"type": "string", "pattern": "^(?=a)b$"},
        {"type": "array", "items": {"type": "null"}, "minItems": 2, "uniqueItems": True},
        {
            "$ref": "#/$defs/loop",
            "$defs": {"loop": {"type": "object", "properties": {"n": {"$ref": "#/$defs/loop"}}, "required": ["n"]}},
        },
    ],
)
def test_a_schema_that_nothing_fits_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Fault) as caught:
        filled(schema)
    assert caught.value.kind == "bad_request"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        *[("required", value) for value in (1, None, "a", [1], {})],
        *[("type", value) for value in (1, {}, [[]], [{}])],
        *[("properties", []), ("$defs", 1), ("anyOf", 1), ("anyOf", []), ("enum", {}), ("$ref", 1), ("format", [])],
        *[("pattern", "("), ("pattern", 1), ("minLength", -1), ("maxItems", "1"), ("minimum", "1"), ("multipleOf", 0)],
    ],
)
def test_a_keyword_that_is_not_used_as_it_should_be_is_refused_by_name(keyword: str, value: Any) -> None:
    with pytest.raises(Fault, match=re.escape(f"'{keyword}' has to be")):
        filled({"type": "object", "properties": {"a": {keyword: value}}})


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"not": {"type": "string"}}, "'not'"),
        ({"type": "object", "properties": {"a": {"if": {}, "then": {}}}}, "'if'"),
        ({"type": "array", "items": {"patternProperties": {}}}, "'patternProperties'"),
        ({"$ref": "#/$defs/missing"}, "#/$defs/missing"),
        ({"type": "text"}, "'text'"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(schema: dict[str, Any], keyword: str) -> None:
    with pytest.raises(Fault) as caught:
        filled(schema)
    assert caught.value.kind == "bad_request"
    assert keyword in caught.value.message


# ---- the values are those of the text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    [
        ("name", {"type": "string"}, "Ada Lovelace"),
        ("email", {"type": "string", "format": "email"}, "ada@example.org"),
        ("contact_email", {"type": "string"}, "ada@example.org"),
        ("order_id", {"type": "string"}, "TR-1001"),
        ("date", {"type": "string", "format": "date"}, "2026-05-03"),
        ("created_at", {"type": "string", "format": "date-time"}, "2026-05-03T00:00:00Z"),
        ("amount", {"type": "number"}, 49.9),
        ("currency", {"type": "string"}, "EUR"),
        ("is_urgent", {"type": "boolean", "description": "it is urgent"}, True),
        ("code", {"type": "string", "pattern": "^TR-[0-9]+$"}, "TR-1001"),
        ("phone", {"type": ["string", "null"]}, None),
        ("category", {"enum": ["billing", "urgent"]}, "urgent"),
        ("kind", {"const": "ticket"}, "ticket"),
    ],
)
def test_a_field_gets_the_value_of_the_text(name: str, part: dict[str, Any], expected: Any) -> None:
    assert field(part, name=name) == expected


def test_an_optional_field_without_evidence_is_left_out() -> None:
    schema = {"type": "object", "properties": {"phone": {"type": "string"}, "email": {"type": "string"}}}
    assert filled(schema) == {"email": "ada@example.org"}


def test_two_ids_go_to_the_fields_that_name_them() -> None:
    schema = {"type": "object", "properties": {"customer_id": {"type": "string"}, "order_id": {"type": "string"}}}
    assert filled(schema, "Customer C-77 asks about order TR-5.") == {"customer_id": "C-77", "order_id": "TR-5"}


def test_a_list_of_objects_has_one_record_for_each_list_item() -> None:
    item = {
        "type": "object",
        "properties": {"product": {"type": "string"}, "quantity": {"type": "integer"}},
        "required": ["product", "quantity"],
    }
    assert field({"type": "array", "items": item}) == [
        {"product": "filters", "quantity": 2},
        {"product": "milk jug", "quantity": 1},
    ]


def test_a_list_is_cut_to_its_greatest_length() -> None:
    part = {"type": "array", "items": {"type": "string"}, "maxItems": 1}
    assert field(part, name="products") == ["2 filters"]


def test_references_are_followed() -> None:
    schema = {
        "$defs": {"Person": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
        "type": "object",
        "properties": {"sender": {"$ref": "#/$defs/Person"}},
        "required": ["sender"],
    }
    assert filled(schema) == {"sender": {"name": "Ada Lovelace"}}


def test_a_nullable_union_is_null_without_evidence() -> None:
    assert field({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}) is None


def test_lines_with_names_are_read_first() -> None:
    assert field({"type": "string"}, "Blend: House\nRoast: dark", name="roast") == "dark"


def test_tomorrow_is_read_only_where_the_text_says_what_day_it_is() -> None:
    part = {"type": ["string", "null"], "format": "date"}
    assert field(part, "Come tomorrow.") is None
    assert field(part, "Today is 2026-11-23. Come tomorrow.") == "2026-11-24"
    assert field(part, "Come tomorrow. (Today is Monday, 2026-11-23)") == "2026-11-24"


def test_missing_required_fields_are_reported() -> None:
    result = fill(
        {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
        Source("Hello", small()),
    )
    assert result.missing == ("order_id",)
