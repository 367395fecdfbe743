"""Fonts, colours and paragraph styles of the manuals, and the one place where Markdown's ** becomes bold.

The fonts are Bitstream Vera, which come with reportlab (its licence allows embedding); no other font is used.
Sizes are points (1/72 inch) on A5. https://docs.reportlab.com/reportlab/userguide/ch6_paragraphs/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PAGE_WIDTH, PAGE_HEIGHT = A5
MARGIN = 14 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
TEXT_TOP = PAGE_HEIGHT - 21 * mm
TEXT_BOTTOM = 16 * mm

INK = HexColor("#22262a")
GREY = HexColor("#6d747b")
RULE = HexColor("#c9ced3")
STRIPE = HexColor("#f2f4f5")
WARNING = HexColor("#b3401f")
WARNING_PAPER = HexColor("#fbefe9")
NOTE_PAPER = HexColor("#eef2f5")

_FACES = (("Vera", "Vera.ttf"), ("VeraBd", "VeraBd.ttf"), ("VeraIt", "VeraIt.ttf"), ("VeraBI", "VeraBI.ttf"))


@dataclass(frozen=True)
class Edition:
    """What distinguishes one manual from the next: its id, the product's name and its colour."""

    manual: str
    product: str
    kind: str
    accent: Color
    pages: int


def register_fonts() -> None:
    """Make the Vera faces known to reportlab, bold and italic included."""
    for name, file in _FACES:
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="VeraIt", boldItalic="VeraBI")


def styles(accent: Color) -> dict[str, ParagraphStyle]:
    """Return the paragraph styles of a manual by name."""
    body = ParagraphStyle("body", fontName="Vera", fontSize=8.7, leading=12.9, textColor=INK, spaceAfter=6)
    return {
        "text": body,
        "h1": ParagraphStyle("h1", body, fontName="VeraBd", fontSize=14.5, leading=18.5, textColor=accent,
                             spaceAfter=8),
        "h2": ParagraphStyle(
            "h2", body, fontName="VeraBd", fontSize=9.8, leading=13, spaceBefore=8, spaceAfter=4, keepWithNext=1
        ),
        "item": ParagraphStyle("item", body, leftIndent=16, bulletIndent=2, spaceAfter=4, bulletFontName="VeraBd",
                               bulletFontSize=8.7, bulletColor=accent),
        "cell": ParagraphStyle("cell", body, fontSize=7.6, leading=10.3, spaceAfter=0),
        "head": ParagraphStyle("head", body, fontName="VeraBd", fontSize=7.6, leading=10.3, spaceAfter=0,
                               textColor=HexColor("#ffffff")),
        "caption": ParagraphStyle("caption", body, fontName="VeraIt", fontSize=7.2, leading=9.6, textColor=GREY,
                                  spaceBefore=3, spaceAfter=7),
        "box": ParagraphStyle("box", body, fontSize=8.3, leading=12, spaceAfter=0),
        "contents": ParagraphStyle("contents", body, fontSize=8.6, leading=13.4, spaceAfter=0),
        "index": ParagraphStyle("index", body, fontSize=6.5, leading=8.7, spaceAfter=0),
    }  # fmt: skip


def marked_up(text: str) -> str:
    """Return Markdown text as reportlab's markup.

    >>> marked_up("Press **double** & wait")
    'Press <b>double</b> &amp; wait'
    """
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
