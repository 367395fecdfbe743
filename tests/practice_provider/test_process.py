"""The provider as real processes: started, found, killed, left alone."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai
import psutil
import pytest

from practice_provider import model
from practice_provider.core import Fault, ListModels
from practice_provider.serving import ModelLater

PYTHON = [sys.executable, "-m", "practice_provider"]
ON_WINDOWS = sys.platform == "win32"
OPEN = {"PRACTICE_KEYS": "practice-0123456789abcdef", "PRACTICE_CONTROL_KEY": "practice-control-0123456789"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with a name that breaks careless programs; whatever still runs in it at the end is stopped."""
    folder = tmp_path / "Müllers Übung ☕"
    yield folder
    if (folder / "provider.json").exists():
        pid = json.loads((folder / "provider.json").read_text(encoding="utf-8"))["pid"]
        if psutil.pid_exists(pid):
            psutil.Process(pid).kill()


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command until it returns."""
    return subprocess.run(
        [*PYTHON, "--home", str(home), *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=os.environ | {"PRACTICE_SPEED": "0"} | environment,
    )


def start(home: Path, *arguments: str) -> dict[str, Any]:
    """Start a provider in the background and give what it announces."""
    done = run(home, "--detach", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def call(url: str, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    """Make one request and give status and JSON."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    headers = {"content-type": "application/json", "authorization": "Bearer practice"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    reply = connection.getresponse()
    answer = json.loads(reply.read())
    connection.close()
    return reply.status, answer


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait until a condition holds, at most so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def is_gone(pid: int) -> bool:
    """Has a process ended? One that only its parent has not noticed has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def sleeper() -> "subprocess.Popen[bytes]":
    """A process that does nothing."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


# ---- start and find --------------------------------------------------------------------------------------------


def test_a_start_prints_where_it_is_and_a_second_start_finds_it(home):
    first = start(home)
    assert first["started"] is True
    assert first["home"] == str(home)
    status, health = call(first["url"], "GET", "/practice/health")
    assert (status, health["status"], health["instance"], health["pid"]) == (200, "ok", first["instance"], first["pid"])
    second = start(home)
    assert second == first | {"started": False, "state": "kept"}
    foreground = run(home)  # without --detach too: it does not stay
    assert json.loads(foreground.stdout) == second


def test_the_printed_variables_point_the_vendors_sdk_at_it(home):
    vendor = start(home)["vendors"]["openai"]
    env = vendor["env"]
    assert env["OPENAI_BASE_URL"] == vendor["base_url"]
    with openai.OpenAI(base_url=env["OPENAI_BASE_URL"], api_key=env["OPENAI_API_KEY"], max_retries=0) as client:
        message = [{"role": "user", "content": "Hello"}]
        reply = client.chat.completions.create(model="practice-small", messages=message)
        assert reply.choices[0].message.content


def test_two_starts_at_once_end_with_one_provider(home):
    command = [*PYTHON, "--home", str(home), "--detach"]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    lines = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len({(line["url"], line["pid"], line["instance"]) for line in lines}) == 1
    assert [line["started"] for line in lines].count(True) == 1
    mine = [p for p in psutil.process_iter(["cmdline"]) if str(home) in (p.info["cmdline"] or [])]
    assert within(5, lambda: [p.pid for p in mine if not is_gone(p.pid)] == [lines[0]["pid"]])


def test_after_a_kill_nothing_stale_misleads_the_next_start(home):
    first = start(home)
    psutil.Process(first["pid"]).kill()
    assert within(20, lambda: is_gone(first["pid"]))
    assert (home / "provider.json").exists(), "a killed process can't tidy up: that is the point of this test"
    second = start(home)
    assert second["started"] is True
    assert second["instance"] != first["instance"]
    assert call(second["url"], "GET", "/practice/health")[1]["instance"] == second["instance"]


def test_the_next_provider_of_a_home_answers_at_the_same_address(home):
    first = start(home)
    call(first["url"], "POST", "/practice/stop", {})
    assert within(20, lambda: is_gone(first["pid"]))
    second = start(home)
    assert (second["url"], second["started"]) == (first["url"], True)


def test_an_address_that_somebody_else_took_meanwhile_is_left_to_them(home):
    first = start(home)
    call(first["url"], "POST", "/practice/stop", {})
    assert within(20, lambda: is_gone(first["pid"]))
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", urlsplit(first["url"]).port or 0))
        taken.listen()
        assert start(home)["url"] != first["url"]


