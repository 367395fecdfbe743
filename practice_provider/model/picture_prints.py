"""Tells whether two pictures are the same drawing: scaled, compressed again, or cropped by a few per cent.

A print is the picture in small: 80 × 60 luminances and 8 × 6 colours. Two prints are compared by correlation and by
their worst patch; where the frame differs, Gauss-Newton finds the crop first. Nothing is recognised in a picture:
another photo of the same thing has another print. A turned or mirrored copy is not found.
The method of alignment: https://www.ri.cmu.edu/publications/lucas-kanade-20-years-on-a-unifying-framework/
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

WIDTH, HEIGHT = 80, 60
PATCHES = (20, 15)  # across, down: how finely a difference is looked for
COLOURS = (8, 6)
_COARSE = (16, 12)
_SHORTLIST = 6  # prints that are worth aligning, by their coarse likeness
_LEVELS = ((4, 4), (2, 3), (1, 4))  # how much smaller, how many steps: from coarse to fine
_FURTHEST = 0.12  # of a side: what a crop may have cut off
_NUDGE = 0.01  # of a side: how a frame is moved to see what that changes

# Chosen on 116 drawings: a copy's worst patch differs by at most 0.35 whole and 1.25 cropped, another drawing's by 0.6
# or more. A near-duplicate that nobody knows may therefore pass for a crop.
_SAME_FRAME = 0.45
_SAME_ALIGNED, _PER_CUT, _SAME_CROPPED = 0.5, 50.0, 1.25
_LEAST_CORRELATION = 0.93
_COLOUR_DISTANCE = 14.0  # levels of 255, the mean over all fields

Grid = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Print:
    """A picture in small: luminances (60 × 80) and the two colour differences (6 × 8 × 2), each from 0 to 255."""

    light: Bytes
    colour: Bytes


def take(picture: Image.Image) -> Print:
    """Make the print of a picture of any size.

    >>> take(Image.new("RGB", (640, 480), "white")).light.shape
    (60, 80)
    """
    light = picture.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    colour = picture.convert("YCbCr").resize(COLOURS, Image.Resampling.BOX)
    return Print(np.asarray(light), np.asarray(colour)[:, :, 1:])


def find(seen: Print, known: Sequence[Print]) -> int | None:
    """Give the place of the print that is of the same picture, or None."""
    if not known or seen.light.std() < 1:  # one even colour is like everything
        return None
    coarse = _unit(_shrunk(_grid(seen), *_COARSE)).ravel()
    likeness = [float(coarse @ _unit(_shrunk(_grid(one), *_COARSE)).ravel()) for one in known]
    places = sorted(range(len(known)), key=lambda place: -likeness[place])[:_SHORTLIST]
    candidates = [place for place in places if _colours_differ(seen, known[place]) <= _COLOUR_DISTANCE]
    whole = [(_worst_patch(_grid(seen), _grid(known[place])), place) for place in candidates]
    if whole and min(whole)[0] <= _SAME_FRAME:
        return min(whole)[1]
    cropped = [(found[0], place) for place in candidates if (found := _aligned(_grid(seen), _grid(known[place])))]
    return min(cropped)[1] if cropped else None


def _grid(one: Print) -> Grid:
    return one.light.astype(np.float64)


def _shrunk(grid: Grid, width: int, height: int) -> Grid:
    """Average fields; the sides must be multiples."""
    down, across = grid.shape[0] // height, grid.shape[1] // width
    shrunk: Grid = grid.reshape(height, down, width, across).mean(axis=(1, 3))
    return shrunk


def _unit(grid: Grid) -> Grid:
    """Take brightness and contrast away: mean 0, length 1."""
    centred = grid - grid.mean()
    unit: Grid = centred / max(float(np.linalg.norm(centred)), 1e-9)
    return unit


def _colours_differ(one: Print, other: Print) -> float:
    return float(np.abs(one.colour.astype(float) - other.colour.astype(float)).mean())


def _worst_patch(one: Grid, other: Grid) -> float:
    """The largest difference of a patch, in standard deviations of the picture: a new word on it stands out here."""
    difference = (_unit(one) - _unit(other)) * np.sqrt(one.size)
    return float(np.sqrt(_shrunk(difference**2, *PATCHES)).max())


def _aligned(seen: Grid, known: Grid) -> tuple[float] | None:
    """The worst patch where `seen` is a crop of `known`; None where it is not."""
    frame = _frame(seen, known)
    window = _window(known, frame)
    cut = float(max(frame[0], frame[1], 1 - frame[2], 1 - frame[3]))
    worst = _worst_patch(seen, window)
    alike = float((_unit(seen) * _unit(window)).sum())
    allowed = min(_SAME_CROPPED, _SAME_ALIGNED + _PER_CUT * cut)
    return (worst,) if worst <= allowed and alike >= _LEAST_CORRELATION else None


def _frame(seen: Grid, known: Grid) -> Grid:
    """Find the part of `known` that `seen` shows: left, top, right, bottom as shares of the sides."""
    frame = np.array([0.0, 0.0, 1.0, 1.0])
    for smaller, steps in _LEVELS:
        size = (WIDTH // smaller, HEIGHT // smaller)
        wanted, given = _unit(_shrunk(seen, *size)), _shrunk(known, *size)
        for _ in range(steps):
            frame = _step(frame, wanted, given)
    return frame


def _step(frame: Grid, wanted: Grid, given: Grid) -> Grid:
    """One step of Gauss-Newton: how each side of the frame changes the window, and what fits the rest best."""
    now = _unit(_window(given, frame))
    slopes = np.stack([((_unit(_window(given, frame + move)) - now) / move.sum()).ravel() for move in _moves()], axis=1)
    wanted_change = np.linalg.solve(slopes.T @ slopes + 1e-4 * np.eye(4), slopes.T @ (wanted - now).ravel())
    low, high = [0, 0, 1 - _FURTHEST, 1 - _FURTHEST], [_FURTHEST, _FURTHEST, 1, 1]
    stepped: Grid = np.clip(frame + np.clip(wanted_change, -0.05, 0.05), low, high)
    return stepped


def _moves() -> Grid:
    """Each side moved inwards alone."""
    return np.diag([_NUDGE, _NUDGE, -_NUDGE, -_NUDGE])


def _window(grid: Grid, frame: Grid) -> Grid:
    """What is inside a frame, stretched to the whole size."""
    down = _stretch(float(frame[1]), float(frame[3]), grid.shape[0])
    across = _stretch(float(frame[0]), float(frame[2]), grid.shape[1])
    window: Grid = down @ grid @ across.T
    return window


def _stretch(low: float, high: float, size: int) -> Grid:
    """The matrix that reads `size` values between two shares of a line, halfway values mixed from their neighbours."""
    places = np.clip(low * size + (np.arange(size) + 0.5) * (high - low) - 0.5, 0, size - 1)
    left = np.minimum(places.astype(int), size - 2)
    matrix = np.zeros((size, size))
    matrix[np.arange(size), left] = 1 - (places - left)
    matrix[np.arange(size), left + 1] += places - left
    return matrix
