"""The knowledge page in each of its states, driven by Streamlit's own AppTest."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from capstone.conversations import Conversations, Turn
from capstone.coverage import METRIC, Coverage
from capstone.desk import Outcome
from capstone.handover import Handovers, Ticket
from capstone.knowledge import Knowledge
from capstone.knowledge_unanswered import grouped
from capstone.prompt import NOT_FOUND

APP = str(Path(__file__).parents[2] / "capstone" / "app.py")


@pytest.fixture
def home(tmp_path: Path, knowledge: Knowledge, desk_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A desk of this test's own whose index is there already; its provider is the shared one."""
    for name in ("index", "documents"):
        shutil.copytree(desk_home / "desk" / name, tmp_path / "desk" / name, copy_function=shutil.copy2)
    shutil.copy(desk_home / "desk" / "syncs.jsonl", tmp_path / "desk")
    (tmp_path / "provider").symlink_to(desk_home / "provider", target_is_directory=True)
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path / "desk"
    st.cache_resource.clear()


@pytest.fixture
def page(home: Path) -> AppTest:
    """The page, once the index is open."""
    return until(AppTest.from_file(APP, default_timeout=60).run().switch_page("knowledge_page.py"), "documents in")


def until(page: AppTest, words: str, patience_s: float = 60) -> AppTest:
    """The page as soon as it says these words."""
    deadline = time.monotonic() + patience_s
    while words not in said(page.run()) or any(button.disabled for button in page.button):
        assert time.monotonic() < deadline, f"the page never said {words!r}, but:\n{said(page)}"
        time.sleep(0.1)
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """Everything that the page says."""
    return "\n".join(element.value for element in (*page.markdown, *page.info, *page.warning, *page.title))


def table(page: AppTest, column: str) -> list[dict[str, object]]:
    """The rows of the first table with such a column."""
    return next(frame.value for frame in page.dataframe if column in frame.value.columns).to_dict("records")


def test_all_documents_are_listed_and_can_be_searched_by_title_product_and_language(page: AppTest) -> None:
    assert "130 documents in 829 passages, as of 16 November 2026" in said(page)
    assert len(table(page, "Title")) == 130
    page.text_input(key="find-document").set_value("warranty duo").run()
    titles = [row["Title"] for row in table(page, "Title")]
    assert "Warranty: what is covered and for how long" in titles
    assert len(titles) < 10
    page.text_input(key="find-document").set_value("").run()
    page.selectbox(key="find-language").set_value("German").run()
    assert {row["Language"] for row in table(page, "Title")} == {"German"}
    page.text_input(key="find-document").set_value("zebra").run()
    assert "No document has these words" in said(page)


def test_a_sync_on_demand_shows_what_it_changed_and_the_change_can_be_taken_back(page: AppTest) -> None:
    page.button(key="december").click().run()
    until(page, "6 new, 12 changed, 4 withdrawn")
    assert "delivery-saturday" in said(page)
    assert table(page, "Withdrawn")[0]["Changed"] == 12
    page.button(key="december").click().run()
    until(page, "4 new, 12 changed, 6 withdrawn")
    page.button(key="sync").click().run()
    until(page, "nothing had changed")


def test_a_file_that_cannot_be_read_is_named_with_the_reason_and_the_rest_is_there(page: AppTest, home: Path) -> None:
    (home / "documents" / "scribble.md").write_bytes(b"\0\0\0 no text")
    page.button(key="sync").click().run()
    until(page, "1 file could not be read")
    assert "scribble.md: it is binary, not text" in said(page)
    assert len(table(page, "Title")) == 130


def test_a_search_is_explained_by_words_meaning_and_both(page: AppTest) -> None:
    assert "You see what the desk would find, and why" in said(page)
    page.text_input(key="explain").set_value("error E07").run()
    assert not page.exception
    first = table(page, "Words (BM25)")[0]
    assert str(first["Passage"]).startswith("error-e07")
    assert first["Words (BM25)"] > 1  # type: ignore[operator]
    assert 0 < first["Meaning (cosine)"] < 1  # type: ignore[operator]
    assert first["Read by the model"] is True


def test_unanswered_questions_are_collected_with_their_tickets_and_none_is_said_to_be_none(
    page: AppTest, home: Path
) -> None:
    assert "Every question so far had an answer." in said(page)
    conversations, unknown = Conversations(home / "conversations.sqlite"), Outcome(NOT_FOUND, None, (), 0.1, None)
    turns = [conversations.ask("c" * 16, question) for question in ("Sell beans?", "An app?", "sell  BEANS?")]
    for turn in turns:
        conversations.finish(turn, unknown)
    Handovers(home / "conversations.sqlite").make("c" * 16, turns[0], "kim@example.org")
    page.run()
    first, second = table(page, "Times")
    assert (first["Question"], first["Times"], first["Tickets"]) == ("sell  BEANS?", 2, "H-0001")
    assert second["Question"] == "An app?"


def test_no_unanswered_question_makes_no_row() -> None:
    none: list[tuple[Turn, Ticket | None]] = []
    assert grouped(none) == []


def test_coverage_is_measured_on_demand_kept_and_known_to_be_stale(
    page: AppTest, home: Path, knowledge: Knowledge
) -> None:
    assert page.button(key="measure").label == "Measure on the dev questions"
    page.button(key="measure").click().run()
    until(page, "Measured on")
    (rows,) = [frame.value for frame in page.table]
    assert rows["Kind"][0] == "all questions"
    assert rows["hybrid"][0] > rows["keywords"][0] > 0.2
    measured = Coverage(knowledge, home / "coverage.json").last()
    assert measured is not None
    assert all(row.low <= row.value <= row.high for row in measured.rows), METRIC
    page.button(key="december").click().run()
    until(page, "The index has changed since this was measured")


def test_without_an_index_the_page_shows_how_far_it_is_or_why_there_is_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(home / "index")
    shutil.rmtree(home / "documents")
    (home / "documents").write_text("a file where the folder should be")
    page = AppTest.from_file(APP, default_timeout=60).run().switch_page("knowledge_page.py")
    until(page, "cannot be written")
    assert page.button(key="index-again").label == "Try again"
