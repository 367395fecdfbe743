"""Conversations on disk: nothing that was acknowledged is lost, whoever is killed."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from capstone.conversations import Conversations, is_id, new_id
from capstone.desk import Call, Outcome

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
