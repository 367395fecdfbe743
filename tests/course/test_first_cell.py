"""A lesson's first cell: one line, the SDKs pointed at the right place, and nobody else disturbed."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anthropic
import openai
import pytest
from google import genai

import course
from course.errors import BeginError, NeedsPractice
from course.exercises.cards import CORRECT, NOT_CHECKED
from course.first_cell import leave
from stages.s2_llms.practice import find_or_start

LINE = "Lesson 0 on the practice provider (practice-large, no key, no cost). 0 of 4 exercises solved.\n"
PRACTICE = "the practice provider (practice-large, no key, no cost)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A learner's folder with a provider that answers without simulated delay."""
    folder = tmp_path_factory.mktemp("course")
    patch = pytest.MonkeyPatch()
    patch.setenv("PRACTICE_SPEED", "0")
    provider = find_or_start(folder / "provider", owner_pid=os.getpid())
    patch.undo()
    yield folder
    stop(provider.url)


def stop(url: str) -> None:
    """Stop the provider that answers here."""
    order = urllib.request.Request(f"{url}/practice/stop", b"{}", {"content-type": "application/json"})
    urllib.request.urlopen(order, timeout=10).close()


@pytest.fixture(autouse=True)
def environ(home: Path) -> Iterator[None]:
    """The environment of a learner who has set nothing but COURSE_HOME; put back afterwards."""
    before = dict(os.environ)
    (home / "progress.jsonl").unlink(missing_ok=True)
    for name in before:
        if name.startswith(("COURSE_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "AWS_")):
            del os.environ[name]
    os.environ["COURSE_HOME"] = str(home)
    yield
    leave()
    os.environ.clear()
    os.environ.update(before)


def ask_all(lesson: course.Lesson) -> list[str]:
    """Ask over each vendor's SDK, set up by the environment alone; returns who was asked, as the journal has it."""
    with openai.OpenAI() as client:
        client.responses.create(model=lesson.models["openai"], input="Hello")
    with anthropic.Anthropic() as client_a:
        messages = client_a.messages
        messages.create(
            model=lesson.models["anthropic"], max_tokens=50, messages=[{"role": "user", "content": "Hello"}]
        )
    with genai.Client() as client_g:
        client_g.models.generate_content(model=lesson.models["google"], contents="Hello")
    return [entry.route.split("/")[1] for entry in lesson.control.journal()]


def test_the_first_cell_prints_one_line_that_is_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    course.begin("0")
    course.begin("0")
    assert capsys.readouterr() == (LINE * 2, "")


def test_all_three_sdks_reach_the_practice_provider_with_the_lessons_key() -> None:
    assert ask_all(course.begin("0")) == ["openai", "anthropic", "gemini"]


def test_a_proxy_and_the_learners_own_settings_do_not_lead_the_sdks_astray(
    caplog: pytest.LogCaptureFixture,
) -> None:
    os.environ |= {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "GOOGLE_API_KEY": "mine",
        "GEMINI_API_KEY": "mine",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "ANTHROPIC_AUTH_TOKEN": "mine",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }
    assert ask_all(course.begin("0")) == ["openai", "anthropic", "gemini"]
    assert not [record for record in caplog.records if "API_KEY" in record.getMessage()]


def test_beginning_again_keeps_the_key_and_forgets_its_faults_and_journal() -> None:
    first = course.begin("0")
    ask_all(first)
    first.control.order("auth", count=100)
    again = course.begin("0")
    assert again.key == first.key
    assert ask_all(again) == ["openai", "anthropic", "gemini"]


def test_each_lesson_and_each_kernel_has_a_key_of_its_own() -> None:
    here = course.begin("0")
    code = "import course; print(course.begin('0').key)"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert there.splitlines()[0] + "\n" == LINE
    assert there.splitlines()[1].startswith("practice-0-learner-")
    assert there.splitlines()[1] != here.key
    assert course.begin("s2.1").key != here.key


def test_a_learners_name_becomes_part_of_the_key_whatever_its_letters() -> None:
    code = "import course; print(course.begin('0').key)"
    names = {"José Núñez": "practice-0-Jose-Nunez-", "王芳": "practice-0-learner-"}
    for name, begins in names.items():
        environ = dict(os.environ) | {"COURSE_LEARNER": name}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
        assert done.stdout.splitlines()[1].startswith(begins)


def test_solved_exercises_are_counted_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = course.begin("0")
    lesson.progress.add("0", "ask", "correct")
    lesson.progress.add("0", "an exercise that a later version took away", "correct")
    course.begin("0")
    assert "1 of 4 exercises solved." in capsys.readouterr().out


def test_a_real_provider_keeps_its_address_and_key_and_says_who_pays(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ |= {"COURSE_PROVIDER": "openai", "OPENAI_API_KEY": "sk-real", "ANTHROPIC_API_KEY": "sk-ant-real"}
    lesson = course.begin("0")
    assert (os.environ["OPENAI_API_KEY"], os.environ.get("OPENAI_BASE_URL")) == ("sk-real", None)
    assert os.environ["ANTHROPIC_API_KEY"] == lesson.key
    model = lesson.models["openai"]
    costs = f"OpenAI ({model}, costs money on your account), {PRACTICE} for anthropic and google."
    assert capsys.readouterr().out.startswith(f"Lesson 0 on {costs} 0 of 4 exercises solved.\nA run costs about $0.01.")
    assert not lesson.is_practice
    with pytest.raises(NeedsPractice, match=r"runs on OpenAI\. Run `lesson\.practise\(\)`"):
        _ = lesson.control


def test_a_lesson_goes_to_the_practice_provider_where_it_orders_faults(capsys: pytest.CaptureFixture[str]) -> None:
    os.environ |= {"COURSE_PROVIDER": "openai", "OPENAI_API_KEY": "sk-real", "OPENAI_BASE_URL": "https://x.example/v1"}
    lesson = course.begin("0")
    capsys.readouterr()
    lesson.practise()
    lesson.practise()
    said = "From here on the practice provider answers, at no cost: nobody can order a fault from a vendor.\n"
    assert capsys.readouterr().out == said
    assert ask_all(lesson) == ["openai", "anthropic", "gemini"]
    assert lesson.models["openai"] == "practice-large"
    course.begin("0")
    assert (os.environ["OPENAI_API_KEY"], os.environ["OPENAI_BASE_URL"]) == ("sk-real", "https://x.example/v1")


def test_an_exercise_can_be_checked_once_its_lesson_practises() -> None:
    os.environ |= {"COURSE_PROVIDER": "openai", "OPENAI_API_KEY": "sk-real", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    lesson = course.begin("0")

    def ask(question: str) -> str:
        with openai.OpenAI() as client:
            return client.responses.create(model=lesson.models["openai"], input=question).output_text

    before = lesson.exercises[0].judge(ask)
    lesson.practise()
    assert (before.sign, lesson.exercises[0].judge(ask).sign) == (NOT_CHECKED, CORRECT)
    assert "lesson.practise()" in before.lines[0]


def test_on_the_practice_provider_there_is_nothing_to_change(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = course.begin("0")
    before = dict(os.environ)
    lesson.practise()
    assert capsys.readouterr().out == LINE
    assert dict(os.environ) == before


def test_claude_on_bedrock_is_reached_with_anthropics_own_client() -> None:
    os.environ |= {
        "COURSE_PROVIDER": "bedrock",
        "AWS_BEARER_TOKEN_BEDROCK": "aws-real",
        "ANTHROPIC_BEDROCK_MANTLE_BASE_URL": "https://bedrock-mantle.eu-west-1.api.aws/anthropic",
        "ANTHROPIC_AUTH_TOKEN": "of-another-account",
    }
    lesson = course.begin("0")
    client = anthropic.Anthropic()
    assert str(client.base_url).startswith("https://bedrock-mantle.eu-west-1.api.aws/anthropic")
    assert (client.api_key, client.auth_token) == ("aws-real", None)
    assert lesson.models["anthropic"].startswith("anthropic.claude-")
    assert lesson.providers["openai"].name == "practice"


def test_gemini_on_vertex_is_reached_with_googles_own_client_until_the_lesson_practises() -> None:
    os.environ |= {"COURSE_PROVIDER": "vertex", "GOOGLE_API_KEY": "express", "GEMINI_API_KEY": "for-the-other-api"}
    lesson = course.begin("0")
    with genai.Client() as client:
        assert client.vertexai
    lesson.practise()
    assert ask_all(lesson) == ["openai", "anthropic", "gemini"]


def test_a_learners_own_key_comes_back_when_they_go_from_practice_to_the_real_provider() -> None:
    os.environ |= {"OPENAI_API_KEY": "sk-real", "OPENAI_BASE_URL": "https://gateway.example/v1"}
    lesson = course.begin("0")
    assert os.environ["OPENAI_API_KEY"] == lesson.key
    os.environ["COURSE_PROVIDER"] = "openai"
    course.begin("0")
    assert os.environ["OPENAI_API_KEY"] == "sk-real"
    assert os.environ["OPENAI_BASE_URL"] == "https://gateway.example/v1"


def test_a_lesson_that_cannot_begin_again_does_not_fall_back_on_a_real_key() -> None:
    os.environ["OPENAI_API_KEY"] = "sk-real"
    lesson = course.begin("0")
    os.environ["COURSE_PROVIDER"] = "openai,google"
    with pytest.raises(BeginError, match="GEMINI_API_KEY is not set"):
        course.begin("0")
    assert os.environ["OPENAI_API_KEY"] == lesson.key


def test_a_key_that_was_set_after_the_first_cell_is_used() -> None:
    course.begin("0")
    os.environ |= {"COURSE_PROVIDER": "openai", "OPENAI_API_KEY": "sk-new"}
    course.begin("0")
    assert os.environ["OPENAI_API_KEY"] == "sk-new"


@pytest.fixture
def an_ollama() -> Iterator[str]:
    """A server that says of itself what Ollama says, and answers every chat with the same words."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say({"models": [{"name": "wise", "size": 5}]})

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            reply = {"message": {"content": f"I am {asked['model']}."}, "finish_reason": "stop"}
            is_show = self.path == "/api/show"
            self.say({"capabilities": ["completion", "tools"]} if is_show else {"choices": [reply]})

        def say(self, what: dict[str, object]) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_with_ollama_every_sdk_is_answered_by_a_model_on_this_machine_and_faults_still_work(
    capsys: pytest.CaptureFixture[str], an_ollama: str
) -> None:
    os.environ |= {"COURSE_PROVIDER": "ollama", "OLLAMA_HOST": an_ollama}
    lesson = course.begin("0")
    try:
        assert ask_all(lesson) == ["openai", "anthropic", "gemini"]
        with openai.OpenAI() as client:
            assert client.responses.create(model=lesson.models["openai"], input="Who?").output_text == "I am wise."
        assert "Lesson 0 on Ollama on this machine (practice-large, no cost)." in capsys.readouterr().out
        lesson.control.order("auth")
        with openai.OpenAI() as client, pytest.raises(openai.AuthenticationError):
            client.responses.create(model="practice-large", input="Hello")
    finally:
        stop(lesson.practice.url)


def test_without_an_ollama_the_first_cell_says_what_to_do() -> None:
    os.environ |= {"COURSE_PROVIDER": "ollama", "OLLAMA_HOST": "127.0.0.1:9"}
    with pytest.raises(BeginError, match=r"No Ollama answers at http://127\.0\.0\.1:9") as caught:
        course.begin("0")
    assert "ollama pull" in str(caught.value)


@pytest.mark.parametrize(
    ("lesson_id", "variables", "says"),
    [
        ("s2.99", {}, "There is no lesson 's2.99'. Did you mean s2.9?"),
        ("0", {"COURSE_PROVIDR": "openai"}, "Unknown variable COURSE_PROVIDR. Did you mean COURSE_PROVIDER?"),
        ("0", {"COURSE_PROVIDER": "opnai"}, "Did you mean openai?"),
        ("0", {"COURSE_PROVIDER": "bedrock"}, "AWS_BEARER_TOKEN_BEDROCK is not set"),
        ("0", {"COURSE_PROVIDER": "anthropic,bedrock", "ANTHROPIC_API_KEY": "k"}, "share the anthropic SDK"),
        ("0", {"COURSE_PROVIDER": "azure", "AZURE_OPENAI_API_KEY": "k"}, "set AZURE_OPENAI_ENDPOINT"),
        ("0", {"COURSE_PROVIDER": "google"}, "GOOGLE_API_KEY or GEMINI_API_KEY is not set. Set it before"),
    ],
)
def test_what_cannot_work_is_said_with_its_fix(lesson_id: str, variables: dict[str, str], says: str) -> None:
    os.environ |= variables
    with pytest.raises(BeginError) as caught:
        course.begin(lesson_id)
    assert says in str(caught.value)


def test_a_provider_that_cannot_start_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    os.environ["COURSE_HOME"] = str(tmp_path / "file")
    with pytest.raises(BeginError, match="did not start") as caught:
        course.begin("0")
    assert "Its log: " in str(caught.value)
    assert "course doctor" in str(caught.value)


def test_ipython_shows_the_message_and_no_traceback(tmp_path: Path) -> None:
    os.environ |= {"IPYTHONDIR": str(tmp_path), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "IPython", "--no-banner", "-c", "import course; course.begin('s9.9')"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.startswith("The lesson could not begin. There is no lesson 's9.9'.")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_course_is_imported_without_the_vendors_sdks() -> None:
    code = "import sys, course; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"openai", "anthropic", "google.genai", "IPython"} & set(done.stdout.split())


def test_a_provider_that_was_killed_is_started_again_by_the_first_cell(tmp_path: Path) -> None:
    os.environ |= {"COURSE_HOME": str(tmp_path), "PRACTICE_SPEED": "0"}
    first = course.begin("0")
    os.kill(first.practice.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    again = course.begin("0")
    assert again.practice.pid != first.practice.pid
    assert again.control.journal() == []
    stop(again.practice.url)
