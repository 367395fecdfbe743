"""Turns the text of a page, laid out with spaces, into Markdown: headings, paragraphs, lists and simple tables.

Cells stand two or more spaces apart and begin where the cells of the table's first line begin. A row may go on in
the lines directly below it. Merged cells, tables without a first line of names, and text in two columns are not
understood. What layout mode gives: https://pypdf.readthedocs.io/en/stable/user/extract-text.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CELL = re.compile(r"\S+(?: \S+)*")
_LIST = re.compile(r"\s*(?:[-*•+–]|\(?\d{1,2}[.)])\s")
_TORN = re.compile(r"(?<=\w)-\n[ \t]*(?=[a-zäöüß])")
_LONGEST_CELL, _LONGEST_HEADING = 60, 70
_ALIGNED = 3  # spaces that a cell may begin before its column


@dataclass(frozen=True)
class _Cell:
    text: str
    start: int


@dataclass(frozen=True)
class _Row:
    """The cells of a row; the first `own` of them stand in its first line."""

    cells: Sequence[_Cell]
    own: int


def markdown(page: str) -> str:
    """Give the page as Markdown.

    >>> print(markdown("Parts\\n\\n Part    Price\\n Tank    24 euros\\n Seal     9 euros"))
    ## Parts
    <BLANKLINE>
    | Part | Price |
    | Tank | 24 euros |
    | Seal | 9 euros |
    """
    blocks = [block for block in re.split(r"\n[ \t]*\n", page.expandtabs().rstrip()) if block.strip()]
    told, held = list[str](), list[list[str]]()
    for block in [*blocks, ""]:
        lines = [line for line in block.splitlines() if line.strip()]
        if lines and _may_be_rows(lines):
            held.append(lines)
            continue
        told += _table_or_words(held)
        held = []
        if lines:
            told.append(_words(lines))
    return "\n\n".join(told)


def _may_be_rows(lines: Sequence[str]) -> bool:
    cells = _cells(lines[0])
    return len(cells) > 1 and not _LIST.match(lines[0]) and max(len(c.text) for c in cells) <= _LONGEST_CELL


def _cells(line: str) -> list[_Cell]:
    return [_Cell(match[0], match.start()) for match in _CELL.finditer(line)]


def _table_or_words(blocks: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table, where there are at least two rows; else the words of the lines."""
    rows = list(_rows(blocks))
    if len(rows) < 2:
        yield from (" ".join(cell.text for cell in row.cells) for row in rows)
        return
    yield "\n".join(f"| {' | '.join(row)} |" for row in _aligned(rows))


def _rows(blocks: Sequence[Sequence[str]]) -> Iterator[_Row]:
    """A line is a row of its own unless it goes on with the row directly above: then it lacks most of its cells."""
    first = _cells(blocks[0][0])[0].start if blocks else 0
    for lines in blocks:
        row = _cells(lines[0])
        own = len(row)
        for line in lines[1:]:
            cells = _cells(line)
            if len(cells) > 1 and cells[0].start <= first + _ALIGNED:
                yield _Row(row, own)
                row, own = [], len(cells)
            row += cells
        yield _Row(row, own)


def _aligned(rows: Sequence[_Row]) -> Iterator[list[str]]:
    """Put every cell into the column whose beginning is the last one before its own."""
    widest = max(rows[:2], key=lambda row: row.own)
    starts = [cell.start for cell in widest.cells[: widest.own]]
    for row in rows:
        columns = [list[str]() for _ in starts]
        for cell in row.cells:
            place = max((i for i, start in enumerate(starts) if start <= cell.start + _ALIGNED), default=0)
            columns[place].append(cell.text.replace("|", "/"))
        yield [" ".join(column) for column in columns]


def _words(lines: Sequence[str]) -> str:
    text = _TORN.sub("-", "\n".join(line.strip() for line in lines))
    is_heading = len(lines) == 1 and len(text) <= _LONGEST_HEADING and text[0].isupper() and text[-1] not in ".!?:;,"
    return f"## {text}" if is_heading and not _LIST.match(text) else re.sub(r"[ ]{2,}", " ", text)
