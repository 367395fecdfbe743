"""Pages that were filled in on paper and scanned: drawn as a grey picture, turned a little, with dust, without text.

The picture is made with Pillow (https://pillow.readthedocs.io/) and embedded as it is; nothing of it can be copied or
searched. What stands on the two pages is in ../../WORLD.md, section 2, and in no other text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import reportlab
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

_FONTS = Path(reportlab.__file__).parent / "fonts"
_SIZE = (874, 1240)  # A5 at 150 dots an inch
_TURN = 0.6
_PAPER, _INK, _PEN = 236, 52, 78
_GRAIN = (0, 0, 0, 0, 6, 12, 22)


@dataclass(frozen=True)
class Line:
    """One line of a form: what is printed, what was written by hand, or a size of its own for a heading."""

    printed: str
    written: str = ""
    size: int = 19
    bold: bool = False
    gap: int = 36


def scanned_page(lines: Sequence[Line]) -> ImageReader:
    """Return the form as a scanned picture."""
    page = Image.new("L", _SIZE, _PAPER)
    pencil = ImageDraw.Draw(page)
    y = 96
    for line in lines:
        y += line.gap
        _print(pencil, line, y)
    pencil.rectangle((62, 84, _SIZE[0] - 62, y + 62), outline=_INK, width=2)
    return ImageReader(_as_scanned(page))


def _print(pencil: ImageDraw.ImageDraw, line: Line, y: int) -> None:
    if line.printed == "---":
        pencil.line((86, y + 10, _SIZE[0] - 86, y + 10), fill=_INK, width=1)
        return
    pencil.text((86, y), line.printed, font=_font("VeraBd.ttf" if line.bold else "Vera.ttf", line.size), fill=_INK)
    if line.written:
        pencil.line((430, y + 25, _SIZE[0] - 86, y + 25), fill=140, width=1)
        pencil.text((440, y - 3), line.written, font=_font("VeraIt.ttf", 23), fill=_PEN)


def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / file), size, layout_engine=ImageFont.Layout.BASIC)


def _as_scanned(page: Image.Image) -> Image.Image:
    """Return the page turned, greyed at one edge and sprinkled with noise, in 16 shades so that it stays small."""
    turned = page.rotate(_TURN, resample=Image.Resampling.BILINEAR, fillcolor=_PAPER - 14)
    grain = random.Random("brewline/scan")
    noise = Image.frombytes(
        "L", _SIZE, bytes(_GRAIN[int(grain.random() * len(_GRAIN))] for _ in range(_SIZE[0] * _SIZE[1]))
    )
    dusty = ImageChops.subtract(turned, noise)
    pencil = ImageDraw.Draw(dusty)
    for _ in range(60):
        x, y, radius = (int(grain.random() * top) for top in (*_SIZE, 3))
        pencil.ellipse((x, y, x + radius, y + radius), fill=90 + int(grain.random() * 80))
    pencil.rectangle((_SIZE[0] - 9, 0, _SIZE[0], _SIZE[1]), fill=150)
    return dusty.point([round(shade / 17) * 17 for shade in range(256)])


SCANS: dict[str, tuple[Line, ...]] = {
    "scan-sn14": (
        Line("Brewline workshop", size=22, bold=True, gap=20),
        Line("SERVICE NOTE SN-14", size=34, bold=True, gap=46),
        Line("---", gap=58),
        Line("Date", "2025-02-17", gap=34),
        Line("Product", "Brewline Grind", gap=46),
        Line("Fault", "too coarse, even at 0", gap=46),
        Line("Cause", "burr carrier bent", gap=46),
        Line("Part to fit", "carrier BL-B41", gap=46),
        Line("Screws of the carrier", "2.5 Nm", gap=46),
        Line("---", gap=54),
        Line("Work in the workshop", size=24, bold=True, gap=36),
        Line("1.  Unplug. Take hopper and upper burr off.", gap=52),
        Line("2.  Undo the screws of the burr carrier crosswise.", gap=40),
        Line("3.  Lift the bent carrier out. Do not straighten it.", gap=40),
        Line("4.  Fit the new carrier BL-B41 and brush the seat.", gap=40),
        Line("5.  Tighten the screws crosswise to 2.5 Nm.", gap=40),
        Line("6.  Upper burr in until it clicks, hopper on.", gap=40),
        Line("7.  Grind 10 g at setting 15 and throw them away.", gap=40),
        Line("---", gap=50),
        Line("Charge to the customer", "none", gap=34),
        Line("Done and checked", "Callum", gap=46),
        Line("Released", "Agnieszka", gap=46),
        Line("manual-grind                                                                11", size=16, gap=96),
    ),
    "scan-installation": (
        Line("Brewline Pro", size=22, bold=True, gap=20),
        Line("INSTALLATION RECORD", size=34, bold=True, gap=46),
        Line("To be filled in by the technician. One copy stays with the machine.", size=16, gap=56),
        Line("---", gap=26),
        Line("Circuit 16 A of its own", "yes", gap=36),
        Line("Mains voltage", "in order", gap=46),
        Line("Stop valve within reach", "yes", gap=46),
        Line("Inlet hose BL-PH1", "tight", gap=46),
        Line("Test at", "3.2 bar", gap=46),
        Line("Drops after the test", "none", gap=46),
        Line("Drain hose BL-PD1", "no kink", gap=46),
        Line("Height of the drain", "40 cm at most", gap=46),
        Line("Red squares on the strip", "3", gap=46),
        Line("Hardness set to", "H3", gap=46),
        Line("Filter BL-F10 fitted", "yes", gap=46),
        Line("First rinse", "done", gap=46),
        Line("Staff shown: daily cleaning", "yes", gap=46),
        Line("Administrator shown: CAL", "yes", gap=46),
        Line("---", gap=58),
        Line("Technician", "Callum", gap=40),
        Line("For the customer", "(signed)", gap=46),
        Line("Keep this page. The workshop asks for it.", size=16, gap=70),
        Line("manual-pro                                                                   27", size=16, gap=60),
    ),
}
