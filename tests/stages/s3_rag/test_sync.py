"""Syncing: an index that was brought up to date is one that was made afresh, and nobody ever sees half of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.s2_llms.errors import ConnectionLost, SettingsError
from stages.s3_rag import changes, store
from stages.s3_rag.documents import Document
from stages.s3_rag.embeddings import Remembered
from stages.s3_rag.search import Index, stats
from stages.s3_rag.sync import Report, sync
from stages.s3_rag.vectors import Matrix

from .conftest import WordEmbedder

QUESTIONS = ("tank litres", "descale sachet", "BL-K16", "grinder loud", "purchase prices", "three days")


def told(index: Path, embed: WordEmbedder) -> list[object]:
    """Everything that a search can show: ids and scores of some questions, for all who may see everything."""
    opened = Index(index, embed)
    found = [opened.search(question, 5, way, access=("public", "staff"))
             for question in QUESTIONS for way in ("keywords", "vectors", "hybrid")]  # fmt: skip
    return [[(hit.chunk, round(hit.score, 5)) for hit in hits] for hits in found]


def test_a_first_sync_indexes_all_and_a_second_does_nothing(folder: Path, index: Path, embed: WordEmbedder) -> None:
    first, again = sync(folder, index, embed), sync(folder, index, embed)
    assert (len(first.added), first.embedded, first.is_nothing) == (5, first.chunks, False)
    assert again == Report(unchanged=5, chunks=first.chunks, seconds=again.seconds)
    assert again.is_nothing


def test_a_sync_with_nothing_to_do_writes_nothing(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    before = store.current(index)
    sync(folder, index, embed)
    assert store.current(index) == before


def test_a_touched_file_is_read_once_more_and_not_again(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    os.utime(folder / "tank.md", ns=(1, 1))
    assert sync(folder, index, embed).is_nothing
    noted = store.current(index)
    assert sync(folder, index, embed).unchanged == 5
    assert store.current(index) == noted


def test_what_changed_is_embedded_and_nothing_else(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    embed.texts.clear()
    boiler = folder / "boiler.md"
    boiler.write_text(boiler.read_text(encoding="utf-8").replace("two months", "month"), encoding="utf-8")
    (folder / "note.txt").unlink()
    (folder / "new.md").write_text("# Milk\n\nFroth it.\n", encoding="utf-8")
    report = sync(folder, index, embed)
    assert (report.changed, report.removed, report.added) == (("boiler",), ("note.txt",), ("new.md",))
    assert sorted(text.splitlines()[0] for text in embed.texts) == ["Milk", "The boiler: Cleaning"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["red tank", "# B\n\nblue", ""])), max_size=4))
def test_an_index_kept_up_to_date_is_one_that_was_made_afresh(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]]
) -> None:
    here, embed = tmp_path_factory.mktemp("kept"), WordEmbedder()
    (here / "documents").mkdir()
    for state in [*states, {"a": "red tank of 2 litres", "b": "# B\n\nblue"}]:
        for name in "abc":
            path = here / "documents" / f"{name}.md"
            path.unlink(missing_ok=True)
            if name in state:
                path.write_text(state[name], encoding="utf-8")
        sync(here / "documents", here / "kept", embed, thorough=True)
    sync(here / "documents", here / "afresh", embed)
    assert told(here / "kept", embed) == told(here / "afresh", embed)


def test_a_file_that_breaks_keeps_its_old_text_and_is_named(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    (folder / "tank.md").write_bytes(b"\xff broken")
    report = sync(folder, index, embed)
    assert list(report.unreadable) == ["tank.md"]
    assert stats(index)["unreadable"]["tank.md"].startswith("tank.md: byte 0xff")
    assert Index(index, embed).search("BL-K16", 1, "keywords")[0].chunk.document == "tank.md"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may open every folder")
def test_a_folder_that_is_closed_keeps_what_was_indexed_of_it(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    (folder / "staff").chmod(0)
    try:
        report = sync(folder, index, embed)
    finally:
        (folder / "staff").chmod(0o700)
    assert (report.removed, report.unchanged) == ((), 5)
    assert report.unreadable["staff"].startswith("staff: Permission denied. Check that you may open this folder")


def test_files_of_other_kinds_are_counted(folder: Path, index: Path, embed: WordEmbedder) -> None:
    for name in ("letter.docx", "memo.DOCX", "Makefile", ".hidden.docx"):
        (folder / name).write_text("words", encoding="utf-8")
    assert sync(folder, index, embed).others == {".docx": 2, "no ending": 1}


def test_a_file_that_changes_after_it_was_read_is_read_again(folder: Path, index: Path, embed: WordEmbedder) -> None:
    class Meanwhile(WordEmbedder):
        def __call__(self, texts: Sequence[str]) -> Matrix:
            (folder / "tank.md").write_text("# The tank\n\nIt holds 3 litres now.\n", encoding="utf-8")
            return super().__call__(texts)

    sync(folder, index, Meanwhile())
    assert sync(folder, index, embed).changed == ("tank.md",)


def test_what_does_not_fit_into_one_part_is_written_in_several(folder: Path, index: Path, embed: WordEmbedder) -> None:
    new = (changes.New(f"{n}.txt", Document(f"{n}.txt", "Many", "word " * 100_000), (1, 1)) for n in range(9))
    assert [len(part) for part in changes.parts(new)] == [4, 4, 1]


def test_remembered_vectors_are_not_sent_again(tmp_path: Path, embed: WordEmbedder) -> None:
    remembered = Remembered(embed, tmp_path / "memory.sqlite")
    for texts, sent in ((["a", "b"], 2), (["b", "c"], 3), (["a"], 3)):
        remembered(texts)
        assert remembered.sent == sent


def test_two_files_with_one_id_are_told(folder: Path, index: Path, embed: WordEmbedder) -> None:
    (folder / "copy.md").write_text((folder / "boiler.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert "id 'boiler' is that of boiler.md" in sync(folder, index, embed).unreadable["copy.md"]


def test_a_renamed_file_with_the_same_id_is_changed_and_not_removed(
    folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    embed.texts.clear()
    (folder / "boiler.md").rename(folder / "boilers.md")
    report = sync(folder, index, embed)
    assert (report.removed, embed.texts) == ((), [])
    assert Index(index, embed).search("descale", 1)[0].chunk.document == "boiler"


def test_labels_decide_who_finds_what(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    opened = Index(index, embed)
    for way in ("keywords", "vectors", "hybrid"):
        assert not [h for h in opened.search("purchase prices of a tank", 50, way) if "staff" in h.chunk.document]
    assert opened.search("purchase prices", 1, access=["staff"])[0].chunk.document == "staff/prices.md"
    assert {h.chunk.document for h in opened.search("water", 50, documents=["boiler"])} == {"boiler"}


def test_an_open_index_sees_a_newer_generation_when_it_looks(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    opened = Index(index, embed)
    assert not opened.refresh()
    (folder / "new.md").write_text("# Milk\n\nFroth it.\n", encoding="utf-8")
    sync(folder, index, embed)
    assert not opened.search("froth", 1, "keywords")
    assert opened.refresh()
    assert opened.search("froth", 1, "keywords")


def test_another_embedding_model_is_a_new_generation_and_the_old_one_answers_meanwhile(
    folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    old, other = Index(index, embed), WordEmbedder("other", width=32)
    assert sync(folder, index, other).embedded == len(old.snapshot.chunks)
    assert old.search("tank litres", 1)
    assert Index(index, other).search("tank litres", 1)
    with pytest.raises(SettingsError, match="made with other, and this is words"):
        old.refresh()


def test_an_embedder_that_fails_leaves_the_index_as_it_was(folder: Path, index: Path, embed: WordEmbedder) -> None:
    class Failing(WordEmbedder):
        def __call__(self, texts: object) -> object:
            raise ConnectionLost("gone")

    sync(folder, index, embed)
    before = told(index, embed)
    (folder / "new.md").write_text("# Milk\n\nFroth it.\n", encoding="utf-8")
    with pytest.raises(ConnectionLost):
        sync(folder, index, Failing())
    assert told(index, embed) == before
    assert sync(folder, index, embed).added == ("new.md",)


SLOW = """
import sys, time
from pathlib import Path
from tests_embedder import WordEmbedder
from stages.s3_rag.sync import sync
class Slow(WordEmbedder):
    def __call__(self, texts):
        print("embedding", flush=True)
        time.sleep(60)
