"""What the Gemini wires share: how a place in the body is written, how complaints sound, how errors look.

A key that is wrong or missing gets 400 INVALID_ARGUMENT with the reason API_KEY_INVALID: that, and not a 401, is what
the Gemini API answers to a wrong key (issues such as https://github.com/google-gemini/gemini-cli/issues/25198 show the
body). For a key that is missing altogether the vendor says 403; here both are one thing. Not here: which fields a
request may have.

Sources: https://ai.google.dev/gemini-api/docs/troubleshooting and https://cloud.google.com/apis/design/errors
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..core import Fault, FaultKind
from . import ErrorReply, reading

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
    """The model that the URL names, with or without `models/` before it."""
    return path.get("model", "").removeprefix("models/")


# ---- errors ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """How Google spells one kind of fault; `opening` is what the vendor's message begins with."""

    code: int
    status: str
    opening: str = ""


_ROWS: Mapping[FaultKind, _Row] = {
    "auth": _Row(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "forbidden": _Row(403, "PERMISSION_DENIED", "The caller does not have permission."),
    "no_such_path": _Row(404, "NOT_FOUND"),
    "no_such_model": _Row(404, "NOT_FOUND", "The model is not found, or is not supported for this method."),
    "method": _Row(405, "UNIMPLEMENTED"),
    "bad_request": _Row(400, "INVALID_ARGUMENT"),
    "context_too_long": _Row(
        400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed."
    ),
    "too_large": _Row(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit."),
    "media_type": _Row(415, "INVALID_ARGUMENT"),
    "rate_limit": _Row(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    "server": _Row(500, "INTERNAL", "An internal error has occurred."),
    "overloaded": _Row(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as Google does.

    >>> error(Fault("rate_limit", "One per minute.", retry_after_s=1.5)).body["error"]["details"][-1]["retryDelay"]
    '1.5s'
    """
    row = _ROWS[fault.kind]
    words = " ".join(part for part in (row.opening, fault.message, _retry_words(fault)) if part)
    body: dict[str, Any] = {"code": row.code, "message": words, "status": row.status}
    if details := _details(fault, row.opening):
        body["details"] = details
    return ErrorReply(row.code, {"error": body})


def _retry_words(fault: Fault) -> str:
    return "" if fault.retry_after_s is None else f"Please retry in {fault.retry_after_s:g}s."


def _details(fault: Fault, opening: str) -> list[dict[str, Any]]:
    details = []
    if fault.kind == "auth":
        service = {"service": "generativelanguage.googleapis.com"}
        details.append(_detail("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com", metadata=service))
        details.append(_detail("LocalizedMessage", locale="en-US", message=opening))
    if fault.kind == "rate_limit":
        link = {
            "description": "Learn more about Gemini API quotas",
            "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
        }
        details.append(_detail("Help", links=[link]))
    if fault.kind == "bad_request" and fault.param:
        violation = {"field": fault.param, "description": fault.message}
        details.append(_detail("BadRequest", fieldViolations=[violation]))
    if fault.retry_after_s is not None:
        details.append(_detail("RetryInfo", retryDelay=f"{fault.retry_after_s:g}s"))
    return details


def _detail(kind: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}"} | fields
