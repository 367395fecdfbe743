"""Answers in the making: they outlive the page, are made once, and end even when the work fails."""

import threading

import pytest

from capstone.answering import Switchboard
from capstone.desk import Listener, News


def test_a_page_that_comes_late_sees_the_words_so_far_and_the_end() -> None:
    switchboard, go_on = Switchboard(), threading.Event()

    def work(hear: Listener) -> None:
        hear(News("Good"))
        go_on.wait(10)
        hear(News("Good day"))

    switchboard.start(1, work)
    making = switchboard.find(1)
    assert making is not None
    glimpses = making.follow(beat_s=0.01)
    while next(glimpses).news.text != "Good":
        pass
    go_on.set()
    *_, last = glimpses
    assert (last.news.text, last.done) == ("Good day", True)
    assert switchboard.find(1) is None


def test_a_turn_is_worked_on_by_one_thread_only() -> None:
    switchboard, go_on, begun = Switchboard(), threading.Event(), list[int]()

    def work(hear: Listener) -> None:
        begun.append(1)
        go_on.wait(10)

    switchboard.start(7, work)
    making = switchboard.find(7)
    switchboard.start(7, work)
    go_on.set()
    assert making is not None
    list(making.follow())
    assert begun == [1]


def test_work_that_breaks_still_ends_so_that_no_page_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: heard.append(failure.exc_type))
    switchboard, go_on = Switchboard(), threading.Event()

    def work(hear: Listener) -> None:
        go_on.wait(10)
        raise ValueError("a mistake of ours")

    switchboard.start(1, work)
    making = switchboard.find(1)
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "turn-1")
    go_on.set()
    assert making is not None
    assert [glimpse.done for glimpse in making.follow()][-1]
    assert switchboard.find(1) is None
    thread.join()
    assert heard == [ValueError]
