"""Conversations on disk: nothing that was acknowledged is lost, whoever is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from capstone.conversations import SCHEMA, Conversations, is_id, new_id
from capstone.desk import Call, Outcome
from capstone.handover import Handovers
from capstone.passages import Passage
from capstone.prompt import NOT_FOUND

ANSWERED = Outcome("Rinse [descaling].", None, (Call("m", "answered", 1.5, 9000, 20, 0.0273, "req_1"),), 1.5, 0.9)
OVERLOADED = Outcome("", "overloaded", (Call("m", "503", 0.1),), 2.0, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk" / "conversations.sqlite"


def test_a_question_is_kept_before_it_is_answered(path: Path) -> None:
    Conversations(path).ask("c" * 16, "Why?")
    (turn,) = Conversations(path).turns("c" * 16)
    assert (turn.question, turn.state, turn.answer, turn.calls) == ("Why?", "asked", "", ())


def test_an_answer_comes_back_with_its_record(path: Path) -> None:
    conversations = Conversations(path)
    conversations.finish(conversations.ask("c" * 16, "Why?"), ANSWERED)
    (turn,) = conversations.turns("c" * 16)
    assert (turn.answer, turn.state, turn.calls, turn.seconds) == (ANSWERED.text, "answered", ANSWERED.calls, 1.5)
    assert turn.cost_usd == pytest.approx(0.0273)


def test_trying_again_keeps_the_calls_of_the_first_try(path: Path) -> None:
    conversations = Conversations(path)
    turn_id = conversations.ask("c" * 16, "Why?")
    conversations.finish(turn_id, OVERLOADED)
    assert conversations.turns("c" * 16)[0].trouble == "overloaded"
    conversations.ask_again(turn_id)
    conversations.finish(turn_id, ANSWERED)
    (turn,) = conversations.turns("c" * 16)
    assert (turn.state, turn.trouble, turn.calls) == ("answered", None, OVERLOADED.calls + ANSWERED.calls)


def test_what_an_answer_stands_on_is_kept_with_it(path: Path) -> None:
    passage = Passage("m.pdf#page-9", "m.pdf", "Manual", "90 °C", 7, 9, "2026-01-01")
    outcome = Outcome("90 °C [m.pdf#page-9].", None, (), 0.5, None, (passage,), 0.61)
    conversations = Conversations(path)
    conversations.finish(conversations.ask("c" * 16, "How hot?", "Brewline One"), outcome)
    (turn,) = conversations.turns("c" * 16)
    assert (turn.passages, turn.nearness, turn.product, turn.found) == ((passage,), 0.61, "Brewline One", True)


def test_questions_without_an_answer_are_collected_from_all_conversations_and_failures_are_not(path: Path) -> None:
    conversations = Conversations(path)
    for conversation, question, outcome in (
        ("a" * 16, "Known?", ANSWERED),
        ("a" * 16, "Unknown?", Outcome(NOT_FOUND, None, (), 0.1, None)),
        ("b" * 16, "Broken?", OVERLOADED),
        ("b" * 16, "Unknown, too?", Outcome(NOT_FOUND, None, (), 0.1, None)),
    ):
        conversations.finish(conversations.ask(conversation, question), outcome)
    assert [turn.question for turn in conversations.unanswered()] == ["Unknown, too?", "Unknown?"]


def test_a_file_of_the_version_before_is_read_and_goes_on(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        db.execute(
            "INSERT INTO turn (conversation, asked_at, question, answer, state) VALUES (?, '', 'Why?', 'So.', ?)",
            ("c" * 16, "answered"),
        )
    conversations = Conversations(path)
    (turn,) = conversations.turns("c" * 16)
    assert (turn.answer, turn.found, turn.passages) == ("So.", None, ())
    assert conversations.unanswered() == []


def test_many_open_a_file_of_the_version_before_at_once(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
    begin = Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        opened = pool.map(lambda _: (begin.wait(), Conversations(path))[1], range(8))
        assert [one.turns("c" * 16) for one in opened] == [[]] * 8


def test_a_ticket_is_kept_once_however_often_it_is_asked_for(path: Path) -> None:
    conversations = Conversations(path)
    turn_id = conversations.ask("c" * 16, "Why?")
    first = Handovers(path).make("c" * 16, turn_id, "kim@example.org", "Serial BO-2409-00731")
    again = Handovers(path).make("c" * 16, turn_id, "lee@example.org")
    assert first == again
    assert first.number == "H-0001"
    assert Handovers(path).of("c" * 16) == {turn_id: first}
    assert Handovers(path).of("d" * 16) == {}


def test_conversations_do_not_see_each_other(path: Path) -> None:
    conversations = Conversations(path)
    conversations.ask("a" * 16, "Mine?")
    assert conversations.turns("b" * 16) == []


def test_ids_are_long_random_and_checked() -> None:
    assert len({new_id() for _ in range(100)}) == 100
    assert all(is_id(new_id()) for _ in range(100))
    assert not any(map(is_id, ("", "short", "x" * 65, "../" * 10, "a b c d e f g h i j k l")))


def test_many_threads_write_at_once_and_nothing_is_lost(path: Path) -> None:
    conversations = Conversations(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: conversations.finish(conversations.ask("c" * 16, str(n)), ANSWERED), range(40)))
    turns = conversations.turns("c" * 16)
    assert sorted(int(turn.question) for turn in turns) == list(range(40))
    assert {turn.state for turn in turns} == {"answered"}


WRITER = """
import sys
from pathlib import Path
from capstone.conversations import Conversations
conversations = Conversations(Path(sys.argv[1]))
for n in range(10_000):
    conversations.ask("c" * 16, str(n))
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a Unix signal")
def test_every_question_that_was_acknowledged_survives_kill_9(path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().split()]
    writer.stdout.close()
    writer.wait()
    kept = [int(turn.question) for turn in Conversations(path).turns("c" * 16)]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) <= len(acknowledged) + 1
