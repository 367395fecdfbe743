"""What the `course` command prints: plain lines that a terminal, a pipe and a screen reader can all take.

Rich adds colour where there is a terminal and NO_COLOR is not set; the words say everything without it. No boxes, no
cut-off cells: rows that do not fit are wrapped under their column. https://no-color.org
"""

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, Self

STYLES = {"ok": "green", "done": "green", "warning": "yellow", "failed": "bold red"}


def say(text: str = "", style: str | None = None) -> None:
    """Print a line as it is: never cut, never wrapped in the middle of an address."""
    _console(sys.stdout).print(text, style=style, soft_wrap=True, markup=False, highlight=False, emoji=False)


def complain(text: str) -> None:
    """Print a problem on the error stream, with the word that says what it is."""
    _console(sys.stderr).print(
        f"Error: {text}", style="red", soft_wrap=True, markup=False, highlight=False, emoji=False
    )


def say_json(data: Any) -> None:
    """Print one JSON document, for a program."""
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def wrapped(text: str, indent: str = "") -> str:
    """The text, wrapped to the terminal's width; every line of it begins with the indent."""
    lines = text.splitlines() or [""]
    wrap = textwrap.TextWrapper(
        width(), initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(wrap.fill(line) for line in lines)


def columns(rows: Sequence[Sequence[str]], room: int | None = None) -> list[str]:
    """Rows as aligned lines; the last column is wrapped under itself when the line gets too long.

    >>> columns([("s2.1", "Your first calls"), ("s2.3", "When it fails")], room=16)
    ['s2.1  Your first', '      calls', 's2.3  When it', '      fails']
    """
    if not rows:
        return []
    room = room or width()
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines: list[str] = []
    for row in rows:
        head = "".join(f"{cell:<{size}}  " for cell, size in zip(row[:-1], widths, strict=True))
        tail = textwrap.wrap(row[-1], max(room - len(head), 10), break_on_hyphens=False) or [""]
        lines += [(head + tail[0]).rstrip(), *(" " * len(head) + line for line in tail[1:])]
    return lines


class Progress:
    """One line that shows how far a run is; only on a terminal, and gone when the run is over.

    >>> with Progress("01_first_calls.ipynb") as progress:
    ...     progress.at(3, 12)
    """

    def __init__(self, what: str, unit: str = "cell") -> None:
        self._what, self._unit, self._live = what, unit, sys.stderr.isatty()

    def at(self, step: int, steps: int) -> None:
        """Show that this step is under way."""
        where = f"{self._unit} {step} of {steps}"
        text = f"{self._what}: {where}"
        self._show(text if len(text) < width() else where)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        if self._live:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def width() -> int:
    """How many characters fit in a line: the terminal's width; without a terminal lines are not broken."""
    return shutil.get_terminal_size((10_000, 24)).columns


def _console(stream: Any) -> Any:
    from rich.console import Console

    return Console(file=stream)
