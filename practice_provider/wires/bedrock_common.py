"""What the Bedrock wires share: how a place in the body is written, how complaints sound, how errors look.

Which exception a fault becomes is a table. AWS's SDKs read its name from a header and not from the status.
Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html and
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (Errors)
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..core import Fault, FaultKind, Usage
from ..sigv4 import NotSigned
from . import ErrorReply, reading

# neutral kind → status, the vendor's exception
_KINDS: Mapping[FaultKind, tuple[int, str]] = {
    "auth": (403, "UnrecognizedClientException"),
    "forbidden": (403, "AccessDeniedException"),
    "quota": (400, "ServiceQuotaExceededException"),
    "no_such_path": (404, "UnknownOperationException"),
    "no_such_model": (400, "ValidationException"),
    "no_such_file": (404, "ResourceNotFoundException"),
    "method": (405, "UnknownOperationException"),
    "timeout": (408, "ModelTimeoutException"),
    "bad_request": (400, "ValidationException"),
    "context_too_long": (400, "ValidationException"),
    "too_large": (413, "RequestEntityTooLargeException"),
    "media_type": (415, "UnsupportedMediaTypeException"),
    "rate_limit": (429, "ThrottlingException"),
    "server": (500, "InternalServerException"),
    "unavailable": (503, "ServiceUnavailableException"),
    "overloaded": (503, "ServiceUnavailableException"),
}

# How the vendor's message begins. Clients look for these words; our own, with value and fix, follow them.
_OPENINGS: Mapping[FaultKind, str] = {
    "auth": "The security token included in the request is invalid.",
    "no_such_model": "The provided model identifier is invalid.",
    "context_too_long": "Input is too long for requested model.",
    "rate_limit": "Too many requests, please wait before trying again.",
}

_WRONG: Mapping[reading.Kind, str] = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
    "bytes": "base64-encoded bytes",
}

# what the vendors' real ids have around a name: 'us.anthropic.NAME-v1:0'
_ID = re.compile(r"(?:[a-z-]+\.){0,2}(.+?)(?:-v\d+:\d+)?")


class Node(reading.Node):
    """A value of a Bedrock request. Places are dotted, and items are counted from 1."""

    def place(self, step: str | int) -> str:
        step = f"{step + 1}.member" if isinstance(step, int) else step
        return f"{self.path}.{step}" if self.path else step

    def fault(self, words: str) -> Fault:
        return Fault("bad_request", words, param=self.path or None)

    def broken(self, rule: str) -> Fault:
        """The complaint that this value does not keep a rule of the API's description."""
        found = f"Value at '{self.path}' failed to satisfy constraint: {rule}"
        return self.fault(f"1 validation error detected: {found}")

    def missing(self) -> Fault:
        return self.broken("Member must not be null")

    def unknown(self) -> Fault:
        return self.broken("Member is not known here")

    def wrong(self, kind: reading.Kind) -> Fault:
        return self.broken(f"Member must be {_WRONG[kind]}")

    def between(self, low: float, high: float) -> float:
        """A number in a range."""
        if not low <= self.number() <= high:
            raise self.broken(f"Member must have value from {low:g} to {high:g}")
        return self.number()

    def at_least(self, low: int) -> int:
        """A whole number that is not too small."""
        if self.integer() < low:
            raise self.broken(f"Member must have value greater than or equal to {low}")
        return self.integer()

    def one_of(self, known: Collection[str]) -> str:
        """A word of a list."""
        if self.text() not in known:
            raise self.broken(f"Member must satisfy enum value set: [{', '.join(known)}]")
        return self.text()

    def union(self, known: Iterable[str]) -> tuple[str, "Node"]:
        """The only member that this object has, and its value."""
        names = tuple(known)
        present = [name for name in self.only(names).object() if self.value[name] is not None]
        if len(present) != 1:
            raise self.broken(f"Member must have exactly one of [{', '.join(names)}]; it has {len(present)}")
        return present[0], self.need(present[0])


def root(body: Mapping[str, Any]) -> Node:
    """The whole body, once it is sure that it can be read."""
    reading.check_sound(body)
    return Node(body)


def model_of(path: Mapping[str, str]) -> str:
    """The name of the model that the URL speaks of by an id, or by an ARN that ends in one.

    >>> model_of({"model": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.practice-large-v1:0"})
    'practice-large'
    """
    found = _ID.fullmatch(path["model"].rpartition("/")[2])
    return found[1] if found else path["model"]


def latency_ms(usage: Usage) -> int:
    """How long the answer took, as Bedrock reports it. Made from token counts: the same ask gives the same bytes."""
    return 200 + usage.tokens_in // 10 + 10 * usage.tokens_out


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Bedrock does.

    >>> error(Fault("rate_limit", "Too many requests.")).headers
    {'x-amzn-errortype': 'ThrottlingException'}
    """
    status, kind = _KINDS[fault.kind]
    opening = _OPENINGS.get(fault.kind, "")
    if isinstance(fault, NotSigned):
        kind, opening = fault.code, ""
    words = fault.message if fault.message.startswith(opening) else f"{opening} {fault.message}"
    return ErrorReply(status, {"message": words}, {"x-amzn-errortype": kind} | _retry_headers(fault))


def _retry_headers(fault: Fault) -> dict[str, str]:
    """In milliseconds, under the name that AWS's SDKs read."""
    return {} if fault.retry_after_s is None else {"x-amz-retry-after": str(round(fault.retry_after_s * 1000))}
