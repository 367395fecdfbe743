"""Values for a form: days that depend on today, amounts as text, codes, addresses, lists of numbers, options."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.model import addresses, days
from practice_provider.model.fields import Source
from practice_provider.model.filling import fill
from practice_provider.model.mind import small
from practice_provider.model.patterns import plainest

MONDAY = date(2026, 11, 16)


def read(part: dict[str, Any], text: str, name: str = "value", required: bool = True) -> Any:
    schema = {"type": "object", "properties": {name: part}, "required": [name] if required else []}
    return fill(schema, Source(text, small(), "Today is Monday, 16 November 2026.")).value.get(name)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tomorrow", "2026-11-17"),
        ("the day after tomorrow", "2026-11-18"),
        ("next Friday", "2026-11-20"),
        ("on Monday", "2026-11-23"),
        ("last Friday", "2026-11-13"),
        ("Wednesday next week", "2026-11-25"),
        ("in three days", "2026-11-19"),
        ("two weeks ago", "2026-11-02"),
        ("am Freitag", "2026-11-20"),
        ("el viernes", "2026-11-20"),
        ("Friday, 27 November", "2026-11-27"),
        ("12 December", "2026-12-12"),
    ],
)
def test_a_day_is_read_from_today(words: str, expected: str) -> None:
    assert read({"type": "string", "format": "date"}, f"Please come {words}.", "collect_on") == expected


@given(st.text(max_size=60), st.dates())
def test_no_text_breaks_the_reading_of_days(text: str, today: date) -> None:
    list(days.relative(text, today))
    list(days.relative(f"in 999 years {text} 999 years ago", today))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Pay back £30.", "30.00"), ("I paid 1,299.50 euros", "1299.50"), ("It was $12.5 for TR-55555", "12.50")],
)
def test_an_amount_is_written_as_its_pattern_wants(text: str, expected: str) -> None:
    assert read({"type": "string", "pattern": r"^\d{1,5}\.\d{2}$"}, text, "amount") == expected


def test_an_id_is_found_in_small_letters_and_not_inside_a_longer_one() -> None:
    part = {"type": "string", "pattern": r"^TR-\d{3}$"}
    assert read(part, "where is tr-123") == "TR-123"
    assert read(part, "not TR-1234, but TR-567") == "TR-567"


@pytest.mark.parametrize(
    ("name", "options", "text", "expected"),
    [
        ("country", ["GB", "IE"], "I live in Ireland.", "IE"),
        ("country", ["GB", "IE"], "I live in Northern Ireland.", "GB"),
        ("currency", ["GBP", "EUR"], "It cost 12 €.", "EUR"),
        ("label", ["print", "qr_code"], "I can't print it, a QR code is better.", "qr_code"),
        ("model", ["one", "max"], "I want one for my Max.", "max"),
        ("model", ["one", "max"], "The Orbit One is loud.", "one"),
        ("urgency", ["low", "normal", "high"], "Smoke is coming out!", "high"),
        ("urgency", ["low", "normal", "high"], "It is blue.", "normal"),
        ("status", ["sent", "cancelled"], "I had to cancel it.", "cancelled"),
    ],
)
def test_an_option_is_recognised_in_other_words(name: str, options: list[str], text: str, expected: str) -> None:
    assert read({"enum": options}, text, name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("lines 1 and 3 of 20 cups", [1, 3]), ("the second item, for £40", [2]), ("item 1 of TR-77", [1])],
)
def test_a_list_of_places_has_the_numbers_behind_its_name(text: str, expected: list[int]) -> None:
    part = {"type": "array", "items": {"type": "integer"}, "minItems": 1}
    assert read(part, text, "line_numbers") == expected


def test_how_many_are_wanted_is_no_other_number() -> None:
    part = {"type": "integer", "minimum": 1}
    assert read(part, "Show me my last three orders.", "limit", required=False) == 3
    assert read(part, "It is 2 years old.", "limit", required=False) is None


def test_an_address_without_labels_fills_a_nested_object() -> None:
    names = ("name", "street", "town", "postcode")
    part = {
        "type": "object",
        "properties": {**{name: {"type": "string"} for name in names}, "country": {"enum": ["GB", "IE"]}},
        "required": [*names, "country"],
    }
    text = "Send TR-5 to my sister instead: Ann Lee, 8a Castle Road, Elmby ZZ2 9KL, United Kingdom. Thanks!"
    assert read(part, text, "address") == {
        "name": "Ann Lee",
        "street": "8a Castle Road",
        "town": "Elmby",
        "postcode": "ZZ2 9KL",
        "country": "GB",
    }


def test_a_text_without_a_street_has_no_address() -> None:
    assert addresses.read("I paid 20 pounds, thanks, Ann") == {}


@pytest.mark.parametrize(
    "pattern", [r"^TR-\d{5}$", r"^E(0[1-9]|[1-3]\d|40)$", r"a?b+c*", r"^[A-Z]{1,3}\d{0,3}$", r"^\w+@x\.org$"]
)
def test_the_plainest_text_of_a_pattern_fits_it(pattern: str) -> None:
    text = plainest(pattern)
    assert text is not None
    assert re.search(pattern, text)


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
@given(st.from_regex(r"[a-c(|)\[\]{}\d*+?\\.^$-]{0,12}", fullmatch=True))
def test_any_pattern_gives_a_fitting_text_or_none(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error:
        return
    text = plainest(pattern)
    assert text is None or re.search(pattern, text)


def test_a_required_text_with_a_pattern_and_no_evidence_still_fits() -> None:
    assert read({"type": "string", "pattern": r"^TR-\d{3}$"}, "Hello.") == "TR-000"
