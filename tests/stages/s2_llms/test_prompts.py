"""Prompts as files: found by version, filled with care, never edited."""

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.s2_llms.brewline import DATASETS, load_tickets
from stages.s2_llms.prompts import PROMPTS, Prompt, PromptError, load, read, save, versions

DAY = datetime.date(2026, 11, 20)
GREET = Prompt("greet", 1, DAY, "The first.", 'Greet {who} as {"json": {}} on {day}; thank {who}.')
INTENTS = set(
    re.findall(
        r"^\| `(\w+)` \|", (DATASETS / "WORLD.md").read_text("utf-8").split("## 8 ")[1].split("| urgency")[0], re.M
    )
)


def test_placeholders_are_filled_and_other_braces_stay() -> None:
    assert GREET.placeholders == ("who", "day")
    assert GREET.render(who="Kim", day=4) == 'Greet Kim as {"json": {}} on 4; thank Kim.'


@given(st.text(), st.text())
def test_what_stands_in_a_value_is_never_filled_again(who: str, day: str) -> None:
    assert GREET.render(who=who, day=day) == f'Greet {who} as {{"json": {{}}}} on {day}; thank {who}.'


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"who": "Kim"}, r"greet v1 lacks \['day'\] and has no place for \[\]"),
        ({"who": "Kim", "day": 1, "dey": 2}, r"lacks \[\] and has no place for \['dey'\]"),
    ],
)
def test_a_missing_and_an_unknown_value_are_named(values: dict[str, object], says: str) -> None:
    with pytest.raises(PromptError, match=says):
        GREET.render(**values)


def test_a_version_is_written_once_and_the_newest_is_the_default(tmp_path: Path) -> None:
    second = GREET.next("Good day, {who}.", "Shorter: 'as JSON' was never used — ever.", DAY)
    for prompt in (GREET, second):
        assert read(save(prompt, tmp_path)) == prompt
    assert versions("greet", tmp_path) == [1, 2]
    assert load("greet", folder=tmp_path) == second
    assert load("greet", 1, tmp_path) == GREET
    with pytest.raises(PromptError, match=r"greet-v2\.md is there already, and a version is never edited"):
        save(second, tmp_path)


def test_version_ten_comes_after_version_nine(tmp_path: Path) -> None:
    for version in (9, 10, 2):
        save(Prompt("greet", version, DAY, "", "Hello"), tmp_path)
    save(Prompt("greet-again", 11, DAY, "", "Hello"), tmp_path)
    assert versions("greet", tmp_path) == [2, 9, 10]


@pytest.mark.parametrize(("name", "version"), [("triage", 99), ("tirage", None)])
def test_a_prompt_that_is_not_there_is_answered_with_those_that_are(name: str, version: int | None) -> None:
    with pytest.raises(PromptError, match=r"Prompts: shop, terminal, ticket, triage"):
        load(name, version)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("notes: The first.\n", ""), r"notes is wrong: Field required"),
        (("version: 1", "version: one"), "version is wrong: Input should be a valid integer"),
        (("name: greet", "name: great"), "says that it is great v1"),
        (("---\n", ""), "must be a Markdown file below a YAML head"),
    ],
)
def test_a_faulty_file_is_refused_with_the_reason(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    path = save(GREET, tmp_path)
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(PromptError, match=says) as caught:
        load("greet", 1, tmp_path)
    assert "greet-v1.md" in str(caught.value)


# ---- the prompts that come with the stage ----------------------------------------------------------------------


def test_every_prompt_that_ships_can_be_read_and_says_what_changed() -> None:
    files = sorted(PROMPTS.glob("*.md"))
    assert len(files) >= 7
    assert all(len(read(path).notes) > 20 for path in files)


def test_triage_knows_the_fifteen_intents_from_its_second_version_on() -> None:
    assert versions("triage") == [1, 2, 3, 4]
    assert len(INTENTS) == 15
    for version in (2, 3, 4):
        assert set(re.findall(r"\b[a-z]+_[a-z]+\b|\bleak\b|\bsafety\b", load("triage", version).text)) >= INTENTS


def test_the_examples_come_from_the_training_tickets_alone_and_wear_their_labels() -> None:
    examples = re.findall(r"^- (.+?) -> (\w+)$", load("triage", 4).text, re.M)
    assert len(examples) == 75
    assert {label for _, label in examples} == INTENTS
    known = {shown(ticket.subject, ticket.text): ticket.intent for ticket in load_tickets("train")}
    for text, label in examples:
        assert next(intent for ticket, intent in known.items() if ticket.startswith(text)) == label
    held_out = {shown(t.subject, t.text) for split in ("dev", "test") for t in load_tickets(split)}  # type: ignore[arg-type]
    assert not [text for text, _ in examples if any(ticket.startswith(text) for ticket in held_out)]


def shown(subject: str, text: str) -> str:
    return re.sub(r"\s+", " ", f"{subject}: {text}")
