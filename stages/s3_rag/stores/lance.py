"""LanceDB: columns in a folder, changed by writing new pieces beside the old ones; embedded, for many processes.

Words are LanceDB's own: an index with BM25, English stems and stop words. Vectors are compared one by one, exactly: it
has approximate indexes too, which its manual calls for above some 100,000 vectors. Filters are SQL, before ranking.
https://docs.lancedb.com/search/full-text-search, https://docs.lancedb.com/search/filtering
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.index import FTS

from ..vectors import Vector
from .contract import Allowed, Entry, same_model

_SAFE = 500  # names in one condition of SQL


class LanceStore:
    """One table in a folder."""

    def __init__(self, folder: Path, name: str, model: str) -> None:
        """Open the folder.

        Raises:
            SettingsError: the table is of another model.
        """
        self.name, self.model = name, model
        self._db = lancedb.connect(str(folder))
        self._table()

    def versions(self) -> dict[str, str]:
        if (table := self._table()) is None:
            return {}
        found = table.search().select(["id", "version"]).to_arrow()
        return dict(zip(found["id"].to_pylist(), found["version"].to_pylist(), strict=True))

    def update(self, entries: Sequence[Entry], removed: Collection[str]) -> None:
        table = self._table() or (self._create(len(entries[0].vector)) if entries else None)
        if table is None:
            return
        names = list(removed)
        for start in range(0, len(names), _SAFE):
            table.delete(f"id in {_listed(names[start : start + _SAFE])}")
        if entries:
            rows = pa.Table.from_pylist([_row(entry) for entry in entries], table.schema)
            table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)

    def settle(self) -> None:
        if (table := self._table()) is None:
            return
        if not table.list_indices():
            table.create_index("text", config=FTS(language="English"))
        table.optimize()  # takes new rows into the index; until then they are found by reading them all

    def by_words(self, question: str, k: int, allowed: Allowed) -> dict[str, float]:
        table = self._table()
        if table is None or not table.list_indices():
            return {}
        query = table.search(question, query_type="fts", fts_columns="text")
        return _found(query, "_score", k, allowed)

    def by_meaning(self, vector: Vector, k: int, allowed: Allowed) -> dict[str, float]:
        if (table := self._table()) is None:
            return {}
        query = table.search(vector, vector_column_name="vector", query_type="vector").distance_type("dot")
        return {one: 1.0 - far for one, far in _found(query, "_distance", k, allowed).items()}

    def count(self) -> int:
        table = self._table()
        return 0 if table is None else int(table.count_rows())

    def drop(self) -> None:
        if self._table() is not None:
            self._db.drop_table(self.name)

    def close(self) -> None:
        """Nothing is held open."""

    def _table(self) -> Any:
        """The table, or None before the first entry; the model's name stands in its schema."""
        if self.name not in self._db.list_tables().tables:
            return None
        table = self._db.open_table(self.name)
        same_model(self.name, (table.schema.metadata or {}).get(b"model", b"").decode(), self.model)
        return table

    def _create(self, width: int) -> Any:
        text, vector = pa.string(), pa.list_(pa.float32(), width)
        columns = {"id": text, "version": text, "document": text, "text": text, "access": pa.list_(text)}
        return self._db.create_table(
            self.name, schema=pa.schema({**columns, "vector": vector}, metadata={"model": self.model})
        )


def _row(entry: Entry) -> dict[str, Any]:
    return {**vars(entry), "access": list(entry.access)}


def _found(query: Any, score: str, k: int, allowed: Allowed) -> dict[str, float]:
    condition = f"array_has_any(access, {_listed(allowed.access, '[]')})"
    if allowed.documents is not None:
        condition += f" and document in {_listed(allowed.documents)}"
    rows = query.where(condition, prefilter=True).select(["id", score]).limit(k).to_arrow()
    return dict(zip(rows["id"].to_pylist(), rows[score].to_pylist(), strict=True))


def _listed(words: Iterable[str], brackets: str = "()") -> str:
    """Words as a list in SQL.

    >>> _listed(["a", "it's"])
    "('a', 'it''s')"
    """
    quoted = ", ".join("'{}'".format(word.replace("'", "''")) for word in words)
    return f"{brackets[0]}{quoted}{brackets[1]}"
