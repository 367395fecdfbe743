"""The tables of a PDF page: those with a shaded head and horizontal rules, and those in boxes.

Many printers draw horizontal lines only: there a row is what stands between two rules, and columns part where no
letter stands. Boxes are read by pdfplumber; drawings and charts have boxes too, so what is mostly empty is no table.
What is drawn in another way stays words of the page. Heights are in points from the top.
Compare https://github.com/jsvine/pdfplumber#extracting-tables
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

GAP = 6  # points without a letter, over the whole height of a table, that part two columns
WIDE = 0.5  # of a page's width: what is shorter belongs to a drawing
FILLED = 0.6  # of the cells of a table in boxes have words
_NEAR = 1.5  # points between lines that are one


@dataclass(frozen=True)
class Table:
    """A table: where it stands, and its cells, row by row."""

    top: float
    bottom: float
    rows: list[list[str]]


def find(page: Any) -> list[Table]:
    """The tables of a page, from top to bottom; none overlaps another."""
    found = [Table(edges[0], edges[-1], rows(page, edges)) for edges in ruled(page)]
    for box in page.find_tables():
        cells = [[" ".join((cell or "").split()) for cell in row] for row in box.extract()]
        table = Table(max(0.0, box.bbox[1]), min(float(page.height), box.bbox[3]), cells)
        if _is_filled(cells) and not any(one.top < table.bottom and table.top < one.bottom for one in found):
            found.append(table)
    return sorted(found, key=lambda one: one.top)


def _is_filled(cells: Sequence[Sequence[str]]) -> bool:
    """Two rows and columns at least, and words in most of the cells?"""
    count = sum(map(len, cells))
    return len(cells) > 1 and len(cells[0]) > 1 and sum(map(bool, chain(*cells))) >= FILLED * count


def ruled(page: Any) -> Iterator[list[float]]:
    """The heights of each table from the top of its head to its last rule; rows stand between two of them."""
    wide = WIDE * page.width
    rules = sorted({round(line["top"], 1) for line in page.lines if line["width"] > wide})
    shaded = [box for box in page.rects if box["width"] > wide and _at(box["bottom"], rules)]
    heads = sorted({round(box["top"], 1) for box in shaded if not _at(box["top"], rules)})
    for top, end in pairwise([*heads, page.height]):
        edges = [top, *(rule for rule in rules if top < rule < end)]
        if len(edges) > 2:
            yield edges


def _at(height: float, rules: Sequence[float]) -> bool:
    return any(abs(height - rule) < _NEAR for rule in rules)


def rows(page: Any, edges: Sequence[float]) -> list[list[str]]:
    """The cells of a table, row by row."""
    words = [word for word in page.extract_words() if edges[0] - 1 < word["top"] < edges[-1]]
    cuts = _cuts(words)
    found: list[list[list[str]]] = [[[] for _ in range(len(cuts) + 1)] for _ in edges[1:]]
    for word in words:
        row = sum(word["top"] > edge - 1 for edge in edges) - 1
        found[min(row, len(found) - 1)][sum(word["x0"] > cut for cut in cuts)].append(word["text"])
    return [[" ".join(cell) for cell in row] for row in found]


def _cuts(words: Sequence[dict[str, Any]]) -> list[float]:
    cuts, right = list[float](), None
    for left, end in sorted((word["x0"], word["x1"]) for word in words):
        if right is not None and left - right > GAP:
            cuts.append((right + left) / 2)
        right = max(right or 0.0, end)
    return cuts