def test_another_provider_at_the_announced_address_is_not_taken_for_this_homes(home, tmp_path):
    other = start(tmp_path / "other")
    home.mkdir()
    stale = {"url": other["url"], "pid": other["pid"], "instance": "of a dead one", "home": str(home)}
    (home / "provider.json").write_text(json.dumps(stale), encoding="utf-8")
    found = start(home)
    call(other["url"], "POST", "/practice/stop", {})
    assert found["started"] is True
    assert found["url"] != other["url"]


def test_homes_do_not_see_each_other(home, tmp_path):
    first, second = start(home), start(tmp_path / "other")
    assert first["url"] != second["url"]
    call(second["url"], "POST", "/practice/stop", {})


def test_the_first_ask_waits_for_the_model_and_the_start_does_not():
    may_load = threading.Event()

    def load() -> model.Model:
        assert may_load.wait(10)
        return model.load()

    later = ModelLater(load)
    later.begin()  # returns at once
    threading.Timer(0.2, may_load.set).start()
    assert later.answer(ListModels()).models


def test_a_model_that_can_not_be_loaded_is_an_error_reply_and_not_a_dead_server(caplog, logs_error):
    def load() -> model.Model:
        raise FileNotFoundError("weights.bin")

    later = ModelLater(load)
    later.begin()
    with pytest.raises(Fault, match=r"could not be loaded \(weights.bin\)") as caught:
        later.answer(ListModels())
    assert caught.value.kind == "server"
    assert "weights.bin" in caplog.text


# ---- leaving ---------------------------------------------------------------------------------------------------


def test_it_leaves_when_all_its_owners_are_gone(home):
    one, two = sleeper(), sleeper()
    try:
        found = start(home, "--owner-pid", str(one.pid))
        assert start(home, "--owner-pid", str(two.pid))["pid"] == found["pid"]  # a second start adds its owner
        one.kill()
        one.wait()
        assert not within(1.5, lambda: is_gone(found["pid"])), "one owner is still there"
    finally:
        one.kill()
        two.kill()
    two.wait()
    assert within(20, lambda: is_gone(found["pid"]))
    assert not (home / "provider.json").exists()


def test_an_owner_can_be_added_while_it_runs(home):
    first, second = sleeper(), sleeper()
    try:
        found = start(home, "--owner-pid", str(first.pid))
        assert call(found["url"], "POST", "/practice/owners", {"pid": second.pid})[0] == 200
        first.kill()
        first.wait()
        assert not within(1.5, lambda: is_gone(found["pid"])), "the added owner is still there"
    finally:
        first.kill()
        second.kill()
    second.wait()
    assert within(20, lambda: is_gone(found["pid"]))


def test_one_that_was_started_for_nobody_stays_whoever_comes_and_goes(home):
    found = start(home)
    visitor = sleeper()
    assert start(home, "--owner-pid", str(visitor.pid))["pid"] == found["pid"]
    visitor.kill()
    visitor.wait()
    assert not within(1.5, lambda: is_gone(found["pid"]))


def test_it_leaves_when_idle_and_watching_is_not_use(home):
    found = start(home, "--idle-s", "2")
    body = {"model": "practice-small", "messages": [{"role": "user", "content": "Hello"}]}
    end = time.monotonic() + 3
    while time.monotonic() < end:
        assert call(found["url"], "POST", "/openai/v1/chat/completions", body)[0] == 200
        time.sleep(0.3)
    assert not is_gone(found["pid"]), "it was in use"

    def watched() -> bool:
        try:
            call(found["url"], "GET", "/practice/journal")
        except OSError:
            return True
        return is_gone(found["pid"])

    assert within(8, watched)
    assert within(3, lambda: is_gone(found["pid"]))


def test_it_leaves_when_its_home_is_removed_and_does_not_touch_the_next_ones(home):
    first = start(home)
    shutil.rmtree(home)
    second = start(home)
    assert second["pid"] != first["pid"]
    assert within(20, lambda: is_gone(first["pid"]))
    assert json.loads((home / "provider.json").read_text(encoding="utf-8"))["pid"] == second["pid"]


def test_an_announcement_that_is_no_json_is_replaced(home):
    home.mkdir()
    (home / "provider.json").write_text("{broken")
    assert start(home)["started"] is True


def test_it_stops_on_request_and_leaves_nothing_behind(home):
    found = start(home)
    assert call(found["url"], "POST", "/practice/stop", {})[0] == 200
    assert within(20, lambda: is_gone(found["pid"]))
    assert not (home / "provider.json").exists()
    assert "the provider has ended" in (home / "provider.log").read_text(encoding="utf-8")


