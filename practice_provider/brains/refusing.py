"""What goes wrong with an upstream server, as neutral faults: each vendor's SDK then raises the class it always does.

Nothing is tried again in here: retrying is the client's business, and it is told how long to wait.
Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after and https://platform.openai.com/docs/guides/error-codes
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from ..core import Fault, FaultKind

STATUSES: dict[int, FaultKind] = {
    401: "forbidden",  # the upstream's key is wrong, not the client's; and no client should try again
    402: "quota",
    403: "forbidden",
    404: "no_such_model",
    408: "timeout",
    413: "too_large",
    429: "rate_limit",
    500: "server",
    502: "unavailable",
    503: "unavailable",
    504: "timeout",
    529: "overloaded",
}
CODES: dict[str, FaultKind] = {"context_length_exceeded": "context_too_long", "insufficient_quota": "quota"}


@contextmanager
def as_faults(url: str) -> Iterator[None]:
    """Turn what httpx2 raises into faults; `url` is the upstream's address, for the message."""
    try:
        yield
    except httpx2.ConnectError as problem:
        raise Fault("unavailable", f"No upstream answers at {url} ({problem}): is it running?") from problem
    except httpx2.TimeoutException as problem:
        raise Fault("timeout", f"The upstream at {url} took too long ({type(problem).__name__}).") from problem
    except httpx2.TransportError as problem:
        raise Fault("unavailable", f"The connection to the upstream at {url} broke ({problem}).") from problem


def fault_of(status: int, headers: Mapping[str, str], body: str) -> Fault:
    """Make the fault for an error reply of the upstream.

    >>> fault = fault_of(429, {"retry-after": "2"}, '{"error": {"message": "Slow down.", "type": "requests"}}')
    >>> fault.kind, fault.retry_after_s, fault.message
    ('rate_limit', 2.0, 'The upstream answered 429: Slow down.')
    """
    message, code = _said(body)
    kind = CODES.get(code) or STATUSES.get(status) or ("server" if status >= 500 else "bad_request")
    return Fault(kind, f"The upstream answered {status}: {message}", retry_after_s=_retry_after_s(headers))


def _said(body: str) -> tuple[str, str]:
    """Give the message and the code of an error body, whatever its shape."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body[:300] or "nothing", ""
    if isinstance(error, Mapping):
        return str(error.get("message") or error)[:1000], str(error.get("code") or "")
    return str(error)[:1000], ""


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read when to come back: milliseconds (OpenAI), seconds, or a date."""
    try:
        if exact := headers.get("retry-after-ms"):
            return max(0.0, float(exact) / 1000)
        text = headers.get("retry-after", "")
        if not text or text.replace(".", "", 1).isdigit():
            return float(text) if text else None
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
