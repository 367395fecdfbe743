"""Gemini's contents and parts → the core's turns and blocks. No part is dropped without a word.

Calls and their answers are matched here, because Gemini's clients may leave out the ids: an answer without an id
belongs to the first unanswered call of its name. Nothing can be uploaded here, so every file of the Files API is one
that does not exist; a plain URL is passed on and not fetched.

Source: https://ai.google.dev/api/caching#Content
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from ..core import Audio, Block, Document, Fault, Image, Role, Text, Thinking, ToolCall, ToolResult, Turn
from .gemini_common import Node

_ROLES: Mapping[str, Role] = {"user": "user", "model": "assistant", "function": "user", "tool": "user"}

# what may stand beside the data of a part and changes nothing here
NO_EFFECT = frozenset(("videoMetadata", "partMetadata", "mediaResolution", "mediaProcessing"))

# media type, or the first half of one → the block it becomes
_MEDIA: Mapping[str, Callable[[str, bytes], Block]] = {
    "image": Image,
    "audio": Audio,
    "application/pdf": Document,
    "text": Document,
}
_LINKED: Mapping[str, Callable[[str, str], Block]] = {
    "image": lambda media_type, url: Image(media_type, url=url),
    "application/pdf": lambda media_type, url: Document(media_type, url=url),
}


_UPLOADED = re.compile(r"(?:^|/v1\w*/)files/([^/?]{1,60})")  # a file of the Files API, by URL or by name


def read_contents(contents: Node) -> Iterator[Turn]:
    """Read a conversation: a list of contents; a single content or a string is taken as the user's.

    Raises:
        Fault: "bad_request".
    """
    items = contents.items() if isinstance(contents.value, list) else [contents]
    if not items:
        raise contents.about("contents is not specified")
    read = [(item, *_content(item, number)) for number, item in enumerate(items)]
    calls: list[ToolCall] = []  # of the turn before, to be answered in this one
    # A streamed reply comes back as many contents in a row; neighbours of the same role are one turn.
    for role, group in groupby(read, key=lambda content: content[1]):
        members = list(group)
        blocks = _matched(members[0][0], calls, tuple(block for _, _, blocks in members for block in blocks))
        calls = [block for block in blocks if isinstance(block, ToolCall)]
        yield from _turns(role, blocks)


def read_instruction(instruction: Node) -> Turn:
    """Read the system instruction, a content of words only or a string."""
    _, blocks = _content(instruction, 0)
    if not all(isinstance(block, Text) for block in blocks):
        raise instruction.about("only text is supported in the system instruction")
    return Turn("system", blocks)


def _content(item: Node, number: int) -> tuple[Role, tuple[Block, ...]]:
    if isinstance(item.value, str):
        return "user", (Text(item.value),)
    role = item.only({"role", "parts"}).get("role")
    if role and role.text() not in _ROLES:
        raise role.fault(f"Please use a valid role: user, model. You sent '{role.text()}'.")
    parts = item.get("parts")
    listed = parts.items() if parts else []
    if not listed:
        raise item.about("contents.parts must not be empty.")
    blocks = tuple(block for index, part in enumerate(listed) for block in _part(part, f"call-{number}-{index}"))
    return _ROLES[role.text()] if role else "user", blocks


def _part(part: Node, fallback_id: str) -> Iterator[Block]:
    if isinstance(part.value, str):
        yield Text(part.value)
        return
    given = [name for name in _READERS if part.get(name) is not None]
    part.only(_PART_FIELDS)
    if len(given) != 1:
        raise part.about("data: required oneof field 'data' must have one initialized field")
    thought, signature = part.get("thought"), part.get("thoughtSignature")
    if signature:
        signature.blob()
    if thought and thought.flag():
        yield Thinking(part.need("text").text(), signature.text() if signature else "")
    else:
        yield from _READERS[given[0]](part.need(given[0]), fallback_id)


def _text(text: Node, fallback_id: str) -> Iterator[Block]:
    yield Text(text.text())


def _inline_data(blob: Node, fallback_id: str) -> Iterator[Block]:
    media_type = blob.only({"mimeType", "data", "displayName"}).need("mimeType")
    yield _for_media_type(media_type, _MEDIA)(media_type.text(), blob.need("data").blob())


def _file_data(file: Node, fallback_id: str) -> Iterator[Block]:
    media_type = file.only({"mimeType", "fileUri", "displayName"}).need("mimeType")
    uri = file.need("fileUri").text()
    if match := _UPLOADED.search(uri):
        raise Fault("no_such_file", f"File '{match[1]}': nothing can be uploaded here, send it as inlineData.")
    yield _for_media_type(media_type, _LINKED)(media_type.text(), uri)


def _for_media_type(media_type: Node, table: Mapping[str, Callable[[str, Any], Block]]) -> Callable[[str, Any], Block]:
    name = media_type.text()
    make = table.get(name) or table.get(name.split("/")[0])
    if make is None:
        raise media_type.fault(f"Unsupported MIME type: {name}. The practice models read: {', '.join(table)}.")
    return make


# ---- calls and their answers -----------------------------------------------------------------------------------


def _function_call(call: Node, fallback_id: str) -> Iterator[Block]:
    id, args = call.only({"id", "name", "args"}).get("id"), call.get("args")
    yield ToolCall(id.text() if id else fallback_id, call.need("name").text(), args.object() if args else {})


def _function_response(response: Node, fallback_id: str) -> Iterator[Block]:
    response.only({"id", "name", "response", "parts", "willContinue", "scheduling"})
    id, name, result = response.get("id"), response.need("name").text(), response.get("response")
    said = result.object() if result else {}
    # Without an id the name stands in for it, until `_matched` finds the call.
    media = tuple(_response_media(response))
    yield ToolResult(id.text() if id else _by_name(name), _spoken(said), "error" in said, media)


def _response_media(response: Node) -> Iterator[Image | Document]:
    parts = response.get("parts")
    for part in parts.items() if parts else []:
        part.only({"inlineData", "fileData", *NO_EFFECT})
        for block in _part(part, ""):
            if not isinstance(block, Image | Document):
                raise part.about("only pictures and documents may stand in the parts of a function response")
            yield block


def _spoken(response: Mapping[str, Any]) -> str:
    """The words of an answer; `result`, `output` and `error` are the names that clients wrap a single value in."""
    if len(response) == 1 and (value := next((response[k] for k in _WRAPPERS if k in response), None)) is not None:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(dict(response), ensure_ascii=False)


_WRAPPERS = ("result", "output", "error")


def _by_name(name: str) -> str:
    return f"function:{name}"


def _matched(item: Node, calls: list[ToolCall], blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks, each answer now with the id of its call."""
    answers = [block for block in blocks if isinstance(block, ToolResult)]
    if answers and not calls:
        raise item.fault(
            "Please ensure that function response turn comes immediately after a function call turn. "
            f"{item.path} answers a function that was not called in the content before it."
        )
    if len(answers) != len(calls):
        raise item.fault(
            "Please ensure that the number of function response parts is equal to the number of function call parts "
            f"of the function call turn: {len(calls)} calls were made, {item.path} has {len(answers)} answers."
        )
    waiting = list(calls)
    return tuple(_answer(item, block, waiting) if isinstance(block, ToolResult) else block for block in blocks)


