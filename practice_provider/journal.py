"""What each key sent and what it got: the record by which an exercise judges a learner's retry code.

An entry is made when a request has arrived, and completed while it is answered, so that a client which has seen the
end of a reply always finds it here. It is memory only, and bounded: per key, and over all keys by `Shelf`, which
forgets the oldest bodies first and the oldest entries next. Headers are never kept, so no key is.
A short form of access log: https://en.wikipedia.org/wiki/Common_Log_Format
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

BODY_BYTES = 64 * 1024  # of one body are kept
KEY_ENTRIES = 2_000  # per key
ALL_ENTRIES = 50_000  # over all keys
ALL_BYTES = 8 * 1024 * 1024  # of bodies over all keys
READABLE = ("application/json", "text/", "application/x-ndjson")  # other replies are only measured


@dataclass(slots=True, eq=False)
class Entry:
    """One request of a key. `status` stays None while nothing was answered: still at work, dropped, or client gone.

    `raw` and `reply` are the beginnings of what came in and what went out; `…_bytes` are the whole lengths.
    """

    n: int
    at_s: float  # since the key's first request or last reset
    vendor: str
    route: str
    method: str
    raw: bytes = b""
    raw_bytes: int = 0
    model: str | None = None
    status: int | None = None
    fault: str | None = None
    stream: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int | None = None
    cost_usd: float | None = None
    duration_ms: float | None = None
    retry: int | None = None
    request_id: str | None = None
    retry_after_s: float | None = None
    reply: bytes = b""
    reply_bytes: int = 0
    reply_type: str = ""
    stands: bool = False  # in a journal

    def as_json(self) -> dict[str, Any]:
        """Give the entry as a JSON object."""
        told = {name: getattr(self, name) for name in _TOLD}
        return told | {"body": _shown(self.raw, self.raw_bytes), "reply": self._reply()}

    def has(self, words: bytes) -> bool:
        """Are these words, in small letters, in what came in or went out?"""
        return words in self.raw.lower() or words in self.reply.lower()

    def _reply(self) -> Any:
        if self.reply_bytes and not self.reply_type.startswith(READABLE):
            return {"bytes": self.reply_bytes, "type": self.reply_type}
        if not self.reply_type.startswith("application/json"):
            return self.reply.decode("utf-8", "replace") if self.reply_bytes else None
        return _shown(self.reply, self.reply_bytes)


_TOLD = (
    *("n", "at_s", "vendor", "route", "method", "model", "status", "fault", "stream"),
    *("tokens_in", "tokens_out", "cached", "cost_usd", "duration_ms", "retry", "request_id", "retry_after_s"),
)


def _shown(data: bytes, whole: int) -> Any:
    if not whole:
        return None
    if whole == len(data):
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            pass
    return {"bytes": whole, "begins": data.decode("utf-8", "replace")}


class Shelf:
    """The room that all journals share. What is too much is taken from the oldest entry, wherever it stands."""

    def __init__(self, entries: int = ALL_ENTRIES, body_bytes: int = ALL_BYTES) -> None:
        self._max_entries, self._max_bytes = entries, body_bytes
        self._standing: deque[tuple[Journal, Entry]] = deque()
        self._with_bodies: deque[Entry] = deque()
        self._gone = 0  # entries in `_standing` that their journals gave up
        self.bytes_kept = 0

    def put(self, journal: "Journal", entry: Entry) -> None:
        """Take in an entry and make room for it."""
        entry.stands = True
        self._standing.append((journal, entry))
        self._with_bodies.append(entry)
        self._make_room(len(entry.raw))
        while len(self._standing) - self._gone > self._max_entries:
            owner, oldest = self._standing.popleft()
            if oldest.stands:
                owner.forget(oldest)
                self.empty(oldest)
            self._gone -= 1  # it was counted by `empty`, now or before

    def add_bytes(self, entry: Entry, more: bytes) -> None:
        """Take in what was answered, if the entry still stands."""
        if entry.stands:
            entry.reply = more
            self._make_room(len(more))

    def empty(self, entry: Entry) -> None:
        """Free the bytes of an entry that its journal gave up."""
        if entry.stands:
            entry.stands = False
            self._strip(entry)
            self._gone += 1
        if self._gone > 1_000 and self._gone * 2 > len(self._standing):
            self._standing = deque(pair for pair in self._standing if pair[1].stands)
            self._with_bodies = deque(one for one in self._with_bodies if one.stands)
            self._gone = 0

    def _make_room(self, more: int) -> None:
        self.bytes_kept += more
        while self.bytes_kept > self._max_bytes and self._with_bodies:
            self._strip(self._with_bodies.popleft())

    def _strip(self, entry: Entry) -> None:
        self.bytes_kept -= len(entry.raw) + len(entry.reply)
        entry.raw = entry.reply = b""


@dataclass(eq=False)
class Journal:
    """The entries of one key, oldest first."""

    shelf: Shelf
    max_entries: int = KEY_ENTRIES
    watchers: "list[Watcher]" = field(default_factory=list)
    _entries: deque[Entry] = field(default_factory=deque)

    def add(self, entry: Entry, raw: bytes) -> None:
        """Write down a request; of a long body only the beginning is kept."""
        entry.raw, entry.raw_bytes = raw[:BODY_BYTES], len(raw)
        self._entries.append(entry)
        if len(self._entries) > self.max_entries:
            self.shelf.empty(self._entries.popleft())
        self.shelf.put(self, entry)
        self.tell(entry)

    def answer(self, entry: Entry, media_type: str, parts: Sequence[bytes], whole: int) -> None:
        """Write down what was sent: at least its beginning, in parts, and its whole length."""
        entry.reply_type, entry.reply_bytes = media_type, whole
        if media_type.startswith(READABLE):
            data = parts[0] if len(parts) == 1 else b"".join(parts)
            self.shelf.add_bytes(entry, data[:BODY_BYTES])
        self.tell(entry)

    def tell(self, entry: Entry) -> None:
        """Let those who watch know that the entry is new or has changed."""
        for watcher in self.watchers:
            watcher.note(entry)

    def forget(self, entry: Entry) -> None:
        """Give up the entry if it is the oldest one here (the shelf always asks for the oldest)."""
        if self._entries and self._entries[0] is entry:
            self._entries.popleft()

    def clear(self) -> None:
        """Give up all entries."""
        while self._entries:
            self.shelf.empty(self._entries.popleft())
        for watcher in self.watchers:
            watcher.note_reset()

    def after(self, n: int, limit: int, fits: Callable[[Entry], bool] | None = None) -> Iterator[Entry]:
        """Give the first `limit` entries with a number above `n`, oldest first; with `fits`, of those that fit."""
        later = (entry for entry in self._entries if entry.n > n and (fits is None or fits(entry)))
        return islice(later, limit)

    def __len__(self) -> int:
        return len(self._entries)


class Watcher:
    """Collects what changes in a journal for somebody who reads it live; each entry waits at most once."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: dict[int, Entry] = {}
        self._reset = False
        self._event = asyncio.Event()
        self.ended = False  # nothing more will come: the provider stops

    def __enter__(self) -> "Watcher":
        self._journal.watchers.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        self._journal.watchers.remove(self)

    def note(self, entry: Entry) -> None:
        """An entry is new or has changed."""
        self._waiting[entry.n] = entry
        if len(self._waiting) > self._journal.max_entries:
            self._waiting.pop(next(iter(self._waiting)))
        self._event.set()

    def note_reset(self) -> None:
        """The journal was emptied; numbers begin again."""
        self._waiting.clear()
        self._reset = True
        self._event.set()

    def end(self) -> None:
        """Let whoever waits go."""
        self.ended = True
        self._event.set()

    async def changes(self, timeout_s: float) -> tuple[bool, list[Entry]]:
        """Wait for changes: whether the journal was emptied, and the entries that changed since; nothing in time."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except TimeoutError:
            return False, []
        reset, entries = self._reset, list(self._waiting.values())
        self._reset, self._waiting = False, {}
        self._event.clear()
        return reset, entries
