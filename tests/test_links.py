"""Every link to a file, a heading or a picture of ours, in Markdown and in notebooks, leads somewhere.

Addresses on the web are not fetched: the tests never leave this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".venv", ".cache", ".course", ".git", ".ipynb_checkpoints", "node_modules", ".pytest_cache", "shared"}

NOT_A_PAGE = ROOT / "datasets" / "manuals" / "source"  # text for the manuals' own layout, where a picture is a drawing

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
MARKDOWN_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HTML_LINK = re.compile(r"""<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=["']([^"']+)["']""")
HTML_ANCHOR = re.compile(r"""<[a-z]+\b[^>]*?\b(?:id|name)=["']([^"']+)["']""")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)


def documents() -> list[Path]:
    """Return every Markdown file and notebook of the repository."""
    found = (path for suffix in ("*.md", "*.ipynb") for path in ROOT.rglob(suffix))
    ours = (path for path in found if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts))
    return sorted(path for path in ours if NOT_A_PAGE not in path.parents)


@cache
def prose(path: Path) -> str:
    """Return the Markdown of a file or of a notebook's text cells, without code."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return INLINE_CODE.sub("``", FENCE.sub("", text))


def targets(text: str) -> Iterator[str]:
    for pattern in (MARKDOWN_LINK, REFERENCE, HTML_LINK):
        yield from pattern.findall(text)


def anchor(heading: str) -> str:
    """Return the anchor that code-hosting pages make of a heading.

    >>> anchor("What it costs, and why")
    'what-it-costs-and-why'
    """
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return all anchors of a document; notebooks also have theirs in Jupyter's spelling, with capitals."""
    text = FENCE.sub("", path.read_text("utf-8")) if path.suffix == ".md" else prose(path)
    headings = HEADING.findall(text)
    names = [anchor(heading) for heading in headings]
    numbered = [f"{name}-{names[:place].count(name)}" for place, name in enumerate(names) if name in names[:place]]
    jupyter = [heading.replace(" ", "-") for heading in headings]
    return frozenset([*names, *numbered, *jupyter, *HTML_ANCHOR.findall(text)])


def problem(document: Path, target: str) -> str | None:
    """Return what is wrong with a link of this document, None if it is good or leads to the web."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    if parts.path.startswith("/"):
        return f"{target}: a path from the root works on no page; write it relative to the document"
    goal = (document.parent / unquote(parts.path)).resolve() if parts.path else document
    if not goal.exists():
        return f"{target}: no such file"
    if not goal.is_relative_to(ROOT):
        return f"{target}: outside the repository"
    if parts.fragment and goal.suffix in {".md", ".ipynb"} and unquote(parts.fragment) not in anchors(goal):
        return f"{target}: no such heading"
    return None


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [found for target in targets(prose(document)) if (found := problem(document, target))] == []


def test_the_pages_that_everybody_reads_are_among_them() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in documents()}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "notebooks/00_start_here.ipynb"} <= names


def test_a_picture_in_a_notebook_has_alt_text() -> None:
    empty = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=[\"'][^\"']+)[^>]*>")
    assert [str(path.relative_to(ROOT)) for path in documents() if empty.search(prose(path))] == []


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("https://example.com/x", None),
        ("CONTRIBUTING.md#tests", None),
        ("CONTRIBUTING.md#no-such-heading", "no such heading"),
        ("missing.md", "no such file"),
        ("/LICENSE", "from the root"),
        ("../outside.md", "no such file"),
    ],
)
def test_a_bad_link_is_found(target: str, wrong: str | None) -> None:
    found = problem(ROOT / "README.md", target)
    assert found is None if wrong is None else found is not None and wrong in found


def test_links_are_read_from_markdown_references_and_html_but_not_from_code() -> None:
    text = 'A [b](c.md "t") ![d](e.svg)\n\n[f]: g.md\n\n<a href="h.md">i</a> `[no](j.md)`\n\n```\n[no](k.md)\n```\n'
    assert set(targets(INLINE_CODE.sub("", FENCE.sub("", text)))) == {"c.md", "e.svg", "g.md", "h.md"}
