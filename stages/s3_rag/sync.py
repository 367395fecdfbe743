"""Brings an index to the state of a folder: what is new is added, what changed is replaced, what is gone is removed.

A file is read again when its size or time changed, and cut and embedded again when its content did. A file that cannot
be read is reported with the reason; what was indexed of it before stays. Another embedding model means all vectors
anew, while the old ones go on answering. Which files changed is not guessed from anything but size and time unless
`thorough` is asked for.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from . import documents, keywords, store
from .chunks import LETTERS, Chunk, chunks
from .documents import Document, Unreadable
from .embeddings import Embed
from .vectors import Matrix

Progress = Callable[[str, int, int], None]  # what is done now, how much of it, of how much


@dataclass(frozen=True)
class Report:
    """What a sync did: ids of documents, and {file: reason} of what could not be read."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    @property
    def is_nothing(self) -> bool:
        """Whether the index was as it should be."""
        return not (self.added or self.changed or self.removed or self.embedded)


@dataclass(frozen=True)
class _Known:
    """What the index has of a file."""

    id: str
    size: int
    changed_ns: int
    version: str


@dataclass(frozen=True)
class _State:
    """What the index has: how it was made, its files, and what could not be read."""

    model: str | None = None
    letters: int = 0
    files: dict[str, _Known] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    chunks: int = 0


@dataclass
class _Plan:
    """What has to be done, found out before anything is written."""

    new: dict[str, tuple[Document, Path]] = field(default_factory=dict)  # file → document
    touched: dict[str, tuple[int, int]] = field(default_factory=dict)  # file with another time only → size, time
    removed: list[str] = field(default_factory=list)  # ids
    unreadable: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0

    def is_nothing(self, unreadable: dict[str, str]) -> bool:
        """Is there nothing to write?"""
        return not (self.new or self.touched or self.removed) and self.unreadable == unreadable


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
        plan = _plan(folder, known, thorough, on_progress)
        total, embedded = before.chunks, 0
        if (before.model, before.letters) != (embed.model, letters) or not plan.is_nothing(before.unreadable):
            with store.writing(index) as db:
                total, embedded = _bring(db, plan, before, letters, embed, on_progress)
    return _report(plan, known, total, embedded, time.monotonic() - began)


def _state(index: Path) -> _State:
    try:
        with store.reading(index) as db:
            files = db.execute("select file, id, size, changed_ns, version from documents").fetchall()
            unreadable = dict(db.execute("select file, reason from unreadable").fetchall())
            model, letters = db.execute("select model, letters from about").fetchone() or (None, 0)
            return _State(model, letters, {row[0]: _Known(*row[1:]) for row in files}, unreadable, _count(db, "chunks"))
    except store.NoIndex:
        return _State()


def _bring(
    db: duckdb.DuckDBPyConnection, plan: _Plan, before: _State, letters: int, embed: Embed, on_progress: Progress
) -> tuple[int, int]:
    """Write what was planned; how many chunks there are then, and how many had to be embedded."""
    made = [chunk for document, _ in plan.new.values() for chunk in chunks(document, letters)]
    if before.letters != letters:
        for table in ("documents", "chunks", "postings"):
            db.execute(f"delete from {table}")
    _write(db, plan, made, before.files)
    embedded = _embed_missing(db, embed, before.model, on_progress)
    now = datetime.now(UTC).replace(tzinfo=None)
    db.execute("delete from about")
    db.execute("insert into about values (?, ?, ?, ?)", [embed.model, _width(db), letters, now])
    return _count(db, "chunks"), embedded


def _report(plan: _Plan, known: dict[str, _Known], total: int, embedded: int, seconds: float) -> Report:
    ids = {one.id for one in known.values()}
    told = [document.id for document, _ in plan.new.values()]
    return Report(
        added=tuple(one for one in told if one not in ids),
        changed=tuple(one for one in told if one in ids),
        removed=tuple(plan.removed),
        unchanged=plan.unchanged,
        unreadable=plan.unreadable,
        chunks=total,
        embedded=embedded,
        seconds=seconds,
    )


def _plan(folder: Path, known: dict[str, _Known], thorough: bool, on_progress: Progress) -> _Plan:
    plan, there = _Plan(), set[str]()
    paths = list(documents.files(folder))
    owners = {one.id: file for file, one in known.items()}
    for number, path in enumerate(paths, start=1):
        file = path.relative_to(folder).as_posix()
        there.add(file)
        on_progress("reading", number, len(paths))
        try:
            _look(path, file, folder, known.get(file), owners, thorough, plan)
        except Unreadable as exc:
            plan.unreadable[file] = str(exc)
            plan.unchanged += file in known
    moved = {document.id for document, _ in plan.new.values()}
    plan.removed = sorted(one.id for file, one in known.items() if file not in there and one.id not in moved)
    return plan


