"""Text to a sound file: `practice-speak`. It is a modem (modem.py), not a voice: `practice-transcribe` understands it.

The name of a voice changes nothing, because there is none. WAV and raw samples only: other formats need an encoder.
Which formats vendors have: https://platform.openai.com/docs/guides/text-to-speech
"""

import io
import wave
from collections.abc import Mapping

import numpy as np

from ..core import Fault, Speak, Speech
from . import catalog, modem, tokens
from .modem import Samples

NATURAL_S = 0.05  # per byte, at speed 1; from speed 2 on the pauses are gone, and nothing is left to be shortened
RATES: Mapping[str, int] = {"audio/wav": 16_000, "audio/pcm": 24_000}  # media type → samples per second, 16 bit, mono


def speak(request: Speak) -> Speech:
    """Write a text as sound.

    Raises:
        Fault: "bad_request" for another format; "context_too_long" for a text that is too long.
    """
    card = catalog.find(request.model, "speech")
    if request.media_type not in RATES:
        raise Fault("bad_request", f"'{card.name}' writes {' or '.join(RATES)}, not '{request.media_type}'.")
    tokens_in = tokens.count(request.text)
    if tokens_in > card.context:
        raise Fault("context_too_long", f"'{card.name}' reads {card.context} tokens; the text has {tokens_in}.")
    rate = RATES[request.media_type]
    samples = modem.write(request.text.encode(), rate, NATURAL_S / request.speed)
    data = wav(samples, rate) if request.media_type == "audio/wav" else pcm(samples)
    return Speech(request.model, request.media_type, data, tokens_in)


def pcm(samples: Samples) -> bytes:
    """Give samples as signed 16-bit numbers, the low byte first."""
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def wav(samples: Samples, rate: int) -> bytes:
    """Give samples as a WAV file.

    >>> wav(np.zeros(8), 8_000)[:4]
    b'RIFF'
    """
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm(samples))
    return file.getvalue()
