"""The four manuals: page counts, what can be read in them, what can only be seen, and that they can be made again."""

from __future__ import annotations

import importlib.util
import json
import re
import zlib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pypdf import PdfReader

MANUALS = Path(__file__).resolve().parents[2] / "datasets" / "manuals"
WORLD = MANUALS.parent / "WORLD.md"
PAGES = {"manual-one": 16, "manual-duo": 24, "manual-grind": 12, "manual-pro": 28}
LETTER = {"manual-one": "O", "manual-duo": "D", "manual-grind": "G", "manual-pro": "P"}
SCANS = {("manual-grind", 11), ("manual-pro", 27)}
CHARTS = {("manual-one", 9), ("manual-duo", 14), ("manual-duo", 15), ("manual-grind", 6), ("manual-pro", 17)}
MADE_WITH = {"reportlab": "4.5.1", "pillow": "12.3.0", "zlib": "1.2.13"}
ONLY_SEEN = (
    r"\b86 ?°C", r"\b3 bar\b(?<!\d\.3 bar)", r"\b0\.9 bar", r"\b1\.1 bar", r"\b1\.3 bar", r"g/s\b",
    r"\b(0\.9|1\.4|2\.0|2\.4) g\b", r"\b10[,.]?000\b", r"\b7[,.]?500\b", r"\b5[,.]?000\b", r"\b3[,.]?500\b",
    r"SN-14", r"BL-B41", r"\bNm\b", r"\b40 cm", r"3\.2 bar",
)  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """The entries of pages.jsonl."""
    return [json.loads(line) for line in (MANUALS / "pages.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    """datasets/manuals/make.py as a module; skipped where the extra `datasets` is not installed."""
    pytest.importorskip("reportlab")
    pytest.importorskip("PIL")
    spec = importlib.util.spec_from_file_location("make_manuals", MANUALS / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(lines: list[dict[str, Any]], manual: str) -> str:
    return " ".join(" ".join(line["text"].split()) for line in lines if line["manual"] == manual)


@pytest.mark.parametrize("manual", PAGES)
def test_a_manual_has_its_pages_a_title_and_bookmarks_that_lead_to_them(manual: str):
    pdf = PdfReader(MANUALS / f"{manual}.pdf")
    assert len(pdf.pages) == PAGES[manual]
    assert pdf.metadata
    assert pdf.metadata.title == f"Brewline {manual.removeprefix('manual-').title()}: manual"
    chapters = [entry for entry in pdf.outline if not isinstance(entry, list)]
    assert len(chapters) >= PAGES[manual] - len(SCANS)
    for chapter in chapters:
        number = pdf.get_destination_page_number(chapter)
        assert number is not None
        assert chapter.title in " ".join(pdf.pages[number].extract_text().split())


def test_every_page_has_one_entry_with_the_text_that_pypdf_finds(lines: list[dict[str, Any]]):
    assert [(line["manual"], line["page"]) for line in lines] == [
        (manual, page) for manual, count in PAGES.items() for page in range(1, count + 1)
    ]
    assert [list(line) for line in lines] == [["manual", "page", "text", "picture_only"]] * len(lines)
    for manual in PAGES:
        pages = PdfReader(MANUALS / f"{manual}.pdf").pages
        assert [page.extract_text() for page in pages] == [line["text"] for line in lines if line["manual"] == manual]


def test_only_scanned_pages_are_without_text(lines: list[dict[str, Any]]):
    assert {(line["manual"], line["page"]) for line in lines if not line["text"].strip()} == SCANS
    for manual, page in SCANS:
        assert len(PdfReader(MANUALS / f"{manual}.pdf").pages[page - 1].images) == 1
    written = [len(line["text"].split()) for line in lines if (line["manual"], line["page"]) not in SCANS]
    assert min(written) >= 35


def test_the_pages_whose_facts_stand_in_a_picture_are_marked(lines: list[dict[str, Any]]):
    assert {(line["manual"], line["page"]) for line in lines if line["picture_only"]} == SCANS | CHARTS


@pytest.mark.parametrize("pattern", ONLY_SEEN)
def test_a_fact_of_a_chart_or_a_scan_stands_in_no_text(lines: list[dict[str, Any]], pattern: str):
    found = [(line["manual"], line["page"]) for line in lines if re.search(pattern, " ".join(line["text"].split()))]
    assert found == []


def test_the_words_inside_a_chart_are_shapes(lines: list[dict[str, Any]]):
    for manual, page in CHARTS:
        text = next(line["text"] for line in lines if (line["manual"], line["page"]) == (manual, page))
        assert re.search(r"Figure \d", text)
        assert not re.search(r"^[\d,.]+$", text.replace(f"\n{page}\n", "\n"), re.MULTILINE)


@pytest.mark.parametrize("manual", PAGES)
def test_a_manual_explains_every_code_of_its_product_and_no_other(lines: list[dict[str, Any]], manual: str):
    rows = re.findall(r"^\| (E\d\d|CAL|RIN) \| ([A-Z ]+) \|", WORLD.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {code for line in lines if line["manual"] == manual
              for code in re.findall(r"^ ?(E\d\d|CAL|RIN)\b *$", line["text"], re.MULTILINE)}  # fmt: skip
    own = {code for code, products in rows if LETTER[manual] in products.split()}
    assert own
    assert own <= listed
    assert not listed - own


def test_every_part_number_is_one_of_the_shops(lines: list[dict[str, Any]]):
    number = re.compile(r"\bBL-[A-Z]{1,3}\d{0,3}\b")
    known = set(number.findall(WORLD.read_text(encoding="utf-8")))
    assert {found for line in lines for found in number.findall(line["text"])} <= known


def test_a_manual_names_no_price(lines: list[dict[str, Any]]):
    assert [(line["manual"], line["page"]) for line in lines if re.search("[£€]", line["text"])] == []


@pytest.mark.parametrize(
    ("manual", "facts"),
    [
        ("manual-one", ["1.6 litres", "90, 92 or 94 °C", "below 88 °C after 4 minutes", "less than 0.3 litres"]),
        ("manual-duo", ["2.4 litres", "15 to 180 minutes", "from BD-2503", "R-2026-01", "both sachets in 2 litres"]),
        ("manual-grind", ["31, from 0 to 30", "300 kg of coffee", "hold the button for 10 seconds"]),
        ("manual-pro", ["own 16 A circuit", "30 to 480 minutes", "4 sachets in 4 litres", "at most 60 cm away"]),
    ],
)
def test_what_the_text_says_can_be_found(lines: list[dict[str, Any]], manual: str, facts: list[str]):
    text = text_of(lines, manual).lower()
    assert [fact for fact in facts if fact.lower() not in text] == []


def test_all_manuals_together_stay_small():
    made = [*MANUALS.glob("*.pdf"), *MANUALS.glob("*.jsonl")]
    assert len(made) == 5
    assert sum(path.stat().st_size for path in made) <= 6_000_000


def test_words_are_set_in_the_embedded_fonts():
    for manual in PAGES:
        used: set[str] = set()

        def note(
            text: str, cm: object, tm: object, font: dict[str, str] | None, size: float, used: set[str] = used
        ) -> None:
            if text.strip() and font:
                used.add(font["/BaseFont"])

        PdfReader(MANUALS / f"{manual}.pdf").pages[2].extract_text(visitor_text=note)
        assert used
        assert all("BitstreamVera" in name for name in used), used


def test_made_again_the_manuals_say_the_same(recipe: ModuleType, tmp_path: Path, lines: list[dict[str, Any]]):
    recipe.make(tmp_path)
    again = [json.loads(line) for line in (tmp_path / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    assert again == lines
    recipe.write_checksums(tmp_path)
    here = {name: version(name) for name in ("reportlab", "pillow")} | {"zlib": zlib.ZLIB_RUNTIME_VERSION}
    if here != MADE_WITH:
        pytest.skip(f"the same bytes come from {MADE_WITH}, here is {here}")
    assert (tmp_path / "SHA256SUMS").read_bytes() == (MANUALS / "SHA256SUMS").read_bytes()


def test_a_page_that_overflows_is_refused(recipe: ModuleType, tmp_path: Path):
    source = tmp_path / "long.md"
    source.write_text("<!-- page 1 -->\n\n# Cover\n\n<!-- page 2 -->\n\n# Long\n\n" + "word " * 3000, encoding="utf-8")
    edition = recipe.Edition("manual-one", "Brewline One", "machine", recipe.EDITIONS[0].accent, 2)
    recipe.register_fonts()
    with pytest.raises(ValueError, match="manual-one, page 2: does not fit"):
        recipe.Typesetter(edition, recipe.read_manual(source)).write(tmp_path / "long.pdf")
