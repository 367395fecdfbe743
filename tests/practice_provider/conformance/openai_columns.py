"""Chat completions through the SDK `openai`: at OpenAI, and where others offer them."""

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

import openai
from openai import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI, OpenAI

from practice_provider.core import Ask, Audio, Block, Document, Image, Stop, Text, Tool, ToolCall, ToolResult, Turn

from .column import NO_WORDS, Column, Failure, Heard, Lack, Noticed, strictly

FAILURES: Mapping[str, Failure] = {
    "auth": Failure(openai.AuthenticationError, 401),
    "forbidden": Failure(openai.PermissionDeniedError, 403),
    "no_such_model": Failure(openai.NotFoundError, 404),
    "bad_request": Failure(openai.BadRequestError, 400),
    "context_too_long": Failure(openai.BadRequestError, 400),
    "rate_limit": Failure(openai.RateLimitError, 429),
    "quota": Failure(openai.RateLimitError, 429),
    "timeout": Failure(openai.APIStatusError, 408),
    "server": Failure(openai.InternalServerError, 500),
    "unavailable": Failure(openai.InternalServerError, 503),
    "overloaded": Failure(openai.InternalServerError, 503),
}
BREAKS: Mapping[str, Noticed] = {
    "drop_stream": openai.APIConnectionError,
    "cut_stream": None,
    "malformed_chunk": json.JSONDecodeError,
    "error_frame": openai.APIError,
}


def data_url(media_type: str, data: bytes) -> str:
    """Write bytes into a URL."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


class OpenAIChat(Column):
    """Chat completions at OpenAI."""

    title = "OpenAI chat"
    sdk = "openai"
    path = "/openai/v1"
    also: ClassVar[tuple[str, ...]] = ()  # fields that a host adds to OpenAI's
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "stop",
        "tool": "tool_calls",
        "length": "length",
        "stop_sequence": "stop",
        "refusal": "stop",
    }
    lacks: ClassVar[Mapping[str, Lack]] = {"tool result, an error": NO_WORDS, "thinking": NO_WORDS}
    failures = FAILURES
    breaks = BREAKS

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncOpenAI if asynchronous else OpenAI
        return kind(base_url=url + self.path, api_key=key, max_retries=0)

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        options = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        messages = [message for turn in ask.turns for message in _messages(turn)]
        return client.chat.completions.create(model=ask.model, messages=messages, **_chat_options(ask), **options)

    def read(self, reply: Any) -> Heard:
        return _heard_chat(strictly(reply, self.also))

    def gather(self, events: list[Any]) -> Heard:
        return _heard_chat(_Gathered([strictly(event, self.also) for event in events]))


def _messages(turn: Turn) -> list[dict[str, Any]]:
    if turn.role == "tool":
        results = [block for block in turn.blocks if isinstance(block, ToolResult)]
        return [{"role": "tool", "tool_call_id": result.call_id, "content": result.text} for result in results]
    calls = [_call(block) for block in turn.blocks if isinstance(block, ToolCall)]
    parts = [part(block) for block in turn.blocks if not isinstance(block, ToolCall)]
    message: dict[str, Any] = {"role": turn.role, "content": parts or None}
    return [message | ({"tool_calls": calls} if calls else {})]


def _call(block: ToolCall) -> dict[str, Any]:
    return {
        "id": block.id,
        "type": "function",
        "function": {"name": block.name, "arguments": json.dumps(dict(block.args))},
    }


def part(block: Block) -> dict[str, Any]:
    """Say a block of a message."""
    match block:
        case Text(text):
            return {"type": "text", "text": text}
        case Image(media_type, data):
            return {"type": "image_url", "image_url": {"url": data_url(media_type, data)}}
        case Document(media_type, data, title):
            return {"type": "file", "file": {"filename": title, "file_data": data_url(media_type, data)}}
        case Audio(media_type, data):
            sound = {"data": b64encode(data).decode(), "format": media_type.removeprefix("audio/")}
            return {"type": "input_audio", "input_audio": sound}
    raise TypeError(f"no part for {block!r}")


def _chat_options(ask: Ask) -> dict[str, Any]:
    named = {"type": "function", "function": {"name": ask.tool_name}}
    schema = {"name": "answer", "schema": ask.schema, "strict": True}
    given = {
        "tools": [{"type": "function", "function": function(tool)} for tool in ask.tools],
        "tool_choice": named if ask.tool_name else ask.tool_choice if ask.tool_choice != "auto" else None,
        "parallel_tool_calls": None if ask.parallel_tools else False,
        "response_format": {"type": "json_schema", "json_schema": schema} if ask.schema else None,
        "max_completion_tokens": ask.max_tokens,
        "stop": list(ask.stop),
        "temperature": ask.temperature,
        "seed": ask.seed,
        "n": ask.n if ask.n > 1 else None,
        "logprobs": ask.logprobs is not None or None,
        "top_logprobs": ask.logprobs,
        "reasoning_effort": "medium" if ask.thinking else None,
    }
    if ask.json_only:
        given["response_format"] = {"type": "json_object"}
    return {name: value for name, value in given.items() if value not in (None, [])}


def function(tool: Tool) -> dict[str, Any]:
    """Declare a tool."""
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def _heard_chat(reply: Any) -> Heard:
    first, *others = reply.choices
    message = first.message
    calls = message.tool_calls or []
    chances = (first.logprobs.content or []) if first.logprobs else []
    return Heard(
        text=(message.content or "") + (message.refusal or ""),
        stop=first.finish_reason,
        tokens_in=reply.usage.prompt_tokens,
        tokens_out=reply.usage.completion_tokens,
        calls=tuple((call.function.name, json.loads(call.function.arguments)) for call in calls),
        chances=tuple((c.token, c.logprob, tuple((t.token, t.logprob) for t in c.top_logprobs)) for c in chances),
        others=tuple(choice.message.content for choice in others),
        cached=reply.usage.prompt_tokens_details.cached_tokens if reply.usage.prompt_tokens_details else None,
        ids=tuple(call.id for call in calls),
    )


class _Piece:
    """A choice, a message, a call or a function that is put together from deltas."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class _Gathered:
    """Chunks of a chat completion put together, with the attributes of a whole one."""

    def __init__(self, chunks: list[Any]) -> None:
        assert len({chunk.id for chunk in chunks}) == 1
        used = [chunk.usage for chunk in chunks if chunk.usage is not None]
        assert len(used) == 1, "the usage is told once"
        self.usage = used[0]
        deltas: dict[int, list[Any]] = defaultdict(list)
        for chunk in chunks:
            for choice in chunk.choices:
                deltas[choice.index].append(choice)
        self.choices = [_choice(deltas[index]) for index in sorted(deltas)]


