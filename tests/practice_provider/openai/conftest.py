"""OpenAI's client in front of a model that says what the test tells it, and a strict reader for OpenAI's types."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai import OpenAI
from openai._models import BaseModel
from pydantic import TypeAdapter

from practice_provider.core import ModelInfo, Models, Reply, Result, Text, Usage, Vectors

HELLO = Reply("1", "practice-small", (Text("Good day to you."),), "end", Usage(7, 4, 2))
INFOS = tuple(ModelInfo(name, name, "chat", 1000, 100) for name in ("practice-large", "practice-small"))


@pytest.fixture
def base_url(brain: Any) -> str:
    """Where the provider with the told model answers as OpenAI."""
    return f"{brain.url}/openai/v1"


@pytest.fixture
def client(base_url: str, key: str) -> Iterator[OpenAI]:
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
