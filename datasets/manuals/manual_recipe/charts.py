"""The charts of the manuals as vector drawings: curves and bars on a grid, every word in them drawn as a shape.

The numbers stand here and in no text: who wants to know them has to look at the chart (see outlines.py). The values are
those of ../../WORLD.md, section 2; the steam curve on page 22 of manual-pro follows the Antoine equation for water
(https://webbook.nist.gov/cgi/cbook.cgi?ID=C7732185&Mask=4) and is no property of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect
from reportlab.lib.colors import Color, HexColor

from . import style
from .outlines import outlined

_GRID = HexColor("#dfe3e6")
_FINE = HexColor("#eff1f2")
_HEIGHT = 205.0


@dataclass(frozen=True)
class Axis:
    """One axis: its words, range, the step of the labelled lines and of the fine ones, in its own unit."""

    words: str
    low: float
    high: float
    step: float
    fine: float
    labels: tuple[str, ...] = ()

    def at(self, value: float) -> float:
        """Return the place of a value on the axis, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self, step: float) -> list[float]:
        """Return the values at which lines are drawn."""
        return [self.low + number * step for number in range(round((self.high - self.low) / step) + 1)]

    def label(self, number: int, value: float) -> str:
        """Return what is written at a tick."""
        return self.labels[number] if self.labels else f"{value:,.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Area:
    """Where a plot stands inside its drawing, in points."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Plot:
    """A curve through points, some of which carry a dot; marks are level lines with a word."""

    across: Axis
    up: Axis
    points: tuple[tuple[float, float], ...]
    dots: tuple[tuple[float, float], ...] = ()
    marks: tuple[tuple[float, str], ...] = ()


def _frame(drawing: Drawing, area: Area, across: Axis, up: Axis, upright_lines: bool = True) -> None:
    for step, colour in ((up.fine, _FINE), (up.step, _GRID)):
        for value in up.ticks(step):
            y = area.y + up.at(value) * area.height
            drawing.add(Line(area.x, y, area.x + area.width, y, strokeColor=colour, strokeWidth=0.5))
    for step, colour in ((across.fine, _FINE), (across.step, _GRID)) if upright_lines else ():
        for value in across.ticks(step):
            x = area.x + across.at(value) * area.width
            drawing.add(Line(x, area.y, x, area.y + area.height, strokeColor=colour, strokeWidth=0.5))
    for number, value in enumerate(up.ticks(up.step)):
        y = area.y + up.at(value) * area.height
        drawing.add(outlined(up.label(number, value), area.x - 4, y - 2.4, 6.6, style.INK, "end"))
    drawing.add(Line(area.x, area.y, area.x + area.width, area.y, strokeColor=style.INK, strokeWidth=0.9))
    drawing.add(Line(area.x, area.y, area.x, area.y + area.height, strokeColor=style.INK, strokeWidth=0.9))
    drawing.add(outlined(across.words, area.x + area.width / 2, area.y - 23, 6.8, style.INK, "middle"))
    drawing.add(outlined(up.words, area.x - 29, area.y + area.height / 2, 6.8, style.INK, "middle", turned=True))


def _curve(drawing: Drawing, area: Area, plot: Plot, colour: Color) -> None:
    _frame(drawing, area, plot.across, plot.up)
    for number, value in enumerate(plot.across.ticks(plot.across.step)):
        x = area.x + plot.across.at(value) * area.width
        drawing.add(outlined(plot.across.label(number, value), x, area.y - 10, 6.6, style.INK, "middle"))
    for level, words in plot.marks:
        y = area.y + plot.up.at(level) * area.height
        drawing.add(Line(area.x, y, area.x + area.width, y, strokeColor=style.WARNING, strokeWidth=0.8,
                         strokeDashArray=[3, 2]))  # fmt: skip
        drawing.add(outlined(words, area.x + 5, y + 3, 6.4, style.WARNING))
    places = [(area.x + plot.across.at(x) * area.width, area.y + plot.up.at(y) * area.height) for x, y in plot.points]
    drawing.add(PolyLine([part for place in places for part in place], strokeColor=colour, strokeWidth=1.9))
    for x, y in plot.dots:
        drawing.add(Circle(area.x + plot.across.at(x) * area.width, area.y + plot.up.at(y) * area.height, 2.6,
                           fillColor=HexColor("#ffffff"), strokeColor=colour, strokeWidth=1.4))  # fmt: skip


def _bars(area: Area, across: Axis, up: Axis, values: tuple[float, ...], colour: Color) -> Drawing:
    drawing = Drawing(style.TEXT_WIDTH, _HEIGHT)
    _frame(drawing, area, across, up, upright_lines=False)
    slot = area.width / len(values)
    for number, value in enumerate(values):
        x, height = area.x + (number + 0.27) * slot, up.at(value) * area.height
        drawing.add(Rect(x, area.y, slot * 0.46, height, fillColor=colour, strokeColor=None))
        drawing.add(outlined(across.labels[number], x + slot * 0.23, area.y - 10, 6.8, style.INK, "middle"))
    return drawing


def one_warming_up(colour: Color) -> Drawing:
    """Return the group temperature of the One after switching on, and while it stands idle."""
    drawing = Drawing(style.TEXT_WIDTH, _HEIGHT)
    degrees = Axis("temperature at the group, °C", 84, 94, 2, 1)
    warming = Plot(
        Axis("minutes after switching on", 0, 6, 1, 0.25), degrees,
        ((0.52, 84), (0.6, 86.6), (0.68, 88.8), (0.75, 90), (0.95, 90.7), (1.3, 91.4), (1.65, 91.8), (2, 92),
         (2.6, 92.3), (3.4, 92.6), (4.2, 92.85), (5, 93), (6, 93)),
        dots=((0.75, 90), (2, 92), (5, 93)),
    )  # fmt: skip
    idle = Plot(
        Axis("minutes without a shot", 0, 20, 5, 2.5), degrees,
        ((0, 93), (3, 91.3), (6, 89.9), (9, 88.8), (12, 87.9), (15, 87.1), (18, 86.4), (20, 86)),
        dots=((0, 93), (20, 86)),
    )  # fmt: skip
    for area, plot, words in (
        (Area(36, 34, 160, 148), warming, "warming up"),
        (Area(232, 34, 100, 148), idle, "standing idle"),
    ):
        _curve(drawing, area, plot, colour)
        drawing.add(outlined(words, area.x, area.y + area.height + 9, 7.4, colour, bold=True))
    return drawing


def duo_pressure(colour: Color) -> Drawing:
    """Return the brewing pressure of the Duo over a double shot."""
    drawing = Drawing(style.TEXT_WIDTH, _HEIGHT)
    plot = Plot(
        Axis("seconds after pressing the button", 0, 30, 2, 1), Axis("pressure, bar", 0, 10, 1, 0.5),
        ((0, 3), (6, 3), (7, 4.2), (8, 6.2), (9, 8.1), (10, 9), (16, 9), (19, 8.85), (22, 8.6), (25, 8.3), (28, 8)),
        dots=((0, 3), (6, 3), (10, 9), (28, 8)),
    )  # fmt: skip
    _curve(drawing, Area(36, 34, 294, 160), plot, colour)
    return drawing


def duo_steam_levels(colour: Color) -> Drawing:
    """Return the pressure in the steam boiler of the Duo at each steam level."""
    levels = Axis("steam level in the menu", 0, 3, 1, 1, ("1", "2", "3"))
    return _bars(
        Area(36, 34, 294, 160), levels, Axis("boiler pressure, bar", 0, 1.4, 0.2, 0.1), (0.9, 1.1, 1.3), colour
    )


def grind_flow(colour: Color) -> Drawing:
    """Return how much coffee the Grind delivers a second at each setting."""
    drawing = Drawing(style.TEXT_WIDTH, _HEIGHT)
    plot = Plot(
        Axis("setting on the dial", 0, 30, 5, 1), Axis("grams per second", 0, 2.6, 0.2, 0.1),
        ((5, 0.9), (7, 1.12), (10, 1.4), (13, 1.62), (16, 1.8), (20, 2.0), (25, 2.22), (30, 2.4)),
        dots=((5, 0.9), (10, 1.4), (20, 2.0), (30, 2.4)),
    )  # fmt: skip
    _curve(drawing, Area(36, 34, 294, 160), plot, colour)
    return drawing


def pro_filter_life(colour: Color) -> Drawing:
    """Return the litres after which the Pro asks for a new filter, by hardness."""
    hardness = Axis("hardness setting", 0, 4, 1, 1, ("H1", "H2", "H3", "H4"))
    litres = Axis("litres through one BL-F10", 0, 11_000, 1_000, 500)
    return _bars(Area(40, 34, 290, 160), hardness, litres, (10_000, 7_500, 5_000, 3_500), colour)


def _steam_bar(celsius: float) -> float:
    """Return the pressure of saturated steam above that of the air, in bar (Antoine, 99 to 374 °C, in mmHg)."""
    absolute: float = 10 ** (8.14019 - 1810.94 / (244.485 + celsius))
    return absolute / 750.06 - 1.013


def pro_boiler_pressure(colour: Color) -> Drawing:
    """Return how pressure and temperature in a steam boiler belong together, with the two limits."""
    drawing = Drawing(style.TEXT_WIDTH, _HEIGHT)
    plot = Plot(
        Axis("temperature in the steam boiler, °C", 100, 145, 5, 1), Axis("pressure, bar", 0, 3, 0.5, 0.1),
        tuple((float(celsius), max(0.0, _steam_bar(celsius))) for celsius in range(100, 144)),
        dots=((128, _steam_bar(128)),),
        marks=((2.0, "E06 above this line"), (2.5, "safety valve opens")),
    )  # fmt: skip
    _curve(drawing, Area(36, 34, 294, 160), plot, colour)
    return drawing


CHARTS = {
    "chart-one-warming-up": one_warming_up,
    "chart-duo-pressure": duo_pressure,
    "chart-duo-steam-levels": duo_steam_levels,
    "chart-grind-flow": grind_flow,
    "chart-pro-filter-life": pro_filter_life,
    "chart-pro-boiler-pressure": pro_boiler_pressure,
}
