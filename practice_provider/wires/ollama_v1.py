"""Ollama's OpenAI-compatible route: OpenAI's own wires, with Ollama's names for models.

Source: https://docs.ollama.com/api/openai-compatibility
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from ..core import Closed, Event, Fault, Models, Opened, Reply, Request, Result, Vectors
from . import ErrorReply, Frame, Raw, Wire
from .ollama_common import tagged, untagged
from .openai_errors import unsupported

_SENT = "ollama_model"  # where the echo keeps the name as it was sent


class Tagged:
    """A wire whose requests may name a model with a tag, and whose replies name it as the client did.

    The options `refused` are OpenAI's, and Ollama has nothing behind them.
    """

    def __init__(self, wire: Any, refused: Collection[str] = ()) -> None:
        self._wire, self._refused = cast(Wire, wire), refused

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        """Read as the wire does, and take the tag off.

        Raises:
            Fault: "bad_request".
        """
        for name in self._refused:
            if body.get(name) is not None:
                raise unsupported(name, "Ollama keeps no conversations: send the whole one.")
        request: Any = self._wire.read(body, path)
        if request.model is None:
            return cast(Request, request)
        echo = {**request.echo, _SENT: request.model}
        return cast(Request, replace(request, model=untagged(request.model), echo=echo))

    def write(self, request: Any, result: Result) -> dict[str, Any] | Raw:
        """Write as the wire does."""
        return self._wire.write(request, _renamed(request, result))

    def error(self, fault: Fault) -> ErrorReply:
        """Tell a fault as the wire does."""
        return self._wire.error(fault)


class TaggedChat(Tagged):
    """The same for a wire that can stream."""

    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]:
        """Stream as the wire does."""
        return self._wire.stream(request, (_renamed_event(request, event) for event in events))


def _renamed(request: Any, result: Result) -> Result:
    match result:
        case Reply() | Vectors():
            return replace(result, model=request.echo[_SENT])
        case Models(models):
            return Models(tuple(replace(model, name=tagged(model.name)) for model in models))
        case _:
            return result


def _renamed_event(request: Any, event: Event) -> Event:
    if isinstance(event, Opened | Closed):
        return replace(event, reply=cast(Reply, _renamed(request, event.reply)))
    return event
