"""Outlines of the three espresso machines, to scale from their width, depth and height in centimetres.

A front and a side view are enough to point at every part; what is inside is in details.py and wiring.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color

from . import style
from .sketch import DARK, RUBBER, STEEL, WATER, WHITE, Sketch

CallOut = tuple[int, str, float, float, float, float]


@dataclass(frozen=True)
class Machine:
    """What the outline of a machine needs: its size in cm, its gauges, and whether it has a tank."""

    width: float
    depth: float
    height: float
    gauges: int
    tank: bool
    wide_display: bool
    group_at: float


ONE = Machine(22, 31, 33, 0, tank=True, wide_display=False, group_at=0.5)
DUO = Machine(31, 39, 38, 1, tank=True, wide_display=False, group_at=0.42)
PRO = Machine(42, 52, 47, 2, tank=False, wide_display=True, group_at=0.42)


class View:
    """One view of a machine: turns shares of its width and height into points."""

    def __init__(self, sketch: Sketch, x: float, y: float, width: float, height: float) -> None:
        self.sketch, self.x, self.y, self.width, self.height = sketch, x, y, width, height

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Return the point at these shares."""
        return self.x + across * self.width, self.y + up * self.height

    def box(
        self, across: float, up: float, width: float, height: float, fill: Color = WHITE, round_by: float = 2
    ) -> None:
        """Draw a box given in shares."""
        self.sketch.box(*self.at(across, up), width * self.width, height * self.height, fill, round_by)

    def line(self, *shares: float, width: float = 0.8, colour: Color = style.INK) -> None:
        """Draw a line given in shares."""
        points = [part for pair in zip(shares[::2], shares[1::2], strict=True) for part in self.at(*pair)]
        self.sketch.line(*points, width=width, colour=colour)

    def circle(self, across: float, up: float, radius: float, fill: Color = WHITE) -> None:
        """Draw a circle; the radius is a share of the height."""
        self.sketch.circle(*self.at(across, up), radius * self.height, fill)

    def shape(self, *shares: float, fill: Color = WHITE) -> None:
        """Draw a closed figure given in shares."""
        points = [part for pair in zip(shares[::2], shares[1::2], strict=True) for part in self.at(*pair)]
        self.sketch.shape(*points, fill=fill)


def front(view: View, machine: Machine) -> None:
    """Draw the machine as seen from the front."""
    group = machine.group_at
    for foot in (0.08, 0.8):
        view.box(foot, -0.025, 0.12, 0.03, RUBBER, 1)
    view.box(0, 0, 1, 0.13, STEEL)
    view.box(0.05, 0.105, 0.9, 0.02, DARK, 0)
    for slot in range(1, 15):
        view.line(0.05 + slot * 0.06, 0.105, 0.05 + slot * 0.06, 0.125, width=0.5, colour=WHITE)
    view.box(0.04, 0.13, 0.92, 0.46, WHITE, 0)
    _cup(view, group, 0.13)
    view.box(group - 0.17, 0.51, 0.34, 0.075, STEEL)
    view.box(group - 0.15, 0.455, 0.3, 0.055, DARK)
    view.shape(group - 0.1, 0.455, group + 0.1, 0.455, group + 0.05, 0.4, group - 0.05, 0.4, fill=STEEL)
    view.circle(group, 0.482, 0.03, RUBBER)
    view.line(0.86, 0.58, 0.9, 0.4, 0.93, 0.24, width=3.2, colour=DARK)
    view.line(0.892, 0.44, 0.9, 0.39, width=5.4, colour=RUBBER)
    view.circle(0.932, 0.232, 0.013, STEEL)
    view.box(0, 0.58, 1, 0.32, WHITE, 4)
    _controls(view, machine)
    for post in (0.06, 0.5, 0.94):
        view.line(post, 0.9, post, 0.97, width=1.2)
    view.line(0.04, 0.97, 0.96, 0.97, width=1.6)


def _controls(view: View, machine: Machine) -> None:
    if machine.wide_display:
        view.box(0.06, 0.69, 0.26, 0.14, style.INK, 2)
        view.line(0.09, 0.79, 0.2, 0.79, width=1.2, colour=STEEL)
        view.line(0.09, 0.75, 0.27, 0.75, width=1.2, colour=STEEL)
    else:
        view.box(0.07, 0.72, 0.2, 0.09, style.INK, 2)
        for digit in (0.11, 0.18):
            view.line(digit, 0.745, digit + 0.04, 0.745, digit + 0.04, 0.785, digit, 0.785, width=1.2, colour=STEEL)
    for place in (0.38, 0.5):
        view.circle(place, 0.665 if machine.gauges else 0.765, 0.024, STEEL)
    for number in range(machine.gauges):
        _gauge(view, (0.52, 0.72)[number] if machine.gauges > 1 else 0.6, 0.79)
    view.circle(0.86, 0.68, 0.045, DARK)
    view.line(0.86, 0.65, 0.86, 0.71, width=1.4, colour=WHITE)


