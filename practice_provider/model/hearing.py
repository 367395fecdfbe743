"""A recording to words: `practice-transcribe`. It understands what `practice-speak` wrote (modem.py).

It is not a speech recogniser. A human voice gets a plain sentence that says so, unless the recording is one of those
that are known by their fingerprint (fingerprints.py). Recordings in a chat are heard in the same way.
What a WAV file holds: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
"""

import io
import math
import re
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..core import Ask, Audio, Block, Segment, Text, Transcribe, Transcript, Turn
from . import catalog, fingerprints, modem, tokens
from .fingerprints import Spoken
from .modem import Samples

UNKNOWN = "The practice model does not know this recording: it only understands sounds that practice-speak has made."
TOKENS_PER_S = 32
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?…]+(?=\s|$)|(?=\n)|$)")
LANGUAGE = "en"  # of a transcript whose client did not say another; languages are not told apart here


@dataclass(frozen=True)
class Recording:
    """The sound of a WAV file."""

    samples: Samples
    rate: int

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return round(len(self.samples) / self.rate, 3)


def transcribe(request: Transcribe) -> Transcript:
    """Write down what is heard, sentence by sentence.

    Raises:
        Fault: "no_such_model", or "bad_request" for a model of another kind.
    """
    catalog.find(request.model, "transcription")
    recording = opened(request.audio.data)
    duration_s = recording.duration_s if recording else 0.0
    heard = modem.read(recording.samples, recording.rate) if recording else None
    spoken = _spoken(recording, heard) or Spoken(UNKNOWN, LANGUAGE)
    return Transcript(
        model=request.model,
        text=spoken.words,
        language=request.language or spoken.language,
        duration_s=duration_s,
        segments=tuple(_segments(spoken.words, heard, duration_s)),
        tokens_in=math.ceil(duration_s * TOKENS_PER_S),
        tokens_out=tokens.count(spoken.words),
    )


def understood(ask: Ask) -> Ask:
    """Put the words of recordings that are understood where the recordings were; others stay."""
    if not any(isinstance(block, Audio) for turn in ask.turns for block in turn.blocks):
        return ask
    return replace(ask, turns=tuple(Turn(turn.role, tuple(map(_heard, turn.blocks))) for turn in ask.turns))


def _heard(block: Block) -> Block:
    if not isinstance(block, Audio):
        return block
    recording = opened(block.data)
    heard = modem.read(recording.samples, recording.rate) if recording else None
    spoken = _spoken(recording, heard)
    return block if spoken is None else Text(spoken.words)


def _spoken(recording: Recording | None, heard: modem.Heard | None) -> Spoken | None:
    """What the modem reads, else what the table of fingerprints knows."""
    if heard:
        return Spoken(heard.data.decode("utf-8", errors="replace"), LANGUAGE)
    return fingerprints.sound(recording.samples, recording.rate) if recording else None


def _segments(text: str, heard: modem.Heard | None, duration_s: float) -> Iterator[Segment]:
    """The sentences with their times; where they are not known from the sound, the time is shared out by letters."""
    per_byte_s = heard.slot_s if heard else duration_s / max(1, len(text.encode()))
    end_s, told = heard.start_s if heard else 0.0, 0
    for found in _SENTENCE.finditer(text):
        start_s = end_s + len(text[told : found.start()].encode()) * per_byte_s
        end_s, told = start_s + len(found[0].encode()) * per_byte_s, found.end()
        yield Segment(round(start_s, 3), round(end_s, 3), found[0])


def opened(data: bytes) -> Recording | None:
    """Read a WAV file of whole numbers, several channels mixed to one; None where it is none that we can read.

    >>> from .speech import wav
    >>> opened(wav(np.zeros(800), 8_000)).duration_s
    0.1
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, RuntimeError):  # the last: chunks that end before they begin
        return None
    if not channels or not rate or width not in (1, 2, 3, 4):
        return None
    whole = frames[: len(frames) // (width * channels) * width * channels]
    samples = _numbers(whole, width).reshape(-1, channels).mean(axis=1) if whole else np.zeros(0)
    return Recording(samples, rate)


def _numbers(frames: bytes, width: int) -> Samples:
    """Samples from -1 to 1. Those of one byte are unsigned, all others signed."""
    if width == 1:
        return (np.frombuffer(frames, np.uint8).astype(float) - 128) / 128
    padded = np.zeros((len(frames) // width, 4), np.uint8)
    padded[:, 4 - width :] = np.frombuffer(frames, np.uint8).reshape(-1, width)  # the low bytes come first
    return padded.view("<i4").astype(float).ravel() / 2**31
