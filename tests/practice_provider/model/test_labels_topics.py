"""What the lexicon and the sayings know of how customers speak, and what in a message counts."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from practice_provider.model import lexicon, topics, wishes
from practice_provider.model.lexicon import Lexicon

DATASETS = Path(__file__).parents[3] / "datasets"


@pytest.fixture(scope="module")
def known() -> Lexicon:
    return lexicon.load()


def found(known: Lexicon, sentence: str) -> set[str]:
    return {known.topics[place].name for place in known.found(sentence)}


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("My washing machine doesn't heat any more.", "no heat"),
        ("Was ist mit meinem Geld, wann kommt die Erstattung?", "where is my refund"),
        ("¿Cuánto cuesta la reparación?", "cost of repair"),
        ("J'ai oublié mon mot de passe.", "password"),
        ("Gdzie jest moja paczka?", "where is my order"),
        ("The fuse tripped when I plugged the toaster in", "hot plug or fuse"),
    ],
)
def test_a_cue_is_found_in_five_languages_whatever_the_order_of_its_words(
    known: Lexicon, sentence: str, topic: str
) -> None:
    assert topic in found(known, sentence)


def test_a_word_that_bars_a_cue_keeps_the_topic_out(known: Lexicon) -> None:
    assert "cancel order" in found(known, "Please cancel it.")
    assert "cancel order" not in found(known, "Please cancel my subscription.")


def test_each_topic_has_names_cues_and_sayings(known: Lexicon) -> None:
    said = {topic for topic, _ in topics.sayings()}
    cued = {place for rows in known.cues.values() for place, _ in rows}
    assert [topic.name for topic in known.topics if topic.name not in said or len(topic.filed) < 2] == []
    assert cued == set(range(len(known.topics)))


def test_the_sayings_stand_in_the_order_of_the_topics(known: Lexicon) -> None:
    owners = topics.owners(known)
    assert (np.diff(owners) >= 0).all()


def test_the_kept_vectors_are_those_of_the_texts() -> None:
    with np.load(topics.VECTORS) as held:
        assert str(held["made_from"]) == topics.checksum(), "run tests/practice_provider/model/make_sayings.py"
        assert held["sayings"].shape[0] == len(list(topics.sayings()))


def test_neither_lexicon_nor_sayings_hold_words_of_the_course_s_firm() -> None:
    texts = f"{lexicon.FILE.read_text(encoding='utf-8')}\n{topics.SAYINGS.read_text(encoding='utf-8')}"
    assert not re.search(r"brewline|\bduo\b|calderwick|larkway|\bBL-|\bE\d\d\b|pro care", texts, re.IGNORECASE)


def test_no_topic_is_filed_under_a_two_word_label_of_the_course_s_tickets(known: Lexicon) -> None:
    world = (DATASETS / "WORLD.md").read_text(encoding="utf-8")
    labels = set(re.findall(r"^\| `(\w+_\w+)` \|", world.split("## 8 ")[1].split("## 9 ")[0], re.MULTILINE))
    filed = {name.replace(" ", "_") for topic in known.topics for name in topic.filed}
    assert labels & filed == {"order_status", "change_order"}  # every shop's words


def test_no_saying_shares_six_words_in_a_row_with_a_ticket() -> None:
    files = [path.read_text(encoding="utf-8") for path in sorted((DATASETS / "tickets").glob("*.jsonl"))]
    rows = [json.loads(line) for file in files for line in file.splitlines()]
    tickets = {run for row in rows for run in runs(f"{row['subject'] or ''} {row['text']}")}
    assert [said for _, said in topics.sayings() if runs(said) & tickets] == []


def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = re.sub(r"[^\w ]", "", text.lower()).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_greeting_and_signature_are_left_out_and_the_first_request_weighs_most() -> None:
    said = wishes.weighed(
        "Broken again\nHello,\nIt is three years old. Can you repair it? I like it.\nKind regards,\nJo Ash"
    )
    assert [one.text for one in said] == ["Broken again", "It is three years old.", "Can you repair it?", "I like it."]
    assert said[2].weight > said[3].weight


def test_a_quoted_mail_and_the_desk_s_lines_in_a_chat_count_little() -> None:
    quoted = wishes.weighed("Is this real?\n\n> Your parcel was delivered.")
    chat = wishes.weighed("Customer: it leaks\nDesk: Do you want to send it back?\nCustomer: no, mend it")
    assert quoted[0].weight > 3 * quoted[1].weight
    assert chat[0].weight > 3 * chat[1].weight


def test_what_is_not_wanted_counts_little() -> None:
    denied, wanted = wishes.weighed("I don't want a refund. Please send a new lid.")
    assert wanted.weight > 2 * denied.weight


def test_a_subject_may_be_announced() -> None:
    assert [one.text for one in wishes.weighed("Subject: No heat\n\nText: It stays cold.")] == [
        "No heat",
        "It stays cold.",
    ]


def test_all_sentences_count_the_same_where_no_wish_is_looked_for() -> None:
    assert {one.weight for one in wishes.weighed("Noise\nIt rattles. Can you mend it?", False)} == {1.0}
