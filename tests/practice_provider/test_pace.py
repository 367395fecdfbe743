"""The simulated time: how long replies of each kind take."""

import time
from typing import Any

import pytest

from practice_provider.core import Reply, Speech, Text, Thinking, Transcript, Usage, Vectors
from practice_provider.job import Ready, tokens_in_turn

ONE = Reply("1", "m", (Text("x"),), "end", Usage(5, 40))


@pytest.mark.parametrize(
    ("result", "tokens"),
    [
        (ONE, 40),
        (Reply("1", "m", (Thinking("…"), Text("x")), "end", Usage(5, 70, reasoning=30)), 70),
        (Reply("1", "m", (Text("x"),), "end", Usage(5, 100), others=(ONE, ONE)), 40),
        (Reply("1", "m", (Text("x"),), "end", Usage(5, 90), others=(ONE,)), 50),
        (Transcript("m", "x", "en", 3.0, (), 30, 12), 12),
        (Speech("m", "audio/wav", b"", 25), 25),
        (Vectors("m", (), 1_000), 0),
    ],
    ids=["reply", "thinking counts", "longest of three", "the first is longer", "transcript", "speech", "vectors"],
)
def test_what_is_said_one_after_the_other_takes_time(result, tokens):
    assert tokens_in_turn(result) == tokens


def test_a_stream_of_several_replies_is_no_slower_than_its_longest():
    assert Ready(Usage(5, 100), paced=40).share == 0.4
    assert Ready(Usage(5, 0)).share == 1.0
    assert Ready(None).share == 1.0


@pytest.mark.parametrize("stream", [False, True])
def test_three_replies_side_by_side_take_as_long_as_one(parrot, key, stream):
    parrot.control(key, "PUT", "pace", {"speed": 10})
    seconds = {}
    for n in (1, 3):
        words: Any = {"messages": [{"role": "user", "content": "word " * 179 + "word"}], "n": n, "stream": stream}
        began = time.monotonic()
        reply = parrot.send("POST", "/openai/v1/chat/completions", key, json={"model": "practice-large", **words})
        seconds[n] = time.monotonic() - began
        assert reply.status_code == 200
    assert seconds[1] > 0.3
    assert seconds[3] < seconds[1] + 0.3
