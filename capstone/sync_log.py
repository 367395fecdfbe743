"""What each sync changed, one JSON line each, newest last: freshness that can be shown, and the day that holds.

A line is on disk before it counts. A line that was cut off by a crash is passed over.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from stages.s3_rag.sync import Report


@dataclass(frozen=True)
class Entry:
    """One sync: when it ended, the day to which the documents were brought, and what it did."""

    at: datetime
    day: date
    report: Report


class SyncLog:
    """The log of one index."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, day: date, report: Report) -> Entry:
        """Keep what a sync did."""
        entry = Entry(datetime.now(UTC), day, report)
        line = {"at": entry.at.isoformat(timespec="seconds"), "day": day.isoformat(), "report": asdict(report)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return entry

    def entries(self) -> list[Entry]:
        """All syncs, newest first."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [entry for line in reversed(lines) if (entry := _read(line)) is not None]


def _read(line: str) -> Entry | None:
    try:
        row = json.loads(line)
        return Entry(
            datetime.fromisoformat(row["at"]), date.fromisoformat(row["day"]), _REPORT.validate_python(row["report"])
        )
    except (ValueError, KeyError, TypeError):
        return None


_REPORT = TypeAdapter(Report)
