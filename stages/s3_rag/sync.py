"""Brings an index to the state of a folder: what is new is added, what changed is replaced, what is gone is removed.

A file is read again when its size or time changed, and cut and embedded again when its content did. A file that cannot
be read is reported with the reason; what was indexed of it before stays. Another embedding model means all vectors
anew, while the old ones go on answering. Which files changed is not guessed from anything but size and time unless
`thorough` is asked for.
"""

import json
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from . import keywords, store
from .changes import Known, New, Plan, Progress, looked, parts
from .chunks import LETTERS, chunks
from .embeddings import Embed
from .vectors import Matrix


@dataclass(frozen=True)
class Report:
    """What a sync did: ids of documents, {file: reason} of what could not be read, {ending: count} of other files."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0
    others: dict[str, int] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether the index was as it should be."""
        return not (self.added or self.changed or self.removed or self.embedded)


@dataclass(frozen=True)
class _State:
    """What the index has: how it was made, its files, and what could not be read."""

    model: str | None = None
    letters: int = 0
    files: dict[str, Known] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    chunks: int = 0


def sync(
    folder: Path,
    index: Path,
    embed: Embed,
    *,
    letters: int = LETTERS,
    thorough: bool = False,
    on_progress: Progress = lambda what, done, of: None,
) -> Report:
    """Index a folder, or bring its index up to date; `index` is the folder in which the index lies.

    Raises:
        IndexBusy: another sync is writing.
        NotADirectoryError: there is no such folder.
        ProviderError: the embedding model refused or did not answer; the index is as it was.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder. Name one with .md, .txt, .html or .pdf files in it.")
    began = time.monotonic()
    with store.alone(index):
        before = _state(index)
        known = before.files if before.letters == letters else {}
        plan = Plan()
        new = parts(looked(folder, known, thorough, plan, on_progress))
        first = next(new, [])  # nothing is opened for writing where nothing is new; then the plan is whole by now
        total, embedded = before.chunks, 0
        if first or (before.model, before.letters) != (embed.model, letters) or not plan.is_nothing(before.unreadable):
            with store.writing(index) as db:
                _bring(db, filter(None, chain([first], new)), plan, before, letters)
                embedded = _embed_missing(db, embed, before.model, on_progress)
                now = datetime.now(UTC).replace(tzinfo=None)
                db.execute("delete from about")
                db.execute("insert into about values (?, ?, ?, ?)", [embed.model, _width(db), letters, now])
                total = _count(db, "chunks")
    changed = tuple(plan.added), tuple(plan.changed), tuple(plan.removed), plan.unchanged, plan.unreadable
    return Report(*changed, total, embedded, time.monotonic() - began, plan.others)


def _state(index: Path) -> _State:
    try:
        with store.reading(index) as db:
            files = db.execute("select file, id, size, changed_ns, version from documents").fetchall()
            unreadable = dict(db.execute("select file, reason from unreadable").fetchall())
            model, letters = db.execute("select model, letters from about").fetchone() or (None, 0)
            return _State(model, letters, {row[0]: Known(*row[1:]) for row in files}, unreadable, _count(db, "chunks"))
    except store.NoIndex:
        return _State()


def _bring(
    db: duckdb.DuckDBPyConnection, new: Iterable[Sequence[New]], plan: Plan, before: _State, letters: int
) -> None:
    """Write what is new as it is read, part by part, and then what was found out on the way."""
    if before.letters != letters:
        for table in ("documents", "chunks", "postings"):
            db.execute(f"delete from {table}")
    for part in new:
        replaced = {before.files[one.file].id for one in part if one.file in before.files}
        _remove(db, replaced | {one.document.id for one in part} if before.files else ())
        _add(db, "documents", pa.Table.from_pylist([_row(one) for one in part]))
        _cut(db, part, letters)
    _remove(db, plan.removed)
    for file, (size, changed_ns) in plan.touched.items():
        db.execute("update documents set size = ?, changed_ns = ? where file = ?", [size, changed_ns, file])
    db.execute("delete from unreadable")
    if plan.unreadable:
        db.executemany("insert into unreadable values (?, ?)", list(plan.unreadable.items()))


def _remove(db: duckdb.DuckDBPyConnection, ids: Collection[str]) -> None:
    if ids:
        db.execute("create or replace temp table gone as select unnest(?::varchar[]) as id", [sorted(ids)])
        db.execute("delete from postings where chunk in (select id from chunks where document in (from gone))")
        db.execute("delete from chunks where document in (from gone)")
        db.execute("delete from documents where id in (from gone)")


def _row(one: New) -> dict[str, Any]:
    size, changed_ns = one.stamp
    told = json.dumps(dict(one.document.attributes), default=str, sort_keys=True)
    more = {"file": one.file, "size": size, "changed_ns": changed_ns, "version": one.document.version}
    return vars(one.document) | more | {"attributes": told}


def _cut(db: duckdb.DuckDBPyConnection, part: Sequence[New], letters: int) -> None:
    """The chunks of documents, with how often each term stands in them, a bounded number of rows at a time."""
    made = (chunk for one in part for chunk in chunks(one.document, letters))
    while some := list(islice(made, _STEP_CHUNKS)):
        _add(db, "chunks", pa.Table.from_pylist([vars(chunk) | {"sha256": chunk.sha256} for chunk in some]))
        terms, ids, how_often = list[str](), list[str](), list[int]()
        for chunk in some:
            counted = keywords.counts(chunk.told)
            terms += counted
            ids += [chunk.id] * len(counted)
            how_often += counted.values()
        _add(db, "postings", pa.table({"term": terms, "chunk": ids, "n": pa.array(how_often, pa.int32())}))


_STEP_CHUNKS = 4_096


def _add(db: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert many rows at once, by column names."""
    db.from_arrow(rows.select(db.table(table).columns)).insert_into(table)


