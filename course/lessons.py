"""The catalogue of lessons, read from the notebooks themselves: each carries its own entry in its metadata.

    "metadata": {"course": {"id": "s2.1", "title": "Your first calls", "minutes": 30,
                            "objectives": [["complete"], ["sort-errors"]]}, …}

For each objective, in the order of the lesson's promises, it names the exercises that test it. There is no second
table that could disagree. A notebook without a readable entry is an error that names the file and the fix, because a
lesson that silently drops out of the list is never found again.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from stages.s2_llms.errors import CourseError

from .paths import NOTEBOOKS, shown

ID = re.compile(r"0|s[1-9]\.[1-9][0-9]?")
EXAMPLE = (
    '"course": {"id": "s2.1", "title": "Your first calls", "minutes": 30, '
    '"objectives": [["complete"], ["sort-errors"]]}'
)
FIELDS: dict[str, type] = {"id": str, "title": str, "minutes": int, "objectives": list}


@dataclass(frozen=True)
class Lesson:
    """One lesson: what its notebook says about itself, and where the notebook is.

    `objectives` holds for each objective the ids of the exercises that test it.
    """

    id: str
    title: str
    minutes: int
    objectives: tuple[tuple[str, ...], ...]
    file: Path

    @property
    def order(self) -> tuple[int, ...]:
        """The place in the reading order: the first page ("0") first, then by stage and number."""
        return tuple(int(number) for number in re.findall(r"\d+", self.id))


def catalogue(folder: Path = NOTEBOOKS) -> list[Lesson]:
    """All lessons below the folder, in reading order.

    Raises:
        CourseError: a notebook has no readable entry, or two have the same id.
    """
    files = sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    lessons: dict[str, Lesson] = {}
    for lesson in map(read_lesson, files):
        if lesson.id in lessons:
            first = shown(lessons[lesson.id].file)
            raise CourseError(f"{shown(lesson.file)} and {first} both have the id {lesson.id!r}: give one another id.")
        lessons[lesson.id] = lesson
    return sorted(lessons.values(), key=lambda lesson: lesson.order)


def read_lesson(path: Path) -> Lesson:
    """The entry in one notebook's metadata.

    Raises:
        CourseError: the file is no notebook, or its entry is missing or wrong; the message names file and fix.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        entry = notebook["metadata"]["course"]
    except OSError as exc:
        raise CourseError(f"{shown(path)} cannot be read: {exc.strerror}.") from exc
    except ValueError as exc:
        fix = "Take it back from git, or from your own copy."
        raise CourseError(f"{shown(path)} is not a notebook, or is damaged: {exc}. {fix}") from exc
    except (KeyError, TypeError) as exc:
        raise CourseError(f"{shown(path)} does not say which lesson it is. Add to its metadata: {EXAMPLE}") from exc
    if problem := entry_problem(entry):
        raise CourseError(f"{shown(path)}: in its metadata, {problem}. It should look like {EXAMPLE}")
    objectives = tuple(map(tuple, entry["objectives"]))
    return Lesson(entry["id"], entry["title"], entry["minutes"], objectives, path)


def entry_problem(entry: Any) -> str | None:
    """What is wrong with a notebook's entry, in words; None when nothing is.

    >>> entry_problem({"id": "s2.1", "title": "Your first calls", "minutes": "30", "objectives": [["ask"]]})
    '"course" has minutes=\\'30\\', which is not of type int'
    """
    if not isinstance(entry, Mapping):
        return f'"course" is {entry!r}, not an object'
    for name, kind in FIELDS.items():
        if name not in entry:
            return f'"course" has no "{name}"'
        if not isinstance(entry[name], kind) or isinstance(entry[name], bool):
            return f'"course" has {name}={entry[name]!r}, which is not of type {kind.__name__}'
    if not ID.fullmatch(entry["id"]):
        return f'"course" has id={entry["id"]!r}, which is neither like "s2.1" nor "0", the first page'
    if not entry["title"].strip():
        return '"course" has an empty title'
    if entry["minutes"] < 1:
        return f'"course" has minutes={entry["minutes"]}: write what is true'
    for ids in entry["objectives"]:
        if not isinstance(ids, list) or not ids or not all(isinstance(name, str) for name in ids):
            return f'"course" has an objective {ids!r}: name the exercises that test it, as a list of their ids'
    return None


def find(name: str, lessons: Sequence[Lesson]) -> Lesson:
    """The lesson with this id; `S2.1` and a notebook's file name are understood too.

    Raises:
        CourseError: there is none; the message names the nearest ones.
    """
    wanted = name.strip().lower()
    for lesson in lessons:
        if wanted in (lesson.id, lesson.file.name.lower(), lesson.file.stem.lower(), shown(lesson.file).lower()):
            return lesson
    raise CourseError(f"There is no lesson {name!r}. {_nearest(wanted, lessons)} `course list` shows all of them.")


def _nearest(wanted: str, lessons: Sequence[Lesson]) -> str:
    """A sentence with up to three lessons whose id or title looks like what was typed."""
    labels = {lesson.id: f"{lesson.id} ({lesson.title})" for lesson in lessons}
    labels |= {lesson.title.lower(): labels[lesson.id] for lesson in lessons}
    same_stage = [lesson.id for lesson in lessons if lesson.id.startswith(wanted.split(".")[0] + ".")]
    close = dict.fromkeys(labels[word] for word in get_close_matches(wanted, labels, n=3, cutoff=0.5) + same_stage)
    return f"Did you mean {' or '.join(list(close)[:3])}?" if close else "Lessons are named like s2.1."
