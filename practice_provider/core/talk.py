"""What is said in a conversation: words, pictures, sounds, documents, calls of tools, and the turns they stand in.

Nothing in here knows a URL, a header or a vendor's field name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

JsonObject = Mapping[str, Any]
Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True)
class Text:
    """Words said by either side."""

    text: str


@dataclass(frozen=True)
class Thinking:
    """What the model noted before it answered. `signature` lets a client hand it back; it is never checked."""

    text: str
    signature: str = ""


@dataclass(frozen=True)
class Image:
    """A picture in an ask. `url` is set instead of `data` where the client sent a link."""

    media_type: str
    data: bytes = b""
    url: str | None = None


@dataclass(frozen=True)
class Audio:
    """A recording in an ask."""

    media_type: str
    data: bytes


@dataclass(frozen=True)
class Document:
    """A file in an ask, a PDF for example. `file_id` stands for one that was uploaded before."""

    media_type: str
    data: bytes = b""
    title: str | None = None
    url: str | None = None
    file_id: str | None = None


@dataclass(frozen=True)
class ToolCall:
    """The model asks for a tool; `args` is the decoded JSON object."""

    id: str
    name: str
    args: JsonObject


@dataclass(frozen=True)
class ToolResult:
    """What the client's tool gave back for the call with this id; `media` are the pictures and files in it."""

    call_id: str
    text: str
    is_error: bool = False
    media: tuple[Image | Document, ...] = ()


Block = Text | Thinking | Image | Audio | Document | ToolCall | ToolResult
Said = Text | Thinking | ToolCall  # what a model may say


@dataclass(frozen=True)
class Turn:
    """One message of the conversation."""

    role: Role
    blocks: tuple[Block, ...]

    def text(self) -> str:
        """All words of the turn, joined by newlines."""
        return "\n".join(b.text for b in self.blocks if isinstance(b, Text))


@dataclass(frozen=True)
class Tool:
    """A function that the model may ask for; `parameters` is a JSON schema of an object."""

    name: str
    description: str = ""
    parameters: JsonObject = field(default_factory=dict)
