"""What holds for every lesson: it was run as it stands, has a lesson's shape, and its figures are told in words."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course import notebooks
from course.exercises import load
from course.lessons import read_lesson
from course.paths import NOTEBOOKS, REPOSITORY, notebook_files

LESSONS = notebook_files([NOTEBOOKS])
PARTS = ("You will be able to", "## Key points", "## Self-quiz", "Next:|Back to")
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    book = nbformat.read(path, 4)
    return [cell for cell in book.cells if cell.cell_type == kind]


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


@each_lesson
def test_every_cell_was_run_once_from_top_to_bottom(path: Path) -> None:
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)), f"run it: course notebooks run {path.name}"


@each_lesson
def test_it_holds_nothing_that_changes_from_run_to_run(path: Path) -> None:
    assert notebooks.is_normal(path), f"clean it: course notebooks clean {path.name}"


@each_lesson
def test_no_cell_ends_in_an_error(path: Path) -> None:
    assert not [out for cell in cells(path, "code") for out in cell.outputs if out.output_type == "error"]


@each_lesson
def test_it_has_the_parts_of_a_lesson_in_their_order(path: Path) -> None:
    text = prose(path)
    places = [match.start() if (match := re.search(part, text)) else -1 for part in PARTS]
    assert -1 not in places, dict(zip(PARTS, places, strict=True))
    assert places[0] < max(places[1], places[2]) < places[3]


@each_lesson
def test_it_promises_what_its_entry_says_and_has_three_exercises_and_a_quiz(path: Path) -> None:
    lesson = read_lesson(path)
    promises = re.search(r"You will be able to\n\n((?:\d\. .*\n?)+)", prose(path))
    assert promises
    assert len(promises[1].strip().splitlines()) == len(lesson.objectives)
    assert 2 <= len(lesson.objectives) <= 4
    declared = [exercise.id for exercise in load(lesson.id)]
    assert len(declared) >= 4
    assert declared[-1] == "quiz"
    tested = {name for ids in lesson.objectives for name in ids}
    assert tested <= {*declared[:-1]}, f"no exercise has the id {sorted(tested - {*declared})}"


@each_lesson
def test_every_figure_has_words_for_those_who_cannot_see_it(path: Path) -> None:
    for alt in re.findall(r"!\[(.*?)\]\(", prose(path)):
        assert len(alt.split()) > 6, alt
    book = nbformat.read(path, 4).cells
    for cell, after in zip(book, [*book[1:], None], strict=True):
        plotted = [out for out in cell.get("outputs", ()) if "image/png" in out.get("data", {})]
        assert not plotted or "*The plot" in after.source, cell.source[:80]


@each_lesson
def test_cells_are_short_and_no_line_is_cut_off_on_a_page(path: Path) -> None:
    for cell in cells(path, "code"):
        lines = cell.source.splitlines()
        assert len(lines) <= 24, cell.source[:80]
        assert max(map(len, lines), default=0) <= 100, max(lines, key=len)


@each_lesson
def test_few_outputs_are_left_uncompared_and_no_cell_is_skipped(path: Path) -> None:
    source = "\n".join(cell.source for cell in cells(path, "code"))
    assert source.count("NBVAL_IGNORE_OUTPUT") <= 2
    assert not re.search(r"NBVAL_SKIP|NBVAL_RAISES_EXCEPTION", source)


NOT_A_FIGURE = re.compile(
    r"`[^`]*`"  # code
    r"|!?\[[^\]]*\]\([^)]*\)"  # links and drawings
    r"|^\|.*$"  # tables: what vendors' pages say
    r"|^\d+\. |^#.*$|\bs\d\.\d+\b|about \d+ minutes",
    re.MULTILINE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@each_lesson
def test_every_figure_in_the_prose_stands_in_the_code_or_its_outputs(path: Path) -> None:
    ran = "\n".join(f"{cell.source}\n{cell.outputs}" for cell in cells(path, "code"))
    told = NUMBER.findall(NOT_A_FIGURE.sub("", prose(path)))
    typed = {figure for figure in told if float(figure.replace(",", "")) > 12} - {*NUMBER.findall(ran)}
    assert not typed, f"print them in a cell, or take them out: {sorted(typed)}"


WORDS_PER_MINUTE, CELLS_PER_MINUTE, MINUTES_PER_EXERCISE = 160, 3, 3


@each_lesson
def test_the_minutes_that_it_promises_are_near_what_its_length_says(path: Path) -> None:
    lesson = read_lesson(path)
    reading = len(prose(path).split()) / WORDS_PER_MINUTE + len(cells(path, "code")) / CELLS_PER_MINUTE
    estimate = reading + MINUTES_PER_EXERCISE * (len(load(lesson.id)) - 1)
    assert 0.6 <= lesson.minutes / estimate <= 1.6, f"say about {estimate:.0f} minutes, or change its length"


@each_lesson
def test_its_prose_is_spelt_right(path: Path, tmp_path: Path) -> None:
    (tmp_path / "prose.md").write_text(prose(path), "utf-8")
    check_spelling([tmp_path / "prose.md"])


def test_the_pages_for_readers_are_spelt_right() -> None:
    folders = ("docs", "course", "stages", "capstone", "practice_provider", "notebooks/drawings")
    pages = [page for folder in folders for page in (REPOSITORY / folder).rglob("*.md")]
    pages = [page for page in pages if page.parent.name != "prompts"]  # customers' messages, as they wrote them
    check_spelling([*REPOSITORY.glob("*.md"), *pages, *(REPOSITORY / "course").rglob("*.py")])


def check_spelling(pages: list[Path]) -> None:
    command = [sys.executable, "-m", "codespell_lib", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
