"""A transcript in OpenAI's formats: JSON, JSON with times, plain text, subtitles (SRT and WebVTT), events.

Numbers that only a speech recogniser has, such as `no_speech_prob`, are constants, and segments have no token ids.
Sources: https://platform.openai.com/docs/api-reference/audio/json-object, https://www.w3.org/TR/webvtt1/
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..core import Segment, Transcribe, Transcript
from ..framing import server_sent_event
from . import Frame, Raw

LANGUAGES = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}
_WORD = re.compile(r"\S+")


def _json(request: Transcribe, result: Transcript) -> dict[str, Any]:
    if request.echo.get("translates"):
        return {"text": result.text}
    return {"text": result.text, "usage": {"type": "tokens", **_tokens(result)}}


def _tokens(result: Transcript) -> dict[str, Any]:
    return {
        "input_tokens": result.tokens_in,
        "input_token_details": {"audio_tokens": result.tokens_in, "text_tokens": 0},
        "output_tokens": result.tokens_out,
        "total_tokens": result.tokens_in + result.tokens_out,
    }


def _verbose(request: Transcribe, result: Transcript) -> dict[str, Any]:
    told = {
        "language": LANGUAGES.get(result.language, result.language),
        "duration": result.duration_s,
        "text": result.text,
        "segments": [_segment(number, segment) for number, segment in enumerate(result.segments)],
    }
    if request.echo.get("translates"):
        return told
    words = {"words": [word for segment in result.segments for word in _words(segment)]}
    usage = {"type": "duration", "seconds": math.ceil(result.duration_s)}
    return told | (words if request.echo.get("words") else {}) | {"usage": usage}


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "seek": 0,
        "start": segment.start_s,
        "end": segment.end_s,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": -0.01,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.0,
    }


def _words(segment: Segment) -> Iterator[dict[str, Any]]:
    """The words of a segment; its time is shared out by bytes, as the practice model speaks."""
    per_byte_s = (segment.end_s - segment.start_s) / max(1, len(segment.text.encode()))
    for found in _WORD.finditer(segment.text):
        start_s = segment.start_s + len(segment.text[: found.start()].encode()) * per_byte_s
        end_s = start_s + len(found[0].encode()) * per_byte_s
        yield {"word": found[0], "start": round(start_s, 3), "end": round(end_s, 3)}


def _text(request: Transcribe, result: Transcript) -> Raw:
    return _plain(f"{result.text}\n")


def _srt(request: Transcribe, result: Transcript) -> Raw:
    rows = (f"{n}\n{_span(s, ',')}\n{s.text}\n\n" for n, s in enumerate(result.segments, start=1))
    return _plain("".join(rows))


def _vtt(request: Transcribe, result: Transcript) -> Raw:
    return _plain("WEBVTT\n\n" + "".join(f"{_span(s, '.')}\n{s.text}\n\n" for s in result.segments))


def _span(segment: Segment, point: str) -> str:
    return f"{clock(segment.start_s, point)} --> {clock(segment.end_s, point)}"


def clock(seconds: float, point: str) -> str:
    """Write a time as subtitles do.

    >>> clock(3661.5, ",")
    '01:01:01,500'
    """
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}{point}{thousandths:03}"


def _plain(text: str) -> Raw:
    return Raw("text/plain; charset=utf-8", text.encode())


FORMATS: Mapping[str, Callable[[Transcribe, Transcript], dict[str, Any] | Raw]] = {
    "json": _json,
    "text": _text,
    "srt": _srt,
    "vtt": _vtt,
    "verbose_json": _verbose,
}


def events(result: Transcript) -> Raw:
    """Write a transcript as the events of a stream: the words, the whole, [DONE]."""
    words = re.findall(r"\s*\S+|\s+$", result.text)
    told: list[dict[str, Any]] = [{"type": "transcript.text.delta", "delta": word} for word in words]
    usage = {"type": "tokens", **_tokens(result)}
    told.append({"type": "transcript.text.done", "text": result.text, "usage": usage})
    frames = [Frame(data) for data in told] + [Frame("[DONE]")]
    return Raw("text/event-stream", b"".join(map(server_sent_event, frames)))
