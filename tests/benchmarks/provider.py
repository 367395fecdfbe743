"""What the practice provider's HTTP face costs, next to a bare Starlette route that returns the same bytes.

    python tests/benchmarks/provider.py [--requests 1200] [--rounds 3] [--model practice]

The simulated delay is off and the model is a constant, so that only reading, checking, journal, wire and writing are
measured (`--model practice` asks the practice model instead). Server and load run in processes of their own; the two
routes take turns within a round, and the table shows medians over the rounds. Times on a shared machine swing: compare
the ratios, and the CPU per request more than the requests per second. It prints, and judges nothing.
In a stream without delays the provider joins frames into few writes, while the bare route sends each event by itself.
"""

import argparse
import asyncio
import importlib.util
import json
import multiprocessing
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import psutil
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from practice_provider import model
from practice_provider.connection import uvicorn_config
from practice_provider.core import Ask, Reply, Request, Text, Usage
from practice_provider.server import create_app
from practice_provider.settings import Settings

CLIENTS = (1, 20, 200)
WORDS = "An espresso machine that drips after brewing usually has a worn gasket; replace it once a year. " * 3
ASK = {"model": "practice-small", "messages": [{"role": "user", "content": "Why does my machine drip?"}]}


class Constant:
    """A model that costs nothing."""

    def answer(self, request: Request) -> Reply:
        """Give always the same reply."""
        assert isinstance(request, Ask)
        return Reply("constant", request.model, (Text(WORDS),), "end", Usage(20, 60))


# ---- the server's process --------------------------------------------------------------------------------------


def serve(app: Starlette, pipe: Connection) -> None:
    """Serve an application on a free port, and tell the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        pipe.send(listener.getsockname()[1])
        uvicorn.Server(uvicorn_config(app, "127.0.0.1", 0)).run(sockets=[listener])


def serve_provider(pipe: Connection, practice: bool) -> None:
    """Serve the provider without delays."""
    serve(create_app(model.load() if practice else Constant(), Settings(speed=0)), pipe)


def serve_bare(pipe: Connection, body: bytes) -> None:
    """Serve a route that does nothing but read the JSON and return these bytes."""

    async def whole(request: HttpRequest) -> Response:
        await request.json()
        return Response(body, media_type="application/json")

    serve(Starlette(routes=[Route("/openai/v1/chat/completions", whole, methods=["POST"])]), pipe)


def serve_bare_stream(pipe: Connection, body: bytes) -> None:
    """Serve a route that reads the JSON and streams these bytes, one event at a time."""
    events = [event + b"\n\n" for event in body.split(b"\n\n")[:-1]]

    async def stream(request: HttpRequest) -> Response:
        await request.json()

        async def each() -> Any:
            for event in events:
                yield event

        return StreamingResponse(each(), media_type="text/event-stream")

    serve(Starlette(routes=[Route("/openai/v1/chat/completions", stream, methods=["POST"])]), pipe)


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    name: str
    port: int
    process: Any

    def cpu_s(self) -> float:
        """Give the CPU seconds that it has used."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


