"""The grid in the README says what the tests of this folder check."""

from .cells import CELLS
from .grid import README, RED, between, render


def test_the_grid_in_the_readme_has_every_cell_that_is_tested() -> None:
    written = between(README.read_text(encoding="utf-8"))
    assert written == render(cell.told() for cell in CELLS), "run python tests/practice_provider/conformance/grid.py"


def test_a_cell_with_one_red_mode_is_red() -> None:
    assert f"| text | {RED} |" in render([("capabilities", "text", "A", "✓"), ("capabilities", "text", "A", RED)])
