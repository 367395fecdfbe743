"""The ten scenes: what stands behind the words, and what the words are written on.

A scene is data: a ground, a paper, a size, an ink. It knows nothing of the words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import ImageDraw

Colour = tuple[int, int, int]
TONES: tuple[Colour, ...] = (
    (214, 224, 219), (231, 217, 196), (199, 210, 224), (226, 205, 203),
    (206, 219, 190), (222, 214, 229), (240, 232, 214),
)  # fmt: skip
ACCENTS: tuple[Colour, ...] = (
    (178, 74, 60), (58, 104, 128), (92, 128, 82), (148, 104, 60), (120, 84, 132), (52, 62, 74), (196, 142, 52),
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What differs between two pictures of one scene: ground colour, second colour, shift (px) and tilt (degrees)."""

    tone: Colour
    accent: Colour
    shift: tuple[int, int]
    tilt: int


Ground = Callable[[ImageDraw.ImageDraw, Look], None]
Paper = Callable[[ImageDraw.ImageDraw, tuple[int, int], Look], None]


@dataclass(frozen=True)
class Scene:
    """A ground and a sheet for words; `sheet` and `margin` in pixels."""

    ground: Ground
    paper: Paper
    sheet: tuple[int, int]
    ink: Colour
    margin: int = 22
    centred: bool = True
    tilts: bool = True
    moves: int = 1
    spread: bool = False


