"""Citations: which sentences of a reply stand word for word in a document that the client wants cited.

The practice models copy their answers, so that a sentence can be found again where it came from. A sentence that is
not found is not cited; a PDF is never cited, because nothing here reads its pages. The reply's one text becomes a
row of texts, cited ones and others, as the vendor sends them.

Source: https://platform.claude.com/docs/en/build-with-claude/citations
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core import BlockClosed, BlockOpened, Delta, Event, Said, Text, pieces
from .anthropic_common import Node

# A sentence with the marks such as [1] and the space behind it.
_SENTENCE = re.compile(r".+?(?:[.!?]+[\"'”’)]*(?:\s*\[[^\]\n]{1,80}\])*(?:\s+|\Z)|\n\s*|\Z)", re.DOTALL)
_MARKS = re.compile(r"(?:\s*\[[^\]\n]{1,80}\])+$")
_BULLET = re.compile(r"^(?:[-*•]|\d+\.)\s+")
_SHORTEST = 8  # characters; "No." stands in every document


@dataclass(frozen=True)
class Source:
    """A document to be cited: its kind, its number among those of its kind, and its text in blocks."""

    kind: str
    index: int
    title: str | None
    texts: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Quoted(Text):
    """Words that stand in a document; `citations` say where, in the vendor's spelling."""

    citations: tuple[Mapping[str, Any], ...] = ()


# ---- what is to be cited ---------------------------------------------------------------------------------------


def sources(body: Node) -> tuple[Source, ...]:
    """The documents of a body that was read without complaint, as far as they are to be cited.

    Raises:
        Fault: "bad_request" where some documents are to be cited and others are not.
    """
    found = list(_blocks(body.value["messages"]))
    documents = [block for block in found if block["type"] == "document"]
    results = [block for block in found if block["type"] == "search_result"]
    for listed in (documents, results):
        if len({_enabled(block) for block in listed}) > 1:
            raise body.fault("citations must be enabled for all documents of a request, or for none")
    cited = [*_numbered(documents, _document), *_numbered(results, _search_result)]
    return tuple(source for source in cited if source.texts)


def _blocks(turns: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for turn in turns:
        for block in turn["content"] if isinstance(turn["content"], list) else ():
            yield block
            if block["type"] == "tool_result" and isinstance(block.get("content"), list):
                yield from block["content"]


def _enabled(block: Mapping[str, Any]) -> bool:
    return bool((block.get("citations") or {}).get("enabled"))


def _numbered(
    blocks: Sequence[Mapping[str, Any]], read: Callable[[int, Mapping[str, Any]], Source]
) -> Iterator[Source]:
    return (read(number, block) for number, block in enumerate(blocks) if _enabled(block))


def _document(index: int, block: Mapping[str, Any]) -> Source:
    source, title = block["source"], block.get("title")
    if source["type"] == "text":
        return Source("char_location", index, title, (source["data"],))
    if source["type"] == "content":
        return Source("content_block_location", index, title, _texts(source["content"]))
    return Source("page_location", index, title, ())


def _search_result(index: int, block: Mapping[str, Any]) -> Source:
    return Source("search_result_location", index, block["title"], _texts(block["content"]), block["source"])


def _texts(content: str | Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return (content,) if isinstance(content, str) else tuple(block.get("text", "") for block in content)


# ---- the reply -------------------------------------------------------------------------------------------------


def quoted(blocks: Iterable[Said], among: Sequence[Source]) -> Iterator[Said]:
    """The blocks of a reply, its texts cut into cited and other ones."""
    for block in blocks:
        if isinstance(block, Text) and among:
            yield from _cut(block.text, among)
        else:
            yield block


def quoted_events(events: Iterable[Event], among: Sequence[Source]) -> Iterator[Event]:
    """The same for a stream: a text is held back until it is complete, because its cuts are not known before."""
    if not among:
        yield from events
        return
    more, texts = 0, set[int]()  # blocks that were added by cutting; numbers of the texts
    for event in events:
        match event:
            case BlockOpened(index, Text()):
                texts.add(index)
            case Delta(index) if index in texts:
                pass
            case BlockClosed(index, Text(text)):
                cut = _cut(text, among)
                for place, block in enumerate(cut, start=index + more):
                    yield from _told(place, block)
                more += len(cut) - 1
            case BlockOpened(index) | Delta(index) | BlockClosed(index):
                yield replace(event, index=index + more)
            case _:
                yield event


def _told(index: int, block: Text) -> Iterator[Event]:
    yield BlockOpened(index, replace(block, text=""))
    yield from (Delta(index, piece) for piece in pieces(block.text))
    yield BlockClosed(index, block)


def _cut(text: str, among: Sequence[Source]) -> list[Text]:
    cut: list[Text] = []
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        citation = _citation(_BULLET.sub("", _MARKS.sub("", sentence.strip())), among)
        if citation:
            cut.append(Quoted(sentence, (citation,)))
        elif cut and not isinstance(cut[-1], Quoted):
            cut[-1] = Text(cut[-1].text + sentence)
        else:
            cut.append(Text(sentence))
    return cut or [Text(text)]


def _citation(words: str, among: Sequence[Source]) -> Mapping[str, Any] | None:
    if len(words) < _SHORTEST:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    for source in among:
        for number, text in enumerate(source.texts):
            if match := pattern.search(text):
                return {"type": source.kind} | _PLACES[source.kind](source, number, match)
    return None


def _char(source: Source, number: int, match: re.Match[str]) -> dict[str, Any]:
    places = {"start_char_index": match.start(), "end_char_index": match.end()}
    return _of_document(source) | {"cited_text": match[0]} | places


def _block(source: Source, number: int, match: re.Match[str]) -> dict[str, Any]:
    return _of_document(source) | _of_block(number, match)


def _result(source: Source, number: int, match: re.Match[str]) -> dict[str, Any]:
    whose = {"search_result_index": source.index, "source": source.url, "title": source.title}
    return whose | _of_block(number, match)


def _of_document(source: Source) -> dict[str, Any]:
    return {"document_index": source.index, "document_title": source.title, "file_id": None}


def _of_block(number: int, match: re.Match[str]) -> dict[str, Any]:
    return {"cited_text": match.string, "start_block_index": number, "end_block_index": number + 1}


_PLACES: Mapping[str, Callable[[Source, int, re.Match[str]], dict[str, Any]]] = {
    "char_location": _char,
    "content_block_location": _block,
    "search_result_location": _result,
}
