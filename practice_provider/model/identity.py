"""Gives an ask its identity: the same ask has the same id on every machine and in every process."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ..core import Ask

_NOT_SAID = frozenset(["stream", "echo"])  # how a reply is delivered does not change it


def fingerprint(ask: Ask) -> str:
    """Give the SHA-256 of everything that the ask says: the same for the same ask on every machine."""
    return hashlib.sha256(repr(_plain(ask)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = [(f.name, getattr(value, f.name)) for f in fields(value) if f.name not in _NOT_SAID]
        defaults = {f.name: f.default for f in fields(value)}  # a default is not said: a new field changes no id
        return (type(value).__name__, *((name, _plain(item)) for name, item in named if item != defaults[name]))
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def digest(*parts: str) -> str:
    """Give 24 hexadecimal digits for these words."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:24]
