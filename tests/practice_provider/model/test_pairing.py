"""Forms: which value of a text goes to which field, by words beside it, units, shapes and order."""

from typing import Any

import pytest

from practice_provider.model.fields import Source
from practice_provider.model.filling import fill
from practice_provider.model.mind import small


def form(text: str, **fields: Any) -> dict[str, Any]:
    """Fill a form of required fields; a field is a JSON type, or a schema."""
    properties = {name: {"type": part} if isinstance(part, str) else part for name, part in fields.items()}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    found: dict[str, Any] = fill(schema, Source(text, small())).value
    return found


DATE = {"type": "string", "format": "date"}
MAYBE = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def test_each_number_goes_to_the_field_that_is_named_beside_it() -> None:
    found = form("Pulse 72, three rooms, seat 41.", seat="integer", rooms="integer", pulse="integer")
    assert found == {"seat": 41, "rooms": 3, "pulse": 72}


def test_the_unit_decides_where_no_word_does() -> None:
    text = "It took 40 minutes at 220 °C and gave 1.5 kg."
    assert form(text, weight_kg="number", temperature_c="number", duration_min="integer") == {
        "weight_kg": 1.5,
        "temperature_c": 220,
        "duration_min": 40,
    }


def test_money_is_no_count_and_a_count_is_no_money() -> None:
    assert form("2 chairs for £45.50", price="number", quantity="integer") == {"price": 45.5, "quantity": 2}


def test_amounts_are_read_as_the_english_and_as_the_germans_write_them() -> None:
    assert form("Total 1,250.75 EUR", total="number") == {"total": 1250.75}
    assert form("Total 1.250,75 EUR", total="number") == {"total": 1250.75}


def test_two_days_go_to_the_fields_whose_words_stand_before_them() -> None:
    text = "We leave on 9 May 2026 and arrive on 2 May 2026."
    assert form(text, check_in=DATE, check_out=DATE) == {"check_in": "2026-05-02", "check_out": "2026-05-09"}


def test_a_number_that_may_be_missing_is_null_where_nothing_speaks_for_it() -> None:
    assert form("I bought 3 lamps.", floor=MAYBE) == {"floor": None}


def test_an_id_has_the_shape_of_the_example_in_the_description() -> None:
    part = {"type": ["string", "null"], "description": "Error code, such as F07"}
    assert form("Serial WM-2231-9 shows F19.", error_code=part) == {"error_code": "F19"}
    assert form("My serial is WM-2231-9.", error_code=part) == {"error_code": None}


def test_an_id_that_the_text_calls_otherwise_is_left_alone() -> None:
    part = {"type": ["string", "null"]}
    assert form("My serial number is WM-2231-9.", order_id=part) == {"order_id": None}


def test_a_score_gives_its_two_numbers_in_order() -> None:
    assert form("They won 3-1.", home_goals="integer", away_goals="integer") == {"home_goals": 3, "away_goals": 1}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("No pets, please.", "pets_allowed", False),
        ("With a balcony.", "has_balcony", True),
        ("Smoker: no. Next visit: May", "smoker", False),
        ("The police were not called.", "police_called", False),
        ("It is locked.", "locked", True),
    ],
)
def test_yes_or_no_is_read_with_its_denial(text: str, name: str, expected: bool) -> None:
    assert form(text, **{name: "boolean"}) == {name: expected}


def test_the_entries_of_a_list_become_records_and_are_not_read_for_other_fields() -> None:
    item = {"type": "object", "properties": {"name": {"type": "string"}, "quantity": {"type": "number"}}}
    text = "Soup for 4 portions\n\n- 250 g lentils\n- 2 onions"
    found = form(text, portions="integer", ingredients={"type": "array", "items": item})
    assert found["portions"] == 4
    assert found["ingredients"] == [{"name": "lentils", "quantity": 250}, {"name": "onions", "quantity": 2}]


def test_who_and_what_of_a_task_are_told_apart() -> None:
    item = {"type": "object", "properties": {"owner": {"type": "string"}, "task": {"type": "string"}, "due": DATE}}
    found = form(
        "- Ann: call the bank by 3 May 2026\n- Bo: buy milk by 4 May 2026", todo={"type": "array", "items": item}
    )
    assert found["todo"][0] == {"owner": "Ann", "task": "call the bank", "due": "2026-05-03"}


def test_the_words_behind_a_fields_name_are_taken() -> None:
    assert form("You have seat 14C, colour green.", colour="string", seat="string") == {
        "colour": "green",
        "seat": "14C",
    }


def test_lines_of_a_log_are_read_as_pairs() -> None:
    assert form('level=warning message="oil low"', level="string", message="string") == {
        "level": "warning",
        "message": "oil low",
    }
