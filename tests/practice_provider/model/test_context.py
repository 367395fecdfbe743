"""Splitting texts: sentences in three languages, lists, tables, headings, and nothing lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_provider.model.context import find, from_tool
from practice_provider.model.question import question
from practice_provider.model.sentences import prose, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Use approx. 20 g. Then press START.", ["Use approx. 20 g.", "Then press START."]),
        ("Use 20 g. of coffee. Say no. See No. 5.", ["Use 20 g. of coffee.", "Say no.", "See No. 5."]),
        ("Dr. A. Smith left. He said so.", ["Dr. A. Smith left.", "He said so."]),
        ("It costs 4.90 euros. Really? Yes!", ["It costs 4.90 euros.", "Really?", "Yes!"]),
        ("Am 3. Mai 2024 kam sie an. Danach lief sie.", ["Am 3. Mai 2024 kam sie an.", "Danach lief sie."]),
        ("Nehmen Sie z. B. Wasser. Fertig.", ["Nehmen Sie z. B. Wasser.", "Fertig."]),
        ("Llame al Sr. Pérez. ¿Qué hago? Nada.", ["Llame al Sr. Pérez.", "¿Qué hago?", "Nada."]),
        ('She said "Stop!" Then he left.', ['She said "Stop!"', "Then he left."]),
        ("See v2.1 for more, e.g. the list. Done.", ["See v2.1 for more, e.g. the list.", "Done."]),
    ],
)
def test_running_text_is_split_at_the_ends_of_sentences(text: str, sentences: list[str]) -> None:
    assert list(prose(text)) == sentences


def test_a_markdown_text_keeps_its_headings_lists_and_tables() -> None:
    text = "# Care\nWash it.\n\n1. Fill\n   the tank.\n2. Press.\n\n| Model | Price |\n|---|---|\n| Uno | 9 € |"
    found = [(piece.kind, piece.text, piece.heading) for piece in split(text)]
    assert found == [
        ("heading", "Care", "Care"),
        ("prose", "Wash it.", "Care"),
        ("item", "Fill the tank.", "Care"),
        ("item", "Press.", "Care"),
        ("row", "Model: Uno; Price: 9 €", "Care"),
    ]


@given(st.text(alphabet=st.sampled_from("aB1.?! \n"), max_size=60))
def test_no_word_is_lost_in_splitting(text: str) -> None:
    def letters(words: str) -> str:
        return re.sub(r"[^aB]", "", words)

    assert letters(" ".join(piece.text for piece in split(text))) == letters(text)


@given(st.text(alphabet=st.sampled_from("ab<>/[1] \n`:"), max_size=60))
def test_any_text_can_be_searched_for_passages(text: str) -> None:
    found = find(text, long_text=True)
    assert all(passage.text.strip() for passage in found.passages)


def test_a_tag_that_is_never_closed_is_just_text() -> None:
    assert find("Use <b and <i> here.").passages == ()


def test_a_json_form_in_a_fence_is_no_passage() -> None:
    assert find('Answer like this:\n```json\n{"a": 1}\n```').passages == ()


def test_the_question_is_found_among_orders() -> None:
    assert question("Answer with one word. If it is not there, say no. How big is it?") == "How big is it?"
    assert question("My espresso tastes bitter. Why?") == "My espresso tastes bitter. Why?"


def test_tags_around_a_tools_json_are_no_part_of_it() -> None:
    told = [passage.text for passage in from_tool('<order trust="none">\n{"status": "sent"}\n</order>')]
    assert told == ["status: sent"]
