"""One provider with a told model for all cells, one loop for asynchronous clients, one client for each column."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from practice_provider.core import Ask
from practice_provider.server import create_app
from practice_provider.settings import Settings

from ..conftest import RunningProvider, running
from .column import Column, Heard, Mode
from .columns import COLUMNS
from .stage import Line, Told


@dataclass(repr=False)
class Stage:
    """The provider, its model, and the clients in front of it."""

    told: Told
    line: Line
    provider: RunningProvider
    runner: asyncio.Runner
    clients: dict[tuple[str, bool], tuple[Column, Any]] = field(default_factory=dict)

    def client(self, column: Column, asynchronous: bool) -> Any:
        """Give a column's client; it is made when it is first asked for."""
        place = (column.title, asynchronous)
        if place not in self.clients:
            connected = column.connect(self.provider.url, self.key(column), asynchronous)
            self.clients[place] = (column, connected)
        return self.clients[place][1]

    def key(self, column: Column) -> str:
        """Give the key that a column's clients send."""
        return f"practice-grid-{[type(one) for one in COLUMNS].index(type(column))}"

    def hear(self, column: Column, mode: Mode, ask: Ask) -> Heard:
        """Ask through a column's SDK, and give what its client heard."""
        got = self.get(column, mode, ask)
        column.inspect(self.line.replies[-1])
        return column.gather(got) if mode.stream else column.read(got)

    def get(self, column: Column, mode: Mode, ask: Ask) -> Any:
        """Ask, and give what the SDK gives: a reply, or the list of a stream's events."""
        if mode.asynchronous:
            return self.runner.run(self._get(column, mode, ask))
        result = column.call(self.client(column, False), ask, mode.stream)
        if not mode.stream:
            return result
        try:
            return list(result)
        finally:
            result.close()  # not every SDK closes the connection of a stream that broke

    async def _get(self, column: Column, mode: Mode, ask: Ask) -> Any:
        result = column.call(self.client(column, True), ask, mode.stream)
        result = await result if inspect.isawaitable(result) else result
        if not mode.stream:
            return result
        try:
            return [event async for event in result]
        finally:
            await (result.aclose() if hasattr(result, "aclose") else result.close())

    def close(self) -> None:
        """Close all clients."""
        for (_, asynchronous), (column, client) in self.clients.items():
            if asynchronous:
                self.runner.run(_close(column, client))
            else:
                column.close(client)


async def _close(column: Column, client: Any) -> None:
    closing = column.close(client)
    if inspect.isawaitable(closing):
        await closing


@pytest.fixture(scope="session")
def _stage() -> Iterator[Stage]:
    told = Told()
    line = Line(create_app(told, Settings(speed=0)))
    with running(line) as provider, asyncio.Runner() as runner:
        stage = Stage(told, line, provider, runner)
        yield stage
        stage.close()


@pytest.fixture
def stage(_stage: Stage) -> Stage:
    """The stage, with a model that has been told and asked nothing yet."""
    _stage.told.says, _stage.told.asked = (), []
    _stage.line.replies.clear()
    return _stage


@pytest.fixture
def order(stage: Stage) -> Iterator[Callable[..., None]]:
    """Order a fault for a column's key; what is left of it is forgotten after the test."""
    keys: list[str] = []

    def order(column: Column, kind: str, **options: Any) -> None:
        keys.append(stage.key(column))
        stage.provider.order(keys[-1], kind, **options)

    yield order
    for key in keys:
        stage.provider.control(key, "POST", "reset", {})
