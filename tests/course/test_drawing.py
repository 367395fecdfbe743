"""The drawings of the course: reproducible, readable without eyes, and on any background."""

import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from course.drawing import LOOKS, Page

DRAWINGS = Path(__file__).resolve().parents[2] / "notebooks" / "drawings"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("script", sorted(DRAWINGS.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_draws_the_committed_file(script: Path, tmp_path: Path) -> None:
    copy = tmp_path / script.name
    copy.write_bytes(script.read_bytes())
    runpy.run_path(str(copy))
    assert copy.with_suffix(".svg").read_bytes() == script.with_suffix(".svg").read_bytes()


@pytest.mark.parametrize("drawing", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_a_drawing_says_in_words_what_it_shows_and_brings_its_own_paper(drawing: Path) -> None:
    root = ET.parse(drawing).getroot()
    described = [root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc")]
    assert root.get("role") == "img"
    assert len(described[0]) > 8
    assert len(described[1].split()) > 20
    paper = root.find(f"{SVG}rect")
    assert paper is not None
    assert paper.get("fill") == "#ffffff"
    assert not root.findall(f".//{SVG}image")


@pytest.mark.parametrize("drawing", sorted(DRAWINGS.glob("*.svg")), ids=lambda path: path.stem)
def test_nothing_is_drawn_beyond_the_page(drawing: Path) -> None:
    root = ET.parse(drawing).getroot()
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for box in root.iter(f"{SVG}rect"):
        left, top, wide, high = (float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
        assert left >= 0
        assert top >= 0
        assert left + wide <= width
        assert top + high <= height


def test_kinds_differ_in_more_than_colour() -> None:
    shapes = {(look.width, look.dash, look.radius) for look in LOOKS.values()}
    assert len(shapes) == len(LOOKS)


def test_words_with_signs_of_their_own_are_escaped() -> None:
    page = Page(100, 50, "A & B", "x < y")
    page.text(10, 10, "a < b & c")
    assert ET.fromstring(page.svg()).findtext(f"{SVG}text") == "a < b & c"
