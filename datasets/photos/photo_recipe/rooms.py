"""Where the machine stands: a tiled kitchen, one with a wooden worktop, an office; and what people leave about."""

from __future__ import annotations

import random

from photo_recipe.canvas import Canvas, Colour, mix

HORIZON = 352  # where the wall meets the worktop

TILES: tuple[tuple[Colour, Colour], ...] = (
    ((214, 226, 224), (196, 211, 209)),
    ((236, 226, 208), (223, 209, 186)),
    ((178, 203, 205), (158, 186, 189)),
    ((240, 218, 202), (228, 200, 180)),
)
WALLS: tuple[Colour, ...] = ((244, 232, 212), (226, 231, 216), (238, 221, 209), (221, 228, 234))
OFFICE: tuple[Colour, ...] = ((216, 223, 230), (229, 226, 219), (208, 219, 217))
WOODS: tuple[tuple[Colour, Colour], ...] = (
    ((196, 146, 98), (170, 121, 77)),
    ((156, 109, 74), (132, 89, 58)),
    ((216, 176, 128), (193, 151, 103)),
)


def draw_room(canvas: Canvas, kind: str, dice: random.Random) -> None:
    """Draw the wall, the worktop and some things at the back."""
    {"tiles": _tiled, "wood": _wooden, "office": _office}[kind](canvas, dice)


def _pick(dice: random.Random, count: int) -> int:
    return int(dice.random() * count)


