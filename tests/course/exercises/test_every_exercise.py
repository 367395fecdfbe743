"""Every exercise of every lesson, proved against the real practice provider.

The solutions pass, each plausible wrong answer fails with words of its own, and the untouched starter is no attempt.
"""

import os
import secrets
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from google import genai

from course import Lesson
from course.exercises import Card, Exercise, Quiz, lesson_ids, load
from course.exercises.cards import CORRECT, EXCEPTION, INCORRECT, NOT_ATTEMPTED

# A learner's cell does not close its clients, and neither does what we show them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Begin = Callable[[str], Lesson]
ALL = [(lesson, exercise) for lesson in lesson_ids() for exercise in load(lesson)]
EXERCISES = [pytest.param(lesson, e, id=f"{lesson}-{e.id}") for lesson, e in ALL if isinstance(e, Exercise)]
QUIZZES = [pytest.param(lesson, e, id=lesson) for lesson, e in ALL if isinstance(e, Quiz)]


def outcome(exercise: Exercise, code: str, lesson: Lesson) -> Card:
    """What a learner sees who has this code in a cell, and checks what it defines."""
    cell: dict[str, Any] = {
        "lesson": lesson,
        "openai": openai,
        "OpenAI": openai.OpenAI,
        "anthropic": anthropic,
        "Anthropic": anthropic.Anthropic,
        "genai": genai,
    }
    exec(compile(code, f"<cell {secrets.token_hex(4)}>", "exec"), cell)
    return exercise.judge(cell[exercise.name], lesson, "q1")


@pytest.mark.parametrize(("lesson_id", "exercise"), EXERCISES)
def test_the_solution_and_the_alternative_pass(lesson_id: str, exercise: Exercise, begin: Begin) -> None:
    lesson = begin(lesson_id)
    for code in (exercise.solution, exercise.alternative):
        card = outcome(exercise, code, lesson)
        assert card.sign == CORRECT, card


@pytest.mark.parametrize(("lesson_id", "exercise"), EXERCISES)
def test_every_wrong_answer_gets_words_of_its_own(lesson_id: str, exercise: Exercise, begin: Begin) -> None:
    lesson = begin(lesson_id)
    assert len(exercise.wrong) >= 3
    cards = [outcome(exercise, wrong.code, lesson) for wrong in exercise.wrong]
    for wrong, card in zip(exercise.wrong, cards, strict=True):
        assert card.sign in (INCORRECT, EXCEPTION), f"{card}\n{wrong.code}"
        others = [str(c) for c in cards if c is not card]
        said = " ".join(card.lines)
        assert wrong.says in said, f"{card}\n{wrong.code}"
        assert not any(wrong.says in " ".join(other.split()) for other in others), wrong.says


@pytest.mark.parametrize(("lesson_id", "exercise"), EXERCISES)
def test_the_untouched_starter_is_not_attempted_and_sends_nothing(
    lesson_id: str, exercise: Exercise, begin: Begin
) -> None:
    lesson = begin(lesson_id)
    assert outcome(exercise, exercise.starter, lesson).sign == NOT_ATTEMPTED
    assert outcome(exercise, f"# my notes\n{exercise.starter}\n", lesson).sign == NOT_ATTEMPTED
    assert lesson.control.journal() == []


@pytest.mark.parametrize(("lesson_id", "exercise"), EXERCISES)
def test_an_answer_that_goes_wrong_does_not_break_the_next_check(
    lesson_id: str, exercise: Exercise, begin: Begin
) -> None:
    lesson = begin(lesson_id)
    lesson.control.order("auth", count=50)
    assert outcome(exercise, exercise.solution, lesson).sign == CORRECT


@pytest.mark.parametrize(("lesson_id", "exercise"), EXERCISES)
def test_the_words_around_an_exercise_are_there(lesson_id: str, exercise: Exercise) -> None:
    assert exercise.title
    assert exercise.task
    assert len(exercise.hints) >= 2
    assert exercise.solution != exercise.alternative


@pytest.mark.parametrize(("lesson_id", "quiz"), QUIZZES)
def test_a_quiz_tells_each_answer_by_itself(lesson_id: str, quiz: Quiz, begin: Begin) -> None:
    lesson = begin(lesson_id)
    right = [question.answer for question in quiz.questions]
    assert len(right) == 5
    assert quiz.judge(right, lesson, "quiz").sign == CORRECT
    assert quiz.judge([...] * 5, lesson, "quiz").sign == NOT_ATTEMPTED
    for place, question in enumerate(quiz.questions):
        said = set()
        for letter in question.letters.replace(question.answer, ""):
            card = quiz.judge([*right[:place], letter, *right[place + 1 :]], lesson, "quiz")
            assert card.sign == INCORRECT
            assert [": incorrect" in line for line in card.lines] == [n == place for n in range(5)]
            said.add(card.lines[place])
        assert len(said) == len(question.choices) - 1


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_the_ids_of_a_lesson_are_unique(lesson_id: str) -> None:
    ids = [exercise.id for exercise in load(lesson_id)]
    assert len(ids) == len(set(ids))


def test_the_tests_leave_the_environment_alone() -> None:
    assert "practice" not in os.environ.get("OPENAI_API_KEY", "")
