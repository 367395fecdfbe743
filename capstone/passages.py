"""What an answer stands on: the passages that the model saw, as they were, kept with the turn.

Small pieces are found best, and read worst: the steps of a list may begin in another one. So the model reads the whole
article, or the whole page, of each piece that was found. A document may change or go after an answer was given; what
the answer stood on stays readable all the same.
Compare https://python.langchain.com/docs/how_to/parent_document_retriever/
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stages.s3_rag.answering import nearness
from stages.s3_rag.search import Hit, Index

from .catalogue import Entry
from .reader import language

SAME = 0.65
"""Cosine from which a passage of a dated edition counts as said anew by a newer document."""
WHOLE_UP_TO = 6_000
"""Letters of a document that is read whole; of a longer one only the piece that was found."""
_EDITION = re.compile(r"-(20\d\d)$")
_TRANSLATION = re.compile(r"-(de|es)$")
_YEAR = re.compile(r"\b20\d\d\b")


@dataclass(frozen=True)
class Passage:
    """A document, a page or a piece of one; `text` begins at `start` of the document's, `updated` is a day or ""."""

    id: str
    document: str
    title: str
    text: str
    start: int
    page: int | None = None
    updated: str = ""

    @property
    def name(self) -> str:
        """What a reader calls it: the document, and the page if it has some.

        >>> Passage("m#page-9", "m", "Brewline One: manual", "", 0, 9).name
        'Brewline One: manual, page 9'
        """
        return f"{self.title}, page {self.page}" if self.page else self.title


@dataclass(frozen=True)
class Found:
    """What a search gave: the hits for the model, and how near the nearest is in meaning (cosine)."""

    hits: tuple[Hit, ...]
    passages: tuple[Passage, ...]
    nearness: float = 0.0


def read_whole(hits: Iterable[Hit], entries: Mapping[str, Entry], most: int) -> Found:
    """The best documents or pages, each once and whole, under the id of the piece that was found in it."""
    best: dict[tuple[str, int | None], Hit] = {}
    for hit in hits:
        if hit.chunk.document in entries and len(best) < most:
            best.setdefault((hit.chunk.document, hit.chunk.page), hit)
    read = [_whole(hit, entries[hit.chunk.document]) for hit in best.values()]
    return Found(tuple(best.values()), tuple(read), nearness(list(best.values())))


def _whole(hit: Hit, entry: Entry) -> Passage:
    chunk = hit.chunk
    text, start = (entry.page(chunk.page), entry.pages[chunk.page - 1]) if chunk.page else (entry.text, 0)
    if len(text) > WHOLE_UP_TO:
        text, start = chunk.text, chunk.start
    updated = hit.updated.isoformat() if hit.updated else ""
    return Passage(chunk.id, entry.id, entry.title, text, start, chunk.page, updated)


def in_force(index: Index, hits: Sequence[Hit], question: str, today: date) -> list[Hit]:
    """The hits without those that are not in force yet, and without those of an old edition that a newer one replaces.

    An edition says so in its name: `shipping-2025`. It is replaced by `shipping`, or by any newer document that says
    nearly the same. For a question about that year or an earlier one it stays. Of an article and its translation
    (`error-e07-es`) the one in the question's language is kept; one that is behind keeps its original beside it.
    """
    rows = {chunk.id: row for row, chunk in enumerate(index.snapshot.chunks)}
    about = min((int(year) for year in _YEAR.findall(question)), default=today.year)
    known = [hit for hit in hits if hit.chunk.id in rows and (hit.updated is None or hit.updated <= today)]

    def replaces(one: Hit, other: Hit) -> bool:
        if not (one.updated and other.updated and one.updated > other.updated and one.language == other.language):
            return False
        if one.chunk.document == _EDITION.sub("", other.chunk.document):
            return True
        matrix = index.snapshot.vectors.matrix
        return float(matrix[rows[one.chunk.id]] @ matrix[rows[other.chunk.id]]) >= SAME

    def is_old(hit: Hit) -> bool:
        edition = _EDITION.search(hit.chunk.document)
        return edition is not None and int(edition[1]) < about and any(replaces(one, hit) for one in known)

    return _in_language([hit for hit in known if not is_old(hit)], language(question))


def _in_language(hits: Sequence[Hit], wanted: str) -> list[Hit]:
    days = {hit.chunk.document: hit.updated for hit in hits}

    def has_better(hit: Hit) -> bool:
        name = hit.chunk.document
        if translated := _TRANSLATION.search(name):
            original = name.removesuffix(translated[0])
            return translated[1] != wanted and original in days
        other = days.get(f"{name}-{wanted}")
        return other is not None and (hit.updated is None or other >= hit.updated)

    return [hit for hit in hits if not has_better(hit)]
