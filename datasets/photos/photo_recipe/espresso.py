"""The three espresso machines from the front and from the side: one plan, three sets of measures.

Coordinates are those of the machine: 0, 0 is the middle of its base on the worktop; up is negative.
"""

from __future__ import annotations

from dataclasses import dataclass

from photo_recipe.canvas import Canvas, Colour, Point, mix, seven_segments, smooth

STEEL = ((148, 152, 156), (206, 210, 213), (240, 242, 243), (196, 200, 204), (160, 164, 168))
DARK = (46, 46, 50)
WHITE = (255, 255, 255)
RED, AMBER, ICE = (255, 92, 70), (255, 186, 84), (150, 226, 255)

BODIES: dict[str, Colour] = {
    "black": (62, 62, 68),
    "cream": (240, 226, 196),
    "sage": (156, 178, 150),
    "steel": (204, 208, 211),
}


@dataclass(frozen=True)
class Machine:
    """A machine as it is drawn: its size in picture units, its colour and what its display shows."""

    product: str
    colour: str
    display: str | None
    x: float = 320
    y: float = 412
    broken_handle: bool = False

    @property
    def width(self) -> float:
        """From left to right, seen from the front."""
        return {"one": 164, "duo": 232, "pro": 308}[self.product]

    @property
    def height(self) -> float:
        """From the worktop to the top."""
        return {"one": 246, "duo": 272, "pro": 300}[self.product]

    @property
    def depth(self) -> float:
        """From the back to the front, seen from the side."""
        return {"one": 206, "duo": 256, "pro": 300}[self.product]

    def to(self, x: float, y: float) -> Point:
        """Return a point of the machine as a point of the scene."""
        return self.x + x, self.y + y

    @property
    def body(self) -> Colour:
        """The colour of the housing."""
        return BODIES[self.colour]


def body_shades(machine: Machine) -> tuple[Colour, ...]:
    """Return the colours of the housing from the light to the shadow."""
    if machine.colour == "steel":
        return STEEL
    body = machine.body
    return (mix(body, WHITE, 10), mix(body, WHITE, 24), body, mix(body, (20, 20, 24), 16), mix(body, (20, 20, 24), 30))


def shadow(canvas: Canvas, machine: Machine, half: float) -> None:
    """Draw the shadow on the worktop."""
    x, y = machine.to(0, 0)
    canvas.glaze((30, 24, 20), 34, lambda mask: mask.oval(x + 22, y - 3, half * 1.12, 13), 7)
    canvas.glaze((20, 16, 14), 55, lambda mask: mask.oval(x + 4, y - 2, half * 0.98, 6), 2.5)


def front(canvas: Canvas, machine: Machine) -> None:
    """Draw a machine from the front."""
    half, top = machine.width / 2, -machine.height
    x, y = machine.to(-half, top)
    shadow(canvas, machine, half)
    for foot in (-half + 12, half - 34):
        canvas.rect(*machine.to(foot, -8), 22, 8, DARK, 2)
    canvas.shaded(x, y, machine.width, machine.height - 6, body_shades(machine), 15)
    _recess(canvas, machine)
    _head(canvas, machine)
    _tray(canvas, machine)
    _wand(canvas, machine, -half + 15)
    if machine.product == "pro":
        _wand(canvas, machine, half - 15)
    cup(canvas, *machine.to(0, -43), 1.0)
    portafilter(canvas, machine)
    _top(canvas, machine)


def _recess(canvas: Canvas, machine: Machine) -> None:
    half = machine.width / 2
    x, y = machine.to(-half + 27, -156)
    canvas.shaded(x, y, machine.width - 54, 118, ((40, 40, 44), (70, 70, 75), (58, 58, 62), (38, 38, 42)), 9)
    canvas.glaze((0, 0, 0), 40, lambda mask: mask.rect(x, y, machine.width - 54, 20, 6), 5)


