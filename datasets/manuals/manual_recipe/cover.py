"""The cover of a manual: a coloured field with the machine on it, the product's name, and the firm at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics import renderPDF
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from . import style
from .drawings import DRAWINGS
from .style import Edition, marked_up

_FIELD_BOTTOM = 205.0


def draw_cover(canvas: Canvas, edition: Edition, lines: Sequence[str], body: ParagraphStyle) -> None:
    """Draw the cover; the first of the lines is the product's name, the rest stand below the coloured field."""
    canvas.setFillColor(edition.accent)
    canvas.rect(0, _FIELD_BOTTOM, style.PAGE_WIDTH, style.PAGE_HEIGHT - _FIELD_BOTTOM, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont("VeraBd", 10)
    canvas.drawString(style.MARGIN, style.PAGE_HEIGHT - 42, "BREWLINE")
    canvas.setFont("Vera", 8)
    canvas.drawRightString(style.PAGE_WIDTH - style.MARGIN, style.PAGE_HEIGHT - 42, "Instructions for use")
    drawing = DRAWINGS[f"cover-{edition.manual.removeprefix('manual-')}"](edition.accent)
    canvas.setFillColor(HexColor("#f6f4ef"))
    canvas.roundRect(style.MARGIN, _FIELD_BOTTOM + 26, style.TEXT_WIDTH, 288, 8, stroke=0, fill=1)
    renderPDF.draw(drawing, canvas, (style.PAGE_WIDTH - drawing.width) / 2, _FIELD_BOTTOM + 170 - drawing.height / 2)
    canvas.setFillColor(style.INK)
    canvas.setFont("VeraBd", 25)
    canvas.drawString(style.MARGIN, _FIELD_BOTTOM - 46, lines[0])
    canvas.setFont("Vera", 11)
    canvas.setFillColor(style.GREY)
    canvas.drawString(style.MARGIN, _FIELD_BOTTOM - 66, edition.kind)
    y = _FIELD_BOTTOM - 84
    for line in lines[1:]:
        paragraph = Paragraph(marked_up(line), body)
        _, height = paragraph.wrap(style.TEXT_WIDTH, 200)
        y -= height + 5
        paragraph.drawOn(canvas, style.MARGIN, y)
