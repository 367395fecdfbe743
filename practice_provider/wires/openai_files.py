"""OpenAI's files: upload, list, retrieve, download and delete, so that an ask can name a file by its id.

They are stored and nothing else: no batch is run and nothing is fine-tuned with them, and none expires.
Source: https://platform.openai.com/docs/api-reference/files
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ..core import FileList, Files, StoredFile
from ..forms import Upload
from . import Raw
from .openai_common import CREATED
from .openai_errors import Refused, error, missing, wrong_type, wrong_value
from .openai_options import Check, check_known, check_options, harmless, obj, one_of

Action = Literal["store", "list", "describe", "content", "delete"]
ACTIONS: dict[str, Action] = {
    "store": "store",
    "list": "list",
    "describe": "describe",
    "content": "content",
    "delete": "delete",
}
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
OPTIONS: dict[str, Check] = {"file": harmless, "purpose": one_of(*PURPOSES), "expires_after": obj}
SHORTEST_S, LONGEST_S = 3600, 2_592_000  # an hour, 30 days
MOST_ROWS = 10_000


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Files:
    """Read what is to be done with which file; the path says it, an upload's form the rest.

    Raises: Refused for a form or a query that OpenAI would refuse.
    """
    action = ACTIONS[path["verb"]]
    if action == "store":
        return _upload(body)
    if action == "list":
        _limit(path)
    return Files(action, path.get("file"), echo=path)


def _upload(form: Mapping[str, Any]) -> Files:
    check_known(form, OPTIONS)
    check_options(form, OPTIONS, ("file", "purpose"))
    upload = form["file"]
    if not isinstance(upload, Upload):
        raise wrong_type("file", "a file", upload)
    lasting_s = None if form.get("expires_after") is None else _lasting_s(form["expires_after"])
    return Files(
        "store",
        name=upload.name,
        media_type=upload.media_type,
        data=upload.data,
        purpose=form["purpose"],
        expires_after_s=lasting_s,
    )


def _lasting_s(given: Mapping[str, Any]) -> int:
    for name in ("anchor", "seconds"):
        if name not in given:
            raise missing(f"expires_after.{name}")
    if given["anchor"] != "created_at":
        raise wrong_value("expires_after.anchor", given["anchor"], "'created_at'")
    seconds = _whole(str(given["seconds"]))
    if not SHORTEST_S <= seconds <= LONGEST_S:
        text = f"expected a whole number from {SHORTEST_S} to {LONGEST_S}, but got {given['seconds']!r}."
        raise Refused(f"Invalid 'expires_after.seconds': {text}", param="expires_after.seconds", code="invalid_value")
    return seconds


def _whole(text: str) -> int:
    """A whole number that was sent as text; 0 where it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _limit(query: Mapping[str, str]) -> int:
    given = query.get("limit", str(MOST_ROWS))
    limit = _whole(given)
    if not 1 <= limit <= MOST_ROWS:
        text = f"Invalid 'limit': expected a whole number from 1 to {MOST_ROWS}, but got {given!r}."
        raise Refused(text, param="limit", code="invalid_value")
    return limit


def write(request: Files, result: FileList) -> dict[str, Any] | Raw:
    """Write a file's description, its content, a page of the list, or that it is gone."""
    return WRITERS[request.action](request, result)


def _described(request: Files, result: FileList) -> dict[str, Any]:
    return _row(result.files[0])


def _content(request: Files, result: FileList) -> Raw:
    return Raw(result.files[0].media_type, result.files[0].data)


def _deleted(request: Files, result: FileList) -> dict[str, Any]:
    return {"id": result.files[0].id, "object": "file", "deleted": True}


def _listed(request: Files, result: FileList) -> dict[str, Any]:
    """The newest first, unless `order` is 'asc'; `after` is the last id of the page before."""
    query = request.echo
    files = result.files if query.get("order") == "asc" else result.files[::-1]
    wanted = [_row(file) for file in files if query.get("purpose") in (None, file.purpose)]
    ids = [row["id"] for row in wanted]
    rest = wanted[ids.index(query["after"]) + 1 :] if query.get("after") in ids else wanted
    page: Sequence[dict[str, Any]] = rest[: _limit(query)]
    return {
        "object": "list",
        "data": page,
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
        "has_more": len(page) < len(rest),
    }


def _row(file: StoredFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.data),
        "created_at": CREATED,
        "expires_at": None if file.expires_after_s is None else CREATED + file.expires_after_s,
        "filename": file.name,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


WRITERS: dict[str, Callable[[Files, FileList], dict[str, Any] | Raw]] = {
    "store": _described,
    "describe": _described,
    "content": _content,
    "delete": _deleted,
    "list": _listed,
}

__all__ = ["error", "read", "write"]
