'''Exercises: what an author declares, and how it is checked.

A lesson `s2.1` has a module `course/exercises/s2_1.py` with a tuple `EXERCISES`. A whole module:

    """The exercises of lesson s2.1."""

    from course.exercises import Exercise, Question, Quiz, Wrong, expect, requests_during

    def _check(ask, lesson):
        with requests_during(lesson) as sent:          # what reaches the provider while the answer runs
            text = ask("Is descaling needed?")
        expect(sent, "Expected one request at the provider, saw none: call the model inside the function.")
        expect(isinstance(text, str), f"Expected text, saw a {type(text).__name__}.")
        expect(len(sent) == 1, f"Expected one request, saw {len(sent)}.")

    EXERCISES = (
        Exercise(
            id="ask",                                  # kept in progress files: never change it
            title="Exercise 1: ask",
            task="Write `ask(question)`: it returns the answer's text.",
            name="ask",                                # what the code below defines; "answer" if left out
            check=_check,                              # returns, or raises Incorrect (which `expect` does)
            hints=("Look at the cell above.", "`reply.output_text` is the text."),
            starter="""
    def ask(question):
        ...
    """,                                               # "not attempted" as long as its code is unchanged
            solution="""…""", alternative="""…""",     # both must pass
            wrong=(                                    # three at least; each must get words of its own
                Wrong("""def ask(question):\\n    return "yes" """, says="saw none"),
                …
            ),
            praise="What to take away from it.",       # optional, shown when it is correct
        ),
        Quiz((Question("…?", ("yes", "no"), "a", why="Because …", nudge="Look at …"), …)),
    )

`tests/course/exercises/test_every_exercise.py` runs all of this code, each piece in a namespace as a notebook has it
(`lesson`, `openai`, `OpenAI`, `anthropic`, `Anthropic` and `genai` are there), against the real practice provider. A
solution that is shown imports what it needs, so that it can be read alone. In a notebook:

    q1, quiz = lesson.exercises
    q1.check(ask)      q1.hint()      q1.solution()      quiz.check(["a", …])

and `q1` or `quiz` as the last line of a cell shows the task or the questions. A check raises Incorrect for a wrong
answer; any other exception is shown as one, with the line of the learner's code where it happened.
'''

from .cards import Card, shorten
from .evidence import requests_during
from .exercise import Exercise, Incorrect, Wrong, expect
from .quiz import Question, Quiz
from .registry import lesson_ids, load

__all__ = [
    "Card",
    "Exercise",
    "Incorrect",
    "Question",
    "Quiz",
    "Wrong",
    "expect",
    "lesson_ids",
    "load",
    "requests_during",
    "shorten",
]
