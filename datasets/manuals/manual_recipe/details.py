"""Drawings of single things: the grinder and its burrs, group and tank in pieces, gauge, dial, test strip, site plan.

They are not to scale. Words and part numbers in them are text, so that a search for BL-S54 finds the drawing.
"""

from __future__ import annotations

from math import cos, pi, sin

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, HexColor

from . import style
from .sketch import DARK, RUBBER, STEEL, WATER, WHITE, Sketch

_RED = HexColor("#c4472f")
_BEIGE = HexColor("#efe6d2")


def _grinder(sketch: Sketch, x: float, y: float, scale: float) -> None:
    def box(left: float, low: float, width: float, height: float, fill: Color = WHITE, round_by: float = 2) -> None:
        sketch.box(x + left * scale, y + low * scale, width * scale, height * scale, fill, round_by)

    box(0, 0, 60, 8, STEEL)
    box(34, 8, 24, 62, WHITE, 0)
    box(4, 58, 54, 34, WHITE, 3)
    sketch.shape(x + 13 * scale, y + 58 * scale, x + 27 * scale, y + 58 * scale, x + 24 * scale, y + 48 * scale,
                 x + 16 * scale, y + 48 * scale, fill=DARK)  # fmt: skip
    box(2, 92, 58, 9, DARK, 1)
    for tick in range(1, 20):
        sketch.line(x + (2 + tick * 2.9) * scale, y + 93 * scale, x + (2 + tick * 2.9) * scale, y + 100 * scale,
                    width=0.4, colour=WHITE)  # fmt: skip
    sketch.shape(x + 12 * scale, y + 101 * scale, x + 50 * scale, y + 101 * scale, x + 60 * scale, y + 140 * scale,
                 x + 2 * scale, y + 140 * scale, fill=_BEIGE)  # fmt: skip
    for bean in range(9):
        sketch.ring(x + (14 + bean % 3 * 16 + bean // 3 * 2) * scale, y + (108 + bean // 3 * 9) * scale, 3.6 * scale,
                    2.2 * scale, HexColor("#7a5a3c"))  # fmt: skip
    box(0, 140, 62, 5, DARK, 2)
    box(19, 103, 24, 3, STEEL, 0)
    sketch.shape(x + 9 * scale, y + 30 * scale, x + 31 * scale, y + 30 * scale, x + 28 * scale, y + 9 * scale,
                 x + 12 * scale, y + 9 * scale, fill=STEEL)  # fmt: skip
    sketch.circle(x + 46 * scale, y + 76 * scale, 4.4 * scale, STEEL)
    sketch.circle(x + 46 * scale, y + 66 * scale, 1.6 * scale, _RED)
    sketch.line(x + 60 * scale, y + 5 * scale, x + 76 * scale, y + 3 * scale, x + 88 * scale, y + 6 * scale,
                width=1.6, colour=RUBBER)  # fmt: skip


def grinder_parts(accent: Color) -> Drawing:
    """Return the grinder with call-outs."""
    sketch = Sketch(style.TEXT_WIDTH, 216, accent)
    x, y, scale = 130, 6, 1.38
    _grinder(sketch, x, y, scale)
    marks = ((1, 55, 142.5, 120, 142), (2, 8, 125, -44, 132), (3, 25, 104.5, -44, 108), (4, 57, 96, 120, 100),
             (5, 46, 76, 120, 76), (6, 46, 66, 120, 54), (7, 19, 52, -44, 66), (8, 14, 22, -44, 30),
             (9, 82, 4.5, 120, 14), (10, 8, 3, -44, 4))  # fmt: skip
    for number, across, up, to_across, to_up in marks:
        sketch.call_out(number, x + across * scale, y + up * scale, x + to_across * scale, y + to_up * scale)
    return sketch.drawing


def grinder_cover(accent: Color) -> Drawing:
    """Return the grinder alone, large."""
    sketch = Sketch(150, 262, accent)
    _grinder(sketch, 22, 4, 1.72)
    return sketch.drawing


def dial(accent: Color) -> Drawing:
    """Return the dial of the Grind, 0 to 30, with the range of each drink."""
    sketch = Sketch(style.TEXT_WIDTH, 92, accent)
    left, step = 40.0, 9.0
    sketch.box(left - 8, 58, 30 * step + 16, 20, DARK, 3)
    for setting in range(31):
        x = left + setting * step
        sketch.line(x, 60, x, 70 if setting % 5 == 0 else 65, width=0.7, colour=WHITE)
        if setting % 5 == 0:
            sketch.words(x, 81, str(setting), 6.6, "middle", bold=True)
    ranges = ((6, 10, 48, "One"), (8, 12, 30, "Duo"), (14, 17, 46, "moka pot"), (20, 24, 46, "filter"),
              (27, 30, 46, "French press"))  # fmt: skip
    for low, high, y, drink in ranges:
        sketch.line(left + low * step, y, left + high * step, y, width=4.5, colour=accent)
        sketch.words(left + (low + high) / 2 * step, y - 10, drink, 6.4, "middle")
    sketch.words(left - 8, 6, "finer", 6.6, colour=style.GREY)
    sketch.words(left + 30 * step + 8, 6, "coarser", 6.6, "end", colour=style.GREY)
    sketch.line(left + 20, 8.5, left + 30 * step - 34, 8.5, width=0.7, colour=style.GREY)
    return sketch.drawing


def burrs(accent: Color) -> Drawing:
    """Return hopper, burrs and drive in pieces, one above the other."""
    sketch = Sketch(style.TEXT_WIDTH, 220, accent)
    x = 150.0
    sketch.line(x, 4, x, 218, width=0.6, colour=style.GREY, dash=(4, 3))
    sketch.shape(x - 26, 184, x + 26, 184, x + 36, 214, x - 36, 214, fill=_BEIGE)
    sketch.box(x - 28, 178, 56, 6, DARK, 1)
    sketch.line(x - 20, 164, x - 20, 152, x + 20, 152, x + 20, 164, width=2.2)
    sketch.line(x - 20, 164, x + 20, 164, width=2.2)
    sketch.shape(x - 36, 126, x + 36, 126, x + 30, 152, x - 30, 152, fill=STEEL)
    for tooth in range(-5, 6):
        sketch.line(x + tooth * 6, 127, x + tooth * 4.6, 151, width=0.6)
    sketch.shape(x - 12, 108, x + 12, 108, x + 28, 76, x - 28, 76, fill=STEEL)
    for tooth in range(-4, 5):
        sketch.line(x + tooth * 2.4, 107, x + tooth * 6, 77, width=0.6)
    sketch.ring(x, 60, 44, 8, WHITE)
    sketch.ring(x, 60, 20, 3.6, STEEL)
    sketch.box(x - 52, 20, 104, 28, WHITE, 3)
    sketch.box(x - 4, 48, 8, 12, STEEL, 0)
    sketch.box(x - 78, 30, 28, 9, DARK, 1)
    marks = ((1, x + 30, 200), (2, x + 20, 160), (3, x + 33, 138), (4, x + 22, 90), (5, x + 42, 62), (6, x + 4, 50))
    for number, across, up in marks:
        sketch.call_out(number, across, up, 262, up + (5 if number == 5 else -5 if number == 6 else 0))
    sketch.call_out(7, x - 64, 34, 46, 60)
    return sketch.drawing


def group_and_tank(accent: Color) -> Drawing:
    """Return the group, the portafilter, tank, tip and tray of the One in pieces, with part numbers."""
    sketch = Sketch(style.TEXT_WIDTH, 240, accent)
    x = 92.0
    sketch.line(x, 8, x, 234, width=0.6, colour=style.GREY, dash=(4, 3))
    sketch.box(x - 40, 208, 80, 24, STEEL, 3)
    sketch.ring(x, 190, 36, 6.5, RUBBER)
    sketch.ring(x, 190, 26, 4, WHITE)
    sketch.ring(x, 168, 30, 6, STEEL)
    for hole in range(-4, 5):
        sketch.circle(x + hole * 5.4, 168, 0.8, DARK)
    sketch.box(x - 3, 144, 6, 10, DARK, 1)
    sketch.box(x - 5, 152, 10, 3, DARK, 1)
    sketch.shape(x - 27, 128, x + 27, 128, x + 21, 104, x - 21, 104, fill=STEEL)
    sketch.box(x - 31, 126, 62, 4, STEEL, 1)
    sketch.box(x - 33, 68, 66, 16, DARK, 3)
    sketch.line(x - 33, 76, x - 84, 70, width=9, colour=RUBBER)
    sketch.shape(x - 22, 68, x + 22, 68, x + 14, 56, x - 14, 56, fill=STEEL)
    for spout in (x - 12, x + 8):
        sketch.box(spout, 44, 5, 13, STEEL, 1)
    labels = (("group head", 220), ("seal, kit BL-S54", 190), ("shower screen BL-SC5", 168),
              ("screw of the screen", 149), ("double basket BL-BK2", 116), ("portafilter BL-PF4", 76))  # fmt: skip
    for number, (words, y) in enumerate(labels, start=1):
        sketch.call_out(number, x + (36 if number != 4 else 5), y, 154, y)
        sketch.words(164, y - 2.4, words)
    sketch.call_out(7, x - 62, 73, 24, 98)
    sketch.words(4, 112, "handle BL-PG1")
    _tank(sketch, 272, 120)
    sketch.line(300, 84, 306, 62, width=4, colour=DARK)
    sketch.box(301, 44, 9, 11, STEEL, 2)
    sketch.call_out(11, 309, 49, 330, 60)
    sketch.words(342, 32, "tip set BL-T1", anchor="end")
    sketch.box(176, 12, 88, 16, STEEL, 2)
    sketch.box(246, 24, 8, 7, _RED, 1)
    sketch.call_out(12, 190, 20, 160, 34)
    sketch.words(176, 38, "drip tray BL-DT1, red float")
    return sketch.drawing


def _tank(sketch: Sketch, x: float, y: float) -> None:
    sketch.box(x, y, 56, 92, WHITE, 3)
    sketch.box(x + 1, y + 1, 54, 64, WATER, 2)
    sketch.box(x + 3, y + 54, 11, 12, WHITE, 1)
    sketch.ring(x + 28, y - 10, 9, 3, RUBBER)
    sketch.ring(x + 28, y - 10, 5, 1.6, WHITE)
    sketch.line(x + 2, y + 80, x + 24, y + 80, width=0.7)
    sketch.words(x + 26, y + 77.6, "MAX", 6)
    sketch.call_out(8, x + 44, y + 88, x + 44, y + 108)
    sketch.words(x + 34, y + 105.6, "tank BL-K16", anchor="end")
    sketch.call_out(9, x + 8, y + 60, x - 16, y + 50)
    sketch.words(x - 6, y + 37, "float", anchor="end")
    sketch.call_out(10, x + 36, y - 10, x + 58, y - 14)
    sketch.words(x + 12, y - 22, "O-ring BL-R20", anchor="end")


def gauge(accent: Color) -> Drawing:
    """Return the dial of the gauge with the right zone and the limits of E18 and E19."""
    sketch = Sketch(style.TEXT_WIDTH, 128, accent)
    x, y, radius = 168.0, 60.0, 52.0
    sketch.circle(x, y, radius + 6, STEEL)
    sketch.circle(x, y, radius)

    def place(bar: float, share: float) -> tuple[float, float]:
        angle = pi * (1.25 - 1.5 * bar / 16)
        return x + radius * share * cos(angle), y + radius * share * sin(angle)

    green = [part for tenth in range(80, 101, 2) for part in place(tenth / 10, 0.86)]
    sketch.line(*green, width=6, colour=HexColor("#5f9a6b"))
    for bar in (4, 8, 10, 14):
        across, up = place(bar, 0.64)
        sketch.words(across, up - 2.4, str(bar), 7, "middle")
    for bar in range(17):
        sketch.line(*place(bar, 0.95), *place(bar, 0.8 if bar % 4 == 0 else 0.87), width=0.8)
    sketch.line(x, y, *place(9, 0.76), width=1.8, colour=style.WARNING)
    sketch.circle(x, y, 3.4, DARK)
    sketch.words(x, y - 30, "bar", 6.4, "middle", colour=style.GREY)
    sketch.call_out(1, *place(9, 0.86), 262, 108)
    sketch.words(274, 105.6, "right for coffee")
    sketch.call_out(2, *place(14, 0.95), 262, 40)
    sketch.words(274, 37.6, "above: E18")
    sketch.call_out(3, *place(4, 0.95), 84, 72)
    sketch.words(72, 69.6, "below: E19", anchor="end")
    return sketch.drawing


def test_strip(accent: Color) -> Drawing:
    """Return the four readings of a test strip."""
    sketch = Sketch(style.TEXT_WIDTH, 66, accent)
    readings = (("H1, soft", "0 or 1"), ("H2, medium", "2"), ("H3, hard", "3"), ("H4, very hard", "4"))
    for number, (setting, squares) in enumerate(readings):
        x = 8 + number * 86.0
        sketch.box(x, 30, 70, 22, WHITE, 3)
        for square in range(4):
            red = square <= number
            sketch.box(x + 5 + square * 16, 34, 12, 14, _RED if red else HexColor("#dbe2c4"), 1)
        sketch.words(x + 35, 18, setting, 7, "middle", bold=True)
        sketch.words(x + 35, 8, f"red squares: {squares}", 6.2, "middle", colour=style.GREY)
    return sketch.drawing


def site_plan(accent: Color) -> Drawing:
    """Return the place of a Pro with water, drain and socket."""
    sketch = Sketch(style.TEXT_WIDTH, 196, accent)
    sketch.box(8, 78, 330, 9, STEEL, 0)
    sketch.words(12, 80.4, "worktop", 6.2, colour=style.GREY)
    for x in (22, 310):
        sketch.line(x, 78, x, 8, width=1)
    sketch.box(118, 90, 96, 94, WHITE, 4)
    sketch.box(128, 152, 28, 16, style.INK, 2)
    sketch.circle(174, 160, 8, STEEL)
    sketch.circle(196, 160, 8, STEEL)
    sketch.box(134, 128, 40, 9, STEEL, 1)
    sketch.box(122, 92, 88, 8, DARK, 1)
    sketch.line(118, 118, 100, 118, 96, 110, 96, 48, width=2.4, colour=DARK)
    sketch.box(86, 48, 20, 26, WATER, 3)
    sketch.line(96, 48, 96, 34, 44, 34, width=2.4, colour=DARK)
    sketch.circle(66, 34, 6, _RED)
    sketch.box(30, 26, 14, 16, STEEL, 1)
    sketch.line(214, 106, 230, 104, 234, 96, 234, 34, width=3.6, colour=STEEL)
    sketch.shape(222, 34, 246, 34, 240, 14, 228, 14, fill=STEEL)
    sketch.line(214, 98, 262, 98, 284, 116, 284, 130, width=1.8, colour=RUBBER)
    sketch.box(272, 130, 24, 24, WHITE, 3)
    for hole in (279, 289):
        sketch.circle(hole, 142, 2, DARK)
    sketch.size(234, 22, 166, 22, "at most 60 cm")
    marks = ((1, 37, 42, 37, 62), (2, 66, 40, 66, 62), (3, 104, 60, 130, 60), (4, 96, 100, 74, 108),
             (5, 234, 64, 258, 60), (6, 246, 24, 268, 24), (7, 284, 154, 284, 176),
             (8, 200, 136, 240, 150))  # fmt: skip
    for mark in marks:
        sketch.call_out(*mark)
    return sketch.drawing


def one_signals(accent: Color) -> Drawing:
    """Return the five things the display of the One can show."""
    sketch = Sketch(style.TEXT_WIDTH, 58, accent)
    shown = (("H", "hardness"), ("92", "temperature"), ("E", "code, in turn"), ("CAL", "descale"), ("RIN", "rinse"))
    for number, (text, meaning) in enumerate(shown):
        x = 8 + number * 68.0
        sketch.box(x, 24, 56, 28, style.INK, 3)
        sketch.words(x + 28, 32, text, 14, "middle", bold=True, colour=HexColor("#f2b65c"))
        sketch.words(x + 28, 10, meaning, 6.4, "middle", colour=style.GREY)
    return sketch.drawing
