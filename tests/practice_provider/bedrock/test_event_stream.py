"""AWS's event-stream encoding, read back with AWS's own library."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_provider.event_stream import encode, message
from practice_provider.wires import Frame

names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)


@settings(deadline=None, derandomize=True, database=None)
@given(sent=st.lists(st.tuples(st.dictionaries(names, st.text(max_size=30), max_size=4), st.binary(max_size=50))))
def test_what_is_written_is_what_botocore_reads(sent: list[tuple[Mapping[str, str], bytes]]) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(b"".join(message(headers, payload) for headers, payload in sent))
    assert [(read.headers, read.payload) for read in buffer] == sent


def read(frame: Frame) -> Any:
    buffer = EventStreamBuffer()
    buffer.add_data(encode(frame))
    return next(buffer)


def test_a_frame_is_an_event_and_one_that_is_named_like_an_exception_is_one() -> None:
    event = read(Frame({"n": 1}, "messageStop"))
    assert event.headers == {
        ":event-type": "messageStop",
        ":content-type": "application/json",
        ":message-type": "event",
    }
    assert event.payload == b'{"n":1}'
    assert event.to_response_dict()["status_code"] == 200
    exception = read(Frame({"message": "w"}, "throttlingException"))
    assert exception.headers[":exception-type"] == "throttlingException"
    assert exception.to_response_dict()["status_code"] == 400


def test_a_spoilt_frame_fails_its_checksum() -> None:
    with pytest.raises(ChecksumMismatch):
        read(Frame('{"n":', "messageStop"))
