"""What stands beside a graph that keeps numbers only: ids, versions, labels and counts of words, in an Arrow table.

Words are searched with ours (`..keywords`), and labels say which rows may be found. A table never changes: an update
makes another one. On disk are counts; weights are computed when it is opened, because they depend on all rows.
https://arrow.apache.org/docs/python/ipc.html
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import keywords
from ..keywords import Keywords
from .contract import Allowed, Entry, number

_TEXT, _MANY = pa.string(), pa.list_(pa.string())
_COLUMNS = {"key": pa.uint64(), "id": _TEXT, "version": _TEXT, "document": _TEXT, "access": _MANY}
_SCHEMA = pa.schema({**_COLUMNS, "terms": _MANY, "counts": pa.list_(pa.int32())})


def read(file: Path | None) -> pa.Table:
    """The table of a file; an empty one without a file."""
    return _SCHEMA.empty_table() if file is None else pa.ipc.open_file(file).read_all()


def write(table: pa.Table, file: Path) -> None:
    """Keep a table in a file."""
    with pa.ipc.new_file(file, _SCHEMA) as open_file:
        open_file.write_table(table)


def changed(table: pa.Table, entries: Sequence[Entry], gone: Sequence[str]) -> pa.Table:
    """The table without what is gone, and with the new entries."""
    kept = table.filter(pc.invert(pc.is_in(table["id"], value_set=pa.array(gone, _TEXT))))
    return pa.concat_tables([kept, pa.Table.from_pylist([_row(entry) for entry in entries], _SCHEMA)])


class Beside:
    """A table made ready to be asked; `keys` are the rows' numbers in the graph."""

    def __init__(self, table: pa.Table) -> None:
        self.ids: list[str] = table["id"].to_pylist()
        self.keys: npt.NDArray[np.uint64] = table["key"].to_numpy()
        self.places = {key: place for place, key in enumerate(self.keys.tolist())}
        self._document, self._documents = _coded(table["document"])
        at, labels, names = _flat(table["access"])
        self._opens = {name: np.bincount(at[labels == i], minlength=len(table)) > 0 for i, name in enumerate(names)}
        self.keywords = _keywords(table)

    def seen(self, allowed: Allowed) -> npt.NDArray[np.bool_]:
        """True for each row that may be found, (n_rows,)."""
        seen = np.zeros(len(self.ids), bool)
        for label in allowed.access:
            seen |= self._opens.get(label, False)
        if allowed.documents is not None:
            seen &= np.isin(self._document, [i for i, one in enumerate(self._documents) if one in allowed.documents])
        return seen


def _row(entry: Entry) -> dict[str, object]:
    counts = keywords.counts(entry.text)
    lists = {"access": list(entry.access), "terms": list(counts), "counts": list(counts.values())}
    return {"key": number(entry.id), "id": entry.id, "version": entry.version, "document": entry.document, **lists}


def _keywords(table: pa.Table) -> Keywords:
    at, terms, words = _flat(table["terms"])
    order = np.argsort(terms, kind="stable")
    often = table["counts"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    in_order = np.asarray(words, object)[terms[order]].tolist()
    return Keywords.build(in_order, at[order].astype(np.int32), often[order], len(table))


def _coded(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Words as numbers, and what each number means."""
    encoded = column.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices, np.int64), encoded.dictionary.to_pylist()


def _flat(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str]]:
    """A column of lists as one: the row of each word, the word as a number, and what each number means."""
    lists = column.combine_chunks()
    rows = np.repeat(np.arange(len(lists)), np.diff(lists.offsets.to_numpy()))
    codes, words = _coded(pa.chunked_array([lists.flatten()]))
    return rows, codes, words
