"""The real page in a real browser: ask, see a citation, open the article, reload, and nothing is lost."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).parents[2]
PATIENCE_MS = 60_000
CITATION = 'a[href^="#source-"]'

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real app, which starts its own provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "PRACTICE_"))}
    environ = clean | {"COURSE_HOME": str(tmp_path_factory.mktemp("browser")), "PRACTICE_SPEED": "0"}
    command = [sys.executable, "-m", "streamlit", "run", str(REPOSITORY / "capstone" / "app.py")]
    app = subprocess.Popen([*command, "--server.port", str(port)], env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", app)
        yield f"http://127.0.0.1:{port}/"
    finally:
        app.terminate()
        app.wait(20)


def wait_for(url: str, app: subprocess.Popen[bytes], patience_s: float = 60) -> None:
    """Return as soon as the app answers."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            assert app.poll() is None, "the app ended while it started"
            assert time.monotonic() < deadline, f"no answer at {url} within {patience_s} s"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A visitor's page; at the end it must not have complained or asked another machine for anything."""
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if is_elsewhere(request.url) else None)
    page.goto(address)
    expect(page.get_by_role("heading", name="How can we help?")).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()
    assert complaints == []


def is_elsewhere(url: str) -> bool:
    return url.startswith(("http", "ws")) and "://127.0.0.1:" not in url


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_a_citation_opens_the_article_by_mouse_and_by_keyboard_and_a_reload_loses_nothing(page: Page) -> None:
    ask(page, "How long is the warranty?")
    citation = page.locator(CITATION).first
    expect(citation).to_be_visible(timeout=PATIENCE_MS)
    citation.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Warranty: what is covered")).to_be_visible(timeout=PATIENCE_MS)
    expect(dialog).to_contain_text("Version 6 · updated 19 October 2026")
    expect(dialog.locator("mark").first).to_be_in_viewport()
    page.wait_for_function("document.querySelector('[role=dialog]').contains(document.activeElement)")
    dialog.press("Escape")
    expect(dialog).to_have_count(0)

    page.reload()
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("How long is the warranty?", exact=True)).to_be_visible()
    page.locator(CITATION).first.press("Enter")
    expect(dialog).to_be_visible(timeout=PATIENCE_MS)


def test_a_citation_that_is_followed_before_the_page_listens_opens_all_the_same(page: Page) -> None:
    ask(page, "How long is the warranty?")
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)
    page.goto(page.url + str(page.locator(CITATION).first.get_attribute("href")))
    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE_MS)
    assert "#" not in page.url


def test_a_reload_in_the_middle_of_an_answer_finds_it_again(page: Page) -> None:
    page.get_by_text("Practice faults").click()
    page.get_by_text("Slow.", exact=True).click()
    page.get_by_role("button", name="Order this fault").click()
    expect(page.get_by_text("Ordered: Slow")).to_be_visible(timeout=PATIENCE_MS)
    ask(page, "What does error E07 mean?")
    expect(page.get_by_text("This takes longer than usual")).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(page.get_by_text("This takes longer than usual")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("What happened")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_the_page_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, "How long is the warranty?")
    expect(page.get_by_text("What happened")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("What happened").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_headings_are_in_order_and_every_button_has_a_name(page: Page) -> None:
    levels = [heading.evaluate("e => e.tagName") for heading in page.locator("main, section").locator("h1, h2").all()]
    assert levels.count("H1") == 1
    for button in page.get_by_role("button").all():
        assert button.inner_text().strip() or button.get_attribute("aria-label"), button.evaluate("e => e.outerHTML")
