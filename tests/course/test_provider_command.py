"""`course provider …` against a real practice provider in a folder of its own."""

import json
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def url(course):
    """The address of a provider that `course provider start` started."""
    started = course("provider", "start", "--json")
    assert started.returncode == 0, started.stderr
    yield json.loads(started.stdout)["url"]
    course("provider", "stop")


def ask_a_model(url, key="practice"):
    """Send one request as a program would; gives the status."""
    body = json.dumps({"model": "practice-small", "messages": [{"role": "user", "content": "Good day"}]}).encode()
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{url}/openai/v1/chat/completions", body, headers)
        ) as reply:
            return reply.status
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code


def test_without_a_provider_each_command_says_how_to_start_one(course):
    status = course("provider", "status")
    assert status.returncode == 1
    assert "course provider start" in status.stdout
    assert json.loads(course("provider", "status", "--json").stdout) == {"running": False}
    for command in ("fault", "journal", "reset"):
        result = course("provider", command)
        assert result.returncode == 1
        assert "course provider start" in result.stderr
    assert course("provider", "stop").returncode == 0
    assert course("provider", "logs").returncode == 1


def test_start_finds_the_one_that_runs_and_stop_ends_it(course, url):
    assert json.loads(course("provider", "start", "--json").stdout)["url"] == url
    assert json.loads(course("provider", "status", "--json").stdout)["url"] == url
    assert f"answers at {url}" in course("provider", "logs").stdout
    assert "Stopped" in course("provider", "stop").stdout
    assert course("provider", "status").returncode == 1


def test_print_env_is_for_a_shell(course, url):
    lines = course("provider", "start", "--print-env", "--key", "practice-ada").stdout.splitlines()
    assert f"export OPENAI_BASE_URL={url}/openai/v1" in lines
    assert "export ANTHROPIC_API_KEY=practice-ada" in lines


def test_a_fault_is_ordered_seen_listed_journalled_and_forgotten(course, url):
    ordered = course("provider", "fault", "rate_limit", "--count", "1", "--key", "practice-ada")
    assert "rate_limit: requests left 1" in ordered.stdout
    assert ask_a_model(url, "practice-bob") == 200
    assert ask_a_model(url, "practice-ada") == 429
    assert ask_a_model(url, "practice-ada") == 200
    entries = json.loads(course("provider", "journal", "--key", "practice-ada", "--json").stdout)["entries"]
    assert [(entry["status"], entry["fault"]) for entry in entries] == [(429, "rate_limit"), (200, None)]
    shown = course("provider", "journal", "--key", "practice-ada", "--limit", "1").stdout
    assert "200  POST /openai/v1/chat/completions (practice-small, " in shown
    assert course("provider", "reset", "--key", "practice-ada").returncode == 0
    assert "Nothing has arrived" in course("provider", "journal", "--key", "practice-ada").stdout


def test_clear_calls_faults_off(course, url):
    course("provider", "fault", "server")
    assert "No fault is ordered" in course("provider", "fault", "--clear").stdout
    assert ask_a_model(url) == 200


def test_the_kinds_that_are_listed_are_those_that_can_be_ordered(course, url):
    listed = json.loads(course("provider", "kinds", "--json").stdout)
    assert "429" in course("provider", "kinds").stdout
    refused = course("provider", "fault", "no-such-kind")
    assert refused.returncode == 1
    known = refused.stderr.replace("\n", " ").partition("is not one of ")[2]
    assert {word.strip() for word in known.split(",")} == set(listed)


def test_wrong_usage_is_refused_before_anything_is_sent(course):
    assert course("provider", "journal", "--key", "sk-real").returncode == 2
    assert course("provider", "fault", "server", "--clear").returncode == 2
    assert course("provider", "fault", "server", "--rate", "2").returncode == 2
