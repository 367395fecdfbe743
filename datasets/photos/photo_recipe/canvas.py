"""A drawing board: shapes in picture units (640 × 480), seen through a camera that can come close.

Everything is drawn twice as large as needed and made smaller at the end, so that edges are smooth. Only Pillow is
used (https://pillow.readthedocs.io); grain comes from a hash, so that it is the same everywhere.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 640, 480
OVERSAMPLING = 2
KEPT = 0.95  # of the width and height of a tilted board: its corners are empty

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True)
class Camera:
    """What the picture shows: the point in its middle, how close, and how far it is tilted (degrees)."""

    x: float = 320
    y: float = 240
    zoom: float = 1.0
    tilt: float = 0.0


def mix(first: Colour, second: Colour, per_cent: int) -> Colour:
    """Return a colour between two: 0 is the first, 100 the second.

    >>> mix((0, 0, 0), (200, 100, 50), 50)
    (100, 50, 25)
    """
    red, green, blue = ((a * (100 - per_cent) + b * per_cent) // 100 for a, b in zip(first, second, strict=True))
    return red, green, blue


class Canvas:
    """A picture in the making."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.scale = OVERSAMPLING * camera.zoom
        self.image = Image.new("RGB", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), (230, 224, 214))
        self.pen = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the scene lies on the board."""
        half_x, half_y = WIDTH * OVERSAMPLING / 2, HEIGHT * OVERSAMPLING / 2
        return half_x + (x - self.camera.x) * self.scale, half_y + (y - self.camera.y) * self.scale

    def box_in_picture(self, box: Box) -> list[int] | None:
        """Return a box of the scene in pixels of the finished picture, cut off at its edges."""
        corners = [
            (box[0], box[1]),
            (box[0] + box[2], box[1]),
            (box[0], box[1] + box[3]),
            (box[0] + box[2], box[1] + box[3]),
        ]
        seen = [self._tilted(*self.at(*corner)) for corner in corners]
        left, top = min(x for x, _ in seen), min(y for _, y in seen)
        right, bottom = max(x for x, _ in seen), max(y for _, y in seen)
        left, top = max(0.0, left / OVERSAMPLING), max(0.0, top / OVERSAMPLING)
        right, bottom = min(WIDTH, right / OVERSAMPLING), min(HEIGHT, bottom / OVERSAMPLING)
        if right - left < 4 or bottom - top < 4:
            return None
        return [int(left), int(top), int(right - left), int(bottom - top)]

    def _tilted(self, x: float, y: float) -> Point:
        """Return where a point of the board lies after the board was tilted and its edges were cut off."""
        if not self.camera.tilt:
            return x, y
        angle = math.radians(self.camera.tilt)
        half_x, half_y = WIDTH * OVERSAMPLING / 2, HEIGHT * OVERSAMPLING / 2
        dx, dy = (x - half_x) / KEPT, (y - half_y) / KEPT
        return half_x + dx * math.cos(angle) + dy * math.sin(angle), half_y - dx * math.sin(angle) + dy * math.cos(
            angle
        )

    # Shapes -----------------------------------------------------------------------------------------------------------

    def rect(self, x: float, y: float, w: float, h: float, fill: Colour, r: float = 0) -> None:
        """Draw a rectangle with round corners."""
        self.pen.rounded_rectangle((*self.at(x, y), *self.at(x + w, y + h)), self._radius(w, h, r), fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Draw an ellipse around its middle."""
        self.pen.ellipse((*self.at(x - rx, y - ry), *self.at(x + rx, y + ry)), fill)

    def ring(self, x: float, y: float, r: float, width: float, fill: Colour) -> None:
        """Draw a circle's line."""
        box = (*self.at(x - r, y - r), *self.at(x + r, y + r))
        self.pen.ellipse(box, outline=fill, width=max(1, round(width * self.scale)))

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        """Draw a filled polygon."""
        self.pen.polygon([self.at(*point) for point in points], fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a line with round ends and corners."""
        pixels = [self.at(*point) for point in points]
        wide = max(1, round(width * self.scale))
        self.pen.line(pixels, fill, wide, joint="curve")
        for x, y in pixels:
            self.pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill)

    def text(self, x: float, y: float, words: str, size: float, fill: Colour, anchor: str = "mm") -> None:
        """Write words with the font that Pillow brings."""
        font = ImageFont.load_default(size * self.scale)
        self.pen.text(self.at(x, y), words, fill, font, anchor=anchor, align="center")

    def shaded(
        self, x: float, y: float, w: float, h: float, colours: Sequence[Colour], r: float = 0, across: bool = True
    ) -> None:
        """Draw a rectangle whose colours run from left to right (or from top to bottom)."""
        left, top = (round(value) for value in self.at(x, y))
        right, bottom = (round(value) for value in self.at(x + w, y + h))
        size = (max(1, right - left), max(1, bottom - top))
        strip = Image.new("RGB", (len(colours), 1) if across else (1, len(colours)))
        strip.putdata(list(colours))
        filled = strip.resize(size, Image.Resampling.BICUBIC)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), self._radius(w, h, r), 255)
        self.image.paste(filled, (left, top), mask)

    def glaze(self, fill: Colour, per_cent: int, draw: Callable[[Stencil], None], blur: float = 0) -> None:
        """Lay a colour over the picture where `draw` leaves marks: for shadows, water, glass, light."""
        stencil = Stencil(self)
        draw(stencil)
        mask = stencil.mask
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.scale))
        mask = mask.point([value * per_cent // 100 for value in range(256)])
        self.image.paste(fill, (0, 0), mask)

    def _radius(self, w: float, h: float, r: float) -> float:
        return min(r, w / 2, h / 2) * self.scale

    # The finished picture ---------------------------------------------------------------------------------------------

    def develop(self, seed: str) -> Image.Image:
        """Return the picture: smaller, a little tilted, with grain, on a palette."""
        image = self.image
        if self.camera.tilt:
            image = image.rotate(self.camera.tilt, Image.Resampling.BICUBIC)
            edge_x, edge_y = round(image.width * (1 - KEPT) / 2), round(image.height * (1 - KEPT) / 2)
            image = image.crop((edge_x, edge_y, image.width - edge_x, image.height - edge_y))
        image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        grain = Image.frombytes("L", (WIDTH, HEIGHT), hashlib.shake_256(seed.encode()).digest(WIDTH * HEIGHT))
        grain = grain.point([{0: 0}.get(value, 2) for value in range(256)])
        image = ImageChops.add(image, Image.merge("RGB", (grain, grain, grain)), 1, -2)
        return image.quantize(palette=_palette(image), dither=Image.Dither.NONE)


# Small lamps and pins would get lost among the many pixels of a wall: these colours always have a place in the palette.
ACCENTS: tuple[Colour, ...] = (
    *((255, 92, 70), (255, 150, 128), (206, 62, 50), (255, 186, 84), (150, 226, 255), (86, 160, 104)),
    *(
        (110, 150, 98),
        (112, 68, 42),
        (206, 160, 108),
        (250, 248, 242),
        (238, 214, 150),
        (246, 214, 108),
        (22, 22, 26),
        (42, 40, 43),
        (66, 66, 70),
    ),
)
FROM_THE_PICTURE = 38


def _palette(image: Image.Image) -> Image.Image:
    """Return a palette of the picture's most common colours and the accents."""
    common = image.quantize(FROM_THE_PICTURE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*common[: FROM_THE_PICTURE * 3], *(value for colour in ACCENTS for value in colour)])
    return palette


