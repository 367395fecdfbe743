"""`course lab` with a real JupyterLab: one per learner, found again, gone without a trace."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from course import lab

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab/tree/\S+")


class Terminal:
    """The lines of a running command, as they come."""

    def __init__(self, process):
        self.process, self.lines, self.text = process, queue.Queue(), ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def until(self, pattern, timeout_s=120):
        """The first match in what is printed from now on."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            line = self.lines.get(timeout=max(deadline - time.monotonic(), 0.1))
            assert line is not None, f"the command ended before it printed {pattern}:\n{self.text}"
            self.text += line
            if match := re.search(pattern, line):
                return match[0]
        raise AssertionError(f"{pattern} was not printed:\n{self.text}")


def api(address, path, body=None):
    """Ask the JupyterLab at this address."""
    base, token = re.match(r"(http://[^/]+).*token=(\S+)", address).groups()
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}{path}", data, {"authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def wait_until(condition, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_lab_starts_is_found_again_and_leaves_nothing_behind(start_course, course, course_environment):
    home = Path(course_environment["COURSE_HOME"])
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        terminal = Terminal(start_course("lab", "--no-browser", "--port", str(busy)))
        assert terminal.until(f"Port {busy} is used by another program")
        address = terminal.until(ADDRESS)
    terminal.until("Ctrl-C")
    assert "/lab/tree/notebooks/00_start_here.ipynb?token=" in address
    kernel = api(address, "/api/kernels", {"name": "python3"})
    assert kernel["name"] == "python3"
    children = [child.pid for child in psutil.Process(terminal.process.pid).children(recursive=True)]
    assert children

    second = course("lab", "--no-browser")
    assert second.returncode == 0
    assert "already runs" in second.stdout
    assert ADDRESS.search(second.stdout)[0] == address
    opened = course("open", "s2.1", "--no-browser")
    assert "/lab/tree/notebooks/s2_llms/01_first_calls.ipynb?token=" in opened.stdout
    assert course("provider", "status").returncode == 0
    if os.name == "posix":
        assert (home / "lab.json").stat().st_mode & 0o077 == 0

    terminal.process.send_signal(signal.SIGINT)
    terminal.until("JupyterLab is stopped")
    assert terminal.process.wait(30) == 0
    assert "Traceback" not in terminal.text
    assert "WARNING" not in terminal.text
    assert not (home / "lab.json").exists()
    wait_until(lambda: all(is_gone(pid) for pid in children))
    wait_until(lambda: course("provider", "status").returncode == 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_kill_9_the_old_note_is_not_believed_and_the_way_is_free(start_course, course_environment):
    home = Path(course_environment["COURSE_HOME"])
    first = Terminal(start_course("lab", "--no-browser"))
    first.until(ADDRESS)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait(10)
    assert (home / "lab.json").exists()
    assert lab.running(home) is None
    with lab.only_one(home):
        assert not (home / "lab.json").exists()


def test_a_missing_lesson_file_starts_nothing(course, course_environment):
    result = course("open", "s8.8", "--no-browser")
    assert result.returncode == 1
    assert not (Path(course_environment["COURSE_HOME"]) / "lab.lock").exists()


def test_of_two_starts_at_once_only_one_gets_the_right(tmp_path):
    script = "import sys, pathlib; from course.lab import only_one; only_one(pathlib.Path(sys.argv[1])).__enter__()"
    with lab.only_one(tmp_path):
        other = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True)
        assert "LabRuns" in other.stderr
    free = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True)
    assert free.returncode == 0, free.stderr


def test_all_of_labs_settings_are_known_to_the_installed_jupyterlab(tmp_path):
    """A setting with a typing error is only a warning in Jupyter's log, and would be lost."""
    arguments = [a for a in lab.lab_arguments(lab.RunningLab(1, "t", 1), tmp_path) if "=" in a]
    script = (
        "import sys; from jupyterlab.labapp import LabApp; from jupyter_server.serverapp import ServerApp\n"
        "from jupyter_server.auth import IdentityProvider; from jupyter_client import KernelManager\n"
        "from traitlets.config import Application\n"
        "all_of_them = (LabApp, ServerApp, IdentityProvider, KernelManager, Application)\n"
        "known = {c.__name__: c.class_traits(config=True) for c in all_of_them}\n"
        "print([a for a in sys.argv[1:] if a[2:].split('=')[0].split('.')[1] not in known[a[2:].split('.')[0]]])"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    assert len(arguments) > 8
    assert done.stdout.strip() == "[]"


def test_a_free_port_is_taken_as_it_is():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert lab.free_port(port) == port


def test_the_demo_serves_the_app_and_stops_on_ctrl_c(start_course):
    if sys.platform == "win32":
        pytest.skip("Windows has no SIGINT for one process")
    terminal = Terminal(start_course("demo", "--no-browser"))
    terminal.until("The support desk is open at")
    address = terminal.until(r"http://127\.0\.0\.1:\d+")
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=10) as response:
        assert response.read() == b"ok"
    terminal.process.send_signal(signal.SIGINT)
    terminal.until("The support desk is stopped")
    assert terminal.process.wait(30) == 0
    assert "Traceback" not in terminal.text
