"""The programs that can fill .venv: uv (from PATH, or fetched for this folder only), and pip where uv cannot be had.

uv is fetched with pip, by a lock with hashes, from whatever package index pip is set up for; nothing else is
downloaded, and no script of anybody's is run. Standard library only.

Source: https://docs.astral.sh/uv/reference/environment/ and https://pip.pypa.io/en/stable/topics/configuration/
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import machine
from machine import SetupFailed

OLDEST_UV = (0, 9)
UV_FILE = "uv.exe" if os.name == "nt" else "uv"

# What pip is told about the index, in uv's words: uv reads neither pip's variables nor its files.
PIP_SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}

NETWORK_WORDS = ("connection", "resolve", "proxy", "timed out", "certificate", "unreachable", "network")


class Installer:
    """Makes an environment and fills it. Each step is one command; the first that fails raises SetupFailed."""

    name = "pip"

    def __init__(self, lock: IO[str]) -> None:
        self._lock = lock

    def create(self, venv: Path) -> None:
        need_venv_module()
        self._run(sys.executable, "-m", "venv", "--clear", str(venv))

    def install_locks(self, python: Path, locks: Sequence[Path]) -> None:
        self._run(*self._install(python), "--no-deps", "--require-hashes", *_requirements(locks))

    def install_project(self, python: Path, root: Path) -> None:
        self._run(*self._install(python), "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(root))

    def _install(self, python: Path) -> list[str]:
        return [str(python), "-m", "pip", "install"]

    def _run(self, *command: str) -> None:
        # The child inherits our lock: if we are killed and it lives on, the next start waits until it is gone.
        inherited = () if os.name == "nt" else (self._lock.fileno(),)
        if code := subprocess.run(command, pass_fds=inherited, check=False).returncode:
            raise SetupFailed(explain(self.name, code, command))


class Uv(Installer):
    name = "uv"

    def __init__(self, lock: IO[str], program: Path) -> None:
        super().__init__(lock)
        self._program = str(program)

    def create(self, venv: Path) -> None:
        asked = subprocess.run([self._program, "cache", "dir"], capture_output=True, text=True, check=False)
        if _device(Path(asked.stdout.strip())) != _device(
            venv
        ):  # hard links do not cross disks: copy, without a warning
            os.environ.setdefault("UV_LINK_MODE", "copy")
        self._run(self._program, "venv", "--quiet", "--clear", "--python", sys.executable, str(venv))

    def install_locks(self, python: Path, locks: Sequence[Path]) -> None:
        quiet = () if sys.stderr.isatty() else ("--quiet",)
        self._run(*self._install(python), *quiet, "--no-deps", "--require-hashes", *_requirements(locks))

    def _install(self, python: Path) -> list[str]:
        return [self._program, "pip", "install", "--python", str(python)]


def _device(path: Path) -> int:
    """Return the disk that holds this path, or will hold it."""
    return next(place for place in (path, *path.parents) if place.exists()).stat().st_dev


def _requirements(locks: Sequence[Path]) -> list[str]:
    return [word for lock in locks for word in ("--requirement", str(lock))]


def find_installer(root: Path, lock: IO[str]) -> Installer:
    """Return uv from PATH, or uv fetched into .cache, or pip."""
    own = root / ".cache" / "start" / f"uv-{_digest(root / 'requirements' / 'uv.txt')}" / UV_FILE
    on_path = shutil.which("uv")
    for program in [Path(on_path), own] if on_path else [own]:
        if uv_version(program) >= OLDEST_UV:
            return _with_settings_of_pip(Uv(lock, program))
    if fetch_uv(root / "requirements" / "uv.txt", own):
        return _with_settings_of_pip(Uv(lock, own))
    print("uv is not to be had for this machine: pip does the work, which takes a few minutes more.", flush=True)
    return Installer(lock)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def uv_version(program: Path) -> tuple[int, ...]:
    """Return the version of this uv, () if it does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def fetch_uv(lock: Path, destination: Path) -> bool:
    """Put uv there and return True; False if the index has none for this machine.

    Raises SetupFailed when the index cannot be reached, or when Python has neither pip nor venv.
    """
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        pip = [sys.executable, "-m", "pip"] if importlib.util.find_spec("pip") else _private_pip(scratch / "venv")
        target = ("--target", str(scratch / "uv"))
        options = ("--quiet", "--retries", "2", "--no-deps", "--require-hashes", "--only-binary", ":all:")
        command = [*pip, "install", *options, *target, "--requirement", str(lock)]
        # a pip.conf that says "user" or "require-virtualenv" contradicts --target
        settings = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
        found = next((scratch / "uv").glob(f"*/{UV_FILE}"), None)
        if done.returncode == 0 and found and uv_version(found):
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, destination.with_suffix(".new"))
            destination.with_suffix(".new").replace(destination)
            return True
    if any(word in done.stderr.lower() for word in NETWORK_WORDS):
        last = "\n".join(done.stderr.strip().splitlines()[-3:])
        raise SetupFailed(f"{last}\n{explain('pip', done.returncode, command)}")
    return False


def _private_pip(venv: Path) -> list[str]:
    need_venv_module()
    command = [sys.executable, "-m", "venv", str(venv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"{done.stdout}{done.stderr}\n{' '.join(command)} ended with code {done.returncode}.")
    return [str(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")), "-m", "pip"]


def need_venv_module() -> None:
    """Raises SetupFailed when this Python comes without venv or ensurepip, as Debian's does."""
    for module in ("venv", "ensurepip"):
        if (found := importlib.util.find_spec(module)) is None or found.origin is None:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise SetupFailed(
                f"this Python ({sys.executable}) has neither pip nor the module {module}.\n"
                f"  Debian, Ubuntu: sudo apt install python{version}-venv\n"
                "  elsewhere: install a complete Python 3.11 to 3.13, or uv (https://docs.astral.sh/uv/)"
            )


def _with_settings_of_pip(uv: Uv) -> Uv:
    """Let uv use the package index, mirrors and certificates that pip on this machine is set up for."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for option, value in re.findall(r"^\S+\.([a-z-]+)='(.*)'$", listed, re.MULTILINE):
        missing_folder = option == "find-links" and not Path(value).exists()  # pip ignores it, uv gives up
        if option in PIP_SETTINGS and value and not missing_folder:
            os.environ.setdefault(PIP_SETTINGS[option], value)
    return uv


def explain(name: str, code: int, command: Sequence[str]) -> str:
    """Return what to try when an installer failed; its own message stands above."""
    free_mb = shutil.disk_usage(machine.__file__).free // 1_000_000
    if free_mb < 100:
        return f"the disk is full ({free_mb} MB free). Make room, then start again: what was downloaded is kept."
    return (
        f"{name} ended with code {code}; its own message stands above. The usual reasons:\n"
        f"  no network, or a proxy:  set HTTPS_PROXY=http://host:port   (now: {machine.proxies()})\n"
        "  a company certificate:   set SSL_CERT_FILE to its file\n"
        "  a company index:         pip config set global.index-url ADDRESS\n"
        "Then start again: what was downloaded is kept.\n"
        f"The command was: {' '.join(command)}"
    )
