"""Find the Ollama of this machine, and choose which of its models play ours.

The large model is the largest that fits into half of the memory, the small one the smallest; models that can call
tools come first, because lessons do. Asked over Ollama's own API, which tells what a model can do.
Source: https://docs.ollama.com/api
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil

from .upstream import LOCAL, Names

DEFAULT = "http://127.0.0.1:11434"
INSTALL = (
    "Install it from https://ollama.com/download, start it (`ollama serve`), and fetch a model (`ollama pull {})`."
)
SUGGESTED = "llama3.2"
SUGGESTED_EMBEDDER = "all-minilm"


class NoOllama(Exception):
    """There is no Ollama, or it has no model; the message says what to do."""


@dataclass(frozen=True)
class Found:
    """One model that Ollama has. `size` is that of its file, in bytes."""

    name: str
    size: int
    can: frozenset[str]


def address(environ: Mapping[str, str]) -> str:
    """Give where Ollama listens, by its own variable.

    >>> address({"OLLAMA_HOST": "0.0.0.0:9000"}), address({})
    ('http://127.0.0.1:9000', 'http://127.0.0.1:11434')
    """
    said = environ.get("OLLAMA_HOST", "").strip() or DEFAULT
    parts = urlsplit(said if "://" in said else f"http://{said}")
    host = "127.0.0.1" if parts.hostname in (None, "0.0.0.0", "::") else parts.hostname
    host = f"[{host}]" if host and ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 11434)}"


def models(url: str) -> list[Found]:
    """Ask Ollama which models it has, and what they can do.

    Raises: NoOllama.
    """
    try:
        with httpx2.Client(base_url=url, timeout=10, trust_env=urlsplit(url).hostname not in LOCAL) as client:
            listed = client.get("/api/tags").raise_for_status().json()["models"]
            return [_found(row, client.post("/api/show", json={"model": row["name"]})) for row in listed]
    except (httpx2.HTTPError, json.JSONDecodeError, KeyError, TypeError) as problem:
        what = f"No Ollama answers at {url} ({type(problem).__name__}: {problem})."
        raise NoOllama(f"{what} {INSTALL.format(SUGGESTED)}") from problem


def _found(row: Mapping[str, Any], shown: httpx2.Response) -> Found:
    can = shown.json().get("capabilities") if shown.status_code == 200 else None
    guess = ["embedding" if "embed" in row["name"] or "minilm" in row["name"] else "completion"]
    return Found(str(row["name"]), int(row.get("size") or 0), frozenset(can or guess))


def choose(found: Sequence[Found], memory: int) -> Names:
    """Choose which models play ours on a machine with so many bytes of memory.

    Raises: NoOllama when none can chat.

    >>> can = frozenset({"completion", "tools"})
    >>> names = choose([Found("big", 90, can), Found("mid", 40, can), Found("tiny", 9, can)], memory=100)
    >>> names("practice-large"), names("practice-small")
    ('mid', 'tiny')
    """
    chats = [model for model in found if "completion" in model.can]
    if not chats:
        has = ", ".join(model.name for model in found) or "none at all"
        raise NoOllama(f"Ollama has no model to chat with (it has {has}): fetch one with `ollama pull {SUGGESTED}`.")
    chats = [model for model in chats if "tools" in model.can] or chats
    fitting = [model for model in chats if model.size <= memory / 2] or [min(chats, key=_size)]
    largest, smallest = max(fitting, key=_size).name, min(fitting, key=_size).name
    chosen = {"practice-reasoner": largest, "practice-large": largest, "practice-small": smallest}
    embedders = [model for model in found if "embedding" in model.can]
    return Names(chosen | ({"practice-embed": min(embedders, key=_size).name} if embedders else {}))


def _size(model: Found) -> int:
    return model.size


def names(url: str) -> Names:
    """Choose from the models of the Ollama at this address.

    Raises: NoOllama.
    """
    return choose(models(url), psutil.virtual_memory().total)
