"""AWS's event-stream encoding: binary messages with typed headers and two checksums, as Bedrock streams them.

    total length | headers length | CRC of these two | headers | payload | CRC of all before
    4 bytes        4 bytes          4 bytes                               4 bytes

Headers are of one type only, strings. A frame whose data is no JSON object was spoilt on purpose: its last checksum is
wrong, so that a client finds it damaged. Source: https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import struct
from binascii import crc32
from collections.abc import Mapping

from .framing import Framing, json_bytes
from .wires import Frame

_STRING = 7  # the number of the header type "string"
_PRELUDE = struct.Struct("!II")
_CHECKSUM = struct.Struct("!I")


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Put one message together.

    >>> len(message({}, b""))
    16
    """
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = _PRELUDE.pack(_PRELUDE.size + 2 * _CHECKSUM.size + len(head) + len(payload), len(head))
    body = prelude + _CHECKSUM.pack(crc32(prelude)) + head + payload
    return body + _CHECKSUM.pack(crc32(body))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(f"!B{len(key)}sBH{len(text)}s", len(key), key, _STRING, len(text), text)


def encode(frame: Frame) -> bytes:
    """Encode one frame. One that is named like an exception is one: a client raises it in the middle of the stream."""
    kind = "exception" if frame.event and frame.event.endswith("Exception") else "event"
    headers = {
        f":{kind}-type": frame.event or "",
        ":content-type": "application/json",
        ":message-type": kind,
    }
    if isinstance(frame.data, str):
        sound = message(headers, frame.data.encode())
        return sound[:-1] + bytes([sound[-1] ^ 0xFF])
    return message(headers, json_bytes(frame.data))


EVENT_STREAM = Framing("application/vnd.amazon.eventstream", encode)