def smooth(points: Sequence[Point], steps: int = 10) -> list[Point]:
    """Return a curve through all points (Catmull and Rom)."""
    way = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in zip(way, way[1:], way[2:], way[3:], strict=False):
        for number in range(steps):
            t = number / steps
            a, b, c = -t + 2 * t * t - t**3, 2 - 5 * t * t + 3 * t**3, t + 4 * t * t - 3 * t**3
            d = t**3 - t * t
            curve.append(((a * x0 + b * x1 + c * x2 + d * x3) / 2, (a * y0 + b * y1 + c * y2 + d * y3) / 2))
    return [*curve, points[-1]]


class Stencil:
    """A mask with the same shapes as a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.mask = Image.new("L", canvas.image.size, 0)
        self.pen = ImageDraw.Draw(self.mask)

    def rect(self, x: float, y: float, w: float, h: float, r: float = 0) -> None:
        """Mark a rectangle."""
        at, radius = self.canvas.at, min(r, w / 2, h / 2) * self.canvas.scale
        self.pen.rounded_rectangle((*at(x, y), *at(x + w, y + h)), radius, 255)

    def oval(self, x: float, y: float, rx: float, ry: float) -> None:
        """Mark an ellipse."""
        self.pen.ellipse((*self.canvas.at(x - rx, y - ry), *self.canvas.at(x + rx, y + ry)), 255)

    def ovals(self, marks: Sequence[Box]) -> None:
        """Mark several ellipses, each as x, y, rx, ry."""
        for mark in marks:
            self.oval(*mark)

    def poly(self, points: Sequence[Point]) -> None:
        """Mark a polygon."""
        self.pen.polygon([self.canvas.at(*point) for point in points], 255)

    def line(self, points: Sequence[Point], width: float) -> None:
        """Mark a line."""
        pixels = [self.canvas.at(*point) for point in points]
        self.pen.line(pixels, 255, max(1, round(width * self.canvas.scale)), joint="curve")


# The segments of a digit: a above, b and c right, d below, e and f left, g in the middle.
_SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", "E": "adefg", "C": "adef", "A": "abcefg", "L": "def", "R": "eg", "I": "c",
    "N": "egc",
    "-": "g", ":": "", " ": "",
}  # fmt: skip


def seven_segments(canvas: Canvas, x: float, y: float, height: float, words: str, fill: Colour) -> None:
    """Write a code as the digits of a display do, around a middle."""
    width, thick = height * 0.5, height * 0.13
    step = width * 1.42
    left = x - (step * len(words) - step + width) / 2
    for number, sign in enumerate(words):
        x0, x1 = left + number * step, left + number * step + width
        y0, y1, y2 = y - height / 2, y, y + height / 2
        gap = thick * 0.55
        ends = {
            "a": ((x0 + gap, y0), (x1 - gap, y0)), "b": ((x1, y0 + gap), (x1, y1 - gap)),
            "c": ((x1, y1 + gap), (x1, y2 - gap)), "d": ((x0 + gap, y2), (x1 - gap, y2)),
            "e": ((x0, y1 + gap), (x0, y2 - gap)), "f": ((x0, y0 + gap), (x0, y1 - gap)),
            "g": ((x0 + gap, y1), (x1 - gap, y1)),
        }  # fmt: skip
        for segment in _SEGMENTS[sign]:
            canvas.line(ends[segment], thick, fill)