def _answer(item: Node, answer: ToolResult, waiting: list[ToolCall]) -> ToolResult:
    for call in waiting:
        if answer.call_id in {call.id, _by_name(call.name)}:
            waiting.remove(call)
            return replace(answer, call_id=call.id)
    called = ", ".join(f"{call.name} (id {call.id})" for call in waiting)
    raise item.fault(f"{item.path} answers '{answer.call_id}', but the calls that wait for an answer are: {called}.")


def _turns(role: Role, blocks: tuple[Block, ...]) -> Iterator[Turn]:
    """One content as one or two turns: answers of tools, with what they carry, are a turn with the role 'tool'."""
    if not any(isinstance(block, ToolResult) for block in blocks):
        yield Turn(role, blocks)
        return
    yield Turn("tool", tuple(block for block in blocks if not isinstance(block, Text | Thinking | ToolCall)))
    if said := tuple(block for block in blocks if isinstance(block, Text | Thinking | ToolCall)):
        yield Turn(role, said)


_READERS: Mapping[str, Callable[[Node, str], Iterator[Block]]] = {
    "text": _text,
    "inlineData": _inline_data,
    "fileData": _file_data,
    "functionCall": _function_call,
    "functionResponse": _function_response,
}
_PART_FIELDS = {*_READERS, *NO_EFFECT, "thought", "thoughtSignature"}
