"""What can be asked of a model, with the vendor's spelling removed.

`echo`, where there is one, holds what the wire wants to see again when it writes the result; nobody else reads it.
"""

from dataclasses import dataclass, field
from typing import Literal

from .talk import Audio, Image, JsonObject, Tool, Turn


@dataclass(frozen=True)
class Ask:
    """A chat request.

    `tool_choice` is 'auto', 'none', 'required', or 'named' (then `tool_name` says which). `schema` is the JSON
    schema that the answer has to satisfy; `json_only` asks for JSON of any shape.

    `thinking` is the budget of tokens for notes before the answer (None: no notes are shown). `n` asks for several
    replies; the model is asked once for each, with `sample` counting from 0. `logprobs` asks for the chances of the
    words, with so many alternatives. `cache_marks` are the numbers of blocks, counted from the first turn, after
    which the client marked the end of a prefix to be cached.
    """

    model: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["auto", "none", "required", "named"] = "auto"
    tool_name: str | None = None
    parallel_tools: bool = True
    schema: JsonObject | None = None
    json_only: bool = False
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    temperature: float | None = None
    seed: int | None = None
    thinking: int | None = None
    n: int = 1
    sample: int = 0
    logprobs: int | None = None
    cache_marks: tuple[int, ...] = ()
    stream: bool = False
    echo: JsonObject = field(default_factory=dict, compare=False)

    def system(self) -> str:
        """The instructions: the words of all system turns."""
        return "\n\n".join(t.text() for t in self.turns if t.role == "system")


@dataclass(frozen=True)
class Embed:
    """A request for embeddings; `dimensions` asks for shorter vectors."""

    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Count:
    """How many tokens would this ask be?"""

    ask: Ask


@dataclass(frozen=True)
class ListModels:
    """Which models are there? With `model` set: tell me about that one."""

    model: str | None = None
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Transcribe:
    """Which words are in this recording? `language` is a hint (ISO 639-1)."""

    model: str
    audio: Audio
    language: str | None = None
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Speak:
    """Say this text. `media_type` is the sound format that is wanted; `speed` 1.0 is natural."""

    model: str
    text: str
    voice: str
    media_type: str = "audio/wav"
    speed: float = 1.0
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Moderate:
    """Is any of these harmful? One result is given for each item."""

    model: str
    items: tuple[str | Image, ...]
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Files:
    """Something about the key's uploaded files, which the provider keeps and the model never sees.

    'store' comes with `name`, `media_type` and `data`; 'describe', 'content' and 'delete' with `id`.
    """

    action: Literal["store", "list", "describe", "content", "delete"]
    id: str | None = None
    name: str = ""
    media_type: str = "application/octet-stream"
    data: bytes = b""
    purpose: str = ""
    expires_after_s: int | None = None
    echo: JsonObject = field(default_factory=dict, compare=False)


Request = Ask | Embed | Count | ListModels | Transcribe | Speak | Moderate | Files
