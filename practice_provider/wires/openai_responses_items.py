"""The items of a response: words are a message, a call is a function_call, notes are a reasoning item.

Plain and streamed, the same functions write the items, so that the last event of a stream holds exactly the object of a
plain reply. What OpenAI encrypts is only base64 here.
Source: https://platform.openai.com/docs/api-reference/responses/object#responses-object-output
"""

import base64
from collections.abc import Sequence
from typing import Any

from ..core import Ask, Chance, Reply, Said, Text, Thinking, ToolCall
from .openai_common import arguments_text
from .openai_logprobs import by_block, rows

Json = dict[str, Any]
PREFIXES: dict[type, str] = {Text: "msg", Thinking: "rs", ToolCall: "fc"}


class Items:
    """Writes the items of one reply, as the request wants them."""

    def __init__(self, request: Ask, reply: Reply) -> None:
        self._reply = reply
        self._chances = by_block(request, reply)
        self.refused = reply.stop == "refusal"
        reasoning = request.echo.get("reasoning", {})
        self.summary = bool(reasoning.get("summary") or reasoning.get("generate_summary"))
        self._encrypted = "reasoning.encrypted_content" in request.echo.get("include", ())

    def id(self, index: int, block: Said) -> str:
        """An id of our own making, the same for the same ask: it says which reply and which of its blocks."""
        return f"{PREFIXES[type(block)]}_{self._reply.id}_{index}"

    def begun(self, index: int, block: Said) -> Json:
        """An item that has just begun: the stream tells the rest."""
        match block:
            case Text():
                return self._message(index, [], "in_progress")
            case Thinking():
                return self._reasoning(index, "", "")
            case ToolCall():
                return self._call(index, block, "", "in_progress")

    def item(self, index: int, block: Said, status: str) -> Json:
        """A whole item."""
        match block:
            case Text(text):
                return self._message(index, [self.part(text, self._chances.get(index, ()))], status)
            case Thinking(text):
                return self._reasoning(index, text, base64.b64encode(text.encode()).decode())
            case ToolCall(args=args):
                return self._call(index, block, arguments_text(args), status)

    def part(self, text: str, chances: Sequence[Chance] = ()) -> Json:
        """What a message holds: words, or a refusal."""
        if self.refused:
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": rows(chances)}

    def _message(self, index: int, content: list[Json], status: str) -> Json:
        own_id = self.id(index, Text(""))
        return {"id": own_id, "type": "message", "status": status, "role": "assistant", "content": content}

    def _reasoning(self, index: int, text: str, encrypted: str) -> Json:
        summary = [summary_part(text)] if self.summary and text else []
        told = {"id": self.id(index, Thinking("")), "type": "reasoning", "summary": summary}
        return told | ({"encrypted_content": encrypted} if self._encrypted else {})

    def _call(self, index: int, call: ToolCall, arguments: str, status: str) -> Json:
        return {
            "id": self.id(index, call),
            "type": "function_call",
            "status": status,
            "call_id": call.id,
            "name": call.name,
            "arguments": arguments,
        }


def summary_part(text: str) -> Json:
    """What a reasoning item holds."""
    return {"type": "summary_text", "text": text}
