"""`course list` and `course progress`: which lessons there are, and what this learner has done in them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from course.paths import home, shown
from course.terminal import columns, say, say_json, wrapped

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]


@dataclass(frozen=True)
class Row:
    """One lesson and what has been done in it."""

    id: str
    title: str
    minutes: int
    file: str
    exercises: int
    solved: int
    tried: int
    last: str | None  # time of the newest check, UTC

    @property
    def state(self) -> str:
        """In a word; a lesson without exercises has none."""
        if not self.exercises:
            return ""
        if self.solved == self.exercises:
            return "done"
        return "begun" if self.tried else "to do"

    def as_json(self) -> dict[str, Any]:
        """All that is known, for a program."""
        return vars(self) | {"state": self.state}


def list_lessons(as_json: Json = False) -> None:
    """List the lessons, done or not.

    \b
    Examples:
      course list
      course list --json

    Exit codes: 0 listed; 1 a notebook's entry cannot be read.
    """
    rows = _rows()
    if as_json:
        say_json([row.as_json() for row in rows])
        return
    say("\n".join(columns([(r.id, f"{r.minutes:>3} min", r.state, r.title) for r in rows])))
    say()
    minutes = sum(row.minutes for row in rows)
    say(wrapped(f"{len(rows)} lessons, {minutes} minutes. `course open {_next(rows)}` opens {_why(rows)}."))


def progress(as_json: Json = False) -> None:
    """Show which exercises you have solved.

    \b
    Examples:
      course progress
      course progress --json

    Exit codes: 0 shown; 1 a notebook's entry cannot be read.
    """
    rows = _rows()
    if as_json:
        solved, total = _sum(rows)
        say_json({"solved": solved, "exercises": total, "lessons": [row.as_json() for row in rows]})
        return
    with_exercises = [row for row in rows if row.exercises]
    say("\n".join(columns([(r.id, f"{r.solved} of {r.exercises}", r.state, r.title) for r in with_exercises])))
    say()
    solved, total = _sum(rows)
    say(wrapped(f"{solved} of {total} exercises solved. `course open {_next(rows)}` opens {_why(rows)}."))


def _rows() -> list[Row]:
    from course.exercises.registry import lesson_ids, load
    from course.lessons import catalogue
    from course.progress import Progress

    summary = Progress(home(os.environ)).summary()
    rows = []
    for lesson in catalogue():
        declared = {exercise.id for exercise in load(lesson.id)} if lesson.id in lesson_ids() else set()
        done = summary.get(lesson.id)
        rows.append(
            Row(
                lesson.id,
                lesson.title,
                lesson.minutes,
                shown(lesson.file),
                len(declared),
                len(declared & done.solved) if done else 0,
                len(declared & done.tried) if done else 0,
                done.last if done else None,
            )
        )
    return rows


def _sum(rows: Iterable[Row]) -> tuple[int, int]:
    """Exercises solved, and exercises there are."""
    return sum(row.solved for row in rows), sum(row.exercises for row in rows)


def _next(rows: list[Row]) -> str:
    """The lesson to go on with: one that is begun, else the first that is not done."""
    for state in ("begun", "to do"):
        for row in rows:
            if row.state == state:
                return row.id
    return rows[0].id


def _why(rows: list[Row]) -> str:
    states = {row.id: row.state for row in rows}
    return {"begun": "the lesson that you have begun", "to do": "the next lesson"}.get(
        states[_next(rows)], "the first page"
    )
