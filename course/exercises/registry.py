"""Which lessons have exercises, and where they are: lesson `s2.1` is the module `s2_1` in this folder.

A lesson's module is imported only when the lesson is begun, so that a hundred lessons cost nothing.
"""

import re
from importlib import import_module
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s2_llms.providers import nearest

from .exercise import Exercise
from .quiz import Quiz

_MODULE = re.compile(r"s(\d+)(?:_(\d+))?")


def lesson_ids() -> tuple[str, ...]:
    """The ids of all lessons that have exercises, in the course's order.

    >>> lesson_ids()[0]
    '0'
    """
    matches = (_MODULE.fullmatch(path.stem) for path in Path(__file__).parent.glob("s*.py"))
    numbers = sorted((int(m[1]), int(m[2] or 0)) for m in matches if m)
    return tuple(f"s{stage}.{number}" if number else str(stage) for stage, number in numbers)


def load(lesson_id: str) -> tuple[Exercise | Quiz, ...]:
    """The exercises of a lesson, in order.

    Raises:
        CourseError: there is no such lesson; the message names the nearest.
    """
    if lesson_id not in lesson_ids():
        raise CourseError(f"There is no lesson {lesson_id!r}. {nearest(lesson_id, lesson_ids())}")
    module = import_module(f"{__package__}.s{lesson_id.removeprefix('s').replace('.', '_')}")
    exercises: tuple[Exercise | Quiz, ...] = module.EXERCISES
    return exercises
