"""The Brewline help centre as typed data: Markdown files with a YAML head become frozen `Article`s.

It reads and checks; it does not cut articles into chunks, index or search them (stage 3 does).
Source for YAML heads in Markdown: https://jekyllrb.com/docs/front-matter/
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from .errors import CourseError

HELP_CENTRE = Path(__file__).resolve().parents[2] / "datasets" / "help_centre"


class ArticleError(CourseError):
    """An article's file cannot be used as it is; the message names the file and the fix."""


@dataclass(frozen=True)
class Article:
    """One help-centre article. `body` is its Markdown without the head and without the title line."""

    id: str
    title: str
    version: int
    published: date
    updated: date
    products: tuple[str, ...]
    audience: str
    language: str
    body: str


HEAD_TYPES: Mapping[str, type] = {
    "id": str,
    "title": str,
    "version": int,
    "published": date,
    "updated": date,
    "products": list,
    "audience": str,
    "language": str,
}
"""What each field of a head must be once YAML has read it."""


def load_articles(folder: Path = HELP_CENTRE) -> tuple[Article, ...]:
    """All articles of a folder, sorted by id; README.md is not one of them.

    Raises:
        ArticleError: a file has no head, a field is missing or wrong, an id is not the file's name, or none was found.
    """
    files = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    if not files:
        raise ArticleError(f"No article in {folder}. Restore the folder from the repository.")
    return tuple(read_article(path) for path in files)


def read_article(path: Path) -> Article:
    """The article in this file.

    Raises:
        ArticleError: as `load_articles`.
    """
    try:
        _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
        values = yaml.safe_load(head)
    except (ValueError, yaml.YAMLError) as exc:
        raise ArticleError(f"{path.name} must begin with a YAML head between two lines of '---': {exc}") from exc
    _check(path, values)
    body = text.strip().removeprefix(f"# {values['title']}").strip()
    return Article(**(values | {"products": tuple(values["products"]), "body": body}))


def _check(path: Path, values: Any) -> None:
    """Raise an ArticleError unless the head has every field, no other, and each of its type."""
    expected = {field.name for field in fields(Article)} - {"body"}
    found = set(values) if isinstance(values, dict) else set()
    if found != expected:
        lacking, unknown = sorted(expected - found), sorted(found - expected)
        raise ArticleError(f"{path.name}: the head lacks {lacking} and has unknown {unknown}. Mend its fields.")
    for name, kind in HEAD_TYPES.items():
        if type(values[name]) is not kind:
            raise ArticleError(f"{path.name}: {name} is {values[name]!r}, it must be of type {kind.__name__}.")
    if values["id"] != path.stem:
        raise ArticleError(f"{path.name}: the id is {values['id']!r}, it must be the file's name, {path.stem!r}.")
