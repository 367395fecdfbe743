"""What a key has left with the provider, so that a later request can name it: files, and replies that were stored.

Memory only, and bounded. They are kept as they came; nothing is derived from them, and nothing expires.
Sources: https://platform.openai.com/docs/api-reference/files,
https://platform.openai.com/docs/guides/conversation-state
"""

import hashlib
import mimetypes
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .core import Ask, Block, Document, Fault, FileList, Files, Image, JsonObject, StoredFile, Turn
from .framing import json_bytes

MOST_FILES = 100
MOST_BYTES = 64 * 1024 * 1024
MOST_REPLIES = 200
MOST_REPLY_BYTES = 16 * 1024 * 1024
REPLY = "reply"  # the purpose by which a `Files` request means a stored reply
UNKNOWN_TYPE = "application/octet-stream"


class Cabinet:
    """What one key has left here, oldest first."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, StoredFile] = OrderedDict()
        self._uploads = 0
        self.replies = Replies()

    def answer(self, request: Files) -> FileList:
        """Do what the request says.

        Raises:
            Fault: "no_such_file", or "too_large" when the cabinet is full.
        """
        match request.action:
            case "store":
                return FileList((self._store(request),))
            case "list":
                return FileList(tuple(self._files.values()))
            case "describe" | "content":
                return FileList((self._find(request),))
            case "delete":
                found = self._find(request)
                self._files.pop(found.id, None)
                self.replies.discard(found.id)
                return FileList((found,), deleted=True)

    def resolve(self, ask: Ask) -> Ask:
        """Put the content of uploaded files where the ask only names them.

        Raises:
            Fault: "no_such_file".
        """
        if not any(isinstance(block, Document) and block.file_id for turn in ask.turns for block in turn.blocks):
            return ask
        turns = tuple(Turn(turn.role, tuple(map(self._filled, turn.blocks))) for turn in ask.turns)
        return replace(ask, turns=turns)

    def _filled(self, block: Block) -> Block:
        if not isinstance(block, Document) or not block.file_id:
            return block
        found = self._find(Files("describe", block.file_id))
        if found.media_type.startswith("image/"):
            return Image(found.media_type, found.data)
        return replace(block, media_type=found.media_type, data=found.data, title=block.title or found.name)

    def _store(self, request: Files) -> StoredFile:
        kept = sum(len(file.data) for file in self._files.values())
        if len(self._files) >= MOST_FILES or kept + len(request.data) > MOST_BYTES:
            limit = f"{MOST_FILES} files and {MOST_BYTES // 2**20} MiB"
            raise Fault("too_large", f"A key keeps at most {limit}: delete files that are not needed any more.")
        self._uploads += 1  # the same bytes uploaded twice are two files
        said = f"{self._uploads}/{request.name}/".encode()
        file = StoredFile(
            id=f"file-{hashlib.blake2s(said + request.data, digest_size=12).hexdigest()}",
            name=request.name,
            media_type=_media_type(request),
            data=request.data,
            purpose=request.purpose,
            expires_after_s=request.expires_after_s,
        )
        self._files[file.id] = file
        return file

    def _find(self, request: Files) -> StoredFile:
        if request.purpose == REPLY:
            return self.replies.file(str(request.id))
        if request.id is None or request.id not in self._files:
            raise Fault("no_such_file", f"No such File object: {request.id}", param="id")
        return self._files[request.id]

    def clear(self) -> None:
        """Throw everything away."""
        self._files.clear()
        self._uploads = 0
        self.replies.clear()


def _media_type(request: Files) -> str:
    """What the upload says, or else what the file's name says."""
    if request.media_type != UNKNOWN_TYPE:
        return request.media_type
    return mimetypes.guess_type(request.name)[0] or UNKNOWN_TYPE


# ---- replies that were stored ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredReply:
    """A reply and what it answered, in the vendor's spelling; `reply` writes it when it is asked for."""

    asked: Sequence[Any]
    reply: Callable[[], JsonObject]
    size: int  # bytes, roughly


class Replies:
    """The last replies of a key, by id; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, StoredReply] = OrderedDict()
        self._bytes = 0

    def keep(self, id: str, stored: StoredReply) -> None:
        """Keep a reply; the same id again replaces it."""
        self.discard(id)
        self._kept[id] = stored
        self._bytes += stored.size
        while len(self._kept) > MOST_REPLIES or self._bytes > MOST_REPLY_BYTES:
            self.discard(next(iter(self._kept)))

    def get(self, id: str) -> StoredReply | None:
        """Give a reply, where it is still known."""
        return self._kept.get(id)

    def discard(self, id: str) -> None:
        """Forget a reply, if it is known."""
        if (found := self._kept.pop(id, None)) is not None:
            self._bytes -= found.size

    def file(self, id: str) -> StoredFile:
        """Give a reply as JSON: {"asked": [...], "reply": {...}}.

        Raises:
            Fault: "no_such_file".
        """
        found = self._kept.get(id)
        if found is None:
            raise Fault("no_such_file", f"Response with id '{id}' not found.")
        data = json_bytes({"asked": [*found.asked], "reply": found.reply()})
        return StoredFile(id, "", "application/json", data, REPLY)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._bytes = 0
