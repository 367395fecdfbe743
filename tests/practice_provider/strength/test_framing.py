"""Bytes that are not quite HTTP: refused or answered in time, never with a 500, and the next client is served."""

from typing import Any

import pytest

from practice_provider.connection import ClosableH11
from practice_provider.protocol import MOST_HEAD_BYTES, Patience
from practice_provider.server import create_app
from practice_provider.settings import Settings

BODY = b'{"model": "m", "messages": [{"role": "user", "content": "good morning"}]}'
LINE = b"POST /openai/v1/chat/completions HTTP/1.1\r\n"
NEEDED = b"Host: localhost\r\nAuthorization: Bearer practice-framing\r\nContent-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
GOOD = LINE + NEEDED + LENGTH + b"\r\n" + BODY
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
WEBSOCKET = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"


def chunked(*sizes_and_data: bytes) -> bytes:
    return LINE + NEEDED + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(sizes_and_data)


WHOLE = b"%x\r\n" % len(BODY) + BODY + b"\r\n"

ANSWERED = {
    "a good request": GOOD,
    "chunks": chunked(WHOLE, b"0\r\n\r\n"),
    "chunks of one byte": chunked(*(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in BODY), b"0\r\n\r\n"),
    "chunks with a trailer": chunked(WHOLE, b"0\r\nX-Sum: 1\r\n\r\n"),
    "HTTP/1.0": GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "an offer of HTTP/2": LINE + NEEDED + OFFER + LENGTH + b"\r\n" + BODY,
    "an offer of WebSocket": LINE + NEEDED + WEBSOCKET + LENGTH + b"\r\n" + BODY,
    "100-continue": LINE + NEEDED + b"Expect: 100-continue\r\n" + LENGTH + b"\r\n" + BODY,
    "five hundred headers": LINE + NEEDED + b"".join(b"X-%d: 1\r\n" % n for n in range(500)) + LENGTH + b"\r\n" + BODY,
}
REFUSED = {
    "nothing but noise": bytes(range(256)) * 4 + b"\r\n\r\n",
    "a TLS client": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n",
    "an HTTP/2 client": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an HTTP/0.9 client": b"GET /\r\n\r\n",
    "a method of small letters": GOOD.replace(b"POST", b"post", 1),
    "a tunnel": b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header without a colon": LINE + NEEDED + b"Oops\r\n\r\n",
    "a space before a colon": LINE + NEEDED + b"Oops : 1\r\n\r\n",
    "a null in a header": LINE + NEEDED + b"X: a\0b\r\n\r\n",
    "a length that is no number": LINE + NEEDED + b"Content-Length: ten\r\n\r\n" + BODY,
    "a negative length": LINE + NEEDED + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length beyond all numbers": LINE + NEEDED + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + BODY,
    "a length larger than we read": LINE + NEEDED + b"Content-Length: 9999999999\r\n\r\n" + BODY,
    "two lengths": LINE + NEEDED + LENGTH + b"Content-Length: 1\r\n\r\n" + BODY,
    "a length and chunks": LINE + NEEDED + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n" + BODY,
    "an unknown transfer encoding": LINE + NEEDED + b"Transfer-Encoding: gzip\r\n\r\n" + BODY,
    "a chunk's size that is no number": chunked(b"ten\r\n", BODY),
    "a chunk larger than its size": chunked(b"5\r\n", BODY, b"\r\n0\r\n\r\n"),
    "a chunk of all bytes there are": chunked(b"f" * 20 + b"\r\n", BODY),
    "an address that is not ASCII": b"GET /openai/v1/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an address of no end": b"GET /" + b"a" * 3 * MOST_HEAD_BYTES,
    "a header of no end": LINE + b"X: " + b"a" * 3 * MOST_HEAD_BYTES,
    "headers of no end": LINE + b"X: a\r\n" * (MOST_HEAD_BYTES // 2),
    "no host": LINE + NEEDED.replace(b"Host: localhost\r\n", b"") + LENGTH + b"\r\n" + BODY,
    "another host": GOOD.replace(b"localhost", b"evil.example"),
}
PROTOCOLS = {"httptools": {}, "h11": {"http": ClosableH11}}


@pytest.fixture(scope="module", params=PROTOCOLS.values(), ids=PROTOCOLS)
def framed(request: pytest.FixtureRequest, serve: Any, new_parrot: Any) -> Any:
    """A provider on each of the two protocols."""
    app = create_app(new_parrot(), Settings(speed=0, max_body_bytes=1_000_000))
    with serve(app, patience=Patience(head_s=1, body_s=1), **request.param) as provider:
        yield provider


@pytest.mark.parametrize("sent", ANSWERED.values(), ids=ANSWERED)
@pytest.mark.parametrize("piece", [1_000_000, 7], ids=["at once", "in small pieces"])
def test_unusual_http_is_answered(framed: Any, line: Any, sent: bytes, piece: int) -> None:
    client = line(framed.url)
    for start in range(0, len(sent), piece):
        client.send(sent[start : start + piece])
    reply = client.reply()
    if reply.status == 100:  # go on
        reply = client.reply()
    assert reply.status == 200
    assert b"good morning" in reply.body


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_refused_and_the_next_client_served(framed: Any, line: Any, sent: bytes) -> None:
    client = line(framed.url)
    client.send(sent)
    reply = client.reply()
    assert reply.status == 0 or 400 <= reply.status < 500, reply.head
    assert b"Traceback" not in reply.body
    client = line(framed.url)
    client.send(GOOD)
    assert client.reply().status == 200


@pytest.mark.parametrize("name", ["an address of no end", "a header of no end", "headers of no end"])
def test_headers_without_an_end_are_refused_and_not_collected(framed: Any, line: Any, name: str) -> None:
    client = line(framed.url)
    client.send(REFUSED[name])
    assert client.reply().status == 400


@pytest.mark.parametrize("given", [b"", BODY[:10]], ids=["none of it", "some of it"])
def test_a_client_that_leaves_before_its_body_is_complete_is_forgotten(framed: Any, line: Any, given: bytes) -> None:
    client = line(framed.url)
    client.send(LINE + NEEDED + LENGTH + b"\r\n" + given)
    client.finish()
    assert client.reply().status == 0


def test_requests_that_are_sent_together_are_answered_one_after_the_other(framed: Any, line: Any) -> None:
    client = line(framed.url)
    client.send(GOOD * 3)
    assert [client.reply().status for _ in range(3)] == [200] * 3


def test_noise_after_a_request_ends_the_connection(framed: Any, line: Any) -> None:
    client = line(framed.url)
    client.send(GOOD + b"\0 noise \r\n\r\n")
    while client.read():
        pass
