"""Brings a store to the state of an index: what it lacks is added, what changed is replaced, what is gone is removed.

The difference is computed from what the store says that it holds: so it may be repeated after a kill, and a lost store
is made again. Nothing is embedded, the vectors lie in the index. One writer at a time, of the index or of a store.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from .. import store as index_store
from ..changes import Progress
from .contract import Entry, Store, same_model

STEP = 2_000  # chunks in one update

_VERSIONS = """
select c.id, c.sha256 || ':' || array_to_string(list_sort(d.access), ',')
from chunks c join documents d on d.id = c.document order by 1
"""
_ENTRIES = """
select c.id, c.sha256 || ':' || array_to_string(list_sort(d.access), ','), c.document,
    c.title || chr(10) || c.text, d.access, v.vector
from chunks c join documents d on d.id = c.document join vectors v using (sha256)
where c.id in (select unnest(?)) order by 1
"""


@dataclass(frozen=True)
class Changes:
    """How many chunks were added, replaced and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def bring_up_to_date(store: Store, index: Path, *, on_progress: Progress = lambda what, done, of: None) -> Changes:
    """Bring a store to the current generation of the index in a folder.

    Raises:
        NoIndex: there is none.
        IndexBusy: another process is changing the index, or a store of it.
        SettingsError: the index was made with another embedding model than the store.
    """
    with index_store.alone(index), index_store.reading(index) as db:
        return _bring(db, store, on_progress)


def _bring(db: duckdb.DuckDBPyConnection, store: Store, on_progress: Progress) -> Changes:
    about = db.execute("select model from about").fetchone()
    same_model(store.name, store.model, about[0] if about else store.model)
    wanted, held = dict(db.execute(_VERSIONS).fetchall()), store.versions()
    removed = sorted(held.keys() - wanted.keys())
    missing = [one for one, version in wanted.items() if held.get(one) != version]
    if removed:
        store.update([], removed)
    done = 0
    for entries in _entries(db, missing):
        store.update(entries, ())
        done += len(entries)
        on_progress("storing", done, len(missing))
    if removed or missing:
        store.settle()
    added = sum(one not in held for one in missing)
    return Changes(added, len(missing) - added, len(removed))


def _entries(db: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[list[Entry]]:
    for start in range(0, len(names), STEP):
        rows = db.execute(_ENTRIES, [names[start : start + STEP]]).fetchall()
        yield [
            Entry(identity, version, document, text, tuple(access), np.asarray(vector, np.float32))
            for identity, version, document, text, access, vector in rows
        ]
