"""Wiring drawings of Duo and Pro as block diagrams: mains to the left, board in the middle, loads to the right.

Colours of the wires follow IEC 60445 (brown live, blue neutral, green-yellow earth). For the workshop; not to scale.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, HexColor

from . import style
from .sketch import STEEL, WHITE, Sketch

_BROWN, _BLUE, _GREEN = HexColor("#8a5a2b"), HexColor("#2f6db3"), HexColor("#5c9a3c")
_SIGNAL = HexColor("#7b838a")
_FIRST_LOAD, _LOAD_STEP = 226.0, 40.0


@dataclass(frozen=True)
class Plan:
    """The boxes of a wiring drawing: what hangs on the mains side of the board and what on its signal side."""

    supply: str
    loads: tuple[str, ...]
    signals: tuple[str, ...]
    front: tuple[str, ...]


DUO_PLAN = Plan(
    "plug, lead BL-P7",
    ("brewing heater BL-H2", "steam heater BL-H3", "pump BL-U2", "steam valve BL-V3"),
    ("brewing sensor BL-N1", "steam sensor BL-N2", "level probe BL-N3", "tank sensor", "drip tray switch",
     "base sensor (BD-2503 on)"),
    ("display", "buttons BL-E3"),
)  # fmt: skip
PRO_PLAN = Plan(
    "fixed lead, 16 A",
    ("brewing heater", "steam heater BL-H3", "pump BL-U2", "steam valve BL-V3", "inlet valve BL-PV1"),
    ("brewing sensor BL-N1", "steam sensor BL-N2", "level probe BL-N3", "litre counter", "drain box sensor",
     "base sensor"),
    ("colour display, Wi-Fi", "buttons BL-E3"),
)  # fmt: skip


def wiring(plan: Plan, accent: Color) -> Drawing:
    """Return the wiring drawing of a plan."""
    sketch = Sketch(style.TEXT_WIDTH, 292, accent)
    _mains(sketch, plan)
    sketch.box(132, 40, 62, 206, STEEL, 4)
    sketch.words(163, 150, "control", 7, "middle", bold=True)
    sketch.words(163, 140, "board", 7, "middle", bold=True)
    sketch.words(163, 129, "BL-E2", 7, "middle")
    _loads(sketch, plan.loads)
    for number, name in enumerate(plan.signals):
        y = 186 - number * 26.0
        sketch.box(2, y - 9, 96, 18, WHITE, 2)
        sketch.words(50, y - 2.3, name, 6, "middle")
        sketch.line(98, y + 2, 132, y + 2, width=0.9, colour=_SIGNAL)
        sketch.line(98, y - 2, 132, y - 2, width=0.9, colour=_SIGNAL)
    for number, name in enumerate(plan.front):
        x = 112 + number * 82.0
        sketch.box(x, 4, 74, 18, WHITE, 2)
        sketch.words(x + 37, 10.7, name, 6, "middle")
        corner = 150 + number * 28
        sketch.line(corner, 40, corner, 22, width=0.9, colour=_SIGNAL)
    _legend(sketch)
    return sketch.drawing


def _mains(sketch: Sketch, plan: Plan) -> None:
    """Draw the plug, the switch and the two lines that run down beside the loads."""
    last = _FIRST_LOAD - _LOAD_STEP * (len(plan.loads) - 1)
    sketch.box(2, 226, 84, 50, WHITE, 3)
    sketch.words(44, 280, plan.supply, 6.2, "middle")
    for name, y, colour in (("L", 264.0, _BROWN), ("N", 251.0, _BLUE), ("PE", 238.0, _GREEN)):
        sketch.words(8, y - 2.3, name, 6.8, bold=True)
        sketch.circle(26, y, 2.4)
        sketch.line(28.4, y, 100, y, width=1.2, colour=colour)
    sketch.box(100, 244, 22, 27, WHITE, 2)
    sketch.line(104, 264, 117, 268, width=1.2, colour=_BROWN)
    sketch.line(104, 251, 117, 255, width=1.2, colour=_BLUE)
    sketch.words(111, 275, "switch", 6, "middle")
    sketch.line(122, 264, 150, 264, 150, 246, width=1.2, colour=_BROWN)
    sketch.line(122, 251, 140, 251, 140, 246, width=1.2, colour=_BLUE)
    sketch.line(140, 251, 140, 256, 338, 256, 338, last + 4, width=1.2, colour=_BLUE)
    sketch.line(100, 238, 126, 238, 126, 284, 344, 284, 344, last - 6, width=1.2, colour=_GREEN, dash=(5, 2))


def _loads(sketch: Sketch, names: tuple[str, ...]) -> None:
    for number, name in enumerate(names):
        y = _FIRST_LOAD - number * _LOAD_STEP
        sketch.box(226, y - 12, 92, 24, WHITE, 2)
        sketch.words(272, y - 2.3, name, 6.2, "middle")
        sketch.line(194, y, 226, y, width=1.2, colour=_BROWN)
        sketch.line(318, y + 4, 338, y + 4, width=1.2, colour=_BLUE)
        sketch.circle(338, y + 4, 1.3, _BLUE)
        sketch.line(318, y - 6, 344, y - 6, width=1.2, colour=_GREEN, dash=(5, 2))


def _legend(sketch: Sketch) -> None:
    entries = (("live, brown", _BROWN), ("neutral, blue", _BLUE), ("earth, dashed", _GREEN), ("signal", _SIGNAL))
    for number, (words, colour) in enumerate(entries):
        y = 30 - number * 8.6
        sketch.line(272, y + 2, 286, y + 2, width=1.4, colour=colour)
        sketch.words(290, y, words, 5.8)
