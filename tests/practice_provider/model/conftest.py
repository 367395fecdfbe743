"""One loaded practice model for all tests of this folder, and short ways to ask it."""

from collections.abc import Callable
from typing import Any

import pytest

from practice_provider.core import Ask, Reply, Text, ToolCall, Turn
from practice_provider.model import Model, load

Speak = Callable[..., Reply]

collect_ignore_glob = ["measure*.py", "make_*.py"]  # programs that a person runs


@pytest.fixture(scope="session")
def model() -> Model:
    return load()


@pytest.fixture
def ask(model: Model) -> Speak:
    """ask("user words" or Turn, …, model="practice-small", tools=…) → Reply."""

    def speak(*turns: str | Turn, model_name: str = "practice-large", system: str = "", **options: Any) -> Reply:
        said = [Turn("user", (Text(turn),)) if isinstance(turn, str) else turn for turn in turns]
        first = [Turn("system", (Text(system),))] if system else []
        result = model.answer(Ask(model_name, (*first, *said), **options))
        assert isinstance(result, Reply)
        return result

    return speak


@pytest.fixture
def say(ask: Speak) -> Callable[..., str]:
    """The same, but the words only."""
    return lambda *turns, **options: "".join(b.text for b in ask(*turns, **options).blocks if isinstance(b, Text))


@pytest.fixture
def call(ask: Speak) -> Callable[..., list[tuple[str, dict[str, Any]]]]:
    """The same, but the tool calls only."""
    return lambda *turns, **options: [
        (b.name, dict(b.args)) for b in ask(*turns, **options).blocks if isinstance(b, ToolCall)
    ]
