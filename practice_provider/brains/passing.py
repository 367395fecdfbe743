"""A brain that works on bytes: a request goes in as it came, and a vendor's reply comes out as the vendor sent it.

It takes the place of a model and of the wires, while keys, limits, faults and the journal stay in front of it.
Recording and replaying are such brains. Nothing in here knows where the bytes come from.
Why a reply has headers of its own that no proxy passes on: https://www.rfc-editor.org/rfc/rfc9110#field.connection
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ..wires import Frame


@dataclass(frozen=True)
class Call:
    """A request as it came. `path` is what follows the vendor's prefix; `body` is empty where `raw` is no JSON object.

    `ours`: the key is one of the practice provider's, which no vendor would know. `speed` scales recorded delays.
    """

    vendor: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    raw: bytes = b""
    key: str = ""
    ours: bool = True
    speed: float = 0.0

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object that was sent."""
        return json_or_nothing(self.raw)

    def streams(self, by_path: bool | None) -> bool:
        """Does the client ask for a stream? `by_path` is what the route says, None where the body does."""
        return self.body.get("stream") is True if by_path is None else by_path


@dataclass(frozen=True)
class Passed:
    """A vendor's reply, whose body comes in `chunks`."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    chunks: AsyncIterator[bytes]

    async def steps(self) -> AsyncIterator[tuple[bytes, int]]:
        """Give the chunks as steps of a stream."""
        async for chunk in self.chunks:
            yield chunk, 0

    async def frames(self) -> list[Frame]:
        """Wait for the whole body, and take a stream apart into its frames."""
        return list(frames_of(b"".join([chunk async for chunk in self.chunks])))


@runtime_checkable
class Passing(Protocol):
    """A brain that works on bytes."""

    async def pass_on(self, call: Call) -> Passed:
        """Give the vendor's reply, as soon as its headers are known.

        Raises:
            Fault: there is none.
        """
        ...


@runtime_checkable
class Closable(Protocol):
    """A brain that holds connections."""

    async def close(self) -> None:
        """Let go of them."""
        ...


def json_or_nothing(raw: bytes) -> Mapping[str, Any]:
    """Read a JSON object; anything else counts as an empty one.

    >>> json_or_nothing(b'{"n": 1}'), json_or_nothing(b"n=1")
    ({'n': 1}, {})
    """
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def frames_of(body: bytes) -> Iterator[Frame]:
    r"""Take the body of a stream apart: server-sent events, or the items of a JSON array.

    >>> [frame.data for frame in frames_of(b'data: {"n":1}\r\n\r\ndata: [DONE]\n\n')]
    [{'n': 1}, '[DONE]']
    """
    text = body.decode("utf-8", "replace").replace("\r\n", "\n")
    if text.startswith("["):
        yield from (Frame(item) for item in json.loads(text))
        return
    for event in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in event.splitlines() if ": " in line)
        data = fields.get("data", "")
        yield Frame(dict(json_or_nothing(data.encode())) or data, fields.get("event"))
