"""A scheme for servers that ask for no key: who sends none shares one, and who wants a state of their own sends one.

Nobody is refused. A key that is not ours counts as none, because clients that demand one are given any word.
Source: https://docs.ollama.com/api/authentication
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import auth


@dataclass(frozen=True)
class OptionalKey:
    """The bearer token, if it is one of ours, and otherwise the key `shared`."""

    shared: str

    def find(self, scope: Mapping[str, Any], headers: auth.Headers) -> str:
        """Give the key whose faults, limits and journal count for this request.

        >>> OptionalKey("practice-all").find({}, {b"authorization": b"Bearer anything"})
        'practice-all'
        """
        sent = auth.bearer(headers)
        return sent if sent is not None and auth.accepted(sent) else self.shared

    def hint(self) -> str:
        """Say where a key may be put."""
        return "'Authorization: Bearer …', or not at all"

    def check(self, scope: Mapping[str, Any], headers: auth.Headers, raw: bytes) -> None:
        """Nothing: there is nothing to prove."""
