"""What a learner sees who checks, asks for hints and for the solution, in every order and by every mistake."""

import asyncio
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course import Lesson
from course.begun import Lesson as LessonClass
from course.exercises import Exercise, Question, Quiz, Wrong, expect, load
from course.exercises.exercise import NotAttempted
from course.exercises.placeholder import watch
from course.exercises.task import Task
from course.progress import Progress
from stages.s2_llms.practice import PracticeProvider
from stages.s2_llms.providers import PROVIDERS


def check_double(double: Callable[[int], int], lesson: Lesson) -> None:
    saw = double(21)
    expect(saw == 42, f"Expected 42 for 21, saw {saw!r}.")


DOUBLE = Exercise(
    id="double",
    title="Exercise 1: double it",
    task="Write `double(number)`.",
    name="double",
    check=check_double,
    hints=("Twice.", "Use `*`."),
    starter="def double(number):\n    ...\n",
    solution="def double(number):\n    return number * 2\n",
    alternative="def double(number):\n    return number + number\n",
    wrong=(Wrong("def double(number): return number", "saw 21"),),
)
VALUE = Exercise(
    id="value",
    title="Exercise 2: a number",
    task="Set `answer`.",
    check=lambda answer, lesson: expect(answer > 3, f"Expected more than 3, saw {answer}."),
    hints=("Four.",),
    starter="answer = ...",
    solution="answer = 4",
    alternative="answer = 5",
    wrong=(),
)
QUIZ = Quiz(
    (
        Question("One?", ("yes", "no"), "a", why="Because.", nudge="Think."),
        Question("Two?", ("yes", "no", "perhaps"), "c", why="Indeed.", nudge="Look again."),
    )
)

LOCAL = (PROVIDERS["practice"], lambda providers: None)  # who answers on this machine, and nothing is pointed there


@pytest.fixture
def lesson(tmp_path: Path) -> LessonClass:
    """A lesson with a provider that nobody needs: these exercises send no requests."""
    providers = dict.fromkeys(("openai", "anthropic", "google"), PROVIDERS["openai"])
    nobody = PracticeProvider("http://127.0.0.1:9", 0)
    return LessonClass("s9.9", "practice-x", providers, nobody, Progress(tmp_path), (DOUBLE, VALUE, QUIZ), *LOCAL)


