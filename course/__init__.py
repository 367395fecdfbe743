"""The learner's tools: the first cell of a lesson, exercises, progress, and the `course` command.

A lesson's notebook begins with:

    import course
    lesson = course.begin("s2.1")
"""

from .begun import Lesson
from .first_cell import begin

__all__ = ["Lesson", "begin"]