def _look(
    path: Path, file: str, folder: Path, before: _Known | None, owners: dict[str, str], thorough: bool, plan: _Plan
) -> None:
    """Find out what has to be done for one file."""
    found = path.stat() if path.exists() else None
    stamp = (found.st_size, found.st_mtime_ns) if found else None
    if before is not None and not thorough and stamp == (before.size, before.changed_ns):
        plan.unchanged += 1
        return
    document = documents.read(path, folder)
    owner = owners.setdefault(document.id, file)
    if owner != file and (folder / owner).exists():
        raise Unreadable(f"{file}: its id '{document.id}' is that of {owner} already. Give it another one.")
    owners[document.id] = file
    if before is not None and (document.id, document.version) == (before.id, before.version):
        plan.unchanged += 1
        if stamp is not None and stamp != (before.size, before.changed_ns):
            plan.touched[file] = stamp
    else:
        plan.new[file] = (document, path)


def _write(db: duckdb.DuckDBPyConnection, plan: _Plan, made: Sequence[Chunk], known: dict[str, _Known]) -> None:
    """Remove what is gone or replaced, and insert what is new."""
    replaced = [known[file].id for file in plan.new if file in known]
    gone = {*plan.removed, *replaced, *(document.id for document, _ in plan.new.values())}
    db.execute("create temp table gone as select unnest(?::varchar[]) as id", [sorted(gone)])
    db.execute("delete from postings where chunk in (select id from chunks where document in (from gone))")
    db.execute("delete from chunks where document in (from gone)")
    db.execute("delete from documents where id in (from gone)")
    db.execute("drop table gone")
    for file, (size, changed_ns) in plan.touched.items():
        db.execute("update documents set size = ?, changed_ns = ? where file = ?", [size, changed_ns, file])
    _insert(db, "documents", [_row(file, document, path) for file, (document, path) in plan.new.items()])
    _insert(db, "chunks", [_chunk_row(chunk) for chunk in made])
    _insert(db, "postings", _postings(made))
    db.execute("delete from unreadable")
    _insert(db, "unreadable", [{"file": file, "reason": reason} for file, reason in plan.unreadable.items()])


def _row(file: str, document: Document, path: Path) -> dict[str, Any]:
    found = path.stat()
    return {
        "id": document.id,
        "file": file,
        "size": found.st_size,
        "changed_ns": found.st_mtime_ns,
        "version": document.version,
        "title": document.title,
        "text": document.text,
        "updated": document.updated,
        "language": document.language,
        "access": list(document.access),
        "pages": list(document.pages),
        "attributes": json.dumps(dict(document.attributes), default=str, sort_keys=True),
    }


def _chunk_row(chunk: Chunk) -> dict[str, Any]:
    return {**vars(chunk), "sha256": chunk.sha256}


def _postings(cut: Iterable[Chunk]) -> Iterator[dict[str, Any]]:
    for chunk in cut:
        for term, n in keywords.counts(chunk.told).items():
            yield {"term": term, "chunk": chunk.id, "n": n}


def _insert(db: duckdb.DuckDBPyConnection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows at once, by column names."""
    listed = list(rows)
    if listed:
        db.register("new_rows", pa.Table.from_pylist(listed))
        db.execute(f"insert into {table} by name select * from new_rows")
        db.unregister("new_rows")


def _embed_missing(db: duckdb.DuckDBPyConnection, embed: Embed, model: str | None, on_progress: Progress) -> int:
    """Embed every text that has no vector of this model; drop the vectors that no chunk needs any more."""
    if model != embed.model:
        db.execute("drop table if exists vectors")
    has_vectors = _has_vectors(db)
    if has_vectors:
        db.execute("delete from vectors where sha256 not in (select sha256 from chunks)")
    wanted = "select sha256, any_value(title || chr(10) || text) from chunks {} group by sha256 order by sha256"
    missing = "where sha256 not in (select sha256 from vectors)" if has_vectors else ""
    rows = db.execute(wanted.format(missing)).fetchall()
    for start in range(0, len(rows), _STEP):
        part = rows[start : start + _STEP]
        vectors = embed([text for _, text in part])
        _keep(db, [name for name, _ in part], vectors)
        on_progress("embedding", start + len(part), len(rows))
    return len(rows)


_STEP = 256


def _keep(db: duckdb.DuckDBPyConnection, names: Sequence[str], vectors: Matrix) -> None:
    width = vectors.shape[1]
    db.execute(f"create table if not exists vectors (sha256 varchar primary key, vector float[{width}])")
    flat = pa.array(vectors.reshape(-1), pa.float32())
    rows = pa.table({"sha256": list(names), "vector": pa.FixedSizeListArray.from_arrays(flat, width)})
    db.register("new_rows", rows)
    db.execute("insert into vectors select * from new_rows")
    db.unregister("new_rows")


def _width(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute("select len(vector) from vectors limit 1").fetchone() if _has_vectors(db) else None
    return int(row[0]) if row else 0


def _has_vectors(db: duckdb.DuckDBPyConnection) -> bool:
    return bool(db.execute("select 1 from duckdb_tables() where table_name = 'vectors'").fetchall())


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    row = db.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