def test_a_journal_that_is_told_live_does_not_hold_up_its_end(home):
    found = start(home)
    address = urlsplit(found["url"])
    line = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    line.request("GET", "/practice/journal/stream", headers={"authorization": "Bearer practice-live"})
    assert line.getresponse().readline() == b": now live\n"
    call(found["url"], "POST", "/practice/stop", {})
    assert within(20, lambda: is_gone(found["pid"]))
    line.close()
    assert "Traceback" not in (home / "provider.log").read_text(encoding="utf-8")


def test_a_restart_is_clean_and_says_so(home):
    assert start(home)["state"] == "clean"
    again = start(home)
    assert (again["started"], again["state"]) == (False, "kept")
    assert "state: clean" in (home / "provider.log").read_text(encoding="utf-8")


def test_where_there_is_a_control_key_a_start_is_adopted_with_it(home):
    first = run(home, "--detach", **OPEN)
    second = run(home, "--detach", "--owner-pid", str(os.getpid()), **OPEN)
    assert json.loads(second.stdout)["pid"] == json.loads(first.stdout)["pid"]


@pytest.mark.skipif(ON_WINDOWS, reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_cleanly(home, number):
    process = subprocess.Popen([*PYTHON, "--home", str(home)], stdout=subprocess.PIPE)
    assert process.stdout
    assert json.loads(process.stdout.readline())["started"] is True
    process.send_signal(getattr(signal, number))
    assert process.wait(10) == 0
    process.stdout.close()
    assert not (home / "provider.json").exists()


# ---- what it prints --------------------------------------------------------------------------------------------


@pytest.mark.skipif(ON_WINDOWS, reason="there is no POSIX shell")
def test_a_posix_shell_reads_the_printed_lines(home):
    printed = run(home, "--print-env").stdout
    script = f'{printed}\necho "$OPENAI_BASE_URL $ANTHROPIC_API_KEY $GOOGLE_GEMINI_BASE_URL"'
    seen = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert seen[0].endswith("/openai/v1")
    assert seen[1] == "practice"
    assert seen[2].endswith("/gemini")


def test_powershell_lines_are_printed_when_asked_for(home):
    lines = run(home, "--print-env", "--shell", "powershell").stdout.splitlines()
    assert "$env:OPENAI_API_KEY = 'practice'" in lines
    assert all(line.startswith("$env:") for line in lines)


def test_behind_a_proxy_the_printed_lines_lead_past_it(home):
    assert "export NO_PROXY=127.0.0.1,localhost" in run(home, "--print-env", HTTP_PROXY="http://proxy:1").stdout


def test_help_names_every_option_and_variable(home):
    text = run(home, "--help").stdout
    for word in ("--host", "--port", "--home", "--owner-pid", "--idle-s", "--detach", "--print-env", "PRACTICE_SPEED"):
        assert word in text
    assert not home.exists()


# ---- what it refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [[], ["--detach"]], ids=["foreground", "detached"])
def test_a_busy_port_is_said_plainly(home, mode):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(home, "--port", str(port), *mode)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"practice_provider: port {port} on 127.0.0.1 is in use: name another with --port, "
        "or leave it out for any free one\n"
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--port", "70000"], {}, "'70000' is not a whole number from 0 to 65535"),
        (["--idle-s", "0"], {}, "'0' is not a number of seconds above 0"),
        (["--owner-pid", "4194999"], {}, "--owner-pid 4194999 is not a running process"),
        (["--host", "203.0.113.7"], {}, "host 203.0.113.7 is open to other machines"),
        (["--host", "203.0.113.7"], OPEN, "can't listen on host '203.0.113.7'"),
        ([], {"PRACTICE_SPEED": "fast"}, "PRACTICE_SPEED='fast' is not a number"),
        ([], {"PRACTICE_SPEDE": "1"}, "unknown variable PRACTICE_SPEDE: did you mean PRACTICE_SPEED?"),
    ],
)
def test_what_it_can_not_do_is_said_with_the_fix(home, arguments, environment, words):
    done = run(home, *arguments, **environment)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    done = run(tmp_path / "file")
    assert done.returncode == 2
    assert "name another folder with --home" in done.stderr


def test_opening_it_to_the_network_takes_keys_and_is_warned_about(home, tmp_path):
    keys = tmp_path / "keys.txt"
    keys.write_text("practice-f2k9w7d1-room\n")
    secret = {"PRACTICE_CONTROL_KEY": "practice-control-b7x2"}
    done = run(home, "--detach", "--host", "0.0.0.0", "--keys-file", str(keys), **secret)
    assert "every computer that can reach 0.0.0.0 can now talk to this provider" in done.stderr
    url = json.loads(done.stdout)["url"]
    assert url.startswith("http://127.0.0.1:")
    assert call(url, "GET", "/practice/health")[0] == 200
    assert "f2k9w7d1" not in (home / "provider.log").read_text()
