"""Embeddings: texts become unit vectors, by any provider that has an embedding model, in batches, each text once.

`Remembered` keeps every vector in a file under the checksum of its text and the name of its model, so that a sync that
was stopped half-way does not pay again. It is safe for several processes. Nothing is compared here (vectors.py).
Source: https://platform.openai.com/docs/guides/embeddings
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import filelock
import numpy as np

from stages.s2_llms.errors import SettingsError
from stages.s2_llms.practice import find_or_start, without_proxy
from stages.s2_llms.providers import Provider, Settings
from stages.s2_llms.retry import RetryPolicy, call
from stages.s2_llms.sdks import translated

from .vectors import Matrix, unit

BATCH = 64  # texts in one request


class Embed(Protocol):
    """Anything that embeds: `model` names it, and vectors of different models are never compared."""

    @property
    def model(self) -> str: ...

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """One row of length 1 for each text, (n_texts, dimensions)."""
        ...


class ProviderEmbedder:
    """The embedding model of a provider, over the SDK of OpenAI or of Google."""

    def __init__(self, provider: Provider, *, key: str | None = None, base_url: str | None = None) -> None:
        """Connect; without key and address the SDK takes them from its own variables.

        Raises:
            SettingsError: the provider has no embedding model.
        """
        if provider.embedding_model is None or provider.sdk not in _WAYS:
            raise SettingsError(f"{provider.label} has no embedding model here. Use openai, google or practice.")
        self.model = provider.embedding_model
        self._embed = _WAYS[provider.sdk](self.model, key, base_url or provider.base_url)

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """Embed; an error that may pass is tried again.

        Raises:
            ProviderError: the provider refused, or did not answer in the end.
        """
        rows = [call(partial(self._embed, part), RetryPolicy()) for part in _batches(texts)]
        return unit(np.vstack(rows)) if rows else np.zeros((0, 0), np.float32)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[i : i + BATCH] for i in range(0, len(texts), BATCH))


def _over_openai(model: str, key: str | None, base_url: str | None) -> Callable[[Sequence[str]], Matrix]:
    from stages.s2_llms.sdks import over_openai  # each SDK takes half a second to import

    client = over_openai.connect(key, base_url, timeout_s=120)

    def embed(texts: Sequence[str]) -> Matrix:
        with translated(over_openai.FAULTS):
            reply = client.embeddings.create(model=model, input=list(texts))  # the SDK asks for base64: a third to read
        return np.array([row.embedding for row in reply.data], np.float32)

    return embed


def _over_google(model: str, key: str | None, base_url: str | None) -> Callable[[Sequence[str]], Matrix]:
    from stages.s2_llms.sdks import over_google

    client = over_google.connect(key, base_url, timeout_s=120)

    def embed(texts: Sequence[str]) -> Matrix:
        with translated(over_google.FAULTS):
            contents: list[Any] = list(texts)
            reply = client.models.embed_content(model=model, contents=contents)
        return np.array([row.values for row in reply.embeddings or []], np.float32)

    return embed


_WAYS = {"openai": _over_openai, "google": _over_google}


class Remembered:
    """An embedder with a memory in a file: only texts that no one has embedded before are sent; `sent` counts them."""

    def __init__(self, embed: Embed, file: Path) -> None:
        self._embed, self._file, self.sent = embed, file, 0
        file.parent.mkdir(parents=True, exist_ok=True)
        # One at a time: whoever turns a new file to WAL does not wait for another who does, whatever the timeout.
        with filelock.FileLock(file.with_suffix(".lock"), timeout=60), closing(self._open()) as memory, memory:
            memory.execute("pragma journal_mode = wal")
            memory.execute(
                "create table if not exists vectors (text text, model text, vector blob, unique (text, model))"
            )

    @property
    def model(self) -> str:
        """The model that embeds."""
        return self._embed.model

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """The vectors of the texts; what is new is embedded and kept, batch by batch."""
        named = {_checksum(text): text for text in texts}
        known = self._known(list(named))
        for part in _batches([name for name in named if name not in known]):
            rows = self._embed([named[name] for name in part])
            self.sent += len(part)
            known |= dict(zip(part, rows, strict=True))
            with closing(self._open()) as memory, memory:
                kept = [(name, self.model, row.tobytes()) for name, row in zip(part, rows, strict=True)]
                memory.executemany("insert or ignore into vectors values (?, ?, ?)", kept)
        return np.vstack([known[_checksum(text)] for text in texts]) if texts else np.zeros((0, 0), np.float32)

    def missing(self, texts: Sequence[str]) -> int:
        """How many of the texts would have to be embedded."""
        named = {_checksum(text) for text in texts}
        return len(named) - len(self._known(list(named)))

    def _known(self, names: Sequence[str]) -> dict[str, Matrix]:
        found: dict[str, Matrix] = {}
        with closing(self._open()) as memory:
            for part in (names[i : i + 500] for i in range(0, len(names), 500)):
                marks = ", ".join("?" * len(part))
                rows = memory.execute(
                    f"select text, vector from vectors where model = ? and text in ({marks})", [self.model, *part]
                )
                found |= {name: np.frombuffer(blob, np.float32) for name, blob in rows}
        return found

    def _open(self) -> sqlite3.Connection:
        memory = sqlite3.connect(self._file, timeout=30)
        memory.execute("pragma synchronous = normal")  # a power cut may cost the last batch, never the file
        return memory


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def open_embedder(provider: Provider, environ: Mapping[str, str] = os.environ) -> ProviderEmbedder:
    """An embedder of a provider; the one on this machine is found or started.

    Raises:
        SettingsError: no key, or no embedding model.
        ProviderUnavailable: the practice provider does not start.
    """
    if provider.is_local:
        home = replace(Settings.from_env(environ), local=provider.name).provider_home
        running = find_or_start(home, os.getpid(), brain=provider.brain)
        os.environ.update(without_proxy(environ))
        control = running.key(f"practice-embed-{os.getpid()}")
        return ProviderEmbedder(provider, key=control.key, base_url=control.base_url("openai"))
    if not (key := provider.key_in(environ)):
        raise SettingsError(f"{provider.label} needs a key: set {' or '.join(provider.key_names)}.")
    return ProviderEmbedder(provider, key=key, base_url=provider.url_in(environ))
