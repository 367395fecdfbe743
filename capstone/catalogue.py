"""What is in the index, document by document: titles, versions, days, languages, and the texts for whoever opens one.

It reads one generation of the index and changes nothing. How the index is kept: stages/s3_rag/store.py
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from stages.s3_rag import store

from .reader import named

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "German", "es": "Spanish", "": "not said"}


@dataclass(frozen=True)
class Entry:
    """One document. `pages` are the places in `text` where each page begins, none for an article."""

    id: str
    file: str
    title: str
    text: str
    updated: date | None
    language: str
    pages: tuple[int, ...]
    products: tuple[str, ...]
    version: str
    passages: int

    @property
    def body(self) -> str:
        """The text without the line that repeats the title."""
        return self.text.removeprefix(f"# {self.title}").lstrip("\n")

    @property
    def about(self) -> str:
        """Version, day and products in a line.

        >>> Entry("a", "a.md", "A", "", date(2026, 11, 2), "en", (), ("Brewline One",), "3", 1).about
        'Version 3 · updated 2 November 2026 · for Brewline One'
        """
        parts = [f"Version {self.version}" if self.version else "", f"updated {day(self.updated)}"]
        parts += [f"for {', '.join(self.products)}"]
        return " · ".join(
            part for part, told in zip(parts, (self.version, self.updated, self.products), strict=True) if told
        )

    def page(self, number: int) -> str:
        """The text of a page, counted from 1; "" where there is no such page."""
        if not 1 <= number <= len(self.pages):
            return ""
        end = self.pages[number] if number < len(self.pages) else len(self.text)
        return self.text[self.pages[number - 1] : end].strip()


def day(when: date | None) -> str:
    """A day as people write it.

    >>> day(date(2026, 11, 2)), day(None)
    ('2 November 2026', 'not said')
    """
    return f"{when.day} {when:%B %Y}" if when else "not said"


def language(tag: str) -> str:
    """A language's English name.

    >>> language("en-GB"), language("fr")
    ('English', 'fr')
    """
    return LANGUAGES.get(tag[:2], tag)


def read(folder: Path) -> dict[str, Entry]:
    """All documents of the current generation, by id.

    Raises:
        NoIndex: there is none.
    """
    counted = "(select count(*) from chunks where document = documents.id)"
    columns = f"id, file, title, text, updated, language, pages, attributes, {counted}"
    with store.reading(folder) as db:
        rows = db.execute(f"select {columns} from documents order by id").fetchall()
    return {row[0]: _entry(*row) for row in rows}


def unreadable(folder: Path) -> dict[str, str]:
    """{file: reason} of what could not be indexed.

    Raises:
        NoIndex: as `read`.
    """
    with store.reading(folder) as db:
        return dict(db.execute("select file, reason from unreadable order by file").fetchall())


def _entry(
    id: str, file: str, title: str, text: str, updated: date | None, language: str, pages: list[int], head: str, n: int
) -> Entry:
    told: dict[str, Any] = json.loads(head)
    listed = told.get("products")
    products = tuple(map(str, listed)) if isinstance(listed, list) else named(title)
    return Entry(id, file, title, text, updated, language, tuple(pages), products, str(told.get("version", "")), n)
