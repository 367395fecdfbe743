"""What the machine must have before anything is installed: a folder that can be written, space, a home, a lock.

Every check says what is wrong with which value, and what to do. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


class SetupFailed(Exception):
    """The environment cannot be made; the message says why and what to do."""


def settle(root: Path) -> None:
    """Give this process and its children an environment in which the course works."""
    for name in ("NO_PROXY", "no_proxy"):  # a proxy must never be asked for the provider on this machine
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join([*known, *(host for host in LOOPBACK if host not in known)])
    if sys.getfilesystemencoding() != "utf-8":  # LC_ALL=C: pip cannot handle a folder called "Größe" there
        os.environ["PYTHONUTF8"] = "1"
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    _need_home(root)


def _need_home(root: Path) -> None:
    """Jupyter, uv and matplotlib write into the home folder: give them one where there is none."""
    home = Path("~").expanduser()
    if home.is_dir() and is_writable(home):
        return
    substitute = root / ".course" / "home" if is_writable(root) else Path(tempfile.mkdtemp(prefix="course-home-"))
    substitute.mkdir(parents=True, exist_ok=True)
    print(f"The home folder {home} cannot be written, so {substitute} takes its place.", file=sys.stderr)
    os.environ["USERPROFILE" if os.name == "nt" else "HOME"] = str(substitute)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(name, None)


def is_writable(folder: Path) -> bool:
    """Return whether a file can be made in this folder (os.access does not know read-only disks and Windows' rules)."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def check_writable(*folders: Path) -> None:
    """Raises SetupFailed for the first of these folders that exists and cannot be written."""
    for folder in folders:
        if folder.exists() and not is_writable(folder):
            raise SetupFailed(f"you may not write to {folder}.\nClone the course into a folder of your own.")


def check_space(root: Path, wanted_mb: int) -> None:
    """Raises SetupFailed when the disk has less space than the packages take."""
    free_mb = shutil.disk_usage(root).free // 1_000_000
    if free_mb < wanted_mb:
        raise SetupFailed(
            f"the disk of {root} has {free_mb} MB free; the packages need about {wanted_mb} MB.\n"
            "Make room, or clone the course to a larger disk."
        )


def proxies() -> str:
    """Return the proxy variables that are set, without names and passwords, for an error message."""
    shown = []
    for name in PROXY_VARIABLES:
        if value := os.environ.get(name):
            shown.append(f"{name}={_without_password(value)}")
    return ", ".join(shown) or "none is set"


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return url if "@" not in parts.netloc else url.replace(parts.netloc, "***@" + parts.netloc.rpartition("@")[2])


if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[str]) -> bool:
        """Return whether this process now holds the lock on the open file."""
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[str]) -> bool:
        """Return whether this process now holds the lock on the open file."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
