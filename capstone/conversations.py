"""Conversations on disk: every question is kept before it is asked, every answer before it is called finished.

One SQLite file in WAL mode with synchronous=FULL: a row that `ask` or `finish` has returned survives kill -9 and a
power cut. Words that were still streaming when the process died are lost, the question is not.
Source: https://www.sqlite.org/pragma.html#pragma_synchronous
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from .desk import Call, Outcome
from .passages import Passage

SCHEMA = """
CREATE TABLE IF NOT EXISTS turn (
    id INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'answered', 'failed')),
    trouble TEXT,
    calls TEXT NOT NULL DEFAULT '[]',
    seconds REAL,
    first_words_s REAL
);
CREATE INDEX IF NOT EXISTS turn_conversation ON turn (conversation, id);
"""
LATER = {"product": "TEXT", "found": "INTEGER", "passages": "TEXT NOT NULL DEFAULT '[]'", "nearness": "REAL"}
"""Columns that files of an earlier version lack."""
COLUMNS = (
    "id, asked_at, question, answer, state, trouble, product, found, calls, passages, nearness, seconds, first_words_s"
)
VALID_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Turn:
    """A question and what came of it so far. `calls` are all calls for it, those of earlier tries included.

    `passages` are those that the model saw; `found` says whether the documents had an answer, None while nobody knows.
    """

    id: int
    asked_at: str
    question: str
    answer: str
    state: str
    trouble: str | None
    product: str | None
    found: bool | None
    calls: tuple[Call, ...]
    passages: tuple[Passage, ...]
    nearness: float | None
    seconds: float | None
    first_words_s: float | None

    @property
    def cost_usd(self) -> float:
        """What the question cost so far; calls without a known price count as nothing."""
        return sum(call.cost_usd or 0.0 for call in self.calls)


def new_id() -> str:
    """An id for a conversation that nobody can guess: whoever knows it can read the conversation."""
    return secrets.token_urlsafe(16)


def is_id(text: str) -> bool:
    """Could this be a conversation's id?

    >>> is_id(new_id()), is_id("../../etc/passwd")
    (True, False)
    """
    return VALID_ID.fullmatch(text) is not None


class Conversations:
    """The file of all conversations. Safe to use from many threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two may begin at once, and whoever turns a file to WAL does not wait for the other, whatever the timeout.
        with filelock.FileLock(path.with_suffix(".lock"), timeout=60), self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SCHEMA)
            there = {row[1] for row in db.execute("PRAGMA table_info(turn)")}
            for name, kind in LATER.items():
                if name not in there:
                    db.execute(f"ALTER TABLE turn ADD COLUMN {name} {kind}")

    def ask(self, conversation: str, question: str, product: str | None = None) -> int:
        """Keep a new question, with the product of whoever asks; gives its turn's id."""
        with self._open() as db:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            row = "INSERT INTO turn (conversation, asked_at, question, product) VALUES (?, ?, ?, ?)"
            return db.execute(row, (conversation, now, question, product)).lastrowid or 0

    def ask_again(self, turn_id: int) -> None:
        """Open a turn again that failed; its calls stay on record."""
        with self._open() as db:
            db.execute("UPDATE turn SET state='asked', trouble=NULL, answer='', found=NULL WHERE id=?", (turn_id,))

    def finish(self, turn_id: int, outcome: Outcome) -> None:
        """Keep what came of a question."""
        state = "failed" if outcome.trouble else "answered"
        with self._open() as db:
            (before,) = db.execute("SELECT calls FROM turn WHERE id=?", (turn_id,)).fetchone()
            calls = json.dumps(json.loads(before) + [asdict(call) for call in outcome.calls])
            shown = json.dumps([asdict(passage) for passage in outcome.passages])
            found = None if outcome.trouble else outcome.found
            values = (outcome.text, state, outcome.trouble, found, calls, shown, outcome.nearness)
            db.execute(
                "UPDATE turn SET answer=?, state=?, trouble=?, found=?, calls=?, passages=?, nearness=?, seconds=?, "
                "first_words_s=? WHERE id=?",
                (*values, outcome.seconds, outcome.first_words_s, turn_id),
            )

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, oldest first; none if it is not known."""
        with self._open() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM turn WHERE conversation=? ORDER BY id", (conversation,))
            return [_turn(row) for row in rows]

    def unanswered(self) -> list[Turn]:
        """The questions of all conversations to which the documents had no answer, newest first."""
        with self._open() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM turn WHERE found=0 ORDER BY id DESC")
            return [_turn(row) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection that commits at the end, or rolls back and raises."""
        with opened(self._path) as db:
            yield db


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that commits to the disk at the end, or rolls back and raises."""
    with closing(sqlite3.connect(path, timeout=10)) as db, db:
        db.execute("PRAGMA synchronous=FULL")
        yield db


def _turn(row: tuple[Any, ...]) -> Turn:
    told = dict(zip(COLUMNS.split(", "), row, strict=True))
    told["calls"] = tuple(Call(**call) for call in json.loads(told["calls"]))
    told["passages"] = tuple(Passage(**passage) for passage in json.loads(told["passages"]))
    told["found"] = None if told["found"] is None else bool(told["found"])
    return Turn(**told)
