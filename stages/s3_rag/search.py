"""Searches an index: by keywords, by meaning, or by both, and explains what each part found.

The current generation is read into memory once, and again when there is a newer one. A search never waits for a
writer. Who may see what is decided by labels before anything is ranked, so that a hidden chunk takes nobody's place.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb
import numpy as np
import numpy.typing as npt

from stages.s2_llms.errors import SettingsError

from . import fusion, reranking, store
from .chunks import Chunk
from .documents import PUBLIC
from .embeddings import Embed
from .keywords import Keywords
from .reranking import Candidates
from .vectors import Vector, Vectors, best

Way = Literal["keywords", "vectors", "places", "scores", "hybrid"]
"""By words; by meaning; by both: their places added, their scores added, or reranked by what was learned."""

LISTED = 100  # chunks that words and meaning each put up
WEIGHTS = (0.5, 1.0)  # of keywords and vectors in "scores"; chosen on Brewline's train and dev questions


@dataclass(frozen=True)
class Hit:
    """A chunk that was found; `keywords` (BM25) and `cosine` are None where that way was not asked.

    `parts` are what each of reranking.FEATURES adds to the score of a hybrid search; () for the other ways.
    """

    chunk: Chunk
    score: float
    keywords: float | None = None
    cosine: float | None = None
    updated: date | None = None
    language: str = ""
    parts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """One generation in memory. Rows are chunks, sorted by id."""

    file: Path
    model: str
    synced_at: datetime | None
    chunks: tuple[Chunk, ...]
    keywords: Keywords
    vectors: Vectors
    # document → updated, language, access
    about: dict[str, tuple[date | None, str, frozenset[str]]] = field(repr=False)


class Search(Protocol):
    """Whatever can be searched: an `Index`, or a store behind one (stores/)."""

    @property
    def embed(self) -> Embed: ...

    @property
    def labels(self) -> frozenset[str]: ...

    def search(self, question: str, k: int = 10, way: Way = "hybrid") -> list[Hit]: ...

    def find(
        self,
        question: str,
        vector: Vector | None,
        k: int = 10,
        way: Way = "hybrid",
        *,
        access: Collection[str] = (PUBLIC,),
        documents: Collection[str] | None = None,
    ) -> list[Hit]: ...


class Index:
    """An index that can be searched, by several threads too."""

    def __init__(self, folder: Path, embed: Embed) -> None:
        """Open the index in a folder; `embed` has to be of the model that made it.

        Raises:
            NoIndex: there is none.
            SettingsError: it was made with another embedding model.
        """
        self.folder, self.embed = folder, embed
        self.snapshot = self._read()

    @property
    def labels(self) -> frozenset[str]:
        """All access labels of the index."""
        return frozenset(label for _, _, labels in self.snapshot.about.values() for label in labels)

    def refresh(self) -> bool:
        """Read the current generation if it is a newer one; say whether it was."""
        if store.current(self.folder) == self.snapshot.file:
            return False
        self.snapshot = self._read()
        return True

    def search(
        self,
        question: str,
        k: int = 10,
        way: Way = "hybrid",
        *,
        access: Collection[str] = (PUBLIC,),
        documents: Collection[str] | None = None,
    ) -> list[Hit]:
        """The k best chunks among those that one of the labels in `access` opens, and of `documents` only, if given.

        Raises:
            ProviderError: the question could not be embedded.
        """
        vector = self.embed([question])[0] if way != "keywords" else None
        return self.find(question, vector, k, way, access=access, documents=documents)

    def find(
        self,
        question: str,
        vector: Vector | None,
        k: int = 10,
        way: Way = "hybrid",
        *,
        access: Collection[str] = (PUBLIC,),
        documents: Collection[str] | None = None,
    ) -> list[Hit]:
        """As `search`, for a question that is embedded already; with keywords alone `vector` may be None."""
        here = self.snapshot
        hidden = _hidden(here, frozenset(access), documents)
        found = _candidates(here, question, vector, way, hidden)
        scores = _SCORES[way](found)
        order = best(scores, k)
        parts = reranking.parts(found) if way == "hybrid" else np.zeros((len(found.rows), 0), np.float32)
        return [_hit(here, found, int(at), float(scores[at]), parts[at], way) for at in order]

    def _read(self) -> Snapshot:
        file = store.current(self.folder)
        with store.reading(self.folder) as db:
            found = snapshot(db, file)
        if found.model != self.embed.model:
            raise SettingsError(
                f"The index in {self.folder} was made with {found.model}, and this is {self.embed.model}: their "
                "vectors cannot be compared. Sync it again with this model, or search with that one."
            )
        return found


def snapshot(db: duckdb.DuckDBPyConnection, file: Path) -> Snapshot:
    """Read a generation into memory."""
    about = db.execute("select model, dimensions, synced_at from about").fetchone() or ("", 0, None)
    rows = db.execute("select id, document, title, text, start, page from chunks order by id").fetchall()
    chunks = tuple(Chunk(*row) for row in rows)
    facts = db.execute("select id, updated, language, access from documents").fetchall()
    return Snapshot(
        file=file,
        model=about[0],
        synced_at=about[2],
        chunks=chunks,
        keywords=_keywords(db, len(chunks)),
        vectors=Vectors(_matrix(db, len(chunks), about[1])),
        about={row[0]: (row[1], row[2], frozenset(row[3])) for row in facts},
    )


def _keywords(db: duckdb.DuckDBPyConnection, n_chunks: int) -> Keywords:
    numbered = "select id, row_number() over (order by id) - 1 as row from chunks"
    found: Any = db.execute(
        f"select term, row::integer as row, n from postings join ({numbered}) on chunk = id order by term, row"
    ).fetchnumpy()
    return Keywords.build(found["term"], np.asarray(found["row"]), np.asarray(found["n"]), n_chunks)


def _matrix(db: duckdb.DuckDBPyConnection, n_chunks: int, width: int) -> npt.NDArray[np.float32]:
    if not n_chunks:
        return np.zeros((0, width), np.float32)
    table: Any = db.sql("select vector from chunks join vectors using (sha256) order by id").to_arrow_table()
    flat = table.column("vector").combine_chunks()
    return np.ascontiguousarray(flat.flatten().to_numpy(zero_copy_only=False).reshape(n_chunks, width))


def _hidden(here: Snapshot, access: frozenset[str], documents: Collection[str] | None) -> npt.NDArray[np.bool_] | None:
    """True for each chunk that must not be found; None where all may be."""
    allowed = {name for name, (_, _, labels) in here.about.items() if labels & access}
    if documents is not None:
        allowed &= set(documents)
    if len(allowed) == len(here.about):
        return None
    return np.array([chunk.document not in allowed for chunk in here.chunks], bool)


def _candidates(
    here: Snapshot, question: str, vector: Vector | None, way: Way, hidden: npt.NDArray[np.bool_] | None
) -> Candidates:
    """What words and meaning each put up, with all that is known of it; rows are in order, so that ties repeat."""
    matches = here.keywords.matches(question)
    shared = matches.bm25 if hidden is None else np.where(hidden, np.float32(0), matches.bm25)
    matching = np.flatnonzero(shared > 0) if way != "vectors" else np.zeros(0, np.int64)
    by_words = matching[best(shared[matching], LISTED)]
    by_meaning = np.zeros(0, np.int64)
    if vector is not None and way != "keywords":
        by_meaning = _nearest(here, vector, hidden)
    rows = np.union1d(by_words, by_meaning)
    cosines = np.zeros(len(rows), np.float32) if vector is None else here.vectors.matrix[rows] @ vector
    return Candidates(
        rows=rows,
        bm25=shared[rows],
        cosine=cosines,
        coverage=matches.coverage[rows],
        codes=matches.codes[rows],
        by_words=np.searchsorted(rows, by_words),
        by_meaning=np.searchsorted(rows, by_meaning),
    )


def _nearest(here: Snapshot, vector: Vector, hidden: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.int64]:
    if hidden is None:
        return here.vectors.nearest(vector, LISTED).rows
    seen = np.flatnonzero(~hidden)
    return seen[Vectors(here.vectors.matrix[seen]).nearest(vector, LISTED).rows]


_SCORES: Mapping[Way, Callable[[Candidates], npt.NDArray[np.float32]]] = {
    "keywords": lambda found: found.bm25,
    "vectors": lambda found: found.cosine,
    "places": lambda found: fusion.reciprocal_rank([found.by_words, found.by_meaning], len(found.rows)),
    "scores": lambda found: fusion.min_max([found.bm25, found.cosine], WEIGHTS),
    "hybrid": reranking.scores,
}


def _hit(here: Snapshot, found: Candidates, at: int, score: float, parts: Vector, way: Way) -> Hit:
    chunk = here.chunks[found.rows[at]]
    updated, language, _ = here.about[chunk.document]
    words = None if way == "vectors" else float(found.bm25[at])
    meaning = None if way == "keywords" else float(found.cosine[at])
    return Hit(chunk, score, words, meaning, updated, language, tuple(map(float, parts)))


def stats(folder: Path) -> dict[str, Any]:
    """What an index holds: documents, chunks, terms, megabytes, model, when it was synced, what was unreadable.

    Raises:
        NoIndex: there is none.
    """
    with store.reading(folder) as db:
        one = db.execute(
            "select (select count(*) from documents), (select count(*) from chunks), "
            "(select count(distinct term) from postings), (select any_value(model) from about), "
            "(select any_value(synced_at) from about)"
        ).fetchone() or (0, 0, 0, "", None)
        unreadable = dict(db.execute("select file, reason from unreadable order by file").fetchall())
        languages = dict(db.execute("select language, count(*) from documents group by language order by 1").fetchall())
    return {
        "documents": one[0],
        "chunks": one[1],
        "terms": one[2],
        "model": one[3],
        "synced_at": f"{one[4].isoformat(timespec='seconds')}Z" if one[4] else None,
        "megabytes": round(store.current(folder).stat().st_size / 1e6, 1),
        "languages": languages,
        "unreadable": unreadable,
    }
