"""The gate that CI runs is the README's own command, and the workflow around it is valid and gives nothing away."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROGRAMS = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def jobs(workflow: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fits_the_published_schema(workflow: Path) -> None:
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_zizmor_finds_nothing_to_attack(workflow: Path) -> None:
    program = shutil.which("zizmor", path=str(PROGRAMS)) or "zizmor"
    done = run(program, "--offline", "--persona=pedantic", "--no-progress", str(workflow))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_which_version_it_is(workflow: Path) -> None:
    used = re.findall(r"uses:\s*(\S+)(.*)", workflow.read_text("utf-8"))
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"\s+# v\d+\.\d+\.\d+", comment), action


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_read_the_code_and_nothing_else(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text("utf-8"))["permissions"] == {}
    assert all(job["permissions"] == {"contents": "read"} for job in jobs(workflow))


def test_ci_runs_the_gate_on_three_systems_with_the_oldest_and_the_newest_python() -> None:
    (job,) = jobs(ROOT / ".github" / "workflows" / "ci.yml")
    systems = {system.split("-")[0] for system in job["strategy"]["matrix"]["system"]}
    assert systems == {"ubuntu", "macos", "windows"}
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert job["steps"][-1]["run"] == "bash .ci/run"


def test_the_gate_is_the_command_of_the_readme() -> None:
    gate = (ROOT / ".ci" / "run").read_text("utf-8")
    assert '"$python" start.py test "$@"' in gate
    assert "python3 start.py test" in (ROOT / "README.md").read_text("utf-8")


def test_the_plain_test_command_runs_the_notebooks_strictly() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert "notebooks" in settings["testpaths"]
    assert "--nbval" in settings["addopts"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_the_gate_is_a_program_that_bash_can_read() -> None:
    assert run("bash", "-n", ".ci/run").returncode == 0
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_pre_commit_downloads_nothing() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {repository["repo"] for repository in settings["repos"]} == {"local"}
    assert {hook["language"] for repository in settings["repos"] for hook in repository["hooks"]} == {"system"}
    assert run(sys.executable, "-m", "pre_commit", "validate-config").returncode == 0