def _head(canvas: Canvas, machine: Machine) -> None:
    half, top = machine.width / 2, -machine.height
    light = mix(machine.body, WHITE, 34)
    canvas.rect(*machine.to(-half + 10, top + 8), machine.width - 20, 3, light, 2)
    if machine.product == "one":
        display(canvas, machine, 0, top + 31, 66, 30)
        for x in (-42, 0, 42):
            _button(canvas, machine, x, top + 68, 11)
        canvas.text(*machine.to(0, -164), "Brewline", 9, _ink(machine))
    elif machine.product == "duo":
        gauge(canvas, machine, -62, top + 54, 30)
        display(canvas, machine, 38, top + 38, 78, 34)
        for x in (4, 38, 72):
            _button(canvas, machine, x, top + 82, 11)
        canvas.text(*machine.to(0, -166), "Brewline Duo", 9, _ink(machine))
    else:
        gauge(canvas, machine, -110, top + 62, 27)
        gauge(canvas, machine, 110, top + 62, 27)
        _colour_display(canvas, machine, 0, top + 54, 112, 66)
        for x in (-54, -18, 18, 54):
            _button(canvas, machine, x, top + 112, 10)
        canvas.text(*machine.to(0, -163), "Brewline Pro", 9, _ink(machine))


def _ink(machine: Machine) -> Colour:
    return (210, 210, 206) if machine.colour == "black" else (70, 70, 74)


def _button(canvas: Canvas, machine: Machine, x: float, y: float, r: float) -> None:
    centre = machine.to(x, y)
    canvas.glaze((0, 0, 0), 35, lambda mask: mask.oval(centre[0] + 1.5, centre[1] + 2.5, r, r), 1.5)
    canvas.oval(*centre, r, r, (226, 228, 230))
    canvas.oval(*centre, r - 2, r - 2, (250, 250, 250))
    canvas.oval(centre[0], centre[1] + 1, r * 0.34, r * 0.34, (120, 124, 128))


def display(canvas: Canvas, machine: Machine, x: float, y: float, w: float, h: float) -> None:
    """Draw the dark display; a code glows on it."""
    left, top = machine.to(x - w / 2, y - h / 2)
    canvas.rect(left - 2, top - 2, w + 4, h + 4, mix(machine.body, (20, 20, 20), 45), 8)
    canvas.shaded(left, top, w, h, ((34, 34, 40), (18, 18, 22)), 6, across=False)
    centre = machine.to(x, y)
    code = machine.display
    lamp = RED if code and code.startswith("E") else AMBER if code else ICE
    if code:
        canvas.glaze(lamp, 34, lambda mask: mask.oval(*centre, w * 0.36, h * 0.34), 6)
        seven_segments(canvas, *centre, h * 0.56, code, lamp)
    else:
        for dot in (-8, 0, 8):
            canvas.oval(centre[0] + dot, centre[1], 2, 2, ICE)
    canvas.glaze(WHITE, 13, lambda mask: mask.poly(
        ((left + w * 0.1, top), (left + w * 0.44, top), (left + w * 0.28, top + h), (left, top + h))))  # fmt: skip


def _colour_display(canvas: Canvas, machine: Machine, x: float, y: float, w: float, h: float) -> None:
    left, top = machine.to(x - w / 2, y - h / 2)
    canvas.rect(left - 4, top - 4, w + 8, h + 8, (40, 42, 46), 7)
    code = machine.display
    colours = ((92, 34, 34), (58, 22, 26)) if code else ((28, 62, 74), (18, 38, 50))
    canvas.shaded(left, top, w, h, colours, 4, across=False)
    if code:
        canvas.poly(((left + 22, top + 14), (left + 40, top + 46), (left + 4, top + 46)), (255, 196, 80))
        canvas.text(left + 22, top + 35, "!", 20, (70, 30, 20))
        canvas.text(left + w * 0.67, top + h * 0.46, code, 31, (255, 236, 224))
        canvas.rect(left + 8, top + h - 12, w - 16, 5, (196, 92, 78), 2)
    else:
        canvas.text(left + w / 2, top + 24, "93.0 °C", 21, (220, 244, 240))
        for dot in range(4):
            canvas.oval(left + 26 + dot * 20, top + 52, 5, 5, (96, 190, 176) if dot < 3 else (60, 96, 104))


