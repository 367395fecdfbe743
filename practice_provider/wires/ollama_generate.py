"""Ollama's generate: `POST /api/generate`, one prompt and its completion, streamed unless the client says otherwise.

No `context` is given back (it is deprecated; chat keeps a conversation), and none is read. No pictures are made.
Source: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-completion
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import Ask, BlockOpened, Closed, Delta, Event, ListModels, Models, Reply, Said, Text, Thinking, Turn
from . import Frame
from .ollama_common import Node, error, model_of, root
from .ollama_messages import read_images
from .ollama_options import SHARED, chances, ending, envelope, is_unloading, read_shared

NO_EFFECT = {"template", "raw"}
FIELDS = SHARED | NO_EFFECT | {"prompt", "system", "images"}

# field of the vendor's API → why it is refused
_NOT_OFFERED: Mapping[str, str] = {
    "suffix": "the practice models do not support insert",
    "context": "the practice provider keeps no contexts; use /api/chat",
    "width": "the practice models make no pictures",
    "height": "the practice models make no pictures",
    "steps": "the practice models make no pictures",
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask | ListModels:
    """Read the body of a request.

    Raises:
        Fault: "bad_request".
    """
    node = root(body)
    for name, reason in _NOT_OFFERED.items():
        if (field := node.get(name)) and field.value not in ("", [], 0):
            raise field.fault(f"{name}: {reason}")
    name, sent = model_of(node.only(FIELDS | _NOT_OFFERED.keys()))
    shared = read_shared(node)
    turns = tuple(_turns(node))
    if not turns or turns[-1].role != "user":
        return ListModels(name, {"model": sent, "done_reason": "unload" if is_unloading(node) else "load"})
    return Ask(name, turns, echo={"model": sent}, **shared)


def _turns(body: Node) -> Iterator[Turn]:
    prompt, system, template, raw = body.get("prompt"), body.get("system"), body.get("template"), body.get("raw")
    is_raw = raw is not None and raw.flag()
    if is_raw and ((template and template.text()) or (system and system.text())):
        raise body.fault("raw mode does not support template, system, or context")
    if system and system.text():
        yield Turn("system", (Text(system.text()),))
    said = (Text(prompt.text()),) if prompt and prompt.text() else ()
    if blocks := (*said, *read_images(body)):
        yield Turn("user", blocks)


def write(request: Ask | ListModels, result: Reply | Models) -> dict[str, Any]:
    """Spell a whole reply, or that the model is loaded."""
    if isinstance(result, Models):
        return envelope(request.echo) | {"response": "", "done": True, "done_reason": request.echo["done_reason"]}
    said = "".join(block.text for block in result.blocks if isinstance(block, Text))
    thought = "".join(block.text for block in result.blocks if isinstance(block, Thinking))
    told = {"response": said} | ({"thinking": thought} if thought else {})
    return envelope(request.echo) | told | ending(result.stop, result.usage) | chances(result.chances)


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply: pieces of words and thoughts, and the counts at the end."""
    block: Said = Text("")
    for event in events:
        match event:
            case BlockOpened():
                block = event.block
            case Delta(text=text, tokens=tokens):
                said = {"response": "", "thinking": text} if isinstance(block, Thinking) else {"response": text}
                yield Frame(envelope(request.echo) | said | {"done": False}, tokens=tokens)
            case Closed(reply):
                last = envelope(request.echo) | {"response": ""} | ending(reply.stop, reply.usage)
                yield Frame(last | chances(reply.chances))


__all__ = ["error", "read", "stream", "write"]
