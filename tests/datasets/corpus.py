"""What the tests of the data share: the passages that can be referred to, and how alike two texts are."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
HELP = DATASETS / "help_centre"
ARTICLES = (HELP, HELP / "library", HELP / "updates" / "changed", HELP / "updates" / "added")


def articles(*folders: Path) -> Iterator[Path]:
    """Give the files of articles."""
    return (path for folder in folders for path in sorted(folder.glob("*.md")) if path.name != "README.md")


def slug(heading: str) -> str:
    """Give GitHub's anchor of a heading.

    >>> slug("E12: the tank – is it in?")
    'e12-the-tank--is-it-in'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def headings(path: Path) -> list[str]:
    """Give the anchors of a file's headings; a repeated one is numbered."""
    seen: dict[str, int] = {}
    anchors = []
    for heading in re.findall(r"^#{1,6} (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        anchor = slug(heading.strip())
        seen[anchor] = seen.get(anchor, -1) + 1
        anchors.append(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
    return anchors


@cache
def passages() -> frozenset[str]:
    """Give every passage that a record may name: an article's heading, or a manual's page."""
    named = {f"{path.stem}#{anchor}" for path in articles(*ARTICLES) for anchor in headings(path)}
    pages = (DATASETS / "manuals" / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in pages]
    return frozenset(named | {f"{row['manual']}#page-{row['page']}" for row in rows})


def words(text: str) -> list[str]:
    """Give the words of a text, in small letters."""
    return re.findall(r"\w+", text.lower())


@cache
def grams(text: str, n: int) -> frozenset[tuple[str, ...]]:
    """Give all runs of n words."""
    found = words(text)
    return frozenset(tuple(found[i : i + n]) for i in range(len(found) - n + 1))


def distinct_share(texts: Iterable[str], n: int = 4) -> float:
    """Give the share of runs of n words that are there once only counted once: 1.0 where nothing is said twice."""
    runs = [tuple(found[i : i + n]) for text in texts for found in [words(text)] for i in range(len(found) - n + 1)]
    return len(set(runs)) / len(runs)


def nearest(first: Sequence[str], second: Sequence[str], n: int = 3) -> tuple[float, str, str]:
    """Give the two texts, one of each side, that share most of their runs of n words, with that share (Jaccard)."""
    theirs = [(text, grams(text, n)) for text in second]
    best = (0.0, "", "")
    for text in first:
        mine = grams(text, n)
        for other, runs in theirs:
            if mine and runs and (shared := len(mine & runs)):
                best = max(best, (shared / len(mine | runs), text, other))
    return best
