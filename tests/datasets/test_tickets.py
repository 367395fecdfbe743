"""The tickets: labels, splits, variety, and how far two passes of labelling agree."""

import re
from collections import Counter
from itertools import combinations

import pytest

from stages.s2_llms.brewline import load_tickets

from .corpus import DATASETS, distinct_share, nearest

SPLITS = {"train": (1, 4_999), "dev": (5_000, 6_999), "test": (7_000, 9_999)}
TICKETS = {name: load_tickets(name) for name in ("train", "dev", "test")}
ALL = [ticket for split in TICKETS.values() for ticket in split]

INTENTS = (
    *("machine_fault", "leak", "coffee_quality", "descaling_water", "setup_use", "order_status", "delivery_problem"),
    *("order_change", "return_refund", "warranty_repair", "parts_order", "business_billing", "account_privacy"),
    *("safety", "buying_advice"),
)
VALUES = {
    "channel": {"form", "email", "chat", "phone_note"},
    "language": {"en", "de", "es", "fr", "pl"},
    "intent": set(INTENTS),
    "second_intent": {None, *INTENTS},
    "product": {"one", "duo", "grind", "pro", "froth", "pour", "accessory", "several", "unknown"},
    "urgency": {"low", "normal", "high", "critical"},
    "stars": {None, 1, 2, 3, 4, 5},
    "expected_resolution": {
        *("answer", "ask_details", "send_part", "sell_part", "book_repair"),
        *("start_return", "refund", "change_order", "trace_parcel", "hand_over"),
    },
    "voice_of": {
        *("short", "rambling", "angry", "polite", "typos", "two_problems", "expert", "beginner", "forwarded"),
        "other_language",
    },
}
PATTERNS = {
    "id": r"TK-\d{5}",
    "created_at": r"20\d\d-\d\d-\d\dT\d\d:\d\d",
    "customer_id": r"C-\d{5}",
    "order_id": r"BL-\d{5}",
    "serial_number": r"B[ODGPFU]-\d{4}-\d{5}",
    "error_code": r"E(0[1-9]|[1-3]\d|40)|CAL|RIN",
}


def test_there_are_enough_and_each_id_tells_its_split():
    assert len(ALL) >= 800
    assert len({ticket.id for ticket in ALL}) == len(ALL)
    for split, (first, last) in SPLITS.items():
        assert all(first <= int(ticket.id[3:]) <= last for ticket in TICKETS[split])


@pytest.mark.parametrize("field", VALUES)
def test_a_label_is_one_of_those_that_exist_and_each_of_them_is_used(field: str):
    used = {getattr(ticket, field) for ticket in ALL}
    assert used <= VALUES[field], sorted(map(str, used - VALUES[field]))
    assert used == VALUES[field] or field == "second_intent", sorted(map(str, VALUES[field] - used))


@pytest.mark.parametrize("field", PATTERNS)
def test_an_id_has_its_form(field: str):
    wrong = [t.id for t in ALL if (value := getattr(t, field)) and not re.fullmatch(PATTERNS[field], value)]
    assert not wrong


def test_nothing_happens_after_the_day_on_which_the_data_ends():
    assert max(ticket.created_at for ticket in ALL) < "2026-11-16"


@pytest.mark.parametrize("split", TICKETS)
def test_no_intent_is_rare_in_a_split(split: str):
    counts = Counter(ticket.intent for ticket in TICKETS[split])
    assert min(counts[intent] / len(TICKETS[split]) for intent in INTENTS) >= 0.02, counts.most_common()[-3:]


def test_stars_are_given_on_forms_and_in_chats_only():
    assert not [t.id for t in ALL if t.stars is not None and t.channel in ("email", "phone_note")]


def test_what_is_urgent_for_people_is_for_a_person():
    assert not [t.id for t in ALL if t.urgency == "critical" and not t.needs_human]
    assert not [t.id for t in ALL if t.intent == "safety" and t.urgency == "low"]


def test_attachments_are_files_of_the_data():
    folders = [DATASETS / "photos", DATASETS / "voice"]
    missing = {name for t in ALL for name in t.attachments if not any((f / name).is_file() for f in folders)}
    assert not missing


def test_the_texts_are_as_various_as_people_are():
    assert distinct_share(ticket.text for ticket in ALL) > 0.9
    assert len({ticket.text for ticket in ALL}) == len(ALL)
    openings = Counter(" ".join(ticket.text.lower().split()[:4]) for ticket in ALL)
    assert openings.most_common(1)[0][1] <= len(ALL) / 50


@pytest.mark.parametrize(("one", "other"), list(combinations(TICKETS, 2)))
def test_no_story_stands_in_two_splits(one: str, other: str):
    share, first, second = nearest([t.text for t in TICKETS[one]], [t.text for t in TICKETS[other]])
    assert share < 0.3, f"{first!r} and {second!r}"


def kappa(pairs: list[tuple[object, object]]) -> float:
    """Cohen's kappa: agreement beyond chance. https://en.wikipedia.org/wiki/Cohen%27s_kappa"""
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


def passes(field: str) -> list[tuple[object, object]]:
    """The two labels of each ticket that was labelled twice."""
    return [(getattr(t, field), t.second_pass[field]) for t in ALL if t.second_pass]


def test_every_ticket_was_labelled_twice_and_the_readme_says_how_far_the_passes_agree():
    readme = (DATASETS / "tickets" / "README.md").read_text(encoding="utf-8")
    assert not [t.id for t in ALL if not t.second_pass]
    for field in ("intent", "urgency", "needs_human"):
        assert 0.5 < kappa(passes(field)) < 1.0, "a second pass that agrees in everything was not blind"
        assert f"{kappa(passes(field)):.2f}" in readme, (field, kappa(passes(field)))


def test_a_ticket_has_a_text_of_a_length_that_people_write():
    assert not [t.id for t in ALL if not t.text.strip() or len(t.text) > 3_000]