def cell(code: str) -> Any:
    """The function `double` that this code defines, in a file of its own as a notebook's cell is."""
    file = f"<cell {code}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {}
    exec(compile(code, file, "exec"), namespace)
    return namespace["double"]


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_correct_answer_is_shown_and_kept(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    q1, _, _ = lesson.exercises
    assert q1.check(lambda number: number * 2) is None
    assert shown(capsys) == "Correct. Exercise 1: double it"
    assert lesson.progress.solved("s9.9") == {"double"}


def test_an_incorrect_answer_says_what_was_expected_and_what_was_seen(lesson: Lesson) -> None:
    card = lesson.exercises[0].judge(lambda number: number)
    assert str(card) == "Incorrect. Exercise 1: double it\n  Expected 42 for 21, saw 21."


def test_an_exception_names_the_line_in_the_learners_code(lesson: Lesson) -> None:
    double = cell("def double(number):\n    two = {}\n    return number * two['two']\n")
    assert str(lesson.exercises[0].judge(double)).splitlines() == [
        "Exception. Exercise 1: double it",
        "  Your code raised KeyError: 'two'",
        "  It happened in line 3: `return number * two['two']`",
    ]


def test_an_exception_in_the_check_itself_is_not_blamed_on_a_line(lesson: Lesson) -> None:
    text = str(lesson.exercises[0].judge(cell("def double():\n    return 1\n")))
    assert "The check could not use your answer: TypeError" in text
    assert "It happened" not in text


def dots(number: int) -> Any:
    return ...


@pytest.mark.parametrize("answer", [..., dots, [1, ...], {"a": ...}, (1, (2, ...))])
def test_a_placeholder_is_not_attempted(lesson: Lesson, answer: Any) -> None:
    assert str(lesson.exercises[0].judge(answer)).startswith("Not attempted. ")


def test_an_untouched_function_with_other_comments_is_not_attempted(lesson: Lesson) -> None:
    double = cell("# mine\n\n\ndef double(number):\n    # what now?\n    ...\n")
    assert str(lesson.exercises[0].judge(double)).startswith("Not attempted. ")
    other = cell("def double(number):\n    return number\n")
    assert str(lesson.exercises[0].judge(other)).startswith("Incorrect. ")


def test_a_coroutine_that_returns_dots_is_not_attempted() -> None:
    watched = watch(cell("async def double(number):\n    return ...\n"), NotAttempted())
    with pytest.raises(NotAttempted):
        asyncio.run(watched(1))


def test_check_without_an_answer_says_how_to_call_it(lesson: Lesson) -> None:
    assert "`q1.check(double)`" in str(lesson.exercises[0].judge())
    assert "`q2.check(answer)`" in str(lesson.exercises[1].judge())
    assert lesson.progress.records() == []


def test_a_called_function_is_told_apart_from_the_function_itself(lesson: Lesson) -> None:
    text = str(lesson.exercises[0].judge(42))
    assert "Expected the function `double` itself, saw 42 (int). Write `q1.check(double)`" in " ".join(text.split())
    assert "saw the function `dots`. Call it" in " ".join(str(lesson.exercises[1].judge(dots)).split())


def test_a_value_of_the_wrong_type_is_answered_by_a_card(lesson: Lesson) -> None:
    assert "The check could not use your answer: TypeError" in str(lesson.exercises[1].judge("four"))


def test_hints_come_one_by_one_and_the_last_one_stays(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    q1, *_ = lesson.exercises
    said = [(q1.hint(), shown(capsys))[1] for _ in range(3)]
    assert said[0] == "Hint. Exercise 1: double it (1 of 2) Twice."
    assert said[1] == said[2]
    assert said[1].startswith("Hint. Exercise 1: double it (2 of 2) Use `*`. That was the last hint.")


def test_the_solution_is_shown_at_the_second_asking(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    q1, *_ = lesson.exercises
    q1.solution()
    assert "Try it yourself first" in shown(capsys)
    q1.solution()
    assert "return number * 2" in shown(capsys)


def test_the_solution_is_shown_after_an_attempt(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    q1, *_ = lesson.exercises
    q1.check(...)
    q1.check(lambda number: 0)
    shown(capsys)
    q1.solution()
    assert "return number * 2" in shown(capsys)


def test_what_is_not_attempted_is_no_attempt(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    q1, *_ = lesson.exercises
    q1.check(...)
    q1.solution()
    assert "Try it yourself first" in shown(capsys)


def test_the_solution_of_what_was_solved_before_is_shown_at_once(
    lesson: Lesson, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson.progress.add("s9.9", "double", "correct")
    lesson.exercises[0].solution()
    assert "return number * 2" in shown(capsys)


def test_a_task_shows_what_is_asked(lesson: Lesson) -> None:
    q1, _, quiz = lesson.exercises
    assert repr(q1).startswith("Task. Exercise 1: double it\n  Write `double(number)`.")
    assert "2. Two?" in repr(quiz)
    assert "c) perhaps" in quiz._repr_html_()


def test_the_variables_of_a_lesson_are_q1_q2_and_quiz(lesson: Lesson) -> None:
    assert [task.variable for task in lesson.exercises] == ["q1", "q2", "quiz"]
    assert lesson.exercises is lesson.exercises


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("ac", "Expected a list of 2 letters, saw 'ac' (str)"),
        (["a"], "Expected 2 letters, saw 1."),
        (["a", "d"], "Question 2: expected one of a, b, c, saw 'd'"),
        (["a", 3], "Question 2: expected one of a, b, c, saw 3"),
        (None, "saw None"),
        (["a", "abc"], "saw 'abc'"),
        (["a", ""], "saw ''"),
    ],
)
def test_a_quiz_says_how_it_wants_to_be_answered(lesson: Lesson, answer: Any, says: str) -> None:
    text = " ".join(str(lesson.exercises[2].judge(answer)).split())
    assert text.startswith("Incorrect. Self-quiz")
    assert says in text
    assert "quiz.check(['a', 'b'])" in text


def test_a_quiz_takes_capital_letters_and_open_questions(lesson: Lesson) -> None:
    quiz = lesson.exercises[2]
    assert str(quiz.judge(("A", " c "))).startswith("Correct. Self-quiz: 2 of 2")
    text = str(quiz.judge(["b", ...]))
    assert text.startswith("Incorrect. Self-quiz: 0 of 2")
    assert "Question 1: incorrect. You chose b (no). Think." in text
    assert "Question 2: not answered yet." in text


def test_a_check_that_needs_practice_says_so_on_a_real_provider(tmp_path: Path) -> None:
    providers = dict.fromkeys(("openai", "anthropic", "google"), PROVIDERS["openai"])
    nobody = PracticeProvider("http://127.0.0.1:9", 0)
    real = LessonClass("0", "practice-x", providers, nobody, Progress(tmp_path), load("0"), *LOCAL)
    card = real.exercises[0].judge(lambda question: "yes")
    assert card.sign.word == "Not checked"
    assert "the lesson runs on OpenAI. Run `lesson.practise()`" in " ".join(str(card).split())
    assert [record.outcome for record in real.progress.records()] == ["not checked"]


def test_a_dead_provider_is_named_as_the_cause(tmp_path: Path) -> None:
    providers = dict.fromkeys(("openai", "anthropic", "google"), PROVIDERS["practice"])
    nobody = PracticeProvider("http://127.0.0.1:9", 0)
    lesson = LessonClass("0", "practice-x", providers, nobody, Progress(tmp_path), load("0"), *LOCAL)
    text = str(Task(load("0")[0], "q1", lesson).judge(lambda question: "yes"))
    assert "run the lesson's first cell again" in " ".join(text.split())


def test_a_missing_name_sends_the_learner_to_the_cells_above(lesson: Lesson) -> None:
    text = str(lesson.exercises[0].judge(cell("def double(number):\n    return OpenAI()\n")))
    assert "name 'OpenAI' is not defined" in text
    assert "Run the cells above" in text
