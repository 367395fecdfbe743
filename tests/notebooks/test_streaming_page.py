"""The page of the lesson on streaming works in a real browser, with the very code that stands in the notebook."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from course.paths import NOTEBOOKS
from stages.s2_llms.practice import Control

LESSON = NOTEBOOKS / "s2_llms" / "02_streaming.ipynb"
NEEDED = (  # what the cells of the page need from the cells above them, by how those begin
    "import course",
    "from stages.s2_llms.articles",
    "import time",
    "from stages.s2_llms.providers",
    "import asyncio",
    "import json",
    "from starlette.responses",
    'PAGE = """',
    "import threading",
)
THEN = """
import sys
print(json.dumps({"page": url, "provider": lesson.practice.url, "key": practice.key}), flush=True)
sys.stdin.read()  # serve until the test closes its end
"""
PATIENCE_MS = 30_000

pytestmark = pytest.mark.browser


def program() -> str:
    """The cells of the page and those above that they need, with the names that some of those take from others."""
    cells = [cell.source for cell in nbformat.read(LESSON, 4).cells if cell.cell_type == "code"]
    found = [next(cell for cell in cells if cell.startswith(start)) for start in NEEDED]
    names = "from openai import OpenAI\nfrom anthropic import Anthropic\nfrom google import genai\n"
    return "\n\n".join([names, *found, THEN])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Control]]:
    """The address of the page, and the control of the key that answers its questions."""
    home = tmp_path_factory.mktemp("home")
    script = home / "page.py"
    script.write_text(textwrap.dedent(program()), "utf-8")
    environ = dict(os.environ) | {"COURSE_HOME": str(home), "PRACTICE_SPEED": "0"}
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = next((line for line in process.stdout if line.startswith('{"page"')), None)
        assert told, "the notebook's cells did not start a server"
        where = json.loads(told)
        yield where["page"], Control(where["provider"], where["key"])


@pytest.fixture
def page(chromium: Path, served: tuple[str, Control]) -> Iterator[Page]:
    served[1].reset()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(served[0])
        yield page
        browser.close()


def ask(page: Page) -> None:
    page.get_by_role("button", name="Ask").click()


def test_the_answer_appears_word_by_word_and_its_end_is_told(page: Page, served: tuple[str, Control]) -> None:
    served[1].order("stall", after=20, delay_s=1.5)
    ask(page)
    expect(page.locator("#answer")).to_contain_text("Switch", timeout=PATIENCE_MS)
    assert page.locator("#state").inner_text() == ""
    expect(page.locator("#state")).to_have_text("That was all.", timeout=PATIENCE_MS)
    assert page.locator("#answer").inner_text().count("\n") > 3


def test_the_page_says_so_when_the_stream_ended_early(page: Page, served: tuple[str, Control]) -> None:
    served[1].order("cut_stream", after=9)
    ask(page)
    expect(page.locator("#state")).to_have_text("Not complete. Ask again.", timeout=PATIENCE_MS)


def test_the_page_asks_once_and_does_not_connect_again(page: Page, served: tuple[str, Control]) -> None:
    ask(page)
    expect(page.locator("#state")).to_have_text("That was all.", timeout=PATIENCE_MS)
    page.wait_for_timeout(4_000)  # an EventSource that was not closed would be back after three seconds
    assert len(served[1].journal()) == 1


def test_the_provider_stops_writing_when_the_reader_closes_the_page(page: Page, served: tuple[str, Control]) -> None:
    served[1].order("slow_stream", delay_s=0.1)
    ask(page)
    expect(page.locator("#answer")).to_contain_text("Switch", timeout=PATIENCE_MS)
    page.goto("about:blank")
    page.wait_for_timeout(1_500)
    entry = served[1].journal()[-1]
    assert entry.duration_ms is not None, "the provider still writes"
    assert entry.duration_ms < 10_000
