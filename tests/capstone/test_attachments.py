"""Files as questions: what is taken or refused, what is read from each kind, and what is said where nothing is."""

import io
import wave
from pathlib import Path

import pytest
from PIL import Image

from capstone.attachments import MOST_MB, Attachment, Attachments, Refused, taken
from capstone.connection import Exchange
from capstone.conversations import Conversations
from capstone.reading import NO_SOUND, NOT_HEARD, NOT_SEEN, read
from stages.s2_llms.brewline import DATASETS


def a_file(path: str) -> Attachment:
    """A file of the data sets."""
    return taken(Path(path).name, (DATASETS / path).read_bytes())


def a_sound(*values: int) -> bytes:
    """A WAV file with these samples."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"".join(value.to_bytes(2, "little", signed=True) for value in values))
    return out.getvalue()


def a_picture() -> bytes:
    """A picture that nobody knows."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "seagreen").save(out, "png")
    return out.getvalue()


def words(exchange: Exchange, one: Attachment) -> Attachment:
    chat = exchange.chat("attachments")
    return read(one, chat, lambda it: exchange.hear(it.file, chat))


@pytest.mark.parametrize(
    ("path", "media_type", "said"),
    [
        ("photos/P-005.png", "image/png", "The display shows E17."),
        ("voice/V-001.wav", "audio/wav", "Since this morning it says E07"),
        ("voice/V-023.wav", "audio/wav", "Gilt die Garantie noch"),
        ("attacks/carriers/invoice-question.pdf", "application/pdf", "How long can we download the original?"),
    ],
)
def test_a_photo_a_recording_and_a_pdf_become_words(exchange: Exchange, path: str, media_type: str, said: str) -> None:
    one = a_file(path)
    assert one.media_type == media_type
    assert said in (words(exchange, one).words or "")


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("garden.png", a_picture(), NOT_SEEN),
        ("hum.wav", a_sound(*[3000, -3000] * 4000), NOT_HEARD),
        ("pocket.wav", a_sound(*[0] * 8000), NO_SOUND),
        ("broken.pdf", b"%PDF-1.7 and nothing else", "broken.pdf"),
    ],
)
def test_what_cannot_be_read_has_a_reason_for_the_customer(
    exchange: Exchange, name: str, data: bytes, problem: str
) -> None:
    told = words(exchange, taken(name, data))
    assert told.words is None
    assert problem in (told.problem or "")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.png", b"", "is empty"),
        ("film.mp4", b"\0\0\0 ftypisom", "is of a kind that we cannot read. Please send a photo"),
        ("photo.png", b"MZ\x90 a program", "is of a kind that we cannot read"),
        ("film.wav", b"RIFF\0\0\0\0AVI LIST", "is of a kind that we cannot read"),
        ("scan.pdf", b"%PDF-" + b"x" * (MOST_MB * 1_000_000), "has 5.0 MB, and we take up to 5"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        taken(f"../../{name}", data)
    assert str(refusal.value).startswith(name), "its folder is nobody's business"


def test_a_file_is_kept_with_what_was_read_from_it(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    turn_id = Conversations(path).ask("c" * 16, "")
    Attachments(path).keep(turn_id, Attachment("p.png", "image/png", b"bytes"))
    Attachments(path).keep(turn_id, Attachment("p.png", "image/png", b"bytes", "A Duo drips."))
    assert Attachments(path).of(turn_id) == Attachment("p.png", "image/png", b"bytes", "A Duo drips.")
    assert Attachments(path).of(turn_id + 1) is None
