"""Brewline's documents and questions, ready for this stage: laid out in a folder, and indexed with shipped vectors.

Reading four manuals takes seconds and embedding everything a minute. So the vectors of all chunks lie in
datasets/vectors, by the checksum of their text, and `open_index` keeps its index in a folder for the next lesson.
Nothing here knows how to search. What the sets hold: datasets/README.md
"""

import hashlib
import shutil
from collections.abc import Sequence
from datetime import date
from filecmp import cmp
from pathlib import Path

import filelock
import numpy as np

from stages.s2_llms.articles import HELP_CENTRE
from stages.s2_llms.brewline import DATASETS, DataError, Split, load_questions
from stages.s2_llms.corpus import UPDATE_DAY

from .changes import Progress
from .embeddings import Embed
from .evaluating import Asked
from .search import Index
from .sync import sync
from .vectors import Matrix, unit

CHUNK_VECTORS = DATASETS / "vectors" / "chunks.npz"
MAKE = "python datasets/vectors/make_chunks.py"


def corpus(day: date | None = None) -> dict[str, Path]:
    """{name of a file: where it lies}: all articles and manuals that hold on a day, without a day those of today."""
    folders = [HELP_CENTRE, HELP_CENTRE / "library"]
    gone = {"README.md"}
    if day is not None and day >= UPDATE_DAY:
        updates = HELP_CENTRE / "updates"
        folders += [updates / "changed", updates / "added"]
        gone |= {f"{name}.md" for name in (updates / "deleted.txt").read_text(encoding="utf-8").split()}
    articles = {path.name: path for folder in folders for path in sorted(folder.glob("*.md")) if path.name not in gone}
    return articles | {path.name: path for path in sorted((DATASETS / "manuals").glob("*.pdf"))}


def lay_out(into: Path, day: date | None = None) -> Path:
    """Bring a folder to the state of a day: new and changed files are copied, files that no longer hold are removed.

    Files that are not Brewline's are left alone.
    """
    into.mkdir(parents=True, exist_ok=True)
    wanted = corpus(day)
    for name in {*corpus(), *corpus(UPDATE_DAY)} - {*wanted}:
        (into / name).unlink(missing_ok=True)
    for name, source in wanted.items():
        if not (into / name).exists() or not cmp(source, into / name, shallow=False):
            shutil.copyfile(source, into / name)
    return into


def questions(split: Split = "dev") -> list[Asked]:
    """The questions of a split that have an answer and are asked before the update set holds."""
    return [
        Asked(one.id, one.question, {passage.passage: passage.grade for passage in one.relevant}, one.kind)
        for one in load_questions(split)
        if one.relevant and one.asked_on < UPDATE_DAY
    ]


class Shipped:
    """An embedder that takes the vectors which came with the repository, and embeds the rest."""

    def __init__(self, embed: Embed, file: Path = CHUNK_VECTORS) -> None:
        """Read the file.

        Raises:
            DataError: it is missing or damaged.
        """
        self._embed = embed
        try:
            with np.load(file, allow_pickle=False) as held:
                self._rows = dict(zip(held["sha256"].tolist(), held["vectors"], strict=True))
                made_with = str(held["model"])
        except (OSError, ValueError, KeyError) as exc:
            raise DataError(f"{file} cannot be read ({exc}). Make it again: {MAKE}") from exc
        if embed.model != made_with:
            self._rows = {}

    @property
    def model(self) -> str:
        """The model that embeds."""
        return self._embed.model

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """One row for each text."""
        names = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in self._rows}
        new = dict(zip(missing, self._embed(list(missing.values())), strict=True)) if missing else {}
        rows = [new[name] if name in new else self._rows[name] for name in names]
        return unit(np.stack(rows).astype(np.float32)) if rows else np.zeros((0, 0), np.float32)


def open_index(
    home: Path, embed: Embed, day: date | None = None, on_progress: Progress = lambda what, done, of: None
) -> Index:
    """The index of everything Brewline has written, in `home`; made the first time, brought up to date later."""
    place = home / "index"
    home.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(home / "LOCK", timeout=300):  # two lessons may begin at once
        sync(lay_out(home / "documents", day), place, Shipped(embed), on_progress=on_progress)
    return Index(place, embed)
