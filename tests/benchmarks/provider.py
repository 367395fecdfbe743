"""What the practice provider costs, next to a bare ASGI route and to public peers, in one run.

    python tests/benchmarks/provider.py [--no-peers] [--requests 2000] [--rounds 5] [--memory 100000]

Servers take turns within a round, and the table shows medians over the rounds. Times on a shared machine swing: trust
the CPU per request, and of the rest the ratios. Nobody simulates a delay; reading, checking, journal, token counts and
writing are measured. 'constant' is a model that costs nothing, as the peers' fixtures do; 'practice' is the real one,
asked the same again and again. It prints, and judges nothing.

The bare route gives our bytes without doing anything for them. In a stream without delays the provider joins frames
into few writes; the peers send each one by itself. aimock's journal keeps 1,000 entries, ours 2,000.
"""

import argparse
import asyncio
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import load
import servers
from load import Round, Row
from servers import ASK, Server

CLIENTS = (1, 20, 200)
REFERENCE = "bare ASGI route"
ASKS: Mapping[str, Mapping[str, Any]] = {"plain": ASK, "stream": {**ASK, "stream": True}}
COLUMNS = ("CPU µs/req", "req/s", "p50 ms", "p99 ms", "CPU ratio", "p99 added")
HEAD = f"clients  {'server':<28}" + "".join(f"{column:>11}" for column in COLUMNS)


def start_ours() -> Iterator[Server]:
    """Start the provider in its variants, the first of which the others are compared with."""
    quick = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"
    yield servers.start(f"provider, {quick}", "provider")
    if quick == "uvloop":
        yield servers.start("provider, asyncio", "provider", "--loop", "asyncio")
    yield servers.start("provider, practice model", "provider", "--model", "practice")


def compare(running: Sequence[Server], ask: Mapping[str, Any], requests: int, rounds: int) -> None:
    """Load all servers, in turns, and print their rows."""
    for clients in CLIENTS:
        done: dict[str, list[Round]] = {server.name: [] for server in running}
        for _ in range(rounds):
            for server in running:
                done[server.name].append(asyncio.run(load.load(server, ask, clients, requests)))
        rows = {name: load.medians(each) for name, each in done.items()}
        for name, row in rows.items():
            print(_line(clients, name, row, rows[running[0].name], rows[REFERENCE]), flush=True)
        print()


def _line(clients: int, name: str, row: Row, ours: Row, reference: Row) -> str:
    measured = f"{row.cpu_us:>11.0f}{row.per_s:>11.0f}{row.p50_ms:>11.2f}{row.p99_ms:>11.2f}"
    ratio = f"{ours.cpu_us / row.cpu_us:>11.2f}{row.p99_ms - reference.p99_ms:>+11.2f}"
    return f"{clients:>7}  {name:<28}{measured}{ratio}"


def memory(requests: int) -> None:
    """Print how the memory of a provider without the embedding model grows over so many requests."""
    with servers.start("provider", "provider") as server:
        print(f"memory (RSS) without the embedding model: {server.memory_mb():.1f} MB after the start")
        step = max(1, requests // 5)
        for number in range(1, 6):
            asyncio.run(load.load(server, ASKS["stream" if number % 2 else "plain"], 20, step))
            print(f"  after {number * step:>7} requests: {server.memory_mb():.1f} MB", flush=True)


def main() -> None:
    """Run the comparison for whole replies and for streams, then look at the memory."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=2000, help="per round, server and number of clients")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true", help="install and run no peers")
    parser.add_argument("--memory", type=int, default=100_000, metavar="N", help="requests of the memory test; 0: none")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        running = [stack.enter_context(server) for server in start_ours()]
        if not chosen.no_peers:
            from peers import start_all

            running += [stack.enter_context(server) for server in start_all()]
        for title, ask in ASKS.items():
            bodies = {server.name: asyncio.run(load.first_reply(server, ask))[1] for server in running}
            print(f"{title}; bytes of the body: {', '.join(f'{name} {len(body)}' for name, body in bodies.items())}")
            with servers.start(REFERENCE, "bare", body=bodies[running[0].name]) as bare:
                print(HEAD)
                compare([*running, bare], ask, chosen.requests, chosen.rounds)
        for server in running:
            print(f"memory after the load: {server.name:<30}{server.memory_mb():>7.0f} MB")
    if chosen.memory:
        memory(chosen.memory)


if __name__ == "__main__":
    main()
