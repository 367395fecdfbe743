"""OpenAI's transcriptions and translations: POST …/audio/transcriptions and …/audio/translations, a form with a file.

All formats but the one with speakers are here; a stream's events come at once, because the words are known at once.
Nothing is translated: the words come back as they were heard.
Source: https://platform.openai.com/docs/api-reference/audio/createTranscription
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ..core import Audio, Transcribe, Transcript
from ..forms import Upload
from . import Raw
from .openai_errors import Refused, error, unsupported, wrong_type, wrong_value
from .openai_options import Check, absent, check_known, check_options, harmless, of_type, one_of, string
from .openai_transcripts import FORMATS, events

MEDIA_TYPES = {
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "mpeg": "audio/mpeg",
    "mpga": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "webm": "audio/webm",
}
NO_SPEAKERS = "The practice model tells no speakers apart."
GRANULARITIES = ("word", "segment")
TRANSLATION: dict[str, Check] = {
    "file": harmless,
    "model": string,
    "prompt": string,
    "response_format": string,
    "temperature": string,
}
OPTIONS: dict[str, Check] = TRANSLATION | {
    "language": string,
    "languages": of_type("an array", list),
    "keywords": of_type("an array", list),
    "chunking_strategy": harmless,
    "stream": one_of("true", "false"),
    "timestamp_granularities": of_type("an array", list),
    "include": absent("Leave it out: a practice transcript has no probabilities."),
    "known_speaker_names": absent(NO_SPEAKERS),
    "known_speaker_references": absent(NO_SPEAKERS),
}
NO_EFFECT: tuple[str, ...] = ("chunking_strategy", "keywords", "languages", "prompt", "temperature")


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Transcribe:
    """Read the form of a transcription or, where the path says so, of a translation.

    Raises: Refused for a form that OpenAI would refuse.
    """
    translates = path.get("task") == "translate"
    table = TRANSLATION if translates else OPTIONS
    check_known(body, table)
    check_options(body, table, ("file", "model"))
    form = body.get("response_format") or "json"
    _check_format(form)
    return Transcribe(
        model=body["model"],
        audio=_audio(body["file"]),
        language="en" if translates else body.get("language"),
        echo={
            "format": form,
            "stream": body.get("stream") == "true",
            "words": "word" in _granularities(body.get("timestamp_granularities") or [], form),
            "translates": translates,
        },
    )


def _audio(upload: Any) -> Audio:
    if not isinstance(upload, Upload):
        raise wrong_type("file", "a file", upload)
    suffix = PurePath(upload.name).suffix.lower().removeprefix(".")
    if suffix not in MEDIA_TYPES:
        raise Refused(f"Invalid file format. Supported formats: {list(MEDIA_TYPES)}", param="file")
    if not upload.data:
        raise Refused("Audio file is too short. Minimum audio length is 0.1 seconds.", param="file")
    return Audio(MEDIA_TYPES[suffix], upload.data)


def _check_format(form: str) -> None:
    if form == "diarized_json":
        raise unsupported("response_format", NO_SPEAKERS)
    if form not in FORMATS:
        raise wrong_value("response_format", form, ", ".join(f"'{one}'" for one in FORMATS))


def _granularities(names: list[Any], form: str) -> list[Any]:
    for name in names:
        if name not in GRANULARITIES:
            raise wrong_value("timestamp_granularities", name, ", ".join(f"'{one}'" for one in GRANULARITIES))
    if names and form != "verbose_json":
        message = "timestamp_granularities is only supported with response_format 'verbose_json'."
        raise Refused(message, param="timestamp_granularities")
    return names


def write(request: Transcribe, result: Transcript) -> dict[str, Any] | Raw:
    """Write a transcript in the format that was asked for, or as a stream's events."""
    if request.echo.get("stream"):
        return events(result)
    return FORMATS[request.echo["format"]](request, result)


__all__ = ["error", "read", "write"]
