"""start.py on copies of the repository: the first start, the second, a killed one, two at once, and what cannot work.

A copy has the real start.py and the real installer, but a lock of six small packages, which uv takes from its cache:
no network is needed. Where uv or its cache is missing, these tests say so and are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"hatchling", "editables", "packaging", "pathspec", "pluggy", "trove-classifiers"}
BINARIES = "Scripts" if os.name == "nt" else "bin"
POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and permissions")

Start = Callable[..., "subprocess.CompletedProcess[str]"]


def lay_out(folder: Path) -> Path:
    """Copy what start.py needs into this folder, with a lock that installs in a moment."""
    (folder / "requirements").mkdir(parents=True)
    for name in ("install.py", "installers.py", "machine.py", "uv.txt"):
        shutil.copy2(ROOT / "requirements" / name, folder / "requirements")
    for name in ("start.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    for package in ("course", "stages", "capstone", "practice_provider"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text("")
    lock = (ROOT / "requirements" / "default.txt").read_text("utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    (folder / "requirements" / "default.txt").write_text("".join(b for b in blocks if b.split("==")[0] in SMALL))
    (folder / "requirements" / "queues.txt").write_text("-r default.txt\n")
    return folder


def environment(**changes: str) -> dict[str, str]:
    """Give the child uv, offline: what is not in its cache must not be asked for."""
    own = [str(path.parent) for path in ROOT.glob(".cache/start/uv-*/uv*")]
    return os.environ | {"PATH": os.pathsep.join([*own, os.environ["PATH"]]), "UV_OFFLINE": "1"} | changes


def start(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "start.py"), *arguments]
    return subprocess.run(
        command, env=environment(**changes), capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )


def seen_by(folder: Path, question: str, **changes: str) -> str:
    """Return what the Python of .venv answers."""
    python = folder / ".venv" / BINARIES / "python"
    done = subprocess.run(
        [python, "-c", question],
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy, in a folder with spaces and letters of many alphabets, after its first start."""
    if shutil.which("uv", path=environment()["PATH"]) is None:
        pytest.skip("start.py's uv is not here: run `python3 start.py test` once")
    folder = lay_out(tmp_path_factory.mktemp("first") / "Größe und ماذا 学")
    done = start(folder, "install")
    if "offline" in done.stderr:
        pytest.skip("uv's cache lacks the build packages: run `python3 start.py test` once with a network")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ready after" in done.stdout
    return folder


@pytest.fixture
def copy(installed: Path, tmp_path: Path) -> Path:
    """Give a fresh copy that was never started."""
    return lay_out(tmp_path / "course")


def test_the_first_start_makes_the_course_importable_from_anywhere(installed: Path) -> None:
    assert Path(seen_by(installed, "import course; print(ascii(course.__file__))").strip("'")).name == "__init__.py"
    assert (installed / ".venv" / BINARIES / ("course.exe" if os.name == "nt" else "course")).exists()


