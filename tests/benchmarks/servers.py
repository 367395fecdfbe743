"""The servers of the benchmark, each in a process of its own: ours, a bare ASGI route, and public peers.

Run as a program it is one of our servers; it prints its port. All of them give the same words to the same ask, as far
as they can: `WORDS` is what llmock's echo makes of `PROMPT`. Peers are installed by `peers`.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

PROMPT = (
    "An espresso machine that drips after brewing usually has a worn gasket; replace it once a year, clean it weekly."
)
WORDS = f"Hello! You said: {PROMPT[:120]}"
ASK = {"model": "practice-small", "messages": [{"role": "user", "content": PROMPT}]}
OURS = "/openai/v1/chat/completions"
THEIRS = "/v1/chat/completions"
HERE = Path(__file__)


@dataclass(frozen=True)
class Server:
    """A server that runs, and the path at which it takes chats."""

    name: str
    port: int
    path: str
    process: "subprocess.Popen[bytes]"

    def cpu_s(self) -> float:
        """Give the CPU seconds that it has used, to 10 ms."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def memory_mb(self) -> float:
        """Give the memory that it holds (RSS)."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def start(name: str, *words: str, body: bytes = b"") -> Server:
    """Start one of our servers: 'provider', or 'bare' with the body that it gives."""
    process = subprocess.Popen([sys.executable, str(HERE), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(body)
    process.stdin.close()
    return Server(name, int(process.stdout.readline()), OURS, process)


def start_peer(name: str, command: Sequence[str], variables: Mapping[str, str] | None = None) -> Server:
    """Start a peer; `{port}` in its command is replaced by a free one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [word.replace("{port}", str(port)) for word in command]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, env={**os.environ, **(variables or {})})
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return Server(name, port, THEIRS, process)
    process.terminate()
    raise RuntimeError(f"{name} does not listen on port {port} after 30 s: {' '.join(words)}")


# ---- our own ---------------------------------------------------------------------------------------------------


class Constant:
    """A model that costs nothing."""

    def answer(self, request: Any) -> Any:
        """Give always the same reply."""
        from practice_provider.core import Reply, Text, Usage

        return Reply("constant", request.model, (Text(WORDS),), "end", Usage(20, 30))

    def is_quick(self, request: Any) -> bool:
        """Say that no answer takes long."""
        return True


def bare(body: bytes, media_type: bytes) -> Callable[..., Awaitable[None]]:
    """Give an ASGI application that reads the request, parses its JSON and returns these bytes."""
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        raw, more = b"", True
        while more:
            message = await receive()
            raw, more = raw + message.get("body", b""), message.get("more_body", False)
        json.loads(raw)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _app(arguments: argparse.Namespace) -> Any:
    if arguments.app == "bare":
        return bare(sys.stdin.buffer.read(), arguments.media_type.encode())
    from practice_provider import model
    from practice_provider.server import create_app
    from practice_provider.settings import Settings

    return create_app(model.load() if arguments.model == "practice" else Constant(), Settings(speed=0))


def main() -> None:
    """Be one of our servers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("app", choices=("provider", "bare"))
    parser.add_argument("--model", choices=("constant", "practice"), default="constant")
    parser.add_argument("--loop", choices=("auto", "asyncio"), default="auto")
    parser.add_argument("--media-type", default="application/json")
    arguments = parser.parse_args()
    import uvicorn

    from practice_provider.connection import uvicorn_config

    config = uvicorn_config(_app(arguments), "127.0.0.1", 0)
    config.loop = arguments.loop
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
