"""Measures how well the practice model knows the course's pictures and recordings again after they were changed.

`python tests/practice_provider/model/measure_fingerprints.py` prints the table. Crops and noise are drawn from a seed.
"Another one is not taken for it": each in turn is taken out of the table, and must not be known any more.
Intervals are Wilson's, https://doi.org/10.1080/01621459.1927.10502953
"""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from make_fingerprints import pictures, sounds
from PIL import Image

from practice_provider.model import Model, fingerprints, hearing, load, picture_prints, sound_prints
from practice_provider.model.modem import Samples

SEED = 20_261_123
Z = 1.96  # 95 %
Sound = tuple[Samples, int]


def rate(right: int, of: int) -> str:
    """A rate with Wilson's 95 % interval."""
    share = right / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z / (1 + Z * Z / of) * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return f"{share:.2f} ({max(0.0, middle - half):.2f}–{min(1.0, middle + half):.2f}), n = {of}"


def compressed(picture: Image.Image, quality: int = 50) -> Image.Image:
    """The picture as a JPEG."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


def scaled(picture: Image.Image, share: float = 0.25) -> Image.Image:
    """The picture in small."""
    return picture.resize((int(picture.width * share), int(picture.height * share)), Image.Resampling.LANCZOS)


def cropped(picture: Image.Image, random: np.random.Generator, most: float = 0.05) -> Image.Image:
    """The picture without up to `most` of each side."""
    left, top, right, bottom = random.uniform(0, most, 4)
    width, height = picture.size
    frame = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
    return picture.crop(tuple(map(int, frame)))  # type: ignore[arg-type]


def resampled(sound: Sound, to: int) -> Sound:
    """The recording at another rate, without a filter."""
    samples, rate = sound
    moments = np.arange(int(len(samples) * to / rate)) / to
    return np.interp(moments, np.arange(len(samples)) / rate, samples), to


def noisy(sound: Sound, random: np.random.Generator, decibels: float) -> Sound:
    """The recording with white noise that is so much weaker."""
    samples, rate = sound
    strength = math.sqrt(float(np.mean(samples**2)) / 10 ** (decibels / 10))
    return samples + random.normal(0, strength, len(samples)), rate


def trimmed(sound: Sound, seconds: float = 0.4) -> Sound:
    """The recording with another start and end."""
    samples, rate = sound
    cut = int(seconds * rate)
    return samples[cut:-cut], rate


def picture_rows() -> Iterator[tuple[str, int, int]]:
    """How many pictures are known after each change."""
    opened = [(Image.open(path).convert("RGB"), told) for path, told in pictures()]
    random = np.random.default_rng(SEED)
    changes: dict[str, Callable[[Image.Image], Image.Image]] = {
        "JPEG, quality 50": compressed,
        "a quarter of the size": scaled,
        "a quarter of the size, JPEG": lambda picture: compressed(scaled(picture)),
        "cropped by up to 5 % a side": lambda picture: cropped(picture, random),
        "cropped, quarter of the size, JPEG": lambda picture: compressed(scaled(cropped(picture, random))),
    }
    for what, change in changes.items():
        yield f"picture known: {what}", sum(fingerprints.picture(change(p)) == told for p, told in opened), len(opened)
    table = fingerprints.known().pictures
    kept = sum(picture_prints.find(one, without(table, place)) is None for place, one in enumerate(table))
    yield "picture: another one is not taken for it", kept, len(table)


def sound_rows() -> Iterator[tuple[str, int, int]]:
    """How many recordings are known after each change."""
    recordings = [(hearing.opened(path.read_bytes()), told["words"]) for path, told in sounds()]
    opened = [((one.samples, one.rate), told) for one, told in recordings if one]
    random = np.random.default_rng(SEED)
    changes: dict[str, Callable[[Sound], Sound]] = {
        "a tenth as loud": lambda sound: (sound[0] * 0.1, sound[1]),
        "at 8,000 samples per second": lambda sound: resampled(sound, 8_000),
        "at 44,100 samples per second": lambda sound: resampled(sound, 44_100),
        "noise at 20 dB": lambda sound: noisy(sound, random, 20),
        "noise at 10 dB": lambda sound: noisy(sound, random, 10),
        "0.4 s cut off at both ends": trimmed,
    }
    for what, change in changes.items():
        told = [(fingerprints.sound(*change(sound)), words) for sound, words in opened]
        yield f"recording known: {what}", sum(bool(one) and one.words == w for one, w in told), len(opened)  # type: ignore[union-attr]
    table = fingerprints.known().sounds
    kept = sum(sound_prints.find(one, without(table, place)) is None for place, one in enumerate(table))
    yield "recording: another one is not taken for it", kept, len(table)


def without(several: Sequence[Any], place: int) -> list[Any]:
    """All but one."""
    return [*several[:place], *several[place + 1 :]]


def table(model: Model) -> str:
    """The rates as a Markdown table; the size of the model changes nothing."""
    lines = ["| What | both sizes |", "|---|---|"]
    return "\n".join(
        [*lines, *(f"| {what} | {rate(right, of)} |" for what, right, of in (*picture_rows(), *sound_rows()))]
    )


if __name__ == "__main__":
    print(table(load()))