folder, index = map(Path, sys.argv[1:])
sync(folder, index, Slow())
"""


def slow_sync(folder: Path, index: Path, tmp_path: Path) -> subprocess.Popen[str]:
    """A sync in a process of its own that has begun to embed, and will not end."""
    (tmp_path / "tests_embedder.py").write_text(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    paths = [str(tmp_path), *sys.path]
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(folder), str(index)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "embedding\n"
    return process


def test_a_sync_that_is_killed_leaves_the_old_index_and_the_next_one_ends_it(
    folder: Path, index: Path, embed: WordEmbedder, tmp_path: Path
) -> None:
    sync(folder, index, embed)
    before = told(index, embed)
    (folder / "new.md").write_text("# Milk\n\nFroth it.\n", encoding="utf-8")
    with slow_sync(folder, index, tmp_path) as process:
        process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        process.wait(30)
    assert (index / "next.part").exists()
    assert told(index, embed) == before
    assert sync(folder, index, embed).added == ("new.md",)
    assert not list(index.glob("*.part*"))


def test_while_one_syncs_another_is_told_and_readers_go_on(
    folder: Path, index: Path, embed: WordEmbedder, tmp_path: Path
) -> None:
    sync(folder, index, embed)
    (folder / "new.md").write_text("# Milk\n\nFroth it.\n", encoding="utf-8")
    with slow_sync(folder, index, tmp_path) as process:
        began = time.monotonic()
        with pytest.raises(store.IndexBusy, match="Another sync"), store.alone(index, wait_s=0.2):
            pass
        assert time.monotonic() - began < 20
        assert Index(index, embed).search("tank litres", 1)
        process.kill()
        process.wait(30)


def test_only_the_newest_generations_stay(folder: Path, index: Path, embed: WordEmbedder) -> None:
    for number in range(4):
        (folder / f"new{number}.md").write_text(f"# Milk {number}\n", encoding="utf-8")
        sync(folder, index, embed)
    kept = sorted(path.name for path in index.glob("generation-*"))
    assert kept == ["generation-000003.duckdb", "generation-000004.duckdb"]


def test_plain_sql_reads_the_index(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    with duckdb.connect(str(store.current(index)), read_only=True) as db:
        nearest = (
            "select id from chunks join vectors using (sha256) order by array_inner_product(vector, ?::float[24]) desc"
        )
        first = db.execute(nearest, [embed(["The tank\nIt holds 2 litres."])[0].tolist()]).fetchone()
    assert first == ("tank.md#the-tank",)


def test_without_an_index_the_way_to_one_is_told(index: Path, folder: Path, embed: WordEmbedder) -> None:
    with pytest.raises(store.NoIndex, match=r"stages\.s3_rag\.app index"):
        Index(index, embed)
    with pytest.raises(NotADirectoryError, match="is no folder"):
        sync(folder / "boiler.md", index, embed)


def test_a_text_is_embedded_once_in_its_life(tmp_path: Path, embed: WordEmbedder) -> None:
    memory = tmp_path / "memory.sqlite"
    first = Remembered(embed, memory)(["a", "b", "a"])
    again = Remembered(embed, memory)
    assert again.missing(["a", "b", "c"]) == 1
    assert (again(["b", "a"])[1] == first[0]).all()
    assert embed.texts == ["a", "b"]
    assert Remembered(WordEmbedder("other"), memory).missing(["a"]) == 1


def test_many_begin_a_memory_at_once(tmp_path: Path) -> None:
    begin = Barrier(8)

    def missing(memory: Path) -> int:
        begin.wait()
        return Remembered(WordEmbedder(), memory).missing(["a"])

    with ThreadPoolExecutor(8) as pool:
        for attempt in range(60):  # each for itself, one in thirty met a locked file
            memory = tmp_path / str(attempt) / "memory.sqlite"
            assert list(pool.map(missing, [memory] * 8)) == [1] * 8
