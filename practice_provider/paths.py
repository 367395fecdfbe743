"""Which endpoint serves a path of a vendor: found by one look into a table, because every request comes through here.

A path without variables is a key of that table. One with variables is matched against the patterns, in the order of
the routes, and then kept in the table too; the number of those is bounded. What is under a vendor's prefix and matches
nothing goes to the endpoint by which that vendor refuses. It does not know what an endpoint does.
The patterns are written as Starlette's: https://starlette.dev/routing/#path-parameters
"""

from collections.abc import Mapping
from functools import lru_cache
from re import Pattern
from typing import Any, Generic, TypeVar

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import compile_path

Endpoint = TypeVar("Endpoint")
Variables = dict[str, Any]

REMEMBERED = 1_000  # paths with variables
LONGEST = 500  # characters of a path that is remembered


class _Word(Convertor[str]):
    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class Paths(Generic[Endpoint]):
    """The endpoints by their URLs, and the endpoints that refuse by their prefixes.

    >>> paths = Paths({"/a/models": "list", "/a/models/{name}": "one"}, {"/a": "refuse"})
    >>> paths.find("/a/models"), paths.find("/a/models/small"), paths.find("/a/x"), paths.find("/ab")
    (('list', {}), ('one', {'name': 'small'}), ('refuse', {}), None)
    """

    def __init__(self, by_url: Mapping[str, Endpoint], by_prefix: Mapping[str, Endpoint]) -> None:
        register_url_convertor("word", _Word())
        self._literal: dict[str, tuple[Endpoint, Variables]] = {
            url: (endpoint, {}) for url, endpoint in by_url.items() if "{" not in url
        }
        self._patterns = [_compiled(url, endpoint) for url, endpoint in by_url.items() if "{" in url]
        self._prefixes = sorted(by_prefix.items(), key=lambda row: -len(row[0]))  # one may begin with another
        self._remembered = lru_cache(REMEMBERED)(self._match)

    def find(self, path: str) -> tuple[Endpoint, Variables] | None:
        """Give the endpoint of a path, and the values of the path's variables, which must not be changed."""
        if (found := self._literal.get(path)) is not None:
            return found
        return self._remembered(path) if len(path) <= LONGEST else self._match(path)

    def _match(self, path: str) -> tuple[Endpoint, Variables] | None:
        for pattern, endpoint in self._patterns:
            if met := pattern.match(path):
                return endpoint, met.groupdict()
        return next(((refusing, {}) for prefix, refusing in self._prefixes if _under(path, prefix)), None)


def _compiled(url: str, endpoint: Endpoint) -> tuple[Pattern[str], Endpoint]:
    return compile_path(url)[0], endpoint


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
