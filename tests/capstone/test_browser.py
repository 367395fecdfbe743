"""The real page in a real browser: ask, see a citation, open the article, reload, and nothing is lost."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).parents[2]
PATIENCE_MS = 60_000
CITATION = 'a[href^="#source-"]'

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, first_start: object, desk_home: Path) -> Iterator[str]:
    """The address of the real app, which starts its own provider; what it knows is indexed already."""
    home = tmp_path_factory.mktemp("browser")
    for kept in ("index", "documents"):
        shutil.copytree(desk_home / "desk" / kept, home / "desk" / kept)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "PRACTICE_"))}
    environ = clean | {"COURSE_HOME": str(home), "PRACTICE_SPEED": "0"}
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


def attach(page: Page, path: Path) -> None:
    with page.expect_response(lambda response: "upload_file" in response.url and response.request.method == "PUT"):
        page.locator('[data-testid="stChatInput"] input[type="file"]').first.set_input_files(path)
    expect(page.get_by_text(path.name)).to_be_visible(timeout=PATIENCE_MS)


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


def test_a_cited_page_of_a_manual_is_shown_as_a_picture_with_words_for_those_who_cannot_see_it(page: Page) -> None:
    page.get_by_role("combobox", name="I have a").click()
    page.get_by_role("option", name="Brewline Grind").click()
    ask(page, "What is inside the box of the grinder, according to the manual?")
    source = page.get_by_role("button", name=re.compile("Brewline Grind: manual, page")).first
    expect(source).to_be_visible(timeout=PATIENCE_MS)
    source.click()
    dialog = page.get_by_role("dialog")
    picture = dialog.get_by_role("img", name=re.compile("Page \\d+ of 12 of Brewline Grind: manual"))
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    assert picture.evaluate("e => e.naturalWidth") > 800
    dialog.get_by_text("The words of this page").click()
    expect(dialog.get_by_test_id("stText")).to_contain_text("Grind")


def test_a_question_without_an_answer_is_handed_over_by_keyboard_alone(page: Page) -> None:
    ask(page, "What is the capital of France?")
    opener = page.locator("summary", has_text="Hand this question to a person")
    expect(opener).to_be_visible(timeout=PATIENCE_MS)
    opener.press("Enter")
    mail = page.get_by_label("Your e-mail address")
    expect(mail).to_be_visible()
    mail.focus()
    page.keyboard.type("kim@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"Ticket H-\d{4}"))).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(page.get_by_text(re.compile(r"Ticket H-\d{4}"))).to_be_visible(timeout=PATIENCE_MS)


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


def rules_broken(page: Page) -> dict[str, list[str]]:
    """{rule of axe-core: the elements that break it}."""
    page.wait_for_timeout(1_000)  # colours are measured, so let everything fade in
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    return {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in found["violations"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_keeps_the_rules_of_accessibility(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.reload()
    expect(page.get_by_role("heading", name="How can we help?")).to_be_visible(timeout=PATIENCE_MS)
    assert rules_broken(page) == {}
    ask(page, "How long is the warranty?")
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("What happened").click()
    assert rules_broken(page) == {}
    page.locator(CITATION).first.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE_MS)
    assert rules_broken(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_knowledge_page_keeps_the_rules_of_accessibility(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("link", name="Knowledge").click()
    expect(page.get_by_role("tab").first).to_be_visible(timeout=PATIENCE_MS)
    for tab in page.get_by_role("tab").all():
        tab.press("Enter")
        assert rules_broken(page) == {}, tab.inner_text()


def test_the_knowledge_page_syncs_on_a_telephone_and_the_conversation_is_still_there_after_it(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()  # so that the sidebar knows
    ask(page, "How long is the warranty?")
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Knowledge").click()
    expect(page.get_by_role("heading", name="Knowledge")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("tab", name="Freshness").press("Enter")
    page.get_by_role("button", name="Publish the December changes").press("Enter")
    expect(page.get_by_text("6 new, 12 changed, 4 withdrawn")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Take the December changes back")).to_be_enabled(timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Chat").click()
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)


def test_a_photo_is_sent_with_a_question_and_a_file_that_is_too_large_is_refused(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(b"\x89PNG\r\n" + bytes(5_300_000))
    attach(page, large)
    ask(page, "Is it broken?")
    expect(page.get_by_text("large.png has 5.3 MB, and we take up to 5.")).to_be_visible(timeout=PATIENCE_MS)
    attach(page, REPOSITORY / "datasets" / "photos" / "P-005.png")
    ask(page, "What should I do?")
    expect(page.get_by_role("img", name=re.compile("Photo P-005.png. A steel Brewline Duo"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.locator(CITATION).first).to_be_visible(timeout=PATIENCE_MS)
