"""Answers in the making, each in a thread of its own, so that a page reload does not lose one.

Streamlit stops a script at the next click. The thread goes on, keeps the outcome, and whichever page shows the
turn next follows it from where it is. After a restart of the process nothing is in the making: the page then says
so, and the question is still there.
Source: https://docs.streamlit.io/develop/concepts/design/multithreading
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .desk import Listener, News


@dataclass(frozen=True)
class Glimpse:
    """What a page can show right now; `waited_s` since the question was asked."""

    news: News
    waited_s: float
    done: bool


class Making:
    """One answer in the making."""

    def __init__(self) -> None:
        self._news, self._done = News(), False
        self._began = time.perf_counter()
        self._changed = threading.Condition()

    def hear(self, news: News) -> None:
        """Take in what the desk says."""
        with self._changed:
            self._news = news
            self._changed.notify_all()

    def end(self) -> None:
        """No more will come."""
        with self._changed:
            self._done = True
            self._changed.notify_all()

    def follow(self, beat_s: float = 0.5) -> Iterator[Glimpse]:
        """Glimpses until the answer is done: one now, one at each change, and at least one per beat."""
        shown: News | None = None
        while True:
            with self._changed:
                if self._news is shown and not self._done:
                    self._changed.wait(beat_s)
                shown, done = self._news, self._done
            yield Glimpse(shown, time.perf_counter() - self._began, done)
            if done:
                return


class Switchboard:
    """All answers in the making of this process, by turn id."""

    def __init__(self) -> None:
        self._making: dict[int, Making] = {}
        self._lock = threading.Lock()

    def start(self, turn_id: int, work: Callable[[Listener], None]) -> None:
        """Begin to work on a turn, unless somebody does already."""
        with self._lock:
            if turn_id in self._making:
                return
            making = self._making[turn_id] = Making()
        threading.Thread(target=self._run, args=(turn_id, making, work), name=f"turn-{turn_id}", daemon=True).start()

    def find(self, turn_id: int) -> Making | None:
        """The answer in the making for this turn, None if nobody works on it."""
        with self._lock:
            return self._making.get(turn_id)

    def _run(self, turn_id: int, making: Making, work: Callable[[Listener], None]) -> None:
        try:
            work(making.hear)
        finally:
            with self._lock:
                del self._making[turn_id]
            making.end()
