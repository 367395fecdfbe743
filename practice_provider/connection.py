"""The client at the other end of a request: its body, whether it is still there, and how to hang up on it.

ASGI has no message for closing a connection. A dropped connection is a fault that clients must survive, so it has to be
a real one: the protocol class that uvicorn uses puts the transport into the request's state.
ASGI's messages: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import socket
from collections.abc import Iterable
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .core import Fault

Answer = TypeVar("Answer")
Header = tuple[bytes, bytes]

_TRANSPORT = "practice.transport"


class ClientGone(Exception):
    """The client has closed the connection, or we have closed it on the client."""


class Client:
    """One request's two directions. Every wait in here ends with `ClientGone` as soon as the client leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._leaving: asyncio.Task[None] | None = None
        self.started = False  # was a status line sent?

    async def body(self, declared: bytes | None, most: int) -> bytes:
        """Read the whole body.

        Raises:
            Fault: "too_large" as soon as it is known to be longer than `most` bytes.
            ClientGone: when it never arrives as a whole.
        """
        if declared is not None and declared.isdigit() and int(declared) > most:
            raise _too_large(most)
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
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def write(self, data: bytes, *, more: bool) -> None:
        """Send a piece of the reply; the one with `more=False` is the last."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def hang_up(self) -> None:
        """Close the connection: what was written before still arrives, and nothing after it.

        Raises:
            ClientGone: always, because nobody is there any more.
            RuntimeError: under a server that was not configured by `uvicorn_config`.
        """
        transport = self._scope.get("state", {}).get(_TRANSPORT)
        if transport is None:
            raise RuntimeError("the server gives no access to its connections: run it with uvicorn_config()")
        transport.close()
        await self._gone()  # uvicorn logs an error if the application returns before the end was noticed
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


class ClosableHttpTools(HttpToolsProtocol):
    """HTTP/1.1 by httptools (C); the one that the provider runs on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Prepare the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: _prompt(transport)}


class ClosableH11(H11Protocol):
    """HTTP/1.1 by h11 (pure Python), for an interpreter that httptools has no wheel for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Prepare the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: _prompt(transport)}


def _prompt(transport: asyncio.Transport) -> asyncio.Transport:
    """Send every piece at once. Otherwise the kernel may hold a body back for 40 ms after its headers (Nagle)."""
    line = transport.get_extra_info("socket")
    if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return transport


def uvicorn_config(app: ASGIApp, host: str, port: int, *, log_config: Any = None) -> uvicorn.Config:
    """Give the configuration under which the provider runs everywhere: process, tests and benchmark."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=ClosableHttpTools,
        ws="none",
        access_log=False,  # Gemini's key may stand in the URL; the journal is the better record
        log_config=log_config,
        server_header=False,
        proxy_headers=False,  # the endpoints for loopback only go by the address that really connected
        timeout_keep_alive=75,  # longer than clients keep one, so that none meets a connection that was just closed
        timeout_graceful_shutdown=2,
    )
