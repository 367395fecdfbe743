"""File look-up, the simplest retrieval there is: which file's name and title share words with the question?

It reads no text and ranks no passages: those of a chosen file come in the file's order. With fifty files that have
good names it is often enough, and it is what everything else has to beat.
"""

from collections.abc import Iterable
from typing import Protocol

from .keywords import terms


class Titled(Protocol):
    """A passage or a chunk: `id` is "document#place"."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


def look_up(passages: Iterable[Titled], question: str, k: int = 10) -> list[str]:
    """Ids of the passages of those documents that share most words with the question; of equal ones the first.

    None is found where no word is shared.
    """
    asked = set(terms(question))
    names: dict[str, set[str]] = {}
    listed = list(passages)
    for one in listed:
        document = one.id.partition("#")[0]
        names.setdefault(document, set()).update(terms(f"{document} {one.title}"))
    shared = {one.id: len(asked & names[one.id.partition("#")[0]]) for one in listed}
    found = [one.id for one in listed if shared[one.id]]
    return sorted(found, key=lambda identity: -shared[identity])[:k]
