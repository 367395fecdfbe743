"""Sounds around the speaker: a kitchen (fridge, hiss, a cup put down) and a street (traffic, a car that passes)."""

from __future__ import annotations

import numpy as np
from speech import RATE, Samples


def kitchen(count: int, seed: int) -> Samples:
    """Return a humming fridge, a hissing machine and now and then crockery."""
    dice = np.random.Generator(np.random.PCG64(seed))
    time = np.arange(count) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * part * time) / part for part in (1, 2, 3, 5)) * 0.02
    hiss = _grey(dice, count) * 0.008 * (1 + np.sin(2 * np.pi * 0.11 * time))
    sound = hum + hiss
    for _ in range(max(1, count // (RATE * 4))):
        start = int(dice.integers(0, max(1, count - RATE)))
        tone = 2100 + int(dice.integers(0, 1500))
        ring = np.arange(min(RATE // 3, count - start)) / RATE
        sound[start : start + len(ring)] += 0.07 * np.exp(-ring * 26) * np.sin(2 * np.pi * tone * ring)
    return np.asarray(sound)


def street(count: int, seed: int) -> Samples:
    """Return traffic: a low rumble that swells once as a car passes."""
    dice = np.random.Generator(np.random.PCG64(seed))
    rumble = _grey(dice, count)
    for width in (40, 24):
        rumble = np.convolve(rumble, np.ones(width) / width, mode="same")
    middle = int(dice.integers(count // 4, count * 3 // 4))
    near = np.exp(-(((np.arange(count) - middle) / (RATE * 1.1)) ** 2))
    tyres = np.convolve(_grey(dice, count), np.ones(6) / 6, mode="same")
    return rumble * 0.2 + near * (rumble * 0.5 + tyres * 0.03)


def _grey(dice: np.random.Generator, count: int) -> Samples:
    """Return noise between -1 and 1, drawn as whole numbers so that it is the same everywhere."""
    return dice.integers(-32768, 32768, count).astype(np.float64) / 32768


NOISES = {"kitchen": kitchen, "street": street}
