"""The rows of the grid: what is asked, in neutral words, and what the told model answers.

An `Ask` and a `Reply` are the provider's own neutral words; a column (columns.py) says them in a vendor's words through
the vendor's SDK. A row holds when the model was asked exactly this, and the client heard exactly that.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from practice_provider.core import (
    Ask,
    Audio,
    Chance,
    Document,
    Image,
    Reply,
    Said,
    Stop,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    Usage,
)

MODEL = "practice-large"


@dataclass(frozen=True)
class Capability:
    """One row: an ask, and what the model says to it (one reply for each that is wanted).

    `told` names what the client must have heard beside words, calls, the reason to stop and the number of tokens.
    """

    name: str
    ask: Ask
    says: tuple[Reply, ...]
    told: tuple[str, ...] = ()


def reply(*blocks: Said, stop: Stop = "end", stop_text: str | None = None, **usage: int) -> Reply:
    """Give a reply of the told model."""
    return Reply("1", MODEL, blocks, stop, Usage(20, 7, **usage), stop_text)


def object_of(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the JSON schema of an object with exactly these properties, as strict as the strictest vendor wants it."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 14)) + chunk(b"IEND", b"")


def _wav() -> bytes:
    sound = struct.pack("<4h", 0, 100, 0, -100)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    return head + struct.pack("<4sI", b"data", len(sound)) + sound


PNG, WAV = _png(), _wav()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

WEATHER = Tool("weather", "Say the weather in a city", object_of(city={"type": "string"}, days={"type": "integer"}))
CLOCK = Tool("clock", "Say the time in a city", object_of(city={"type": "string"}))
PERSON = object_of(
    name={"type": "string"}, age={"type": "integer"}, tags={"type": "array", "items": {"type": "string"}}
)

HELLO = reply(Text("Good day to you, Käthe."))
OSLO = ToolCall("call_1", "weather", {"city": "Oslo", "days": 2})
RIO = ToolCall("call_2", "clock", {"city": "Rio"})
QUESTION = Turn("user", (Text("How is the weather in Oslo?"),))
ASK = Ask(MODEL, (QUESTION,))
WITH_TOOLS = replace(ASK, tools=(WEATHER, CLOCK))
CALLED = reply(OSLO, stop="tool")


def _saying(*blocks: Text | Image | Audio | Document) -> Ask:
    return Ask(MODEL, (Turn("user", blocks),))


def _with_result(*results: ToolResult) -> Ask:
    calls = (OSLO, RIO)[: len(results)]
    return replace(WITH_TOOLS, turns=(QUESTION, Turn("assistant", calls), Turn("tool", results)))


CONVERSATION = (
    Turn("system", (Text("Be brief."),)),
    Turn("user", (Text("My name is Käthe."),)),
    Turn("assistant", (Text("Good day, Käthe."),)),
    Turn("user", (Text("What is my name?"),)),
)
LONG = Text("one two three four")
JSON_TEXT = '{"name": "Ada", "age": 36, "tags": ["a", "ü"]}'
CHANCES = (Chance("Good", -0.1, (("Good", -0.1), ("Bad", -2.5))), Chance(" day", -0.2, ((" day", -0.2), (".", -3.0))))

CAPABILITIES: tuple[Capability, ...] = (
    Capability("text", ASK, (HELLO,)),
    Capability("system instructions", replace(ASK, turns=(CONVERSATION[0], QUESTION)), (HELLO,)),
    Capability("several turns", replace(ASK, turns=CONVERSATION), (HELLO,)),
    Capability("tools, left to the model", WITH_TOOLS, (CALLED,)),
    Capability("tools, none wanted", replace(WITH_TOOLS, tool_choice="none"), (HELLO,)),
    Capability("tools, one required", replace(WITH_TOOLS, tool_choice="required"), (CALLED,)),
    Capability("tools, one named", replace(WITH_TOOLS, tool_choice="named", tool_name="weather"), (CALLED,)),
    Capability("tools, several calls", WITH_TOOLS, (reply(OSLO, RIO, stop="tool"),)),
    Capability("tools, one call at a time", replace(WITH_TOOLS, parallel_tools=False), (CALLED,)),
    Capability("words before a call", WITH_TOOLS, (reply(Text("Let me look."), OSLO, stop="tool"),)),
    Capability("tool result", _with_result(ToolResult("call_1", '{"sky": "clear"}')), (HELLO,)),
    Capability("two tool results", _with_result(ToolResult("call_1", "clear"), ToolResult("call_2", "noon")), (HELLO,)),
    Capability("tool result, an error", _with_result(ToolResult("call_1", "no such city", is_error=True)), (HELLO,)),
    Capability("JSON by a schema", replace(ASK, schema=PERSON), (reply(Text(JSON_TEXT)),)),
    Capability(
        "JSON of any shape",
        replace(_saying(Text("Say it as JSON.")), json_only=True),
        (reply(Text(JSON_TEXT)),),
    ),
    Capability("image", _saying(Text("What is this?"), Image("image/png", PNG)), (HELLO,)),
    Capability("PDF", _saying(Text("What is this?"), Document("application/pdf", PDF, "paper")), (HELLO,)),
    Capability("sound", _saying(Text("What is this?"), Audio("audio/wav", WAV)), (HELLO,)),
    Capability(
        "stop sequence", replace(ASK, stop=("END", "##")), (reply(LONG, stop="stop_sequence", stop_text="END"),)
    ),
    Capability("token limit", replace(ASK, max_tokens=40), (reply(LONG, stop="length"),)),
    Capability("temperature", replace(ASK, temperature=0.5), (HELLO,)),
    Capability("seed", replace(ASK, seed=7), (HELLO,)),
    Capability("several replies (n)", replace(ASK, n=2), (HELLO, reply(Text("Hello again."))), ("others",)),
    Capability(
        "log probabilities",
        replace(ASK, logprobs=2),
        (replace(reply(Text("Good day")), chances=CHANCES),),
        ("chances",),
    ),
    Capability(
        "thinking", replace(ASK, thinking=2048), (reply(Thinking("Hm, hm."), Text("Yes."), reasoning=3),), ("thinking",)
    ),
    Capability("refusal", ASK, (reply(Text("I can't help with that."), stop="refusal"),)),
)
