"""Pins the ranges of pyproject.toml: one resolution, one lock with hashes per purpose, and the wheels that prove it.

    .venv/bin/python requirements/compile.py              keep the pins that still fit
    .venv/bin/python requirements/compile.py --upgrade    move every pin to the newest version that fits

Everything that the course names is resolved together once, so that no extra moves a package of the default
environment. `default.txt` is complete; every other lock begins with `-r default.txt` and holds only what it adds.
`wheels.json` names, for each pin, the wheels that serve the supported platforms; tests/test_requirements.py proves
from it, offline, that nobody needs a compiler. It needs `uv` on PATH and `packaging`; it installs nothing.

Source: https://docs.astral.sh/uv/pip/compile/
and https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from packaging.markers import Marker, default_environment
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
EXTRAS = ("queues", "evals", "security", "stores", "datasets", "node")
PYTHONS = ((3, 11), (3, 12), (3, 13))
OLDEST_GLIBC = 28  # 2.28: Debian 10, Ubuntu 20.04, RHEL 8
OLDEST_MACOS = (14, 0)

PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")

# What each lock adds to default.txt, as arguments of `uv pip compile`.
PURPOSES: dict[str, list[str]] = {
    "default": ["pyproject.toml", "requirements/build.in"],
    "dev": ["pyproject.toml", "--group", "dev"],
    **{extra: ["pyproject.toml", "--extra", extra] for extra in EXTRAS},
    "uv": ["requirements/uv.in"],
}
STAND_ALONE = ("default", "uv")
EVERYTHING = ["pyproject.toml", "requirements/build.in", "--all-extras", "--group", "dev"]


@dataclass(frozen=True)
class Target:
    """One kind of machine that the course promises to support without a compiler."""

    name: str
    sys_platform: str
    machine: str
    platform_tags: tuple[str, ...]


def _linux_tags(machine: str) -> tuple[str, ...]:
    numbered = [f"manylinux_2_{minor}_{machine}" for minor in range(OLDEST_GLIBC, 4, -1)]
    return (*numbered, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}")


TARGETS = (
    Target("linux-x86_64", "linux", "x86_64", _linux_tags("x86_64")),
    Target("linux-arm64", "linux", "aarch64", _linux_tags("aarch64")),
    Target("macos-arm64", "darwin", "arm64", tuple(mac_platforms(OLDEST_MACOS, "arm64"))),
    Target("windows-x86_64", "win32", "AMD64", ("win_amd64",)),
)

PLATFORM_SYSTEM = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


class Pin(NamedTuple):
    """One `name==version ; marker` of a lock, with the hashes of all its files."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]


def supported_tags(target: Target, python: tuple[int, int]) -> frozenset[Tag]:
    """Return every wheel tag that this Python on this kind of machine can install."""
    interpreter = f"cp{python[0]}{python[1]}"
    own = cpython_tags(python_version=python, abis=[interpreter], platforms=target.platform_tags)
    generic = compatible_tags(python_version=python, interpreter=interpreter, platforms=target.platform_tags)
    return frozenset(own) | frozenset(generic)


def is_wanted(marker: str, target: Target, python: tuple[int, int]) -> bool:
    """Return whether the first or the last release of this Python installs a pin with this marker (none: all do)."""
    minor = f"{python[0]}.{python[1]}"
    return not marker or any(_holds(marker, target, minor, f"{minor}.{patch}") for patch in (0, 99))


def _holds(marker: str, target: Target, minor: str, full: str) -> bool:
    environment = default_environment() | {
        "python_version": minor,
        "python_full_version": full,
        "sys_platform": target.sys_platform,
        "platform_system": PLATFORM_SYSTEM[target.sys_platform],
        "platform_machine": target.machine,
        "os_name": "nt" if target.sys_platform == "win32" else "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return Marker(marker).evaluate({key: str(value) for key, value in environment.items()})


def read_lock(path: Path) -> list[Pin]:
    """Return the pins of one lock, without those of a lock that it includes."""
    return [_pin(block) for block in _blocks(path.read_text(encoding="utf-8")) if "==" in block.splitlines()[0]]


def _blocks(text: str) -> Iterator[str]:
    """Cut a lock into its entries: a line that starts at the margin, and the indented lines under it."""
    yield from re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]


def _pin(block: str) -> Pin:
    head = block.splitlines()[0].removesuffix("\\").strip()
    requirement, _, marker = head.partition(" ; ")
    name, _, version = requirement.partition("==")
    hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
    return Pin(canonicalize_name(name.partition("[")[0]), version.strip(), marker.strip(), hashes)


