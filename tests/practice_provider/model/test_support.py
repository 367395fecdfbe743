"""When the large model answers, when it abstains from a near miss, and which of two versions wins."""

from collections.abc import Callable

import pytest

Say = Callable[..., str]

SHOP = """<document id="parcels" title="Parcels">
We deliver to Austria and Belgium. Delivery to Austria costs 4 euros. Parcels to Belgium take five days.
The Vela brews at 92 degrees and weighs 9 kg. Code F11 means that the tank is empty.
The Vela draws 1,450 W. You cannot pay by cheque. We will send you a new lid free of charge.
</document>"""
SILENT = 'If the documents do not say, answer "Not there".'


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How much does delivery to Austria cost?", "4 euros"),
        ("How long do parcels to Belgium take?", "five days"),
        ("How hot does the Vela brew?", "92 degrees"),
        ("What does F11 mean?", "tank is empty"),
        ("How much power does the Vela draw?", "1,450 W"),
        ("Can I pay by cheque?", "cannot"),
        ("What is the price of delivery to Austria?", "4 euros"),
    ],
)
def test_what_the_text_says_is_told(say: Say, question: str, fact: str) -> None:
    assert fact in say(f"{SHOP}\n{question}", system=SILENT)


@pytest.mark.parametrize(
    "question",
    [
        "How much does delivery to Norway cost?",  # another name
        "What does F12 mean?",  # another code
        "How hot does the Corvo brew?",  # another name
        "How much power does the Corvo draw?",
        "How loud is the Vela?",  # another kind of thing
        "How many litres does the tank hold?",
        "What is the phone number of the shop?",
        "Is there a discount for students?",  # another matter
    ],
)
def test_a_near_miss_is_no_answer(say: Say, question: str) -> None:
    assert say(f"{SHOP}\n{question}", system=SILENT) == "Not there"


def test_initials_stand_for_a_name_that_is_spelt_out(say: Say) -> None:
    told = say(
        "<document id='1'>We deliver to the United Kingdom within two days.</document>\nDo you deliver to the UK?"
    )
    assert told.startswith("We deliver to the United Kingdom")


VERSIONS = """<document id="old" title="Delivery" updated="2025-03-01">
Delivery to Austria costs 4 euros.
</document>
<document id="new" title="Delivery" updated="2026-02-01">
Delivery to Austria costs 6 euros.
</document>"""


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How much does delivery to Austria cost?", "6 euros. [new]"),
        ("How much was delivery to Austria in 2025?", "4 euros. [old]"),
        ("How much was delivery to Austria on 2025-12-24?", "4 euros. [old]"),
    ],
)
def test_the_version_that_was_valid_on_the_day_wins(say: Say, question: str, fact: str) -> None:
    assert fact in say(f"{VERSIONS}\n{question}")


def test_the_cause_is_told_with_what_came_of_it(say: Say) -> None:
    flood = "<document id='1'>The river flooded the hall. Parcels were late in May.</document>"
    told = say(f"{flood}\nWhy were parcels late in May?")
    assert told == "The river flooded the hall. Parcels were late in May. [1]"
