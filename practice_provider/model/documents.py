"""Reads files that come with a request: plain text as one passage, a PDF as one passage for each page.

A PDF's words and simple tables are read as they stand in the file. Nothing is recognised in pictures: a scanned page
is said to be one. Reading stops after 200 pages, 20 MB or ten seconds, and says so.
The format: https://pdfa.org/resource/iso-32000-2/
"""

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..core import Document
from .context import Passage, opened
from .page_text import markdown

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES, MOST_BYTES, MOST_SECONDS = 200, 20_000_000, 10.0
MOST_STREAM_BYTES = 2_000_000  # of one page's drawing orders: a page of words has a few thousand
PDF = "application/pdf"


@dataclass(frozen=True)
class Opened:
    """What a file gave: its passages, a line for what could not be read, and how many pages were looked at."""

    passages: tuple[Passage, ...] = ()
    problems: tuple[str, ...] = ()
    pages: int = 0


def is_readable(document: Document) -> bool:
    """Whether a file is of a kind that is read here, and came with its bytes."""
    return bool(document.data) and (document.media_type.startswith("text/") or document.media_type == PDF)


def read(document: Document) -> Opened:
    """Read a file of a readable kind."""
    if document.media_type != PDF:
        text = document.data.decode("utf-8", errors="replace")
        return Opened((opened(Passage(text, document.title, document.title or "", "document")),))
    name = document.title or "the PDF"
    if len(document.data) > MOST_BYTES:
        return Opened(problems=(f"I can't read {name}: {len(document.data):,} bytes, of {MOST_BYTES:,} at most.",))
    return _read_pdf(document.data, document.title or "")


@lru_cache(maxsize=4)
def _read_pdf(data: bytes, title: str) -> Opened:
    from pypdf import PdfReader  # a tenth of a second and 15 MB that only those who send a PDF should pay
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a damaged file is told to the client, not to the log
    name = title or "the PDF"
    damaged = Opened(problems=(f"I can't read {name}: it is not a whole PDF file ({len(data):,} bytes).",))
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return Opened(problems=(f"I can't read {name}: it is locked with a password.",))
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return damaged
    texts = list(_texts(reader, min(count, MOST_PAGES)))
    return _told(texts, count, title)


def _texts(reader: "PdfReader", count: int) -> Iterator[str]:
    """The pages as Markdown, as many as there is time for; "" for a page without words or with broken ones."""
    until = time.monotonic() + MOST_SECONDS
    for number in range(count):
        if time.monotonic() > until:
            return
        yield _text(reader, number)


def _text(reader: "PdfReader", number: int) -> str:
    from pypdf.errors import PyPdfError

    try:
        page = reader.pages[number]
        if _is_huge(page):
            return ""
        return markdown(page.extract_text(extraction_mode="layout"))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ZeroDivisionError):
        return ""


def _is_huge(page: "PageObject") -> bool:
    contents = page.get_contents()
    return contents is not None and len(contents.get_data()) > MOST_STREAM_BYTES


def _told(texts: list[str], count: int, title: str) -> Opened:
    name = title or "the PDF"
    pages = [Passage(text, f"page {n}", title, "document") for n, text in enumerate(texts, start=1) if text.strip()]
    if title:
        pages = [replace(page, id=f"{title}, {page.id}") for page in pages]
    wordless = [str(number) for number, text in enumerate(texts, start=1) if not text.strip()]
    problems = []
    if wordless and not pages:
        problems.append(f"I can't read {name}: its pages hold pictures, but no text. A scan has to be made text first.")
    elif wordless:
        problems.append(f"I can't read page {', '.join(wordless)} of {name}: a picture, without any text.")
    if len(texts) < count:
        problems.append(f"I read the first {len(texts)} of the {count} pages of {name}.")
    return Opened(tuple(pages), tuple(problems), len(texts))
