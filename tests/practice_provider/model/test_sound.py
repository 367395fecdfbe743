"""What the practice model speaks it hears, at any volume, at the usual sample rates, through mild noise."""

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import practice_provider
from practice_provider.core import Audio, Speak, Transcribe, Transcript
from practice_provider.model import hearing, modem, speech

VOICE = Path(practice_provider.__file__).parents[1] / "datasets" / "voice"
TEXT = "Brewline One: crème brûlée, 日本語 🙂. Where is it?"


@settings(deadline=None, max_examples=40)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    volume=st.floats(0.01, 2.0),
    rate=st.sampled_from([8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]),
    lead=st.integers(0, 3_000),
    slot_s=st.floats(0.02, 0.11),
)
def test_what_is_written_is_read(text: str, volume: float, rate: int, lead: int, slot_s: float):
    sound = modem.write(text.encode(), rate, slot_s) * volume
    heard = modem.read(np.concatenate([np.zeros(lead), sound, np.zeros(lead)]), rate)
    assert heard is not None
    assert heard.data.decode() == text


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_it_is_understood_after_resampling_and_through_noise(rate: int):
    sound = modem.write(TEXT.encode(), modem.RATE)
    moments = np.arange(int(len(sound) * rate / modem.RATE)) / rate
    resampled = np.interp(moments, np.arange(len(sound)) / modem.RATE, sound)
    noisy = resampled + np.random.default_rng(0).normal(0, 0.1, len(resampled))
    heard = modem.read(noisy, rate)
    assert heard is not None
    assert heard.data.decode() == TEXT


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(16_000),
        np.random.default_rng(1).normal(0, 0.3, 80_000),
        np.sin(np.arange(80_000) * 0.2),
        np.sin(np.cumsum(np.linspace(0.05, 1.2, 80_000))),
    ],
    ids=["nothing", "silence", "noise", "a tone", "a slow sweep"],
)
def test_another_sound_is_not_taken_for_words(sound: modem.Samples):
    assert modem.read(sound, modem.RATE) is None


def test_a_recording_that_breaks_off_gives_the_words_until_there():
    sound = modem.write(b"one two three", modem.RATE)
    heard = modem.read(sound[: len(sound) // 2], modem.RATE)
    assert heard is not None
    assert b"one two three".startswith(heard.data)
    assert heard.data


@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 2), (3, 1), (4, 2)])
def test_every_usual_kind_of_wav_is_opened(width: int, channels: int):
    sound = modem.write(TEXT.encode(), 16_000)
    whole = np.round(np.clip(sound, -1, 1) * (2 ** (8 * width - 1) - 1)).astype(np.int64)
    numbers = np.repeat(whole + (128 if width == 1 else 0), channels)
    raw = numbers.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(16_000)
        writer.writeframes(raw)
    heard = hearing.transcribe(Transcribe("practice-transcribe", Audio("audio/wav", file.getvalue())))
    assert heard.text == TEXT


def recorded(name: str) -> hearing.Recording:
    recording = hearing.opened((VOICE / f"{name}.wav").read_bytes())
    assert recording is not None
    return recording


def transcript(samples: modem.Samples, rate: int) -> Transcript:
    return hearing.transcribe(Transcribe("practice-transcribe", Audio("audio/wav", speech.wav(samples, rate))))


def test_every_recording_of_the_set_is_written_down_in_its_language():
    for line in (VOICE / "transcripts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        heard = transcript(recorded(row["id"]).samples, recorded(row["id"]).rate)
        assert (heard.text, heard.language) == (row["text"], row["language"])


@pytest.mark.parametrize("name", ["V-001", "V-002", "V-025"])
def test_a_recording_is_known_when_quiet_resampled_noisy_or_trimmed(name: str):
    one = recorded(name)
    text = transcript(one.samples, one.rate).text
    assert text != hearing.UNKNOWN
    noise = np.random.default_rng(0).normal(0, 0.1 * one.samples.std(), len(one.samples))
    moments = np.arange(int(len(one.samples) * 8_000 / one.rate)) / 8_000
    resampled = np.interp(moments, np.arange(len(one.samples)) / one.rate, one.samples)
    for samples, rate in (
        (one.samples * 0.1, one.rate),
        (one.samples + noise, one.rate),
        (one.samples[one.rate // 3 :], one.rate),
        (np.concatenate([np.zeros(one.rate), one.samples]), one.rate),
        (resampled, 8_000),
    ):
        assert transcript(samples, rate).text == text


def test_another_voice_and_half_a_recording_are_not_known():
    one = recorded("V-001")
    backwards = one.samples[::-1]
    for samples in (backwards, one.samples[: len(one.samples) // 2], np.zeros(16_000), np.zeros(0)):
        assert transcript(samples, one.rate).text == hearing.UNKNOWN


def test_the_times_of_segments_are_those_of_the_sound():
    spoken = speech.speak(Speak("practice-speak", "One two. Three.", "alloy"))
    heard = hearing.transcribe(Transcribe("practice-transcribe", Audio("audio/wav", spoken.data)))
    first, second = heard.segments
    assert (first.text, second.text) == ("One two.", "Three.")
    assert first.end_s - first.start_s == pytest.approx(8 * speech.NATURAL_S)
    assert second.start_s == pytest.approx(first.end_s + speech.NATURAL_S)


def test_the_same_text_is_the_same_bytes():
    request = Speak("practice-speak", TEXT, "alloy")
    assert speech.speak(request) == speech.speak(request)
