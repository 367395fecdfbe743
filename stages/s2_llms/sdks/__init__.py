"""One module per vendor's SDK. Each offers `connect`, `stream`, and `STOPS`: the vendor's words for why an answer ends.

`connect` makes a client that never tries twice by itself: in this project retrying is the caller's decision, made in
one place (retry.py), so that nobody multiplies anybody else's tries. `stream` turns an `Ask` into the vendor's request,
and the vendor's events into `Words`, `ToolCall` and `Finished`. Here is what all of them need.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import httpx2

from ..errors import BadRequest, ConnectionLost, Overloaded, ProviderError, by_status
from ..messages import File, ToolCall

Stop = Literal["end", "length", "tool", "refusal"]
Translation = Mapping[type[Exception], Callable[[Any], ProviderError]]
Form = TypeVar("Form")

TRANSPORT: Translation = {
    httpx2.TransportError: lambda exc: ConnectionLost(f"The connection was lost: {exc}"),
    json.JSONDecodeError: lambda exc: ConnectionLost(f"A piece of the stream could not be read: {exc}"),
}
"""What every SDK lets through when a stream breaks after it has begun."""

WAYS_OUT = {
    "audio": "Transcribe it first and send the words, or choose a provider that listens.",
    "image": "Convert it to PNG or JPEG.",
    "video": "Send single pictures of it.",
}


def faults_of(sdk: Any) -> Translation:
    """How to translate an SDK's exceptions: OpenAI's and Anthropic's come from one generator, with the same names."""
    return {
        sdk.APIStatusError: lambda e: from_response(e.message, e.status_code, e.response.headers, e.request_id),
        sdk.APITimeoutError: lambda e: ConnectionLost("The SDK gave up waiting. Raise timeout_s, or ask again."),
        sdk.APIConnectionError: lambda e: ConnectionLost(f"The connection was lost: {e.__cause__ or e}"),
        sdk.APIError: lambda e: Overloaded(e.message),  # an error in the middle of OpenAI's stream has no status
        **TRANSPORT,
    }


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


def given(**fields: Any) -> dict[str, Any]:
    """The fields of a request without those that are None or empty: what is left out is the vendor's own default.

    >>> given(system="", tools=[], temperature=0.0)
    {'temperature': 0.0}
    """
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def file_form(file: File, forms: Mapping[str, Callable[[File], Form]], vendor: str) -> Form:
    """The file in the vendor's form; `forms` has a row for each media type, or first half of one, that it takes.

    Raises:
        BadRequest: the vendor takes no such file; nothing has been sent, and the message names the way out.
    """
    kind = file.media_type.partition("/")[0]
    form = forms.get(file.media_type) or forms.get(kind)
    if form is None:
        way_out = WAYS_OUT.get(kind, "Send its text instead.")
        raise BadRequest(f"{vendor} takes no {file.media_type} here ({file.name}). {way_out}")
    return form(file)


def in_base64(file: File) -> str:
    """The file's bytes as they travel in JSON."""
    return base64.b64encode(file.data).decode()


def tool_call(id: str, name: str, arguments: str) -> ToolCall:
    """A call from the JSON text of its arguments, which a model may have got wrong.

    >>> tool_call("1", "track", '{"order_id": "BL-1').broken
    '{"order_id": "BL-1'
    """
    try:
        read = json.loads(arguments or "{}")
    except ValueError:
        read = None
    return ToolCall(id, name, read) if isinstance(read, dict) else ToolCall(id, name, {}, broken=arguments)
