"""What is said to a model and by it, in words of no vendor: messages and their parts, and the one question of a chat.

Each module of `sdks/` translates these into its vendor's own forms. Nothing here opens a connection or knows a vendor.
The parts are those that all three have: https://platform.openai.com/docs/api-reference/chat,
https://docs.anthropic.com/en/api/messages, https://ai.google.dev/api/caching#Part
"""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .errors import SettingsError

if TYPE_CHECKING:
    from .tools import Tool

JsonObject = Mapping[str, Any]
MAX_FILE_BYTES = 20_000_000
_PLAIN = dict.fromkeys((".json", ".jsonl", ".yaml", ".yml", ".toml"), "text/plain")
_TYPES = _PLAIN | {".md": "text/markdown", ".wav": "audio/wav", ".mp3": "audio/mpeg"}
"""What an ending says, where the system's own table says something else, or nothing."""


@dataclass(frozen=True)
class Text:
    """Words among other parts."""

    text: str


@dataclass(frozen=True)
class File:
    """A picture, a recording, a PDF or a text, with its bytes: models see no paths."""

    media_type: str
    data: bytes = field(repr=False)
    name: str = "file"

    @classmethod
    def read(cls, path: Path) -> "File":
        """The file at this path; its ending says what it is.

        Raises:
            SettingsError: it cannot be read, is too large, or should be text and is not.
        """
        media_type = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "text/plain"
        try:
            if (size := path.stat().st_size) > MAX_FILE_BYTES:
                raise SettingsError(f"{path} has {size:,} bytes; a message carries up to {MAX_FILE_BYTES:,}. Cut it.")
            file = cls(media_type, path.read_bytes(), path.name)
            file.words()
        except OSError as exc:
            raise SettingsError(f"{path} cannot be read: {exc.strerror}.") from exc
        except UnicodeDecodeError as exc:
            raise SettingsError(f"{path} is not text in UTF-8, and its ending names no other kind.") from exc
        return file

    def words(self) -> str | None:
        """A text file as words that can be cited, None for any other.

        >>> File("text/plain", b"Tea at four.", "notes.txt").words()
        '<document id="notes.txt">\\nTea at four.\\n</document>'
        """
        is_text = self.media_type.startswith("text/")
        return f'<document id="{self.name}">\n{self.data.decode("utf-8")}\n</document>' if is_text else None


@dataclass(frozen=True)
class ToolCall:
    """The model asks for a tool. `broken` holds arguments that were no JSON object; nothing is run then.

    `signature` is what some vendors want back with the call, unread by us.
    """

    id: str
    name: str
    arguments: JsonObject
    broken: str = ""
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class ToolResult:
    """What came of the call with this id, in words that the model reads."""

    call_id: str
    text: str
    is_error: bool = False


Part = Text | File | ToolCall | ToolResult


@dataclass(frozen=True)
class Message:
    """One turn of the conversation: words, parts, or both; the words come first."""

    role: Literal["user", "assistant"]
    text: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def content(self) -> tuple[Part, ...]:
        """All parts, the words as the first of them.

        >>> Message("user", "Hello").content
        (Text(text='Hello'),)
        """
        return (Text(self.text), *self.parts) if self.text else self.parts


@dataclass(frozen=True)
class Ask:
    """One question to a model, as every module of `sdks/` gets it. None and nothing mean: the vendor's own default."""

    model: str
    messages: Sequence[Message]
    system: str = ""
    tools: Sequence["Tool"] = ()
    schema: JsonObject | None = None
    max_tokens: int = 1024
    temperature: float | None = None


@dataclass(frozen=True)
class Words:
    """A few more words of the answer, as they arrive."""

    text: str


@dataclass(frozen=True)
class Finished:
    """What an SDK knows when the stream has ended. `stop` is the vendor's word, None where it never said why.

    `tokens_in` counts all tokens that were read, the `cached` ones among them.
    """

    stop: str | None
    tokens_in: int
    tokens_out: int
    request_id: str | None = None
    cached: int = 0
    refused: bool = False
