"""The pencil of the drawings: a few shapes in one line style, call-outs with numbers, and words.

Words drawn here are text and can be found; words in charts are not (see outlines.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.shapes import Circle, Drawing, Ellipse, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor

from . import style

WHITE = HexColor("#ffffff")
STEEL = HexColor("#dde1e4")
DARK = HexColor("#565d64")
WATER = HexColor("#cfe3ee")
RUBBER = HexColor("#3a3f44")


class Sketch:
    """A drawing in points with the origin at the lower left; every method adds to it."""

    def __init__(self, width: float, height: float, accent: Color) -> None:
        self.drawing = Drawing(width, height)
        self.accent = accent

    def box(self, x: float, y: float, width: float, height: float, fill: Color = WHITE, round_by: float = 2) -> None:
        """Draw a rectangle with rounded corners."""
        self.drawing.add(Rect(x, y, width, height, rx=round_by, ry=round_by, fillColor=fill, strokeColor=style.INK,
                              strokeWidth=0.8))  # fmt: skip

    def line(self, *points: float, width: float = 0.8, colour: Color = style.INK, dash: Sequence[float] = ()) -> None:
        """Draw a line through points given as x, y, x, y …"""
        self.drawing.add(PolyLine(list(points), strokeColor=colour, strokeWidth=width, strokeLineCap=1,
                                  strokeLineJoin=1, strokeDashArray=list(dash) or None))  # fmt: skip

    def shape(self, *points: float, fill: Color = WHITE) -> None:
        """Draw a closed figure through points."""
        self.drawing.add(
            Polygon(list(points), fillColor=fill, strokeColor=style.INK, strokeWidth=0.8, strokeLineJoin=1)
        )

    def circle(self, x: float, y: float, radius: float, fill: Color = WHITE) -> None:
        """Draw a circle."""
        self.drawing.add(Circle(x, y, radius, fillColor=fill, strokeColor=style.INK, strokeWidth=0.8))

    def ring(self, x: float, y: float, across: float, up: float, fill: Color = WHITE) -> None:
        """Draw an ellipse with the two radii."""
        self.drawing.add(Ellipse(x, y, across, up, fillColor=fill, strokeColor=style.INK, strokeWidth=0.8))

    def words(self, x: float, y: float, text: str, size: float = 6.6, anchor: str = "start", bold: bool = False,
              colour: Color = style.INK) -> None:  # fmt: skip
        """Write a word with its baseline at the point."""
        self.drawing.add(String(x, y, text, fontName="VeraBd" if bold else "Vera", fontSize=size, textAnchor=anchor,
                                fillColor=colour))  # fmt: skip

    def call_out(self, number: int, x: float, y: float, to_x: float, to_y: float) -> None:
        """Point at (x, y) from a numbered disc at (to_x, to_y)."""
        self.drawing.add(Line(x, y, to_x, to_y, strokeColor=self.accent, strokeWidth=0.6))
        self.drawing.add(Circle(x, y, 1.3, fillColor=self.accent, strokeColor=None))
        self.drawing.add(Circle(to_x, to_y, 6.4, fillColor=self.accent, strokeColor=None))
        self.words(to_x, to_y - 2.4, str(number), 6.8, "middle", bold=True, colour=WHITE)

    def size(self, x: float, y: float, to_x: float, to_y: float, text: str) -> None:
        """Draw a measure with ticks at both ends and its words beside the middle."""
        self.line(x, y, to_x, to_y, width=0.5, colour=style.GREY)
        across = 3 if y == to_y else 0
        up = 0 if across else 3
        for end_x, end_y in ((x, y), (to_x, to_y)):
            self.line(end_x - up, end_y - across, end_x + up, end_y + across, width=0.5, colour=style.GREY)
        if across:
            self.words((x + to_x) / 2, y - 8.5, text, 6.2, "middle", colour=style.GREY)
        else:
            self.words(x + 5, (y + to_y) / 2 - 2, text, 6.2, colour=style.GREY)
