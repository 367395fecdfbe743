"""What each key sent and what it got: the record by which an exercise judges a learner's retry code.

An entry is made when a request has arrived, and completed while it is answered, so that a client which has seen the
end of a reply always finds it here. It is memory only, and bounded: per key and over all keys by `Shelf`, which
forgets the oldest entries first. A short form of access log: https://en.wikipedia.org/wiki/Common_Log_Format
"""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BODY_BYTES = 64 * 1024  # of one body are kept
KEY_ENTRIES = 2_000  # per key
ALL_ENTRIES = 200_000  # over all keys
ALL_BYTES = 64 * 1024 * 1024  # of bodies over all keys


@dataclass(slots=True, eq=False)
class Entry:
    """One request of a key. `status` stays None while nothing was answered: still at work, dropped, or client gone."""

    n: int
    at_s: float  # since the key's first request or last reset
    vendor: str
    route: str
    method: str
    raw: bytes = b""
    raw_bytes: int = 0  # the whole body's length, of which `raw` may be the beginning
    model: str | None = None
    status: int | None = None
    fault: str | None = None
    stream: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None
    duration_ms: float | None = None
    retry: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the entry as a JSON object."""
        names = ("n", "at_s", "vendor", "route", "method", "model", "status", "fault", "stream")
        more = ("tokens_in", "tokens_out", "duration_ms", "retry")
        return {name: getattr(self, name) for name in (*names, *more)} | {"body": self._body()}

    def _body(self) -> Any:
        if not self.raw_bytes:
            return None
        if self.raw_bytes == len(self.raw):
            try:
                return json.loads(self.raw)
            except (ValueError, RecursionError):
                pass
        return {"bytes": self.raw_bytes, "begins": self.raw.decode("utf-8", "replace")}


class Shelf:
    """The room that all journals share. Full, it takes the oldest entry out of the journal that it stands in."""

    def __init__(self, entries: int = ALL_ENTRIES, body_bytes: int = ALL_BYTES) -> None:
        self._max_entries, self._max_bytes = entries, body_bytes
        self._standing: deque[tuple[Journal, Entry]] = deque()
        self.bytes_kept = 0

    def put(self, journal: "Journal", entry: Entry) -> None:
        """Take in an entry and make room for it."""
        self._standing.append((journal, entry))
        self.bytes_kept += len(entry.raw)
        while len(self._standing) > self._max_entries or self.bytes_kept > self._max_bytes:
            owner, oldest = self._standing.popleft()
            self.bytes_kept -= len(oldest.raw)
            owner.forget(oldest)

    def empty(self, entry: Entry) -> None:
        """Free the bytes of an entry that its journal gave up."""
        self.bytes_kept -= len(entry.raw)
        entry.raw = b""


@dataclass(eq=False)
class Journal:
    """The entries of one key, oldest first."""

    shelf: Shelf
    max_entries: int = KEY_ENTRIES
    _entries: deque[Entry] = field(default_factory=deque)

    def add(self, entry: Entry, raw: bytes) -> None:
        """Write down a request; of a long body only the beginning is kept."""
        entry.raw, entry.raw_bytes = raw[:BODY_BYTES], len(raw)
        self._entries.append(entry)
        if len(self._entries) > self.max_entries:
            self.shelf.empty(self._entries.popleft())
        self.shelf.put(self, entry)

    def forget(self, entry: Entry) -> None:
        """Give up the entry if it is the oldest one here (the shelf always asks for the oldest)."""
        if self._entries and self._entries[0] is entry:
            self._entries.popleft()

    def clear(self) -> None:
        """Give up all entries."""
        while self._entries:
            self.shelf.empty(self._entries.popleft())

    def after(self, n: int, limit: int) -> Iterator[Entry]:
        """Give the first `limit` entries with a number above `n`, oldest first."""
        later = (entry for entry in self._entries if entry.n > n)
        return (entry for _, entry in zip(range(limit), later, strict=False))

    def __len__(self) -> int:
        return len(self._entries)
