"""What a learner has solved: one line of JSON per checked answer, in a file that only ever grows.

A line is written with one call to the operating system, at the end of the file, under a lock, and is on the disk
before the check goes on: a kernel that is killed loses nothing that was shown, and two kernels do not mix their lines.
A line that a crash tore, or that a newer course wrote, is skipped and kept. Nothing is rewritten, or sent anywhere.
Source: https://pubs.opengroup.org/onlinepubs/9799919799/functions/write.html (O_APPEND)
"""

import json
import os
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

SCHEMA = 1
LOCK_TIMEOUT_S = 5


class ProgressWarning(UserWarning):
    """The progress file could not be written; the checks go on without it."""


@dataclass(frozen=True)
class Record:
    """One outcome. `time` is UTC in ISO 8601; `course` is the version of the course that wrote it."""

    lesson: str
    exercise: str
    outcome: str
    time: str = ""
    course: str = ""


@dataclass(frozen=True)
class LessonProgress:
    """What has been done in one lesson. `last` is the time of the newest outcome, UTC."""

    solved: frozenset[str]
    tried: frozenset[str]
    checks: int
    last: str


class Progress:
    """The progress file in a learner's folder."""

    def __init__(self, home: Path) -> None:
        self.path = home / "progress.jsonl"
        self._warned = False

    def add(self, lesson: str, exercise: str, outcome: str) -> None:
        """Keep an outcome. Where that is not possible, warn once and go on."""
        record = Record(lesson, exercise, outcome, datetime.now(UTC).isoformat(timespec="seconds"), _course_version())
        line = json.dumps({"v": SCHEMA} | asdict(record), ensure_ascii=False)
        try:
            self._append(line.encode() + b"\n")
        except (OSError, Timeout) as exc:
            if not self._warned:
                self._warned = True
                fix = "Name a folder that you may write to in COURSE_HOME."
                warnings.warn(f"Progress is not kept: {exc}. {fix}", ProgressWarning, stacklevel=4)

    def solved(self, lesson: str) -> set[str]:
        """The ids of the exercises of a lesson that were answered correctly at least once."""
        return {r.exercise for r in self.records() if r.lesson == lesson and r.outcome == "correct"}

    def summary(self) -> dict[str, LessonProgress]:
        """What has been done, by lesson id, for every lesson in which something was checked."""
        lessons: dict[str, list[Record]] = {}
        for record in self.records():
            lessons.setdefault(record.lesson, []).append(record)
        return {lesson: _summary(records) for lesson, records in lessons.items()}

    def records(self) -> list[Record]:
        """All outcomes that can be read, oldest first."""
        return [record for _, record in self._lines() if record]

    def unreadable(self) -> list[int]:
        """The numbers of the lines that are skipped: torn by a crash, edited, or written by a newer course."""
        return [number for number, record in self._lines() if record is None]

    def _lines(self) -> Iterator[tuple[int, Record | None]]:
        try:
            content = self.path.read_bytes()
        except OSError:
            return
        for number, line in enumerate(content.split(b"\n"), 1):
            if line.strip():
                yield number, _parse(line)

    def _append(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock"), timeout=LOCK_TIMEOUT_S):
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.path, flags, 0o644)
            try:
                start = b"" if _ends_whole(descriptor) else b"\n"
                written = os.write(descriptor, start + line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if written < len(start + line):
                raise OSError(f"only {written} of {len(start + line)} bytes fitted into {self.path}")


def _ends_whole(descriptor: int) -> bool:
    """Does the file end with a whole line? A torn one, left by a crash, must not be glued to the next."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _parse(line: bytes) -> Record | None:
    """The record of a line. Fields that we do not know are ignored, those of older versions may be missing."""
    try:
        data: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("v", 0), int) or data.get("v", 0) > SCHEMA:
        return None
    known = {name: data[name] for name in Record.__dataclass_fields__ if isinstance(data.get(name), str)}
    return Record(**known) if {"lesson", "exercise", "outcome"} <= known.keys() else None


def _summary(records: list[Record]) -> LessonProgress:
    return LessonProgress(
        solved=frozenset(r.exercise for r in records if r.outcome == "correct"),
        tried=frozenset(r.exercise for r in records if r.outcome in ("correct", "incorrect", "exception")),
        checks=len(records),
        last=max(r.time for r in records),
    )


def _course_version() -> str:
    return version("ai-engineering-course")
