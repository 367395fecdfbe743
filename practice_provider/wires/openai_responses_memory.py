"""Conversations that go on at the server: `previous_response_id`, `item_reference`, and a response asked for again.

`recall` puts the earlier items into the body, so that whoever reads it finds the whole conversation; `keep` remembers a
reply unless the client said `store: false`. Instructions are not carried over, as at OpenAI. Conversations with an id
of their own (`conversation`) are not kept.
Source: https://platform.openai.com/docs/guides/conversation-state
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core import Ask, Reply, Request, Result
from ..files import Cabinet, StoredReply
from .openai_errors import Refused
from .openai_responses_input import no_such_item
from .openai_responses_output import finished

Item = Any  # whatever JSON the client sent


def recall(body: Mapping[str, Any], kept: Cabinet) -> Mapping[str, Any]:
    """Give the body with all items of the conversation in `input`.

    Raises:
        Refused: the previous response is not known.
        Fault: "no_such_file" when an item is not.
    """
    given = body.get("input")
    previous = body.get("previous_response_id")
    if isinstance(given, list):
        items = [item for one in given for item in _followed(one, kept)]
    elif isinstance(given, str) and isinstance(previous, str):
        items = [_said(given)]
    else:
        return body
    if isinstance(previous, str):
        items = [*_before(previous, kept), *items]
    return {**body, "input": items}


def _said(text: str) -> Item:
    return {"type": "message", "role": "user", "content": text}


def _before(previous: str, kept: Cabinet) -> list[Item]:
    stored = kept.replies.get(previous)
    if stored is None:
        message = f"Previous response with id '{previous}' not found."
        raise Refused(message, param="previous_response_id", code="previous_response_not_found")
    return [*stored.asked, *stored.reply()["output"]]


def _followed(item: Item, kept: Cabinet) -> Iterator[Item]:
    """The item itself, or the one that it refers to. The type may be left out where there is only an id."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        yield item
    elif item.get("type") == "item_reference" or item.keys() == {"id"}:
        yield _stored_item(item["id"], kept)
    else:
        yield item


def _stored_item(id: str, kept: Cabinet) -> Item:
    """Find an item by its id, which says in which reply it is: 'msg_<reply>_<number>'."""
    reply_id = id.partition("_")[2].rpartition("_")[0]
    stored = kept.replies.get(f"resp_{reply_id}")
    found = [item for item in stored.reply()["output"] if item["id"] == id] if stored else []
    if not found:
        raise no_such_item(id)
    return found[0]


def keep(body: Mapping[str, Any], request: Request, result: Result | None, kept: Cabinet) -> None:
    """Remember a reply, unless the client does not want that."""
    if not isinstance(request, Ask) or not isinstance(result, Reply) or request.echo.get("store") is False:
        return
    given = request.echo["input"]
    asked = [_said(given)] if isinstance(given, str) else given
    without_words = replace(request, turns=())
    kept.replies.keep(
        f"resp_{result.id}",
        StoredReply(asked, lambda: finished(without_words, result), size=len(json.dumps(asked))),
    )