def inputs_digest() -> str:
    """Return the SHA-256 of all that the locks follow from; a lock whose header has another one is stale."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inputs = {
        "project": {key: project["project"][key] for key in PROJECT_KEYS},
        "groups": project.get("dependency-groups", {}),
        "uv": project.get("tool", {}).get("uv", {}),
        "files": {path.name: path.read_text(encoding="utf-8").split() for path in sorted(FOLDER.glob("*.in"))},
        "purposes": PURPOSES,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def header(purpose: str) -> str:
    """Return the first lines of a lock: how it was made, and what from."""
    included = "" if purpose in STAND_ALONE else "-r default.txt\n"
    return f"# Made by: python requirements/compile.py\n# Inputs: sha256:{inputs_digest()}\n{included}"


def _uv(*arguments: str) -> None:
    """Run uv from the repository's root. Raises CalledProcessError with uv's message above it."""
    program = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if program is None:
        raise SystemExit("uv is not on PATH: install it (https://docs.astral.sh/uv/) or run: python -m pip install uv")
    subprocess.run([program, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _compile(sources: Iterable[str], output: Path, *options: str) -> str:
    floor = f"{PYTHONS[0][0]}.{PYTHONS[0][1]}"
    fixed = ("--universal", "--python-version", floor, "--no-header", "--quiet", "--no-annotate")
    _uv("pip", "compile", *sources, *fixed, *options, "--output-file", str(output))
    return output.read_text(encoding="utf-8")


def _without(text: str, known: str) -> str:
    """Return the entries of a lock that another lock does not have word for word."""
    there = set(_blocks(known))
    return "".join(block for block in _blocks(text) if block not in there)


def compile_locks(scratch: Path, *, upgrade: bool) -> dict[str, str]:
    """Resolve everything once, then cut each purpose out of that one answer."""
    everything = scratch / "everything.txt"
    if not upgrade:  # uv keeps the versions that it finds in its output file
        everything.write_text("".join(path.read_text(encoding="utf-8") for path in lock_paths() if path.exists()))
        everything.write_text(re.sub(r"^-r .*$", "", everything.read_text(), flags=re.MULTILINE))
    _compile(EVERYTHING, everything)
    locks: dict[str, str] = {}
    for purpose, sources in PURPOSES.items():
        constraints = () if purpose == "uv" else ("--constraints", str(everything))
        full = _compile(sources, scratch / f"{purpose}.txt", "--generate-hashes", *constraints)
        locks[purpose] = full if purpose in STAND_ALONE else _without(full, locks["default"])
    return locks


def lock_paths() -> list[Path]:
    """Return the path of every lock, the default one first."""
    return [FOLDER / f"{purpose}.txt" for purpose in PURPOSES]


def index_files(scratch: Path) -> dict[str, dict[str, str]]:
    """Return {"name==version": {file name: SHA-256}} of every wheel on the index for every pin."""
    output = scratch / "pylock.toml"
    _compile(EVERYTHING, output, "--format", "pylock.toml", "--constraints", str(scratch / "everything.txt"))
    installer = scratch / "pylock.uv.toml"
    _compile(["requirements/uv.in"], installer, "--format", "pylock.toml", "--constraints", str(scratch / "uv.txt"))
    packages: list[dict[str, Any]] = []
    for path in (output, installer):
        packages += tomllib.loads(path.read_text(encoding="utf-8"))["packages"]
    return {
        f"{canonicalize_name(package['name'])}=={package['version']}": {
            wheel["url"].rpartition("/")[2]: wheel["hashes"]["sha256"] for wheel in package.get("wheels", [])
        }
        for package in packages
    }


def best_wheel(names: Iterable[str], target: Target, python: tuple[int, int]) -> str | None:
    """Return the first of these wheels that installs there, None where only a source build would.

    >>> windows = TARGETS[-1]
    >>> best_wheel(["a-1-py3-none-any.whl"], windows, (3, 11))
    'a-1-py3-none-any.whl'
    >>> best_wheel(["a-1-cp312-cp312-win_amd64.whl", "a-1-cp311-cp311-macosx_11_0_arm64.whl"], windows, (3, 11)) is None
    True
    """
    tags = supported_tags(target, python)
    return next((name for name in sorted(names) if parse_wheel_filename(name)[3] & tags), None)


def wheels_for(pins: Iterable[Pin], files: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the wheels that the supported machines would take for each pin, by file name, with their SHA-256."""
    chosen: dict[str, dict[str, str]] = {}
    for pin in sorted(set(pins)):
        known = files[f"{pin.name}=={pin.version}"]
        wanted = [(target, python) for target in TARGETS for python in PYTHONS if is_wanted(pin.marker, target, python)]
        names = {best_wheel(known, target, python) for target, python in wanted} - {None}
        chosen[f"{pin.name}=={pin.version}"] = {name: known[name] for name in sorted(filter(None, names))}
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit the ranges")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for purpose, text in compile_locks(scratch, upgrade=arguments.upgrade).items():
            (FOLDER / f"{purpose}.txt").write_text(header(purpose) + text, encoding="utf-8", newline="\n")
        pins = [pin for path in lock_paths() for pin in read_lock(path)]
        table = {"inputs": inputs_digest(), "wheels": wheels_for(pins, index_files(scratch))}
        (FOLDER / "wheels.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8", newline="\n")
    print(f"{len(pins)} pins in {len(PURPOSES)} locks")


if __name__ == "__main__":
    main()
