"""What the Gemini wires share: how a place in the body is written, how complaints sound, which versions there are.

Not here: which fields a request may have, and how errors look (gemini_errors.py).

Source: https://cloud.google.com/apis/design/errors
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from ..core import Fault
from . import reading

VERSIONS = ("v1", "v1beta", "v1alpha")

_TYPES: Mapping[reading.Kind, str] = {
    "string": "TYPE_STRING",
    "integer": "TYPE_INT32",
    "number": "TYPE_FLOAT",
    "boolean": "TYPE_BOOL",
    "list": "TYPE_LIST",
    "object": "TYPE_MESSAGE",
    "bytes": "TYPE_BYTES",
}
_SHOWN = 60  # characters of a wrong value that are repeated in the complaint


class Node(reading.Node):
    """A value of a Gemini request. Fields may be spelled `camelCase` or `snake_case`; complaints use the latter."""

    def place(self, step: str | int) -> str:
        if isinstance(step, int):
            return f"{self.path}[{step}]"
        return f"{self.path}.{_snake(step)}" if self.path else _snake(step)

    def spellings(self, name: str) -> tuple[str, ...]:
        return (name, _snake(name))

    def canonical(self, spelling: str) -> str:
        return _camel(spelling)

    def fault(self, words: str) -> Fault:
        return Fault("bad_request", words, param=self.path or None)

    def about(self, words: str) -> Fault:
        """A complaint that begins with the place, as those do that come after parsing."""
        return self.fault(f"* GenerateContentRequest.{self.path}: {words}")

    def missing(self) -> Fault:
        return self.about("must be set")

    def unknown(self) -> Fault:
        parent, _, name = self.path.rpartition(".")
        where = f" at '{parent}'" if parent else ""
        return self.fault(f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')

    def wrong(self, kind: reading.Kind) -> Fault:
        shown = repr(self.value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        reason = "Base64 decoding failed for " if kind == "bytes" and isinstance(self.value, str) else ""
        return self.fault(f"Invalid value at '{self.path}' ({_TYPES[kind]}), {reason}{shown}")


@lru_cache(maxsize=512)
def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


@lru_cache(maxsize=512)
def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)


def root(body: Mapping[str, Any]) -> Node:
    """The whole body, once it is sure that it can be read."""
    reading.check_sound(body)
    return Node(body)


def model_name(path: Mapping[str, str]) -> str:
    """The model that the URL names, with or without `models/` before it.

    Raises:
        Fault: "no_such_path" for a version of the API that there is not.
    """
    version = path.get("version", "v1beta")
    if version not in VERSIONS:
        raise Fault("no_such_path", f"'{version[:50]}' is no version of the API. Use one of: {', '.join(VERSIONS)}.")
    return path.get("model", "").removeprefix("models/")


def one_of(field: Node, words: Collection[str]) -> str:
    """A word of an enumeration, in capitals as Google writes them.

    Raises:
        Fault: "bad_request" for any other.
    """
    word = field.text().upper()
    if word not in words:
        raise field.fault(
            f"Invalid value at '{field.path}', \"{field.text()[:_SHOWN]}\". Use one of: {', '.join(words)}."
        )
    return word
