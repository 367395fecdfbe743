"""The `course` command as a user starts it: a process of its own, with a learner's folder of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stages.s2_llms.practice import Control, PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KEPT = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "LANG", "VIRTUAL_ENV")

STAND_IN_KEY = "practice-stand-in"
RETIRED = PROVIDERS["anthropic"].small_model
"""The one name of the model table that the stand-in for the vendors does not serve."""


@pytest.fixture(scope="package")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """Give a practice provider that knows the vendors' model names: a real provider, as far as an SDK can tell."""
    rows = [PROVIDERS[name] for name in ("openai", "anthropic", "google", "azure")]
    names = {row.chat_model: "practice-large" for row in rows} | {row.small_model: "practice-small" for row in rows}
    names |= {row.embedding_model: "practice-embed" for row in rows if row.embedding_model}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRACTICE_SPEED", "0")
        patch.setenv("PRACTICE_ALIASES", ",".join(f"{a}={b}" for a, b in names.items() if a != RETIRED))
        provider: PracticeProvider = find_or_start(tmp_path_factory.mktemp("stand-in"), owner_pid=os.getpid())
    yield provider.key(STAND_IN_KEY)
    process = psutil.Process(provider.pid)
    process.terminate()
    process.wait(10)


def customers_variables(url: str, key: str = STAND_IN_KEY) -> dict[str, str]:
    """The variables of somebody who is a customer of all of the stand-in's vendors."""
    return {
        "OPENAI_API_KEY": key,
        "OPENAI_BASE_URL": f"{url}/openai/v1",
        "ANTHROPIC_API_KEY": key,
        "ANTHROPIC_BASE_URL": f"{url}/anthropic",
        "GEMINI_API_KEY": key,
        "GOOGLE_GEMINI_BASE_URL": f"{url}/gemini",
        "AZURE_OPENAI_API_KEY": key,
        "AZURE_OPENAI_ENDPOINT": f"{url}/azure",
    }


@pytest.fixture
def course_environment(tmp_path: Path) -> dict[str, str]:
    """Give an environment that knows nothing of the developer's: no keys, no proxy, an empty learner's folder."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    ours = {"COURSE_HOME": str(tmp_path / "home"), "PRACTICE_SPEED": "0", "PYTHONUTF8": "1"}
    jupyter = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    return kept | ours | jupyter


@pytest.fixture
def course(course_environment: dict[str, str], tmp_path: Path) -> Run:
    """Give a function that runs the command to its end, from a folder that is not the repository."""

    def run(*arguments: str | Path, timeout_s: float = 120, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "course", *map(str, arguments)],
            cwd=tmp_path,
            env=course_environment | variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout_s,
        )

    return run


@pytest.fixture
def start_course(
    course_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Give a function that starts the command and lets it run; what still runs after the test is stopped."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "course", *arguments],
            cwd=tmp_path,
            env=course_environment | variables | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
