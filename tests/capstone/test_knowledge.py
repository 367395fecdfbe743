"""What the desk knows: made once with progress, opened at once later, synced while it answers, and never half."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from capstone.connection import Exchange
from capstone.knowledge import TODAY, Knowledge, NotReady, Status
from capstone.reader import Reader
from stages.s2_llms.articles import HELP_CENTRE
from stages.s2_llms.errors import CourseError
from stages.s3_rag import store

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def mine(knowledge: Knowledge, exchange: Exchange, tmp_path: Path) -> Iterator[Knowledge]:
    """Knowledge of this test's own, already indexed."""
    shutil.copytree(knowledge.place, tmp_path / "index")
    shutil.copytree(knowledge.documents, tmp_path / "documents", copy_function=shutil.copy2)
    shutil.copy(knowledge.place.parent / "syncs.jsonl", tmp_path)
    return Knowledge(tmp_path, exchange.embedder())


def documents(found: Knowledge, question: str, reader: Reader = Reader()) -> list[str]:  # noqa: B008
    return [passage.document for passage in found.search(question, reader).passages]


def settled(knowledge: Knowledge) -> Status:
    """Wait until nobody works on it."""
    with knowledge._changed:
        knowledge._changed.wait_for(lambda: not knowledge._status.work, 60)
    return knowledge.status()


def test_the_first_start_tells_how_far_it_is_and_indexes_everything(
    first_start: tuple[Knowledge, list[Status]],
) -> None:
    knowledge, told = first_start
    shares = [status.share for status in told if status.work == "reading" and status.of]
    assert shares
    assert shares == sorted(shares)
    assert len(knowledge.entries()) == 130
    assert {len(entry.pages) for entry in knowledge.entries().values()} == {0, 12, 16, 24, 28}
    (first,) = knowledge.log.entries()
    assert (len(first.report.added), first.day) == (130, TODAY)


def test_later_starts_open_the_index_and_make_nothing(mine: Knowledge) -> None:
    generation = store.current(mine.place)
    assert documents(mine, "How long is the warranty?")[0] == "warranty"
    assert store.current(mine.place) == generation
    assert len(mine.log.entries()) == 1


def two_articles(into: Path, day: date) -> None:
    """The documents of a small firm."""
    for name in ("warranty", "returns"):
        shutil.copy(HELP_CENTRE / f"{name}.md", into)


def test_an_index_that_is_damaged_is_made_anew(mine: Knowledge, exchange: Exchange, tmp_path: Path) -> None:
    store.current(mine.place).write_bytes(b"not a database")
    shutil.rmtree(mine.documents)
    mine.documents.mkdir()
    again = Knowledge(tmp_path, exchange.embedder(), two_articles)
    assert documents(again, "How long is the warranty?") == ["warranty", "returns"]


def test_a_folder_that_cannot_be_written_is_named_and_works_once_it_is_mended(
    exchange: Exchange, knowledge: Knowledge, tmp_path: Path
) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    broken = Knowledge(tmp_path, exchange.embedder())
    with pytest.raises(NotReady, match="cannot be written"):
        broken.index()
    assert "cannot be written" in broken.status().problem
    (tmp_path / "documents").unlink()
    shutil.copytree(knowledge.place, tmp_path / "index")
    assert documents(broken, "How long is the warranty?")


def test_the_december_documents_can_be_ordered_and_taken_back_and_the_log_says_what_changed(mine: Knowledge) -> None:
    question = "Is there delivery on Saturdays?"
    assert "delivery-saturday" not in documents(mine, question)
    mine.sync(DECEMBER)
    assert settled(mine).problem == ""
    newest = mine.log.entries()[0].report
    assert (len(newest.added), len(newest.changed), len(newest.removed)) == (6, 12, 4)
    assert mine.day == DECEMBER
    assert "delivery-saturday" in documents(mine, question)
    mine.sync(TODAY)
    settled(mine)
    assert "delivery-saturday" not in documents(mine, question)
    assert mine.day == TODAY


def test_questions_are_answered_while_a_sync_runs_and_a_second_sync_waits_for_its_turn(mine: Knowledge) -> None:
    mine.index()
    assert mine.sync(DECEMBER)
    assert not mine.sync(), "somebody syncs already"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: documents(mine, f"How long is the warranty of machine {n}?"), range(8)))
    assert all(found)
    assert settled(mine).problem == ""


def test_a_sync_of_another_process_is_seen_by_the_next_question(mine: Knowledge, exchange: Exchange) -> None:
    mine.index()
    other = Knowledge(mine.place.parent, exchange.embedder())
    other.index()
    other.sync(DECEMBER)
    settled(other)
    assert "delivery-saturday" in documents(mine, "Is there delivery on Saturdays?")


def test_an_old_edition_is_read_only_for_questions_about_its_time(knowledge: Knowledge) -> None:
    assert "shipping-2025" not in documents(knowledge, "How much is delivery to Ireland?")
    assert "shipping-2025" in documents(knowledge, "How much was delivery to Ireland in 2025?")


def test_a_hidden_document_is_found_by_nobody_without_its_label(knowledge: Knowledge) -> None:
    assert documents(knowledge, "How long is the warranty?", Reader(access=("staff",))) == []


def test_without_a_provider_the_search_says_so(exchange: Exchange, mine: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "nowhere").write_text("a file where the provider's folder should be")
    lost = Exchange(exchange.provider, tmp_path / "nowhere", dict(os.environ))
    with pytest.raises(CourseError, match="did not start"):
        Knowledge(tmp_path, lost.embedder()).search("How long is the warranty?")
