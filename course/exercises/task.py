"""What a learner holds in a notebook: an exercise or a quiz of this lesson, with `check`, `hint` and `solution`.

Each shows its card at once, wherever in a cell it is called, and returns nothing. A program that wants the outcome
calls `judge`. Hints count up within a kernel; only outcomes of checks are kept on disk.
"""

from typing import TYPE_CHECKING, Any

from .cards import CORRECT, EXCEPTION, HINT, INCORRECT, NOT_ATTEMPTED, NOT_CHECKED, SOLUTION, Card, Sign
from .exercise import Exercise
from .quiz import Quiz

if TYPE_CHECKING:
    from course.begun import Lesson

OUTCOMES: dict[Sign, str] = {
    CORRECT: "correct",
    INCORRECT: "incorrect",
    NOT_ATTEMPTED: "not attempted",
    EXCEPTION: "exception",
    NOT_CHECKED: "not checked",
}
"""The word for each outcome in the progress file."""

ATTEMPTS = {"correct", "incorrect", "exception"}
_NOTHING: Any = object()


class Task:
    """One exercise of one lesson, ready to be checked."""

    def __init__(self, exercise: Exercise | Quiz, variable: str, lesson: "Lesson") -> None:
        self.exercise, self.variable, self._lesson = exercise, variable, lesson
        self._hints_shown, self._attempted, self._asked_for_solution = 0, False, False

    @property
    def id(self) -> str:
        """The exercise's id, as it stands in the progress file."""
        return self.exercise.id

    def check(self, answer: Any = _NOTHING) -> None:
        """Check an answer and show what came of it."""
        _show(self.judge(answer))

    def judge(self, answer: Any = _NOTHING) -> Card:
        """Check an answer, keep the outcome, and return the card that says it."""
        if answer is _NOTHING:
            name = getattr(self.exercise, "name", "answers")
            return Card(NOT_ATTEMPTED, self.exercise.title, (f"Say what to check: `{self.variable}.check({name})`.",))
        card = self.exercise.judge(answer, self._lesson, self.variable)
        outcome = OUTCOMES[card.sign]
        self._attempted = self._attempted or outcome in ATTEMPTS
        self._lesson.progress.add(self._lesson.id, self.id, outcome)
        return card

    def hint(self) -> None:
        """Show the next hint."""
        hints = self.exercise.hints
        self._hints_shown = min(self._hints_shown + 1, len(hints))
        title = f"{self.exercise.title} ({self._hints_shown} of {len(hints)})"
        lines = [hints[self._hints_shown - 1]] if hints else ["There is none for this one."]
        if self._hints_shown == len(hints):
            lines.append(f"That was the last hint. `{self.variable}.solution()` shows a solution.")
        _show(Card(HINT, title, tuple(lines)))

    def solution(self) -> None:
        """Show the reference solution; before a first attempt, only when asked twice."""
        ready = self._attempted or self._asked_for_solution or self.id in self._lesson.progress.solved(self._lesson.id)
        self._asked_for_solution = True
        _show(self.exercise.reveal() if ready else self._try_first())

    def _try_first(self) -> Card:
        why = "Try it yourself first: a wrong answer teaches more than a right one that you only read."
        how = f"`{self.variable}.hint()` helps. `{self.variable}.solution()` once more shows the solution."
        return Card(SOLUTION, self.exercise.title, (why, how))

    def __repr__(self) -> str:
        return repr(self.exercise.introduce(self.variable))

    def _repr_html_(self) -> str:
        return self.exercise.introduce(self.variable)._repr_html_()


def _show(card: Card) -> None:
    from IPython.display import display  # in a notebook as HTML and text, in a plain Python as text

    display(card)  # type: ignore[no-untyped-call]
