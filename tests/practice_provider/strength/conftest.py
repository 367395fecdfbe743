"""What the tests of strength share: a plain TCP connection to a provider, and a provider of one's own."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from practice_provider.server import create_app
from practice_provider.settings import Settings

PATIENCE_S = 10.0
GONE = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError)


@dataclass(frozen=True)
class Reply:
    """What came back over a plain connection; status 0 means that it was closed without a reply."""

    status: int
    head: bytes
    body: bytes


class Line:
    """A TCP connection on which a test sends what it likes. A read that takes longer than `PATIENCE_S` fails."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE_S)
        self._got = b""

    def send(self, data: bytes) -> None:
        """Send bytes; if the other end has closed, that is for the reading to notice."""
        with suppress(*GONE):
            self.socket.sendall(data)

    def finish(self) -> None:
        """Send no more, but go on reading."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def read(self) -> bytes:
        """Read what is there; nothing when the other end has closed."""
        with suppress(*GONE):
            return self.socket.recv(65_536)
        return b""

    def reply(self) -> Reply:
        """Read one reply, with the sizes of its chunks."""
        while b"\r\n\r\n" not in self._got:
            if not (data := self.read()):
                return Reply(0, self._got, b"")
            self._got += data
        head, _, rest = self._got.partition(b"\r\n\r\n")
        while (length := _length(head.lower(), rest)) < 0 and (data := self.read()):
            rest += data
        self._got = rest[length:] if length >= 0 else b""
        return Reply(int(head.split(b" ")[1]), head, rest[:length] if length >= 0 else rest)


def _length(head: bytes, rest: bytes) -> int:
    """How many bytes of the rest are this reply's body; -1 as long as it is not complete."""
    if found := re.search(rb"content-length: *(\d+)", head):
        return int(found[1]) if len(rest) >= int(found[1]) else -1
    if b"transfer-encoding: chunked" not in head:
        return 0
    end = rest.find(b"0\r\n\r\n")
    return end + 5 if end >= 0 else -1


@pytest.fixture
def line() -> Iterator[Callable[[str], Line]]:
    """Open plain connections that are closed after the test."""
    opened: list[Line] = []

    def open_one(url: str) -> Line:
        opened.append(Line(url))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def quiet(serve: Callable[..., Any], new_parrot: Callable[[], Any]) -> Iterator[Any]:
    """A provider of one's own that answers without delay."""
    with serve(create_app(new_parrot(), Settings(speed=0))) as provider:
        yield provider
