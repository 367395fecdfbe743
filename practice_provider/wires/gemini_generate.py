"""Gemini generateContent and streamGenerateContent: one body, one reply or many pieces of it.

No grounding and no citations. In a stream a function call comes in one piece, when it is complete, as the vendor sends
it; the chances of the words come with the last piece.

Source: https://ai.google.dev/api/generate-content
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..core import (
    Ask,
    BlockClosed,
    BlockOpened,
    Chance,
    Closed,
    Delta,
    Event,
    Opened,
    Reply,
    Said,
    Stop,
    Text,
    Thinking,
    ToolCall,
    Usage,
)
from . import Frame
from .gemini_ask import read_ask
from .gemini_common import model_name, root
from .gemini_errors import error

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
    """Spell a reply, and those beside it, as the candidates of a response."""
    told = [
        _candidate(index, _parts(request, reply.blocks)) | _ending(reply)
        for index, reply in enumerate((result, *result.others))
    ]
    return _response(result, told, result.usage)


def stream(request: Ask, events: Iterable[Event]) -> Iterator[Frame]:
    """Spell the events of a reply as responses, each with one more piece; the last one says why it ended."""
    telling = _Telling(request)
    for event in events:
        yield from telling.frames(event)


# ---- the whole reply -------------------------------------------------------------------------------------------


def _parts(request: Ask, blocks: Sequence[Said]) -> list[dict[str, Any]]:
    """The signature of the notes stands at the first part after them, whether or not the notes are told."""
    parts: list[dict[str, Any]] = []
    signature = ""
    for block in blocks:
        if isinstance(block, Thinking):
            parts += [{"text": block.text, "thought": True}] if request.echo.get("thoughts") else []
            signature = block.signature
        else:
            parts.append(_part(request, block) | _signed(signature))
            signature = ""
    return parts or [{"text": ""}]


def _part(request: Ask, block: Text | ToolCall) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"text": _bare(text) if request.echo.get("bare_word") else text}
        case ToolCall(id, name, args):
            return {"functionCall": {"id": id, "name": name, "args": dict(args)}}


def _signed(signature: str) -> dict[str, str]:
    return {"thoughtSignature": signature} if signature else {}


def _bare(word: str) -> str:
    """A word of an enumeration, without the quotes that it has as JSON."""
    try:
        return str(json.loads(word))
    except ValueError:
        return word.strip('"')  # it was cut by the limit of tokens


def _candidate(index: int, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"content": {"parts": parts, "role": "model"}, "index": index}


def _ending(reply: Reply) -> dict[str, Any]:
    ending: dict[str, Any] = {"finishReason": _FINISHES[reply.stop]}
    if reply.chances:
        total = sum(chance.logprob for chance in reply.chances)
        ending |= {"avgLogprobs": total / len(reply.chances), "logprobsResult": _logprobs(reply.chances)}
    return ending


def _logprobs(chances: Sequence[Chance]) -> dict[str, Any]:
    chosen = [_chance(chance.token, chance.logprob) for chance in chances]
    top = [{"candidates": [_chance(*other) for other in chance.top]} for chance in chances]
    return {"chosenCandidates": chosen, "topCandidates": top}


def _chance(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logProbability": logprob}


def _response(reply: Reply, candidates: list[dict[str, Any]], usage: Usage) -> dict[str, Any]:
    return {
        "candidates": candidates,
        "usageMetadata": _usage(usage),
        "modelVersion": reply.model,
        "responseId": reply.id,
    }


def _usage(usage: Usage) -> dict[str, Any]:
    """Google counts cached tokens among the prompt's, and thoughts beside the candidates'; it leaves zeros out."""
    seldom = {"cachedContentTokenCount": usage.cached, "thoughtsTokenCount": usage.reasoning}
    return {name: count for name, count in seldom.items() if count} | {
        "promptTokenCount": usage.tokens_in,
        "candidatesTokenCount": usage.tokens_out - usage.reasoning,
        "totalTokenCount": usage.tokens_in + usage.tokens_out,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.tokens_in}],
    }


# ---- piece by piece --------------------------------------------------------------------------------------------


class _Telling:
    """A stream under way: which blocks are open, and how many tokens were written and told."""

    def __init__(self, request: Ask) -> None:
        self._request = request
        self._opened = Reply("", request.model, (), "end", Usage(0, 0))
        self._open: dict[tuple[int, int], Said] = {}
        self._signatures: dict[int, str] = {}  # choice → the signature that its next part carries
        self._thought, self._written, self._told = 0, 0, 0

    def frames(self, event: Event) -> Iterator[Frame]:
        """The responses that an event makes."""
        match event:
            case Opened(reply):
                self._opened = reply
            case BlockOpened(index, block, choice):
                self._open[choice, index] = block
            case Delta(index, text, tokens, choice):
                yield from self._delta(self._open[choice, index], text, tokens, choice)
            case BlockClosed(_, Thinking(_, signature), choice):
                self._signatures[choice] = signature
            case BlockClosed(_, ToolCall() as block, choice):
                yield self._piece(choice, _part(self._request, block))
            case BlockClosed(_, Text() as block, choice) if self._request.echo.get("bare_word"):
                yield self._piece(choice, _part(self._request, block))
            case Closed(reply):
                replies = enumerate((reply, *reply.others))
                ends = [_candidate(index, [{"text": ""}]) | _ending(one) for index, one in replies]
                yield Frame(_response(reply, ends, reply.usage))

    def _delta(self, block: Said, text: str, tokens: int, choice: int) -> Iterator[Frame]:
        self._written += tokens
        if isinstance(block, Thinking):
            self._thought += tokens
            if self._request.echo.get("thoughts"):
                yield self._piece(choice, {"text": text, "thought": True}, signed=False)
        elif isinstance(block, Text) and not self._request.echo.get("bare_word"):
            yield self._piece(choice, {"text": text})

    def _piece(self, choice: int, part: dict[str, Any], *, signed: bool = True) -> Frame:
        signature = self._signatures.pop(choice, "") if signed else ""
        start = self._opened.usage
        usage = Usage(start.tokens_in, self._written, start.cached, reasoning=self._thought)
        tokens, self._told = self._written - self._told, self._written
        return Frame(_response(self._opened, [_candidate(choice, [part | _signed(signature)])], usage), tokens=tokens)


__all__ = ["error", "read", "stream", "write"]
