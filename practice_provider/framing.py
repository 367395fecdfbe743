"""How a stream of frames becomes bytes on the connection: a media type and an encoder per framing.

It knows nothing of pacing or of what a frame means. AWS's binary framing is a module of its own: event_stream.py.
Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from .wires import Frame

# Clients that read a stream with `str.splitlines` would break a line at these; JSON allows them unescaped.
_LINE_BREAKS = {character.encode(): b"\\u%04x" % ord(character) for character in "\u0085\u2028\u2029"}


@dataclass(frozen=True)
class Framing:
    """One way to send a stream. `headers` go with the 200 line.

    `opening` comes before the first frame, `between` before each other one, and `closing` at the end.
    """

    media_type: str
    encode: Callable[[Frame], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    opening: bytes = b""
    between: bytes = b""
    closing: bytes = b""


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Encode a JSON object as UTF-8.

    >>> json_bytes({"word": "Crème"}).decode()
    '{"word":"Crème"}'
    """
    try:
        return orjson.dumps(value)
    except TypeError:  # a whole number of more than 64 bits, a character that is half of one
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_item(frame: Frame) -> bytes:
    """Encode one frame as an item of a JSON array."""
    return frame.data.encode() if isinstance(frame.data, str) else json_bytes(frame.data)


def server_sent_event(frame: Frame) -> bytes:
    r"""Encode one frame as a server-sent event.

    >>> server_sent_event(Frame({"n": 1}, event="ping"))
    b'event: ping\ndata: {"n":1}\n\n'
    """
    if frame.event:
        return b"event: %b\ndata: %b\n\n" % (frame.event.encode(), _one_line(frame))
    return b"data: %b\n\n" % _one_line(frame)


def json_line(frame: Frame) -> bytes:
    r"""Encode one frame as a line of newline-delimited JSON.

    >>> json_line(Frame({"n": 1}))
    b'{"n":1}\n'
    """
    return _one_line(frame) + b"\n"


def _one_line(frame: Frame) -> bytes:
    data = json_item(frame)
    if not data.isascii():
        for character, escaped in _LINE_BREAKS.items():
            data = data.replace(character, escaped)
    return data


SERVER_SENT_EVENTS = Framing(
    "text/event-stream; charset=utf-8",
    server_sent_event,
    {"cache-control": "no-cache", "x-accel-buffering": "no"},
)

# One JSON array that grows: what Gemini sends to a client that does not ask for `alt=sse`.
JSON_ARRAY = Framing("application/json; charset=UTF-8", json_item, opening=b"[", between=b",\r\n", closing=b"]")

# One JSON object on each line, as Ollama streams. https://github.com/ndjson/ndjson-spec
JSON_LINES = Framing("application/x-ndjson", json_line)
