"""Errors in Google's spelling: a code, a status word, and details; a table says what each kind of fault is.

A key that is wrong or missing gets 400 INVALID_ARGUMENT with the reason API_KEY_INVALID: that, and not a 401, is what
the Gemini API answers to a wrong key (issues such as https://github.com/google-gemini/gemini-cli/issues/25198 show the
body). For a key that is missing altogether the vendor says 403; here both are one thing.

Sources: https://ai.google.dev/gemini-api/docs/troubleshooting and https://cloud.google.com/apis/design/errors
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import Fault, FaultKind
from . import ErrorReply

Details = Callable[[Fault, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Row:
    """How Google spells one kind of fault; `opening` is what the vendor's message begins with."""

    code: int
    status: str
    opening: str = ""


ROWS: Mapping[FaultKind, Row] = {
    "auth": Row(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "forbidden": Row(403, "PERMISSION_DENIED", "The caller does not have permission."),
    "quota": Row(
        429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details."
    ),
    "no_such_path": Row(404, "NOT_FOUND"),
    "no_such_model": Row(404, "NOT_FOUND", "The model is not found, or is not supported for this method."),
    "no_such_file": Row(
        403, "PERMISSION_DENIED", "You do not have permission to access the File, or it may not exist."
    ),
    "method": Row(405, "UNIMPLEMENTED"),
    "timeout": Row(504, "DEADLINE_EXCEEDED", "The request did not finish in time."),
    "bad_request": Row(400, "INVALID_ARGUMENT"),
    "context_too_long": Row(
        400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed."
    ),
    "too_large": Row(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit."),
    "media_type": Row(415, "INVALID_ARGUMENT"),
    "rate_limit": Row(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    "server": Row(500, "INTERNAL", "An internal error has occurred."),
    "unavailable": Row(503, "UNAVAILABLE", "The service is currently unavailable."),
    "overloaded": Row(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
}


def error(fault: Fault) -> ErrorReply:
    """Spell a fault as the Gemini API does.

    >>> error(Fault("rate_limit", "One per minute.", retry_after_s=1.5)).body["error"]["details"][-1]["retryDelay"]
    '1.5s'
    """
    return spelled(fault, ROWS, _own_details)


def spelled(fault: Fault, rows: Mapping[FaultKind, Row], own_details: Details) -> ErrorReply:
    """Spell a fault by a table; `own_details` are those that only this service sends."""
    row = rows[fault.kind]
    words = " ".join(part for part in (row.opening, fault.message, _retry_words(fault)) if part)
    body: dict[str, Any] = {"code": row.code, "message": words, "status": row.status}
    if details := [*own_details(fault, row.opening), *_details(fault)]:
        body["details"] = details
    return ErrorReply(row.code, {"error": body})


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    """One item of an error's details."""
    return {"@type": f"type.googleapis.com/google.rpc.{kind}"} | fields


def _retry_words(fault: Fault) -> str:
    return "" if fault.retry_after_s is None else f"Please retry in {fault.retry_after_s:g}s."


def _details(fault: Fault) -> list[dict[str, Any]]:
    details = []
    if fault.kind == "bad_request" and fault.param:
        violation = {"field": fault.param, "description": fault.message}
        details.append(detail("BadRequest", fieldViolations=[violation]))
    if fault.retry_after_s is not None:
        details.append(detail("RetryInfo", retryDelay=f"{fault.retry_after_s:g}s"))
    return details


def _own_details(fault: Fault, opening: str) -> list[dict[str, Any]]:
    if fault.kind == "auth":
        service = {"service": "generativelanguage.googleapis.com"}
        return [
            detail("ErrorInfo", reason="API_KEY_INVALID", domain="googleapis.com", metadata=service),
            detail("LocalizedMessage", locale="en-US", message=opening),
        ]
    if fault.kind in ("rate_limit", "quota"):
        words, link = "Learn more about Gemini API quotas", "https://ai.google.dev/gemini-api/docs/rate-limits"
        return [detail("Help", links=[{"description": words, "url": link}])]
    return []
