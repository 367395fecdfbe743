"""The Grind, the Froth and the Pour, and what comes in boxes and bags: a plug, a carton, a kit of seals."""

from __future__ import annotations

from functools import partial

from photo_recipe.canvas import Canvas, Colour, Stencil, mix, seven_segments, smooth
from photo_recipe.espresso import ICE, RED, STEEL, WHITE, cup, group_colours

INK = (56, 56, 62)
SHADES: tuple[Colour, ...] = ((56, 56, 62), (96, 96, 102), (74, 74, 80), (54, 54, 60), (40, 40, 46))
CARTON: tuple[Colour, ...] = ((206, 164, 116), (188, 146, 100))


def stand_shadow(canvas: Canvas, x: float, y: float, half: float) -> None:
    """Draw the shadow of a thing that stands on the worktop."""
    canvas.glaze((30, 24, 20), 36, lambda mask: mask.oval(x + 18, y - 2, half * 1.15, 12), 7)
    canvas.glaze((20, 16, 14), 55, lambda mask: mask.oval(x + 3, y - 1, half, 5), 2.5)


def grind(canvas: Canvas, x: float, y: float, lamp: bool, side: bool) -> None:
    """Draw the grinder: hopper with beans, dial, chute, dosing cup and the light on its front."""
    stand_shadow(canvas, x, y, 70)
    canvas.shaded(x - 66, y - 22, 132, 20, SHADES, 8)
    canvas.shaded(x - 50, y - 172, 100 if not side else 84, 152, SHADES, 14)
    canvas.shaded(x - 54, y - 196, 108, 32, STEEL, 8)
    for number in range(15):
        canvas.rect(x - 49 + number * 7, y - 180, 2, 11 if number % 5 == 0 else 6, INK, 1)
    canvas.text(x, y - 188, "0        10        20        30", 7, INK)
    canvas.glaze(
        (210, 222, 228),
        66,
        lambda mask: mask.poly(((x - 62, y - 262), (x + 62, y - 262), (x + 44, y - 196), (x - 44, y - 196))),
    )
    canvas.poly(((x - 56, y - 238), (x + 56, y - 238), (x + 43, y - 198), (x - 43, y - 198)), (96, 60, 40))
    for number in range(46):
        bx, by = x - 50 + number * 37 % 100, y - 240 + number * 13 % 38
        if abs(bx - x) < 52 - (by - y + 240) * 0.32:
            canvas.oval(bx, by, 5, 3.4, (126, 82, 54) if number % 3 else (108, 66, 42))
            canvas.line(((bx - 3, by), (bx + 3, by)), 0.8, (70, 42, 28))
    canvas.rect(x - 66, y - 272, 132, 11, (72, 76, 80), 5)
    canvas.glaze(
        WHITE, 46, lambda mask: mask.poly(((x - 52, y - 258), (x - 44, y - 258), (x - 34, y - 200), (x - 40, y - 200)))
    )
    front = x + (58 if side else 0)
    canvas.rect(front - 22, y - 128, 44, 22, (36, 36, 40), 6)
    canvas.poly(((front - 16, y - 108), (front + 16, y - 108), (front + 8, y - 88), (front - 8, y - 88)), (48, 48, 54))
    canvas.glaze((0, 0, 0), 40, lambda mask: mask.oval(front, y - 18, 30, 5), 3)
    canvas.shaded(front - 24, y - 66, 48, 46, group_colours(), 6)
    canvas.oval(front, y - 66, 24, 5, (96, 64, 44))
    canvas.text(x, y - 10, "Brewline", 9, (214, 214, 210))
    lx, ly = x + (-20 if side else 0), y - 148
    if lamp:
        canvas.glaze(RED, 70, lambda mask: mask.oval(lx, ly, 22, 22), 8)
    canvas.oval(lx, ly, 7.5, 7.5, (30, 30, 34))
    canvas.oval(lx, ly, 5.5, 5.5, (255, 120, 96) if lamp else (190, 214, 206))
    if lamp:
        canvas.oval(lx - 1.5, ly - 1.5, 2, 2, (255, 226, 214))


