"""A quiz: multiple-choice questions, answered together and judged one by one.

It has the same four methods as an exercise, so that a learner's `check`, `hint` and `solution` work alike. Nothing is
shuffled: what one learner says about question 3 is true for all, and the notebook's outputs stay the same.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cards import CORRECT, INCORRECT, NOT_ATTEMPTED, SOLUTION, TASK, Card, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

LETTERS = "abcdef"


@dataclass(frozen=True)
class Question:
    """One question. `choices` are named a, b, c …; `why` is shown when it is answered, `nudge` when it is not yet."""

    text: str
    choices: tuple[str, ...]
    answer: str
    why: str
    nudge: str

    @property
    def letters(self) -> str:
        """The letters that this question has."""
        return LETTERS[: len(self.choices)]

    def judge(self, number: int, letter: str) -> str:
        """The feedback to one letter."""
        if letter == self.answer:
            return f"Question {number}: correct. {self.why}"
        chosen = self.choices[LETTERS.index(letter)].rstrip(".")
        return f"Question {number}: incorrect. You chose {letter} ({chosen}). {self.nudge}"


@dataclass(frozen=True)
class Quiz:
    """The self-quiz at the end of a lesson."""

    questions: tuple[Question, ...]
    id: str = "quiz"
    title: str = "Self-quiz"

    @property
    def hints(self) -> tuple[str, ...]:
        """One hint for each question, in order."""
        return tuple(f"Question {n}: {q.nudge}" for n, q in enumerate(self.questions, 1))

    @property
    def solution(self) -> str:
        """The right answers, as code."""
        return f"answers = {[q.answer for q in self.questions]}"

    @property
    def starter(self) -> str:
        """What stands in the learner's cell."""
        return f"answers = [{', '.join('...' for _ in self.questions)}]"

    def introduce(self, variable: str) -> Card:
        """The questions with their choices."""
        lines: list[str] = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            lines += [f"  {letter}) {text}" for letter, text in zip(LETTERS, question.choices, strict=False)]
        return Card(TASK, self.title, (*lines, f"Answer all at once: `{variable}.check({self._example()})`."))

    def judge(self, answer: Any, lesson: "Lesson", variable: str) -> Card:
        """Check a list of letters; `...` stands for a question that is left open."""
        misuse = self._misuse(answer)
        if misuse:
            return Card(INCORRECT, self.title, (f"{misuse} Write for example `{variable}.check({self._example()})`.",))
        letters = [a.strip().lower() if isinstance(a, str) else a for a in answer]
        if all(letter is ... for letter in letters):
            return Card(NOT_ATTEMPTED, self.title, ("Put a letter in place of each `...`, then check again.",))
        pairs = list(zip(self.questions, letters, strict=True))
        right = sum(q.answer == letter for q, letter in pairs)
        lines = [
            f"Question {n}: not answered yet." if letter is ... else q.judge(n, letter)
            for n, (q, letter) in enumerate(pairs, 1)
        ]
        sign = CORRECT if right == len(pairs) else INCORRECT
        return Card(sign, f"{self.title}: {right} of {len(pairs)}", tuple(lines))

    def reveal(self) -> Card:
        """The right answers with their reasons."""
        lines = tuple(f"Question {n}: {q.answer}) {q.why}" for n, q in enumerate(self.questions, 1))
        return Card(SOLUTION, self.title, lines, self.solution)

    def _misuse(self, answer: Any) -> str:
        count = len(self.questions)
        if not isinstance(answer, list | tuple):
            return f"Expected a list of {count} letters, saw {shorten(answer)} ({type(answer).__name__})."
        if len(answer) != count:
            return f"Expected {count} letters, saw {len(answer)}."
        for number, (question, letter) in enumerate(zip(self.questions, answer, strict=True), 1):
            known = isinstance(letter, str) and len(letter.strip()) == 1 and letter.strip().lower() in question.letters
            if letter is not ... and not known:
                return f"Question {number}: expected one of {', '.join(question.letters)}, saw {shorten(letter)}."
        return ""

    def _example(self) -> str:
        return repr([LETTERS[i % 3] for i in range(len(self.questions))])