def _tiled(canvas: Canvas, dice: random.Random) -> None:
    tile, dark = TILES[_pick(dice, len(TILES))]
    grout = mix(tile, (255, 255, 255), 55)
    canvas.rect(-300, -300, 1240, 1080, grout)
    wide = 62
    for row in range(-4, 9):
        for column in range(-6, 18):
            shade = mix(tile, dark, (0, 0, 45, 90)[_pick(dice, 4)])
            left = column * wide + (wide // 2 if row % 2 else 0) - 40
            y = row * 44 - 4
            canvas.rect(left + 1.5, y + 1.5, wide - 3, 41, shade, 3)
            canvas.rect(left + 5, y + 4, wide - 24, 2.4, grout, 1)
    worktop = ((238, 236, 232), (120, 122, 126), (228, 219, 206))[_pick(dice, 3)]
    _worktop(canvas, worktop, mix(worktop, (60, 50, 40), 22))
    for _ in range(70):
        across, down = dice.random() * 640, HORIZON + 4 + dice.random() * 90
        canvas.oval(across, down, 1.2, 0.6, mix(worktop, (90, 84, 80), 12 + _pick(dice, 22)))
    (_shelf, _jar_and_plant, _utensils, _window)[_pick(dice, 4)](canvas, dice)


def _wooden(canvas: Canvas, dice: random.Random) -> None:
    wall = WALLS[_pick(dice, len(WALLS))]
    canvas.rect(-300, -300, 1240, 1080, wall)
    canvas.rect(-300, 296, 1240, 60, mix(wall, (120, 100, 80), 16))
    (_window, _shelf, _jar_and_plant, _utensils)[_pick(dice, 4)](canvas, dice)
    wood, dark = WOODS[_pick(dice, len(WOODS))]
    _worktop(canvas, wood, dark)
    for number in range(26):
        y = HORIZON + 5 + number * 3.6 + dice.random() * 3
        x = dice.random() * 520 - 40
        length = 90 + dice.random() * 260
        bend = dice.random() * 5 - 2.5
        canvas.line(((x, y), (x + length / 2, y + bend), (x + length, y)), 0.9, mix(wood, dark, 50 + _pick(dice, 40)))


def _office(canvas: Canvas, dice: random.Random) -> None:
    wall = OFFICE[_pick(dice, len(OFFICE))]
    canvas.rect(-300, -300, 1240, 1080, wall)
    glass = (200, 222, 236)
    left = 24 + _pick(dice, 60)
    canvas.rect(left, 24, 200, 176, (250, 250, 248), 3)
    canvas.shaded(left + 8, 32, 184, 160, (glass, mix(glass, (255, 244, 220), 70)), 2, across=False)
    for number in range(9):
        canvas.rect(left + 8, 36 + number * 12, 184, 5, (243, 243, 240), 1)
    canvas.rect(456, 66, 140, 92, (252, 250, 244), 4)
    canvas.rect(456, 66, 140, 92, (252, 250, 244), 4)
    note: tuple[Colour, ...] = ((246, 214, 108), (244, 166, 140), (158, 206, 190), (176, 190, 232))
    for number in range(6):
        canvas.rect(468 + number % 3 * 42, 76 + number // 3 * 40, 30, 30, note[_pick(dice, 4)], 1)
    desk = ((226, 220, 210), (188, 166, 140), (240, 240, 238))[_pick(dice, 3)]
    _worktop(canvas, desk, mix(desk, (70, 60, 50), 24))
    _paper_cups(canvas, 60 + _pick(dice, 30), HORIZON + 8)
    if _pick(dice, 2):
        _plant(canvas, 572, HORIZON + 12, 1.1)


def _worktop(canvas: Canvas, colour: Colour, edge: Colour) -> None:
    canvas.shaded(
        -300, HORIZON, 1240, 104, (mix(colour, (0, 0, 0), 7), colour, mix(colour, (255, 255, 255), 10)), across=False
    )
    canvas.rect(-300, HORIZON, 1240, 2, mix(edge, (0, 0, 0), 15))
    canvas.rect(-300, 454, 1240, 20, edge)
    canvas.rect(-300, 454, 1240, 3, mix(colour, (255, 255, 255), 30))
    canvas.rect(-300, 474, 1240, 400, mix(edge, (30, 25, 25), 55))


def _shelf(canvas: Canvas, dice: random.Random) -> None:
    canvas.glaze((60, 40, 30), 22, lambda mask: mask.rect(20, 128, 156, 10), 4)
    canvas.rect(14, 116, 168, 9, (150, 104, 68), 2)
    colours: tuple[Colour, ...] = ((232, 236, 232), (206, 92, 72), (88, 128, 132), (238, 190, 92))
    x = 28.0
    for _ in range(4):
        tall = 26 + dice.random() * 14
        fill = colours[_pick(dice, 4)]
        canvas.rect(x, 116 - tall, 24, tall, fill, 5)
        canvas.ring(x + 26, 116 - tall / 2, 6, 2.5, fill)
        x += 38
    _plant(canvas, 590, HORIZON + 14, 1.0)


def _window(canvas: Canvas, dice: random.Random) -> None:
    left = 30 if _pick(dice, 2) else 452
    canvas.rect(left - 8, 20, 156, 206, (250, 248, 242), 4)
    evening = _pick(dice, 3) == 0
    sky: tuple[Colour, Colour] = ((246, 190, 140), (250, 224, 178)) if evening else ((168, 208, 232), (226, 240, 244))
    canvas.shaded(left, 28, 140, 190, sky, 2, across=False)
    hill = (118, 140, 110) if not evening else (128, 110, 110)
    canvas.poly(
        ((left, 218), (left, 178), (left + 44, 158), (left + 92, 176), (left + 140, 150), (left + 140, 218)), hill
    )
    canvas.rect(left + 67, 26, 6, 194, (250, 248, 242))
    canvas.rect(left, 112, 140, 6, (250, 248, 242))
    canvas.rect(left - 14, 224, 168, 8, (240, 236, 228), 2)
    _plant(canvas, left + 30, 226, 0.7)


def _jar_and_plant(canvas: Canvas, dice: random.Random) -> None:
    _plant(canvas, 48, HORIZON + 16, 1.1)
    _jar(canvas, 584, HORIZON + 20)
    _jar(canvas, 536, HORIZON + 12)


def _utensils(canvas: Canvas, dice: random.Random) -> None:
    canvas.rect(10, 70, 170, 5, (120, 116, 112), 2)
    for number, fill in enumerate(((92, 98, 104), (168, 118, 76), (92, 98, 104), (190, 84, 66))):
        x = 34 + number * 40
        canvas.line(((x, 74), (x, 124)), 4, fill)
        canvas.oval(x, 138, 11, 16, fill)
    _jar(canvas, 590, HORIZON + 18)


def _plant(canvas: Canvas, x: float, y: float, size: float) -> None:
    for lean, tall, green in ((-26, 62, 0), (22, 68, 30), (-10, 84, 60), (10, 80, 90), (0, 60, 20)):
        leaf = mix((86, 130, 88), (140, 172, 108), green)
        tip_x, tip_y = x + lean * size * 1.5, y - (26 + tall) * size
        middle_x, middle_y = x + lean * size, y - (26 + tall * 0.55) * size
        points = ((x, y - 26 * size), (middle_x - 9 * size, middle_y), (tip_x, tip_y), (middle_x + 9 * size, middle_y))
        canvas.poly(points, leaf)
    canvas.poly(
        ((x - 22 * size, y - 32 * size), (x + 22 * size, y - 32 * size), (x + 16 * size, y), (x - 16 * size, y)),
        (196, 110, 78),
    )
    canvas.rect(x - 24 * size, y - 36 * size, 48 * size, 9 * size, (212, 126, 92), 2)


def _jar(canvas: Canvas, x: float, y: float) -> None:
    canvas.glaze((40, 30, 25), 30, lambda mask: mask.oval(x + 4, y, 24, 5), 3)
    canvas.rect(x - 20, y - 62, 40, 62, (222, 228, 226), 6)
    canvas.rect(x - 17, y - 46, 34, 43, (98, 62, 42), 4)
    for number in range(18):
        canvas.oval(x - 13 + number * 7 % 28, y - 42 + number * 11 % 36, 3, 2, (124, 82, 56))
    canvas.rect(x - 22, y - 70, 44, 10, (168, 126, 86), 3)
    canvas.rect(x - 15, y - 58, 4, 50, (248, 250, 250), 2)


def _paper_cups(canvas: Canvas, x: float, y: float) -> None:
    for number in range(4):
        top = y - 40 - number * 9
        canvas.poly(((x - 17, top), (x + 17, top), (x + 13, top + 40), (x - 13, top + 40)), (246, 242, 234))
        canvas.rect(x - 18, top - 2, 36, 4, (222, 214, 202), 2)
    canvas.rect(x - 15, y - 26, 30, 12, (94, 138, 132))
