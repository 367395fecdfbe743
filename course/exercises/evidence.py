"""What reached the practice provider while a learner's code ran: the evidence for a check.

It looks only at the lesson's own key. It begins with a clean slate: faults, limits and a journal that other cells left
behind cannot break a check. What it leaves behind is the journal, for a learner who wants to see what the check saw.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stages.s2_llms.practice import Entry

if TYPE_CHECKING:
    from course.begun import Lesson


@contextmanager
def requests_during(lesson: "Lesson") -> Iterator[list[Entry]]:
    """A list that holds, after the `with` block, every request that was sent inside it, oldest first.

    Raises:
        NeedsPractice: the lesson runs on a real provider, which keeps no journal for us.
    """
    control = lesson.control
    control.reset()
    sent: list[Entry] = []
    try:
        yield sent
    finally:
        control.clear()
    sent += control.journal()
