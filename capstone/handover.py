"""Questions that a person takes over: a ticket with a number, on disk before it is promised to anybody.

It stands in the same file as the conversations. Nothing is sent from here: a later stage gives the people who answer a
page of their own. One turn has one ticket, however often the button is pressed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .conversations import opened

SCHEMA = """
CREATE TABLE IF NOT EXISTS handover (
    id INTEGER PRIMARY KEY,
    turn_id INTEGER NOT NULL UNIQUE REFERENCES turn (id),
    conversation TEXT NOT NULL,
    made_at TEXT NOT NULL,
    contact TEXT NOT NULL,
    note TEXT NOT NULL
);
"""
MOST_NOTE = 1000  # characters
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Ticket:
    """A question that waits for a person; `made_at` is UTC."""

    id: int
    turn_id: int
    contact: str
    note: str
    made_at: str

    @property
    def number(self) -> str:
        """What the customer is told.

        >>> Ticket(7, 1, "kim@example.org", "", "").number
        'H-0007'
        """
        return f"H-{self.id:04}"


def is_mail(text: str) -> bool:
    """Could this be an e-mail address? Whether anybody reads it is known when they answer.

    >>> is_mail("kim@example.org"), is_mail("kim at home")
    (True, False)
    """
    return len(text) <= 254 and _MAIL.fullmatch(text) is not None


class Handovers:
    """All tickets. Safe to use from many threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with opened(path) as db:
            db.executescript(SCHEMA)

    def make(self, conversation: str, turn_id: int, contact: str, note: str = "") -> Ticket:
        """Keep a ticket for a turn; where there is one already, that one."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values = (turn_id, conversation, now, contact, note[:MOST_NOTE])
        with opened(self._path) as db:
            db.execute(
                "INSERT OR IGNORE INTO handover (turn_id, conversation, made_at, contact, note) VALUES (?, ?, ?, ?, ?)",
                values,
            )
        return self.of(conversation)[turn_id]

    def of(self, conversation: str) -> dict[int, Ticket]:
        """The tickets of a conversation, by turn."""
        return self._read("WHERE conversation=?", (conversation,))

    def all(self) -> dict[int, Ticket]:
        """All tickets, by turn."""
        return self._read("", ())

    def _read(self, where: str, values: tuple[str, ...]) -> dict[int, Ticket]:
        with opened(self._path) as db:
            rows = db.execute(f"SELECT id, turn_id, contact, note, made_at FROM handover {where}", values)
            return {row[1]: Ticket(*row) for row in rows}
