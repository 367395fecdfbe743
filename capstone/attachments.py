"""Files that come with a question: what is taken and what is refused, kept on disk with what was read from them.

A file is taken by what its bytes are, not by its name. The limits are ours; vendors have their own and change them.
Source for what the bytes begin with: https://mimesniff.spec.whatwg.org
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s2_llms.messages import File

from .conversations import opened

MOST_MB = 5
KINDS = "a photo (PNG, JPEG, WEBP), a PDF, or a voice message (WAV, MP3)"
_BEGINNINGS: Mapping[bytes, str] = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
}
_CONTAINERS: Mapping[bytes, str] = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
SCHEMA = """
CREATE TABLE IF NOT EXISTS attachment (
    turn_id INTEGER PRIMARY KEY REFERENCES turn (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    data BLOB NOT NULL,
    words TEXT,
    problem TEXT
);
"""


class Refused(CourseError):
    """A file that is not taken; the message says why, and what would be."""


@dataclass(frozen=True)
class Attachment:
    """A file of a turn. `words` is what was read from it, `problem` why nothing was; both None while nobody looked."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    words: str | None = None
    problem: str | None = None

    @property
    def file(self) -> File:
        """The file as a model gets it."""
        return File(self.media_type, self.data, self.name)


def taken(name: str, data: bytes) -> Attachment:
    """The file, if it is one that we take.

    Raises:
        Refused: it is empty, too large, or of another kind.

    >>> taken("photo.png", b"%PDF-1.7").media_type
    'application/pdf'
    """
    name = Path(name).name[:100]
    if not data:
        raise Refused(f"{name} is empty. Please attach it again.")
    if len(data) > MOST_MB * 1_000_000:
        raise Refused(f"{name} has {len(data) / 1e6:.1f} MB, and we take up to {MOST_MB}. Please send a smaller one.")
    kind = next((kind for begins, kind in _BEGINNINGS.items() if data.startswith(begins)), None)
    if data.startswith(b"RIFF"):
        kind = _CONTAINERS.get(data[8:12])
    if kind is None:
        raise Refused(f"{name} is of a kind that we cannot read. Please send {KINDS}.")
    return Attachment(name, kind, data)


class Attachments:
    """All files of all turns, in the file of the conversations. Safe to use from many threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with opened(path) as db:
            db.executescript(SCHEMA)

    def keep(self, turn_id: int, one: Attachment) -> None:
        """Keep the file of a turn, and what was read from it if that is known by now."""
        with opened(self._path) as db:
            values = (turn_id, one.name, one.media_type, one.data, one.words, one.problem)
            db.execute("INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?, ?)", values)

    def of(self, turn_id: int) -> Attachment | None:
        """The file of a turn, None if it has none."""
        with opened(self._path) as db:
            columns = "name, media_type, data, words, problem"
            row = db.execute(f"SELECT {columns} FROM attachment WHERE turn_id=?", (turn_id,)).fetchone()
            return Attachment(*row) if row else None
