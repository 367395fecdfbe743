"""The page in a real browser, with a real provider behind it: what a person sees, clicks and hears."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from practice_provider.server import create_app
from practice_provider.settings import Settings

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000
Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained of, and what it asked other machines for; a test empties it if that is right."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page of a visitor who wants no motion; at the end it must have complained of nothing."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if "://127.0.0.1:" not in request.url else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def shown(page: Page, parrot: Any, key: str) -> Page:
    """The page, with the requests of the test's own key."""
    return open_page(page, parrot, key)


def open_page(page: Page, provider: Any, key: str) -> Page:
    page.goto(f"{provider.url}/practice/")
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_role("switch", name="Rate limit")).to_be_visible()
    return page


def ask(provider: Any, key: str, text: str, **more: Any) -> Any:
    body = {"model": "practice-large", "messages": [{"role": "user", "content": text}], **more}
    return provider.send("POST", "/openai/v1/chat/completions", key, json=body)


def row(page: Page, n: int) -> Locator:
    """The button that opens a request."""
    return page.get_by_role("button", name=re.compile(rf"^Request {n}:"))


def top_of(locator: Locator) -> float:
    return float(locator.evaluate("(element) => element.getBoundingClientRect().top"))


# ---- the requests ----------------------------------------------------------------------------------------------


def test_a_request_appears_by_itself_and_opens_to_what_came_in_and_what_went_out(shown, parrot, key):
    expect(shown.get_by_role("heading", name="No request with this key yet")).to_be_visible()
    ask(parrot, key, "<img src=x onerror=alert(1)> is no picture here")
    expect(row(shown, 1)).to_have_accessible_name("Request 1: openai POST /openai/v1/chat/completions, 200 OK")
    row(shown, 1).click()
    expect(shown.get_by_role("group", name="Request")).to_contain_text('"content": "<img src=x onerror=alert(1)> is')
    expect(shown.get_by_role("group", name="Reply")).to_contain_text('"object": "chat.completion"')
    row(shown, 1).click()
    expect(shown.get_by_role("group", name="Reply")).to_have_count(0)


def test_the_empty_page_has_a_command_that_really_works_in_a_shell(shown, parrot, key):
    command = shown.get_by_role("group", name="One request").inner_text()
    assert command.startswith(f"curl {parrot.url}/openai/v1/chat/completions")
    assert f"'Authorization: Bearer {key}'" in command
    body = re.search(r"-d '(.*)'", command)
    assert body is not None
    headers = {"content-type": "application/json"}
    assert parrot.send("POST", "/openai/v1/chat/completions", key, content=body[1], headers=headers).is_success
    expect(row(shown, 1)).to_be_visible()


def test_a_stream_is_shown_as_it_was_sent(shown, parrot, key):
    with parrot.stream("/openai/v1/chat/completions", key, {"model": "m", "stream": True, "messages": HELLO}) as reply:
        reply.read()
    row(shown, 1).click()
    expect(shown.get_by_role("group", name="Reply")).to_contain_text("data: [DONE]")


HELLO = [{"role": "user", "content": "Hello"}]


def test_a_failure_is_told_in_words_and_not_by_its_colour_alone(shown, parrot, key):
    parrot.order(key, "rate_limit", retry_after_s=3)
    ask(parrot, key, "one")
    line = shown.get_by_role("row").filter(has=row(shown, 1))
    expect(line).to_contain_text("429 Too many requests")
    expect(line).to_contain_text("fault: rate_limit")
    row(shown, 1).click()
    expect(shown.get_by_text("Retry after")).to_be_visible()


def test_a_filter_finds_words_in_the_texts_and_says_when_nothing_fits(shown, parrot, key):
    ask(parrot, key, "zebra")
    ask(parrot, key, "gnu", model="nobody")
    expect(row(shown, 2)).to_be_visible()
    shown.get_by_label("Search").fill("ZEBRA")
    expect(row(shown, 2)).to_have_count(0)
    expect(row(shown, 1)).to_be_visible()
    shown.get_by_label("Status").select_option("failed")
    expect(shown.get_by_text("No request matches.")).to_be_visible()
    shown.get_by_role("button", name="Show all requests").click()
    expect(row(shown, 2)).to_be_visible()


