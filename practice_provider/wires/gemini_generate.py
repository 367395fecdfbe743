"""Gemini generateContent and streamGenerateContent: one body, one reply or many pieces of it.

One candidate, no thoughts, no grounding; `thoughtSignature` is accepted and never sent. In a stream a function call
comes in one piece, when it is complete, as the vendor sends it.

Source: https://ai.google.dev/api/generate-content
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core import Ask, BlockClosed, BlockOpened, Closed, Delta, Event, Opened, Reply, Stop, Text, ToolCall, Usage
from . import Frame
from .gemini_ask import read_ask
from .gemini_common import error, model_name, root

_FINISHES: Mapping[Stop, str] = {
    "end": "STOP",
    "tool": "STOP",
    "length": "MAX_TOKENS",
    "stop_sequence": "STOP",
    "refusal": "SAFETY",
}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Ask:
    """Read a request; `path` says the `model`, and with the `verb` whether to stream.

    Raises:
        Fault: "bad_request".
    """
    return read_ask(root(body), model_name(path), stream=path.get("verb") == "streamGenerateContent")


def write(request: Ask, result: Reply) -> dict[str, Any]:
    """Spell a reply as the one candidate of a response."""
    parts = [_part(block) for block in result.blocks] or [{"text": ""}]
    return _response(result, parts, result.usage, _FINISHES[result.stop])


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply as responses, each with one more piece; the last one says why it ended."""
    opened = Reply("", request.model, (), "end", Usage(0, 0))
    calls: set[int] = set()
    written, told = 0, 0  # output tokens: by the model, and in the frames so far
    for event in events:
        match event:
            case Opened(reply):
                opened = reply
            case BlockOpened(index, ToolCall()):
                calls.add(index)
            case Delta(index, text, tokens):
                written += tokens
                if index not in calls:
                    yield _piece(opened, {"text": text}, written, told)
                    told = written
            case BlockClosed(_, ToolCall() as call):
                yield _piece(opened, _part(call), written, told)
                told = written
            case Closed(reply):
                yield Frame(_response(reply, [{"text": ""}], reply.usage, _FINISHES[reply.stop]))


def _piece(opened: Reply, part: dict[str, Any], written: int, told: int) -> Frame:
    usage = Usage(opened.usage.tokens_in, written, opened.usage.cached)
    return Frame(_response(opened, [part], usage), tokens=written - told)


def _response(reply: Reply, parts: list[dict[str, Any]], usage: Usage, finish: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": _usage(usage),
        "modelVersion": reply.model,
        "responseId": reply.id,
    }


def _usage(usage: Usage) -> dict[str, Any]:
    """Google's prompt count includes the cached tokens; a count of zero is left out, as in all of its JSON."""
    cached = {"cachedContentTokenCount": usage.cached} if usage.cached else {}
    return cached | {
        "promptTokenCount": usage.tokens_in,
        "candidatesTokenCount": usage.tokens_out,
        "totalTokenCount": usage.tokens_in + usage.tokens_out,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.tokens_in}],
    }


def _part(block: Text | ToolCall) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"text": text}
        case ToolCall(id, name, args):
            return {"functionCall": {"id": id, "name": name, "args": dict(args)}}


__all__ = ["error", "read", "stream", "write"]
