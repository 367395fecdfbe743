"""Anthropic's content blocks → the core's blocks: words, pictures, documents, tool calls and their results.

One table row per block type. The signature of a thinking block is carried and never checked. Nothing is fetched: a URL
stays a URL. Which sentences of a document a reply cites is not decided here (anthropic_citations.py).

Source: https://platform.claude.com/docs/en/api/messages (`messages.content`)
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from ..core import Block, Document, Image, Text, Thinking, ToolCall, ToolResult
from .anthropic_common import Node, not_one_of

_PICTURES: Mapping[str, bytes] = {  # media type → how such a file begins
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}

Reader = Callable[[Node], Iterator[Block]]


@dataclass(frozen=True)
class Content:
    """What a message says, and its ends of cached prefixes: (so many blocks before it, how long it is to live)."""

    blocks: tuple[Block, ...]
    marks: tuple[tuple[int, str], ...] = ()


def read_content(content: Node, allowed: Collection[str]) -> Content:
    """Read the `content` of a message, a list of blocks or a string.

    Raises:
        Fault: "bad_request" for an empty one, and for a block of a type that is not `allowed` here.
    """
    if isinstance(content.value, str):
        return Content((Text(content.value),))
    readers = {name: reader for name, reader in _READERS.items() if name in allowed}
    tags = [(item, item.tag(readers)) for item in content.items()]
    blocks: list[Block] = []
    marks: list[tuple[int, str]] = []
    for item, tag in tags:
        blocks += readers[tag](item.tagged(tag))
        if ttl := cache_ttl(item):
            marks.append((len(blocks), ttl))
    return Content(tuple(blocks), tuple(marks))


def read_blocks(content: Node, allowed: Collection[str]) -> tuple[Block, ...]:
    """The blocks of a `content` alone."""
    return read_content(content, allowed).blocks


def cache_ttl(block: Node) -> str | None:
    """How long the prefix that ends with this block is to be cached: '5m', '1h', or None where it is not.

    Raises:
        Fault: "bad_request".
    """
    wanted, inner = block.get("cache_control"), block.get("content")
    if wanted:
        wanted.tag({"ephemeral": 1})
        ttl = wanted.tagged("ephemeral").only({"type", "ttl"}).get("ttl")
        return _one_of(ttl, ("5m", "1h")) if ttl else "5m"
    inside = inner.items() if inner and isinstance(inner.value, list) else []
    return next((found for item in reversed(inside) if (found := cache_ttl(item))), None)


def words(content: Node) -> str:
    """The words of a place where only words may stand: a string, or a list of text blocks."""
    return "\n".join(block.text for block in read_blocks(content, {"text"}) if isinstance(block, Text))


def _text(block: Node) -> Iterator[Block]:
    block.only({"type", "text", "cache_control", "citations"})
    said = block.need("text").text()
    if not said:
        raise block.fault("text content blocks must be non-empty")
    yield Text(said)


def _image(block: Node) -> Iterator[Block]:
    block.only({"type", "source", "cache_control", "transformations"})
    source = block.need("source")
    kind = source.tag({"base64": 1, "url": 1})
    inner = source.tagged(kind)
    if kind == "url":
        yield Image("", url=inner.only({"type", "url"}).need("url").text())
        return
    media_type, data = _media(inner, _PICTURES)
    looks_like = next((name for name, start in _PICTURES.items() if data.startswith(start)), media_type)
    if looks_like != media_type:
        raise inner.fault(
            f"The image was specified using the {media_type} media type, but the image appears to be a "
            f"{looks_like} image"
        )
    yield Image(media_type, data)


def _document(block: Node) -> Iterator[Block]:
    block.only({"type", "source", "title", "context", "citations", "cache_control"})
    _check_citations(block)
    title, context = block.get("title"), block.get("context")
    if context:
        yield Text(context.text())
    source = block.need("source")
    kind = source.tag(_SOURCES)
    yield from _SOURCES[kind](source.tagged(kind), title.text() if title else None)


def _check_citations(block: Node) -> None:
    citations = block.get("citations")
    enabled = citations and citations.only({"enabled"}).get("enabled")
    if enabled:
        enabled.flag()


def _pdf_source(source: Node, title: str | None) -> Iterator[Block]:
    media_type, data = _media(source, {"application/pdf"})
    yield Document(media_type, data, title)


def _text_source(source: Node, title: str | None) -> Iterator[Block]:
    source.only({"type", "media_type", "data"})
    media_type = _one_of(source.need("media_type"), {"text/plain"})
    yield Document(media_type, source.need("data").text().encode(), title)


def _content_source(source: Node, title: str | None) -> Iterator[Block]:
    content = read_blocks(source.only({"type", "content"}).need("content"), {"text", "image"})
    said = "\n".join(block.text for block in content if isinstance(block, Text))
    yield Document("text/plain", said.encode(), title)
    yield from (block for block in content if isinstance(block, Image))


def _url_source(source: Node, title: str | None) -> Iterator[Block]:
    yield Document("application/pdf", title=title, url=source.only({"type", "url"}).need("url").text())


def _file_source(source: Node, title: str | None) -> Iterator[Block]:
    yield Document("", title=title, file_id=source.only({"type", "file_id"}).need("file_id").text())


_SOURCES: Mapping[str, Callable[[Node, str | None], Iterator[Block]]] = {
    "base64": _pdf_source,
    "text": _text_source,
    "content": _content_source,
    "url": _url_source,
    "file": _file_source,
}


def _search_result(block: Node) -> Iterator[Block]:
    block.only({"type", "content", "source", "title", "citations", "cache_control"})
    _check_citations(block)
    block.need("source").text()
    yield Document("text/plain", words(block.need("content")).encode(), block.need("title").text())


def _tool_use(block: Node) -> Iterator[Block]:
    block.only({"type", "id", "name", "input", "caller", "toolset_name", "cache_control"})
    yield ToolCall(block.need("id").text(), block.need("name").text(), block.need("input").object())


def _tool_result(block: Node) -> Iterator[Block]:
    block.only({"type", "tool_use_id", "content", "is_error", "toolset_name", "cache_control"})
    content, is_error = block.get("content"), block.get("is_error")
    inner = read_blocks(content, {"text", "image", "document", "search_result"}) if content else ()
    said = "\n".join(filter(None, map(_readable, inner)))
    media = tuple(part for part in inner if isinstance(part, Image | Document) and not _readable(part))
    yield ToolResult(block.need("tool_use_id").text(), said, is_error.flag() if is_error else False, media)


def _readable(part: Block) -> str:
    """The words of a part of a result; a text document is read with them."""
    if isinstance(part, Document) and part.media_type == "text/plain":
        return part.data.decode()
    return part.text if isinstance(part, Text) else ""


def _thinking(block: Node) -> Iterator[Block]:
    block.only({"type", "thinking", "signature"})
    yield Thinking(block.need("thinking").text(), block.need("signature").text())


def _redacted_thinking(block: Node) -> Iterator[Block]:
    yield Thinking("", block.only({"type", "data"}).need("data").text())


_READERS: Mapping[str, Reader] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "search_result": _search_result,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
    "thinking": _thinking,
    "redacted_thinking": _redacted_thinking,
}


def _media(source: Node, media_types: Collection[str]) -> tuple[str, bytes]:
    source.only({"type", "media_type", "data"})
    return _one_of(source.need("media_type"), media_types), source.need("data").blob()


def _one_of(value: Node, known: Collection[str]) -> str:
    if value.text() not in known:
        raise not_one_of(value, known)
    return value.text()
