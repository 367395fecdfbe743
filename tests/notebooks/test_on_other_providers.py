"""A lesson runs from top to bottom on each provider that COURSE_PROVIDER may name, without an edit.

A practice provider with the vendors' model names stands in for the vendors: it speaks their protocols at an address of
its own, checks that a key came along, and takes no orders from the lesson, as a real one. Each lesson runs on two of
the providers, which change from lesson to lesson; ON_EVERY_PROVIDER=1 in the environment runs all on all of them. What
the stand-in counted must be near the estimate from which a first cell tells the cost (course/real_calls.json).
"""

import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from course.estimate import USES, Calls, counted
from course.lessons import read_lesson
from course.paths import NOTEBOOKS, REPOSITORY, notebook_files
from course.vendors import PLATFORMS
from stages.s2_llms.practice import PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS

KEY = "practice-stand-in"
OWN = ("COURSE_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "AZURE_", "AWS_", "OLLAMA_", "PRACTICE_")


@dataclass(frozen=True)
class StandIn:
    """What a customer of this provider has set, and who was asked then, as the stand-in's journal has it."""

    variables: dict[str, str]
    asked: str


STAND_INS = {
    "openai": StandIn({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{url}/openai/v1"}, "openai"),
    "anthropic": StandIn({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "{url}/anthropic"}, "anthropic"),
    "google": StandIn({"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "{url}/gemini"}, "gemini"),
    "azure": StandIn({"AZURE_OPENAI_API_KEY": KEY, "AZURE_OPENAI_ENDPOINT": "{url}/azure"}, "azure"),
    "foundry": StandIn(
        {"ANTHROPIC_FOUNDRY_API_KEY": KEY, "ANTHROPIC_FOUNDRY_BASE_URL": "{url}/foundry/anthropic"}, "foundry"
    ),
    "bedrock": StandIn(
        {"AWS_BEARER_TOKEN_BEDROCK": KEY, "ANTHROPIC_BEDROCK_MANTLE_BASE_URL": "{url}/anthropic"}, "anthropic"
    ),
    # The SDK reads GOOGLE_VERTEX_BASE_URL only where code, and not a variable, turns it to Vertex AI.
    "vertex": StandIn({"GOOGLE_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "{url}/vertex"}, "vertex"),
    "ollama": StandIn({"OLLAMA_HOST": "{ollama}"}, "ollama_v1"),
}
ROWS = PROVIDERS | PLATFORMS
FROM_THE_ENVIRONMENT = r'models\["{sdk}"\]|providers\["{sdk}"\]|in lesson\.providers'
"""How a lesson names the model, or the provider, whom a vendor's SDK reaches."""

UNABLE = {
    (
        "12_frameworks",
        "vertex",
    ): "pydantic-ai reaches Vertex AI by a provider of its own, which the lesson does not use",
}


def pairs() -> list[tuple[Path, str]]:
    """Which lessons run on which providers."""
    lessons = notebook_files([NOTEBOOKS])
    if os.environ.get("ON_EVERY_PROVIDER"):
        return [(lesson, name) for lesson in lessons for name in STAND_INS]
    one, other = ("openai", "azure", "foundry", "ollama"), ("anthropic", "google", "vertex", "bedrock")
    chosen = [(lesson, one[at % 4], other[(at + at // 4) % 4]) for at, lesson in enumerate(lessons)]
    return [(lesson, name) for lesson, *names in chosen for name in names]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProvider]:
    rows = [ROWS[name] for name in STAND_INS if ROWS[name].costs_money]
    names = {row.chat_model: "practice-large" for row in rows} | {row.small_model: "practice-small" for row in rows}
    names |= {row.embedding_model: "practice-embed" for row in rows if row.embedding_model}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_SPEED", "0")
        patch.setenv("PRACTICE_ALIASES", ",".join(f"{theirs}={ours}" for theirs, ours in names.items()))
        provider = find_or_start(tmp_path_factory.mktemp("stand-in"), owner_pid=os.getpid())
    yield provider
    process = psutil.Process(provider.pid)
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def ollama(stand_in: PracticeProvider) -> Iterator[str]:
    """The stand-in's Ollama at an address without a path, as Ollama has it."""

    class Passing(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))) or None
            headers = {"content-type": "application/json"}
            headers |= {"authorization": f"Bearer {KEY}"} if self.path.startswith("/v1") else {}  # a lesson's questions
            asked = urllib.request.Request(f"{stand_in.url}/ollama{self.path}", body, headers, method=self.command)
            try:
                answer = urllib.request.urlopen(asked, timeout=60)
            except urllib.error.HTTPError as refusal:
                answer = refusal
            with answer:
                self.send_response(answer.status)
                self.send_header("content-type", answer.headers["content-type"])
                self.end_headers()
                self.wfile.write(answer.read())

        do_GET = do_POST = pass_on

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_lesson_runs_on_two_providers_and_every_provider_has_three_lessons() -> None:
    lessons, names = zip(*pairs(), strict=True)
    assert all(lessons.count(lesson) >= 2 for lesson in notebook_files([NOTEBOOKS]))
    assert all(names.count(name) >= 3 for name in STAND_INS)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "name"), pairs(), ids=lambda value: getattr(value, "stem", value))
def test_it_runs_from_top_to_bottom(
    path: Path, name: str, stand_in: PracticeProvider, ollama: str, tmp_path: Path
) -> None:
    if why := UNABLE.get((path.stem, name)):
        pytest.skip(why)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(OWN)}
    told = {key: value.format(url=stand_in.url, ollama=ollama) for key, value in STAND_INS[name].variables.items()}
    home = {"COURSE_HOME": str(tmp_path / "home"), "PRACTICE_SPEED": "0", "COURSE_PROVIDER": name}
    stand_in.key(KEY).reset()
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", str(path)]
    command += ["--output-dir", str(tmp_path), "--ExecutePreprocessor.timeout=300"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=clean | told | home, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    code = [cell for cell in json.loads((tmp_path / path.name).read_text("utf-8"))["cells"] if "outputs" in cell]
    assert ROWS[name].label in "".join(code[0]["outputs"][0]["text"])
    journal, usage = stand_in.key(KEY).journal(limit=1_000), stand_in.key(KEY).usage()["models"]
    sdk, asked = ROWS[name].sdk, {entry.vendor for entry in journal}
    before = "\n".join("".join(cell["source"]) for cell in code).split("lesson.practise()")[0]
    lesson = read_lesson(path).id
    then = counted(lesson, sdk)
    expected = then if ROWS[name].is_local else re.search(FROM_THE_ENVIRONMENT.format(sdk=sdk), before)
    assert asked in ([{STAND_INS[name].asked}] if expected else [set(), {STAND_INS[name].asked}])
    if not ROWS[name].is_local:
        now = {USES[model]: [row["requests"], row["tokens_in"], row["tokens_out"]] for model, row in usage.items()}
        assert near(now, then), f'write into course/real_calls.json, for "{lesson}": "{sdk}": {json.dumps(now)}'


def near(now: Calls, then: Calls | None) -> bool:
    """Is what was counted the same by a magnitude that a person who pays would call the same?"""
    if then is None or {*now} != {*then}:
        return False
    return all(abs(a - b) <= 0.3 * b + 3 for use in now for a, b in zip(now[use][:2], then[use][:2], strict=True))
