"""HTTP/1.1 by httptools (C): what the provider runs on wherever httptools is installed.

Two things that uvicorn's own protocol lacks. The headers of a request are bounded. And when a client offers to go on in
HTTP/2 or WebSocket, as Java's own client does with its first request (`Upgrade: h2c`), the offer is ignored, as a
server may: httptools can't go on after one, and the body would be lost.
https://www.rfc-editor.org/rfc/rfc9110#section-7.8
"""

from collections.abc import Iterator

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .protocol import MOST_HEAD_BYTES, Watchful

OFFERS = (b"upgrade", b"http2-settings")


class _Plain(HttpToolsProtocol):
    """uvicorn's protocol for requests of bounded headers, whatever they offer."""

    begun = False  # a request
    in_head = False
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Take in bytes."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._without_offer(data[offer.args[0] :])
        except httptools.HttpParserError:
            self._refuse("This is not HTTP/1.1 as it should be.")
        if self.in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(f"The request's headers are longer than {MOST_HEAD_BYTES:,} bytes.")

    def _refuse(self, message: str) -> None:
        """End the connection; with a word of refusal, unless that would get into the middle of a reply."""
        if self.cycle is None or self.cycle.response_complete:
            self.send_400_response(message)
        else:
            self.transport.close()

    def _without_offer(self, rest: bytes) -> None:
        """Read the same request again, as if it had offered nothing; `rest` is what came after its headers."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse("CONNECT is not possible: this is not a proxy.")
            return
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn has it
        self.data_received(b"".join(self._head(method)) + rest)

    def _head(self, method: bytes) -> Iterator[bytes]:
        yield b"%s %s HTTP/1.1\r\n" % (method, self.url)
        yield from (b"%s: %s\r\n" % header for header in self.headers if header[0] not in OFFERS)
        yield b"\r\n"

    def _should_upgrade(self) -> bool:
        return True  # uvicorn then starts nothing for such a request

    def on_message_begin(self) -> None:
        """A request begins."""
        self.begun = self.in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its headers are there."""
        self.in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Its body is there."""
        self.begun = False
        super().on_message_complete()


class ClosableHttpTools(Watchful, _Plain):
    """One connection."""

    def unfinished(self) -> str:
        """Say what of a request is still to come."""
        return "head" if self.in_head else "body" if self.begun else ""