def gauge(canvas: Canvas, machine: Machine, x: float, y: float, r: float) -> None:
    """Draw the pressure gauge: a green band where it should stand."""
    centre = machine.to(x, y)
    canvas.glaze((0, 0, 0), 40, lambda mask: mask.oval(centre[0] + 2, centre[1] + 3, r, r), 2)
    canvas.oval(*centre, r, r, (150, 154, 158))
    canvas.oval(*centre, r - 3, r - 3, (250, 248, 242))
    for number, (dx, dy) in enumerate(
        ((-0.64, 0.45), (-0.78, 0), (-0.6, -0.48), (0, -0.78), (0.6, -0.48), (0.78, 0), (0.64, 0.45))
    ):
        mark = (86, 160, 104) if number in (3, 4) else (90, 90, 94)
        canvas.oval(centre[0] + dx * r * 0.95, centre[1] + dy * r * 0.95, r * 0.075, r * 0.075, mark)
    is_running = machine.display is None
    tip = (0.3, -0.58) if is_running else (-0.5, 0.36)
    canvas.line((centre, (centre[0] + tip[0] * r, centre[1] + tip[1] * r)), r * 0.09, (206, 62, 50))
    canvas.oval(*centre, r * 0.13, r * 0.13, (60, 60, 64))


def _tray(canvas: Canvas, machine: Machine) -> None:
    half = machine.width / 2
    x, y = machine.to(-half - 2, -42)
    canvas.shaded(x, y, machine.width + 4, 35, body_shades(machine), 7)
    canvas.shaded(x + 12, y - 4, machine.width - 20, 9, STEEL, 4)
    for number in range(int(machine.width / 13) - 1):
        canvas.rect(x + 20 + number * 13, y - 2, 7, 3.4, (62, 62, 66), 1.5)
    canvas.rect(*machine.to(-24, -20), 48, 6, mix(machine.body, (20, 20, 20), 34), 3)


def group_colours() -> tuple[Colour, ...]:
    """Return the shine of polished steel."""
    return ((120, 124, 128), (214, 218, 220), (250, 251, 251), (176, 180, 184), (110, 114, 118))


def portafilter(canvas: Canvas, machine: Machine) -> None:
    """Draw the group, the portafilter in it and its handle (or what is left of it)."""
    wide = 30 if machine.product == "one" else 36
    canvas.shaded(*machine.to(-wide, -158), wide * 2, 24, group_colours(), 3)
    canvas.shaded(*machine.to(-wide - 6, -138), wide * 2 + 12, 12, group_colours(), 4)
    canvas.shaded(*machine.to(-wide + 2, -127), wide * 2 - 4, 16, group_colours(), 5)
    canvas.shaded(*machine.to(-8, -112), 16, 9, group_colours(), 3)
    for spout in (-15, 7):
        canvas.shaded(*machine.to(spout, -106), 8, 12, group_colours(), 3)
    start, end = machine.to(wide - 4, -119), machine.to(wide + 62, -106)
    if machine.broken_handle:
        stub = machine.to(wide + 20, -115.5)
        canvas.line((start, stub), 11, (40, 38, 40))
        canvas.poly(
            (
                (stub[0] + 3, stub[1] - 6), (stub[0] + 12, stub[1] - 2.5), (stub[0] + 5, stub[1]),
                (stub[0] + 13, stub[1] + 4),
                (stub[0] + 2, stub[1] + 6),
            ),
            (206, 160, 108),
        )  # fmt: skip
        return
    canvas.glaze((0, 0, 0), 30, lambda mask: mask.line(((start[0], start[1] + 8), (end[0], end[1] + 9)), 12), 3)
    canvas.line((start, (start[0] + 14, start[1] + 2.6)), 9, (190, 194, 198))
    canvas.line(((start[0] + 16, start[1] + 3), end), 14, (40, 38, 40))
    canvas.line(((start[0] + 18, start[1]), (end[0] - 3, end[1] - 3.4)), 3, (96, 92, 92))
    canvas.oval(*end, 7.4, 7.4, (52, 50, 52))


def loose_handle(canvas: Canvas, x: float, y: float) -> None:
    """Draw the piece that broke off, on the worktop."""
    canvas.glaze((20, 16, 14), 45, lambda mask: mask.oval(x + 34, y + 8, 46, 6), 3)
    canvas.line(((x + 4, y), (x + 66, y - 6)), 14, (40, 38, 40))
    canvas.line(((x + 6, y - 3), (x + 62, y - 9)), 3, (100, 96, 96))
    canvas.poly(((x - 3, y - 7), (x - 13, y - 3), (x - 5, y), (x - 12, y + 5), (x - 2, y + 7)), (206, 160, 108))


