"""Turns text into sound with eSpeak NG's library, by ctypes, and makes telephone-like samples of it.

No recording of a person is in it. The library and its voices come with the package `espeakng-loader`
(https://github.com/espeak-ng/espeak-ng/blob/master/src/include/espeak-ng/speak_lib.h).
"""

from __future__ import annotations

import ctypes
import math
import re

import espeakng_loader
import numpy as np
import numpy.typing as npt

RATE = 16_000
Samples = npt.NDArray[np.float64]

_SYNCHRONOUS, _POSITION_IN_CHARACTERS, _UTF8 = 2, 1, 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

_LETTERS = {"en": {"CAL": "C A L", "PL": "P L"}, "de": {"CAL": "C A L"}, "es": {"CAL": "C A L"}}
_CODE = re.compile(r"\b(BL|PL|E)-?(\d+)(A?)\b")


def spoken(text: str, language: str) -> str:
    """Return the words that the voice says: letters and digits of codes one by one.

    >>> spoken("Order BL-14003 shows E07.", "en")
    'Order B L, 1 4 0 0 3 shows E 0 7.'
    """

    def spell(match: re.Match[str]) -> str:
        letters = " ".join(match[1]) + ("," if match[1] == "BL" else "")
        return f"{letters} {' '.join(match[2])} {match[3]}".rstrip()

    text = _CODE.sub(spell, text)
    for word, said in _LETTERS[language].items():
        text = re.sub(rf"\b{word}\b", said, text)
    return text


class Speaker:
    """eSpeak NG, loaded once."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        self.pieces: list[npt.NDArray[np.int16]] = []
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate = int(self.library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0))
        if self.rate <= 0:
            raise OSError(f"eSpeak NG did not start: espeak_Initialize returned {self.rate} for {data!r}")
        self.callback = _CALLBACK(self._take)  # kept here: C holds no reference to it
        self.library.espeak_SetSynthCallback(self.callback)

    def _take(self, wave: object, count: int, _events: object) -> int:
        if wave and count > 0:
            self.pieces.append(np.ctypeslib.as_array(wave, (count,)).astype(np.int16))  # type: ignore[call-overload]
        return 0

    def say(self, words: str, voice: str, words_a_minute: int, pitch: int) -> Samples:
        """Return the words as samples between -1 and 1, at 16 kHz.

        Raises:
            OSError: eSpeak NG has no such voice.
        """
        self.pieces = []
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise OSError(
                f"eSpeak NG has no voice {voice!r}: take one of its espeak-ng-data/lang, and + a variant of voices/!v"
            )
        self.library.espeak_SetParameter(_PARAMETER_RATE, words_a_minute, 0)
        self.library.espeak_SetParameter(_PARAMETER_PITCH, pitch, 0)
        self.library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # its breath is noise: without this each run differs
        text = words.encode() + b"\0"
        self.library.espeak_Synth(text, len(text), 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None)
        self.library.espeak_Synchronize()
        return resample(np.concatenate(self.pieces).astype(np.float64) / 32768, self.rate)


def resample(samples: Samples, rate: int) -> Samples:
    """Return the samples at 16 kHz: each new one is a sum of 32 old ones under a windowed sinc."""
    count = len(samples) * RATE // rate
    places = np.arange(count) * (rate / RATE)
    whole = places.astype(np.int64)
    reach, cut = 16, RATE / rate * 0.94
    padded = np.concatenate([np.zeros(reach), samples, np.zeros(reach + 2)])
    result = np.zeros(count)
    for tap in range(-reach + 1, reach + 1):
        distance = places - (whole + tap)
        window = 0.5 + 0.5 * np.cos(math.pi * distance / reach)
        result += padded[whole + tap + reach] * cut * np.sinc(distance * cut) * window
    return result