def froth(canvas: Canvas, x: float, y: float, red: bool) -> None:
    """Draw the milk frother: a jug on a base with a ring of light."""
    stand_shadow(canvas, x, y, 66)
    canvas.shaded(x - 66, y - 30, 132, 28, SHADES, 11)
    lamp = RED if red else ICE
    if red:
        canvas.glaze(lamp, 60, lambda mask: mask.rect(x - 70, y - 44, 140, 20, 10), 9)
    canvas.rect(x - 58, y - 37, 116, 7, lamp, 3.5)
    canvas.rect(x - 54, y - 36, 108, 2.4, mix(lamp, WHITE, 55), 1)
    canvas.ring(x + 66, y - 112, 30, 10, (54, 54, 60))
    canvas.shaded(x - 58, y - 186, 116, 148, STEEL, 12)
    canvas.poly(((x - 58, y - 182), (x - 76, y - 188), (x - 58, y - 158)), (206, 210, 213))
    canvas.shaded(x - 60, y - 200, 120, 18, SHADES, 8)
    canvas.rect(x - 12, y - 210, 24, 12, (40, 40, 46), 5)
    canvas.text(x - 4, y - 106, "Brewline", 13, (96, 98, 102))
    canvas.text(x - 4, y - 90, "Froth", 9, (120, 122, 126))


def pour(canvas: Canvas, x: float, y: float, code: str | None, crust: bool = False) -> None:
    """Draw the filter-coffee brewer: tower with tank, cone with paper, glass jug, clock on the base."""
    stand_shadow(canvas, x, y, 112)
    canvas.shaded(x - 112, y - 34, 224, 32, SHADES, 9)
    canvas.shaded(x + 44, y - 262, 64, 232, SHADES, 12)
    canvas.glaze((190, 216, 226), 70, lambda mask: mask.rect(x + 54, y - 246, 44, 150, 6))
    canvas.glaze((92, 164, 200), 60, lambda mask: mask.rect(x + 56, y - 190, 40, 92, 5))
    canvas.rect(x + 56, y - 191, 40, 2, (216, 240, 248))
    canvas.shaded(x - 84, y - 270, 192, 28, SHADES, 10)
    canvas.shaded(x - 44, y - 243, 34, 12, group_colours(), 3)
    canvas.poly(((x - 74, y - 222), (x + 20, y - 222), (x - 10, y - 162), (x - 44, y - 162)), (44, 44, 50))
    canvas.poly(((x - 70, y - 232), (x + 16, y - 232), (x + 12, y - 222), (x - 66, y - 222)), (246, 242, 232))
    canvas.rect(x - 80, y - 225, 106, 8, (72, 76, 80), 4)
    jug(canvas, x - 27, y - 34)
    left, top = x - 100, y - 30
    canvas.shaded(left, top, 66, 22, ((34, 34, 40), (18, 18, 22)), 5, across=False)
    lamp = ICE if code is None else RED
    canvas.glaze(lamp, 30, lambda mask: mask.oval(left + 33, top + 11, 24, 8), 5)
    seven_segments(canvas, left + 33, top + 11, 13, code or "08:15", lamp)
    if code is None:
        canvas.oval(left + 33, top + 8, 1.1, 1.1, lamp)
        canvas.oval(left + 33, top + 14, 1.1, 1.1, lamp)
    canvas.oval(x + 80, y - 18, 9, 9, (226, 228, 230))
    canvas.text(x + 20, y - 17, "Brewline Pour", 8, (214, 214, 210))


