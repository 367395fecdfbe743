"""Makes .venv from the locks and starts what was asked for.

Standard library only: it runs before anything is installed. It never touches what lies outside this folder (except
uv's package cache), never asks a question, and never installs system packages. It may be killed at any moment: the
next start sees that the installation was not finished, and makes .venv anew. The record of what is installed is a
file beside .venv, so that a start that has nothing to do costs milliseconds.

Source: https://docs.astral.sh/uv/pip/ and https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import machine
from installers import find_installer
from machine import SetupFailed

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
CACHE = ROOT / ".cache" / "start"
RECORD = CACHE / "environment.json"

# MB that each lock adds to .venv (measured on Linux, rounded up).
SIZES_MB = {
    "default": 1300,
    "dev": 300,
    "queues": 250,
    "evals": 250,
    "security": 250,
    "stores": 450,
    "datasets": 50,
    "node": 220,
}

USAGE = """\
usage: python3 start.py [COMMAND] [ARGUMENTS…]

  (nothing)          opens the lessons in JupyterLab
  demo               runs the app that the course builds
  test [ARGUMENTS]   runs all checks; the arguments go to pytest
  install [EXTRA…]   prepares everything and opens nothing; the extras are
                     queues, evals, security, stores, datasets, node,
                     dev
  doctor, progress, list, …
                     every other word goes to the course command: .venv/bin/course --help

The first start makes the folder .venv (about 1 GB, one to three minutes). Later starts reuse it.
Behind a proxy, set HTTPS_PROXY before the first start. To begin anew, delete the folder .venv."""


def main(arguments: Sequence[str]) -> int:
    """Prepare the environment, then become the program that was asked for; return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # a folder's name, or "…", may be more than this terminal can write
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if list(arguments[:1]) in (["-h"], ["--help"], ["help"]):
        print(USAGE)
        return 0
    if not arguments or arguments[0].startswith("-"):  # `start.py --no-browser` means the lessons
        arguments = ["lab", *arguments]
    command, rest = arguments[0], list(arguments[1:])
    try:
        machine.settle(ROOT)
        prepare(purposes_of(command, rest))
    except SetupFailed as failure:
        print(f"\nstart.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstart.py: stopped. Start it again when you like.", file=sys.stderr)
        return 130
    return 0 if command == "install" else become(command_line(command, rest))


def purposes_of(command: str, rest: Sequence[str]) -> set[str]:
    """Return the locks that this command needs. Raises SetupFailed for an extra that does not exist."""
    if command == "test":
        return {"default", "dev", "node", "stores"}
    if command != "install":
        return {"default"}
    for name in rest:
        if name not in SIZES_MB:
            raise SetupFailed(f"there is no extra called {name!r}; there are: {', '.join(sorted(SIZES_MB))}")
    return {"default", *rest}


def command_line(command: str, rest: Sequence[str]) -> list[str]:
    if command == "test":  # all of it: two at a time, a file or notebook to each
        return [str(PYTHON), "-m", "pytest", *(rest or ["-n", "2", "--dist", "loadfile"])]
    return [str(PROGRAMS / ("course.exe" if os.name == "nt" else "course")), command, *rest]