def test_a_paused_list_stands_still_and_says_how_many_wait(shown, parrot, key):
    ask(parrot, key, "one")
    expect(row(shown, 1)).to_be_visible()
    shown.get_by_role("button", name="Pause").click()
    ask(parrot, key, "two")
    expect(shown.get_by_text("Paused: 1 new request to show.")).to_be_visible()
    expect(row(shown, 2)).to_have_count(0)
    shown.get_by_role("button", name="Go on").click()
    expect(row(shown, 2)).to_be_visible()


def test_a_cleared_list_can_be_listed_again(shown, parrot, key):
    ask(parrot, key, "one")
    expect(row(shown, 1)).to_be_visible()
    shown.get_by_role("button", name="Clear the list").click()
    expect(row(shown, 1)).to_have_count(0)
    ask(parrot, key, "two")
    expect(row(shown, 2)).to_be_visible()
    shown.get_by_role("button", name="List them again").click()
    expect(row(shown, 1)).to_be_visible()


def test_many_requests_are_shown_a_hundred_at_a_time(shown, parrot, key):
    for number in range(120):
        ask(parrot, key, f"number {number}")
    expect(row(shown, 120)).to_be_visible()
    expect(row(shown, 20)).to_have_count(0)
    shown.get_by_role("button", name="Show older requests").click()
    expect(row(shown, 1)).to_be_visible()


def test_a_program_that_starts_over_empties_the_list(shown, parrot, key):
    ask(parrot, key, "before")
    expect(row(shown, 1)).to_be_visible()
    parrot.control(key, "POST", "reset", {})
    expect(shown.get_by_role("heading", name="No request with this key yet")).to_be_visible()
    ask(parrot, key, "after")
    row(shown, 1).click()
    expect(shown.get_by_role("group", name="Request")).to_contain_text("after")


def test_where_no_live_journal_comes_through_the_page_asks_again_and_again(page, parrot, key, complaints):
    page.route("**/journal/stream*", lambda route: route.abort())
    open_page(page, parrot, key)
    for text in ("one", "two"):
        ask(parrot, key, text)
    expect(row(page, 2)).to_be_visible()
    parrot.control(key, "POST", "reset", {})
    for text in ("another one with the same number", "another two"):
        ask(parrot, key, text)
    row(page, 1).click()
    expect(page.get_by_role("group", name="Request")).to_contain_text("another one")
    parrot.control(key, "POST", "reset", {})
    expect(row(page, 1)).to_have_count(0)
    complaints[:] = [one for one in complaints if "ERR_FAILED" not in one]


# ---- faults, limits, speed -------------------------------------------------------------------------------------


def test_a_fault_is_switched_on_by_a_click_and_goes_off_when_it_is_used_up(shown, parrot, key):
    switch = shown.get_by_role("switch", name="Rate limit")
    shown.get_by_label("How many requests").fill("2")
    switch.click()
    expect(switch).to_be_checked()
    expect(shown.get_by_text("for the next 2 requests")).to_be_visible()
    assert [ask(parrot, key, "x").status_code for _ in range(3)] == [429, 429, 200]
    expect(switch).not_to_be_checked()


def test_one_fault_is_switched_off_and_the_others_stay(shown, parrot, key):
    parrot.order(key, "server", count=5, skip=1)
    ask(parrot, key, "one that is let pass")
    shown.get_by_text("all, until it is switched off").click()
    switch = shown.get_by_role("switch", name="Forbidden")
    switch.click()
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    (left,) = parrot.control(key, "GET", "faults")["faults"]
    assert (left["kind"], left["left"], left["skip"]) == ("server", 5, 1)  # as it was ordered
    shown.get_by_role("button", name="Switch all off").click()
    expect(shown.get_by_text("All off: every request is answered as it should be.")).to_be_visible()


def test_what_a_program_orders_is_seen_as_well(shown, parrot, key):
    parrot.order(key, "no_such_model", count=3)
    expect(shown.get_by_role("switch", name="No such model")).to_be_checked()


def test_the_options_of_a_kind_are_sent_and_those_of_others_are_not(shown, parrot, key):
    shown.get_by_text("More options").click()
    shown.get_by_label("Retry-After, seconds").fill("7")
    shown.get_by_label("Only this vendor").select_option("anthropic")
    shown.get_by_label("Per cent of requests").fill("50")
    shown.get_by_role("switch", name="Rate limit").click()
    expect(shown.get_by_text("for about 50 % of requests, at anthropic only")).to_be_visible()
    (order,) = parrot.control(key, "GET", "faults")["faults"]
    assert (order["rate"], order["retry_after_s"], order["route"], order["count"]) == (0.5, 7, "anthropic", None)


