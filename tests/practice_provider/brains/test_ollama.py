"""The provider in front of a real Ollama, with a model that was made by hand: `tests/servers/ollama.py`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from practice_provider.brains import ollama

SCRIPT = Path(__file__).parents[2] / "servers" / "ollama.py"
SENTENCE = "Hello from a tiny local model made here."
TOOLS = ("go", "gcc", "g++")


@dataclass(frozen=True)
class Process:
    """A program that said on its first line where it is."""

    url: str
    told: str


@contextmanager
def started(command: list[str], **environ: str) -> Iterator[dict[str, Any]]:
    """Run a program that prints one line of JSON, until the end of the block."""
    child = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environ},
        text=True,
    )
    try:
        assert child.stdout
        assert child.stderr
        line = child.stdout.readline()
        assert line, child.stderr.read()
        yield json.loads(line)
    finally:
        if "practice_provider" in command:
            child.terminate()
        child.communicate(timeout=30)


@pytest.fixture(scope="module")
def real_ollama() -> Iterator[str]:
    """Give the address of a real Ollama; it is built once, where Go and a C++ compiler are."""
    there = subprocess.run([sys.executable, str(SCRIPT), "where"], capture_output=True, text=True, check=True)
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not Path(there.stdout.strip()).exists() and lacking:
        pytest.skip(f"Ollama is not built, and to build it {', '.join(lacking)} would be needed")
    subprocess.run([sys.executable, str(SCRIPT), "install"], check=True, timeout=1_800)
    with started([str(SCRIPT), "serve"]) as told:
        yield str(told["url"])


@pytest.fixture(scope="module")
def front(real_ollama: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A provider, started as a learner starts it, with that Ollama for a brain."""
    home = str(tmp_path_factory.mktemp("home"))
    command = ["-m", "practice_provider", "--home", home, "--model", "upstream", "--upstream", "ollama"]
    with started(command, OLLAMA_HOST=real_ollama) as told:
        yield Process(told["url"], told["brain"])


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
def test_each_sdk_gets_the_words_of_a_real_ollama(front: Process, clients: Any, vendor: str, stream: bool) -> None:
    assert front.told == "upstream"
    for model in ("practice-large", "practice-small", "tiny"):
        assert clients(front, "practice").say(vendor, "Hi", stream=stream, model=model).strip() == SENTENCE


@pytest.mark.slow
def test_the_token_counts_are_ollamas(front: Process, clients: Any) -> None:
    reply = clients(front, "practice").openai.chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": "Hi"}]
    )
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (4, 10)


@pytest.mark.slow
def test_a_model_that_ollama_lacks_is_the_vendors_not_found(front: Process, clients: Any) -> None:
    import anthropic

    with pytest.raises(anthropic.NotFoundError, match="nobody"):
        clients(front, "practice").say("anthropic", "Hi", model="nobody")


@pytest.mark.slow
def test_our_models_are_played_by_what_ollama_has(real_ollama: str) -> None:
    chat = ("practice-reasoner", "practice-large", "practice-small")
    assert ollama.names(real_ollama).mapped == dict.fromkeys(chat, "tiny:latest")


def test_without_an_ollama_the_start_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practice_provider", "--home", str(tmp_path), "--detach"]
    done = subprocess.run(
        [*command, "--model", "upstream", "--upstream", "ollama"],
        env={**os.environ, "OLLAMA_HOST": "127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "No Ollama answers at http://127.0.0.1:9" in done.stderr
    assert "ollama pull" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_model_the_message_says_which_to_fetch() -> None:
    with pytest.raises(ollama.NoOllama, match=r"it has all-minilm\).*ollama pull llama3\.2"):
        ollama.choose([ollama.Found("all-minilm", 1, frozenset({"embedding"}))], memory=100)


def test_a_model_that_can_call_tools_comes_first_and_an_embedder_embeds() -> None:
    can = frozenset({"completion"})
    found = [
        ollama.Found("huge", 90, can | {"tools"}),
        ollama.Found("plain", 45, can),
        ollama.Found("clever", 40, can | {"tools"}),
        ollama.Found("quick", 5, can | {"tools"}),
        ollama.Found("vectors", 2, frozenset({"embedding"})),
    ]
    chosen = ollama.choose(found, memory=100).mapped
    assert chosen == {
        "practice-reasoner": "clever",
        "practice-large": "clever",
        "practice-small": "quick",
        "practice-embed": "vectors",
    }
