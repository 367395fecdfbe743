"""Format, lint and types, as tests: the same tools with the same settings that a person runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["course", "stages", "capstone", "practice_provider"]
SCRIPTS = ["start.py", *(f"requirements/{name}.py" for name in ("install", "machine", "installers", "compile"))]

CHECKS = {
    "format": ["ruff", "format", "--check", "--no-cache", "."],
    "lint": ["ruff", "check", "--no-cache", "."],
    "types": ["mypy", *PACKAGES, *SCRIPTS],
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_tool_has_nothing_to_say(name: str) -> None:
    command = [sys.executable, "-m", *CHECKS[name]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{' '.join(CHECKS[name])}\n{done.stdout}{done.stderr}"
