"""The chat in the terminal, typed at as a person would."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.s2_llms.app import shop_tools
from stages.s2_llms.brewline import DATASETS
from stages.s2_llms.chat import Message, Words
from stages.s2_llms.conversation import Conversation, newest, remembered
from stages.s2_llms.errors import AnswerInvalid, AuthFailed, SettingsError, StreamCut
from stages.s2_llms.messages import File, ToolCall, ToolResult
from stages.s2_llms.practice import Control, PracticeProvider
from stages.s2_llms.tools import answer_calls

from .conftest import open_chat


def command(home: Path, *arguments: str, **environ: str) -> tuple[list[str], dict[str, str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env = clean | {"COURSE_HOME": str(home.parent), "PRACTICE_SPEED": "0", "NO_COLOR": "1", "PYTHONUTF8": "1"} | environ
    return [sys.executable, "-m", "stages.s2_llms.app", *arguments], env


def type_at(home: Path, *arguments: str, said: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    line, env = command(home, *arguments, **environ)
    return subprocess.run(line, input=said, capture_output=True, text=True, encoding="utf-8", env=env, timeout=60)


def conversation(control: Control, history: Path | None = None) -> Conversation:
    return Conversation(open_chat("openai", control), "Be brief.", history=history)


def words(steps: Iterator[object]) -> str:
    return "".join(step.text for step in steps if isinstance(step, Words))


def test_one_question_about_a_file_is_answered_on_stdout_with_the_bill_on_stderr(
    running: PracticeProvider, provider_home: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "Notizen für Jörg.md"
    notes.write_text("The meeting is on Tuesday at ten. Cake is in the kitchen.", "utf-8")
    done = type_at(provider_home, "--file", str(notes), "When is the meeting?")
    assert done.returncode == 0, done.stderr
    assert "Tuesday" in done.stdout
    assert "1 answer" in done.stderr
    assert "tokens in" not in done.stdout


def test_a_conversation_takes_commands_and_files_and_ends_with_the_bill(
    running: PracticeProvider, provider_home: Path
) -> None:
    photo = DATASETS / "photos" / "P-001.png"
    said = f"Hello\n/bill\n/hlp\n/help\n/file {photo}\nWhat do you see?\n/file nope.png\n/new\n/quit\n"
    done = type_at(provider_home, said=said)
    assert done.returncode == 0, done.stderr
    assert "puddle" in done.stdout
    for told in ("Did you mean /help?", "P-001.png goes with your next words", "nope.png cannot be read", "Forgotten."):
        assert told in done.stderr
    assert done.stderr.rstrip().splitlines()[-1].startswith("2 answers")


def test_the_end_of_input_is_a_way_to_leave(running: PracticeProvider, provider_home: Path) -> None:
    assert type_at(provider_home, said="").returncode == 0


def test_a_pipe_brings_the_question_and_a_schema_makes_data_of_it(
    running: PracticeProvider, provider_home: Path, tmp_path: Path
) -> None:
    form = tmp_path / "order.json"
    order_id = {"type": ["string", "null"], "pattern": r"^BL-\d{5}$"}
    form.write_text(json.dumps({"type": "object", "properties": {"order_id": order_id}}))
    done = type_at(provider_home, "--schema", str(form), "-", said="Where is BL-10433?\nI wait.")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"order_id": "BL-10433"}), done.stderr


def test_tools_look_things_up_and_each_event_can_be_a_line_of_json(
    running: PracticeProvider, provider_home: Path
) -> None:
    done = type_at(provider_home, "--tools", "--json", "Where is my order BL-10482?")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = list(dict.fromkeys(event["event"] for event in events))
    assert kinds == ["tool_call", "answer", "tool_result", "words", "end"], done.stderr
    assert events[-1]["end"] == "answered"
    assert "Calderwick" in events[-1]["text"]
    assert all("cost_usd" in event for event in events if event["event"] == "answer")


def test_the_last_conversation_goes_on_where_it_stopped(running: PracticeProvider, provider_home: Path) -> None:
    assert type_at(provider_home, "My name is Kim.").returncode == 0
    assert "Kim" in type_at(provider_home, "--resume", "What is my name?").stdout
    kept = remembered(newest(provider_home.parent / "chats"))
    assert [message.role for message in kept] == ["user", "assistant"] * 2


def test_nothing_to_resume_is_said(running: PracticeProvider, tmp_path: Path) -> None:
    done = type_at(tmp_path / "provider", "--resume", "Hello")
    assert (done.returncode, "leave --resume out" in " ".join(done.stderr.split())) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process alone")
def test_ctrl_c_stops_the_answer_and_not_the_chat(running: PracticeProvider, provider_home: Path) -> None:
    line, env = command(provider_home)
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as chat:
        assert chat.stdin
        assert chat.stdout
        assert chat.stderr
        assert b"/help" in chat.stderr.readline()
        running.key(f"practice-chat-{chat.pid}").order("stall", count=1, after=4, delay_s=30)
        chat.stdin.write(b"Hello, who are you?\n")
        chat.stdin.flush()
        assert chat.stdout.read(4)
        chat.send_signal(signal.SIGINT)
        said, told = chat.communicate(b"Hello\n/quit\n", timeout=20)
    assert chat.returncode == 0
    assert b"stopped; this answer is not kept" in told
    assert said.strip()
    assert b"1 answer," in told


@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        (["--provider", "opnai", "hi"], {}, "Did you mean openai?"),
        (["--file", "no-such-file.md", "hi"], {}, "no-such-file.md cannot be read"),
        (["--schema", "no-such-file.json", "hi"], {}, "no-such-file.json is not a file with a JSON schema"),
        (["--provider", "openai", "hi"], {"OPENAI_API_KEY": ""}, "OPENAI_API_KEY"),
        (["--provider", "azure", "hi"], {"AZURE_OPENAI_API_KEY": "k"}, "AZURE_OPENAI_ENDPOINT"),
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


def test_an_error_is_a_line_of_json_too(running: PracticeProvider, provider_home: Path) -> None:
    done = type_at(provider_home, "--json", "--model", "no-such-model", "hi")
    assert done.returncode == 1
    assert json.loads(done.stdout)["kind"] == "BadRequest"


def test_the_help_teaches_with_examples(provider_home: Path) -> None:
    told = type_at(provider_home, "--help", COLUMNS="200").stdout
    for example in ("-f photo.png", "--schema order.json", "--tools --resume", "COURSE_PROVIDER"):
        assert example in told


# ---- the conversation ------------------------------------------------------------------------------------------


def test_an_overload_before_the_first_word_is_asked_again(control: Control) -> None:
    control.order("overloaded", count=1)
    talk = conversation(control)
    assert words(talk.say("Hello")) == talk.answers[0].text
    assert [entry.status for entry in control.journal()] == [503, 200]


def test_an_answer_that_is_cut_is_not_kept_and_not_asked_again(control: Control, tmp_path: Path) -> None:
    control.order("cut_stream", count=1, after=3)
    talk = conversation(control, tmp_path / "talk.jsonl")
    with pytest.raises(StreamCut):
        list(talk.say("Hello, who are you?"))
    assert (talk.messages, talk.answers, len(control.journal())) == ([], [], 1)
    assert not (tmp_path / "talk.jsonl").exists()


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
    steps = talk.say("Hello, who are you?")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert talk.messages == []


def test_data_that_does_not_fit_is_not_kept_and_is_on_the_bill(control: Control) -> None:
    talk = conversation(control)
    impossible = {"type": "object", "properties": {"n": {"type": "string", "pattern": "^a"}, "m": {"const": 1}}}
    control.order("invalid_json", count=3)
    with pytest.raises(AnswerInvalid):
        talk.fill("Hello", impossible)
    assert (talk.messages, len(talk.answers)) == ([], 3)


def test_everything_that_was_said_is_read_back_from_the_file(control: Control, tmp_path: Path) -> None:
    history = tmp_path / "kept" / "talk.jsonl"
    talk = Conversation(open_chat("google", control), "", shop_tools("C-10001"), history=history)
    photo = File.read(DATASETS / "photos" / "P-001.png")
    for text, files in (("Where is my order BL-10482?", []), ("What do you see in the picture?", [photo])):
        list(talk.say(text, files))
    assert remembered(history) == talk.messages
    kinds = {type(part) for message in talk.messages for part in message.parts}
    assert kinds == {ToolCall, ToolResult, File}
    with history.open("a") as file:
        file.write('{"role": "user", "te')  # the process died here
    assert remembered(history) == talk.messages


def test_a_file_that_is_no_conversation_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(SettingsError, match=r"other\.jsonl is not a conversation"):
        remembered(tmp_path / "other.jsonl")
    with pytest.raises(SettingsError, match="nothing to resume"):
        remembered(tmp_path / "none.jsonl")


def test_the_shop_shows_a_customer_their_own_orders_and_finds_parts_by_name() -> None:
    calls = [
        ToolCall("1", "get_order", {"order_id": "BL-10482"}),
        ToolCall("2", "get_order", {"order_id": "BL-10433"}),  # somebody else's
        ToolCall("3", "find_products", {"words": "burr set"}),
        ToolCall("4", "find_products", {"words": "flux capacitor"}),
    ]
    mine, theirs, parts, nothing = answer_calls(shop_tools("C-10001"), calls)
    assert '"status":"delivered"' in mine.text
    assert (theirs.is_error, "no order BL-10433" in theirs.text) == (True, True)
    assert "BL-B40" in parts.text
    assert nothing.is_error
