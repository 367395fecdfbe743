"""Every table of the printed manuals is read as one, and no drawing is taken for a table."""

from pathlib import Path

import pytest

from stages.s2_llms.brewline import DATASETS
from stages.s3_rag.documents import read

MANUALS = DATASETS / "manuals"


@pytest.mark.parametrize("path", sorted(MANUALS.glob("*.pdf")), ids=lambda path: path.stem)
def test_as_many_tables_are_read_as_the_manual_was_set_with(path: Path) -> None:
    source = (MANUALS / "source" / f"{path.stem}.md").read_text("utf-8")
    assert read(path, MANUALS).text.count("\n|---") == source.count("\n|---") + source.count("\n| ---")


def test_a_row_of_the_codes_stands_on_one_line() -> None:
    text = read(MANUALS / "manual-duo.pdf", MANUALS).text
    row = "| E03 | Steam sensor: above 200 kΩ or below 1 kΩ | Steam boiler off in the menu; coffee still works | yes |"
    assert row in text.splitlines()
