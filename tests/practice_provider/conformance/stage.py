"""A provider whose model says what it is told, and which remembers what it was asked and what went over the line."""

from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from practice_provider.core import Ask, Block, Document, Reply, Request, Result, ToolCall, ToolResult


@dataclass(repr=False)
class Told:
    """A model that gives `says`, one reply for each sample, and remembers what it was asked."""

    says: tuple[Reply, ...] = ()
    asked: list[Ask] = field(default_factory=list)

    def answer(self, request: Request) -> Result:
        """Answer a chat request."""
        assert isinstance(request, Ask), request
        self.asked.append(request)
        return self.says[request.sample]


@dataclass(repr=False)
class Line:
    """An application, and the bodies that it sent."""

    app: ASGIApp
    replies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and keep what is sent."""
        pieces: list[bytes] = []

        async def keep(message: Message) -> None:
            pieces.append(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self.replies.append(b"".join(pieces))
            await send(message)

        await self.app(scope, receive, keep)


def meaning(ask: Ask) -> dict[str, Any]:
    """Give what an ask says, apart from how a protocol groups it: turns are split into blocks, ids become numbers."""
    numbers: dict[str, str] = {}
    blocks = [(turn.role, _bare(block, numbers)) for turn in ask.turns for block in turn.blocks]
    same = {
        name: getattr(ask, name)
        for name in ("model", "tool_choice", "tool_name", "parallel_tools", "json_only", "stop", "n")
    }
    return {
        **same,
        "tools": [tool for tool in ask.tools if ask.tool_name in (None, tool.name)],  # of others nothing can be wanted
        "blocks": blocks,
        "schema": None if ask.schema is None else dict(ask.schema),
        "thinking": ask.thinking is not None,
        **{name: getattr(ask, name) for name in ("max_tokens", "temperature", "seed", "logprobs")},
    }


def _bare(block: Block, numbers: dict[str, str]) -> Block:
    match block:
        case ToolCall(id, name, args):
            return ToolCall(numbers.setdefault(id, str(len(numbers))), name, dict(args))
        case ToolResult(call_id, text, is_error):
            return ToolResult(numbers.get(call_id, "unknown"), text, is_error)
        case Document(media_type, data):
            return Document(media_type, data)
    return block
