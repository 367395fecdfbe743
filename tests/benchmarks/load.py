"""The load of the benchmark: so many connections that send the same request again and again, as light as can be.

The client is one asyncio process; what it costs itself is in the latencies, for every server alike.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servers import Server

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Round:
    """What one round of requests to one server took."""

    latencies_s: Sequence[float]
    per_s: float
    cpu_us: float  # of the server, per request

    def quantile_ms(self, share: float) -> float:
        """Give a quantile of the latencies."""
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@dataclass(frozen=True)
class Row:
    """The medians of one server over its rounds."""

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def medians(rounds: Sequence[Round]) -> Row:
    """Give the medians over rounds."""
    return Row(
        statistics.median(one.per_s for one in rounds),
        statistics.median(one.quantile_ms(0.5) for one in rounds),
        statistics.median(one.quantile_ms(0.99) for one in rounds),
        statistics.median(one.cpu_us for one in rounds),
    )


class Caller(asyncio.Protocol):
    """One connection that sends one request after the other."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._got = bytearray()
        self._whole = 0  # bytes of the reply; 0 while unknown, -1 for chunks
        self.reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def call(self) -> bytes:
        """Send the request and wait for its reply, head and body."""
        self.reply = asyncio.get_running_loop().create_future()
        self._got.clear()
        self._whole = 0
        self.transport.write(self._request)
        return await self.reply

    def data_received(self, data: bytes) -> None:
        """Collect the reply until it is complete."""
        self._got += data
        if not self._whole:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._got[:end]).lower()
            assert head.startswith(b"http/1.1 200"), head
            length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._whole = end + 4 + int(length) if length else -1
        if len(self._got) == self._whole or (self._whole < 0 and self._got.endswith(b"\r\n0\r\n\r\n")):
            self.reply.set_result(bytes(self._got))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if not self.reply.done():
            self.reply.set_exception(ConnectionError(f"the server closed the connection: {error}"))


def http(server: Server, body: Mapping[str, Any]) -> bytes:
    """Write a request as bytes."""
    raw = json.dumps(body).encode()
    lines = (
        f"POST {server.path} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Authorization: Bearer practice-bench",
        "Content-Type: application/json",
        "User-Agent: benchmark/1.0",
        "Accept: */*",
        f"Content-Length: {len(raw)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


async def load(server: Server, body: Mapping[str, Any], clients: int, requests: int) -> Round:
    """Send the requests over so many connections."""
    callers = [await connect(server, body) for _ in range(clients)]
    latencies: list[float] = []

    async def one(caller: Caller) -> None:
        for _ in range(max(1, requests // clients)):
            began = time.perf_counter()
            await caller.call()
            latencies.append(time.perf_counter() - began)

    await asyncio.gather(*(caller.call() for caller in callers))  # warm connections
    cpu_s, began = server.cpu_s(), time.perf_counter()
    await asyncio.gather(*(one(caller) for caller in callers))
    seconds, cpu_s = time.perf_counter() - began, server.cpu_s() - cpu_s
    for caller in callers:
        caller.transport.close()
    return Round(latencies, len(latencies) / seconds, cpu_s / len(latencies) * 1e6)


async def connect(server: Server, body: Mapping[str, Any]) -> Caller:
    """Open a connection to a server."""
    request = http(server, body)
    return (await asyncio.get_running_loop().create_connection(lambda: Caller(request), "127.0.0.1", server.port))[1]


async def first_reply(server: Server, body: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Give head and body of one reply; the body without its chunks' sizes."""
    caller = await connect(server, body)
    reply = await asyncio.wait_for(caller.call(), PATIENCE_S)
    caller.transport.close()
    head, _, content = reply.partition(b"\r\n\r\n")
    return head, _unchunked(content) if b"chunked" in head.lower() else content


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole, body = whole + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return whole
