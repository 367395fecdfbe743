"""Errors that a learner meets in a notebook cell: the message alone is shown, without the traceback above it.

https://ipython.readthedocs.io/en/stable/config/integrating.html#custom-exceptions
"""

from stages.s2_llms.errors import CourseError


class LessonError(CourseError):
    """An error whose message says all that a learner needs."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for this before it draws a traceback
        return [str(self)]


class BeginError(LessonError):
    """A lesson could not begin."""


class NeedsPractice(LessonError):
    """The practice provider's control was asked for in a lesson that runs on a real provider."""
