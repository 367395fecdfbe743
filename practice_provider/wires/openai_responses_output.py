"""A reply as OpenAI's response object, and as the events that build it up.

Each block of the reply becomes one item of `output`: words a message, a call a function_call. Plain and streamed, the
same functions write the items, so that the last event of a stream holds exactly the object of a plain reply.
Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ..core import Ask, BlockClosed, BlockOpened, Closed, Delta, Event, Opened, Reply, Text, ToolCall, Usage
from .openai_common import CREATED, SERVICE_TIER, arguments_text
from .openai_schema import problems

Json = dict[str, Any]

# ---- the response object ---------------------------------------------------------------------------------------


def finished(request: Ask, reply: Reply) -> Json:
    """The object of a complete reply, or of one that was cut off by max_output_tokens."""
    cut = reply.stop == "length"
    last = len(reply.blocks) - 1
    items = [
        item(reply, n, block, "incomplete" if cut and n == last else "completed")
        for n, block in enumerate(reply.blocks)
    ]
    return _object(request, reply) | {
        "status": "incomplete" if cut else "completed",
        "completed_at": None if cut else CREATED,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": items,
        "usage": usage(reply.usage),
    }


def _object(request: Ask, reply: Reply) -> Json:
    """A response that has just begun: what was asked comes back, and nothing is said yet."""
    given = request.echo
    return {
        "id": f"resp_{reply.id}",
        "object": "response",
        "created_at": CREATED,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": given.get("instructions"),
        "max_output_tokens": given.get("max_output_tokens"),
        "max_tool_calls": given.get("max_tool_calls"),
        "metadata": given.get("metadata", {}),
        "model": reply.model,
        "output": [],
        "parallel_tool_calls": given.get("parallel_tool_calls", True),
        "previous_response_id": None,
        "prompt_cache_key": given.get("prompt_cache_key"),
        "reasoning": {"effort": None, "summary": None} | given.get("reasoning", {}),
        "safety_identifier": given.get("safety_identifier"),
        "service_tier": SERVICE_TIER,
        "temperature": given.get("temperature", 1.0),
        "text": {"format": _format(given), "verbosity": given.get("text", {}).get("verbosity") or "medium"},
        "tool_choice": given.get("tool_choice", "auto"),
        "tools": [_tool(tool) for tool in given.get("tools", ())],
        "top_logprobs": 0,
        "top_p": given.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": None,
        "user": given.get("user"),
    }


def _format(given: Any) -> Json:
    form = given.get("text", {}).get("format") or {"type": "text"}
    return form if form["type"] != "json_schema" else {"description": None, "strict": False} | form


def _tool(tool: Json) -> Json:
    """A function as the response tells it; one that did not say `strict` is strict where its schema allows it."""
    parameters = tool.get("parameters") or {}
    strict = tool.get("strict")
    return {
        "type": "function",
        "name": tool["name"],
        "description": tool.get("description"),
        "parameters": parameters,
        "strict": next(problems(parameters), None) is None if strict is None else strict,
    }


def usage(counts: Usage) -> Json:
    """Token counts with OpenAI's details."""
    return {
        "input_tokens": counts.tokens_in,
        "input_tokens_details": {"cached_tokens": counts.cached, "cache_write_tokens": 0},
        "output_tokens": counts.tokens_out,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": counts.tokens_in + counts.tokens_out,
    }


# ---- items -----------------------------------------------------------------------------------------------------


def item(reply: Reply, index: int, block: Text | ToolCall, status: str) -> Json:
    """One item of `output`."""
    if isinstance(block, ToolCall):
        return _function_call(reply, index, block, arguments_text(block.args), status)
    return _message(reply, index, [part(reply, block.text)], status)


def item_id(reply: Reply, index: int, block: Text | ToolCall) -> str:
    """An id of our own making, the same for the same ask."""
    return f"{'fc' if isinstance(block, ToolCall) else 'msg'}_{reply.id}_{index}"