def start(name: str, target: Any, *args: Any) -> Server:
    """Start a server and wait until it listens."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *args), daemon=True)
    process.start()
    return Server(name, ours.recv(), process)


# ---- the load --------------------------------------------------------------------------------------------------


class Caller(asyncio.Protocol):
    """One connection that sends the same request again and again; as light as can be."""

    def __init__(self, request: bytes) -> None:
        self._request, self._got = request, bytearray()
        self._ends = b""
        self.reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def call(self) -> bytes:
        """Send the request and wait for the body of its reply."""
        self.reply = asyncio.get_running_loop().create_future()
        self._got.clear()
        self.transport.write(self._request)
        return await self.reply

    def data_received(self, data: bytes) -> None:
        """Collect the reply until it is complete."""
        self._got += data
        head, found, body = bytes(self._got).partition(b"\r\n\r\n")
        if not found:
            return
        assert head.startswith(b"HTTP/1.1 200"), head
        if b"chunked" in head:
            if body.endswith(b"0\r\n\r\n"):
                self.reply.set_result(_unchunked(body))
        elif len(body) == int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            self.reply.set_result(body)


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole, body = whole + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return whole


def http(port: int, body: dict[str, Any]) -> bytes:
    """Write a request as bytes."""
    raw = json.dumps(body).encode()
    lines = (
        "POST /openai/v1/chat/completions HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Authorization: Bearer practice-bench",
        "Content-Type: application/json",
        f"Content-Length: {len(raw)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


async def load(server: Server, request: bytes, clients: int, requests: int) -> tuple[list[float], float, float]:
    """Send the requests over so many connections: latencies in seconds, requests per second, CPU µs per request."""
    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda: Caller(request), "127.0.0.1", server.port))[1] for _ in range(clients)
    ]
    latencies: list[float] = []

    async def one(caller: Caller) -> None:
        for _ in range(requests // clients):
            began = time.perf_counter()
            await caller.call()
            latencies.append(time.perf_counter() - began)

    cpu_s, began = server.cpu_s(), time.perf_counter()
    await asyncio.gather(*(one(caller) for caller in callers))
    seconds, cpu_s = time.perf_counter() - began, server.cpu_s() - cpu_s
    for caller in callers:
        caller.transport.close()
    return latencies, len(latencies) / seconds, cpu_s / len(latencies) * 1e6


async def first_reply(server: Server, request: bytes) -> bytes:
    """Give the body of one reply."""
    caller = (await asyncio.get_running_loop().create_connection(lambda: Caller(request), "127.0.0.1", server.port))[1]
    body = await caller.call()
    caller.transport.close()
    return body


# ---- the table -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """The medians of one server at one number of clients."""

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def median_row(rounds: Sequence[tuple[list[float], float, float]]) -> Row:
    """Give the medians over the rounds."""

    def quantile(latencies: list[float], share: float) -> float:
        return sorted(latencies)[min(len(latencies) - 1, int(len(latencies) * share))] * 1000

    return Row(
        statistics.median(per_s for _, per_s, _ in rounds),
        statistics.median(quantile(latencies, 0.5) for latencies, _, _ in rounds),
        statistics.median(quantile(latencies, 0.99) for latencies, _, _ in rounds),
        statistics.median(cpu_us for _, _, cpu_us in rounds),
    )


def compare(provider: Server, bare: Server, request: dict[str, Any], requests: int, rounds: int) -> None:
    """Load both, in turns, and print their rows with ratios."""
    for clients in CLIENTS:
        results: dict[str, list[tuple[list[float], float, float]]] = {provider.name: [], bare.name: []}
        for _ in range(rounds):
            for server in (bare, provider):
                loaded = asyncio.run(load(server, http(server.port, request), clients, max(requests, clients)))
                results[server.name].append(loaded)
        rows = {name: median_row(done) for name, done in results.items()}
        for name, row in rows.items():
            print(f"{clients:>7}  {name:<22}{row.per_s:>9.0f}{row.p50_ms:>10.2f}{row.p99_ms:>10.2f}{row.cpu_us:>10.0f}")
        ours, theirs = rows[provider.name], rows[bare.name]
        added = f"{ours.p50_ms - theirs.p50_ms:>+10.2f}{ours.p99_ms - theirs.p99_ms:>+10.2f}"
        speed, cpu = ours.per_s / theirs.per_s, ours.cpu_us / theirs.cpu_us
        print(f"{'':>9}{'ratio, added ms, ratio':<22}{speed:>9.2f}{added}{cpu:>10.2f}")


def main() -> None:
    """Run the comparison for whole replies and for streams."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=1200, help="per round, server and number of clients")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", choices=("constant", "practice"), default="constant")
    chosen = parser.parse_args()
    loop = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"
    print(f"httptools on {loop}; {chosen.rounds} rounds of {chosen.requests} requests; model: {chosen.model}")
    provider = start("provider", serve_provider, chosen.model == "practice")
    for title, request, target in (
        ("whole reply", ASK, serve_bare),
        ("stream", {**ASK, "stream": True}, serve_bare_stream),
    ):
        body = asyncio.run(first_reply(provider, http(provider.port, request)))
        bare = start("bare Starlette route", target, body)
        asyncio.run(first_reply(bare, http(bare.port, request)))
        print(f"\n{title}, {len(body)} bytes\nclients  server{'':<21}req/s    p50 ms    p99 ms  CPU µs/req")
        compare(provider, bare, request, chosen.requests, chosen.rounds)
        bare.process.terminate()
    provider.process.terminate()


if __name__ == "__main__":
    main()
