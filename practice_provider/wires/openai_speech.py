"""OpenAI's speech: POST …/audio/speech, as a WAV file or raw samples, whole or as server-sent events.

The sound is a modem's and no voice (model/speech.py). Formats that need an encoder get a 400 that names the two that
are here; the default is WAV, because OpenAI's MP3 is not to be had.
Source: https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

import base64
from collections.abc import Mapping
from typing import Any

from ..core import Speak, Speech
from ..framing import server_sent_event
from . import Frame, Raw
from .openai_errors import Refused, error, unsupported, wrong_value
from .openai_fields import field
from .openai_options import Check, check_known, check_options, decimal, harmless, one_of, string, string_or_object

FORMATS = {"wav": "audio/wav", "pcm": "audio/pcm"}
OTHER_FORMATS = ("mp3", "opus", "aac", "flac")
VOICES = (
    *("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin"),
    "cedar",
)
OPTIONS: dict[str, Check] = {
    "model": string,
    "input": string,
    "voice": string_or_object,
    "instructions": string,
    "response_format": string,
    "speed": decimal(0.25, 4),
    "stream_format": one_of("sse", "audio"),
    "safety_identifier": harmless,
}
NO_EFFECT: tuple[str, ...] = ("instructions", "voice", "speed: above 2 nothing becomes shorter")
LONGEST = 4096  # characters
CHUNK = 48_000  # bytes of sound in an event: one second of raw samples


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Speak:
    """Read a speech body.

    Raises: Refused for a body that OpenAI would refuse, or a format that is not here.
    """
    check_known(body, OPTIONS)
    check_options(body, OPTIONS, ("model", "input", "voice"))
    text = body["input"]
    if not text:
        raise _bad_input("string too short. Expected a string with minimum length 1", "string_below_min_length")
    if len(text) > LONGEST:
        raise _bad_input(f"string too long. Expected at most {LONGEST} characters", "string_above_max_length")
    return Speak(
        model=body["model"],
        text=text,
        voice=_voice(body["voice"]),
        media_type=_format(body.get("response_format") or "wav"),
        speed=float(body.get("speed") or 1.0),
        echo={"events": body.get("stream_format") == "sse"},
    )


def _bad_input(words: str, code: str) -> Refused:
    return Refused(f"Invalid 'input': {words}.", param="input", code=code)


def _voice(voice: Any) -> str:
    name = field(voice, "id", str, "voice") if isinstance(voice, dict) else voice
    if isinstance(voice, str) and voice not in VOICES:
        raise wrong_value("voice", voice, ", ".join(f"'{one}'" for one in VOICES))
    return str(name)


def _format(name: str) -> str:
    if name in OTHER_FORMATS:
        raise unsupported("response_format", f"{name!r} needs an encoder, which is not here: use 'wav' or 'pcm'.")
    if name not in FORMATS:
        raise wrong_value("response_format", name, ", ".join(f"'{one}'" for one in (*FORMATS, *OTHER_FORMATS)))
    return FORMATS[name]


def write(request: Speak, result: Speech) -> Raw:
    """Write the sound as it is, or as events with pieces of it."""
    if not request.echo.get("events"):
        return Raw(result.media_type, result.data)
    frames = [
        _event({"type": "speech.audio.delta", "audio": base64.b64encode(result.data[at : at + CHUNK]).decode()})
        for at in range(0, len(result.data), CHUNK)
    ]
    out = len(result.data) // CHUNK
    usage = {"input_tokens": result.tokens_in, "output_tokens": out, "total_tokens": result.tokens_in + out}
    frames.append(_event({"type": "speech.audio.done", "usage": usage}))
    return Raw("text/event-stream", b"".join(frames))


def _event(data: dict[str, Any]) -> bytes:
    return server_sent_event(Frame(data))


__all__ = ["error", "read", "write"]
