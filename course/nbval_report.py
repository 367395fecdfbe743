"""A pytest plugin for `course check`: one line of JSON on stderr per notebook cell, with the first difference.

nbval decides whether a cell passes; this only finds words for it. Loaded with `-p course.nbval_report`.
"""

import json
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from itertools import zip_longest
from typing import Any

import pytest

from course.execution import plain

RUN = "run the notebook with `course notebooks run`"
_cells: Counter[str] = Counter()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Count the cells of each notebook, so that progress can be shown."""
    _cells.clear()
    _cells.update(str(item.path) for item in items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, Any]:
    """Tell how a cell went, once: when it was run, or when it could not even be prepared."""
    report = yield
    if call.when == "call" or (call.when == "setup" and not report.passed):
        outcome, problem = _verdict(item, call, report)
        line = {
            "notebook": str(item.path),
            "cell": item.cell_num + 1,
            "cells": _cells[str(item.path)],
            "label": _label(item.cell),
            "outcome": outcome,
            "problem": problem,
        }
        print(json.dumps(line), file=sys.stderr, flush=True)
    return report


def _verdict(item: Any, call: Any, report: Any) -> tuple[str, str]:
    """nbval's outcome, but for one thing: it lets a cell pass that was saved without ever having been run."""
    if report.passed and item.cell.execution_count is None and item.cell.source.strip():
        return "failed", f"the cell was saved without having been run: {RUN}"
    return report.outcome, _problem(item, call) if report.failed else ""


def _label(cell: Any) -> str:
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return f"In[{cell.execution_count or ' '}] {lines[0] if lines else '(empty)'}"


def _problem(item: Any, call: Any) -> str:
    """What went wrong in the words of a person who has the notebook open."""
    error = call.excinfo.value
    message = str(error)
    if message == "Cell outputs differ":
        return first_difference(item.cell.outputs, item.test_outputs or [])
    if message == "Unrun reference cell has outputs":
        return f"the cell has outputs but no execution count: {RUN}"
    details = plain(str(getattr(error, "inner_traceback", None) or "")).strip()
    return f"{message}: {_last_lines(details)}" if details else f"{message or type(error).__name__}"


def _last_lines(traceback: str, count: int = 3) -> str:
    return "\n".join([line for line in traceback.splitlines() if line.strip()][-count:])


def first_difference(committed: list[Any], now: list[Any]) -> str:
    """The first line in which two lists of outputs differ, as two labelled lines."""
    for old, new in zip_longest(_lines(committed), _lines(now)):
        if old != new:
            return f"committed: {_quoted(old)}\nnow:       {_quoted(new)}"
    return "the outputs are of other kinds: " + ", ".join(_kinds(committed)) + " became " + ", ".join(_kinds(now))


def _quoted(line: str | None) -> str:
    return "(nothing)" if line is None else line


def _lines(outputs: list[Any]) -> Iterator[str]:
    """All that an output says as text, line by line. Pictures are not compared."""
    for output in outputs:
        if output.output_type == "stream":
            yield from output.text.splitlines()
        elif output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"
        else:
            texts = sorted((kind, text) for kind, text in output.data.items() if not kind.startswith("image/"))
            yield from (line for _, text in reversed(texts) for line in str(text).splitlines())


def _kinds(outputs: list[Any]) -> list[str]:
    kinds = [", ".join(sorted(o.data)) if "data" in o else o.get("name", o.output_type) for o in outputs]
    return kinds or ["nothing"]
