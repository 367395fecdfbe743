"""The chat in the terminal, typed at as a person would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stages.s2_llms.app import Conversation, with_files
from stages.s2_llms.chat import Chat, Message
from stages.s2_llms.errors import AuthFailed, SettingsError, StreamCut
from stages.s2_llms.practice import Control, PracticeProvider
from stages.s2_llms.providers import PROVIDERS


def type_at(home: Path, *arguments: str, said: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env = clean | {"COURSE_HOME": str(home.parent), "PRACTICE_SPEED": "0", "NO_COLOR": "1", "PYTHONUTF8": "1"} | environ
    command = [sys.executable, "-m", "stages.s2_llms.app", *arguments]
    return subprocess.run(command, input=said, capture_output=True, text=True, encoding="utf-8", env=env, timeout=60)


def conversation(control: Control) -> Conversation:
    provider = PROVIDERS["practice"]
    chat = Chat(provider, key=control.key, base_url=control.base_url(provider.sdk))
    return Conversation(chat, "Be brief.")


def test_one_question_about_a_file_is_answered_with_the_bill_on_stderr(
    running: PracticeProvider, provider_home: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "Notizen für Jörg.md"
    notes.write_text("The meeting is on Tuesday at ten. Cake is in the kitchen.", "utf-8")
    done = type_at(provider_home, "--file", str(notes), "When is the meeting?")
    assert done.returncode == 0, done.stderr
    assert "Tuesday" in done.stdout
    assert "1 answer" in done.stderr
    assert "tokens in" in done.stderr


def test_a_conversation_takes_commands_and_ends_with_the_bill(running: PracticeProvider, provider_home: Path) -> None:
    done = type_at(provider_home, said="Hello\n/bill\n/hlp\n/help\n/new\n/quit\n")
    assert done.returncode == 0, done.stderr
    assert "Did you mean /help?" in done.stdout
    assert "Forgotten." in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("You: 1 answer") or "1 answer" in done.stdout


def test_the_end_of_input_is_a_way_to_leave(running: PracticeProvider, provider_home: Path) -> None:
    assert type_at(provider_home, said="").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["--provider", "opnai", "hi"], {}, "Did you mean openai?"),
        (["--file", "no-such-file.md", "hi"], {}, "no-such-file.md cannot be read"),
        (["--provider", "openai", "hi"], {"OPENAI_API_KEY": ""}, "OPENAI_API_KEY"),
        (["hi"], {"COURSE_PROVIDR": "openai"}, "Did you mean COURSE_PROVIDER?"),
    ],
)
def test_what_cannot_work_is_said_in_one_line_with_the_fix(
    running: PracticeProvider, provider_home: Path, arguments: list[str], environ: dict[str, str], says: str
) -> None:
    done = type_at(provider_home, *arguments, **environ)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_text_or_too_large_is_refused_by_name(tmp_path: Path) -> None:
    picture, book = tmp_path / "picture.png", tmp_path / "book.txt"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    book.write_text("x" * 400_001)
    with pytest.raises(SettingsError, match=r"picture\.png is not text"):
        with_files("", [picture])
    with pytest.raises(SettingsError, match=r"book\.txt has 400,001 bytes"):
        with_files("", [book])


def test_an_overload_before_the_first_word_is_asked_again(control: Control) -> None:
    control.order("overloaded", count=1)
    talk = conversation(control)
    assert "".join(talk.say("Hello")) == talk.answers[0].text
    assert [entry.status for entry in control.journal()] == [503, 200]


def test_an_answer_that_is_cut_is_not_kept_and_not_asked_again(control: Control) -> None:
    control.order("cut_stream", count=1, after=3)
    talk = conversation(control)
    with pytest.raises(StreamCut):
        list(talk.say("Hello, who are you?"))
    assert (talk.messages, talk.answers, len(control.journal())) == ([], [], 1)


def test_a_wrong_key_is_not_asked_again(control: Control) -> None:
    control.order("auth", count=9)
    with pytest.raises(AuthFailed):
        list(conversation(control).say("Hello"))
    assert len(control.journal()) == 1


def test_what_was_said_before_goes_along_and_the_bill_adds_up(control: Control) -> None:
    talk = conversation(control)
    for text in ("Hello", "Thanks"):
        list(talk.say(text))
    assert talk.messages[0] == Message("user", "Hello")
    assert len(talk.messages) == 4
    total = sum(answer.tokens_in for answer in talk.answers)
    assert talk.bill().startswith(f"2 answers, {total} tokens in")


def test_a_reader_who_stops_early_keeps_nothing(control: Control) -> None:
    talk = conversation(control)
    words = talk.say("Hello, who are you?")
    next(words)
    words.close()  # type: ignore[attr-defined]
    assert talk.messages == []
