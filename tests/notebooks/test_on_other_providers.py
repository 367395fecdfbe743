"""A lesson runs from top to bottom on each provider that COURSE_PROVIDER may name, without an edit.

A practice provider with the vendors' model names stands in for the vendors: it speaks their protocols at an address of
its own, checks that a key came along, and takes no orders from the lesson, as a real one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.paths import NOTEBOOKS, REPOSITORY, notebook_files
from stages.s2_llms.practice import PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS

KEY = "practice-stand-in"
OWN = ("COURSE_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_", "AZURE_", "PRACTICE_")
REACHED = {  # the variables that a customer of the vendor has set, and what tells that the vendor was asked
    "openai": ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "{url}/openai/v1"}, "openai"),
    "anthropic": ({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "{url}/anthropic"}, "anthropic"),
    "google": ({"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "{url}/gemini"}, "gemini"),
    "azure": ({"AZURE_OPENAI_API_KEY": KEY, "AZURE_OPENAI_ENDPOINT": "{url}/azure"}, "azure"),
}


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProvider]:
    rows = [PROVIDERS[name] for name in REACHED]
    names = {row.chat_model: "practice-large" for row in rows} | {row.small_model: "practice-small" for row in rows}
    names |= {row.embedding_model: "practice-embed" for row in rows if row.embedding_model}
    patch = pytest.MonkeyPatch()
    patch.setenv("PRACTICE_SPEED", "0")
    patch.setenv("PRACTICE_ALIASES", ",".join(f"{theirs}={ours}" for theirs, ours in names.items()))
    yield find_or_start(tmp_path_factory.mktemp("stand-in"), owner_pid=os.getpid())
    patch.undo()


@pytest.mark.slow
@pytest.mark.parametrize("name", REACHED)
@pytest.mark.parametrize("path", notebook_files([NOTEBOOKS]), ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path: Path, name: str, stand_in: PracticeProvider, tmp_path: Path) -> None:
    variables, vendor = REACHED[name]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(OWN)}
    told = {key: value.format(url=stand_in.url) for key, value in variables.items()}
    home = {"COURSE_HOME": str(tmp_path / "home"), "PRACTICE_SPEED": "0", "COURSE_PROVIDER": name}
    stand_in.key(KEY).reset()
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", str(path)]
    command += ["--output-dir", str(tmp_path), "--ExecutePreprocessor.timeout=300"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=clean | told | home, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    book = json.loads((tmp_path / path.name).read_text("utf-8"))
    first = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    assert PROVIDERS[name].label in "".join(first["outputs"][0]["text"])
    asked = stand_in.key(KEY).journal(limit=1_000)
    assert {entry.vendor for entry in asked} == {vendor}, {entry.vendor for entry in asked}
