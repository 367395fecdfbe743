"""Who is let in: by which host names, from which web pages, and on which terms from other machines."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from practice_provider import exposure
from practice_provider.server import create_app
from practice_provider.settings import Settings, SettingsError, read_keys

KEYS = ("practice-anna-5f3c1b", "practice-bert-9d2e7a")
CONTROL = "practice-teacher-77aa"
OPEN = Settings(speed=0, host="0.0.0.0", keys=KEYS, control_key=CONTROL)
ASK = {"model": "m", "messages": [{"role": "user", "content": "good morning"}]}
CHAT = "/openai/v1/chat/completions"


# ---- a host that other machines reach --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.0.7", "203.0.113.7", "classroom.example", "::ffff:10.0.0.1"]
)
def test_a_host_that_others_reach_needs_keys(host: str, new_parrot: Any) -> None:
    with pytest.raises(SettingsError, match="--keys-file"):
        create_app(new_parrot(), Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_a_host_of_this_machine_needs_none(host: str) -> None:
    exposure.check(Settings(host=host))


@pytest.mark.parametrize(
    ("keys", "control_key", "words"),
    [
        (KEYS, None, "PRACTICE_CONTROL_KEY"),
        (KEYS, KEYS[0], "only you know"),
        (("practice-1", *KEYS), CONTROL, "10 characters is easy to guess"),
        (KEYS, "practice", "8 characters is easy to guess"),
    ],
)
def test_keys_that_protect_nothing_are_refused(keys: tuple[str, ...], control_key: str | None, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        exposure.check(Settings(host="0.0.0.0", keys=keys, control_key=control_key))


@pytest.fixture(scope="module")
def open_to_all(serve: Any, new_parrot: Any) -> Any:
    """A provider that believes to be reached by other machines."""
    with serve(create_app(new_parrot(), OPEN)) as provider:
        yield provider


def test_where_keys_are_listed_no_other_is_let_in(open_to_all: Any) -> None:
    statuses = [open_to_all.send("POST", CHAT, key, json=ASK).status_code for key in (*KEYS, "practice-eve-000000")]
    assert statuses == [200, 200, 401]


@pytest.mark.parametrize("path", ["faults", "limits", "pace", "journal"])
def test_there_the_control_endpoints_ask_for_the_control_key(open_to_all: Any, path: str) -> None:
    for key in (None, "practice", KEYS[0]):
        assert open_to_all.send("GET", f"/practice/{path}", key).status_code in (401, 403)


def test_the_command_does_not_start_there_without_keys(tmp_path: Path) -> None:
    done = _command(tmp_path, "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "host 0.0.0.0 is open to other machines" in done.stderr
    assert not (tmp_path / "home").exists()


def _command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "practice_provider", "--home", str(folder / "home"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


# ---- the file of keys ------------------------------------------------------------------------------------------


def test_a_file_of_keys_has_one_a_line_and_remarks(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"# room 3\n{KEYS[0]}\n\n  {KEYS[1]}  \n")
    assert read_keys(file) == KEYS


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "holds no key"), ("sk-proj-verysecret\n", "'sk-p'…, which is no key"), ("practice a b\n", "without spaces")],
)
def test_a_file_of_keys_that_is_none_is_refused_without_showing_them(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        read_keys(file)
    assert "verysecret" not in str(caught.value)


def test_a_file_of_keys_that_is_missing_is_said_plainly(tmp_path: Path) -> None:
    done = _command(tmp_path, "--keys-file", str(tmp_path / "none.txt"))
    assert done.returncode == 2
    assert "can't be read" in done.stderr


def test_keys_and_hosts_are_read_from_the_environment() -> None:
    variables = {"PRACTICE_KEYS": ",".join(KEYS), "PRACTICE_CONTROL_KEY": CONTROL, "PRACTICE_HOSTS": "provider, class"}
    settings = Settings.from_env(variables)
    assert (settings.keys, settings.control_key, settings.hosts) == (KEYS, CONTROL, ("provider", "class"))
    with pytest.raises(SettingsError, match="without port"):
        Settings.from_env({"PRACTICE_HOSTS": "provider:8000"})
    with pytest.raises(SettingsError, match="PRACTICE_KEYS holds 'sk-a'…"):
        Settings.from_env({"PRACTICE_KEYS": "sk-abcdef"})


# ---- web pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [CHAT, "/anthropic/v1/messages", "/gemini/v1/models", "/practice/faults", "/practice/health", "/", "/x"]
)
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
def test_no_page_of_another_origin_may_read_a_reply(parrot: Any, key: str, path: str, method: str) -> None:
    asked = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
        "access-control-request-private-network": "true",
    }
    reply = parrot.send(method, path, key, headers=asked)
    assert not [name for name in reply.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", [CHAT, "/practice/faults"])
def test_what_a_page_can_send_without_asking_is_not_read(parrot: Any, key: str, path: str, media_type: str) -> None:
    reply = parrot.send("POST", path, key, content=b'{"kind": "server"}', headers={"content-type": media_type})
    assert reply.status_code == 415


@pytest.mark.parametrize("host", ["provider:8000", "PROVIDER", "class.room"])
def test_further_names_of_this_machine_can_be_listed(serve: Any, new_parrot: Any, host: str) -> None:
    with serve(create_app(new_parrot(), Settings(speed=0, hosts=("provider", "class.room")))) as provider:
        assert provider.send("GET", "/practice/health", headers={"host": host}).status_code == 200
        assert provider.send("GET", "/practice/health", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("path", [CHAT, "/practice/health", "/", "/openai/none"])
def test_a_name_that_is_not_ours_is_refused_on_every_path(parrot: Any, key: str, path: str) -> None:
    assert parrot.send("GET", path, key, headers={"host": "rebound.example"}).status_code == 421


# ---- secrets ---------------------------------------------------------------------------------------------------


def test_no_key_is_written_to_the_log(open_to_all: Any, caplog: pytest.LogCaptureFixture, logs_error: Any) -> None:
    caplog.set_level(logging.DEBUG)
    real = "sk-live-4242424242"
    for key in (KEYS[0], real):
        open_to_all.send("POST", CHAT, key, json=ASK)
        open_to_all.send("POST", CHAT, key, json={**ASK, "messages": [{"role": "user", "content": "break"}]})
        open_to_all.send("GET", f"/gemini/v1/models?key={key}")
        open_to_all.send("GET", "/practice/journal", key)
        open_to_all.send("POST", CHAT, headers={"x-api-key": key, "upgrade": "h2c", "connection": "upgrade"})
    assert logs_error(), "the bug that was ordered is in the log"
    ours = [record for record in caplog.records if record.name.startswith(("practice_provider", "uvicorn", "asyncio"))]
    logged = "\n".join(map(logging.Formatter().format, ours))
    assert not [secret for secret in (*KEYS, CONTROL, real) if secret in logged]


def test_no_key_is_shown_with_the_settings() -> None:
    assert not [secret for secret in (*KEYS, CONTROL) if secret in repr(OPEN)]


def test_of_a_wrong_key_little_is_repeated(parrot: Any) -> None:
    assert "4242" not in parrot.send("POST", CHAT, "sk-live-4242424242", json=ASK).text