def _wand(canvas: Canvas, machine: Machine, x: float) -> None:
    side = -1 if x < 0 else 1
    points = [machine.to(x, -154), machine.to(x + 3 * side, -110), machine.to(x + 9 * side, -62)]
    canvas.line([(px + 2.5, py + 3) for px, py in points], 6, mix(machine.body, (20, 20, 22), 50))
    canvas.oval(*points[0], 8, 8, (160, 164, 168))
    canvas.line(points, 6.5, (188, 193, 197))
    canvas.line([(px - 1.2, py) for px, py in points], 2, (248, 249, 250))
    canvas.line((machine.to(x + 2 * side, -118), machine.to(x + 5 * side, -94)), 11, (44, 44, 48))
    canvas.line((machine.to(x + 9 * side, -64), machine.to(x + 10 * side, -57)), 8, (150, 154, 158))
    if machine.product != "one":
        knob = machine.to(x, -machine.height + 92 if machine.product == "duo" else -machine.height + 118)
        canvas.oval(knob[0] + 1, knob[1] + 2, 11, 11, (30, 30, 32))
        canvas.oval(*knob, 10.5, 10.5, (58, 58, 62))
        canvas.rect(knob[0] - 1.5, knob[1] - 8, 3, 9, (220, 220, 220), 1)


def wand_tip(machine: Machine) -> Point:
    """Return where the tip of the left wand is."""
    return machine.to(-machine.width / 2 + 6, -60)


def _top(canvas: Canvas, machine: Machine) -> None:
    half, top = machine.width / 2, -machine.height
    canvas.shaded(*machine.to(-half + 8, top - 4), machine.width - 16, 8, STEEL, 3)
    count = {"one": 2, "duo": 3, "pro": 5}[machine.product]
    for number in range(count):
        x = -half + 34 + number * (machine.width - 68) / max(1, count - 1)
        upside_down_cup(canvas, *machine.to(x, top - 4))


def upside_down_cup(canvas: Canvas, x: float, y: float) -> None:
    """Draw a small cup that dries on the machine."""
    canvas.ring(x + 17, y - 12, 6, 2.6, (236, 232, 224))
    canvas.poly(((x - 11, y - 24), (x + 11, y - 24), (x + 16, y), (x - 16, y)), (246, 243, 236))
    canvas.poly(((x + 3, y - 24), (x + 11, y - 24), (x + 16, y), (x + 6, y)), (222, 216, 206))


