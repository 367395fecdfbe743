"""A response that was stored: GET and DELETE …/responses/{id}, and GET …/responses/{id}/input_items.

The path says which part of it is wanted. A stored response can't be streamed again.
Source: https://platform.openai.com/docs/api-reference/responses/get
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from ..core import FileList, Files
from ..files import REPLY
from .openai_errors import error, unsupported

Action = Literal["describe", "delete"]
ACTIONS: Mapping[str, Action] = {"describe": "describe", "input_items": "describe", "delete": "delete"}


def read(body: Mapping[str, Any], path: Mapping[str, str]) -> Files:
    """Read which response is asked for."""
    if path.get("stream") == "true":
        raise unsupported("stream", "A stored response is given as a whole here.")
    return Files(ACTIONS[path["verb"]], path["response"], purpose=REPLY, echo=path)


def write(request: Files, result: FileList) -> dict[str, Any]:
    """Write the response, its input, or that it is gone."""
    stored = json.loads(result.files[0].data)
    return WRITERS[request.echo["verb"]](request, stored)


def _response(request: Files, stored: Mapping[str, Any]) -> dict[str, Any]:
    reply: dict[str, Any] = stored["reply"]
    return reply


def _deleted(request: Files, stored: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": request.id, "object": "response", "deleted": True}


def _input_items(request: Files, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The newest item first, unless `order` is 'asc'."""
    items = [_with_id(item, n, str(request.id)) for n, item in enumerate(stored["asked"])]
    items = items if request.echo.get("order") == "asc" else items[::-1]
    return {
        "object": "list",
        "data": items,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": False,
    }


def _with_id(item: dict[str, Any], number: int, owner: str) -> dict[str, Any]:
    """An item of the input as OpenAI tells it: with an id, a type, and its words as a list of parts."""
    kind = item.get("type") or "message"
    told = {"id": f"{kind}_{owner}_in_{number}"} | item | {"type": kind}
    if kind == "message" and isinstance(item["content"], str):
        part = "output_text" if item["role"] == "assistant" else "input_text"
        told["content"] = [{"type": part, "text": item["content"]}]
    return told | ({"status": "completed"} if "status" not in item else {})


WRITERS = {"describe": _response, "delete": _deleted, "input_items": _input_items}

__all__ = ["error", "read", "write"]