def _gauge(view: View, across: float, up: float) -> None:
    view.circle(across, up, 0.062)
    view.circle(across, up, 0.05, STEEL)
    x, y = view.at(across, up)
    view.sketch.line(x, y, x + view.height * 0.022, y + view.height * 0.035, width=1.2, colour=style.WARNING)
    view.circle(across, up, 0.007, style.INK)


def _cup(view: View, across: float, up: float) -> None:
    view.shape(across - 0.09, up + 0.12, across + 0.09, up + 0.12, across + 0.06, up + 0.005, across - 0.06, up + 0.005)
    view.line(across + 0.085, up + 0.1, across + 0.14, up + 0.09, across + 0.13, up + 0.04, across + 0.07, up + 0.035)


def side(view: View, machine: Machine) -> None:
    """Draw the machine from its left side, the front at the left."""
    for foot in (0.06, 0.84):
        view.box(foot, -0.025, 0.1, 0.03, RUBBER, 1)
    view.box(0, 0, 1, 0.13, WHITE)
    view.box(0, 0.04, 0.46, 0.085, STEEL)
    view.box(0.45, 0.13, 0.55, 0.77, WHITE, 3)
    _cup(view, 0.26, 0.13)
    view.box(0.13, 0.51, 0.26, 0.075, STEEL)
    view.box(0.14, 0.455, 0.24, 0.055, DARK)
    view.line(0.13, 0.48, -0.14, 0.455, width=6.5, colour=RUBBER)
    view.shape(0.2, 0.455, 0.32, 0.455, 0.29, 0.4, 0.23, 0.4, fill=STEEL)
    view.box(0.02, 0.58, 0.62, 0.32, WHITE, 4)
    if machine.tank:
        view.box(0.72, 0.19, 0.25, 0.68, WHITE, 3)
        view.box(0.725, 0.2, 0.24, 0.5, WATER, 2)
        view.box(0.74, 0.63, 0.06, 0.05, WHITE, 1)
    else:
        view.box(0.9, 0.3, 0.1, 0.05, DARK, 1)
        view.box(0.9, 0.19, 0.1, 0.05, DARK, 1)
        view.line(1, 0.325, 1.09, 0.325, 1.12, 0.27, 1.12, 0.02, width=2.4, colour=DARK)
        view.line(1, 0.215, 1.04, 0.215, 1.06, 0.16, 1.06, 0.02, width=3.4, colour=STEEL)
    view.line(1, 0.07, 1.06, 0.05, 1.14, 0.09, 1.2, 0.03, width=1.8, colour=RUBBER)
    for post in (0.1, 0.5, 0.94):
        view.line(post, 0.9, post, 0.97, width=1.2)
    view.line(0.06, 0.97, 0.98, 0.97, width=1.6)


def both_views(machine: Machine, accent: Color, scale: float, call_outs: tuple[CallOut, ...]) -> Drawing:
    """Return front and side view beside each other with numbered call-outs."""
    height = machine.height * scale
    sketch = Sketch(style.TEXT_WIDTH, height + 38, accent)
    gap = style.TEXT_WIDTH - (machine.width + machine.depth) * scale
    views = {
        "f": View(sketch, gap * 0.2, 18, machine.width * scale, height),
        "s": View(sketch, gap * 0.72 + machine.width * scale, 18, machine.depth * scale, height),
    }
    front(views["f"], machine)
    side(views["s"], machine)
    for number, name, across, up, to_across, to_up in call_outs:
        view = views[name]
        sketch.call_out(number, *view.at(across, up), *view.at(to_across, to_up))
    return sketch.drawing


def sizes(machine: Machine, accent: Color, scale: float) -> Drawing:
    """Return both views with their measures."""
    height = machine.height * scale
    sketch = Sketch(style.TEXT_WIDTH, height + 34, accent)
    gap = style.TEXT_WIDTH - (machine.width + machine.depth) * scale
    left, right = gap * 0.2, gap * 0.55 + machine.width * scale
    front(View(sketch, left, 24, machine.width * scale, height), machine)
    side(View(sketch, right, 24, machine.depth * scale, height), machine)
    sketch.size(left, 13, left + machine.width * scale, 13, f"{machine.width:g} cm")
    sketch.size(right, 13, right + machine.depth * scale, 13, f"{machine.depth:g} cm")
    post = right + machine.depth * scale * 1.26
    sketch.size(post, 24, post, 24 + height, f"{machine.height:g} cm")
    return sketch.drawing


def cover(machine: Machine, accent: Color, scale: float) -> Drawing:
    """Return the front view alone, large."""
    width, height = machine.width * scale, machine.height * scale
    sketch = Sketch(width, height + 10, accent)
    front(View(sketch, 0, 8, width, height), machine)
    return sketch.drawing
