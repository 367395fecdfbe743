"""Reads a request's body as the JSON object that it has to be, for the vendors' paths and for /practice alike.

It is strict: no NaN, no half characters, no other encoding than UTF-8. https://www.rfc-editor.org/rfc/rfc8259
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from .core import Fault
from .forms import multipart_form
from .framing import json_bytes


def json_object(headers: Mapping[bytes, bytes], raw: bytes) -> Mapping[str, Any]:
    """Read a body that has to be a JSON object.

    Raises:
        Fault: "media_type" when the headers promise something else, "bad_request" when it is none.

    >>> json_object({b"content-type": b"application/json; charset=utf-8"}, b'{"n": 1}')
    {'n': 1}
    """
    sent = headers.get(b"content-type", b"").decode("latin-1")
    if sent.partition(";")[0].strip().lower() != "application/json":
        raise Fault("media_type", f"Content-Type is '{sent[:100]}': send 'application/json'.")
    if coding := headers.get(b"content-encoding"):
        raise Fault("media_type", f"Content-Encoding is '{coding.decode('latin-1')[:100]}': send the body as it is.")
    try:
        value = _DECODER.decode(raw.decode())
        if b"\\ud" in raw or b"\\uD" in raw:  # perhaps half of a surrogate pair, which can't be sent back as UTF-8
            json_bytes({"": value})
    except RecursionError:
        raise Fault("bad_request", "The body is JSON that is nested too deeply.") from None
    except ValueError as error:
        raise Fault("bad_request", f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Fault("bad_request", f"The body is JSON, but {type(value).__name__} where an object has to be.")
    return value


def unlabelled_json(headers: Mapping[bytes, bytes], raw: bytes) -> Mapping[str, Any]:
    """Read a body that has to be a JSON object, whatever the headers call it: some vendors' own clients don't say.

    Raises:
        Fault: as `json_object`.
    """
    return json_object({**headers, b"content-type": b"application/json"}, raw)


def no_body(headers: Mapping[bytes, bytes], raw: bytes) -> Mapping[str, Any]:
    """Take a body for empty, whatever it holds."""
    return {}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)

# what a route says of its bodies → how such a body is read
READERS: Mapping[str, Callable[[Mapping[bytes, bytes], bytes], Mapping[str, Any]]] = {
    "json": json_object,
    "unlabelled": unlabelled_json,
    "multipart": multipart_form,
    "none": no_body,
}
