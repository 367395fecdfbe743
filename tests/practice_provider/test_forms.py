"""Multipart forms: read as they were sent, and refused where they are none."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_provider.core import Fault
from practice_provider.forms import Upload, multipart_form

TYPE = {b"content-type": b"multipart/form-data; boundary=cut"}


def part(name: str, value: bytes, *more: str) -> bytes:
    """One part of a form."""
    head = "; ".join(["Content-Disposition: form-data", f'name="{name}"', *more])
    return b"--cut\r\n" + head.encode() + b"\r\n\r\n" + value + b"\r\n"


END = b"--cut--\r\n"


def test_fields_lists_objects_and_files_are_read():
    named = b'Content-Disposition: form-data; name="file"; filename="a.txt"'
    file = b"--cut\r\n" + named + b"\r\nContent-Type: text/plain\r\n\r\n\r\n\r\n"
    raw = part("n", b"5") + part("l[]", b"a") + part("l[]", b"b") + part("o[x]", "ü".encode()) + file + END
    assert multipart_form(TYPE, raw) == {
        "n": "5",
        "l": ["a", "b"],
        "o": {"x": "ü"},
        "file": Upload("a.txt", "text/plain", b"\r\n"),
    }


@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_the_bytes_of_a_file_come_through_unchanged(data: bytes):
    raw = part("file", data, 'filename="a"') + END
    form = multipart_form(TYPE, raw)
    assert form["file"].data == data or b"--cut" in data


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "breaks off"),
        (part("a", b"1"), "breaks off"),
        (part("a", b"1")[:30], "breaks off"),
        (b"nonsense", "not a valid multipart form"),
        (part("a", b"\xff") + END, "not UTF-8"),
        (part("a", b"1") + part("a[]", b"1") + END, "in two ways"),
        (part("", b"1") + END, "has no name"),
        (part("a", b"") * 201 + END, "more than 200 parts"),
    ],
)
def test_what_is_no_form_is_refused_with_a_reason(raw, words):
    with pytest.raises(Fault, match=words) as caught:
        multipart_form(TYPE, raw)
    assert caught.value.kind == "bad_request"


@pytest.mark.parametrize("sent", [b"", b"application/json", b"multipart/form-data"])
def test_another_content_type_is_refused(sent):
    with pytest.raises(Fault) as caught:
        multipart_form({b"content-type": sent}, END)
    assert caught.value.kind == "media_type"


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=200), place=st.integers(0, 200))
def test_any_bytes_are_read_or_refused(raw: bytes, place: int):
    whole = part("a[]", b"1") + part("file", b"data", 'filename="a"') + END
    for body in (raw, whole[:place], whole[:place] + raw + whole[place:]):
        with suppress(Fault):
            multipart_form(TYPE, body)
