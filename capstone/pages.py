"""A page of a PDF as a picture, with the words that an answer rests on marked.

PDFium draws the page and says where each word stands. It must be used by one thread at a time, so all of this goes
through one lock. Nothing is recognised in pictures: on a scan nothing can be marked.
Source: https://pypdfium2.readthedocs.io
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageDraw

from stages.s2_llms.errors import CourseError

from .marking import ENOUGH, likeness, words

SCALE = 2.2  # pixels for a point of 1/72 inch: sharp on a good screen, about 100 KB for an A5 page
MARK = (255, 224, 138)
MOST_LINES = 6  # that one claim may take
_Box = tuple[float, float, float, float]
_pdfium = threading.Lock()


class NoPage(CourseError):
    """The page cannot be shown; the message says why."""


@dataclass(frozen=True)
class Page:
    """A drawn page as PNG; `marked` says whether anything on it is."""

    png: bytes
    marked: bool


@dataclass(frozen=True)
class _Line:
    words: frozenset[str]
    boxes: tuple[_Box, ...]  # left, bottom, right, top in points, from the page's lower left corner


def draw(file: Path, number: int, claims: Sequence[str]) -> Page:
    """The page, counted from 1, with what the claims rest on marked.

    Raises:
        NoPage: the file is gone or broken, or has no such page.
    """
    try:
        stamp = file.stat().st_mtime_ns
    except OSError as exc:
        raise NoPage(f"{file.name} is not there any more ({exc.strerror}). Sync the documents.") from exc
    return _drawn(file, stamp, number, tuple(claims))


@lru_cache(maxsize=32)
def _drawn(file: Path, stamp: int, number: int, claims: tuple[str, ...]) -> Page:
    try:
        with _pdfium, pypdfium2.PdfDocument(file) as pdf:
            page = pdf[number - 1]
            picture: Image.Image = page.render(scale=SCALE).to_pil().convert("RGB")
            height = page.get_height()
            lines = list(_lines(page.get_textpage()))
    except (pypdfium2.PdfiumError, IndexError) as exc:
        raise NoPage(f"Page {number} of {file.name} cannot be drawn ({exc}). Open the file itself.") from exc
    boxes = [box for claim in claims for line in _best(lines, claim) for box in line.boxes]
    out = BytesIO()
    _marked(picture, boxes, height).save(out, "png", optimize=True)
    return Page(out.getvalue(), bool(boxes))


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """The lines of a page in the order in which they stand in the file."""
    position = 0
    for line in text.get_text_range().splitlines(keepends=True):
        told = line.strip()
        if told:
            boxes = tuple(text.get_rect(i) for i in range(text.count_rects(position, len(line.rstrip()))))
            yield _Line(words(told), boxes)
        position += len(line)


def _best(lines: Sequence[_Line], claim: str) -> Sequence[_Line]:
    """The few lines in a row that together are most like the claim; none where none are like it enough."""
    wanted, best, most = words(claim), (0, 0), ENOUGH
    for start in range(len(lines)):
        for end in range(start + 1, min(start + MOST_LINES, len(lines)) + 1):
            told = frozenset[str]().union(*(line.words for line in lines[start:end]))
            if (like := likeness(wanted, told)) > most:
                best, most = (start, end), like
    return lines[slice(*best)]


def _marked(picture: Image.Image, boxes: Sequence[_Box], height: float) -> Image.Image:
    """The picture as if a highlighter had gone over it: the letters stay black."""
    colour = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(colour)
    for left, bottom, right, top in boxes:
        pen.rectangle(
            ((left - 1) * SCALE, (height - top - 1) * SCALE, (right + 1) * SCALE, (height - bottom + 1) * SCALE), MARK
        )
    return ImageChops.multiply(picture, colour)
