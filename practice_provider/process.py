"""The provider as a process: one per home, found or started, and gone when nobody needs it.

`find_or_serve` looks whether another process has the home, and serves in this one if not; `detach` starts one in the
background. The server and the model are imported only where they are needed, because that takes most of a second.
Source: https://docs.python.org/3/library/subprocess.html#subprocess.Popen
"""

import logging
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from .announcement import Announcement, CannotStart, Home, call
from .brains.choice import PRACTICE, Choice
from .settings import Settings

START_TIMEOUT_S = 60.0
LOG = logging.getLogger("practice_provider")


@dataclass(frozen=True)
class Options:
    """What the command line says. `port` 0 means any free port; `owner_pid` None means: nobody in particular.

    `log_to_file`: this process was detached, and its standard error is the log of its home.
    """

    settings: Settings
    home: Path
    port: int = 0
    owner_pid: int | None = None
    idle_s: float = 3600.0
    log_to_file: bool = False
    brain: Choice = PRACTICE


Announce = Callable[[Announcement, bool], None]  # called once with what runs, and whether we started it


def find_or_serve(options: Options, announce: Announce) -> None:
    """Announce the provider that runs in this home, or become it and stay until nobody needs it.

    Raises: CannotStart.
    """
    home = open_home(options.home)
    _check_owner(options.owner_pid)
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not home.take():
        if found := _adopt(home, options):
            announce(found, False)
            return
        _wait_a_little(home, deadline_s)
    instance = secrets.token_hex(8)
    try:
        from .serving import Serving, listen_again

        if options.log_to_file:
            home.begin_log()
        with listen_again(options.settings.host, options.port, home.last_port()) as listener:
            Serving(home, options, listener, instance, announce).run()
    finally:
        home.give_back(instance)


def open_home(folder: Path) -> Home:
    """Give the home at this path; makes the folder."""
    try:
        return Home(folder)
    except OSError as exc:
        raise CannotStart(f"can't use {folder} as home ({exc.strerror}): name another folder with --home") from exc


def _check_owner(pid: int | None) -> None:
    if pid is not None and not psutil.pid_exists(pid):
        raise CannotStart(f"--owner-pid {pid} is not a running process: give the pid of the process that needs me")


def _adopt(home: Home, options: Options) -> Announcement | None:
    """Find the running provider and make it stay for our owner; None if it is not ready, or just leaving."""
    found = home.read()
    if found is None or not found.is_alive():
        return None
    if options.owner_pid is not None:
        try:
            owner, key = {"pid": options.owner_pid}, options.settings.control_key
            call(found.url, "POST", "/practice/owners", owner, control_key=key)
        except (OSError, ValueError) as exc:
            LOG.info("the provider at %s did not take the owner: %s", found.url, exc)
            return None
    return found


def _wait_a_little(home: Home, deadline_s: float) -> None:
    if time.monotonic() > deadline_s:
        text = f"a process holds {home.folder} but does not answer after {START_TIMEOUT_S:.0f} s"
        raise CannotStart(f"{text}: end it, or use another folder with --home")
    time.sleep(0.05)


# ---- in the background -----------------------------------------------------------------------------------------


def detach(options: Options, arguments: list[str], announce: Announce) -> None:
    """Announce the provider that runs in this home; start one in the background if there is none.

    `arguments` are those of the command line that the new process gets.

    Raises: CannotStart, with what the new process had to say.
    """
    home = open_home(options.home)
    _check_owner(options.owner_pid)
    deadline_s = time.monotonic() + START_TIMEOUT_S
    if found := _adopt(home, options):
        announce(found, False)
        return
    log_size = home.log.stat().st_size if home.log.exists() else 0
    child = _spawn(home, arguments)
    while not (found := _adopt(home, options)):
        if child.poll():
            raise CannotStart(_last_words(home, log_size) or f"it ended with code {child.returncode}: see {home.log}")
        _wait_a_little(home, deadline_s)
    announce(found, found.pid == child.pid)


def _spawn(home: Home, arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Start a process that outlives this one, its terminal and its process group; it writes to the log."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    with home.log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "practice_provider", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            creationflags=flags,
            start_new_session=True,
        )


def _last_words(home: Home, since: int) -> str:
    """What a process that could not start wrote to the log."""
    text = home.log.read_bytes()
    new = text[since:] if len(text) >= since else text
    return new.decode("utf-8", "replace").strip().removeprefix("practice_provider: ")
