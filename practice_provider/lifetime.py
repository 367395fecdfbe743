"""How long the provider stays: while one of its owners lives, and not longer idle than it was told.

An owner is a process (a notebook's kernel, an app) that said "I need you". It is known by its pid and the time at
which it was created, so that a new process with an old pid is not taken for it. Nothing here ends the provider: who
runs it asks.
Source: https://psutil.readthedocs.io/en/latest/#psutil.Process.is_running
"""

import time
from collections.abc import Callable

import psutil
from starlette.types import ASGIApp, Receive, Scope, Send

CONTROL_PREFIX = "/practice"


class NoOwner(LookupError):
    """That process can't be an owner; the message says why."""


class Owners:
    """The processes for which the provider stays.

    `owned`: it was started for a process, and leaves when all its owners have gone. One that a person started, for
    nobody in particular, stays, whoever comes and goes.
    """

    def __init__(self, *, owned: bool) -> None:
        self._processes: dict[int, psutil.Process] = {}
        self._owned = owned
        self._leaving = False

    def add(self, pid: int) -> None:
        """Stay while the process with this pid lives.

        Raises: NoOwner (a LookupError) if there is no such process, or if the provider is about to leave.
        """
        if self._leaving:
            raise NoOwner(f"the provider is leaving and can't stay for process {pid}: start it again")
        try:
            self._processes[pid] = psutil.Process(pid)
        except (psutil.NoSuchProcess, ValueError, OverflowError):
            raise NoOwner(f"pid={pid} is not a running process: give the pid of the process that needs me") from None
        except psutil.AccessDenied:
            raise NoOwner(f"pid={pid} belongs to somebody else: give the pid of a process of yours") from None

    def all_gone(self) -> bool:
        """Was it started for somebody, and is no owner left? From then on no new one is taken."""
        self._processes = {pid: process for pid, process in self._processes.items() if _lives(process)}
        self._leaving = self._leaving or (self._owned and not self._processes)
        return self._leaving

    def __len__(self) -> int:
        return len(self._processes)


def _lives(process: psutil.Process) -> bool:
    """A zombie has ended: its parent only has not noticed yet."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


class Activity:
    """An ASGI layer that notes when the last vendor request was; who only watches (health, journal) does not count."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._last_s = clock()
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; while one is being answered the provider is not idle."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1
            self.touch()

    def touch(self) -> None:
        """The provider was needed just now."""
        self._last_s = self._clock()

    def idle_s(self) -> float:
        """Seconds since a vendor request was last answered; 0 while one is being answered."""
        return 0.0 if self._open else self._clock() - self._last_s