def jug(canvas: Canvas, x: float, y: float) -> None:
    """Draw the glass jug with some coffee in it."""
    canvas.ring(x - 66, y - 56, 27, 9, (44, 44, 50))
    canvas.glaze((206, 222, 228), 60, lambda mask: mask.rect(x - 58, y - 112, 116, 112, 28))
    canvas.glaze((74, 40, 24), 88, lambda mask: mask.rect(x - 54, y - 66, 108, 63, 24))
    canvas.rect(x - 50, y - 68, 100, 4, (134, 84, 54), 2)
    canvas.rect(x - 40, y - 124, 80, 13, (52, 52, 58), 5)
    canvas.glaze(WHITE, 50, lambda mask: mask.rect(x + 34, y - 96, 7, 72, 3))


def plug(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """Draw a British plug that lies on its back, its three pins towards us, and its lead."""
    canvas.glaze((20, 16, 14), 40, lambda mask: mask.oval(x + 12, y + 104, 124, 18), 8)
    lead = smooth(
        ((x, y + 96), (x + 6, y + 128), (x + 70, y + 140), (x + 170, y + 112), (x + 270, y + 124), (x + 420, y + 84))
    )
    canvas.line(lead, 18, mix(colour, (20, 20, 20), 42))
    canvas.line([(px, py - 4) for px, py in lead], 4, mix(colour, WHITE, 18))
    canvas.rect(x - 21, y + 84, 42, 34, mix(colour, (10, 10, 10), 30), 9)
    for number in range(3):
        canvas.rect(x - 21, y + 94 + number * 8, 42, 3, mix(colour, (10, 10, 10), 50), 1)
    dark = mix(colour, (10, 10, 10), 34)
    canvas.poly(((x - 92, y - 60), (x - 62, y - 100), (x + 62, y - 100), (x + 92, y - 60), (x + 92, y + 66),
                 (x + 58, y + 98),
                 (x - 58, y + 98), (x - 92, y + 66)), dark)  # fmt: skip
    canvas.shaded(x - 88, y - 96, 176, 188, (mix(colour, WHITE, 16), colour, mix(colour, (10, 10, 10), 18)), 44)
    canvas.shaded(x - 72, y - 80, 144, 156, (mix(colour, WHITE, 26), mix(colour, WHITE, 6)), 34, across=False)
    for pin_x, pin_y, w, h in ((-10, -66, 20, 44), (-58, 4, 40, 19), (18, 4, 40, 19)):
        below = partial(Stencil.rect, x=x + pin_x + 4, y=y + pin_y + 6, w=w, h=h, r=4)
        canvas.glaze((10, 10, 10), 50, below, 3)
        canvas.shaded(x + pin_x, y + pin_y, w, h, ((150, 122, 66), (238, 214, 150), (190, 158, 90)), 4)
        canvas.rect(x + pin_x + 3, y + pin_y + 3, w - 6, 3, (250, 236, 196), 1)


def carton(canvas: Canvas, x: float, y: float) -> None:
    """Draw an open box with paper in it; things are put into it afterwards."""
    canvas.glaze((30, 24, 20), 36, lambda mask: mask.oval(x + 14, y + 2, 190, 18), 9)
    canvas.poly(((x - 160, y - 150), (x + 160, y - 150), (x + 134, y - 190), (x - 134, y - 190)), (150, 112, 74))
    canvas.poly(((x - 160, y - 150), (x - 236, y - 186), (x - 206, y - 222), (x - 134, y - 190)), (214, 174, 128))
    canvas.poly(((x + 160, y - 150), (x + 236, y - 186), (x + 206, y - 222), (x + 134, y - 190)), (198, 156, 108))


def carton_front(canvas: Canvas, x: float, y: float, label: str) -> None:
    """Draw the front of the box, over what stands in it."""
    canvas.shaded(x - 160, y - 150, 320, 150, (mix(CARTON[0], WHITE, 8), CARTON[0], CARTON[1]), 4)
    canvas.poly(((x - 160, y - 150), (x + 160, y - 150), (x + 178, y - 118), (x - 178, y - 118)), (222, 184, 138))
    canvas.rect(x - 92, y - 96, 184, 62, (250, 247, 240), 4)
    canvas.text(x, y - 76, "Brewline", 21, (70, 66, 62))
    canvas.text(x, y - 51, label, 15, (120, 84, 56))
    canvas.line(((x + 112, y - 30), (x + 112, y - 58)), 3, (150, 112, 74))
    canvas.line(((x + 104, y - 50), (x + 112, y - 60), (x + 120, y - 50)), 3, (150, 112, 74))


def packing_paper(canvas: Canvas, x: float, y: float) -> None:
    """Draw crumpled paper between the walls of the box."""
    for number in range(13):
        left = x - 150 + number * 23
        high = 172 + number * 17 % 26
        canvas.poly(
            ((left, y - 140), (left + 12, y - high), (left + 32, y - 140)),
            (236, 224, 200) if number % 2 else (222, 206, 178),
        )


def seal_kit(canvas: Canvas, x: float, y: float) -> None:
    """Draw an opened bag with a seal and a hook: the small kit, with no shower screen in it."""
    canvas.glaze((30, 24, 20), 34, lambda mask: mask.rect(x - 150, y - 60, 320, 150, 16), 9)
    canvas.glaze((236, 240, 242), 82, lambda mask: mask.rect(x - 160, y - 90, 320, 170, 14))
    canvas.glaze(
        WHITE, 60, lambda mask: mask.poly(((x - 130, y - 86), (x - 90, y - 86), (x - 130, y + 70), (x - 152, y + 70)))
    )
    canvas.rect(x - 160, y - 108, 320, 34, (196, 110, 78), 6)
    canvas.text(x, y - 91, "Seal kit 54 mm   BL-S54", 17, (255, 246, 234))
    canvas.ring(x - 74, y + 4, 50, 15, (66, 44, 40))
    canvas.ring(x - 74, y + 4, 45, 2.4, (122, 88, 80))
    canvas.line(((x + 34, y - 42), (x + 34, y + 30), (x + 44, y + 46), (x + 58, y + 38)), 7, (150, 154, 158))
    canvas.rect(x + 88, y - 34, 40, 70, (244, 236, 214), 8)
    canvas.rect(x + 88, y - 34, 40, 15, (92, 138, 132), 6)
    canvas.text(x + 108, y + 6, "grease", 9, (110, 96, 80))


def portafilter_alone(canvas: Canvas, x: float, y: float) -> None:
    """Draw a portafilter that stands up in a box."""
    canvas.line(((x, y - 84), (x + 8, y - 168)), 20, (40, 38, 40))
    canvas.line(((x - 4, y - 90), (x + 2, y - 160)), 4, (96, 92, 92))
    canvas.shaded(x - 44, y - 92, 88, 34, group_colours(), 8)
    canvas.shaded(x - 50, y - 98, 100, 12, group_colours(), 4)


def note(canvas: Canvas, x: float, y: float, lines: str, colour: Colour) -> None:
    """Stick a note on the machine: its words are the picture's text."""
    rows = lines.split("\n")
    wide = max(len(row) for row in rows) * 6.3 + 22
    x = min(x, 582 - wide / 2)
    high = 17.0 * len(rows) + 18
    canvas.glaze((20, 16, 14), 40, lambda mask: mask.rect(x - wide / 2 + 4, y + 5, wide, high, 2), 3)
    canvas.rect(x - wide / 2, y, wide, high, colour, 2)
    canvas.rect(x - 22, y - 6, 44, 13, mix(colour, WHITE, 50), 1)
    for number, row in enumerate(rows):
        canvas.text(x, y + 18 + number * 17, row, 12.5, (48, 44, 52))


def full_cup(canvas: Canvas, x: float, y: float) -> None:
    """Draw a cup beside a machine."""
    cup(canvas, x, y, 1.25)
