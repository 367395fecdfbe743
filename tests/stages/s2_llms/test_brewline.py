"""The loaders of Brewline's data: what they give, and what they say about a file that is not as it should be."""

import json
from pathlib import Path

import pytest

from stages.s2_llms.brewline import DATASETS, DataError, Ticket, load_attacks, load_tickets, read_records


def test_a_ticket_is_a_typed_record_that_nobody_can_change() -> None:
    ticket = load_tickets("train")[0]
    assert isinstance(ticket, Ticket)
    assert isinstance(ticket.needs_human, bool)
    with pytest.raises(AttributeError):
        ticket.intent = "leak"  # type: ignore[misc]


def test_an_attack_brings_its_look_alike() -> None:
    assert all(attack.benign["turns"] for attack in load_attacks())


def test_a_missing_set_is_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"dev\.jsonl cannot be read .*Restore the folder"):
        load_tickets("dev", tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stars": "many"}, r"broken\.jsonl, line 2: stars: .*saw 'many'"),
        ({"mood": "fine"}, r"line 2: mood: Unexpected keyword argument"),
        ({"id": None}, r"line 2: id: Input should be a valid string, saw None"),
    ],
)
def test_a_broken_line_is_named_with_field_and_value(tmp_path: Path, change: dict[str, object], words: str) -> None:
    first, second, *_ = (DATASETS / "tickets" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    broken = json.dumps(json.loads(second) | change)
    (tmp_path / "broken.jsonl").write_text(f"{first}\n{broken}\n", encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_records(Ticket, tmp_path / "broken.jsonl")


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.jsonl").write_text('{"id": "TK-0', encoding="utf-8")
    with pytest.raises(DataError, match=r"torn\.jsonl, line 1: the line: Invalid JSON"):
        read_records(Ticket, tmp_path / "torn.jsonl")