@POSIX
def test_a_folder_with_foreign_letters_works_in_a_terminal_that_has_none(installed: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert seen_by(installed, "import course; print('found')", **plain) == "found"
    done = start(installed, "install", **plain)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_start_that_has_nothing_to_do_says_nothing_and_is_quick(installed: Path) -> None:
    began = time.monotonic()
    done = start(installed, "install")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 2  # the promise of the README; it takes a twentieth of a second


def test_another_word_becomes_the_course_command_with_its_arguments_and_exit_code(installed: Path) -> None:
    (installed / "course" / "cli.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n    return 7\n")
    done = start(installed, "open", "s2.1", "--json")
    assert (done.returncode, done.stdout.strip()) == (7, "['open', 's2.1', '--json']")
    assert start(installed).stdout.strip() == "['lab']"


def test_a_changed_lock_is_installed_and_an_unchanged_one_is_not(copy: Path) -> None:
    assert start(copy, "install").returncode == 0
    lock = copy / "requirements" / "default.txt"
    lock.write_text(lock.read_text() + "# changed\n")
    assert "Installing the packages" in start(copy, "install").stdout
    assert start(copy, "install").stdout == ""


def test_an_extra_stays_installed_through_later_starts(copy: Path) -> None:
    assert start(copy, "install", "queues").returncode == 0
    assert start(copy, "install").stdout == ""
    (copy / "pyproject.toml").write_text((copy / "pyproject.toml").read_text("utf-8") + "\n# changed\n", "utf-8")
    assert "(default, queues)" in start(copy, "install").stdout


def test_an_unknown_extra_is_named_with_the_known_ones(copy: Path) -> None:
    done = start(copy, "install", "quueues")
    assert done.returncode == 1
    assert "'quueues'" in done.stderr
    assert "queues" in done.stderr


def test_a_moved_folder_is_made_ready_again(copy: Path) -> None:
    assert start(copy, "install").returncode == 0
    moved = copy.rename(copy.with_name("elsewhere"))
    assert "Making .venv" in start(moved, "install").stdout
    assert seen_by(moved, "import course; print(course.__file__)").startswith(str(moved))


@POSIX
@pytest.mark.parametrize("delay_s", [0.05, 0.2, 0.4])
def test_a_start_that_was_killed_is_finished_by_the_next(copy: Path, delay_s: float) -> None:
    command = [sys.executable, str(copy / "start.py"), "install"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = start(copy, "install")
    assert done.returncode == 0, done.stderr
    assert seen_by(copy, "import course, hatchling; print('found')") == "found"


def test_a_half_made_environment_is_made_anew(copy: Path) -> None:
    assert start(copy, "install").returncode == 0
    record = copy / ".cache" / "start" / "environment.json"
    record.write_text(record.read_text().replace('"ready"', '"installing"'))
    stray = next((copy / ".venv").rglob("hatchling/__init__.py"))
    stray.unlink()
    assert "Making .venv" in start(copy, "install").stdout
    assert stray.exists()


def test_two_starts_at_once_install_once_and_the_second_says_that_it_waits(copy: Path) -> None:
    command = [sys.executable, str(copy / "start.py"), "install"]
    pair = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0], said
    assert sorted("Ready after" in text for text in said) == [False, True]


def test_a_foreign_environment_is_left_alone(copy: Path) -> None:
    (copy / ".venv").mkdir()
    (copy / ".venv" / "mine.txt").write_text("keep")
    done = start(copy, "install")
    assert done.returncode == 1
    assert "was not made by start.py" in done.stderr
    assert (copy / ".venv" / "mine.txt").exists()


def test_too_little_space_is_said_before_anything_is_downloaded(copy: Path) -> None:
    install = copy / "requirements" / "install.py"
    install.write_text(re.sub('"default": [0-9]+', '"default": 10**9', install.read_text("utf-8")), "utf-8")
    done = start(copy, "install")
    assert done.returncode == 1
    assert re.search(r"has \d+ MB free; the packages need about \d+ MB", done.stderr)
    assert not (copy / ".venv").exists()


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(copy: Path) -> None:
    copy.chmod(0o555)
    done = start(copy, "install")
    copy.chmod(0o755)
    assert done.returncode == 1
    assert f"you may not write to {copy}" in done.stderr


@POSIX
def test_a_home_that_cannot_be_written_gets_a_substitute(copy: Path) -> None:
    cache = subprocess.run(["uv", "cache", "dir"], env=environment(), capture_output=True, text=True, check=True).stdout
    done = start(copy, "install", HOME="/nonexistent", UV_CACHE_DIR=cache.strip())
    assert done.returncode == 0, done.stderr
    assert "The home folder /nonexistent cannot be written" in done.stderr


def test_a_failed_installation_names_the_proxy_without_its_password(copy: Path) -> None:
    lock = copy / "requirements" / "default.txt"
    lock.write_text(lock.read_text() + "not-a-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = start(copy, "install", HTTPS_PROXY="http://me:secret@127.0.0.1:9")
    assert done.returncode == 1
    assert "HTTPS_PROXY=http://***@127.0.0.1:9" in done.stderr
    assert "secret" not in done.stderr


def test_help_needs_no_installation(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "course")
    done = start(folder, "--help")
    assert done.returncode == 0
    assert "usage: python3 start.py" in done.stdout
    assert not (folder / ".venv").exists()


def old_pythons() -> Iterator[str]:
    for version in ("2.7", "3.6", "3.8", "3.10", "3.14"):
        places = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        yield from map(str, places[:1])


def check_refusal(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1
    assert "start.py needs Python 3.11 to 3.13; this is Python" in done.stderr
    assert "This machine has one that fits" in done.stderr or "How to get one" in done.stderr


@pytest.mark.skipif(not list(old_pythons()), reason="no other Python was found in ~/.pyenv")
@pytest.mark.parametrize("python", list(old_pythons()))
def test_a_real_python_that_does_not_fit_is_told_what_to_do(python: str) -> None:
    command = [python, str(ROOT / "start.py"), "test"]
    check_refusal(subprocess.run(command, capture_output=True, text=True, check=False))


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)], ids=str)
def test_a_python_that_does_not_fit_is_told_what_to_do(version: tuple[int, int, int]) -> None:
    lie = f"import runpy, sys; sys.version_info = {version}; runpy.run_path('start.py', run_name='__main__')"
    check_refusal(subprocess.run([sys.executable, "-c", lie], cwd=ROOT, capture_output=True, text=True, check=False))


def test_without_any_other_python_the_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "HIDING_PLACES", [])
    assert "winget install" in module.wrong_python()
