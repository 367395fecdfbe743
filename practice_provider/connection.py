"""The client at the other end of a request: its body, whether it is still there, and how to hang up on it.

ASGI has no message for closing a connection. A dropped connection is a fault that clients must survive, so it has to be
a real one: the protocol class that uvicorn uses (`protocol`) puts itself into the request's state.
ASGI's messages: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
from collections.abc import Iterable
from typing import Any, TypeVar

from starlette.types import Message, Receive, Scope, Send

from .core import Fault
from .protocol import LINE, ClosableH11, Watchful, uvicorn_config

Answer = TypeVar("Answer")
Header = tuple[bytes, bytes]


class ClientGone(Exception):
    """The client has closed the connection, or we have closed it on the client."""


class Client:
    """One request's two directions. Every wait in here ends with `ClientGone` as soon as the client leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._line: Watchful | None = scope.get("state", {}).get(LINE)
        self._leaving: asyncio.Task[None] | None = None
        self._last = False  # is this the connection's last request?
        self.started = False  # was a status line sent?

    async def body(self, declared: bytes | None, most: int) -> bytes:
        """Read the whole body.

        Raises:
            Fault: "too_large" as soon as it is known to be longer than `most` bytes, "timeout" when it is too slow.
            ClientGone: when it never arrives as a whole.
        """
        if declared is not None and declared.isdigit() and int(declared) > most:
            raise _too_large(most)
        if self._line is None or not self._line.unfinished():  # it is there already: a timer would cost 5 µs
            return await self._whole_body(most)
        body_s = self._line.patience.body_s
        try:
            async with asyncio.timeout(body_s):
                return await self._whole_body(most)
        except TimeoutError:
            self._last = True
            raise Fault("timeout", f"The request's body was not complete after {body_s:g} s.") from None

    async def _whole_body(self, most: int) -> bytes:
        chunks: list[bytes] = []
        length, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunks.append(message.get("body", b""))
            length, more = length + len(chunks[-1]), message.get("more_body", False)
            if length > most:
                raise _too_large(most)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def wait(self, future: asyncio.Future[Answer]) -> Answer:
        """Wait for an answer; it is cancelled if the client leaves first."""
        either: set[asyncio.Future[Any]] = {future, self._gone()}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not future.done():
            future.cancel()
            raise ClientGone
        return future.result()

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        if seconds > 0:
            await asyncio.wait({self._gone()}, timeout=seconds)
        if self._leaving is not None and self._leaving.done():
            raise ClientGone

    async def start(self, status: int, headers: Iterable[Header]) -> None:
        """Send the status line and the headers."""
        self.started = True
        last = [(b"connection", b"close")] if self._last else []
        await self._put({"type": "http.response.start", "status": status, "headers": [*headers, *last]})

    async def write(self, data: bytes, *, more: bool) -> None:
        """Send a piece of the reply; the one with `more=False` is the last."""
        await self._put({"type": "http.response.body", "body": data, "more_body": more})

    async def _put(self, message: Message) -> None:
        if self._line is not None and self._line.transport.is_closing():
            await self._gone()  # uvicorn logs an error if the application returns before the end was noticed
            raise ClientGone
        await self._send(message)

    async def hang_up(self) -> None:
        """Close the connection: what was written before still arrives, and nothing after it.

        Raises:
            ClientGone: always, because nobody is there any more.
            RuntimeError: under a server that was not configured by `uvicorn_config`.
        """
        if self._line is None:
            raise RuntimeError("the server gives no access to its connections: run it with uvicorn_config()")
        self._line.transport.close()
        await self._gone()
        raise ClientGone

    def leave(self) -> None:
        """Stop watching; to be called when the request is over."""
        if self._leaving is not None:
            self._leaving.cancel()

    def _gone(self) -> asyncio.Task[None]:
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._watch())
        return self._leaving

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _too_large(most: int) -> Fault:
    return Fault("too_large", f"The request body is larger than {most:,} bytes: send less, or in several requests.")


__all__ = ["Client", "ClientGone", "ClosableH11", "Header", "uvicorn_config"]
