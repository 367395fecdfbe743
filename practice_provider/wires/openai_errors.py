"""OpenAI's errors: one table from the neutral fault to OpenAI's status, type and code.

It decides nothing: who raises a fault chose its kind and its words. The words of the refusals below are OpenAI's own,
so that what a search finds about them helps here too.
Source: https://platform.openai.com/docs/guides/error-codes
"""

import math
from dataclasses import dataclass
from typing import Any

from ..core import Fault, FaultKind
from . import ErrorReply

BAD_REQUEST = "invalid_request_error"


class Refused(Fault):
    """A body that OpenAI would refuse with 400; `code` is OpenAI's word for the reason, where it has one."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__("bad_request", message, param=param)
        self.code = code


@dataclass(frozen=True)
class Row:
    """How OpenAI tells one kind of fault."""

    status: int
    type: str
    code: str | None


ROWS: dict[FaultKind, Row] = {
    "auth": Row(401, BAD_REQUEST, "invalid_api_key"),
    "forbidden": Row(403, BAD_REQUEST, "insufficient_permissions"),
    "quota": Row(429, "insufficient_quota", "insufficient_quota"),
    "no_such_path": Row(404, BAD_REQUEST, "unknown_url"),
    "no_such_model": Row(404, BAD_REQUEST, "model_not_found"),
    "no_such_file": Row(404, BAD_REQUEST, None),
    "method": Row(405, BAD_REQUEST, "method_not_supported"),
    "timeout": Row(408, "timeout", None),
    "bad_request": Row(400, BAD_REQUEST, None),
    "context_too_long": Row(400, BAD_REQUEST, "context_length_exceeded"),
    "too_large": Row(413, BAD_REQUEST, "request_too_large"),
    "media_type": Row(415, BAD_REQUEST, "unsupported_content_type"),
    "rate_limit": Row(429, "requests", "rate_limit_exceeded"),
    "server": Row(500, "server_error", None),
    "unavailable": Row(503, "server_error", None),
    "overloaded": Row(503, "service_unavailable_error", "server_is_overloaded"),
}


def error(fault: Fault) -> ErrorReply:
    """Tell a fault as OpenAI does.

    >>> error(Fault("rate_limit", "Try again in 2 s.", retry_after_s=2.0)).headers
    {'retry-after': '2', 'retry-after-ms': '2000'}
    """
    row = ROWS[fault.kind]
    code = fault.code if isinstance(fault, Refused) else row.code
    told = {"message": fault.message, "type": row.type, "param": fault.param, "code": code}
    return ErrorReply(row.status, {"error": told}, _retry_headers(fault.retry_after_s))


def _retry_headers(retry_after_s: float | None) -> dict[str, str]:
    """Whole seconds for every client, milliseconds for OpenAI's own SDK, which prefers them."""
    if retry_after_s is None:
        return {}
    return {"retry-after": str(math.ceil(retry_after_s)), "retry-after-ms": str(round(retry_after_s * 1000))}


def missing(name: str) -> Refused:
    """The 400 for a required field that is not there."""
    return Refused(f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def wrong_type(name: str, expected: str, value: Any) -> Refused:
    """The 400 for a field of another JSON type; `expected` is said as 'a string', 'an array of objects'."""
    message = f"Invalid type for '{name}': expected {expected}, but got {json_type(value)} instead."
    return Refused(message, param=name, code="invalid_type")


def wrong_value(name: str, value: Any, allowed: str) -> Refused:
    """The 400 for a field whose value is not among those that exist."""
    message = f"Invalid value: {value!r}. Supported values are: {allowed}."
    return Refused(message, param=name, code="invalid_value")


def unsupported(name: str, instead: str) -> Refused:
    """The 400 for an option that OpenAI has and we don't; `instead` says what to do."""
    message = f"Unsupported parameter: '{name}' is not supported with this model. {instead}"
    return Refused(message, param=name, code="unsupported_parameter")


def json_type(value: Any) -> str:
    """The JSON type of a value in words, with its article.

    >>> json_type([1]), json_type(None), json_type(2)
    ('an array', 'null', 'an integer')
    """
    return JSON_TYPES.get(type(value), "an unknown value")


JSON_TYPES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    type(None): "null",
}
