"""Reads the text of a manual: Markdown with one comment line per page.

Only what the manuals use is understood: headings, paragraphs, lists, tables, warning boxes (`>`), pictures and the two
lines `[contents]` and `[index]`. It is no general Markdown reader; https://spec.commonmark.org/ describes one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PAGE = re.compile(r"^<!-- page (\d+) -->$", re.MULTILINE)
_INDEX = re.compile(r"^<!-- index: (.+) -->$", re.MULTILINE)
_WIDTHS = re.compile(r"^<!-- widths: ([\d ]+) -->$")
_PICTURE = re.compile(r"^!\[(.*)\]\(([a-z0-9-]+)\)$", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One paragraph, list, table, box or picture; `lines` holds its text, for a table one entry per cell row."""

    kind: str
    lines: tuple[str, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page as written: its number, blocks and the words under which the index lists it."""

    number: int
    blocks: tuple[Block, ...]
    index_terms: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the page's main heading, or an empty text where it continues the page before."""
        return next((block.lines[0] for block in self.blocks if block.kind == "h1"), "")


def read_manual(path: Path) -> tuple[Page, ...]:
    """Return the pages of one source file in order.

    Raises:
        ValueError: the page comments are not numbered 1, 2, 3 …
    """
    pieces = _PAGE.split(path.read_text(encoding="utf-8"))
    numbers = [int(number) for number in pieces[1::2]]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{path.name}: the page comments count {numbers}; number them from 1 without a gap")
    return tuple(_page(number, text) for number, text in zip(numbers, pieces[2::2], strict=True))


def _page(number: int, text: str) -> Page:
    terms = tuple(term.strip() for line in _INDEX.findall(text) for term in line.split(";"))
    chunks = [chunk.strip("\n") for chunk in re.split(r"\n\s*\n", _INDEX.sub("", text)) if chunk.strip()]
    return Page(number, tuple(_block(chunk) for chunk in chunks), terms)


def _block(chunk: str) -> Block:
    """Return the block that a chunk between two empty lines stands for.

    >>> _block("## Milk").kind, _block("1. Fill\\n2. Wait").lines
    ('h2', ('Fill', 'Wait'))
    """
    widths: tuple[int, ...] = ()
    lines = chunk.splitlines()
    if match := _WIDTHS.match(lines[0]):
        widths, lines = tuple(int(width) for width in match[1].split()), lines[1:]
    if picture := _PICTURE.match(" ".join(lines)):
        return Block("picture", (picture[2], picture[1]))
    if lines[0] in ("[contents]", "[index]"):
        return Block(lines[0].strip("[]"), ())
    for kind, pattern in _KINDS:
        if re.match(pattern, lines[0]):
            return Block(kind, _entries(kind, pattern, lines), widths)
    return Block("text", (" ".join(lines),))


_KINDS = (("h1", r"# "), ("h2", r"## "), ("steps", r"\d+\. "), ("list", r"- "), ("box", r"> "), ("table", r"\|"))


def _entries(kind: str, pattern: str, lines: list[str]) -> tuple[str, ...]:
    if kind == "table":
        return tuple(line for line in lines if not re.match(r"^\|[-|]+\|$", line))
    if kind == "box":
        return (" ".join(line.removeprefix(">").strip() for line in lines),)
    entries: list[str] = []
    for line in lines:
        if re.match(pattern, line):
            entries.append(re.sub("^" + pattern, "", line))
        else:
            entries[-1] += " " + line.strip()
    return tuple(entries)


def cells(row: str) -> list[str]:
    """Return the cells of one table row.

    >>> cells("| E07 | not hot |")
    ['E07', 'not hot']
    """
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
