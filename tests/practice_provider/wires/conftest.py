"""A provider whose model answers by rule, so that a wire's test fails only for the wire."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from practice_provider.connection import uvicorn_config
from practice_provider.core import (
    Ask,
    Audio,
    Block,
    Chance,
    Count,
    Counted,
    Document,
    Embed,
    Fault,
    Image,
    ListModels,
    Models,
    Reply,
    Request,
    Result,
    Said,
    Stop,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
    Vectors,
)
from practice_provider.model import catalog
from practice_provider.server import create_app
from practice_provider.settings import Settings


class RuleModel:
    """Calls the tools it is given, fills the schema it is given, and otherwise tells what reached it."""

    def answer(self, request: Request) -> Result:
        match request:
            case ListModels(None):
                return Models(tuple(card.info() for card in catalog.CATALOG.values()))
            case ListModels(str(name)):
                return Models((catalog.find(name).info(),))
            case Count(ask):
                return Counted(sum(len(turn.text().split()) for turn in ask.turns))
            case Embed(model, texts, dimensions):
                catalog.find(model, "embedding")
                return Vectors(model, tuple((1.0,) + (0.0,) * ((dimensions or 384) - 1) for _ in texts), len(texts))
            case Ask():
                catalog.find(request.model, "chat")
                return reply_to(request)
        raise TypeError(request)


def reply_to(ask: Ask) -> Reply:
    blocks: tuple[Said, ...] = tuple(calls(ask))
    stop: Stop = "tool"
    stop_text = None
    if not blocks:
        said, stop, stop_text = shortened(ask, words(ask))
        blocks = (Text(said if ask.sample == 0 else f"{said} ({ask.sample})"),)
    notes = (Thinking(f"a note of {ask.thinking}", "c2ln"),) if ask.thinking is not None else ()
    written = 3 if ask.cache_marks else 0
    usage = Usage(20, 7, cached=4, cache_written=written, reasoning=2 if notes else 0)
    return Reply("1", ask.model, (*notes, *blocks), stop, usage, stop_text, chances(ask))


def chances(ask: Ask) -> tuple[Chance, ...]:
    if ask.logprobs is None:
        return ()
    top = (("Hi", -0.25), ("Ho", -1.5))
    return tuple(Chance(token, -0.25, top[: ask.logprobs]) for token in ("Hello", " there"))


def calls(ask: Ask) -> Iterator[ToolCall]:
    if ask.tool_choice == "none" or ask.turns[-1].role == "tool":
        return
    tools = [tool for tool in ask.tools if ask.tool_name in (None, tool.name)]
    for number, tool in enumerate(tools if ask.parallel_tools else tools[:1]):
        yield ToolCall(f"call_{number}", tool.name, filled(tool.parameters))


def filled(schema: Any) -> Any:
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {name: filled(inner) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [filled(schema.get("items", {"type": "string"}))]
    return {"string": "a word, Käse", "integer": 3, "number": 1.5, "boolean": True}[kind]


def words(ask: Ask) -> str:
    if ask.schema is not None:
        return json.dumps(filled(ask.schema))
    if ask.json_only:
        return '{"a": 1}'
    if "QUOTE" in ask.turns[-1].text():
        return quote(ask)
    if ask.cache_marks and "MARKS" in ask.turns[-1].text():
        return f"marks {ask.cache_marks}"
    return " | ".join(told(block) for turn in ask.turns for block in turn.blocks)


def quote(ask: Ask) -> str:
    """Words of the first text document, between words of its own."""
    texts = [b.data.decode() for turn in ask.turns for b in turn.blocks if isinstance(b, Document)]
    return f"I looked. {texts[0]} [1] That is\nall."


def told(block: Block) -> str:
    match block:
        case Text(text):
            return text
        case Image(media_type, data, url):
            return f"image {url or media_type} {len(data)}"
        case Audio(media_type, data):
            return f"audio {media_type} {len(data)}"
        case Document(media_type, data, title, url):
            return f"document {title or '-'} {url or media_type} {data[:8].decode('latin-1')}"
        case Thinking(text, signature):
            return f"thought {text} {signature}"
        case ToolCall(id, name, args):
            return f"call {id} {name} {json.dumps(dict(args))}"
        case ToolResult(call_id, text, is_error, media):
            with_media = "".join(f" +{told(item)}" for item in media)
            return f"{'error' if is_error else 'result'} {call_id} {text}{with_media}"


def shortened(ask: Ask, said: str) -> tuple[str, Stop, str | None]:
    for text in ask.stop:
        if text in said:
            return said[: said.index(text)], "stop_sequence", text
    pieces = said.split(" ")
    if ask.max_tokens is not None and len(pieces) > ask.max_tokens:
        return " ".join(pieces[: ask.max_tokens]), "length", None
    if "REFUSE" in said:
        return "", "refusal", None
    if "OVERFLOW" in said:
        raise Fault("context_too_long", "9 tokens > 8 maximum")
    return said, "end", None


@pytest.fixture(scope="session")
def rules() -> Iterator[str]:
    """The URL of a provider whose model is the `RuleModel`."""
    server = uvicorn.Server(uvicorn_config(create_app(RuleModel(), Settings(speed=0)), "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, name="rules")
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        assert thread.is_alive(), "the provider ended while it started"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
