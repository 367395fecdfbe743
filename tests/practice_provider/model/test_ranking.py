"""How a question finds its sentence: misspelt, in German or Spanish, in other words, in parts, and over versions."""

from collections.abc import Callable

import pytest

from practice_provider.model import glossary, spelling, synonyms
from practice_provider.model.grounded import questions
from practice_provider.model.sentences import split

Say = Callable[..., str]

CARE = """<document id="care" title="Care of the kettle" updated="2026-05-01">
The reservoir holds 1.7 litres. Empty it when you are away.

The lid must not go in the dishwasher.

| Part | Number | Price |
|---|---|---|
| Lid | K-20 | 9 euros |
| Handle | K-31 | 14 euros |
</document>
<document id="claims" title="Claims" updated="2026-02-01">
The guarantee runs for 3 years from the day of delivery. Write to us with your receipt.

F03 on the display means that the kettle boiled dry. Let it cool for 20 minutes.
</document>"""


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("how meny liters does the resevoir hold", "1.7 litres"),
        ("What does FO3 mean?", "boiled dry"),
        ("Wie lange läuft die Garantie?", "3 years"),
        ("¿Puedo poner la tapa en el lavavajillas?", "dishwasher"),
        ("How many litres go into the tank?", "1.7 litres"),
    ],
)
def test_the_large_model_understands_other_spellings_languages_and_words(say: Say, question: str, fact: str) -> None:
    assert fact in say(f"{CARE}\nQuestion: {question}")


def test_what_is_told_before_a_question_belongs_to_it(say: Say) -> None:
    assert "boiled dry" in say(f"{CARE}\nQuestion: My kettle shows F03. What does that mean?")


def test_two_facts_from_two_passages_are_both_cited(say: Say) -> None:
    told = say(f"{CARE}\nHow much does the reservoir hold, and how long does the guarantee run?")
    assert "1.7 litres. [care]" in told
    assert "3 years" in told
    assert "[claims]" in told


def test_no_sentence_is_told_twice(say: Say) -> None:
    told = say(f"{CARE}\nHow long is the guarantee, and how long does the guarantee run?")
    assert told.count("3 years") == 1


def test_a_cell_is_told_with_its_row(say: Say) -> None:
    assert "14 euros" in say(f"{CARE}\nWhat is the price of the handle?")


def test_a_question_that_names_all_it_wants_gets_one_sentence(say: Say) -> None:
    assert say(f"{CARE}\nHow long does the guarantee run?") == (
        "The guarantee runs for 3 years from the day of delivery. [claims]"
    )


def test_an_unclear_question_gets_more_than_one_sentence(say: Say) -> None:
    told = say(f"{CARE}\nHow does the guarantee period work if I claim for my kettle?")
    assert "3 years" in told
    assert "receipt" in told


def test_another_question_finds_nothing(say: Say) -> None:
    assert say(f"{CARE}\nWho won the match on Sunday?") == "I can't find that in the text I was given."


def test_the_parts_of_a_request_are_questions_and_what_is_told_is_none() -> None:
    assert questions("I bought a kettle. What is it made of, and who repairs it?") == [
        "What is it made of",
        "who repairs it?",
    ]


@pytest.mark.parametrize(
    ("wrong", "right"), [("resevoir", "reservoir"), ("wieght", "weight"), ("adress", "address"), ("kettle", "kettle")]
)
def test_a_misspelt_word_becomes_the_nearest_known_one(wrong: str, right: str) -> None:
    assert spelling.corrected(wrong, frozenset({"kettle"})) == right


def test_names_and_addresses_are_never_mended() -> None:
    text = "Write to Tomos at tomoss@mail.example about X-17."
    assert spelling.corrected(text, frozenset({"tomos"})) == text


def test_a_letter_that_looks_like_a_figure_is_read_as_one_only_where_the_texts_have_it() -> None:
    assert spelling.corrected("FO3", frozenset({"f03"})) == "F03"
    assert spelling.corrected("FO3", frozenset({"f04"})) == "FO3"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wie hoch ist die Wassertemperatur?", ["water", "temperature"]),
        ("Was kostet der Versand nach Irland?", ["cost", "shipping", "ireland"]),
        ("¿Cuántos litros caben en el depósito?", ["how many", "litres", "tank"]),
    ],
)
def test_a_question_is_glossed_word_by_word(question: str, words: list[str]) -> None:
    told = (glossary.english(question) or "").lower()
    assert all(word in told for word in words)


@pytest.mark.parametrize("text", ["How long is it?", "The die is cast.", "Order BL-1", ""])
def test_english_is_not_glossed(text: str) -> None:
    assert glossary.english(text) is None


def test_every_line_of_the_tables_can_be_read() -> None:
    lines = glossary.TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {len(row) for row in rows} == {3}
    assert {row[0] for row in rows} == {"de", "es"}
    groups = [line.split() for line in synonyms.TABLE.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert min(map(len, groups)) >= 2


def test_short_lines_of_a_torn_table_stay_apart_and_wrapped_lines_together() -> None:
    torn = "Code\nMeaning\nF03\nBoiled dry, let it cool for twenty minutes before you switch it on\nagain."
    assert [piece.text for piece in split(torn)] == [
        "Code",
        "Meaning",
        "F03",
        "Boiled dry, let it cool for twenty minutes before you switch it on again.",
    ]


VERSIONS = """<document id="old" title="Sending things back" updated="2024-03-01">
You may send a kettle back within 14 days.
</document>
<document id="new" title="Returns" updated="2026-03-01">
You may send a kettle back within 30 days.
</document>"""


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Within how many days may I send a kettle back?", "30 days. [new]"),
        ("Within how many days could I send a kettle back in 2024?", "14 days. [old]"),
    ],
)
def test_the_version_of_the_day_is_told_first(say: Say, question: str, first: str) -> None:
    told = say(f"{VERSIONS}\n{question}")
    assert told.index(first) == min(told.index(part) for part in ("30 days", "14 days") if part in told)
