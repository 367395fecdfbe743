"""A real provider on a free port for the tests of this folder, and a key of its own for each test."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette

from practice_provider import model
from practice_provider.connection import uvicorn_config
from practice_provider.core import Ask, Count, Counted, Fault, ListModels, Models, Reply, Request, Result, Text, Usage
from practice_provider.server import create_app
from practice_provider.settings import Settings


@dataclass(frozen=True)
class RunningProvider:
    """A provider that answers at `url`, and a client that keeps its connections."""

    url: str
    client: httpx2.Client

    def send(self, method: str, path: str, key: str | None = None, **options: Any) -> httpx2.Response:
        """Send one request, with the key as a bearer token."""
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        return self.client.request(method, path, headers=headers, **options)

    def stream(self, path: str, key: str, body: Mapping[str, Any]) -> AbstractContextManager[httpx2.Response]:
        """Send one request whose reply is read as it comes."""
        return self.client.stream("POST", path, headers={"authorization": f"Bearer {key}"}, json=body)

    def control(self, key: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call an endpoint under /practice for one key, and give its reply."""
        options = {} if body is None else {"json": body}
        reply = self.send(method, f"/practice/{path}", key, **options)
        assert reply.is_success, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    def order(self, key: str, kind: str, **options: Any) -> None:
        """Order a fault for a key."""
        self.control(key, "POST", "faults", {"kind": kind, **options})

    def journal(self, key: str) -> list[dict[str, Any]]:
        """Give what a key sent."""
        entries: list[dict[str, Any]] = self.control(key, "GET", "journal")["entries"]
        return entries


@contextmanager
def running(app: Starlette, **config: Any) -> Iterator[RunningProvider]:
    """Run an application on a free port, in a thread of this process, until the end of the block."""
    settings = uvicorn_config(app, "127.0.0.1", 0)
    for name, value in config.items():
        setattr(settings, name, value)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, name="provider")
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the provider ended while it started"
            assert time.monotonic() < deadline, "the provider did not start within 20 s"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with httpx2.Client(base_url=url, trust_env=False, timeout=20, verify=False) as client:
            yield RunningProvider(url, client)
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@dataclass
class Parrot:
    """A model whose answers a test knows: it repeats the last message. 'sleep 0.5' takes half a second to answer."""

    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Result:
        """Answer; 'break' is a bug in the model, and the model 'nobody' does not exist."""
        match request:
            case ListModels():
                return Models(())
            case Count():
                return Counted(1)
            case Ask():
                return self._repeat(request)
        raise TypeError(f"a parrot can't {request!r}")

    def _repeat(self, ask: Ask) -> Reply:
        said = ask.turns[-1].text()
        self.asked.append(said)
        if ask.model == "nobody":
            raise Fault("no_such_model", "The model 'nobody' does not exist.")
        if said == "break":
            raise ZeroDivisionError("a bug that was ordered")
        if said.startswith("sleep "):
            time.sleep(float(said.removeprefix("sleep ")))
        words = said.split(" ")
        cut = words if ask.max_tokens is None else words[: ask.max_tokens]
        stop = "end" if cut == words else "length"
        return Reply("parrot-1", ask.model, (Text(" ".join(cut)),), stop, Usage(len(words), len(cut)))


@pytest.fixture(scope="session")
def provider() -> Iterator[RunningProvider]:
    """The provider with the practice model that all tests share, without delays; each test uses its own `key`."""
    with running(create_app(model.load(), Settings(speed=0))) as provider:
        yield provider


@pytest.fixture(scope="session")
def parrot() -> Iterator[RunningProvider]:
    """A provider whose model is a `Parrot`, for tests of the server itself."""
    with running(create_app(Parrot(), Settings(speed=0, max_body_bytes=1_000_000))) as provider:
        yield provider


HELLO = Reply("1", "practice-small", (Text("Good day to you."),), "end", Usage(7, 4, 2))


@dataclass
class Brain:
    """A model that gives `result`, or raises `fault`, and remembers what it was asked; served at `url`."""

    url: str = ""
    result: Result = HELLO
    fault: Fault | None = None
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Result:
        """Give what the test said."""
        self.asked.append(request)
        if self.fault:
            raise self.fault
        return self.result

    @property
    def ask(self) -> Ask:
        """The last ask."""
        assert isinstance(self.asked[-1], Ask)
        return self.asked[-1]


class _Switch:
    """One server for all tests' brains: it passes each request to the brain of the test that runs."""

    brain = Brain()

    def answer(self, request: Request) -> Result:
        return self.brain.answer(request)


@pytest.fixture(scope="session")
def _switched() -> Iterator[tuple[_Switch, str]]:
    switch = _Switch()
    with running(create_app(switch, Settings(speed=0, max_body_bytes=100_000))) as provider:
        yield switch, provider.url


@pytest.fixture
def brain(_switched: tuple[_Switch, str]) -> Brain:
    """A model that says what the test tells it, behind a provider."""
    switch, url = _switched
    switch.brain = Brain(url)
    return switch.brain


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[RunningProvider]]:
    """Give `running`, for a test that needs an application of its own."""
    return running


@pytest.fixture(scope="session")
def new_parrot() -> type[Parrot]:
    """Give the class of the parrot, for a test that looks at what it was asked."""
    return Parrot


_numbers = count(1)


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return f"practice-test-{next(_numbers)}"


@pytest.fixture(autouse=True)
def _no_noise(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may make the server log an error, unless it is marked as one that does."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    if "logs_error" not in request.fixturenames:
        assert not errors, [record.getMessage() for record in errors]


@pytest.fixture
def logs_error(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Give what was logged as an error; a test that uses it may cause errors."""
    return lambda: [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@dataclass(frozen=True)
class Chat:
    """How one vendor's client asks over plain HTTP: the paths, the bodies, and where a reply has its words."""

    vendor: str
    path: str
    stream_path: str
    body: Callable[[str], dict[str, Any]]
    stream_body: Callable[[str], dict[str, Any]]
    words: Callable[[dict[str, Any]], str]


def _openai(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "practice-large", "messages": [{"role": "user", "content": text}], **more}


def _anthropic(text: str, **more: Any) -> dict[str, Any]:
    return {**_openai(text), "max_tokens": 1000, **more}


def _gemini(text: str) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": [{"text": text}]}]}


GEMINI = "/gemini/v1beta/models/practice-large"
CHATS = [
    Chat(
        "openai",
        "/openai/v1/chat/completions",
        "/openai/v1/chat/completions",
        _openai,
        lambda text: _openai(text, stream=True),
        lambda reply: str(reply["choices"][0]["message"]["content"]),
    ),
    Chat(
        "anthropic",
        "/anthropic/v1/messages",
        "/anthropic/v1/messages",
        _anthropic,
        lambda text: _anthropic(text, stream=True),
        lambda reply: str(reply["content"][0]["text"]),
    ),
    Chat(
        "gemini",
        f"{GEMINI}:generateContent",
        f"{GEMINI}:streamGenerateContent?alt=sse",
        _gemini,
        _gemini,
        lambda reply: str(reply["candidates"][0]["content"]["parts"][0]["text"]),
    ),
]


@pytest.fixture(params=CHATS, ids=lambda chat: chat.vendor)
def chat(request: pytest.FixtureRequest) -> Chat:
    """Each vendor's way to ask, one after the other. (The key is a bearer token, except for Gemini.)"""
    chosen: Chat = request.param
    return chosen
