"""The page in each of its states, driven without a browser by Streamlit's own AppTest on the real provider."""

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from capstone.connection import Exchange
from capstone.conversations import Conversations, new_id
from capstone.desk import Outcome
from capstone.knowledge import Knowledge
from capstone.passages import Passage
from capstone.view import EXAMPLES
from stages.s2_llms.brewline import DATASETS
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
def page(provider: PracticeProvider, knowledge: Knowledge) -> AppTest:
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


def a_picture() -> bytes:
    """A picture that nobody knows."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(out, "png")
    return out.getvalue()


def words(page: AppTest) -> str:
    """Everything that the page says."""
    shown = [*page.markdown, *page.header, *page.title, *page.warning, *page.info, *page.success, *page.error]
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
    for fact in (
        "**Documents read:** 4 (",
        "**Model:** practice-large",
        "1. answered (",
        " in, ",
        "US\\$0.0",
        "**First word:** after",
        "req_",
    ):
        assert fact in record(page)
    assert float(page.metric[0].value.removeprefix("US$")) > 0


def test_pressing_a_source_opens_the_article_with_title_version_date_and_the_marked_passage(page: AppTest) -> None:
    ask(page, "How long is the warranty?")
    button(page, "source-").click().run()
    assert not page.exception
    assert "Version 6 · updated 19 October 2026" in words(page)
    assert "<mark>" in words(page)


def test_pressing_a_source_in_a_manual_opens_the_page_as_a_picture_with_its_words(page: AppTest) -> None:
    page.selectbox(key="product").set_value("Brewline Grind").run()
    ask(page, "What is inside the box of the grinder, according to the manual?")
    source = next(button for button in page.button if "manual, page" in button.label)
    source.click().run()
    assert not page.exception
    (picture,) = page.image
    assert "Page " in picture.proto.imgs[0].alt
    assert "What the answer rests on is marked" in words(page)
    assert any("Grind" in text.value for text in page.text)


def test_a_document_that_changed_after_the_answer_says_so_and_shows_what_it_said(
    page: AppTest, desk_home: Path
) -> None:
    conversation = new_id()
    kept = Conversations(desk_home / "desk" / "conversations.sqlite")
    old = Passage("returns#a", "returns", "Returns", "You have 14 days to send it back.", 0, None, "2025-01-01")
    gone = Passage("gone#a", "gone", "Gone", "We sold capsules.", 0)
    text = "You have 14 days to send it back. [returns#a] We sold capsules. [gone#a]"
    kept.finish(kept.ask(conversation, "How long?"), Outcome(text, None, (), 1.0, None, (old, gone)))
    page = visit(conversation)
    button(page, "source-").click().run()
    assert "This document has changed since the answer was given" in words(page)
    assert "<mark>You have 14 days to send it back.</mark>" in words(page)
    page = visit(conversation)
    next(button for button in page.button if button.label.endswith("Gone")).click().run()
    assert "has been withdrawn" in words(page)


@pytest.mark.parametrize(("days", "warns"), [(14, False), (30, True)])
def test_a_figure_that_stands_in_no_source_is_pointed_out(
    page: AppTest, desk_home: Path, days: int, warns: bool
) -> None:
    conversation = new_id()
    kept = Conversations(desk_home / "desk" / "conversations.sqlite")
    shown = Passage("returns#a", "returns", "Returns", "You have 14 days to send it back.", 0)
    outcome = Outcome(f"You have {days} days. [returns#a]", None, (), 1.0, None, (shown,))
    kept.finish(kept.ask(conversation, "How long after order 4711?"), outcome)
    assert (f"Not in the sources above: {days}." in words(visit(conversation))) == warns


def test_a_question_that_nothing_answers_is_handed_over_once_there_is_an_e_mail_address(page: AppTest) -> None:
    ask(page, UNANSWERABLE)
    assert "I can't find that in our help centre." in words(page)
    assert "0808 157 0142" in page.info[0].value
    page.text_input[0].set_value("kim at home")
    button(page, "FormSubmitter:").click().run()
    assert "Please enter your e-mail address" in words(page)
    page.text_input[0].set_value("kim@example.org")
    button(page, "FormSubmitter:").click().run()
    assert not page.exception
    again = visit(address(page))
    assert "**Ticket H-000" in words(again)
    assert "kim@example.org" in words(again)
    assert not again.text_input, "there is nothing more to fill in"


def test_the_chosen_product_stays_with_the_question_and_a_new_conversation_keeps_the_choice(page: AppTest) -> None:
    page.selectbox(key="product").set_value("Brewline Duo").run()
    ask(page, "How do I descale?")
    assert "**Product:** Brewline Duo" in record(page)
    page.button(key="new").click().run()
    assert page.selectbox(key="product").value == "Brewline Duo"


def test_a_photo_is_a_question_and_a_reload_still_shows_it_with_what_was_read(page: AppTest) -> None:
    photo = (DATASETS / "photos" / "P-005.png").read_bytes()
    page.chat_input[0].upload("P-005.png", photo, "image/png").set_value("What should I do?").run()
    assert not page.exception
    assert "We read: A steel Brewline Duo shows E17 while water spreads below it." in words(page)
    assert "#source-" in words(page)
    assert words(visit(address(page))) == words(page)


def test_a_recording_needs_no_typed_words_and_one_that_is_not_understood_says_so(page: AppTest) -> None:
    voice = (DATASETS / "voice" / "V-023.wav").read_bytes()
    page.chat_input[0].upload("V-023.wav", voice, "audio/wav").run()
    assert not page.exception
    assert "We read: Ich habe die Maschine" in words(page)
    assert "#source-" in words(page)
    page.chat_input[0].upload("mug.png", a_picture(), "image/png").run()
    assert "We could not make out what the picture shows" in words(page)
    assert "Please type your question" in page.warning[-1].value


def test_a_file_of_a_wrong_kind_is_refused_with_words_and_the_question_is_not_lost(page: AppTest) -> None:
    page.chat_input[0].upload("note.pdf", b"MZ a program", "application/pdf").set_value("Is my Duo covered?").run()
    assert "note.pdf is of a kind that we cannot read" in words(page)
    assert "Is my Duo covered?" in page.error[0].value
    ask(page, "How long is the warranty?")
    assert not page.error


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
    desk_home: Path, knowledge: Knowledge
) -> None:
    conversation = new_id()
    Conversations(desk_home / "desk" / "conversations.sqlite").ask(conversation, "How long is the warranty?")
    page = visit(conversation)
    assert "stopped before the answer was complete" in page.warning[0].value
    button(page, "again-").click().run()
    assert not page.warning
    assert "#source-" in words(page)


def test_the_page_recovers_from_a_provider_that_cannot_be_started_and_from_one_that_is_killed(
    tmp_path: Path, desk_home: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    shutil.copytree(desk_home / "desk" / "index", tmp_path / "desk" / "index")
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
