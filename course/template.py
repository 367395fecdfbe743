"""An empty lesson of the shape that every lesson has: promise, problem, naive version, idea, better version, numbers,
costs, exercises, key points. The words in it say what belongs where; nothing of it should survive the writing.
"""

import re
from pathlib import Path

from stages.s2_llms.errors import CourseError

from .lessons import ID, catalogue
from .notebooks import Cell, Notebook, normalise, write
from .paths import NOTEBOOKS, REPOSITORY, shown

OPENING = """# {title}

One sentence: what you will be able to do after this lesson.

**Stage {stage}, lesson {number}** · about {minutes} minutes · before it: which lessons"""

PRICES = """## What it costs, and when not to use it

| | practice | OpenAI | Anthropic | Google |
|---|---|---|---|---|"""

CLOSING = """## Key points

- …

**Words**: a term, in one sentence.

**Read more**: primary sources."""

SECTIONS: tuple[tuple[str, str], ...] = (
    ("markdown", OPENING),
    ("code", 'import course\n\nlesson = course.begin("{id}")'),
    ("markdown", "## You will be able to\n\n- a verb that can be checked (exercise 1)\n- another one (exercise 2)"),
    (
        "markdown",
        "## The problem\n\nA small real task on the Brewline data that fails or costs too much: a number to move.",
    ),
    ("code", "# the number, before"),
    (
        "markdown",
        "## The naive version\n\nWritten out, then seen to break: order the fault from the practice provider.",
    ),
    ("code", "# the naive version"),
    ("markdown", "## The idea\n\nIn plain words, with one figure that has an alternative text."),
    ("markdown", "## The better version\n\nA few lines at a time; then the reference version, which agrees with them."),
    ("code", "# the better version"),
    ("markdown", "## The same number again\n\nBefore and after, side by side."),
    ("code", "# the number, after"),
    ("markdown", PRICES),
    ("markdown", "## Exercises\n\n### 1. Change one thing\n\nThe task."),
    ("code", "# the starter\nanswer = ..."),
    ("code", "# q1.check(answer)"),
    ("markdown", "### 2. Build the next thing\n\nThe task."),
    ("code", "# the starter\nanswer = ..."),
    ("code", "# q2.check(answer)"),
    ("markdown", CLOSING),
    ("markdown", "## Quiz\n\nFive questions, checked the same way."),
    ("code", "# quiz.check(answers)"),
)


def lay_out(lesson_id: str, title: str, minutes: int, folder: Path = NOTEBOOKS) -> Path:
    """Write the empty lesson; gives its file.

    Raises:
        CourseError: the id has the wrong shape, its stage has no folder, or there is such a lesson already.
    """
    name = lesson_id.strip().lower()
    if not ID.fullmatch(name) or name == "0":
        raise CourseError(f"{lesson_id!r} is not a lesson's id: write the stage and the number, for example s2.2.")
    if not title.strip():
        raise CourseError('The title is empty. Write, for example: course notebooks new s2.2 "Tools"')
    for lesson in catalogue(folder):
        if lesson.id == name:
            raise CourseError(f"There is a lesson {name} already: {shown(lesson.file)}. It was left as it is.")
    stage, number = name[1:].split(".")
    path = _stage_folder(folder, stage) / f"{int(number):02}_{_slug(title)}.ipynb"
    if path.exists():
        raise CourseError(f"{shown(path)} exists already. It was left as it is.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, _notebook(name, title.strip(), minutes))
    return path


def _stage_folder(folder: Path, stage: str) -> Path:
    """The folder of a stage: the one that begins with its number, named like the stage's modules."""
    for parent in (folder, REPOSITORY / "stages"):
        for found in sorted(parent.glob(f"s{stage}_*")):
            return folder / found.name
    raise CourseError(f"Stage {stage} has no folder yet: make {shown(folder)}/s{stage}_<name> first.")


def _notebook(name: str, title: str, minutes: int) -> Notebook:
    stage, number = name[1:].split(".")
    words = {"id": name, "title": title, "stage": stage, "number": number, "minutes": str(minutes)}
    entry = {"id": name, "title": title, "minutes": minutes, "objectives": [["first"], ["second"]]}
    cells = [_cell(kind, _filled(text, words)) for kind, text in SECTIONS]
    return normalise({"metadata": {"course": entry}, "cells": cells})


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: words[match[1]], text)


def _cell(kind: str, source: str) -> Cell:
    cell: Cell = {"cell_type": kind, "metadata": {}, "source": source}
    return cell | {"outputs": [], "execution_count": None} if kind == "code" else cell


def _slug(title: str) -> str:
    """A title as a file name.

    >>> _slug("Tools & structured output")
    'tools_structured_output'
    """
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "lesson"