def test_a_limit_and_a_speed_are_set_shown_and_taken_back(shown, parrot, key):
    shown.get_by_role("spinbutton", name="Requests", exact=True).fill("1")
    shown.get_by_role("button", name="Set the limit").click()
    expect(shown.get_by_text("1 request in 60 s. Left: 1 request;")).to_be_visible()
    assert [ask(parrot, key, "x").status_code for _ in range(2)] == [200, 429]
    shown.get_by_role("button", name="Lift it").click()
    expect(shown.get_by_text("No limit.")).to_be_visible()
    speed = shown.get_by_role("slider", name="Speed of the answers")
    assert speed.get_attribute("aria-valuetext") == "no delay"
    speed.press("ArrowLeft")
    expect(speed).to_have_attribute("aria-valuetext", "50 times faster")
    shown.get_by_role("button", name="As the provider was started").click()
    expect(speed).to_have_attribute("aria-valuetext", "no delay")


def test_a_scenario_plays_and_stops(shown, parrot, key):
    shown.get_by_role("button", name="Play Outage").click()
    expect(shown.get_by_text("Playing Outage. Now: all is well. Next: Unavailable in")).to_be_visible()
    shown.get_by_role("button", name="Stop").click()
    expect(shown.get_by_text("None is playing.")).to_be_visible()


def test_usage_is_told_by_model(shown, parrot, key):
    ask(parrot, key, "three words here")
    table = shown.get_by_role("region", name="Usage")
    expect(table.get_by_role("row", name=re.compile("practice-large 1 3 → 3"))).to_be_visible()


def test_everything_is_forgotten_only_after_a_question(shown, parrot, key):
    parrot.order(key, "server", count=9)
    switch = shown.get_by_role("switch", name="Server error", include_hidden=True)
    expect(switch).to_be_checked()
    shown.get_by_role("button", name="Forget everything").click()
    shown.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    assert len(parrot.control(key, "GET", "faults")["faults"]) == 1
    shown.get_by_role("button", name="Forget everything").click()
    shown.get_by_role("dialog").get_by_role("button", name="Forget it").click()
    expect(switch).not_to_be_checked()
    assert parrot.control(key, "GET", "faults")["faults"] == []


# ---- the key ---------------------------------------------------------------------------------------------------


def test_a_key_in_the_address_is_used_and_taken_out_of_it_and_a_reload_remembers_it(page, parrot, key):
    ask(parrot, key, "one")
    page.goto(f"{parrot.url}/practice/#key={key}")
    expect(row(page, 1)).to_be_visible()
    assert key not in page.url
    page.reload()
    expect(row(page, 1)).to_be_visible()


def test_a_key_of_somebody_else_is_refused_in_words_beside_the_field(page, parrot, key, complaints):
    page.goto(f"{parrot.url}/practice/")
    field = page.get_by_label("Key", exact=True)
    field.fill("sk-real")
    field.press("Enter")
    expect(page.get_by_text('one begins with "practice"')).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(key)
    field.press("Enter")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    complaints[:] = [one for one in complaints if "401" not in one]


def test_a_provider_with_a_control_key_asks_for_it(page, serve: Serve, new_parrot, complaints):
    settings = Settings(speed=0, keys=("practice-anna-f2k9w7",), control_key="the-teacher-f2k9w7d1")
    with serve(create_app(new_parrot(), settings)) as provider:
        page.goto(f"{provider.url}/practice/#key=practice-anna-f2k9w7")
        page.get_by_label("Control key").fill("the-teacher-f2k9w7d1")
        page.get_by_label("Control key").press("Enter")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        ask(provider, "practice-anna-f2k9w7", "one")
        expect(row(page, 1)).to_be_visible()
        assert "teacher" not in page.evaluate("JSON.stringify([sessionStorage, localStorage, document.cookie])")
        page.goto("about:blank")
    complaints[:] = [one for one in complaints if "401" not in one]


