"""One-page PDFs whose text is seen, or hidden in one of six ways that people miss and extraction does not.

It makes no scans and no forms. Streams are not compressed, so that the bytes do not depend on a zlib.
Source: ISO 32000-1, 9.3.6 text rendering mode, https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A5  # points
MARGIN = 42.0
FONT, SIZE, LEADING = "Helvetica", 11.0, 16.0
INVISIBLE = 3  # text rendering mode: neither fill nor stroke

Part = Mapping[str, str]
Writer = Callable[[Canvas, float, str], float]


def _lines(page: Canvas, y: float, text: str, mode: int | None = None) -> float:
    """Write text from a height downwards and return the height below it."""
    block = page.beginText(MARGIN, y)
    block.setFont(FONT, SIZE, LEADING)
    if mode is not None:
        block.setTextRenderMode(mode)
    for line in simpleSplit(text, FONT, SIZE, WIDTH - 2 * MARGIN):
        block.textLine(line)
    page.drawText(block)
    return float(block.getY()) - LEADING / 2


def _visible(page: Canvas, y: float, text: str) -> float:
    return _lines(page, y, text)


def _white(page: Canvas, y: float, text: str) -> float:
    page.saveState()
    page.setFillGray(1)
    below = _lines(page, y, text)
    page.restoreState()
    return below


def _tiny(page: Canvas, y: float, text: str) -> float:
    page.setFont(FONT, 1)
    page.drawString(MARGIN, y, text)
    return y - LEADING


def _invisible(page: Canvas, y: float, text: str) -> float:
    page.saveState()
    below = _lines(page, y, text, INVISIBLE)
    page.restoreState()
    return below


def _covered(page: Canvas, y: float, text: str) -> float:
    below = _lines(page, y, text)
    page.saveState()
    page.setFillGray(0.82)
    page.rect(MARGIN - 4, below + LEADING / 2, WIDTH - 2 * MARGIN + 8, y - below + 2, stroke=0, fill=1)
    page.restoreState()
    return below


def _off_page(page: Canvas, y: float, text: str) -> float:
    page.setFont(FONT, SIZE)
    page.drawString(MARGIN, -60, text)
    return y


def _note(page: Canvas, y: float, text: str) -> float:
    page.textAnnotation(text, Rect=(WIDTH - MARGIN, y, WIDTH - MARGIN + 18, y + 18), addtopage=1)
    return y


WAYS: dict[str, Writer] = {
    "visible": _visible,
    "white": _white,
    "tiny": _tiny,
    "invisible": _invisible,
    "covered": _covered,
    "off_page": _off_page,
    "note": _note,
}


def sheet(title: str, parts: Sequence[Part]) -> bytes:
    """Return a one-page PDF with a title and these parts, from the top.

    Raises:
        KeyError: a part's `how` is none of `WAYS`.
    """
    content = io.BytesIO()
    page = Canvas(content, pagesize=A5, pageCompression=0, invariant=1)
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(MARGIN, HEIGHT - 60, title)
    page.line(MARGIN, HEIGHT - 68, WIDTH - MARGIN, HEIGHT - 68)
    y = HEIGHT - 94
    for part in parts:
        y = WAYS[part["how"]](page, y, part["text"])
    page.showPage()
    page.save()
    return content.getvalue()
