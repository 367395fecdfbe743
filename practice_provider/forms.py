"""Reads a multipart form, which is how files are uploaded: fields of text, and files with their name and type.

`name[]` is an item of a list and `name[part]` a field of an object, as the vendors' SDKs write them. Every value is a
string: what it means is the wire's business. Source: https://www.rfc-editor.org/rfc/rfc7578
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from .core import Fault

MOST_PARTS = 200
_NAME = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<inner>[^\[\]]*)\])?")


@dataclass(frozen=True)
class Upload:
    """A file in a form."""

    name: str
    media_type: str
    data: bytes


@dataclass
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    header: bytes = b""
    value: bytes = b""
    data: bytearray = field(default_factory=bytearray)


def multipart_form(headers: Mapping[bytes, bytes], raw: bytes) -> Mapping[str, Any]:
    """Read a body that has to be a form.

    Raises:
        Fault: "media_type" when the headers promise something else, "bad_request" when it is none.
    """
    kind, options = parse_options_header(headers.get(b"content-type", b""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        sent = headers.get(b"content-type", b"").decode("latin-1")[:100]
        raise Fault("media_type", f"Content-Type is '{sent}': send 'multipart/form-data' with a boundary.")
    form: dict[str, Any] = {}
    for part in _parts(raw, options[b"boundary"]):
        _add(form, part)
    return form


def _parts(raw: bytes, boundary: bytes) -> list[_Part]:
    reader = _Reader()
    try:
        MultipartParser(boundary, reader.callbacks()).write(raw)  # type: ignore[arg-type]
    except FormParserError as error:
        raise Fault("bad_request", f"The body is not a valid multipart form: {error}") from None
    if not reader.ended:
        raise Fault("bad_request", "The body is a multipart form that breaks off: its last boundary is missing.")
    return reader.parts


class _Reader:
    """Collects what the parser calls out."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.ended = False

    def callbacks(self) -> dict[str, Any]:
        """The functions by the names under which the parser calls them."""
        names = ("part_begin", "part_data", "header_field", "header_value", "header_end", "end")
        return {f"on_{name}": getattr(self, name) for name in names}

    def part_begin(self) -> None:
        """Begin a part."""
        if len(self.parts) == MOST_PARTS:
            raise Fault("bad_request", f"The form has more than {MOST_PARTS} parts: send fewer.")
        self.parts.append(_Part())

    def part_data(self, data: bytes, start: int, end: int) -> None:
        """Add to the part's content."""
        self.parts[-1].data += data[start:end]

    def header_field(self, data: bytes, start: int, end: int) -> None:
        """Add to the name of a header."""
        self.parts[-1].header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        """Add to the value of a header."""
        self.parts[-1].value += data[start:end]

    def header_end(self) -> None:
        """Note a header that is complete."""
        part = self.parts[-1]
        part.headers[part.header.lower()] = part.value
        part.header = part.value = b""

    def end(self) -> None:
        """Note that the last boundary was there."""
        self.ended = True


def _add(form: dict[str, Any], part: _Part) -> None:
    _, options = parse_options_header(part.headers.get(b"content-disposition", b""))
    named = _NAME.fullmatch(_text(options.get(b"name", b""), "name"))
    if named is None:
        raise Fault("bad_request", "A part of the form has no name, or one with brackets in the wrong places.")
    name, inner, value = named["name"], named["inner"], _value(part, options)
    if inner is None:
        form[name] = value
        return
    container = form.setdefault(name, {} if inner else [])
    if isinstance(container, list) and not inner:
        container.append(value)
    elif isinstance(container, dict) and inner:
        container[inner] = value
    else:
        raise Fault("bad_request", f"The form has '{name}' in two ways: as one value, as a list, or as an object.")


def _value(part: _Part, options: Mapping[bytes, bytes]) -> str | Upload:
    if b"filename" not in options:
        return _text(bytes(part.data), "field")
    media_type = part.headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
    return Upload(_text(options[b"filename"], "filename"), media_type, bytes(part.data))


def _text(raw: bytes, what: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Fault("bad_request", f"A {what} of the form is not UTF-8.") from None