def shade(colour: Colour, percent: int) -> Colour:
    """Return a darker (below 100) or lighter colour.

    >>> shade((100, 200, 50), 50)
    (50, 100, 25)
    """
    red, green, blue = (min(255, channel * percent // 100) for channel in colour)
    return red, green, blue


def _tiles(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    for x in range(seen.shift[0] % 80 - 80, 640, 80):
        draw.line((x, 0, x, 330), shade(seen.tone, 90), 3)
    for y in range(0, 331, 66):
        draw.line((0, y, 640, y), shade(seen.tone, 90), 3)
    draw.rectangle((0, 332, 640, 480), shade(seen.accent, 120))


def _kitchen(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    _tiles(draw, seen)
    left = 150 + seen.shift[0] // 2
    draw.rounded_rectangle((left, 70, left + 340, 420), 26, shade(seen.accent, 70))
    draw.polygon([(left + 40, 70), (left + 10, 8), (left + 330, 8), (left + 300, 70)], fill=shade(seen.tone, 84))
    draw.rectangle((left - 12, 412, left + 352, 432), shade(seen.accent, 50))


def _machine(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    _tiles(draw, seen)
    left = 40 + seen.shift[0] // 3
    draw.rounded_rectangle((left, 30, left + 560, 450), 40, shade(seen.accent, 78))
    draw.rounded_rectangle((left + 20, 50, left + 540, 96), 20, shade(seen.accent, 100))
    for number in range(3):
        x = left + 190 + number * 80
        draw.ellipse((x, 380, x + 44, 424), shade(seen.tone, 92), shade(seen.accent, 40), 3)


def _wood(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    board = shade((190, 146, 98), 86 + seen.tone[2] % 24)
    draw.rectangle((0, 0, 640, 480), board)
    for number, y in enumerate(range(-20 + seen.shift[1] % 40, 480, 74)):
        draw.line((0, y, 640, y), shade(board, 76), 4)
        draw.arc((90 + number * 97 % 400, y + 18, 240 + number * 97 % 400, y + 52), 0, 300, shade(board, 88), 2)
    draw.ellipse((506, 20, 616, 130), shade(seen.tone, 104))
    draw.ellipse((522, 36, 600, 114), (74, 46, 30))


def _brick(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    draw.rectangle((0, 0, 640, 480), shade(seen.accent, 82))
    for row, y in enumerate(range(0, 480, 40)):
        draw.line((0, y, 640, y), seen.tone, 4)
        for x in range(-48 * (row % 2), 640, 96):
            draw.line((x, y, x, y + 40), seen.tone, 4)


def _carton(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    draw.rectangle((0, 400, 640, 480), shade(seen.accent, 84))
    draw.polygon([(60, 70), (130, 20), (600, 20), (560, 70)], fill=(214, 178, 128))
    draw.rectangle((60, 70, 560, 440), (194, 154, 104))
    draw.polygon([(560, 70), (600, 20), (600, 390), (560, 440)], fill=(168, 130, 84))
    middle = 310 + seen.shift[0] // 2
    draw.rectangle((middle - 26, 20, middle + 26, 150), (228, 206, 164))


def _counter(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    _tiles(draw, seen)
    draw.ellipse((470, 380, 620, 440), (238, 236, 230))
    draw.ellipse((496, 330, 592, 410), (248, 246, 240))
    draw.ellipse((506, 338, 582, 372), (112, 68, 38))
    left = 96 + seen.shift[0]
    draw.arc((left + 330, 130, left + 460, 320), -90, 90, shade(seen.accent, 92), 24)


def _hand(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    for x in range(0, 640, 128):
        draw.rectangle((x, 0, x + 63, 480), shade(seen.tone, 95))
    draw.ellipse((440, 300, 720, 560), shade(seen.accent, 135))


def _steel(draw: ImageDraw.ImageDraw, seen: Look) -> None:
    for y in range(480):
        draw.line((0, y, 640, y), shade(seen.tone, 62 + (y * 7 % 11)))
    draw.rounded_rectangle((24, 24, 616, 456), 30, None, shade(seen.accent, 60), 10)


def _plain(colour: Colour, radius: int = 6) -> Paper:
    def paper(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
        draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, (*colour, 255))

    return paper


def _sticky(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    notes = ((250, 226, 110), (178, 222, 160), (246, 178, 196), (166, 208, 240))
    paper = notes[(seen.shift[0] + seen.shift[1]) % len(notes)]
    draw.rectangle((0, 0, size[0], size[1]), (*paper, 255))
    draw.rectangle((0, 0, size[0], 24), (*shade(paper, 92), 255))


def _label(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    draw.rectangle((0, 0, size[0], size[1]), (250, 250, 246, 255))
    draw.rectangle((6, 6, size[0] - 7, size[1] - 7), None, (40, 40, 40), 3)
    for x in range(20, size[0] - 20, 9):
        draw.line((x, size[1] - 20, x, size[1] - 10), (30, 30, 30), 2 + (x * 7 + seen.tilt) % 4)


def _torn(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    edge = [(x, size[1] - 12 * (x // 12 % 2)) for x in range(size[0], -12, -12)]
    draw.polygon([(0, 0), (size[0], 0), *edge], fill=(252, 251, 247, 255))


def _letter(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    draw.rectangle((0, 0, size[0], size[1]), (249, 245, 234, 255))
    for y in range(50, size[1], 46):
        draw.line((16, y, size[0] - 16, y), (*shade(seen.tone, 94), 255), 2)
    draw.ellipse((size[0] - 70, 12, size[0] - 16, 66), (*seen.accent, 255))


def _phone(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), 36, (34, 36, 42, 255))
    draw.rounded_rectangle((12, 30, size[0] - 13, size[1] - 31), 12, (*seen.tone, 255))
    draw.rounded_rectangle((18, 86, size[0] - 19, size[1] - 86), 18, (255, 255, 255, 255))
    draw.ellipse((28, 40, 66, 78), (*seen.accent, 255))


def _mug(draw: ImageDraw.ImageDraw, size: tuple[int, int], seen: Look) -> None:
    draw.rounded_rectangle((0, 10, size[0] - 1, size[1] - 1), 34, (*shade(seen.tone, 108), 255))
    draw.ellipse((4, 0, size[0] - 5, 40), (*shade(seen.accent, 92), 255))


SCENES: dict[str, Scene] = {
    "sticky": Scene(_kitchen, _sticky, (300, 250), (44, 44, 66)),
    "display": Scene(_machine, _plain((18, 24, 26), 18), (420, 220), (120, 236, 190), tilts=False, moves=0),
    "notice": Scene(_brick, _plain((252, 250, 242)), (400, 300), (36, 34, 40)),
    "parcel": Scene(_carton, _label, (360, 260), (24, 24, 24), margin=28),
    "letter": Scene(_wood, _letter, (430, 360), (40, 46, 92), margin=34, centred=False),
    "phone": Scene(_hand, _phone, (330, 440), (30, 32, 38), margin=30, centred=False),
    "receipt": Scene(_wood, _torn, (290, 400), (48, 48, 48), centred=False, spread=True),
    "mug": Scene(_counter, _mug, (350, 330), (52, 40, 36), margin=36, tilts=False),
    "box": Scene(_carton, _plain((226, 196, 150), 0), (340, 230), (140, 34, 30), moves=0),
    "plate": Scene(_steel, _plain((206, 210, 214), 10), (460, 260), (28, 30, 34), centred=False),
}
