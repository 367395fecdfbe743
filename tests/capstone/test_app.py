"""The page in each of its states, driven without a browser by Streamlit's own AppTest on the real provider."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from capstone.connection import Exchange
from capstone.conversations import Conversations, new_id
from capstone.view import EXAMPLES
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start

APP = str(Path(__file__).parents[2] / "capstone" / "app.py")
UNANSWERABLE = "What is the capital of France?"


@pytest.fixture(autouse=True)
def _fresh_service(desk_home: Path) -> Iterator[None]:
    """Each test meets a process that has just started."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def page(provider: PracticeProvider) -> AppTest:
    """The page of a visitor who has just come."""
    return visit()


def visit(conversation: str | None = None) -> AppTest:
    """Open the page; with an id: at the address of that conversation."""
    app = AppTest.from_file(APP, default_timeout=60)
    if conversation:
        app.query_params["c"] = conversation
    return app.run()


def ask(page: AppTest, question: str) -> AppTest:
    """Type a question."""
    return page.chat_input[0].set_value(question).run()


def address(page: AppTest) -> str:
    """The conversation's id in the address."""
    value = page.query_params["c"]  # a str where the page set it, a list where the test did
    return value if isinstance(value, str) else value[0]


def control(page: AppTest, provider: PracticeProvider) -> Control:
    """What the visitor's key may order."""
    return provider.key(f"practice-desk-{address(page)}")


def button(page: AppTest, key_begins: str) -> Button:
    """The first button whose key begins like this."""
    return next(button for button in page.button if (button.key or "").startswith(key_begins))


def record(page: AppTest) -> str:
    """What stands under the last "What happened"."""
    return [expander for expander in page.expander if expander.label == "What happened"][-1].markdown[0].value


def words(page: AppTest) -> str:
    """Everything that the page says."""
    shown = [*page.markdown, *page.header, *page.title, *page.warning, *page.info]
    return "\n".join(element.value for element in shown)


def test_a_new_visitor_is_offered_four_questions_to_press(page: AppTest) -> None:
    assert not page.exception
    assert [page.button(key=f"example-{n}").label for n in range(4)] == list(EXAMPLES)
    assert "How can we help?" in words(page)


@pytest.mark.parametrize("example", range(4))
def test_every_example_question_gets_an_answer_with_a_source(page: AppTest, example: int) -> None:
    page.button(key=f"example-{example}").click().run()
    assert not page.exception
    assert "#source-" in words(page)
    assert button(page, "source-").label.startswith("\\[1\\] ")
    assert "How can we help?" not in words(page)


def test_what_happened_names_model_tokens_cost_times_and_request(page: AppTest) -> None:
    ask(page, "How long is the warranty?")
    for fact in ("**Model:** practice-large", "1. answered (", " in, ", "US\\$0.0", "**First word:** after", "req_"):
        assert fact in record(page)
    assert float(page.metric[0].value.removeprefix("US$")) > 0


def test_pressing_a_source_opens_the_article_with_title_version_date_and_the_marked_passage(page: AppTest) -> None:
    ask(page, "How long is the warranty?")
    button(page, "source-").click().run()
    assert not page.exception
    assert "Version 6 · updated 19 October 2026" in words(page)
    assert "<mark>" in words(page)


def test_a_question_that_no_article_answers_shows_how_to_reach_a_person(page: AppTest) -> None:
    ask(page, UNANSWERABLE)
    assert "I can't find that in our help centre." in words(page)
    assert "0808 157 0142" in page.info[0].value


def test_an_overload_is_said_in_plain_words_and_try_again_answers_the_same_question(
    page: AppTest, provider: PracticeProvider
) -> None:
    control(page, provider).order("overloaded", count=3)
    ask(page, "How long is the warranty?")
    assert "too busy" in page.warning[0].value
    assert "How long is the warranty?" in words(page)
    button(page, "again-").click().run()
    assert not page.warning
    assert "#source-" in words(page)
    assert "4. answered" in record(page), "the three refusals stay on record"


def test_a_cut_stream_shows_what_came_and_warns_about_it(page: AppTest, provider: PracticeProvider) -> None:
    control(page, provider).order("cut_stream", count=1, after=6)
    ask(page, "How long is the warranty?")
    assert "ended too early" in page.warning[0].value


def test_a_practice_fault_can_be_ordered_and_called_off_in_the_sidebar(page: AppTest) -> None:
    page.radio(key="fault").set_value("Overloaded").run()
    page.button(key="order-fault").click().run()
    ask(page, "How long is the warranty?")
    assert page.warning
    page.button(key="order-fault").click().run()
    page.button(key="clear-faults").click().run()
    ask(page, "How long is the warranty?")
    assert len(page.warning) == 1


def test_a_reload_shows_the_same_conversation_and_a_new_one_is_empty(page: AppTest) -> None:
    ask(page, "How long is the warranty?")
    before = words(page)
    again = visit(address(page))
    assert words(again) == before
    again.button(key="new").click().run()
    assert address(again) != address(page)
    assert "How can we help?" in words(again)


def test_an_address_with_a_wrong_id_begins_a_new_conversation(provider: PracticeProvider) -> None:
    page = visit("../../secret")
    assert not page.exception
    assert address(page) != "../../secret"


def test_a_question_that_was_being_answered_when_the_process_died_can_be_tried_again(
    desk_home: Path, provider: PracticeProvider
) -> None:
    conversation = new_id()
    Conversations(desk_home / "desk" / "conversations.sqlite").ask(conversation, "How long is the warranty?")
    page = visit(conversation)
    assert "stopped before the answer was complete" in page.warning[0].value
    button(page, "again-").click().run()
    assert not page.warning
    assert "#source-" in words(page)


def test_the_page_recovers_from_a_provider_that_cannot_be_started_and_from_one_that_is_killed(
    tmp_path: Path, desk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    (tmp_path / "provider").write_text("a file where the provider's folder should be")
    page = visit()
    ask(page, "How long is the warranty?")
    assert not page.exception
    assert "No connection could be made" in page.warning[0].value

    (tmp_path / "provider").unlink()
    button(page, "again-").click().run()
    assert not page.warning
    assert "#source-" in words(page)

    process = psutil.Process(find_or_start(tmp_path / "provider", owner_pid=os.getpid()).pid)
    process.kill()
    process.wait(10)
    ask(page, "What does error E07 mean?")
    assert not page.exception
    assert not page.warning, "the desk has started it again, and the visitor did not notice"
    assert words(page).count("#source-") == 2


def test_a_word_from_the_model_cannot_become_html_on_the_page(page: AppTest, exchange: Exchange) -> None:
    ask(page, "<img src=x onerror=alert(1)> What is the capital of France?")
    assert all("<img" not in markdown.value.replace("\\<img", "") for markdown in page.markdown)