def test_a_page_of_another_origin_can_neither_read_nor_change_anything(page, serve: Serve, parrot, key, complaints):
    theirs = """async ([url, key, type]) => {
        const headers = {"content-type": type, ...(key ? {authorization: `Bearer ${key}`} : {})};
        try { return (await fetch(url, {method: "POST", headers, body: '{"kind": "server"}'})).status; }
        catch (error) { return "blocked"; }
    }"""
    page.route("**/elsewhere", lambda route: route.fulfill(content_type="text/html", body="<p>Elsewhere</p>"))
    page.goto("http://localhost:1/elsewhere")
    for type_, sent in (("application/json", key), ("application/json", ""), ("text/plain", "")):
        assert page.evaluate(theirs, [f"{parrot.url}/practice/faults", sent, type_]) == "blocked"
    assert parrot.control(key, "GET", "faults") == {"faults": []}
    complaints.clear()


# ---- for everybody ---------------------------------------------------------------------------------------------


def test_the_keyboard_is_enough_and_new_requests_do_not_take_the_focus_away(shown, parrot, key):
    for text in ("one", "two", "three"):
        ask(parrot, key, text)
    expect(row(shown, 3)).to_be_visible()
    row(shown, 3).focus()
    shown.keyboard.press("ArrowDown")
    expect(row(shown, 2)).to_be_focused()
    shown.keyboard.press("Enter")
    expect(shown.get_by_role("group", name="Request")).to_contain_text("two")
    place = top_of(row(shown, 2))
    ask(parrot, key, "four")
    expect(row(shown, 4)).to_be_attached()
    expect(row(shown, 2)).to_be_focused()
    assert top_of(row(shown, 2)) == pytest.approx(place, abs=2)
    shown.keyboard.press("Home")
    expect(row(shown, 4)).to_be_focused()
    switch = shown.get_by_role("switch", name="Rate limit")
    switch.focus()
    shown.keyboard.press("Space")
    expect(switch).to_be_checked()
    expect(switch).to_be_focused()


def test_a_screen_reader_is_told_of_many_requests_in_one_sentence(shown, parrot, key):
    shown.evaluate("""() => { window.said = [];
        new MutationObserver(() => { const text = announcer.textContent; if (text) said.push(text); })
            .observe(announcer, {childList: true}); }""")
    parrot.order(key, "server", count=5)
    for number in range(30):
        ask(parrot, key, f"number {number}")
    expect(shown.locator("#announcer")).to_contain_text("new request")
    said = [text for text in shown.evaluate("said") if "new request" in text]
    assert said[0].startswith("30 new requests, 5 of them without success")
    assert len(said) == 1


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_fits_its_window(shown, parrot, key, width):
    shown.set_viewport_size({"width": width, "height": 844})
    ask(parrot, key, "x" * 3000)
    row(shown, 1).click()
    expect(shown.get_by_role("group", name="Reply")).to_be_visible()
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_landmarks_headings_and_names_are_in_order(shown, parrot, key):
    ask(parrot, key, "one")
    row(shown, 1).click()
    for landmark in ("banner", "main", "complementary", "contentinfo", "search"):
        expect(shown.get_by_role(landmark)).to_have_count(1)
    levels = shown.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].filter(e => e.checkVisibility()).map(e => +e.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for role in ("button", "switch", "textbox", "spinbutton", "combobox", "radio", "slider", "searchbox"):
        for control in shown.get_by_role(role).all():
            expect(control).not_to_have_accessible_name("")


# ---- when the provider goes ------------------------------------------------------------------------------------


def test_when_the_provider_goes_the_page_says_how_to_start_it_and_goes_on_when_it_is_back(
    page, serve: Serve, new_parrot, key, complaints, logs_error
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serve(create_app(new_parrot(), Settings(speed=0)), port=port) as provider:
        open_page(page, provider, key)
        ask(provider, key, "one")
        expect(row(page, 1)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The provider has gone. Start it again with")
    expect(page.get_by_text("The provider does not answer")).to_be_visible()
    with serve(create_app(new_parrot(), Settings(speed=0)), port=port):
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.get_by_role("alert")).to_be_empty()
        expect(page.get_by_role("heading", name="No request with this key yet")).to_be_visible()
        page.goto("about:blank")
    complaints[:] = [one for one in complaints if "ERR_" not in one]
