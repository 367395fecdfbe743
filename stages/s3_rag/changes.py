"""What has changed in a folder since it was indexed: found out file by file, read only where size or time differ.

Documents that are new or changed go by one after the other, so that memory never holds them all; the rest is noted in
a `Plan`. Nothing is written here (sync.py). A folder that cannot be listed is not an empty one: what was indexed of it
stays. Why size and time, and what can slip through: https://git-scm.com/docs/racy-git
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import documents
from .documents import Document, Unreadable

PART_LETTERS = 2_000_000  # of documents that are held in memory at once
Progress = Callable[[str, int, int], None]  # what is done now, how much of it, of how much


@dataclass(frozen=True)
class Known:
    """What the index has of a file."""

    id: str
    size: int
    changed_ns: int
    version: str


@dataclass(frozen=True)
class New:
    """A document to write, and its file's size and time from before it was read: a later change will be noticed."""

    file: str
    document: Document
    stamp: tuple[int, int]


@dataclass
class Plan:
    """What was found out, file by file, while what is new went by."""

    added: list[str] = field(default_factory=list)  # ids
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    touched: dict[str, tuple[int, int]] = field(default_factory=dict)  # file with another time only → size, time
    unreadable: dict[str, str] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0

    def is_nothing(self, unreadable: dict[str, str]) -> bool:
        """Is there nothing to write?"""
        return not (self.added or self.changed or self.touched or self.removed) and self.unreadable == unreadable


def looked(folder: Path, known: dict[str, Known], thorough: bool, plan: Plan, on_progress: Progress) -> Iterator[New]:
    """Look at every file; what has to be written goes by, all else is noted in the plan, which is whole at the end."""
    found = documents.listing(folder)
    paths = {path.relative_to(folder).as_posix(): path for path in found.files}
    plan.others, plan.unreadable = dict(sorted(found.others.items())), dict(found.closed)
    owners = {one.id: file for file, one in known.items()}
    ids = set(owners)
    for number, (file, path) in enumerate(paths.items(), start=1):
        on_progress("reading", number, len(paths))
        try:
            new = _look(path, file, folder, known.get(file), owners, thorough, plan)
        except Unreadable as exc:
            plan.unreadable[file] = str(exc)
            plan.unchanged += file in known
            continue
        if new is not None:
            (plan.changed if new.document.id in ids else plan.added).append(new.document.id)
            yield new
    kept = {one.id for file, one in known.items() if _is_below(file, found.closed)}
    plan.unchanged += len(kept)
    plan.removed = sorted({one.id for file, one in known.items() if file not in paths} - kept - {*plan.changed})


def _is_below(file: str, folders: Collection[str]) -> bool:
    return bool(folders) and any(parent.as_posix() in folders for parent in Path(file).parents)


def _look(
    path: Path, file: str, folder: Path, before: Known | None, owners: dict[str, str], thorough: bool, plan: Plan
) -> New | None:
    """Find out what has to be done for one file: the document to write, if there is one."""
    stamp = _stamp(path)
    if before is not None and not thorough and stamp == (before.size, before.changed_ns):
        plan.unchanged += 1
        return None
    document = documents.read(path, folder)
    owner = owners.setdefault(document.id, file)
    if owner != file and (folder / owner).exists():
        raise Unreadable(f"{file}: its id '{document.id}' is that of {owner} already. Give it another one.")
    owners[document.id] = file
    if before is None or (document.id, document.version) != (before.id, before.version):
        return New(file, document, stamp)
    plan.unchanged += 1
    if stamp != (before.size, before.changed_ns):
        plan.touched[file] = stamp
    return None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0  # reading it says why
    return found.st_size, found.st_mtime_ns


def parts(new: Iterable[New]) -> Iterator[list[New]]:
    """What is new, in parts that memory holds easily: no more is read before the last part is written."""
    part, letters = list[New](), 0
    for one in new:
        part.append(one)
        letters += len(one.document.text)
        if letters >= PART_LETTERS:
            yield part
            part, letters = [], 0
    if part:
        yield part
