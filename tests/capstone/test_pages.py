"""A page of a manual as a picture: drawn, marked where the answer stands, and honest about what cannot be."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from capstone.pages import MARK, NoPage, draw
from stages.s2_llms.brewline import DATASETS

ONE = DATASETS / "manuals" / "manual-one.pdf"
CLAIM = "Under 20 seconds is much too coarse, or too little coffee: 2 steps finer."


def marked_rows(png: bytes) -> tuple[float, float]:
    """From where to where the picture has the marker's colour, as shares of its height."""
    dots = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    rows = np.flatnonzero((np.abs(dots.astype(int) - MARK).sum(axis=2) < 6).any(axis=1))
    return rows.min() / len(dots), rows.max() / len(dots)


def test_the_row_that_an_answer_quotes_is_marked_and_nothing_else() -> None:
    page = draw(ONE, 7, [CLAIM])
    top, bottom = marked_rows(page.png)
    assert page.marked
    assert 0.55 < top < bottom < 0.60


def test_a_claim_that_is_not_on_the_page_marks_nothing() -> None:
    assert not draw(ONE, 7, ["Zebras graze at dawn near the river."]).marked


def test_a_scanned_page_is_drawn_without_marks() -> None:
    page = draw(DATASETS / "manuals" / "manual-grind.pdf", 11, ["The screws take 2.5 Nm."])
    assert not page.marked
    assert len(page.png) > 10_000


@pytest.mark.parametrize(("name", "content", "number"), [("gone.pdf", None, 1), ("bad.pdf", b"no PDF", 1)])
def test_a_page_that_cannot_be_drawn_says_why(tmp_path: Path, name: str, content: bytes | None, number: int) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NoPage, match=name):
        draw(tmp_path / name, number, [])


def test_a_page_that_does_not_exist_says_so() -> None:
    with pytest.raises(NoPage, match="Page 99"):
        draw(ONE, 99, [])


def test_many_readers_at_once_get_their_pages() -> None:
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda number: draw(ONE, number, [f"claim {number}"]), range(1, 9)))
    assert len({page.png for page in pages}) == 8
