"""Brewline's corpus as an index: laid out by day, with shipped vectors, and the leaderboard over it."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from stages.s2_llms.brewline import DataError
from stages.s2_llms.corpus import UPDATE_DAY, load_passages
from stages.s2_llms.providers import PROVIDERS
from stages.s3_rag import brewline, leaderboard
from stages.s3_rag.chunks import chunks
from stages.s3_rag.documents import read
from stages.s3_rag.embeddings import open_embedder
from stages.s3_rag.lookup import look_up
from stages.s3_rag.search import Index

from .conftest import WordEmbedder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Everything Brewline has written."""
    return brewline.open_index(tmp_path_factory.mktemp("brewline"), open_embedder(PROVIDERS["practice"]))


def test_a_folder_follows_the_day_and_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("# Mine\n", encoding="utf-8")
    before = {path.name for path in brewline.lay_out(tmp_path).iterdir()}
    after = {path.name for path in brewline.lay_out(tmp_path, UPDATE_DAY).iterdir()}
    assert {"mine.md", "shipping.md", "manual-duo.pdf"} <= before & after
    assert after - before
    assert before - after
    assert {path.name for path in brewline.lay_out(tmp_path, date(2026, 11, 30)).iterdir()} == before


def test_every_article_and_manual_is_found_under_the_name_that_the_questions_use(index: Index) -> None:
    there = {chunk.document.removesuffix(".pdf") for chunk in index.snapshot.chunks}
    assert {passage.id.partition("#")[0] for passage in load_passages()} == there


def test_vectors_came_along_for_every_chunk_before_and_after_the_update(tmp_path: Path) -> None:
    class Named(WordEmbedder):
        def __init__(self) -> None:
            super().__init__("practice-embed", 384)

    for day in (None, UPDATE_DAY):
        embed = Named()
        for path in brewline.lay_out(tmp_path, day).iterdir():
            if path.suffix == ".md":
                brewline.Shipped(embed)([chunk.told for chunk in chunks(read(path, tmp_path))])
        assert embed.texts == [], "make them again: python datasets/vectors/make_chunks.py"


def test_shipped_vectors_are_those_of_the_model_up_to_rounding(index: Index) -> None:
    some = list(index.snapshot.chunks)[::60]
    fresh = index.embed([chunk.told for chunk in some])
    assert (brewline.Shipped(index.embed)([chunk.told for chunk in some]) * fresh).sum(axis=1).min() > 0.999


def test_another_model_gets_no_shipped_vector_and_a_missing_file_is_told(tmp_path: Path) -> None:
    embed = WordEmbedder()
    brewline.Shipped(embed)(["some text"])
    assert embed.texts == ["some text"]
    with pytest.raises(DataError, match=r"chunks\.npz cannot be read .*make_chunks\.py"):
        brewline.Shipped(embed, tmp_path / "chunks.npz")
    shutil.copyfile(brewline.CHUNK_VECTORS, tmp_path / "chunks.npz")
    (tmp_path / "chunks.npz").write_bytes(b"no zip")
    with pytest.raises(DataError, match="cannot be read"):
        brewline.Shipped(embed, tmp_path / "chunks.npz")


def test_look_up_takes_the_file_whose_name_and_title_share_most_words() -> None:
    found = look_up(load_passages(), "What does error E07 mean?", 3)
    assert {name.partition("#")[0] for name in found[:2]} == {"error-e07"}
    assert look_up(load_passages(), "xyzzy") == []


def test_the_leaderboard_grows_by_lesson_and_fusion_is_above_what_it_fuses(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    data, asked = leaderboard.Brewline(index), brewline.questions("dev")
    assert [row.name for row in leaderboard.measure(data, asked, until="s3.3")] == [
        "file look-up",
        "keywords, plain passages",
    ]
    rows = {row.name: row for row in leaderboard.measure(data, asked)}
    leaderboard.show(list(rows.values()))
    assert len(capsys.readouterr().out.splitlines()) == len(leaderboard.METHODS) + 1
    value = {name: row.ndcg.value for name, row in rows.items()}
    assert value["file look-up"] < 0.2 < value["keywords, plain passages"]
    assert max(value["keywords, chunks with titles"], value["vectors"]) < value["hybrid, by scores"]
    assert value["hybrid, by scores"] < value["hybrid, reranked"] + 0.02
    assert set(rows["vectors"].kinds) == {one.kind for one in asked}
    assert np.isclose(rows["vectors"].ndcg.value, np.mean(rows["vectors"].ndcg.values))
