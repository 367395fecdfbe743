"""What the Anthropic wires share: how a place in the body is written, how complaints sound, how errors look.

The words are the vendor's own where they are known (`max_tokens: Field required`), because they are what a learner
will search for later. Not here: which fields a request may have (anthropic_ask.py).

Source: https://platform.claude.com/docs/en/api/errors
"""

import math
from collections.abc import Collection, Mapping
from typing import Any

from ..core import Fault, FaultKind
from . import ErrorReply, reading

# neutral kind → status, the vendor's error type
_KINDS: Mapping[FaultKind, tuple[int, str]] = {
    "auth": (401, "authentication_error"),
    "forbidden": (403, "permission_error"),
    "quota": (402, "billing_error"),
    "no_such_path": (404, "not_found_error"),
    "no_such_model": (404, "not_found_error"),
    "no_such_file": (404, "not_found_error"),
    "method": (405, "invalid_request_error"),
    "timeout": (504, "timeout_error"),
    "bad_request": (400, "invalid_request_error"),
    "context_too_long": (400, "invalid_request_error"),
    "too_large": (413, "request_too_large"),
    "media_type": (415, "invalid_request_error"),
    "rate_limit": (429, "rate_limit_error"),
    "server": (500, "api_error"),
    "unavailable": (503, "api_error"),
    "overloaded": (529, "overloaded_error"),
}

# How the vendor's message begins. Clients look for these words; our own, with value and fix, follow them.
_OPENINGS: Mapping[FaultKind, str] = {"auth": "invalid x-api-key", "context_too_long": "prompt is too long"}

_WRONG: Mapping[reading.Kind, str] = {
    "string": "Input should be a valid string",
    "integer": "Input should be a valid integer",
    "number": "Input should be a valid number",
    "boolean": "Input should be a valid boolean",
    "list": "Input should be a valid list",
    "object": "Input should be an object",
    "bytes": "invalid base64 data",
}


class Node(reading.Node):
    """A value of an Anthropic request: places are dotted, complaints begin with the place."""

    def place(self, step: str | int) -> str:
        return f"{self.path}.{step}" if self.path else str(step)

    def fault(self, words: str) -> Fault:
        return Fault("bad_request", f"{self.path}: {words}" if self.path else words, param=self.path or None)

    def missing(self) -> Fault:
        return self.fault("Field required")

    def unknown(self) -> Fault:
        return self.fault("Extra inputs are not permitted")

    def wrong(self, kind: reading.Kind) -> Fault:
        return self.fault(_WRONG[kind])

    def tagged(self, tag: str) -> "Node":
        """The same value, its place now naming the kind it turned out to be, as the vendor's complaints do."""
        return Node(self.value, self.place(tag))

    def tag(self, known: Mapping[str, object]) -> str:
        """The `type` of this object, which has to be one of the `known`."""
        kind = self.need("type").text()
        if kind not in known:
            names = ", ".join(f"'{name}'" for name in known)
            raise self.fault(
                f"Input tag '{kind}' found using 'type' does not match any of the expected tags: {names} "
                "(the practice models offer no other)"
            )
        return kind


def not_one_of(value: Node, known: Collection[str]) -> Fault:
    """The vendor's complaint about a word that is not in its list."""
    return value.fault(f"Input should be {' or '.join(repr(name) for name in known)}")


def root(body: Mapping[str, Any]) -> Node:
    """The whole body, once it is sure that it can be read."""
    reading.check_sound(body)
    return Node(body)


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Anthropic does; the exchange fills in `request_id`, which it also sends as a header.

    >>> error(Fault("overloaded", "Overloaded")).status
    529
    """
    status, kind = _KINDS[fault.kind]
    body = {"type": "error", "error": {"type": kind, "message": _words(fault)}, "request_id": None}
    return ErrorReply(status, body, _retry_headers(fault))


def _words(fault: Fault) -> str:
    opening = _OPENINGS.get(fault.kind, "")
    if not opening or fault.message.startswith(opening):
        return fault.message
    return f"{opening}: {fault.message}"


def _retry_headers(fault: Fault) -> dict[str, str]:
    """Whole seconds, as the vendor sends them; beside them the exact time, which its SDKs read first."""
    if fault.retry_after_s is None:
        return {}
    seconds = math.ceil(fault.retry_after_s)
    exact = {} if seconds == fault.retry_after_s else {"retry-after-ms": str(round(fault.retry_after_s * 1000))}
    return {"retry-after": str(seconds)} | exact
