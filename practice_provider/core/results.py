"""What a request is answered with. Ids and numbers are the same for the same request on every machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .talk import Said

Stop = Literal["end", "tool", "length", "stop_sequence", "refusal"]
ModelKind = Literal["chat", "embedding", "transcription", "speech", "moderation"]


@dataclass(frozen=True)
class Usage:
    """Token counts. `cached` of the `tokens_in` were read from a prompt cache and `cache_written` were put into it;
    `reasoning` of the `tokens_out` were notes."""

    tokens_in: int
    tokens_out: int
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0


@dataclass(frozen=True)
class Chance:
    """The natural logarithm of a token's probability, and those of the likeliest tokens at its place."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Reply:
    """The model's answer to an `Ask`.

    `chances` are those of the tokens of its words, where they were asked for. `others` are the further replies where
    several were asked for; `usage` counts all of them.
    """

    id: str
    model: str
    blocks: tuple[Said, ...]
    stop: Stop
    usage: Usage
    stop_text: str | None = None  # the stop sequence that was met
    chances: tuple[Chance, ...] = ()
    others: tuple["Reply", ...] = ()


@dataclass(frozen=True)
class Vectors:
    """The answer to an `Embed`: one vector of unit length per text."""

    model: str
    vectors: tuple[tuple[float, ...], ...]
    tokens_in: int


@dataclass(frozen=True)
class Counted:
    """The answer to a `Count`."""

    tokens: int


@dataclass(frozen=True)
class ModelInfo:
    """One model on offer; `context` and `max_out` are in tokens."""

    name: str
    label: str
    kind: ModelKind
    context: int
    max_out: int


@dataclass(frozen=True)
class Models:
    """The answer to a `ListModels`."""

    models: tuple[ModelInfo, ...]


@dataclass(frozen=True)
class Segment:
    """A stretch of a transcript; times in seconds from the beginning."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Transcript:
    """The answer to a `Transcribe`."""

    model: str
    text: str
    language: str
    duration_s: float
    segments: tuple[Segment, ...]
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Speech:
    """The answer to a `Speak`: a sound file."""

    model: str
    media_type: str
    data: bytes
    tokens_in: int


@dataclass(frozen=True)
class Verdict:
    """How harmful one item is: a score of 0 to 1 for each category, and the categories that are flagged."""

    scores: Mapping[str, float]
    flagged: frozenset[str]


@dataclass(frozen=True)
class Verdicts:
    """The answer to a `Moderate`, one verdict for each item."""

    id: str
    model: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class StoredFile:
    """A file that was uploaded."""

    id: str
    name: str
    media_type: str
    data: bytes
    purpose: str = ""
    expires_after_s: int | None = None  # told to the client; nothing expires here


@dataclass(frozen=True)
class FileList:
    """The answer to a `Files`: the files in question. A `deleted` one is named for the last time."""

    files: tuple[StoredFile, ...]
    deleted: bool = False


Result = Reply | Vectors | Counted | Models | Transcript | Speech | Verdicts | FileList
