"""The options that choose a brain, as a person types them; and what a killed recorder leaves behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from practice_provider.brains.cassette import read

BODY = {"model": "practice-large", "messages": [{"role": "user", "content": "Hello there"}]}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[str, "subprocess.Popen[str]"]]]:
    """Give a way to start a provider with options, and end it again."""
    children = []

    def begin(*words: str, **environ: str) -> tuple[str, "subprocess.Popen[str]"]:
        home = str(tmp_path / f"home{len(children)}")
        child = subprocess.Popen(
            [sys.executable, "-m", "practice_provider", "--home", home, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PRACTICE_SPEED": "0", **environ},
            text=True,
        )
        children.append(child)
        assert child.stdout
        line = child.stdout.readline()
        assert line, child.communicate()[1]
        return json.loads(line)["url"], child

    yield begin
    for child in children:
        child.terminate()
        child.communicate(timeout=20)


def ask(url: str, **more: Any) -> httpx2.Response:
    with httpx2.Client(trust_env=False, timeout=20) as client:
        headers = {"authorization": "Bearer practice"}
        return client.post(f"{url}/openai/v1/chat/completions", json={**BODY, **more}, headers=headers)


def refused(*words: str, **environ: str) -> str:
    """Give what a start that can't work says."""
    done = subprocess.run(
        [sys.executable, "-m", "practice_provider", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_record_and_replay_are_two_options(start: Any, behind: Any, tmp_path: Path) -> None:
    folder = str(tmp_path / "recordings")
    url, child = start("--record", folder, "--upstream", f"openai={behind.url}/openai", OPENAI_API_KEY="practice-cli")
    told = ask(url).json()
    child.terminate()
    assert f"recorded in {folder}; with keys from the environment: openai" in child.communicate(timeout=20)[1]
    url, child = start("--replay", folder)
    assert ask(url).json() == told
    child.terminate()
    assert f"1 recording: openai 1 in {folder}" in child.communicate(timeout=20)[1]


def test_an_upstream_is_named_with_its_key_and_models(start: Any, behind: Any, key: str) -> None:
    options = ["--model", "upstream", "--upstream", f"{behind.url}/openai/v1", "--upstream-key-env", "MY_KEY"]
    url, _ = start(*options, "--upstream-model", "practice-large=practice-small", MY_KEY=key)
    assert ask(url).status_code == 200
    assert [entry["model"] for entry in behind.journal(key)] == ["practice-small"]


def test_no_exchange_that_was_told_whole_is_lost_when_the_recorder_is_killed(
    start: Any, behind: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "recordings"
    where = f"openai={behind.url}/openai"
    url, child = start("--record", str(folder), "--upstream", where, OPENAI_API_KEY="practice-cli")
    done: list[int] = []

    def keep_asking(start_at: int) -> None:
        with httpx2.Client(trust_env=False, timeout=20) as client:
            for number in range(start_at, start_at + 1_000):
                body = {**BODY, "messages": [{"role": "user", "content": f"Hello {number}"}], "stream": True}
                try:
                    headers = {"authorization": "Bearer practice"}
                    client.post(f"{url}/openai/v1/chat/completions", json=body, headers=headers)
                except httpx2.TransportError:
                    return
                done.append(number)

    threads = [threading.Thread(target=keep_asking, args=(n * 1_000,)) for n in range(3)]
    for thread in threads:
        thread.start()
    while len(done) < 40:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    kept = [read(file) for file in folder.glob("*.cassette")]
    said = {int(taken.request["messages"][0]["content"].split()[1]) for taken in kept}
    assert len(said) >= 20
    assert set(done) - said == set(), "every reply that a client has seen the end of is on disk"
    assert all(taken.frames[-1][1] == b"data: [DONE]\n\n" for taken in kept)
    url, _ = start("--replay", str(folder))
    again, _ = start("--record", str(folder), "--upstream", where, OPENAI_API_KEY="practice-cli")
    assert ask(again).status_code == 200


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--replay", "nowhere"], "holds no file *.cassette"),
        (["--replay", "a", "--record", "b"], "--record and --replay don't go together"),
        (["--model", "upstream"], "--upstream is missing: name a base URL such as http://127.0.0.1:8080/v1, or ollama"),
        (["--model", "upstream", "--upstream", "gpt"], "--upstream gpt: name a base URL"),
        (["--upstream", "http://x"], "say --model upstream or --record DIR with it"),
        (["--record", "r", "--upstream", "nobody=http://x"], "names no vendor that can be recorded"),
        (["--record", "r", "--upstream", "openai=x"], "is not an address: write openai=https://"),
        (["--model", "upstream", "--upstream", "http://x/v1", "--upstream-model", "a,b"], "is not a model's name"),
        (["--model", "upstream", "--upstream", "http://x/v1", "--upstream-key-env", "NO_SUCH"], "is not set"),
    ],
)
def test_what_cannot_work_is_said_with_its_fix(words: list[str], says: str, tmp_path: Path) -> None:
    os.environ.pop("NO_SUCH", None)
    assert says in refused("--home", str(tmp_path / "home"), *words)


def test_a_provider_with_another_brain_in_the_same_home_is_not_taken_for_ours(
    start: Any, behind: Any, tmp_path: Path
) -> None:
    start("--model", "upstream", "--upstream", f"{behind.url}/openai/v1")
    says = refused("--home", str(tmp_path / "home0"), "--detach")
    assert "runs a provider with another brain (upstream" in says
