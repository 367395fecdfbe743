"""A learner in a real browser: open a lesson in JupyterLab, answer an exercise, run all cells, see it turn green."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from course.exercises import load

PATIENCE_MS = 90_000
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab/tree/\S+")
COPIED = ("course", "stages", "practice_provider", "notebooks", "datasets", "requirements", "pyproject.toml")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def copy(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course, because JupyterLab saves what is run in it."""
    here = tmp_path_factory.mktemp("the course")
    for name in COPIED:
        source = repository / name
        ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        _ = shutil.copytree(source, here / name, ignore=ignore) if source.is_dir() else shutil.copy(source, here)
    return here


@pytest.fixture(scope="module")
def address(copy: Path) -> Iterator[str]:
    """The address that `course open 0` prints."""
    environ = dict(os.environ) | {"COURSE_HOME": str(copy / "home"), "PYTHONPATH": str(copy), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "course", "open", "0", "--no-browser"]
    lab = subprocess.Popen(command, cwd=copy, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert lab.stdout is not None
    try:
        said = ""
        for line in lab.stdout:
            said += line
            if found := ADDRESS.search(line):
                yield found[0]
                break
        else:
            pytest.fail(f"no address was printed:\n{said}")
    finally:
        lab.send_signal(signal.CTRL_BREAK_EVENT if os.name == "nt" else signal.SIGINT)
        lab.communicate(timeout=60)


@pytest.fixture
def page(chromium: Path, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.goto(address)
        yield page
        browser.close()


def test_a_solved_exercise_turns_green_when_all_cells_are_run(page: Page) -> None:
    exercise = load("0")[0]
    expect(page.get_by_role("heading", name="Start here").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Python 3 (ipykernel) | Idle")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_text("Jupyter news").count() == 0

    starter = page.locator(".jp-CodeCell .jp-InputArea-editor", has_text="def ask(question)")
    starter.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(exercise.solution.strip())

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    card = page.locator(".jp-OutputArea-output", has_text=exercise.title).filter(has_text="Correct.")
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    card.scroll_into_view_if_needed()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "lesson.png")
    page.keyboard.press("ControlOrMeta+End")
    expect(page.get_by_text("Self-quiz").last).to_be_visible(timeout=PATIENCE_MS)
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
