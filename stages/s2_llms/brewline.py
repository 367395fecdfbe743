"""Brewline's data as typed records: one small function for each set in `datasets/`.

Each line of a set is checked against its record's types while it is read; nothing is repaired, sampled or cached. The
articles of the help centre are in `articles`; the shop's tables are Parquet, for which DuckDB is the better reader.
What the fields mean: datasets/WORLD.md, section 11. The format: https://jsonlines.org
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from .errors import CourseError

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
Split = Literal["train", "dev", "test"]
Record = TypeVar("Record")
_STRICT = ConfigDict(extra="forbid")


class DataError(CourseError):
    """A file of `datasets/` is missing or not as it should be; the message names the file, the line and the reason."""


@dataclass(frozen=True, config=_STRICT)
class Ticket:
    """One message of a customer with its labels; `second_pass` holds the labels of a second, blind pass."""

    id: str
    created_at: str
    channel: str
    language: str
    subject: str
    text: str
    customer_id: str | None
    order_id: str | None
    serial_number: str | None
    error_code: str | None
    product: str
    intent: str
    second_intent: str | None
    urgency: str
    stars: int | None
    expected_resolution: str
    needs_human: bool
    attachments: tuple[str, ...]
    voice_of: str
    second_pass: Mapping[str, Any] | None


@dataclass(frozen=True, config=_STRICT)
class Relevant:
    """A passage that bears on a question: grade 3 holds the answer, 2 helps, 1 has the same topic."""

    passage: str
    grade: int


@dataclass(frozen=True, config=_STRICT)
class Question:
    """A question to the help centre. A right answer holds one spelling of each of `facts` and none of `must_not`."""

    id: str
    kind: str
    language: str
    asked_on: date
    question: str
    relevant: tuple[Relevant, ...]
    misleading: tuple[str, ...]
    answer: str | None
    facts: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, config=_STRICT)
class JudgedAnswer:
    """An answer to a question, marked by people: 2 yes, 1 partly, 0 no; `trap` is what may mislead a judge."""

    id: str
    question_id: str
    passages: tuple[str, ...]
    answer: str
    right: int
    complete: int
    grounded: int
    polite: int
    verdict: Literal["pass", "fail"]
    trap: str
    why: str


@dataclass(frozen=True, config=_STRICT)
class JudgedPair:
    """Two answers to one question, and which is better; `swapped_of` is the pair with the other order."""

    id: str
    question_id: str
    first: str
    second: str
    better: Literal["first", "second", "tie"]
    swapped_of: str | None


@dataclass(frozen=True, config=_STRICT)
class Attack:
    """An attack on the desk, when it has worked (`success`), and its honest look-alike (`benign`)."""

    id: str
    way: str
    aim: str
    session_customer: str
    turns: tuple[Mapping[str, Any], ...]
    planted: tuple[Mapping[str, Any], ...]
    success: Mapping[str, Any]
    benign: Mapping[str, Any]
    note: str


@dataclass(frozen=True, config=_STRICT)
class Photo:
    """A drawn picture of a machine; `box` is x, y, width and height of the fault in pixels."""

    id: str
    file: str
    product: str
    fault: str
    display: str | None
    part: str | None
    view: str
    box: tuple[int, int, int, int] | None
    caption: str
    text_in_picture: str | None


@dataclass(frozen=True, config=_STRICT)
class VoiceMessage:
    """A recorded message with the words that were spoken."""

    id: str
    file: str
    language: str
    seconds: float
    text: str
    intent: str
    product: str
    order_id: str | None
    error_code: str | None
    noise: str


def load_tickets(split: Split, folder: Path = DATASETS / "tickets") -> tuple[Ticket, ...]:
    """The labelled tickets of a split."""
    return read_records(Ticket, folder / f"{split}.jsonl")


def load_questions(split: Split, folder: Path = DATASETS / "questions") -> tuple[Question, ...]:
    """The questions of a split, with those that have no answer."""
    return read_records(Question, folder / f"{split}.jsonl")


def load_judged_answers(folder: Path = DATASETS / "judge") -> tuple[JudgedAnswer, ...]:
    """The answers that people have marked."""
    return read_records(JudgedAnswer, folder / "answers.jsonl")


def load_judged_pairs(folder: Path = DATASETS / "judge") -> tuple[JudgedPair, ...]:
    """The pairs of answers that people have compared."""
    return read_records(JudgedPair, folder / "pairs.jsonl")


def load_attacks(folder: Path = DATASETS / "attacks") -> tuple[Attack, ...]:
    """The attacks, each with its honest look-alike."""
    return read_records(Attack, folder / "attacks.jsonl")


def load_photos(folder: Path = DATASETS / "photos") -> tuple[Photo, ...]:
    """The labels of the pictures."""
    return read_records(Photo, folder / "labels.jsonl")


def load_voice_messages(folder: Path = DATASETS / "voice") -> tuple[VoiceMessage, ...]:
    """The transcripts of the recordings."""
    return read_records(VoiceMessage, folder / "transcripts.jsonl")


def read_records(record: type[Record], path: Path) -> tuple[Record, ...]:
    """Read a JSON-lines file into records of one type.

    Raises:
        DataError: the file is missing, or a line is not such a record.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise DataError(f"{path} cannot be read ({exc.strerror}). Restore the folder from the repository.") from exc
    adapter = TypeAdapter(record)
    return tuple(_checked(adapter, path, number, line) for number, line in enumerate(lines, start=1))


def _checked(adapter: TypeAdapter[Record], path: Path, number: int, line: str) -> Record:
    try:
        return adapter.validate_json(line)
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the line"
        raise DataError(f"{path.name}, line {number}: {place}: {first['msg']}, saw {first['input']!r:.80}.") from exc
