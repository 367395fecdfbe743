"""The index on disk: one DuckDB file for each generation, and a small file that names the current one.

A writer copies the current file, changes the copy in one transaction, and names it as current as its last step. So a
reader never sees half, a writer that is killed leaves the old index answering, and many processes read while one
writes. Only counts of words are stored (keywords.py weighs them). DuckDB 2 with plain SQL, no extension.
https://duckdb.org/docs/stable/connect/concurrency
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import filelock

from stages.s2_llms.errors import CourseError

KEPT = 2  # generations: readers may still hold the one before
_NAME = re.compile(r"generation-(\d+)\.duckdb")

_SCHEMA = """
create table about (model varchar, dimensions integer, letters integer, synced_at timestamp);
create table documents (id varchar primary key, file varchar, size bigint, changed_ns bigint, version varchar,
    title varchar, text varchar, updated date, language varchar, access varchar[], pages integer[], attributes varchar);
create table chunks (id varchar primary key, document varchar, title varchar, text varchar, start integer,
    page integer, sha256 varchar);
create table postings (term varchar, chunk varchar, n integer);
create table unreadable (file varchar, reason varchar);
"""


class IndexBusy(CourseError):
    """Another process is writing to this index."""


class NoIndex(CourseError):
    """There is no index in this folder yet, or it is damaged."""


def current(folder: Path) -> Path:
    """The file of the generation that answers.

    Raises:
        NoIndex: nothing was indexed here yet.
    """
    try:
        path = folder / (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError as exc:
        raise NoIndex(f"There is no index in {folder}. Make one: python -m stages.s3_rag.app index FOLDER") from exc
    if not _NAME.fullmatch(path.name) or not path.is_file():
        raise NoIndex(f"{folder} names '{path.name}' as its index, which is not there. Remove the folder, index again.")
    return path


@contextmanager
def reading(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the current generation, which stays as it is.

    Raises:
        NoIndex: as `current`.
    """
    connection = duckdb.connect(str(current(folder)), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def alone(folder: Path, wait_s: float = 10.0) -> Iterator[None]:
    """Be the only one who changes this index; whoever reads it is not held up.

    Raises:
        IndexBusy: somebody else has been changing it for `wait_s`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / "LOCK", timeout=wait_s):
            yield
    except filelock.Timeout as exc:
        raise IndexBusy(f"Another sync is writing to {folder} since {wait_s:g} s or more. Try again later.") from exc


@contextmanager
def writing(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of the current generation, or to an empty one; it becomes current at the end.

    Only inside `alone`. An error leaves everything as it was, and so does a process that is killed.
    """
    part = folder / "next.part"
    before = _prepared(folder, part)
    connection = duckdb.connect(str(part))
    try:
        if before is None:
            connection.execute(_SCHEMA)
        connection.begin()
        yield connection
        connection.commit()
        connection.execute("checkpoint")
    finally:
        connection.close()
    _publish(folder, part, 1 if before is None else _number(before) + 1)


def _prepared(folder: Path, part: Path) -> Path | None:
    """Remove what a killed writer left; lay a copy of the current generation ready, if there is one."""
    for old in folder.glob("next.part*"):
        old.unlink()
    try:
        before = current(folder)
    except NoIndex:
        return None
    shutil.copyfile(before, part)
    return before


def _publish(folder: Path, part: Path, number: int) -> None:
    """Give the new file its name, then name it as current; what is too old goes."""
    path = folder / f"generation-{number:06}.duckdb"
    _to_disk(part)
    part.replace(path)
    pointer = folder / "CURRENT.part"
    pointer.write_text(f"{path.name}\n", encoding="utf-8")
    _to_disk(pointer)
    pointer.replace(folder / "CURRENT")
    for old in folder.iterdir():
        if _NAME.fullmatch(old.name) and _number(old) <= number - KEPT:
            with suppress(OSError):  # Windows keeps a file that somebody reads; the next sync removes it
                old.unlink()


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    assert found is not None  # `current` has checked the name
    return int(found[1])


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
