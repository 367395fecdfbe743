"""The table of pictures and recordings that the practice model knows: their prints, and what is in them in words.

It is the one thing about the course's data that the model carries with it; everything else is read from the request.
The two files beside this module are made by a script with the tests; the model never opens the data itself.
The format of the prints: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from . import picture_prints, sound_prints
from .modem import Samples
from .picture_prints import Print
from .sound_prints import Bits

PRINTS = Path(__file__).with_name("fingerprints.npz")
WORDS = Path(__file__).with_name("fingerprints.json")


@dataclass(frozen=True)
class Spoken:
    """What a recording says. `language` is the code of ISO 639-1."""

    words: str
    language: str


@dataclass(frozen=True)
class Known:
    """Prints and words, place by place."""

    pictures: tuple[Print, ...]
    shown: tuple[str, ...]
    sounds: tuple[Bits, ...]
    spoken: tuple[Spoken, ...]


@cache
def known() -> Known:
    """Read the table, once."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    with np.load(PRINTS) as prints:
        lights, colours, lengths = prints["lights"], prints["colours"], prints["lengths"]
        bits = np.unpackbits(prints["bits"], axis=1).astype(bool)
    return Known(
        tuple(Print(light, colour) for light, colour in zip(lights, colours, strict=True)),
        tuple(words["pictures"]),
        tuple(np.split(bits, np.cumsum(lengths)[:-1])),
        tuple(Spoken(**sound) for sound in words["sounds"]),
    )


def picture(seen: Image.Image) -> str | None:
    """Say what a picture shows, where it is one of those that are known."""
    table = known()
    place = picture_prints.find(picture_prints.take(seen), table.pictures)
    return None if place is None else table.shown[place]


def sound(samples: Samples, rate: int) -> Spoken | None:
    """Say what a recording says, where it is one of those that are known."""
    table = known()
    place = sound_prints.find(sound_prints.take(samples, rate), table.sounds)
    return None if place is None else table.spoken[place]
