"""Makes the four manuals and their page texts again: python datasets/manuals/make.py [folder]

Needs the extra `datasets` (reportlab, Pillow) and pypdf. The same versions write the same bytes (`invariant=1` in
https://docs.reportlab.com/reportlab/userguide/ch2_graphics/); other ones may compress differently, with the same pages.
It does not lay pages out by itself: what does not fit on its page is an error.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from pypdf import PdfReader
from reportlab.lib.colors import HexColor

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the recipe lies beside this file and is no installed package

from manual_recipe.layout import Typesetter  # noqa: E402
from manual_recipe.source import Page, read_manual  # noqa: E402
from manual_recipe.style import Edition, register_fonts  # noqa: E402

EDITIONS = (
    Edition("manual-one", "Brewline One", "Compact espresso machine", HexColor("#5c7460"), 16),
    Edition("manual-duo", "Brewline Duo", "Espresso machine with two boilers", HexColor("#2f5673"), 24),
    Edition("manual-grind", "Brewline Grind", "Coffee grinder with conical burrs", HexColor("#7a5539"), 12),
    Edition("manual-pro", "Brewline Pro", "Plumbed-in espresso machine for offices", HexColor("#3d4654"), 28),
)
PICTURE_ONLY = {("manual-one", 9), ("manual-duo", 14), ("manual-duo", 15), ("manual-grind", 6), ("manual-grind", 11),
                ("manual-pro", 17), ("manual-pro", 27)}  # fmt: skip


def make(folder: Path) -> dict[str, dict[int, float]]:
    """Write the PDFs and pages.jsonl into the folder; return the empty height of each page in points, by manual."""
    register_fonts()
    spare: dict[str, dict[int, float]] = {}
    with (folder / "pages.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for edition in EDITIONS:
            pages: tuple[Page, ...] = read_manual(HERE / "source" / f"{edition.manual}.md")
            path = folder / f"{edition.manual}.pdf"
            spare[edition.manual] = Typesetter(edition, pages).write(path)
            for line in page_lines(edition.manual, path):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return spare


def page_lines(manual: str, path: Path) -> list[dict[str, object]]:
    """Return one entry a page: the text that pypdf finds, and whether a fact stands only in the page's picture."""
    return [
        {
            "manual": manual,
            "page": number,
            "text": page.extract_text(),
            "picture_only": (manual, number) in PICTURE_ONLY,
        }
        for number, page in enumerate(PdfReader(path).pages, start=1)
    ]


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS for the PDFs and pages.jsonl, in the form that `sha256sum -c` reads."""
    names = sorted([f"{edition.manual}.pdf" for edition in EDITIONS] + ["pages.jsonl"])
    sums = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for manual, pages in make(target).items():
        print(manual, " ".join(f"{page}:{height:.0f}" for page, height in pages.items()))
    write_checksums(target)
