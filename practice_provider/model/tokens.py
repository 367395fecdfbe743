"""Counts tokens with a real tokenizer, offline: OpenAI's o200k_base, from the package bpe_openai.

Every message costs 3 tokens beside its words, and the reply's beginning costs 3, as in OpenAI's own counting recipe;
a tool costs its JSON, a schema its JSON; a picture costs 85, a minute of sound about 1,900. A PDF costs the words of
its pages and 258 for each page, because vendors also look at a picture of it; other files one token for four bytes.
Vendors count differently in detail; nothing here imitates one of them exactly.
Source: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken
"""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ..core import Ask, Audio, Block, Document, Image, Text, Thinking, Tool, ToolCall, ToolResult
from . import documents

PER_MESSAGE, PER_REPLY, PER_TOOL = 3, 3, 8
PER_IMAGE = 85
PER_PAGE = 258  # Gemini's price of a page: https://ai.google.dev/gemini-api/docs/document-processing
_BYTES_PER_TOKEN = {"audio": 500, "document": 4}
_PIECE = 100_000  # characters that are given to the tokenizer at once; it refuses more than 200,000 tokens


@lru_cache(maxsize=1)
def _encoding() -> Any:
    with warnings.catch_warnings():  # on Python 3.11 and 3.12 the package calls a function that is deprecated there
        warnings.simplefilter("ignore", DeprecationWarning)
        import bpe_openai  # takes 0.3 to 1 s, so only when first needed

        return bpe_openai.get_encoding("o200k_base")


@lru_cache(maxsize=4_000)
def count(text: str) -> int:
    """Count the tokens of a text.

    >>> count("Hello, world")
    3
    """
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return sum(len(_encoding().encode_ordinary(piece)) for piece in pieces)


def warm_up() -> None:
    """Load the tokenizer now, so that the first count does not wait for it."""
    _encoding()


def cut(text: str, limit: int) -> str:
    """Give the text's first `limit` tokens. A letter that would be torn apart is left out.

    >>> cut("Hello, world", 2)
    'Hello,'
    """
    if limit <= 0:
        return ""
    data: bytes = _encoding().decode_bytes(_encoding().encode_ordinary(text[: limit * 200])[:limit])
    return data.decode("utf-8", errors="ignore")


def pieces(text: str) -> Iterator[str]:
    """Cut a text into its tokens; those that hold parts of one letter stay together.

    >>> list(pieces("Hello, world"))
    ['Hello', ',', ' world']
    """
    held = b""
    for token in _encoding().encode_ordinary(text):
        held += _encoding().decode_bytes([token])
        try:
            whole = held.decode()
        except UnicodeDecodeError:
            continue
        yield whole
        held = b""


def count_ask(ask: Ask) -> int:
    """Count what a request sends: its messages, its tools and its schema."""
    turns = sum(PER_MESSAGE + sum(_count_block(block) for block in turn.blocks) for turn in ask.turns)
    tools = sum(PER_TOOL + _count_tool(tool) for tool in ask.tools)
    schema = _count_json(ask.schema) if ask.schema is not None else 0
    return turns + tools + schema + PER_REPLY


def count_out(block: Text | Thinking | ToolCall) -> int:
    """Count one block of a reply."""
    return _count_block(block)


def _count_json(value: Any) -> int:
    return count(json.dumps(value, ensure_ascii=False))


def _count_tool(tool: Tool) -> int:
    return count(tool.name) + count(tool.description) + _count_json(tool.parameters)


def _count_document(block: Document) -> int:
    if block.media_type.startswith("text/"):
        return count(block.data.decode("utf-8", errors="replace"))
    if block.media_type == documents.PDF and block.data:
        opened = documents.read(block)
        return PER_PAGE * max(1, opened.pages) + sum(count(passage.text) for passage in opened.passages)
    return len(block.data) // _BYTES_PER_TOKEN["document"]


_COUNTERS: Mapping[type, Callable[[Any], int]] = {
    Text: lambda block: count(block.text),
    Thinking: lambda block: count(block.text),
    Image: lambda block: PER_IMAGE,
    Audio: lambda block: len(block.data) // _BYTES_PER_TOKEN["audio"],
    Document: _count_document,
    ToolCall: lambda block: PER_TOOL + count(block.name) + _count_json(block.args),
    ToolResult: lambda block: PER_TOOL + count(block.text) + sum(map(_count_block, block.media)),
}


def _count_block(block: Block) -> int:
    return _COUNTERS[type(block)](block)
