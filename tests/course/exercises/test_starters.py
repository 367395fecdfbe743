"""What stands in a lesson's notebook is the exercises' own starter code, so that "not attempted" is recognised."""

import json

import pytest

from course.exercises import Exercise, lesson_ids, load
from course.lessons import Lesson, catalogue

WITH_EXERCISES = [lesson for lesson in catalogue() if lesson.id in lesson_ids()]


def code_cells(lesson: Lesson) -> list[str]:
    cells = json.loads(lesson.file.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("lesson", WITH_EXERCISES, ids=lambda lesson: lesson.id)
def test_a_notebook_holds_each_starter_and_its_check(lesson: Lesson) -> None:
    cells = code_cells(lesson)
    for number, exercise in enumerate(load(lesson.id), 1):
        if isinstance(exercise, Exercise):
            holding = [n for n, cell in enumerate(cells) if exercise.starter.strip() in cell]
            assert holding, f"{lesson.file.name} has no cell with the starter of {exercise.id}"
            check = f"q{number}.check({exercise.name})"
            assert any(check in cell for cell in cells[holding[-1] :]), f"{lesson.file.name} has no {check}"
        else:
            assert any("quiz.check(" in cell for cell in cells)


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_exercises_belong_to_a_notebook(lesson_id: str) -> None:
    assert lesson_id in [lesson.id for lesson in catalogue()]
