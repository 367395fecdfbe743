"""A provider with a model that says what the test tells it, and a strict reader for what OpenAI's types allow."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from openai import OpenAI
from openai._models import BaseModel
from pydantic import TypeAdapter

from practice_provider.connection import uvicorn_config
from practice_provider.core import Ask, Fault, ModelInfo, Models, Reply, Request, Result, Text, Usage, Vectors
from practice_provider.server import create_app
from practice_provider.settings import Settings

HELLO = Reply("1", "practice-small", (Text("Good day to you."),), "end", Usage(7, 4, 2))
INFOS = tuple(ModelInfo(name, name, "chat", 1000, 100) for name in ("practice-large", "practice-small"))


@dataclass
class Brain:
    """A model that gives `result`, or raises `fault`, and remembers what it was asked."""

    result: Result = HELLO
    fault: Fault | None = None
    asked: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Result:
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
    brain = Brain()

    def answer(self, request: Request) -> Result:
        return self.brain.answer(request)


@pytest.fixture(scope="session")
def _switch() -> Iterator[tuple[_Switch, str]]:
    switch = _Switch()
    server = uvicorn.Server(
        uvicorn_config(create_app(switch, Settings(speed=0, max_body_bytes=100_000)), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield switch, f"http://127.0.0.1:{port}/openai/v1"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def base_url(_switch: tuple[_Switch, str]) -> str:
    """Where the provider with the told model answers as OpenAI."""
    return _switch[1]


@pytest.fixture
def brain(_switch: tuple[_Switch, str]) -> Brain:
    """The told model of this test."""
    _switch[0].brain = Brain()
    return _switch[0].brain


@pytest.fixture
def client(base_url: str, brain: Brain, key: str) -> Iterator[OpenAI]:
    """OpenAI's own client, without retries, in front of the told model."""
    with OpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        yield client


Strictly = Callable[[Any, Any], Any]


@pytest.fixture(scope="session")
def strictly() -> Strictly:
    """Read JSON as one of OpenAI's types; a missing, a wrong or an unknown field fails, at every depth."""

    def read(kind: Any, value: Any) -> Any:
        result = TypeAdapter(kind).validate_python(value)
        _no_extras(result)
        return result

    return read


def _no_extras(value: Any, where: str = "") -> None:
    if isinstance(value, BaseModel):
        assert not value.model_extra, f"{where}: {value.model_extra}"
        for name in type(value).model_fields:
            _no_extras(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _no_extras(item, f"{where}[{number}]")


@pytest.fixture(scope="session")
def known_results() -> dict[str, Result]:
    """One result of each kind, for asks whose answer does not matter."""
    return {"reply": HELLO, "vectors": Vectors("practice-embed", ((1.0, 0.0),), 3), "models": Models(INFOS)}
