"""One module per vendor's SDK. Each offers `connect` and `stream`, and a table that translates the SDK's exceptions.

`connect` makes a client that never tries twice by itself: in this project retrying is the caller's decision, made in
one place (retry.py), so that nobody multiplies anybody else's tries.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from ..errors import ConnectionLost, ProviderError, by_status

Translation = Mapping[type[Exception], Callable[[Any], ProviderError]]

TRANSPORT: Translation = {
    httpx2.TransportError: lambda exc: ConnectionLost(f"The connection was lost: {exc}"),
    json.JSONDecodeError: lambda exc: ConnectionLost(f"A piece of the stream could not be read: {exc}"),
}
"""What every SDK lets through when a stream breaks after it has begun."""


@contextmanager
def translated(table: Translation) -> Iterator[None]:
    """Turn the SDK's exceptions into ours, keeping the original as the cause."""
    try:
        yield
    except tuple(table) as exc:
        kind = next(kind for kind in table if isinstance(exc, kind))
        raise table[kind](exc) from exc


def from_response(message: str, status: int, headers: Mapping[str, str], request_id: str | None) -> ProviderError:
    """The exception for an error that came as an HTTP response."""
    return by_status(status)(message, status=status, retry_after_s=retry_after_s(headers), request_id=request_id)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long the provider asks us to wait, from `retry-after-ms` or `retry-after`; None if it does not say.

    >>> retry_after_s({"retry-after": "2"}), retry_after_s({"retry-after-ms": "150"}), retry_after_s({})
    (2.0, 0.15, None)
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return round(float(headers[name]) * unit_s, 3)
        except (KeyError, ValueError):
            continue  # absent, or an HTTP date, which these vendors do not send
    return None
