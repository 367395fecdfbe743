"""Letters as shapes: the words inside a chart are drawn, so that they are in the picture and not in the text layer.

A reader sees "bar" on the axis; a program that copies the text of the page does not. Only plain glyphs of a TrueType
file are read (https://learn.microsoft.com/typography/opentype/spec/glyf); composed ones (é, ½) are refused.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from reportlab.graphics.shapes import FILL_NON_ZERO, Group, Path
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics

Point = tuple[float, float, bool]


def outlined(text: str, x: float, y: float, size: float, colour: Color, anchor: str = "start", turned: bool = False,
             bold: bool = False) -> Group:  # fmt: skip
    """Return the text as filled shapes, its baseline at (x, y) in points; anchor is start, middle or end."""
    font = "VeraBd" if bold else "Vera"
    scale = size / 1000
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * pdfmetrics.stringWidth(text, font, size)
    group, pen = Group(), -shift
    for letter in text:
        path = Path(fillColor=colour, strokeColor=None, strokeWidth=0, fillMode=FILL_NON_ZERO)
        for contour in _contours(font, letter):
            _draw(path, [(pen + px * scale, py * scale, on) for px, py, on in contour])
        if path.points:
            group.add(path)
        pen += pdfmetrics.stringWidth(letter, font, size)
    group.transform = (0, 1, -1, 0, x, y) if turned else (1, 0, 0, 1, x, y)
    return group


def _draw(path: Path, contour: list[Point]) -> None:
    """Add one closed contour, its quadratic curves raised to the cubic ones that PDF knows."""
    points = _with_implied_points(contour)
    path.moveTo(points[0][0], points[0][1])
    current, position = points[0], 1
    while position <= len(points):
        target = points[position % len(points)]
        if target[2]:
            path.lineTo(target[0], target[1])
            current, position = target, position + 1
            continue
        end = points[(position + 1) % len(points)]
        first = [current[axis] + 2 / 3 * (target[axis] - current[axis]) for axis in (0, 1)]
        second = [end[axis] + 2 / 3 * (target[axis] - end[axis]) for axis in (0, 1)]
        path.curveTo(first[0], first[1], second[0], second[1], end[0], end[1])
        current, position = end, position + 2
    path.closePath()


def _with_implied_points(contour: list[Point]) -> list[Point]:
    """Return the contour beginning on the curve, with the point half-way between two control points put in."""
    start = next(number for number, point in enumerate(contour) if point[2])
    turned = contour[start:] + contour[:start]
    full: list[Point] = []
    for point, after in zip(turned, turned[1:] + turned[:1], strict=True):
        full.append(point)
        if not point[2] and not after[2]:
            full.append(((point[0] + after[0]) / 2, (point[1] + after[1]) / 2, True))
    return full


@cache
def _contours(font: str, letter: str) -> tuple[tuple[Point, ...], ...]:
    """Return the contours of a letter in thousandths of the font size."""
    face: Any = pdfmetrics.getFont(font).face
    glyph, table = face.charToGlyph[ord(letter)], face.get_table("loca")
    (long_offsets,) = struct.unpack(">h", face.get_table("head")[50:52])
    begin, end = struct.unpack_from(">2L" if long_offsets else ">2H", table, glyph * (4 if long_offsets else 2))
    factor = 1 if long_offsets else 2
    data = face.get_table("glyf")[begin * factor : end * factor]
    if not data:
        return ()
    (count,) = struct.unpack_from(">h", data)
    if count < 0:
        raise ValueError(f"{letter!r} is composed of other glyphs in {font}; choose a label without it")
    (units,) = struct.unpack(">H", face.get_table("head")[18:20])
    return _simple_glyph(data, count, 1000 / units)


def _simple_glyph(data: bytes, count: int, scale: float) -> tuple[tuple[Point, ...], ...]:
    ends = struct.unpack_from(f">{count}H", data, 10)
    position = 10 + 2 * count
    position += 2 + struct.unpack_from(">H", data, position)[0]
    flags: list[int] = []
    while len(flags) <= ends[-1]:
        flag, position = data[position], position + 1
        repeats = data[position] if flag & 8 else 0
        position += 1 if flag & 8 else 0
        flags += [flag] * (1 + repeats)
    xs, position = _coordinates(data, position, flags, short=2, same=16)
    ys, _ = _coordinates(data, position, flags, short=4, same=32)
    points = [(x * scale, y * scale, bool(flag & 1)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(tuple(points[start : end + 1]) for start, end in zip(starts, ends, strict=True))


def _coordinates(data: bytes, position: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    values, value = [], 0
    for flag in flags:
        if flag & short:
            value += data[position] if flag & same else -data[position]
            position += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, position)[0]
            position += 2
        values.append(value)
    return values, position
