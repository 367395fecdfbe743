"""Labels, their chances, and what temperature changes in the choice among them."""

import math
from collections.abc import Callable

import pytest

from practice_provider.core import Reply

Say = Callable[..., str]
Speak = Callable[..., Reply]

TASK = "Classify it. Labels:\n- billing: invoices and money\n- delivery: parcels and couriers\n- sign_in: passwords"
PARCEL = "The courier left my parcel in the rain. Is that normal?"


def test_names_without_descriptions_stay_names(say: Say) -> None:
    assert say(PARCEL, system="Classify. Labels:\n- billing\n- delivery\n- account") == "delivery"


def test_the_whole_message_is_labelled_where_the_instructions_hold_the_task(say: Say) -> None:
    assert say(PARCEL, system=TASK) == "delivery"


def test_examples_of_several_lines_are_read(say: Say) -> None:
    shown = "".join(
        f"<example>\n<ticket>{text}\nThanks</ticket>\n<label>{label}</label>\n</example>\n"
        for text, label in (("The pump hums.", "K1"), ("A loud pump.", "K1"), ("A late box.", "K2"), ("No box.", "K2"))
    )
    assert say("Where is my box?", system=f"Classify. Labels:\n- K1\n- K2\n\n{shown}") == "K2"


def test_a_text_near_to_no_label_gets_the_label_for_the_rest(say: Say) -> None:
    assert say("Quarks have spin one half.", system=f"{TASK}\n- unknown") == "unknown"
    assert say(PARCEL, system=f"{TASK}\n- unknown") == "delivery"


def test_several_fields_get_a_line_each(say: Say) -> None:
    told = say(PARCEL, system="Classify.\nintent: one of billing, delivery\nmood: one of happy, angry")
    assert told.splitlines()[0] == "intent: delivery"
    assert told.splitlines()[1] in ("mood: happy", "mood: angry")


def test_the_chances_of_a_label_are_those_of_the_choice(ask: Speak) -> None:
    clear, unclear = ask(PARCEL, system=TASK, logprobs=3), ask("Hm, well, it is what it is.", system=TASK, logprobs=3)
    assert sum(math.exp(logprob) for _, logprob in clear.chances[0].top) == pytest.approx(1, abs=1e-4)
    assert clear.chances[0].logprob > unclear.chances[0].logprob


def test_a_high_temperature_changes_a_label_that_is_unclear_and_a_low_one_does_not(say: Say) -> None:
    text = "The parcel and the invoice are missing."
    assert len({say(text, system=TASK, temperature=2.0, seed=seed) for seed in range(12)}) > 1
    assert len({say(text, system=TASK, temperature=0.0, seed=seed) for seed in range(12)}) == 1