def become(command: list[str]) -> int:
    """Replace this process by the program; Windows cannot do that, so there it is waited for."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # Ctrl-C reached the program too: let it say good-bye
            continue


def prepare(purposes: set[str]) -> None:
    """Make .venv hold these locks, if it does not already."""
    if is_ready(purposes):
        return
    machine.check_writable(ROOT, VENV)
    CACHE.mkdir(parents=True, exist_ok=True)
    with only_one(CACHE / "lock") as lock:
        if not is_ready(purposes):  # another start may have done it while this one waited
            install(purposes | set(read_record().get("purposes", [])), lock)


def install(purposes: set[str], lock: IO[str]) -> None:
    began = time.monotonic()
    names = ["default", *sorted(purposes - {"default"})]
    fresh = needs_new_environment()
    have = set() if fresh else set(read_record().get("purposes", []))
    machine.check_space(ROOT, sum(SIZES_MB[name] for name in names if name not in have))
    say("Getting the installer (uv) …")
    installer = find_installer(ROOT, lock)
    write_record({"state": "installing", "root": root_name(), "purposes": names})
    if fresh:
        say(f"Making .venv with Python {sys.version.split()[0]} …")
        installer.create(VENV)
    say(f"Installing the packages ({', '.join(names)}) with {installer.name}; the first time takes a minute or more …")
    installer.install_locks(PYTHON, [LOCKS / f"{name}.txt" for name in names])
    say("Installing the course itself …")
    installer.install_project(PYTHON, ROOT)
    point_at_project()
    write_record({"state": "ready", "root": root_name(), "purposes": names, "key": key(names)})
    say(f"Ready after {time.monotonic() - began:.0f} s.")


def say(line: str) -> None:
    print(line, flush=True)


def point_at_project() -> None:
    """Let .venv find the course by a relative path, in place of the one that the editable install wrote.

    That one is absolute and in UTF-8, and Python before 3.13 reads it in the system's own encoding: in a folder called
    "Größe" on Windows the course would not be found, or no Python in .venv would start at all.
    """
    packages = next(VENV.glob("Lib/site-packages"), None) or next(VENV.glob("lib/python3*/site-packages"))
    for path in packages.glob("_editable_impl_ai_engineering_course.pth"):
        path.write_text(os.path.relpath(ROOT, packages) + "\n", encoding="ascii")


def key(names: Sequence[str]) -> str:
    """Return a digest of everything that .venv was made from; another digest means: install again."""
    digest = hashlib.sha256(os.fsencode(ROOT))
    for path in (ROOT / "pyproject.toml", VENV / "pyvenv.cfg", *(LOCKS / f"{name}.txt" for name in names)):
        digest.update(path.read_bytes() if path.exists() else b"missing")
    return digest.hexdigest()


def root_name() -> str:
    """Return this folder's path, the same whatever encoding the terminal has."""
    return os.fsencode(ROOT).decode("utf-8", "backslashreplace")


def is_ready(purposes: set[str]) -> bool:
    record = read_record()
    names = record.get("purposes", [])
    return PYTHON.exists() and record.get("state") == "ready" and purposes <= set(names) and record["key"] == key(names)


def needs_new_environment() -> bool:
    """Return whether .venv must be made anew: missing, moved, half-made, or its Python is gone.

    Raises SetupFailed where a folder .venv that start.py did not make is in the way.
    """
    record = read_record()
    if record:
        return record["state"] != "ready" or record["root"] != root_name() or python_version() is None
    if not VENV.exists():
        return True
    if python_version() not in {(3, 11), (3, 12), (3, 13)}:
        raise SetupFailed(f"{VENV} was not made by start.py and has no Python 3.11 to 3.13. Delete it, start again.")
    return False


def python_version() -> tuple[int, ...] | None:
    """Return the version of the Python in .venv, None if it does not run."""
    question = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(int(part) for part in answer.stdout.split())


def read_record() -> dict[str, Any]:
    """Return the record of what .venv holds, {} if there is none that can be read."""
    try:
        record = json.loads(RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(record: dict[str, Any]) -> None:
    draft = RECORD.with_suffix(".new")
    draft.write_text(json.dumps(record), encoding="utf-8")
    draft.replace(RECORD)


@contextmanager
def only_one(path: Path) -> Iterator[IO[str]]:
    """Hold the operating system's lock on this file; it ends with the process, however that dies."""
    with path.open("a+", encoding="utf-8") as file:
        if not machine.try_lock(file):
            say("Another start.py is preparing this folder. Waiting for it (Ctrl-C stops the waiting) …")
            while not machine.try_lock(file):
                time.sleep(0.2)
        yield file
