"""Qdrant: points with a dense vector for meaning and a sparse one for words, in a folder or on a server.

Words are ours (`..keywords`): each is a number, weighed as in BM25 with a fixed mean length; how rare it is Qdrant
knows itself (its IDF modifier). In a folder, Qdrant's client does all in numpy: exact, one process at a time, for small
collections; the same calls go to a server, whose graph is approximate. Filters work during the search in both.
https://qdrant.tech/documentation/concepts/indexing/#idf-modifier
"""

import uuid
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from .. import keywords
from ..keywords import K1, B
from ..vectors import Vector
from .contract import Allowed, Entry, StoreUnavailable, number, same_model

MEAN_LENGTH = 150  # terms of a chunk; a fixed one, so that no weight changes when chunks come and go
_STEP = 256  # points in one request
_PAGE = 10_000


class QdrantStore:
    """One collection; in a folder of its own, which Qdrant locks."""

    def __init__(self, where: Path | str, name: str, model: str) -> None:
        """Open a folder, or connect to the server at a URL.

        Raises:
            StoreUnavailable: another process holds the folder, or no server answers.
            SettingsError: the collection is of another model.
        """
        self.name, self.model = name, model
        try:
            self._client = QdrantClient(path=str(where / name)) if isinstance(where, Path) else QdrantClient(url=where)
            self._is_there()
        except (RuntimeError, ApiException) as exc:
            raise StoreUnavailable(f"Qdrant at {where} cannot be opened: {exc}") from exc

    def versions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        after: Any = None
        while self._is_there():
            rows, after = self._client.scroll(self.name, limit=_PAGE, offset=after, with_payload=["id", "version"])
            found |= {row.payload["id"]: row.payload["version"] for row in rows if row.payload}
            if after is None:
                break
        return found

    def update(self, entries: Sequence[Entry], removed: Collection[str]) -> None:
        if self._is_there() and removed:
            self._client.delete(self.name, [_point_id(one) for one in removed])
        if entries and not self._is_there():
            self._create(len(entries[0].vector))
        for start in range(0, len(entries), _STEP):
            self._client.upsert(self.name, [_point(entry) for entry in entries[start : start + _STEP]])

    def settle(self) -> None:
        """A point is searched as soon as it is there."""

    def by_words(self, question: str, k: int, allowed: Allowed) -> dict[str, float]:
        terms = sorted({_word(term) for term in keywords.terms(question)})
        asked = models.SparseVector(indices=terms, values=[1.0] * len(terms))
        return self._search(asked, "words", k, allowed) if terms else {}

    def by_meaning(self, vector: Vector, k: int, allowed: Allowed) -> dict[str, float]:
        return self._search(vector.tolist(), "meaning", k, allowed)

    def count(self) -> int:
        return self._client.count(self.name).count if self._is_there() else 0

    def drop(self) -> None:
        self._client.delete_collection(self.name)

    def close(self) -> None:
        self._client.close()

    def _search(self, asked: Any, using: str, k: int, allowed: Allowed) -> dict[str, float]:
        if not self._is_there():
            return {}
        wanted = {"access": allowed.access, "document": allowed.documents}
        only = models.Filter(must=[_among(key, words) for key, words in wanted.items() if words is not None])
        told = self._client.query_points(self.name, asked, using, query_filter=only, limit=k, with_payload=["id"])
        return {point.payload["id"]: point.score for point in told.points if point.payload}

    def _create(self, width: int) -> None:
        self._client.create_collection(
            self.name,
            vectors_config={"meaning": models.VectorParams(size=width, distance=models.Distance.DOT)},
            sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)},
            metadata={"model": self.model},
        )

    def _is_there(self) -> bool:
        if not self._client.collection_exists(self.name):
            return False
        metadata = self._client.get_collection(self.name).config.metadata or {}
        same_model(self.name, metadata.get("model"), self.model)
        return True


def _among(key: str, words: Collection[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(words)))


def _point(entry: Entry) -> models.PointStruct:
    counts = keywords.counts(entry.text)
    slow = K1 * (1 - B + B * sum(counts.values()) / MEAN_LENGTH)
    weights: dict[int, float] = {}
    for term, n in counts.items():
        weights[_word(term)] = weights.get(_word(term), 0.0) + n * (K1 + 1) / (n + slow)
    words = models.SparseVector(indices=list(weights), values=list(weights.values()))
    payload = {"id": entry.id, "version": entry.version, "document": entry.document, "access": list(entry.access)}
    vector: dict[str, Any] = {"meaning": entry.vector.tolist(), "words": words}
    return models.PointStruct(id=_point_id(entry.id), vector=vector, payload=payload | {"text": entry.text})


def _point_id(chunk: str) -> str:
    """Qdrant wants numbers or UUIDs."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, chunk))


def _word(term: str) -> int:
    """A term's place in the sparse vector: 32 bits, so two of 100,000 terms may share one, once in a while."""
    return number(term) >> 32
