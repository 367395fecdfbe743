"""Where each vendor's clients put their key, and which keys this provider accepts.

No key is secret here: one that begins with 'practice' is accepted, and every other is refused as the vendor would
refuse it, so that a real key that was sent by mistake is noticed (and is never written to a log).
Bearer tokens: https://www.rfc-editor.org/rfc/rfc6750
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs

from .core import Fault

PREFIX = "practice"
LONGEST = 200  # characters; a key is kept in memory, so it has a limit

Headers = Mapping[bytes, bytes]


class Scheme(Protocol):
    """How a key is found in a request; a signature scheme can be one too."""

    def find(self, scope: Mapping[str, Any], headers: Headers) -> str | None:
        """Give the key that the request carries, or None."""
        ...

    def hint(self) -> str:
        """Say where the key belongs, for the message of a 401."""
        ...

    def check(self, scope: Mapping[str, Any], headers: Headers, raw: bytes) -> None:
        """Check what proves that the client has the key, now that the body is there; a sent key proves itself.

        Raises:
            Fault: "auth" or "forbidden".
        """
        ...


@dataclass(frozen=True)
class SentKey:
    """The key is sent as it is: in one of `headers`, as a bearer token, or in the query parameter `query`."""

    headers: tuple[str, ...] = ()
    bearer: bool = True
    query: str | None = None

    def find(self, scope: Mapping[str, Any], headers: Headers) -> str | None:
        """Give the first key found: the vendor's own headers, then the bearer token, then the query."""
        for name in self.headers:
            if value := headers.get(name.encode()):
                return value.decode("latin-1").strip()
        if self.bearer and (key := bearer(headers)):
            return key
        if self.query and (values := parse_qs(scope["query_string"].decode("latin-1")).get(self.query)):
            return str(values[0])
        return None

    def hint(self) -> str:
        """Say where the key belongs.

        >>> SentKey(("x-api-key",)).hint()
        "header 'x-api-key' or 'Authorization: Bearer …'"
        """
        places = [f"header '{name}'" for name in self.headers]
        places += ["'Authorization: Bearer …'"] if self.bearer else []
        places += [f"query parameter '{self.query}'"] if self.query else []
        return " or ".join(places)

    def check(self, scope: Mapping[str, Any], headers: Headers, raw: bytes) -> None:
        """Nothing more: who sends the key has it."""


def bearer(headers: Headers) -> str | None:
    """Give the token of an Authorization header.

    >>> bearer({b"authorization": b"Bearer practice-1"})
    'practice-1'
    """
    word, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.decode("latin-1").strip() or None if word.lower() == b"bearer" else None


def accepted(key: str | None) -> bool:
    """Is this a key of the practice provider?"""
    return key is not None and key.startswith(PREFIX) and len(key) <= LONGEST


def refusal(key: str | None, hint: str, *, listed: bool = False) -> Fault:
    """Make the 401 for a missing or unknown key; of the key only the first letters are repeated.

    `listed`: there is a list of keys, and only those are let in.
    """
    which = "one of the keys that it was started with" if listed else f"any key that begins with '{PREFIX}'"
    rule = f"Use {which} (at most {LONGEST} characters), sent as {hint}."
    if not key:
        return Fault("auth", f"You did not provide an API key. {rule}")
    return Fault("auth", f"Incorrect API key provided: '{key[:4]}…'. This is the practice provider. {rule}")
