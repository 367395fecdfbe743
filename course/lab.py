"""JupyterLab for the course: one per learner, in this process, stopped with it.

JupyterLab runs inside the `course` process, so nothing is left behind when that process is killed. A file lock says
that one runs (the operating system drops it with the process) and `lab.json` beside it says where, with the token, for
this user's eyes only. All settings go over the command line; nobody's own Jupyter configuration is written to.
https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
"""

import contextlib
import json
import os
import socket
import sys
import threading
import time
import urllib.parse
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stages.s2_llms.errors import CourseError

from .loopback import answers
from .paths import REPOSITORY, shown

LAB_SETTINGS = Path(__file__).with_name("labconfig")  # overrides.json: no news prompt, no search for updates
PORTS_TRIED = 20
START_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class RunningLab:
    """A JupyterLab that runs, or is about to: where it listens, and the token that opens it."""

    port: int
    token: str
    pid: int

    def address(self, notebook: Path) -> str:
        """The address that opens this notebook, with the token in it."""
        place = urllib.parse.quote(shown(notebook))
        return f"http://127.0.0.1:{self.port}/lab/tree/{place}?token={self.token}"

    def answers(self) -> bool:
        """Does it answer, and with our token?"""
        return answers(f"http://127.0.0.1:{self.port}/api/status", {"Authorization": f"token {self.token}"})


class LabRuns(Exception):
    """Another process of this learner holds the lock; it is no error, so it is no CourseError."""


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[Callable[[RunningLab], None]]:
    """Hold the right to run JupyterLab; gives the function that writes down where it runs.

    Raises:
        LabRuns: another process holds it.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "lab.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LabRuns from None
    note = home / "lab.json"
    note.unlink(missing_ok=True)
    try:
        yield lambda lab: _write_private(note, json.dumps(asdict(lab)))
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def running(home: Path) -> RunningLab | None:
    """The JupyterLab that runs for this learner; None when none does. A stale note is not believed."""
    try:
        lab = RunningLab(**json.loads((home / "lab.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return lab if lab.answers() else None


def wait_for(home: Path, timeout_s: float = START_TIMEOUT_S) -> RunningLab:
    """The JupyterLab that another process is starting, as soon as it answers.

    Raises:
        CourseError: it does not answer in time.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if lab := running(home):
            return lab
        time.sleep(0.2)
    raise CourseError(
        f"Another `course lab` holds {home / 'lab.lock'} but does not answer after {timeout_s:.0f} s. "
        "End that process (its terminal, or the task manager), then try again."
    )


def free_port(wanted: int) -> int:
    """The wanted port if it is free, else one of the next twenty, else any that is."""
    candidates = [*range(wanted, min(wanted + PORTS_TRIED, 65536)), 0]
    for port in candidates:
        with socket.socket() as listener:
            if sys.platform != "win32":  # a port in TIME_WAIT is free; on Windows this option means something else
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise CourseError("No free port on 127.0.0.1. Close some programs, or restart the machine.")


def lab_arguments(lab: RunningLab, home: Path) -> list[str]:
    """Everything that JupyterLab is told, on its command line."""
    settings: dict[str, Any] = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": lab.port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": REPOSITORY,
        "ServerApp.open_browser": False,
        "ServerApp.answer_yes": True,  # Ctrl-C means stop: no question that times out
        "IdentityProvider.token": lab.token,
        "LabApp.app_settings_dir": LAB_SETTINGS,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.workspaces_dir": home / "lab" / "workspaces",
        "KernelManager.transport_encryption": kernel_encryption(),
        "Application.log_level": "ERROR",
    }
    allow_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [*(f"--{name}={value}" for name, value in settings.items()), *allow_root]


def kernel_encryption() -> str:
    """'auto' where ZeroMQ can encrypt: other users of this machine cannot listen, and kernels print no warning."""
    import zmq

    return "auto" if zmq.has("curve") else "disabled"


def serve(lab: RunningLab, home: Path, environ: Mapping[str, str], ready: Callable[[], None]) -> None:
    """Run JupyterLab in this process until it is stopped; `ready` is called once it answers.

    Raises:
        CourseError: JupyterLab ended by itself before it answered.
    """
    from jupyterlab.labapp import LabApp

    os.environ.update(environ)  # the kernels inherit it
    answered = threading.Event()

    def watch() -> None:
        while not lab.answers():
            time.sleep(0.1)
        answered.set()
        ready()

    threading.Thread(target=watch, daemon=True).start()
    try:
        LabApp.launch_instance(argv=lab_arguments(lab, home))
    except SystemExit as exc:
        if exc.code and not answered.is_set():
            raise CourseError(f"JupyterLab did not start (exit code {exc.code}); it says why above.") from exc


def open_browser(address: str) -> bool:
    """Open the address in the user's browser; False when there is none with windows of its own."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser and "BROWSER" not in os.environ:
        return False  # lynx, w3m: it would take over this terminal
    return browser.open(address)


def _write_private(path: Path, text: str) -> None:
    """Write all or nothing, readable for this user only from its first byte on."""
    unfinished = path.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
