"""The cached vectors: they belong to the texts as they are, the network gives the same ones, a change is noticed."""

import importlib.util
import json
import shutil
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from practice_provider.model.embedder import Embedder
from stages.s2_llms.brewline import DataError, load_questions
from stages.s2_llms.corpus import DATASETS, UPDATE_DAY, all_passages, load_passages, load_vectors

VECTORS = DATASETS / "vectors"
SAMPLE = 40


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """datasets/vectors/make.py as a module."""
    spec = importlib.util.spec_from_file_location("make_vectors", VECTORS / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sets that the corpus is made of, to change."""
    for name in ("help_centre", "manuals", "vectors"):
        ignored = shutil.ignore_patterns("*.pdf", "source", "manual_recipe", "__pycache__")
        shutil.copytree(DATASETS / name, tmp_path / name, ignore=ignored)
    return tmp_path


def test_every_row_belongs_to_a_text_of_the_corpus_and_every_text_has_one():
    rows = [json.loads(line) for line in (VECTORS / "index.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    assert [(row["id"], row["sha256"]) for row in rows] == [(one.id, one.sha256) for one in all_passages()]


def test_the_folder_is_small():
    assert sum(path.stat().st_size for path in VECTORS.glob("*.*")) < 3_000_000


@pytest.mark.parametrize("day", [None, UPDATE_DAY])
def test_vectors_come_in_the_order_of_the_passages_with_length_one(day: date | None):
    held = load_vectors(day)
    assert held.ids == tuple(passage.id for passage in load_passages(day))
    assert held.vectors.shape == (len(held.ids), 384)
    assert held.vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(held.vectors, axis=1), 1, atol=1e-6)


def test_fresh_vectors_are_the_same_up_to_rounding(tmp_path_factory: pytest.TempPathFactory):
    passages, held = load_passages(), load_vectors()
    chosen = np.random.default_rng(20_261_123).choice(len(passages), SAMPLE, replace=False)
    fresh = Embedder(tmp_path_factory.mktemp("cache"))([passages[i].text for i in chosen])
    assert (fresh * held.vectors[chosen]).sum(axis=1).min() >= 0.999


def test_the_passages_of_the_questions_have_vectors():
    ids = {*load_vectors().ids, *load_vectors(UPDATE_DAY).ids}
    scans = {"manual-grind#page-11", "manual-pro#page-27"}  # without text
    named = {
        one.passage for split in ("train", "dev") for question in load_questions(split) for one in question.relevant
    }
    assert named - scans <= ids


def test_a_changed_text_is_refused_with_the_command_that_mends_it(copy: Path):
    article = copy / "help_centre" / "shipping.md"
    article.write_text(article.read_text(encoding="utf-8").replace("working days", "days"), encoding="utf-8")
    with pytest.raises(DataError, match=r"no vector or a changed text \(shipping#.*python datasets/vectors/make.py"):
        load_vectors(datasets=copy)


def test_another_order_or_text_has_another_checksum(copy: Path):
    before = load_vectors(datasets=copy).texts_sha256
    (copy / "help_centre" / "shipping.md").unlink()
    assert load_vectors(datasets=copy).texts_sha256 != before


def test_missing_files_are_refused_with_the_command_that_makes_them(copy: Path):
    (copy / "vectors" / "index.jsonl").unlink()
    with pytest.raises(DataError, match=r"cannot be read .*python datasets/vectors/make.py"):
        load_vectors(datasets=copy)


def test_vectors_of_another_chunking_are_refused(copy: Path):
    index = copy / "vectors" / "index.jsonl"
    index.write_text(index.read_text(encoding="utf-8").replace("sections-and-pages-1", "halves-7"), encoding="utf-8")
    with pytest.raises(DataError, match="made for other passages"):
        load_vectors(datasets=copy)


def test_making_again_keeps_every_byte_and_computes_nothing(maker: ModuleType, copy: Path):
    folder = copy / "vectors"
    assert maker.make(folder) == 0
    for name in ("index.jsonl", "vectors.npy", "SHA256SUMS"):
        assert (folder / name).read_bytes() == (VECTORS / name).read_bytes()


def test_only_what_is_missing_is_computed(maker: ModuleType, copy: Path, capsys: pytest.CaptureFixture[str]):
    folder = copy / "vectors"
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    changed = json.loads(lines[5]) | {"sha256": "0" * 64}
    lines[5] = json.dumps(changed)
    (folder / "index.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    before = np.load(VECTORS / "vectors.npy").astype(np.float32)
    assert maker.make(folder) == 1
    after = np.load(folder / "vectors.npy").astype(np.float32)
    assert np.array_equal(np.delete(after, 4, axis=0), np.delete(before, 4, axis=0))
    assert float(after[4] @ before[4]) > 0.999
    assert "1 of 1" in capsys.readouterr().err
