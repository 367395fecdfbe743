"""What a store has to do to serve an index: hold chunks with their vectors and labels, and search them in two ways.

The DuckDB file of the index stays the source of truth (`..store`); a store is a copy of it that can be thrown away and
made again. A store does not cut, embed or fuse, and it says itself what it holds, so that nothing has to be remembered
about it elsewhere. Protocols: https://typing.python.org/en/latest/spec/protocol.html
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from stages.s2_llms.errors import CourseError, SettingsError

from ..vectors import Vector


@dataclass(frozen=True)
class Entry:
    """What a store holds of a chunk. `version` is another one when its text or its labels have changed."""

    id: str
    version: str
    document: str
    text: str  # with its titles: what is searched
    access: tuple[str, ...]
    vector: Vector


@dataclass(frozen=True)
class Allowed:
    """What may be found: chunks that one of these labels opens, and of these documents only, if they are given."""

    access: frozenset[str]
    documents: frozenset[str] | None = None


class Store(Protocol):
    """A store under a name; it keeps its table when the first entries come, which give the vectors' width."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str:
        """The embedding model of its vectors."""
        ...

    def versions(self) -> dict[str, str]:
        """{chunk id: version} of all that it holds; empty before the first entry."""
        ...

    def update(self, entries: Sequence[Entry], removed: Collection[str]) -> None:
        """Take these in, in place of what has their ids, and forget the removed ones. Safe to repeat."""
        ...

    def settle(self) -> None:
        """All updates are done: build, or write down, what searching needs."""
        ...

    def by_words(self, question: str, k: int, allowed: Allowed) -> dict[str, float]:
        """{chunk id: score} of the k best that share a word with the question; higher is better."""
        ...

    def by_meaning(self, vector: Vector, k: int, allowed: Allowed) -> dict[str, float]:
        """{chunk id: cosine} of the k nearest."""
        ...

    def count(self) -> int:
        """How many chunks it holds."""
        ...

    def drop(self) -> None:
        """Forget everything under this name."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class StoreUnavailable(CourseError):
    """A store cannot be opened: it is not there, or somebody else holds it."""


def same_model(name: str, made_with: str | None, model: str) -> None:
    """Refuse a store whose vectors are of another model.

    Raises:
        SettingsError: they are.
    """
    if made_with not in (None, model):
        raise SettingsError(
            f"The store '{name}' holds vectors of {made_with}, and this is {model}: they cannot be compared. "
            "Give the new one another name, bring it up to date, then drop the old one."
        )


def number(identity: str) -> int:
    """A chunk's or a word's number of 64 bits, for stores that want one.

    >>> number("tank") == number("tank") < 2**64
    True
    """
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big")
