"""The grid in practice_provider/README.md: which API can do what, and how its SDK shows each failure.

python tests/practice_provider/conformance/grid.py            run the tests, and write what ran into the README
python tests/practice_provider/conformance/grid.py --print    run the tests, and print it

A mark stands in the grid when the test was green in every mode: plain and streamed, synchronous and asynchronous.
test_readme.py proves that the README says what the tests check.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
README = HERE.parents[2] / "practice_provider" / "README.md"
BEGIN = "<!-- The grid: written by tests/practice_provider/conformance/grid.py. -->"
END = "<!-- The end of the grid. -->"
RED, NOTHING = "✗", ""

LEGEND = """\
Each ✓ is a test that ran green through the vendor's own SDK, plain and streamed, synchronous and asynchronous \
(boto3 has no asynchronous client): the model was asked what the client said, the client heard what the model said, \
and every byte fitted the SDK's own types. – is refused in the vendor's words, because the vendor's API does not have \
it. Where a cell is empty, the API or its SDK has no words for it."""
TITLES = {
    "errors": "The exception that each SDK raises for an ordered fault, and the status that it tells:",
    "streams": "What each SDK does when a stream breaks:",
}

Told = tuple[str, str, str, str]  # table, row, column, mark


def render(cells: Iterable[Told]) -> str:
    """Give the three tables as Markdown; a cell with different marks is red.

    >>> print(render([("capabilities", "text", "OpenAI", "✓")]).splitlines()[-1])
    | text | ✓ |
    """
    tables: dict[str, dict[tuple[str, str], str]] = {}
    for table, row, column, mark in cells:
        marks = tables.setdefault(table, {})
        marks[row, column] = mark if marks.get((row, column), mark) == mark else RED
    texts = [LEGEND]
    for name, marks in tables.items():
        texts += [TITLES[name]] if name in TITLES else []
        turned = {(column, row): mark for (row, column), mark in marks.items()}
        texts.append(_table(turned if name in TITLES else marks))
    return "\n\n".join(texts)


def _table(marks: dict[tuple[str, str], str]) -> str:
    rows, columns = (list(dict.fromkeys(place[axis] for place in marks)) for axis in (0, 1))
    lines = [["", *columns], ["---", *(":-:" for _ in columns)]]
    lines += [[row, *(marks.get((row, column), NOTHING) for column in columns)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def between(text: str) -> str:
    """Give what stands between the grid's markers.

    Raises:
        SystemExit: there are no markers.
    """
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{README.name} has no place for the grid: add the lines '{BEGIN}' and '{END}'.")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


class _Cells:
    """A plugin of pytest that notes how the cell of each test ended."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that ended, or one that failed before or after it ran."""
        cell = dict(report.user_properties).get("cell")
        if cell is not None and (report.when == "call" or report.failed):
            table, row, column, mark = cell
            self.told.append((table, row, column, RED if report.failed else mark))


def ran() -> list[Told]:
    """Run the tests, and give their cells; those of red tests have a red mark."""
    cells = _Cells()
    pytest.main([str(HERE / "test_conformance.py"), "-q", "--tb=no"], plugins=[cells])
    return cells.told


def main() -> None:
    """Write the grid."""
    grid = render(ran())
    if "--print" in sys.argv:
        sys.stdout.write(grid + "\n")
        return
    text = README.read_text(encoding="utf-8")
    between(text)
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{grid}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
