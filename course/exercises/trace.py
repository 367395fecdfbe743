"""Where in the learner's own code an exception happened.

It shows one line, not a traceback: what a check, an SDK and an HTTP library did in between is not the learner's.
"""

import inspect
import linecache
import traceback
from typing import Any


def learners_line(exc: BaseException, answer: Any) -> str:
    """The innermost line of the learner's code on the way to the exception; empty when it never ran."""
    code = getattr(inspect.unwrap(answer) if callable(answer) else answer, "__code__", None)
    if code is None:
        return ""
    lines = [n for frame, n in traceback.walk_tb(exc.__traceback__) if frame.f_code.co_filename == code.co_filename]
    if not lines:
        return ""
    source = linecache.getline(code.co_filename, lines[-1]).strip()
    return f"It happened in line {lines[-1]}" + (f": `{source}`" if source else ".")