def _choice(pieces: list[Any]) -> _Piece:
    deltas = [piece.delta for piece in pieces]
    finished = [piece.finish_reason for piece in pieces if piece.finish_reason]
    assert len(finished) == 1, f"a choice ends once, not {len(finished)} times"
    assert deltas[0].role == "assistant"
    calls: dict[int, _Piece] = {}
    for call in (call for delta in deltas for call in delta.tool_calls or []):
        if call.index not in calls:
            calls[call.index] = _Piece(id=call.id, function=_Piece(name=call.function.name, arguments=""))
        calls[call.index].function.arguments += call.function.arguments or ""
    chances = [chance for piece in pieces if piece.logprobs for chance in piece.logprobs.content or []]
    words, refusal = ("".join(getattr(delta, name) or "" for delta in deltas) for name in ("content", "refusal"))
    return _Piece(
        message=_Piece(content=words, refusal=refusal, tool_calls=list(calls.values())),
        finish_reason=finished[0],
        logprobs=_Piece(content=chances),
    )


class AzureDeployments(OpenAIChat):
    """Azure OpenAI by deployments and an API version; its content filter reports in fields of its own."""

    title = "Azure by deployment"
    also = ("prompt_filter_results", "content_filter_results")

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        kind = AsyncAzureOpenAI if asynchronous else AzureOpenAI
        return kind(azure_endpoint=f"{url}/azure", api_key=key, api_version="2024-10-21", max_retries=0)

    def gather(self, events: list[Any]) -> Heard:
        """Put a stream together behind its first chunk, which is about the prompt and has no object, id or choice."""
        first, *rest = events
        assert (first.object, first.id, first.choices) == ("", "", [])
        return super().gather(rest)


class AzureV1(AzureDeployments):
    """Azure OpenAI with OpenAI's own client and paths."""

    title = "Azure v1"
    path = "/azure/openai/v1"

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        return OpenAIChat.connect(self, url, key, asynchronous)


class OllamaV1(OpenAIChat):
    """Ollama's OpenAI-compatible route."""

    title = "Ollama /v1"
    path = "/ollama/v1"
