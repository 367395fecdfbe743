"""The corpus as passages with ready-made vectors: sections of articles and pages of manuals, and a matrix beside them.

A passage is what `datasets/questions` names: a heading of an article with the text below it, or one page of a manual.
It does not cut finer, search or rank (stage 3 does), and it never computes a vector: datasets/vectors/make.py does.
The matrix's file format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .articles import HELP_CENTRE, Article, load_articles
from .brewline import DATASETS, DataError

CHUNKING = "sections-and-pages-1"  # raise the number with every change to how passages are cut
UPDATE_DAY = date(2026, 12, 1)  # from this day on the update set of the help centre holds
VECTORS = DATASETS / "vectors"
MAKE = "python datasets/vectors/make.py"
_HEADING = re.compile(r"^(?=#{1,2} )", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """A stretch of the corpus; `id` as in `Question.relevant`, `updated` None where the source has no date."""

    id: str
    title: str
    updated: date | None
    language: str
    text: str

    @property
    def sha256(self) -> str:
        """The checksum of the text, by which a vector belongs to it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class CorpusVectors:
    """Vectors of unit length, one row for each id; `texts_sha256` is over all passages' checksums, in order."""

    model: str
    ids: tuple[str, ...]
    texts_sha256: str
    vectors: npt.NDArray[np.float32]  # (n_passages, 384)


def load_passages(day: date | None = None, datasets: Path = DATASETS) -> tuple[Passage, ...]:
    """All passages that hold on a day, sorted by id; without a day those of today, before the update set.

    Raises:
        ArticleError: an article cannot be used.
    """
    centre = datasets / HELP_CENTRE.name
    articles = {article.id: article for article in (*load_articles(centre), *load_articles(centre / "library"))}
    if day is not None and day >= UPDATE_DAY:
        for gone in (centre / "updates" / "deleted.txt").read_text(encoding="utf-8").split():
            del articles[gone]
        articles |= {article.id: article for article in _update_set(centre)}
    sections = [passage for article in articles.values() for passage in _sections(article)]
    return tuple(sorted([*sections, *_pages(datasets / "manuals")], key=lambda passage: passage.id))


def load_vectors(day: date | None = None, datasets: Path = DATASETS) -> CorpusVectors:
    """The vectors of `load_passages(day)`, in the same order.

    Raises:
        DataError: the files are missing or damaged, or a text has changed since they were made.
    """
    passages, folder = load_passages(day, datasets), datasets / VECTORS.name
    about, rows = _read_index(folder)
    matrix = np.load(folder / "vectors.npy", allow_pickle=False)
    if about["chunking"] != CHUNKING or matrix.shape != (len(rows), about["dimensions"]):
        raise DataError(f"{folder} was made for other passages ({about['chunking']}). Make it again: {MAKE}")
    stale = [passage.id for passage in passages if passage.sha256 not in rows]
    if stale:
        told = ", ".join(stale[:3]) + (", …" if len(stale) > 3 else "")
        raise DataError(f"{len(stale)} passages have no vector or a changed text ({told}). Make them again: {MAKE}")
    chosen = matrix[[rows[passage.sha256] for passage in passages]].astype(np.float32)
    chosen /= np.linalg.norm(chosen, axis=1, keepdims=True)  # float16 leaves lengths of 1 ± 0.0003
    return CorpusVectors(about["model"], tuple(p.id for p in passages), texts_sha256(passages), chosen)


def all_passages(datasets: Path = DATASETS) -> tuple[Passage, ...]:
    """The passages before and after the update, each text once: what has a vector."""
    both = (*load_passages(None, datasets), *load_passages(UPDATE_DAY, datasets))
    return tuple({passage.sha256: passage for passage in both}.values())


def texts_sha256(passages: tuple[Passage, ...]) -> str:
    """One checksum for a list of passages: it changes with any id, any text and the order."""
    lines = "".join(f"{passage.id} {passage.sha256}\n" for passage in passages)
    return hashlib.sha256(lines.encode()).hexdigest()


def _read_index(folder: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The first line tells how the vectors were made, each other one is {id, sha256} of a row; give rows by text."""
    try:
        lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
        about, *entries = (json.loads(line) for line in lines)
        return about, {entry["sha256"]: row for row, entry in enumerate(entries)}
    except (OSError, ValueError, KeyError) as exc:
        raise DataError(f"{folder}/index.jsonl cannot be read ({exc}). Make it again: {MAKE}") from exc


def _update_set(centre: Path) -> Iterator[Article]:
    for name in ("changed", "added"):
        yield from load_articles(centre / "updates" / name)


def _sections(article: Article) -> Iterator[Passage]:
    """Each heading with the text below it; the text before the first `##` belongs to the title's heading."""
    seen: dict[str, int] = {}
    for block in _HEADING.split(f"# {article.title}\n\n{article.body}\n"):
        if not block:
            continue
        heading = block.split("\n", 1)[0].lstrip("#").strip()
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")  # as GitHub makes it
        seen[anchor] = seen.get(anchor, -1) + 1
        name = f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
        yield Passage(f"{article.id}#{name}", article.title, article.updated, article.language[:2], block.strip())


def _pages(folder: Path) -> Iterator[Passage]:
    for line in (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        title = f"Manual: {page['manual'].removeprefix('manual-').title()}, page {page['page']}"
        if page["text"].strip():  # a scanned page has no words
            yield Passage(f"{page['manual']}#page-{page['page']}", title, None, "en", page["text"].strip())
