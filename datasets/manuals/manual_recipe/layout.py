"""Sets a manual: blocks become paragraphs, tables and drawings, each source page becomes one page of the PDF.

A page that does not fit is an error, because the page numbers are references that other texts cite; nothing flows over.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph, Spacer, Table, TableStyle

from . import style
from .charts import CHARTS
from .cover import draw_cover
from .drawings import DRAWINGS
from .scan import SCANS, scanned_page
from .source import Block, Page, cells
from .style import Edition, marked_up

_INDEX_COLUMNS = 4


class Typesetter:
    """Turns the pages of one manual into a PDF file."""

    def __init__(self, edition: Edition, pages: Sequence[Page]) -> None:
        self._edition = edition
        self._pages = pages
        self._styles = style.styles(edition.accent)

    def write(self, path: Path) -> dict[int, float]:
        """Write the PDF and return the height left empty on each page, in points.

        Raises:
            ValueError: a page holds more than fits, or the manual has not as many pages as it should.
        """
        if len(self._pages) != self._edition.pages:
            raise ValueError(f"{path.name}: {len(self._pages)} pages in the source, {self._edition.pages} planned")
        canvas = Canvas(str(path), pagesize=(style.PAGE_WIDTH, style.PAGE_HEIGHT), invariant=1, lang="en-GB")
        canvas.setTitle(f"{self._edition.product}: manual")
        canvas.setAuthor("Brewline Ltd")
        canvas.setSubject(f"{self._edition.kind}, instructions for use, English")
        canvas.setCreator("Brewline")
        spare = {page.number: self._page(canvas, page) for page in self._pages}
        canvas.showOutline()
        canvas.save()
        return spare

    def _page(self, canvas: Canvas, page: Page) -> float:
        key = f"page-{page.number}"
        canvas.bookmarkPage(key)
        if page.title:
            canvas.addOutlineEntry(page.title, key, level=0, closed=True)
        for block in page.blocks:
            if block.kind == "h2" and page.title:
                canvas.addOutlineEntry(block.lines[0], key, level=1)
        spare = self._content(canvas, page)
        canvas.showPage()
        return spare

    def _content(self, canvas: Canvas, page: Page) -> float:
        scan = next((b.lines[0] for b in page.blocks if b.kind == "picture" and b.lines[0] in SCANS), None)
        if scan:
            canvas.drawImage(scanned_page(SCANS[scan]), 0, 0, style.PAGE_WIDTH, style.PAGE_HEIGHT)
            return 0.0
        if page.number == 1:
            draw_cover(canvas, self._edition, [block.lines[0] for block in page.blocks], self._styles["text"])
            return 0.0
        self._head(canvas, page)
        frame = Frame(style.MARGIN, style.TEXT_BOTTOM, style.TEXT_WIDTH, style.TEXT_TOP - style.TEXT_BOTTOM,
                      leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)  # fmt: skip
        story = [flowable for block in page.blocks for flowable in self._flowables(block)]
        frame.addFromList(story, canvas)
        if story:
            name = f"{self._edition.manual}, page {page.number}"
            raise ValueError(f"{name}: does not fit, from {story[0].identity(60)}; shorten it")
        self._foot(canvas, page)
        left: float = frame._y - frame._y1p
        return left

    def _head(self, canvas: Canvas, page: Page) -> None:
        """Draw the running head and its rule."""
        edition, right, head = self._edition, style.PAGE_WIDTH - style.MARGIN, style.PAGE_HEIGHT - 14 * mm
        section = next((p.title for p in reversed(self._pages[: page.number]) if p.title), "")
        canvas.setFont("VeraBd", 6.8)
        canvas.setFillColor(edition.accent)
        canvas.drawString(style.MARGIN, head, edition.product)
        canvas.setFont("Vera", 6.8)
        canvas.setFillColor(style.GREY)
        canvas.drawRightString(right, head, section)
        canvas.setStrokeColor(style.RULE)
        canvas.setLineWidth(0.5)
        canvas.line(style.MARGIN, head - 4, right, head - 4)

    def _foot(self, canvas: Canvas, page: Page) -> None:
        """Draw the address and the page number, which stands at the outer edge: even pages are left-hand pages."""
        foot = 9.5 * mm
        canvas.setFont("Vera", 6.8)
        canvas.setFillColor(style.GREY)
        canvas.drawCentredString(style.PAGE_WIDTH / 2, foot, "help.brewline.example")
        canvas.setFont("VeraBd", 7.4)
        canvas.setFillColor(style.INK)
        if page.number % 2:
            canvas.drawRightString(style.PAGE_WIDTH - style.MARGIN, foot, str(page.number))
        else:
            canvas.drawString(style.MARGIN, foot, str(page.number))

    def _flowables(self, block: Block) -> list[Flowable]:
        if block.kind in ("h1", "h2", "text"):
            return [Paragraph(marked_up(block.lines[0]), self._styles[block.kind])]
        makers = {
            "steps": self._items, "list": self._items, "table": self._table, "box": self._box,
            "picture": self._picture, "contents": self._contents, "index": self._index,
        }  # fmt: skip
        return makers[block.kind](block)

    def _items(self, block: Block) -> list[Flowable]:
        marks = (f"{number}." if block.kind == "steps" else "•" for number in range(1, len(block.lines) + 1))
        items = [Paragraph(marked_up(line), self._styles["item"], bulletText=mark)
                 for line, mark in zip(block.lines, marks, strict=False)]  # fmt: skip
        return [*items, Spacer(0, 3)]

    def _table(self, block: Block) -> list[Flowable]:
        rows = [cells(line) for line in block.lines]
        shares = block.widths or tuple(
            min(34, max(9, *(len(row[column]) for row in rows))) for column in range(len(rows[0]))
        )
        widths = [style.TEXT_WIDTH * share / sum(shares) for share in shares]
        texts = [[Paragraph(marked_up(cell), self._styles["cell" if number else "head"]) for cell in row]
                 for number, row in enumerate(rows)]  # fmt: skip
        table = Table(texts, colWidths=widths, repeatRows=1)
        stripes = [("BACKGROUND", (0, row), (-1, row), style.STRIPE) for row in range(2, len(rows), 2)]
        table.setStyle(TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), self._edition.accent), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, style.RULE), *stripes,
            ("TOPPADDING", (0, 0), (-1, -1), 2.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
            ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]))  # fmt: skip
        return [Spacer(0, 2), table, Spacer(0, 8)]

    def _box(self, block: Block) -> list[Flowable]:
        danger = block.lines[0].startswith(("**Danger", "**Caution"))
        paper, bar = (style.WARNING_PAPER, style.WARNING) if danger else (style.NOTE_PAPER, self._edition.accent)
        table = Table([[Paragraph(marked_up(block.lines[0]), self._styles["box"])]], colWidths=[style.TEXT_WIDTH])
        table.setStyle(TableStyle([
            ("BACKGROUND", (0, 0), (-1, -1), paper), ("LINEBEFORE", (0, 0), (0, -1), 3, bar),
            ("LEFTPADDING", (0, 0), (-1, -1), 9), ("RIGHTPADDING", (0, 0), (-1, -1), 7),
            ("TOPPADDING", (0, 0), (-1, -1), 4), ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]))  # fmt: skip
        return [Spacer(0, 3), table, Spacer(0, 8)]

    def _picture(self, block: Block) -> list[Flowable]:
        name, caption = block.lines
        drawing: Drawing = (
            CHARTS[name](self._edition.accent) if name in CHARTS else DRAWINGS[name](self._edition.accent)
        )
        return [drawing, Paragraph(marked_up(caption), self._styles["caption"])]

    def _contents(self, block: Block) -> list[Flowable]:
        right = ParagraphStyle("right", self._styles["contents"], alignment=TA_RIGHT)
        rows = [[Paragraph(f'<a href="#page-{page.number}">{marked_up(page.title)}</a>', self._styles["contents"]),
                 Paragraph(str(page.number), right)] for page in self._pages[2:] if page.title]  # fmt: skip
        table = Table(rows, colWidths=[style.TEXT_WIDTH - 40, 40])
        table.setStyle(TableStyle([
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, style.RULE), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2),
        ]))  # fmt: skip
        return [table, Spacer(0, 8)]

    def _index(self, block: Block) -> list[Flowable]:
        """Return the index in columns, read down each column."""
        places: dict[str, list[int]] = {}
        for page in self._pages:
            for term in page.index_terms:
                places.setdefault(term, []).append(page.number)
        lines = [f"{marked_up(term)}, {', '.join(map(str, places[term]))}" for term in sorted(places, key=str.casefold)]
        depth = -(-len(lines) // _INDEX_COLUMNS)
        columns = [[Paragraph(line, self._styles["index"]) for line in lines[start : start + depth]]
                   for start in range(0, len(lines), depth)]  # fmt: skip
        table = Table([columns], colWidths=[style.TEXT_WIDTH / _INDEX_COLUMNS] * len(columns))
        table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                                   ("RIGHTPADDING", (0, 0), (-1, -1), 9)]))  # fmt: skip
        return [table]