def part(reply: Reply, text: str) -> Json:
    """What a message holds: words, or a refusal."""
    if reply.stop == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _message(reply: Reply, index: int, content: list[Json], status: str) -> Json:
    own_id = item_id(reply, index, Text(""))
    return {"id": own_id, "type": "message", "status": status, "role": "assistant", "content": content}


def _function_call(reply: Reply, index: int, call: ToolCall, arguments: str, status: str) -> Json:
    return {
        "id": item_id(reply, index, call),
        "type": "function_call",
        "status": status,
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
    }


# ---- events ----------------------------------------------------------------------------------------------------


def frames(request: Ask, events: Iterable[Event]) -> Iterator[Json]:
    """Tell the reply as OpenAI's events, without their numbers; `tokens` says how many tokens an event carries."""
    writer: _Events | None = None
    for event in events:
        if isinstance(event, Opened):
            writer = _Events(request, event.reply)
        if writer is None:
            raise ValueError(f"a stream begins with Opened, not with {event!r}")
        yield from writer.tell(event)


class _Events:
    """Writes one stream; it remembers what each block's item is called."""

    def __init__(self, request: Ask, opening: Reply) -> None:
        self.request, self.reply = request, opening
        self.words = "refusal" if opening.stop == "refusal" else "output_text"
        self.items: dict[int, str] = {}
        self.calls: set[int] = set()
        self.ended: BlockClosed | None = None  # kept back until we know whether it is the last one, and cut off

    def tell(self, event: Event) -> Iterator[Json]:
        """The events for one neutral event."""
        if self.ended:
            cut = isinstance(event, Closed) and event.reply.stop == "length"
            yield from self._close(self.ended.index, self.ended.block, "incomplete" if cut else "completed")
            self.ended = None
        match event:
            case Opened(reply):
                yield {"type": "response.created", "response": _object(self.request, reply)}
                yield {"type": "response.in_progress", "response": _object(self.request, reply)}
            case BlockOpened(index, block):
                yield from self._open(index, block)
            case Delta(index, text, tokens):
                yield self._delta(index, text) | {"tokens": tokens}
            case BlockClosed():
                self.ended = event
            case Closed(reply):
                response = finished(self.request, reply)
                yield {"type": f"response.{response['status']}", "response": response}

    def _open(self, index: int, block: Text | ToolCall) -> Iterator[Json]:
        self.items[index] = item_id(self.reply, index, block)
        added = {"type": "response.output_item.added", "output_index": index}
        if isinstance(block, ToolCall):
            self.calls.add(index)
            yield added | {"item": _function_call(self.reply, index, block, "", "in_progress")}
            return
        yield added | {"item": _message(self.reply, index, [], "in_progress")}
        yield self._place("response.content_part.added", index) | {"part": part(self.reply, "")}

    def _delta(self, index: int, text: str) -> Json:
        if index in self.calls:
            return self._place("response.function_call_arguments.delta", index, content=False) | {"delta": text}
        return self._place(f"response.{self.words}.delta", index) | {"delta": text} | self._logprobs()

    def _close(self, index: int, block: Text | ToolCall, status: str) -> Iterator[Json]:
        if isinstance(block, ToolCall):
            arguments = arguments_text(block.args)
            yield self._place("response.function_call_arguments.done", index, content=False) | {"arguments": arguments}
        else:
            name = "text" if self.words == "output_text" else "refusal"
            yield self._place(f"response.{self.words}.done", index) | {name: block.text} | self._logprobs()
            yield self._place("response.content_part.done", index) | {"part": part(self.reply, block.text)}
        done = item(self.reply, index, block, status)
        yield {"type": "response.output_item.done", "output_index": index, "item": done}

    def _logprobs(self) -> Json:
        return {"logprobs": []} if self.words == "output_text" else {}

    def _place(self, name: str, index: int, content: bool = True) -> Json:
        """The fields that say where in the response an event belongs."""
        inside = {"content_index": 0} if content else {}
        return {"type": name, "item_id": self.items[index], "output_index": index} | inside
