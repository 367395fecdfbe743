"""The neutral conversation that every wire reads into and writes out of.

A wire module turns a vendor's JSON into a request (`Ask`, `Embed`, `Count`, `ListModels`), the model turns the
request into a result, and the same wire module turns the result, or a `Fault`, back into the vendor's JSON.
Nothing in this file knows a URL, a header or a vendor's field name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

JsonObject = Mapping[str, Any]
Role = Literal["system", "user", "assistant", "tool"]
Stop = Literal["end", "tool", "length", "stop_sequence", "refusal"]

# ---- what is said ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """Words said by either side."""

    text: str


@dataclass(frozen=True)
class Image:
    """A picture in an ask. `url` is set instead of `data` where the client sent a link."""

    media_type: str
    data: bytes = b""
    url: str | None = None


@dataclass(frozen=True)
class Audio:
    """A recording in an ask."""

    media_type: str
    data: bytes


@dataclass(frozen=True)
class Document:
    """A file in an ask, a PDF for example."""

    media_type: str
    data: bytes = b""
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ToolCall:
    """The model asks for a tool; `args` is the decoded JSON object."""

    id: str
    name: str
    args: JsonObject


@dataclass(frozen=True)
class ToolResult:
    """What the client's tool gave back for the call with this id."""

    call_id: str
    text: str
    is_error: bool = False


Block = Text | Image | Audio | Document | ToolCall | ToolResult


@dataclass(frozen=True)
class Turn:
    """One message of the conversation."""

    role: Role
    blocks: tuple[Block, ...]

    def text(self) -> str:
        """All words of the turn, joined by newlines."""
        return "\n".join(b.text for b in self.blocks if isinstance(b, Text))


# ---- requests --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tool:
    """A function that the model may ask for; `parameters` is a JSON schema of an object."""

    name: str
    description: str = ""
    parameters: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """A chat request with the vendor's spelling removed.

    `tool_choice` is 'auto', 'none', 'required', or 'named' (then `tool_name` says which). `schema` is the JSON
    schema that the answer has to satisfy; `json_only` asks for JSON of any shape. `echo` holds what the wire itself
    wants to see again when it writes the reply; nobody else reads it.
    """

    model: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["auto", "none", "required", "named"] = "auto"
    tool_name: str | None = None
    parallel_tools: bool = True
    schema: JsonObject | None = None
    json_only: bool = False
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    temperature: float | None = None
    seed: int | None = None
    stream: bool = False
    echo: JsonObject = field(default_factory=dict, compare=False)

    def system(self) -> str:
        """The instructions: the words of all system turns."""
        return "\n\n".join(t.text() for t in self.turns if t.role == "system")


@dataclass(frozen=True)
class Embed:
    """A request for embeddings; `dimensions` asks for shorter vectors."""

    model: str
    texts: tuple[str, ...]
    dimensions: int | None = None
    echo: JsonObject = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Count:
    """How many tokens would this ask be?"""

    ask: Ask


@dataclass(frozen=True)
class ListModels:
    """Which models are there? With `model` set: tell me about that one."""

    model: str | None = None


Request = Ask | Embed | Count | ListModels

# ---- results ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Usage:
    """Token counts; `cached` of the `tokens_in` were read from a prompt cache."""

    tokens_in: int
    tokens_out: int
    cached: int = 0


@dataclass(frozen=True)
class Reply:
    """The model's answer to an `Ask`. `id` is the same for the same ask on every machine."""

    id: str
    model: str
    blocks: tuple[Text | ToolCall, ...]
    stop: Stop
    usage: Usage
    stop_text: str | None = None  # the stop sequence that was met


@dataclass(frozen=True)
class Vectors:
    """The answer to an `Embed`: one vector of unit length per text."""

    model: str
    vectors: tuple[tuple[float, ...], ...]
    tokens_in: int


@dataclass(frozen=True)
class Counted:
    """The answer to a `Count`."""

    tokens: int


@dataclass(frozen=True)
class ModelInfo:
    """One model on offer. `kind` is 'chat' or 'embedding'; `context` and `max_out` are in tokens."""

    name: str
    label: str
    kind: Literal["chat", "embedding"]
    context: int
    max_out: int


@dataclass(frozen=True)
class Models:
    """The answer to a `ListModels`."""

    models: tuple[ModelInfo, ...]


Result = Reply | Vectors | Counted | Models

# ---- a reply as a stream ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """The stream begins. `reply` has the id, the model and the input tokens; its blocks are empty."""

    reply: Reply


@dataclass(frozen=True)
class BlockOpened:
    """Block number `index` begins; it is empty, but a tool call's id and name are known."""

    index: int
    block: Text | ToolCall


@dataclass(frozen=True)
class Delta:
    """A few more characters of the block: its words, or its arguments as JSON text."""

    index: int
    text: str
    tokens: int = 1


@dataclass(frozen=True)
class BlockClosed:
    """Block number `index` is complete."""

    index: int
    block: Text | ToolCall


@dataclass(frozen=True)
class Closed:
    """The stream ends; `reply` is the whole reply."""

    reply: Reply


Event = Opened | BlockOpened | Delta | BlockClosed | Closed


def events(reply: Reply) -> Iterator[Event]:
    """Tell a finished reply as a stream of events, word by word.

    >>> reply = Reply("1", "m", (Text("Good day"),), "end", Usage(3, 2))
    >>> [e.text for e in events(reply) if isinstance(e, Delta)]
    ['Good', ' day']
    """
    opening = Usage(reply.usage.tokens_in, 0, reply.usage.cached)
    yield Opened(Reply(reply.id, reply.model, (), reply.stop, opening))
    for index, block in enumerate(reply.blocks):
        empty = Text("") if isinstance(block, Text) else ToolCall(block.id, block.name, {})
        yield BlockOpened(index, empty)
        text = block.text if isinstance(block, Text) else json.dumps(block.args, ensure_ascii=False)
        yield from (Delta(index, piece) for piece in pieces(text))
        yield BlockClosed(index, block)
    yield Closed(reply)


def pieces(text: str) -> Iterator[str]:
    """Cut a text before each space: words keep the space in front of them, and nothing is lost.

    >>> list(pieces("two  words"))
    ['two', ' ', ' words']
    """
    start = 0
    while start < len(text):
        end = text.find(" ", start + 1)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end


# ---- what goes wrong -------------------------------------------------------------------------------------------

FaultKind = Literal[
    "auth",  # 401: no key, or a wrong one
    "forbidden",  # 403: a known key that may not do this
    "no_such_path",  # 404
    "no_such_model",  # 404
    "method",  # 405
    "bad_request",  # 400: the body does not say what the vendor's API wants
    "context_too_long",  # 400
    "too_large",  # 413: more bytes than we read
    "media_type",  # 415: a body that is not declared as JSON
    "rate_limit",  # 429
    "server",  # 500
    "overloaded",  # 503, or 529 at Anthropic
]


class Fault(Exception):
    """An error for the client. `kind` is neutral; each wire gives it the vendor's status, type and words."""

    def __init__(
        self, kind: FaultKind, message: str, *, param: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind, self.message, self.param, self.retry_after_s = kind, message, param, retry_after_s
