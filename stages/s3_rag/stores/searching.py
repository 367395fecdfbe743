"""Searches a store as `..search.Index` searches its own memory: same calls, same hits, same fusion by scores.

The store gives ids and scores; texts and days are read from the index, where labels are looked at once more, so that a
store which lags behind shows nothing that has been hidden since. It never writes to the store (`updating` does),
and it does not rerank: a store does not tell which words of a question a chunk has. So "hybrid" adds scores here.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from .. import fusion
from .. import store as index_store
from ..chunks import Chunk
from ..documents import PUBLIC
from ..embeddings import Embed
from ..fusion import Scores
from ..search import LISTED, WEIGHTS, Hit, Way
from ..store import NoIndex
from ..vectors import Vector, best
from .contract import Allowed, Store, same_model

_CHUNKS = """
select c.id, c.document, c.title, c.text, c.start, c.page, d.updated, d.language
from chunks c join documents d on d.id = c.document
where c.id in (select unnest(?)) and list_has_any(d.access, ?)
"""


class StoreSearch:
    """A store and the index whose chunks it holds, to search in; by several threads where the store allows it."""

    def __init__(self, store: Store, folder: Path, embed: Embed) -> None:
        """Open the current generation of the index.

        Raises:
            NoIndex: there is none, or the store holds nothing of it yet.
        """
        same_model(store.name, store.model, embed.model)
        self.store, self.folder, self.embed = store, folder, embed
        self._open()
        if not store.count() and self._db.execute("select 1 from chunks limit 1").fetchone():
            self.close()
            raise NoIndex(f"The store '{store.name}' holds nothing of {folder} yet. Sync the index, then the store.")

    def refresh(self) -> bool:
        """Read texts from the current generation if it is a newer one; say whether it was."""
        if index_store.current(self.folder) == self._file:
            return False
        self._db.close()
        self._open()
        return True

    @property
    def labels(self) -> frozenset[str]:
        """All access labels of the index."""
        return frozenset(row[0] for row in self._db.execute("select distinct unnest(access) from documents").fetchall())

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
        allowed = Allowed(frozenset(access), None if documents is None else frozenset(documents))
        by_words, by_meaning = dict[str, float](), dict[str, float]()
        if way != "vectors":
            by_words = self.store.by_words(question, LISTED, allowed)
        if way != "keywords" and vector is not None:
            by_meaning = self.store.by_meaning(vector, LISTED, allowed)
        names = sorted(by_words.keys() | by_meaning.keys())
        scores = _fused(way, names, by_words, by_meaning)
        order = best(scores, len(names)).tolist()
        known = self._known([names[at] for at in order[:k]], access)
        if len(known) < min(k, len(names)):  # the store lags behind: something of it is gone or hidden by now
            known = self._known(names, access)
        found = [at for at in order if names[at] in known][:k]
        return [self._hit(known[names[at]], float(scores[at]), by_words, by_meaning) for at in found]

    def close(self) -> None:
        """Let go of the index and of the store."""
        self._db.close()
        self.store.close()

    def _open(self) -> None:
        self._file = index_store.current(self.folder)
        self._db = duckdb.connect(str(self._file), read_only=True)

    def _known(self, names: list[str], access: Collection[str]) -> dict[str, tuple[Any, ...]]:
        rows = self._db.cursor().execute(_CHUNKS, [names, list(access)]).fetchall()
        return {row[0]: row for row in rows}

    def _hit(
        self, row: tuple[Any, ...], score: float, by_words: Mapping[str, float], by_meaning: Mapping[str, float]
    ) -> Hit:
        *chunk, updated, language = row
        return Hit(Chunk(*chunk), score, by_words.get(row[0]), by_meaning.get(row[0]), updated, language)


def _fused(way: Way, names: list[str], by_words: Mapping[str, float], by_meaning: Mapping[str, float]) -> Scores:
    """One score for each name; what a way did not list counts there as little as the least that it did, or less."""
    if way == "places":
        places = {name: at for at, name in enumerate(names)}
        listed = [sorted(found, key=lambda one: (-found[one], one)) for found in (by_words, by_meaning)]
        return fusion.reciprocal_rank([[places[one] for one in found] for found in listed], len(names))
    words = np.array([by_words.get(name, 0.0) for name in names], np.float32)
    least = min(by_meaning.values(), default=0.0)
    meaning = np.array([by_meaning.get(name, least) for name in names], np.float32)
    alone = {"keywords": words, "vectors": meaning}
    return alone[way] if way in alone else fusion.min_max([words, meaning], WEIGHTS)
