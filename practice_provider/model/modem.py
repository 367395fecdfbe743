"""The sound in which the practice model speaks and hears: a modem for text. Nothing here is a voice.

Every byte of the text, in UTF-8, is a pair of tones of 25 ms: one of sixteen low ones for its first half, one of
sixteen high ones for its second, as the keys of a telephone are. A sweep stands in front, so that the beginning is
found; the first pair says how long the pauses are; the byte 255, which UTF-8 never has, is the end.
Two tones at a time, and why: ITU-T Q.23, https://www.itu.int/rec/T-REC-Q.23
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]  # (n_samples,), from -1 to 1

TONE_S, SWEEP_S, RAMP_S = 0.025, 0.1, 0.002
LOW_HZ = 600 + 80 * np.arange(16)  # 80 Hz apart: in 25 ms each tone is orthogonal to every other
HIGH_HZ = 2000 + 80 * np.arange(16)  # below 3,400 Hz, so that a recording at 8 kHz still has all of them
SWEEP_HZ = (500.0, 3300.0)
PAUSE_S = 0.005  # the unit of a pause
MOST_PAUSE = 15  # units
END = 255
RATE = 16_000  # samples per second at which is listened
TONE = round(TONE_S * RATE)  # samples
LISTEN_S = 60  # the sweep has to come within the first minute
LIKENESS = 0.4  # correlation with the sweep from which on a sound is taken for ours; noise stays under 0.1


@dataclass(frozen=True)
class Heard:
    """The bytes that a sound carries; the first begins at `start_s`, and each lasts `slot_s` with its pause."""

    data: bytes
    start_s: float
    slot_s: float


def write(data: bytes, rate: int, slot_s: float = 2 * TONE_S) -> Samples:
    """Turn bytes into sound. A slot is rounded to 5 ms; it is at least 25 ms, a tone without a pause, and at most 100.

    >>> len(write(b"hi", 16_000))
    4000
    """
    pause = min(MOST_PAUSE, max(0, round((slot_s - TONE_S) / PAUSE_S)))
    slot_s = TONE_S + pause * PAUSE_S
    begins_s = [SWEEP_S, *(SWEEP_S + TONE_S + n * slot_s for n in range(len(data) + 1))]
    sound = np.zeros(round((begins_s[-1] + TONE_S) * rate))
    _place(sound, 0.0, rate, _sweep)
    for byte, begin_s in zip((pause, *data, END), begins_s, strict=True):
        _place(sound, begin_s, rate, _PAIRS[byte])
    return 0.4 * sound


Tone = Callable[[Samples], Samples]  # the moments of the samples, in seconds since the tone began → the sound


def _place(sound: Samples, begin_s: float, rate: int, tone: Tone) -> None:
    """Sound a tone at its time: exactly there, though a sample is seldom just then, so that no error adds up."""
    length_s = SWEEP_S if tone is _sweep else TONE_S
    first, last = math.ceil(begin_s * rate), min(len(sound), math.ceil((begin_s + length_s) * rate))
    sound[first:last] = tone(np.arange(first, last) / rate - begin_s)


def _sweep(moments: Samples) -> Samples:
    low, high = SWEEP_HZ
    return 2 * np.sin(2 * np.pi * (low * moments + (high - low) / (2 * SWEEP_S) * moments**2))


def _pair(byte: int) -> Tone:
    """The two tones of a byte; without a ramp at both ends each would click."""

    def sound(moments: Samples) -> Samples:
        edge = np.clip(np.minimum(moments, TONE_S - moments) / RAMP_S, 0, 1)
        tones = (np.sin(2 * np.pi * hz * moments) for hz in (LOW_HZ[byte >> 4], HIGH_HZ[byte & 15]))
        return np.asarray(edge * sum(tones))

    return sound


_PAIRS = tuple(_pair(byte) for byte in range(256))


def read(samples: Samples, rate: int) -> Heard | None:
    """Find what was written; None where the sound does not begin as ours do.

    >>> read(write("Grüezi".encode(), 8_000), 8_000).data.decode()
    'Grüezi'
    """
    sound = _resampled(samples, rate)
    start = _after_sweep(sound)
    if start is None:
        return None
    first = start + TONE
    pauses = _bytes(sound, [start])
    slot = TONE + round((pauses[0] if pauses else 0) * PAUSE_S * RATE)
    data = _bytes(sound, range(first, len(sound) - TONE + 1, slot))
    return Heard(data.partition(bytes([END]))[0], first / RATE, slot / RATE)


def _resampled(samples: Samples, rate: int) -> Samples:
    if rate == RATE:
        return samples
    moments = np.arange(int(len(samples) * RATE / rate)) / RATE
    return np.interp(moments, np.arange(len(samples)) / rate, samples)


def _after_sweep(sound: Samples) -> int | None:
    """Find where the sweep ends, by its correlation with the sound at every place."""
    sweep, heard = _sweep(np.arange(round(SWEEP_S * RATE)) / RATE), sound[: LISTEN_S * RATE]
    size = 1 << (len(heard) + len(sweep)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sweep, size))
    match = np.fft.irfft(spectrum, size)[: max(0, len(heard) - len(sweep) + 1)]
    if not match.size:
        return None
    energy = np.concatenate(([0.0], np.cumsum(heard**2)))
    local = energy[len(sweep) :] - energy[: len(match)]
    likeness = match / np.sqrt(np.maximum(local, 1e-9) * np.sum(sweep**2))
    best = int(np.argmax(likeness))
    return best + len(sweep) if likeness[best] >= LIKENESS else None


def _bytes(sound: Samples, begins: Sequence[int]) -> bytes:
    """The loudest pair in the 25 ms after each of these places."""
    moments = np.arange(TONE) / RATE
    frames = np.asarray([sound[begin : begin + TONE] for begin in begins if begin + TONE <= len(sound)])
    if not frames.size:
        return b""
    low, high = (
        np.argmax(np.abs(frames @ np.exp(-2j * np.pi * np.outer(moments, hz))), axis=1) for hz in (LOW_HZ, HIGH_HZ)
    )
    return bytes((low << 4 | high).tolist())
