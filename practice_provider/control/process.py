"""Endpoints about the process: is it well, for whom does it stay, and stop it."""

import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Protocol

from starlette.requests import Request

from ..exposure import is_loopback
from .desk import Desk, Refusal, body_of


class Owners(Protocol):
    """The processes for which the provider stays alive."""

    def add(self, pid: int) -> None:
        """Stay alive while this process lives.

        Raises:
            LookupError: it can't; the message says why and what to do.
        """
        ...


class Process:
    """The endpoints. Health is open to everybody; the others want this machine, and the control key if there is one."""

    def __init__(self, desk: Desk, stop: Callable[[], None] | None, owners: Owners | None) -> None:
        self._desk, self._stop, self._owners = desk, stop, owners
        self._version = version("ai-engineering-course")

    async def health(self, request: Request) -> Mapping[str, Any]:
        """Say that the provider works, and which one it is."""
        instance = self._desk.provider.instance
        return {"status": "ok", "instance": instance, "pid": os.getpid(), "version": self._version}

    async def add_owner(self, request: Request) -> Mapping[str, Any]:
        """Stay alive while a process lives."""
        self._only_here(request)
        pid = (await body_of(request, ("pid",))).get("pid")
        if not isinstance(pid, int) or isinstance(pid, bool) or pid < 1:
            raise Refusal(400, f"pid={pid!r} is not a process id: send a whole number above 0")
        if self._owners is None:
            raise Refusal(409, "this provider lives as long as the program that contains it and has no owners")
        try:
            self._owners.add(pid)
        except LookupError as error:
            raise Refusal(400, str(error)) from None
        return {"pid": pid}

    async def stop(self, request: Request) -> Mapping[str, Any]:
        """Stop the provider."""
        self._only_here(request)
        await body_of(request, ())
        if self._stop is None:
            raise Refusal(409, "this provider stops with the program that contains it")
        self._stop()
        return {"stopping": True}

    def _only_here(self, request: Request) -> None:
        client = request.client.host if request.client else ""
        if not is_loopback(client):
            raise Refusal(403, f"{client or 'this client'} is not this machine: call it from where the provider runs")
        if self._desk.provider.settings.control_key is not None:
            self._desk.caller(request)
