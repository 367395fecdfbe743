"""An exercise as its author writes it: a task, a check, hints, and the answers that prove the check.

Only the declaration lives here, and how an answer is judged. What a learner holds in the notebook is `task.Task`.
The interface follows Kaggle's learntools: https://github.com/Kaggle/learntools
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.errors import NeedsPractice

from . import placeholder
from .cards import CORRECT, EXCEPTION, INCORRECT, NOT_ATTEMPTED, NOT_CHECKED, SOLUTION, TASK, Card
from .trace import learners_line

if TYPE_CHECKING:
    from course.begun import Lesson


class Incorrect(Exception):
    """A check's verdict that the answer is wrong. The message says what was expected and what was seen."""


class NotAttempted(Exception):
    """The answer is still the starter, or a part of it is."""


def expect(condition: object, message: str) -> None:
    """Raise Incorrect with this message unless the condition holds."""
    if not condition:
        raise Incorrect(message)


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer: its code, and words that must stand in the feedback which it gets."""

    code: str
    says: str


@dataclass(frozen=True)
class Exercise:
    """One exercise. All code is source text that defines `name`; `check` returns, or raises Incorrect.

    `id` is kept in the learners' progress files: never change it once a lesson is published.
    """

    id: str
    title: str
    task: str
    check: Callable[[Any, "Lesson"], None]
    hints: tuple[str, ...]
    starter: str
    solution: str
    alternative: str
    wrong: tuple[Wrong, ...]
    name: str = "answer"
    praise: str = ""  # what to take away; shown when the answer is correct

    def introduce(self, variable: str) -> Card:
        """What is asked."""
        return Card(TASK, self.title, (self.task, f"Then `{variable}.check({self.name})`."), self.starter)

    def judge(self, answer: Any, lesson: "Lesson", variable: str) -> Card:
        """Check an answer. Whatever the learner's code does, the outcome is a card."""
        if placeholder.untouched(answer, self.starter, self.name):
            return self._not_attempted(variable)
        misuse = placeholder.misuse(answer, self.starter, self.name, variable)
        if misuse:
            return Card(INCORRECT, self.title, (misuse,))
        try:
            self.check(placeholder.watch(answer, NotAttempted()), lesson)
        except NotAttempted:
            return self._not_attempted(variable)
        except Incorrect as verdict:
            return Card(INCORRECT, self.title, (str(verdict),))
        except NeedsPractice as why:
            return Card(NOT_CHECKED, self.title, (str(why),))
        except Exception as exc:  # noqa: BLE001 - this is the outer edge of code that a learner wrote
            return Card(EXCEPTION, self.title, _told(exc, answer, lesson))
        return Card(CORRECT, self.title, (self.praise,) if self.praise else ())

    def reveal(self) -> Card:
        """The reference solution."""
        return Card(SOLUTION, self.title, ("One way to do it:",), self.solution)

    def _not_attempted(self, variable: str) -> Card:
        line = f"Write your code in place of `...`, run the cell, then `{variable}.check({self.name})`."
        return Card(NOT_ATTEMPTED, self.title, (line, f"`{variable}.hint()` helps you to begin."))


TIPS: dict[type[Exception], str] = {
    NameError: "Run the cells above, from the first one on: one of them makes this name.",
}


def _told(exc: Exception, answer: Any, lesson: "Lesson") -> tuple[str, ...]:
    """The exception in two or three lines: what, where in the learner's own code, and a dead provider if it is one."""
    where = learners_line(exc, answer)
    who = "Your code raised" if where else "The check could not use your answer:"
    message = " ".join(str(exc).split())
    message = message if len(message) <= 300 else f"{message[:299]}…"
    lines = [f"{who} {type(exc).__name__}: {message}" if message else f"{who} {type(exc).__name__}."]
    lines += [where] if where else []
    lines += [TIPS[type(exc)]] if type(exc) in TIPS else []
    if not lesson.provider_answers():
        lines.append("The practice provider does not answer: run the lesson's first cell again.")
    return tuple(lines)
