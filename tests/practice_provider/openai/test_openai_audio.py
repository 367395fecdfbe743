"""Speech and transcription through OpenAI's own client: what is spoken is understood again."""

import asyncio
import base64
import io
import json
import wave
from collections.abc import Iterator
from typing import Any

import numpy as np
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.audio import Transcription, TranscriptionVerbose, Translation, TranslationVerbose
from openai.types.audio.transcription_text_delta_event import TranscriptionTextDeltaEvent
from openai.types.audio.transcription_text_done_event import TranscriptionTextDoneEvent

TEXT = "The tank holds 1.8 litres. Crème brûlée!"
SPEAK: dict[str, Any] = {"model": "practice-speak", "voice": "alloy", "input": TEXT}
HEAR = "practice-transcribe"


@pytest.fixture
def real(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client in front of the practice model."""
    with OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as client:
        yield client


@pytest.fixture
def spoken(real: OpenAI) -> tuple[str, bytes]:
    """The text as a sound file."""
    return "said.wav", real.audio.speech.create(**SPEAK, response_format="wav").read()


def test_what_is_spoken_is_understood_again(real, spoken, strictly):
    raw = real.audio.transcriptions.with_raw_response.create(model=HEAR, file=spoken)
    heard = strictly(Transcription, raw.http_response.json())
    assert heard.text == TEXT
    assert heard.usage.input_tokens == heard.usage.input_token_details.audio_tokens > 0


def test_speech_is_a_wav_file_unless_asked_otherwise(real, spoken):
    with wave.open(io.BytesIO(spoken[1])) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
    assert real.audio.speech.create(**SPEAK).read() == spoken[1]
    reply = real.audio.speech.with_raw_response.create(**SPEAK, response_format="pcm")
    assert reply.headers["content-type"] == "audio/pcm"
    samples = np.frombuffer(reply.http_response.content, "<i2")
    assert len(samples) / 24_000 == pytest.approx(file.getnframes() / 16_000, abs=0.001)


def test_faster_speech_is_shorter_and_still_understood(real):
    sounds = [real.audio.speech.create(**SPEAK, response_format="wav", speed=speed).read() for speed in (0.5, 1, 2)]
    assert len(sounds[0]) > 1.5 * len(sounds[1]) > 2 * len(sounds[2])
    for sound in sounds:
        assert real.audio.transcriptions.create(model=HEAR, file=("a.wav", sound)).text == TEXT


def test_speech_can_be_streamed_as_bytes_and_as_events(real, spoken):
    with real.audio.speech.with_streaming_response.create(**SPEAK, response_format="wav") as stream:
        assert b"".join(stream.iter_bytes()) == spoken[1]
    text = real.audio.speech.create(**SPEAK, response_format="wav", stream_format="sse").read().decode()
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
    assert b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == spoken[1]
    assert events[-1]["type"] == "speech.audio.done"


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"response_format": "mp3"}, "response_format", "use 'wav' or 'pcm'"),
        ({"response_format": "tape"}, "response_format", "'tape'"),
        ({"voice": "nobody"}, "voice", "'nobody'"),
        ({"input": ""}, "input", "too short"),
        ({"input": "x" * 4097}, "input", "too long"),
        ({"speed": 5}, "speed", "<= 4"),
        ({"model": "practice-small"}, None, "For speech use: practice-speak"),
    ],
)
def test_wrong_speech_gets_openais_400(real, changes, param, words):
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        real.audio.speech.create(**(SPEAK | changes))
    assert caught.value.param == param


# ---- transcription ---------------------------------------------------------------------------------------------


def test_a_transcript_comes_in_every_format(real, spoken, strictly):
    def hear(form: Any, **options: Any) -> Any:
        return real.audio.transcriptions.create(model=HEAR, file=spoken, response_format=form, **options)

    assert hear("text") == f"{TEXT}\n"
    assert hear("srt").startswith("1\n00:00:00,125 --> 00:00:01,425\nThe tank holds 1.8 litres.\n\n2\n")
    assert hear("vtt").startswith("WEBVTT\n\n00:00:00.125 --> 00:00:01.425\nThe tank")
    verbose = hear("verbose_json")
    assert isinstance(verbose, TranscriptionVerbose)
    assert [segment.text for segment in verbose.segments] == ["The tank holds 1.8 litres.", "Crème brûlée!"]
    assert (verbose.language, verbose.words) == ("english", None)
    assert verbose.segments[-1].end <= verbose.duration
    raw = real.audio.transcriptions.with_raw_response.create(
        model=HEAR, file=spoken, response_format="verbose_json", timestamp_granularities=["word"], language="de"
    )
    words = strictly(TranscriptionVerbose, raw.http_response.json())
    assert [word.word for word in words.words] == TEXT.split()
    assert words.language == "german"
    assert all(a.end <= b.start for a, b in zip(words.words, words.words[1:], strict=False))


def test_a_streamed_transcript_adds_up(real, spoken, strictly):
    events = [*real.audio.transcriptions.create(model=HEAR, file=spoken, stream=True)]
    assert "".join(event.delta for event in events[:-1]) == events[-1].text == TEXT
    for event in events[:-1]:
        strictly(TranscriptionTextDeltaEvent, event.to_dict())
    strictly(TranscriptionTextDoneEvent, events[-1].to_dict())


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
def test_a_translation_gives_the_words_as_they_were_heard(real, spoken, strictly):
    raw = real.audio.translations.with_raw_response.create(model=HEAR, file=spoken)
    assert strictly(Translation, raw.http_response.json()).text == TEXT
    raw = real.audio.translations.with_raw_response.create(model=HEAR, file=spoken, response_format="verbose_json")
    assert strictly(TranslationVerbose, raw.http_response.json()).language == "english"


def _noise() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(8_000)
        writer.writeframes(np.random.default_rng(1).integers(-9000, 9000, 16_000).astype("<i2").tobytes())
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "duration"), [("a.wav", _noise(), 1.0), ("a.mp3", b"ID3 nothing", 0.0), ("a.wav", b"RIFF", 0.0)]
)
def test_another_sound_gets_a_plain_sentence(real, name, data, duration):
    heard = real.audio.transcriptions.create(model=HEAR, file=(name, data), response_format="verbose_json")
    assert heard.text.startswith("The practice model does not know this recording")
    assert heard.duration == duration


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"file": ("a.txt", b"text")}, "file", "Invalid file format. Supported formats: "),
        ({"file": ("a.wav", b"")}, "file", "too short"),
        ({"response_format": "diarized_json"}, "response_format", "no speakers"),
        ({"response_format": "xml"}, "response_format", "'xml'"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities", "verbose_json"),
        ({"include": ["logprobs"]}, "include", "no probabilities"),
        ({"model": "practice-large"}, None, "For transcription use: practice-transcribe"),
    ],
)
def test_a_wrong_transcription_gets_openais_400(real, changes, param, words):
    with pytest.raises(openai.BadRequestError, match=words) as caught:
        real.audio.transcriptions.create(**({"model": HEAR, "file": ("a.wav", b"RIFF")} | changes))
    assert caught.value.param == param


def test_a_recording_in_a_chat_is_heard(real):
    question = "Reply with exactly: I heard you"
    sound = real.audio.speech.create(**(SPEAK | {"input": question}), response_format="wav").read()
    part: Any = {"type": "input_audio", "input_audio": {"data": base64.b64encode(sound).decode(), "format": "wav"}}
    chat = real.chat.completions.create(model="practice-large", messages=[{"role": "user", "content": [part]}])
    assert chat.choices[0].message.content == "I heard you"


def test_a_recording_that_is_not_understood_is_said_to_be_unread(real):
    part: Any = {"type": "input_audio", "input_audio": {"data": base64.b64encode(_noise()).decode(), "format": "wav"}}
    chat = real.chat.completions.create(model="practice-large", messages=[{"role": "user", "content": [part]}])
    assert "I can't read recordings yet" in chat.choices[0].message.content


def test_the_asynchronous_client_speaks_and_hears_too(provider, key):
    async def talk() -> str:
        async with AsyncOpenAI(base_url=f"{provider.url}/openai/v1", api_key=key) as client:
            sound = (await client.audio.speech.create(**SPEAK)).read()
            return (await client.audio.transcriptions.create(model=HEAR, file=("a.wav", sound))).text

    assert asyncio.run(talk()) == TEXT
