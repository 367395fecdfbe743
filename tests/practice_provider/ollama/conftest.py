"""Ollama's own client in front of a provider, and a strict reader for what its types allow."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import ollama
import pytest
from pydantic import BaseModel


@pytest.fixture
def connect(key: str) -> Iterator[Callable[[str], ollama.Client]]:
    """Give a function that makes a client for a provider, with this test's key."""
    clients: list[ollama.Client] = []

    def connect(url: str) -> ollama.Client:
        clients.append(ollama.Client(f"{url}/ollama", headers={"authorization": f"Bearer {key}"}, trust_env=False))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


# what the server sends and the client's types leave out: https://github.com/ollama/ollama/blob/v0.17.4/api/types.go
EXTRA = {
    "ToolCall": {"id"},
    "Function": {"index"},
    "Logprob": {"bytes"},
    "TokenLogprob": {"bytes"},
    "Model": {"name"},
}


def unknown(kind: Any, value: Any, place: str = "") -> Iterator[str]:
    """Name every field that neither the client's type nor the server's source knows."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, dict):
        fields = {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
        for name, inner in value.items():
            if name in fields:
                yield from unknown(fields[name], inner, f"{place}.{name}")
            elif name not in EXTRA.get(kind.__name__, ()):
                yield f"{place}.{name}"
        return
    for argument in get_args(kind) if get_origin(kind) is not None else ():
        for item in value if isinstance(value, list) else [value]:
            yield from unknown(argument, item, place)


@pytest.fixture
def strict() -> Callable[[type[BaseModel], dict[str, Any]], None]:
    """Give a function that checks a reply: it fits the client's type, and has nothing that is unknown."""

    def strict(kind: type[BaseModel], value: dict[str, Any]) -> None:
        kind.model_validate(value, strict=False)
        assert list(unknown(kind, value)) == []

    return strict
