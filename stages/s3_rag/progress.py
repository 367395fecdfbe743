"""How far a long work is: bars in a terminal, a line now and then where the output is a file, and what is left of it.

The rate is that of the last half minute, so that what a stopped run left behind does not flatter what is to come. It
knows nothing of what is done. Bars: https://rich.readthedocs.io/en/stable/progress.html
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from .changes import Progress as OnProgress

EVERY_S = 30.0
WINDOW_S = 30.0


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class Lines:
    """A line for a long work at most every `every_s` seconds: no bar fits into a file."""

    def __init__(self, console: Console, every_s: float = EVERY_S) -> None:
        self._console, self._every_s = console, every_s
        self._what, self._told = "", time.monotonic()
        self._seen = deque[tuple[float, int]]()

    def __call__(self, what: str, done: int, of: int) -> None:
        """Note how far it is, and say so if it is time."""
        now = time.monotonic()
        if what != self._what:
            self._what, self._seen = what, deque()
        self._seen.append((now, done))
        while now - self._seen[0][0] > max(WINDOW_S, self._every_s):
            self._seen.popleft()
        if now - self._told >= self._every_s:
            self._told = now
            self._console.print(f"{what} {done:,} of {of:,}{self._left(of)}", markup=False)

    def _left(self, of: int) -> str:
        (began, first), (now, done) = self._seen[0], self._seen[-1]
        if done == first:
            return ""
        rate = (done - first) / max(now - began, 1e-9)
        return f", {rate:,.0f}/s, about {lasting((of - done) / rate)} left"


def lasting(seconds: float) -> str:
    """A length of time, in words.

    >>> lasting(50), lasting(4_000)
    ('50 s', '67 min')
    """
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


@contextmanager
def shown(console: Console, *, quiet: bool = False) -> Iterator[OnProgress]:
    """What to call with what is done, how much of it, of how much; it shows that on a console as the console can."""
    if quiet or not console.is_terminal:
        yield (lambda what, done, of: None) if quiet else Lines(console)
        return
    name, count = TextColumn("{task.description:10}"), MofNCompleteColumn()
    columns = (name, BarColumn(), count, _Rate(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=True, speed_estimate_period=WINDOW_S) as bars:
        tasks = dict[str, TaskID]()

        def on_progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield on_progress
