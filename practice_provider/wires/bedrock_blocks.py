"""Converse's content blocks → the core's blocks: words, pictures, documents, sounds, tool calls and their results.

One table row per member of the union. Nothing is fetched: a location in S3 is refused. Videos are refused too.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from ..core import Audio, Block, Document, Image, Text, Thinking, ToolCall, ToolResult
from .bedrock_common import Node

_PICTURES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_SOUNDS = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "m4a": "audio/mp4"}
_DOCUMENTS = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "txt": "text/plain",
    "md": "text/markdown",
}
_TITLE = re.compile(r"(?!.*\s\s)[\w\s()\[\]-]+", re.ASCII)
_TOOL_ID = re.compile(r"[a-zA-Z0-9_.:-]{1,64}")
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TTLS = ("5m", "1h")

Reader = Callable[[Node], Iterator[Block]]


@dataclass(frozen=True)
class Content:
    """The blocks of a place; `marks` are the numbers of blocks before its cache points."""

    blocks: tuple[Block, ...] = ()
    marks: tuple[int, ...] = ()


def read_content(content: Node, allowed: Collection[str]) -> Content:
    """Read a list of blocks.

    Raises:
        Fault: "bad_request", also for a block that is not `allowed` here.
    """
    blocks: list[Block] = []
    marks: list[int] = []
    for item in content.items():
        name, inner = item.union([name for name in _BLOCKS if name in allowed])
        if name == "cachePoint":
            check_cache_point(inner)
            marks.append(len(blocks))
        else:
            blocks += _BLOCKS[name](inner)
    return Content(tuple(blocks), tuple(marks))


def check_cache_point(point: Node) -> None:
    """Check a cache point's own fields; where it stands is what it says."""
    point.only({"type", "ttl"}).need("type").one_of({"default"})
    if ttl := point.get("ttl"):
        ttl.one_of(_TTLS)


def tool_name(name: Node) -> str:
    """The name of a tool."""
    if not _TOOL_NAME.fullmatch(name.text()):
        raise name.broken("Member must satisfy regular expression pattern: [a-zA-Z0-9_-]{1,64}")
    return name.text()


def _tool_id(id: Node) -> str:
    if not _TOOL_ID.fullmatch(id.text()):
        raise id.broken("Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]{1,64}")
    return id.text()


# ---- words and files -------------------------------------------------------------------------------------------


def _text(text: Node) -> Iterator[Block]:
    yield Text(text.text())


def _image(image: Node) -> Iterator[Block]:
    form = image.only({"format", "source"}).need("format").one_of(_PICTURES)
    yield Image(_PICTURES[form], _bytes(image.need("source")))


def _audio(audio: Node) -> Iterator[Block]:
    form = audio.only({"format", "source"}).need("format").one_of(_SOUNDS)
    yield Audio(_SOUNDS[form], _bytes(audio.need("source")))


def _bytes(source: Node) -> bytes:
    name, value = source.union(("bytes", "s3Location"))
    if name == "s3Location":
        raise value.fault(f"{value.path}: the practice provider reaches no S3; send the content as `bytes`.")
    return value.blob()


def _document(document: Node) -> Iterator[Block]:
    document.only({"format", "name", "source", "context", "citations"})
    title, form, context = document.need("name"), document.get("format"), document.get("context")
    if not _TITLE.fullmatch(title.text()) or len(title.text()) > 200:
        raise title.fault(
            "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, "
            "parentheses, and square brackets, and no two whitespace characters in a row. "
            f"Rename '{title.text()[:200]}' at {title.path}."
        )
    _no_citations(document)
    if context:
        yield Text(context.text())
    name, source = document.need("source").union(("bytes", "s3Location", "text", "content"))
    if name in ("bytes", "s3Location"):
        media_type = _DOCUMENTS[document.need("format").one_of(_DOCUMENTS)]
        yield Document(media_type, _bytes(document.need("source")), title.text())
        return
    if form:
        form.one_of(_DOCUMENTS)
    said = source.text() if name == "text" else _joined(source)
    yield Document("text/plain", said.encode(), title.text())


def _search_result(found: Node) -> Iterator[Block]:
    found.only({"source", "title", "content", "citations"}).need("source").text()
    _no_citations(found)
    yield Document("text/plain", _joined(found.need("content")).encode(), found.need("title").text())


def _no_citations(owner: Node) -> None:
    citations = owner.get("citations")
    if citations and citations.only({"enabled"}).need("enabled").flag():
        raise citations.fault(f"{citations.path}: the practice models send no citations; leave it out.")


def _joined(parts: Node) -> str:
    return "\n".join(part.only({"text"}).need("text").text() for part in parts.items())


def _citations(said: Node) -> Iterator[Block]:
    """Words of an earlier answer that came with citations; what they cite is not read."""
    if content := said.only({"content", "citations"}).get("content"):
        yield Text(_joined(content))


def _guarded(content: Node) -> Iterator[Block]:
    """Content for a guardrail; as there is none, it is content like any other."""
    name, inner = content.union(("text", "image"))
    yield from _image(inner) if name == "image" else _text(inner.only({"text", "qualifiers"}).need("text"))


# ---- tools and thinking ----------------------------------------------------------------------------------------


def _tool_use(call: Node) -> Iterator[Block]:
    call.only({"toolUseId", "name", "input"})
    yield ToolCall(_tool_id(call.need("toolUseId")), tool_name(call.need("name")), call.need("input").object())


def _tool_result(result: Node) -> Iterator[Block]:
    result.only({"toolUseId", "content", "status", "type"})
    status = result.get("status")
    words: list[str] = []
    media: list[Image | Document] = []
    for item in result.need("content").items():
        name, inner = item.union(("json", *_IN_RESULTS))
        if name == "json":
            words.append(json.dumps(inner.value, ensure_ascii=False))
            continue
        read = list(_IN_RESULTS[name](inner))
        words += [block.text for block in read if isinstance(block, Text)]
        media += [block for block in read if isinstance(block, Image | Document)]
    failed = status is not None and status.one_of(("success", "error")) == "error"
    yield ToolResult(_tool_id(result.need("toolUseId")), "\n".join(words), failed, tuple(media))


def _reasoning(reasoning: Node) -> Iterator[Block]:
    """What is redacted can't be read by us: it is left out."""
    name, inner = reasoning.union(("reasoningText", "redactedContent"))
    if name == "reasoningText":
        signature = inner.only({"text", "signature"}).get("signature")
        yield Thinking(inner.need("text").text(), signature.text() if signature else "")


def _video(video: Node) -> Iterator[Block]:
    raise video.fault(f"{video.path}: the practice models watch no videos; send pictures.")


def _cache_point(point: Node) -> Iterator[Block]:
    return iter(())


_IN_RESULTS: Mapping[str, Reader] = {
    "text": _text,
    "image": _image,
    "document": _document,
    "searchResult": _search_result,
    "video": _video,
}

_BLOCKS: Mapping[str, Reader] = {
    **_IN_RESULTS,
    "audio": _audio,
    "toolUse": _tool_use,
    "toolResult": _tool_result,
    "reasoningContent": _reasoning,
    "citationsContent": _citations,
    "guardContent": _guarded,
    "cachePoint": _cache_point,
}
