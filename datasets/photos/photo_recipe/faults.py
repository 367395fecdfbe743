"""What is wrong in the picture: water, crust, cracks, scorch marks. Each returns the box in which the fault lies."""

from __future__ import annotations

import random
from functools import partial

from photo_recipe.canvas import Box, Canvas, Point, Stencil, mix
from photo_recipe.espresso import WHITE

WATER = (122, 168, 192)
COFFEE = (112, 68, 42)


def puddle(
    canvas: Canvas, x: float, y: float, half: float, dice: random.Random, colour: tuple[int, int, int] = WATER
) -> Box:
    """Draw a puddle on the worktop around a point."""
    blobs = [
        (x + (dice.random() * 2 - 1) * half * 0.7, y + (dice.random() * 2 - 1) * 6, half * (0.3 + dice.random() * 0.35))
        for _ in range(6)
    ]
    blobs.append((x, y, half * 0.8))

    def marks(mask: Stencil, grow: float = 0, lift: float = 0) -> None:
        for bx, by, r in blobs:
            mask.oval(bx, by - lift, max(1, r + grow), max(0.5, r * 0.2 + grow * 0.6 + 2))

    canvas.glaze((40, 40, 50), 32, lambda mask: marks(mask, 2.5, -2), 1.5)
    canvas.glaze(colour, 74, marks, 0.6)
    canvas.glaze(mix(colour, WHITE, 62), 60, lambda mask: marks(mask, -5, 1.5), 2)
    canvas.glaze(colour, 52, lambda mask: marks(mask, -8, -1), 2)
    for bx, by, r in blobs[::2]:
        canvas.line(
            ((bx - r * 0.55, by - r * 0.05), (bx - r * 0.3, by - r * 0.1), (bx, by - r * 0.12)), 1.0, (236, 246, 250)
        )
    left = min(bx - r for bx, _, r in blobs)
    right = max(bx + r for bx, _, r in blobs)
    top = min(by - r * 0.2 for _, by, r in blobs)
    bottom = max(by + r * 0.2 for _, by, r in blobs)
    return left, top - 4, right - left, bottom - top + 8


def drops(canvas: Canvas, points: list[Point], size: float, colour: tuple[int, int, int] = WATER) -> Box:
    """Draw hanging or falling drops."""
    for x, y in points:
        canvas.poly(((x, y - size * 2.1), (x + size * 0.86, y), (x - size * 0.86, y)), mix(colour, (30, 60, 90), 22))
        canvas.oval(x, y, size, size, mix(colour, (30, 60, 90), 22))
        canvas.oval(x, y, size * 0.78, size * 0.78, mix(colour, WHITE, 22))
        canvas.oval(x - size * 0.3, y - size * 0.3, size * 0.26, size * 0.3, WHITE)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - size, min(ys) - size * 2.2, max(xs) - min(xs) + size * 2, max(ys) - min(ys) + size * 3.4


def streaks(canvas: Canvas, points: list[Point], length: float, colour: tuple[int, int, int] = WATER) -> None:
    """Draw water that runs down."""
    for x, y in points:
        way = ((x, y), (x + 1.5, y + length))
        canvas.glaze(colour, 78, partial(Stencil.line, points=way, width=4.4), 0.4)
        canvas.line(((x - 0.8, y + 2), (x, y + length * 0.7)), 1.1, mix(colour, WHITE, 66))


def crust(canvas: Canvas, x: float, y: float, w: float, h: float, dice: random.Random, count: int = 200) -> Box:
    """Draw limescale: chalky spots that grow together."""
    spots = []
    for _ in range(count):
        across, down = dice.random() + dice.random() - 1, dice.random() + dice.random() - 1
        spots.append((x + w / 2 + across * w / 2, y + h / 2 + down * h / 2, 0.7 + dice.random() * min(w, h) * 0.062))
    shade = [(sx + 1, sy + 1.6, r, r * 0.9) for sx, sy, r in spots]
    film = [(sx, sy, r * 1.7, r * 1.4) for sx, sy, r in spots]
    canvas.glaze((120, 110, 96), 40, lambda mask: mask.ovals(shade), 1)
    canvas.glaze((240, 234, 220), 72, lambda mask: mask.ovals(film), 0.8)
    for number, (sx, sy, r) in enumerate(spots):
        canvas.oval(
            sx, sy, r, r * 0.88, ((238, 232, 216), (226, 217, 196), (246, 243, 233), (212, 202, 178))[number % 4]
        )
    for sx, sy, r in spots[::3]:
        canvas.oval(sx - r * 0.25, sy - r * 0.3, r * 0.4, r * 0.34, (253, 251, 245))
    return x - 3, y - 3, w + 6, h + 6


def crack(canvas: Canvas, x: float, y: float, length: float, dice: random.Random) -> Box:
    """Draw a crack in clear plastic, with branches, and the water that comes out of it."""
    points = [(x, y)]
    for number in range(7):
        px, _ = points[-1]
        points.append((px + (dice.random() * 2 - 0.8) * length * 0.09, y + (number + 1) * length / 7))
    for dark, shift, width in (((60, 92, 110), 1.2, 3.0), ((250, 253, 254), 0.0, 1.8)):
        canvas.line([(px + shift, py + shift * 0.4) for px, py in points], width * length / 90, dark)
        for number in (1, 3, 4):
            px, py = points[number]
            way = 1 if number % 2 else -1
            branch = (
                (px + shift, py),
                (px + shift + way * length * 0.11, py + length * 0.05),
                (px + way * length * 0.18, py + length * 0.13),
            )
            canvas.line(branch, width * 0.7 * length / 90, dark)
    end = points[-1]
    streaks(canvas, [end], length * 0.3)
    return x - length * 0.24, y - 4, length * 0.55, length * 1.32


def scorch(canvas: Canvas, x: float, y: float, size: float, dice: random.Random) -> Box:
    """Draw brown and black marks of heat, and a thread of smoke."""
    for colour, grow, strong in (((150, 98, 52), 1.0, 62), ((84, 50, 30), 0.72, 74), ((26, 20, 18), 0.44, 92)):
        marks = [
            (
                x + (dice.random() - 0.5) * size * 0.5,
                y + (dice.random() - 0.5) * size * 0.4,
                size * grow,
                size * grow * 0.72,
            )
            for _ in range(3)
        ]
        canvas.glaze(colour, strong, partial(Stencil.ovals, marks=marks), size * 0.09)
    for number in range(6):
        bx, by = x + (dice.random() - 0.5) * size * 1.1, y + (dice.random() - 0.5) * size * 0.8
        canvas.oval(bx, by, 3 + number % 3, 2.4 + number % 2, (58, 40, 32))
        canvas.oval(bx - 1, by - 1, 1.4, 1.1, (150, 120, 96))
    smoke = [(x + (6 if number % 2 else -7) * (1 + number * 0.2), y - size * 0.5 - number * 17) for number in range(7)]
    canvas.glaze((120, 116, 112), 46, lambda mask: mask.line(smoke, 9), 5)
    return x - size * 1.25, y - size * 0.95, size * 2.5, size * 1.9
