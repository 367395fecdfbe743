"""Where a running provider says how to reach it: one small JSON file in its home, valid while a lock is held.

The operating system drops the lock when the process ends, however it ends. So a file without a held lock is stale, and
who takes the lock next removes it: after `kill -9` nothing misleads anyone. No pid is ever trusted.
Why a lock and not a pid file: https://man7.org/linux/man-pages/man2/flock.2.html
"""

import http.client
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

PRACTICE_KEY = "practice"


class CannotStart(Exception):
    """The provider can't run as it was told to; the message says why, and what to do."""


@dataclass(frozen=True)
class VendorClient:
    """How a vendor's SDK is pointed here: the path of its base URL, and the variables that its SDK reads."""

    path: str
    url_variable: str
    key_variable: str


CLIENTS: dict[str, VendorClient] = {
    "openai": VendorClient("/openai/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY"),
    "anthropic": VendorClient("/anthropic", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"),
    "gemini": VendorClient("/gemini", "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY"),
}


@dataclass(frozen=True)
class Announcement:
    """One running provider."""

    url: str
    pid: int
    instance: str
    home: str
    brain: str = "practice"  # who answers behind the wires

    def line(self, *, started: bool) -> str:
        """The line of JSON that a start prints; `started` is False where another process was there already.

        A fresh process says that it remembers nothing of an earlier one.
        """
        state = "clean" if started else "kept"
        told = asdict(self) | {"started": started, "state": state, "vendors": self.vendors()}
        return json.dumps(told, ensure_ascii=False)

    def vendors(self) -> dict[str, Any]:
        """For each vendor the base URL, and the environment variables that point its SDK there."""
        return {name: _pointed(client, self.url) for name, client in CLIENTS.items()}

    def variables(self) -> dict[str, str]:
        """All these environment variables together."""
        return {name: value for vendor in self.vendors().values() for name, value in vendor["env"].items()}

    def is_alive(self, timeout_s: float = 2.0) -> bool:
        """Does the provider at this address answer, and is it this one?"""
        try:
            health = call(self.url, "GET", "/practice/health", timeout_s=timeout_s)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return health.get("instance") == self.instance


def _pointed(client: VendorClient, url: str) -> dict[str, Any]:
    base_url = url + client.path
    return {"base_url": base_url, "env": {client.url_variable: base_url, client.key_variable: PRACTICE_KEY}}


def call(
    url: str,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    timeout_s: float = 2.0,
    control_key: str | None = None,
) -> dict[str, Any]:
    """Ask the provider's control API, past any proxy.

    Raises: OSError when it can't be reached, ValueError when it refuses or answers something else than JSON.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout_s)
    try:
        payload = None if body is None else json.dumps(body)
        headers = {"content-type": "application/json"}
        if control_key is not None:
            headers |= {"authorization": f"Bearer {control_key}", "practice-key": PRACTICE_KEY}
        connection.request(method, path, payload, headers)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    answer = json.loads(text)
    if response.status >= 400 or not isinstance(answer, dict):
        raise ValueError(f"{method} {path} was answered with status {response.status}: {text.decode(errors='replace')}")
    return answer


class Home:
    """A provider's folder, with the lock and the announcement.

    Raises: OSError when the folder can't be made or written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "provider.json"
        self.log = self.folder / "provider.log"
        self._port = self.folder / "provider.port"
        self._lock = FileLock(self.folder / "provider.lock", thread_local=False)

    def take(self) -> bool:
        """Try to become this home's only provider; what a dead one left behind is removed."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        self.file.unlink(missing_ok=True)
        return True

    def give_back(self, instance: str = "") -> None:
        """Let another provider have this home; `instance` is the one that was announced."""
        if self.announces(instance):
            self.file.unlink(missing_ok=True)
        self._lock.release()

    def announces(self, instance: str) -> bool:
        """Is this instance the announced one? Not if somebody removed the home, or put another in its place."""
        found = self.read()
        return found is not None and found.instance == instance

    def announce(self, announcement: Announcement) -> None:
        """Write the announcement, all of it or nothing."""
        draft = self.file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(asdict(announcement), ensure_ascii=False), encoding="utf-8")
        _replace(draft, self.file)
        self._port.write_text(str(urlsplit(announcement.url).port))

    def last_port(self) -> int:
        """The port that the last provider here had, or 0. Who still knows the old address finds the next one there."""
        try:
            return int(self._port.read_text())
        except (OSError, ValueError):
            return 0

    def begin_log(self) -> None:
        """Begin the log anew and keep the one before; for the process that has the home and writes to the log."""
        if self.log.exists() and self.log.stat().st_size:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            with self.log.open("r+b") as log:
                log.truncate()

    def read(self) -> Announcement | None:
        """Give what is announced, without asking whether it is still true."""
        try:
            return Announcement(**json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):  # none there, just being replaced (Windows), or not written by us
            return None


def _replace(source: Path, target: Path, tries: int = 20) -> None:
    """Replace a file; on Windows this fails while somebody reads the old one, so try for a second."""
    for _ in range(tries - 1):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(0.05)
        else:
            return
    source.replace(target)