def _embed_missing(db: duckdb.DuckDBPyConnection, embed: Embed, model: str | None, on_progress: Progress) -> int:
    """Embed every text that has no vector of this model; drop the vectors that no chunk needs any more."""
    if model != embed.model:
        db.execute("drop table if exists vectors")
    has_vectors = _has_vectors(db)
    if has_vectors:
        db.execute("delete from vectors where sha256 not in (select sha256 from chunks)")
    missing = "where sha256 not in (select sha256 from vectors)" if has_vectors else ""
    db.execute(
        "create or replace temp table missing as select row_number() over (order by sha256) as n, * from (select "
        f"sha256, any_value(title || chr(10) || text) as told from chunks {missing} group by sha256)"
    )
    count = _count(db, "missing")
    for start in range(0, count, _STEP):  # a part at a time: all texts together may be more than memory holds
        rows = db.execute("select sha256, told from missing where n > ? and n <= ?", [start, start + _STEP]).fetchall()
        _keep(db, [name for name, _ in rows], embed([text for _, text in rows]))
        on_progress("embedding", start + len(rows), count)
    return count


_STEP = 256


def _keep(db: duckdb.DuckDBPyConnection, names: Sequence[str], vectors: Matrix) -> None:
    width = vectors.shape[1]
    db.execute(f"create table if not exists vectors (sha256 varchar primary key, vector float[{width}])")
    flat = pa.array(vectors.reshape(-1), pa.float32())
    _add(db, "vectors", pa.table({"sha256": list(names), "vector": pa.FixedSizeListArray.from_arrays(flat, width)}))


def _width(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute("select len(vector) from vectors limit 1").fetchone() if _has_vectors(db) else None
    return int(row[0]) if row else 0


def _has_vectors(db: duckdb.DuckDBPyConnection) -> bool:
    return bool(db.execute("select 1 from duckdb_tables() where table_name = 'vectors'").fetchall())


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    row = db.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
