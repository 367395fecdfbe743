"""Reads files into documents: Markdown, plain text, HTML and PDF, with titles, dates, pages and who may see them.

Whatever the file was, `text` is Markdown: tables of a PDF and of a web page become Markdown tables. A file that cannot
be used raises `Unreadable` with its name and the reason, so that the others can go on. Scanned pages have no text here.
Source for YAML heads in Markdown: https://jekyllrb.com/docs/front-matter/
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from stages.s2_llms.errors import CourseError

from . import tables

MOST_BYTES = 50_000_000
PUBLIC = "public"
_HEAD = re.compile(r"\A---\s*\n(?P<head>.*?)\n---\s*\n", re.DOTALL)
_TITLE = re.compile(r"^#{1,2}[ \t]+(?P<title>.+?)[ \t]*#*$", re.MULTILINE)
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_READS_AS_TEXT = 8_192  # bytes in which a binary file shows itself by a zero


class Unreadable(CourseError):
    """A file that cannot be indexed; the message begins with its name and ends with what to do."""


@dataclass(frozen=True)
class Document:
    """One file. `pages` are the places in `text` where each page begins, empty where there are none.

    `access` are the labels of those who may see it; `attributes` what else its head says, for filters.
    """

    id: str
    title: str
    text: str
    updated: date | None = None
    language: str = ""
    access: tuple[str, ...] = (PUBLIC,)
    pages: tuple[int, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """A checksum of everything that counts: another one means that the document has changed."""
        told = repr((self.title, self.text, self.updated, self.language, self.access, sorted(self.attributes.items())))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Listing:
    """What lies in a folder. `others` counts what has no reader, by ending; `closed` are folders that cannot be listed.

    A closed folder is not an empty one: what was indexed of it before is to stay.
    """

    files: list[Path] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    closed: dict[str, str] = field(default_factory=dict)  # name → reason


def listing(folder: Path) -> Listing:
    """The files of a folder that have a reader, sorted; hidden ones and links to folders are left out."""
    found = Listing()

    def cannot(exc: OSError) -> None:
        name = Path(exc.filename).relative_to(folder).as_posix()
        found.closed[name] = f"{name}: {exc.strerror}. Check that you may open this folder; what it held is kept."

    for here, folders, names in os.walk(folder, onerror=cannot):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            ending = Path(name).suffix.lower()
            if ending in READERS:
                found.files.append(Path(here, name))
            else:
                found.others[ending or "no ending"] += 1
    return found


def read(path: Path, folder: Path) -> Document:
    """Read one file; its id is its head's, else its path below the folder.

    Raises:
        Unreadable: it is empty, too large, binary, encrypted or broken, or changed while it was read.
    """
    name = path.relative_to(folder).as_posix()
    try:
        before = path.stat()
        data = path.read_bytes() if before.st_size <= MOST_BYTES else b""
        after = path.stat()
    except OSError as exc:
        raise Unreadable(f"{name}: {exc.strerror or exc}. Check that it is there and that you may read it.") from exc
    if before.st_size > MOST_BYTES:
        raise Unreadable(f"{name}: {before.st_size:,} bytes are more than {MOST_BYTES:,}. Split it.")
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise Unreadable(f"{name}: it changed while it was read. Sync again.")
    found = READERS[path.suffix.lower()](name, data)
    if not found.text.strip():
        raise Unreadable(f"{name}: it has no text. An image or a scan has to be transcribed first.")
    return found


def _markdown(name: str, data: bytes) -> Document:
    text = _decoded(name, data)
    match = _HEAD.match(text)
    if match is None:
        return _from_text(name, text)
    try:
        head = yaml.safe_load(match["head"])
    except yaml.YAMLError as exc:
        raise Unreadable(f"{name}: its head is no YAML ({str(exc).splitlines()[0]}). Mend or remove it.") from exc
    if not isinstance(head, dict):
        raise Unreadable(f"{name}: its head is {head!r}, it should be 'name: value' lines. Mend or remove it.")
    return _with_head(name, head, text[match.end() :].strip())


def _with_head(name: str, head: dict[str, Any], text: str) -> Document:
    plain = _from_text(name, text)
    updated, access = head.pop("updated", None), head.pop("access", PUBLIC)
    labels = access if isinstance(access, list) else [access]
    return Document(
        id=str(head.pop("id", plain.id)),
        title=str(head.pop("title", plain.title)),
        text=text,
        updated=updated if isinstance(updated, date) else None,
        language=str(head.pop("language", "")),
        access=tuple(sorted(map(str, labels))),
        attributes=head,
    )


def _plain(name: str, data: bytes) -> Document:
    return _from_text(name, _decoded(name, data))


def _from_text(name: str, text: str) -> Document:
    title = _TITLE.search(text)
    return Document(
        name, title["title"] if title else Path(name).stem.replace("_", " ").replace("-", " "), text.strip()
    )


def _html(name: str, data: bytes) -> Document:
    from bs4 import BeautifulSoup
    from markdownify import markdownify

    soup = BeautifulSoup(data, "html.parser")
    for part in soup(["script", "style", "nav", "noscript", "template"]):
        part.decompose()
    body = soup.find("main") or soup.find("article") or soup.body or soup
    text = re.sub(r"\n{3,}", "\n\n", markdownify(str(body), heading_style="ATX")).strip()
    title = soup.title.get_text(strip=True) if soup.title else ""
    plain = _from_text(name, text)
    return Document(name, title or plain.title, text)


def _pdf(name: str, data: bytes) -> Document:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            told = str((pdf.metadata or {}).get("Title") or "").strip()
            texts = [_page(page) for page in pdf.pages]
    except (PdfminerException, PDFException, ValueError, KeyError, TypeError) as exc:
        cause = exc.args[0] if exc.args else exc
        if isinstance(exc, PDFPasswordIncorrect) or isinstance(cause, PDFPasswordIncorrect):
            raise Unreadable(f"{name}: it is encrypted. Save a copy without a password.") from exc
        raise Unreadable(f"{name}: it is no sound PDF ({cause}). Print it to a new PDF.") from exc
    pages, joined = list[int](), ""
    for text in texts:
        pages.append(len(joined))
        joined += f"{text}\n\n"
    return Document(name, told or Path(name).stem.replace("-", " "), joined.rstrip(), pages=tuple(pages))


def _page(page: Any) -> str:
    """The words of a page, with its tables as Markdown where they stand."""
    parts, below = list[str](), 0.0
    for table in tables.find(page):
        parts += [_words(page, below, table.top), _table(table.rows)]
        below = table.bottom
    return "\n\n".join(part for part in [*parts, _words(page, below, page.height)] if part)


def _words(page: Any, top: float, bottom: float) -> str:
    return (page.crop((0, top, page.width, bottom)).extract_text() or "").strip() if bottom > top else ""


def _table(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + "---|" * len(rows[0]), *lines[1:]])


def _decoded(name: str, data: bytes) -> str:
    encoding = next((encoding for mark, encoding in _BOMS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in data[:_READS_AS_TEXT]:
        raise Unreadable(f"{name}: it is binary, not text. Remove it, or give it its right ending.")
    try:
        return data.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        raise Unreadable(
            f"{name}: byte {data[exc.start]:#04x} at {exc.start} is not {encoding.upper()}. Save it as UTF-8."
        ) from exc


READERS: Mapping[str, Callable[[str, bytes], Document]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}
"""A row for each ending: add yours."""