def cup(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw an espresso cup that stands on the tray."""
    canvas.glaze((0, 0, 0), 45, lambda mask: mask.oval(x + 3, y, 26 * size, 5 * size), 2)
    canvas.oval(x, y - 1.5, 26 * size, 4.5 * size, (236, 230, 220))
    canvas.ring(x + 19 * size, y - 17 * size, 7 * size, 3 * size, (240, 236, 228))
    canvas.poly(
        (
            (x - 19 * size, y - 29 * size),
            (x + 19 * size, y - 29 * size),
            (x + 12 * size, y - 2),
            (x - 12 * size, y - 2),
        ),
        (248, 245, 239),
    )
    canvas.poly(
        ((x + 5 * size, y - 29 * size), (x + 19 * size, y - 29 * size), (x + 12 * size, y - 2), (x + 4 * size, y - 2)),
        (224, 217, 206),
    )
    canvas.oval(x, y - 29 * size, 19 * size, 4.2 * size, (226, 219, 208))
    canvas.oval(x, y - 28.6 * size, 16 * size, 3 * size, (122, 74, 44))


# From the side --------------------------------------------------------------------------------------------------------


def tank_box(machine: Machine) -> tuple[float, float, float, float]:
    """Return the tank as x, y, width, height, as it is seen from the side."""
    x, y = machine.to(-machine.depth / 2 - 20, -machine.height + 24)
    return x, y, 56.0, machine.height - 76


def side(canvas: Canvas, machine: Machine) -> None:
    """Draw a machine from its right-hand side: the front is on the right, the tank on the left."""
    half, top = machine.depth / 2, -machine.height
    shadow(canvas, machine, half * 1.08)
    _cable(canvas, machine)
    for foot in (-half + 14, half - 30):
        canvas.rect(*machine.to(foot, -8), 22, 8, DARK, 2)
    column = machine.depth * 0.58
    canvas.shaded(*machine.to(-half, top), column, machine.height - 6, body_shades(machine), 14)
    canvas.shaded(*machine.to(-half, top), machine.depth - 20, 86, body_shades(machine), 14)
    canvas.shaded(*machine.to(-half, -44), machine.depth, 37, body_shades(machine), 8)
    canvas.glaze(
        (0, 0, 0), 26, lambda mask: mask.rect(*machine.to(half - machine.depth * 0.42, top + 86), 96, 14, 3), 5
    )
    canvas.shaded(*machine.to(half - 84, -50), 82, 8, STEEL, 3)
    for number in range(5):
        canvas.rect(*machine.to(half - 76 + number * 15, -48), 9, 3.4, (60, 60, 64), 1.5)
    front_x = half - 58
    canvas.shaded(*machine.to(front_x - 22, top + 84), 44, 18, group_colours(), 3)
    canvas.shaded(*machine.to(front_x - 26, top + 99), 52, 11, group_colours(), 4)
    canvas.shaded(*machine.to(front_x - 20, top + 109), 40, 14, group_colours(), 4)
    canvas.shaded(*machine.to(front_x - 5, top + 122), 10, 14, group_colours(), 3)
    start, end = machine.to(front_x + 22, top + 116), machine.to(front_x + 96, top + 128)
    canvas.line((start, (start[0] + 12, start[1] + 2)), 8, (190, 194, 198))
    canvas.line(((start[0] + 14, start[1] + 2), end), 13, (40, 38, 40))
    canvas.line(((start[0] + 16, start[1] - 1), (end[0] - 3, end[1] - 3.4)), 3, (96, 92, 92))
    cup(canvas, *machine.to(front_x, -49), 0.9)
    for number in range(5):
        line = (machine.to(-half + 66 + number * 11, top + 28), machine.to(-half + 66 + number * 11, top + 58))
        canvas.line(line, 3, mix(machine.body, (20, 20, 22), 42))
    tank(canvas, *tank_box(machine), level=0.62)
    canvas.shaded(*machine.to(-half + 8, top - 4), machine.depth - 44, 8, STEEL, 3)
    upside_down_cup(canvas, *machine.to(-10, top - 4))
    upside_down_cup(canvas, *machine.to(-56, top - 4))


def _cable(canvas: Canvas, machine: Machine) -> None:
    x, y = machine.to(-machine.depth / 2, -18)
    canvas.line(
        smooth(((x, y), (x - 30, y + 12), (x - 80, y + 2), (x - 140, y - 10), (x - 300, y + 4))), 5, (44, 44, 48)
    )


def tank(canvas: Canvas, x: float, y: float, w: float, h: float, level: float) -> None:
    """Draw a tank of clear plastic with water, a MAX line and its float."""
    canvas.glaze((196, 218, 226), 72, lambda mask: mask.rect(x, y, w, h, 8))
    surface = y + h * (1 - level)
    canvas.glaze((92, 164, 200), 62, lambda mask: mask.rect(x + 3, surface, w - 6, y + h - surface - 3, 6))
    canvas.rect(x + 4, surface, w - 8, 2.4, (216, 240, 248), 1)
    canvas.rect(x - 2, y - 6, w + 4, 10, (72, 76, 80), 4)
    canvas.rect(x + w * 0.12, surface - 4, w * 0.26, w * 0.2, (248, 248, 246), 2)
    canvas.line(((x + w * 0.55, y + h * 0.16), (x + w * 0.86, y + h * 0.16)), 1.6, (60, 84, 96))
    canvas.text(x + w * 0.7, y + h * 0.11, "MAX", max(7, w * 0.13), (60, 84, 96))
    canvas.glaze(WHITE, 46, lambda mask: mask.rect(x + w * 0.84, y + 10, w * 0.07, h - 24, 2))
    canvas.glaze((60, 90, 104), 60, lambda mask: mask.rect(x + 6, y + h - 3, w - 12, 3, 1))
