"""Recognise what is no answer yet: the starter as it was given, `...` left in it, or the wrong kind of thing.

An untouched function is recognised by its compiled code, which is compared with that of the exercise's starter, so that
comments and blank lines do not count as an attempt. Nothing of the learner's is run here.
"""

import ast
import functools
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any

from .cards import shorten


def untouched(answer: Any, starter: str, name: str) -> bool:
    """Is the answer still the starter?

    >>> untouched([1, ...], "answer = ...", "answer")
    True
    >>> untouched(len, "def answer(words):\\n    ...", "answer")
    False
    """
    if answer is ...:
        return True
    if isinstance(answer, list | tuple | set):
        return any(untouched(part, "", name) for part in answer)
    if isinstance(answer, dict):
        return any(untouched(part, "", name) for part in answer.values())
    written, given = getattr(answer, "__code__", None), _code_of(starter, name)
    return written is not None and given is not None and _same(written, given)


def misuse(answer: Any, starter: str, name: str, variable: str) -> str:
    """What is wrong with how check was called, in a sentence; empty when nothing is."""
    wants_function = _code_of(starter, name) is not None
    if wants_function and not callable(answer):
        return (
            f"Expected the function `{name}` itself, saw {shorten(answer)} ({type(answer).__name__}). "
            f"Write `{variable}.check({name})`, without calling it."
        )
    if not wants_function and inspect.isfunction(answer):
        return f"Expected a value, saw the function `{answer.__name__}`. Call it, and check what it returns."
    return ""


def watch(answer: Any, alarm: Exception) -> Any:
    """The same answer; where it is a function, the alarm is raised when it returns `...`."""
    if not inspect.isfunction(answer) or inspect.isgeneratorfunction(answer) or inspect.isasyncgenfunction(answer):
        return answer
    if inspect.iscoroutinefunction(answer):
        return _watch_async(answer, alarm)

    @functools.wraps(answer)
    def watched(*args: Any, **named: Any) -> Any:
        value = answer(*args, **named)
        if value is ...:
            raise alarm
        return value

    return watched


def _watch_async(answer: Callable[..., Any], alarm: Exception) -> Callable[..., Any]:
    @functools.wraps(answer)
    async def watched(*args: Any, **named: Any) -> Any:
        value = await answer(*args, **named)
        if value is ...:
            raise alarm
        return value

    return watched


def _code_of(source: str, name: str) -> CodeType | None:
    """The compiled body of the function that this source defines under this name."""
    if name not in {n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}:
        return None
    constants = compile(source, "<starter>", "exec").co_consts
    return next(c for c in constants if isinstance(c, CodeType) and c.co_name == name)


def _same(one: CodeType, other: CodeType) -> bool:
    """Do two code objects do the same, wherever they stand in their files?"""
    return (one.co_code, one.co_names, one.co_varnames) == (other.co_code, other.co_names, other.co_varnames) and all(
        _same(a, b) if isinstance(a, CodeType) and isinstance(b, CodeType) else (type(a), a) == (type(b), b)
        for a, b in zip(one.co_consts, other.co_consts, strict=False)
    )
