"""Endpoints that tell what happened: the journal, searched or live, what it cost, and a fresh start."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ..journal import Entry, Journal, Watcher
from ..usage import prices
from .desk import Desk, Refusal, body_of, query_number

STILL_HERE_S = 15.0  # after so long without news a comment is sent, so that nothing between takes the line for dead

# query parameter → which entries fit its value
SEARCHES: Mapping[str, Callable[[str], Callable[[Entry], bool]]] = {
    "contains": lambda value: partial(Entry.has, words=value.encode().lower()),
    "status": lambda value: lambda entry: _fits_status(entry.status, value),
    "model": lambda value: lambda entry: entry.model == value,
    "vendor": lambda value: lambda entry: entry.vendor == value,
    "fault": lambda value: (
        lambda entry: entry.fault is not None if value == "any" else (entry.fault or "none") == value
    ),
}
PARAMETERS = (*SEARCHES, "after", "limit")


def _fits_status(status: int | None, value: str) -> bool:
    """A status fits itself, its hundred ('4xx'), and 'none' where there was none."""
    told = "none" if status is None else str(status)
    return told == value or (value.endswith("xx") and told[0] == value[0])


class Watching:
    """The endpoints."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read_journal(self, request: Request) -> Mapping[str, Any]:
        """Give what this key sent, oldest first; `after` is the number of the last entry already seen."""
        journal = self._desk.state(request).journal
        fits = _search(request)
        after, limit = query_number(request, "after", 0), query_number(request, "limit", journal.max_entries)
        return {"entries": [entry.as_json() for entry in journal.after(after, limit, fits)]}

    async def follow_journal(self, request: Request) -> Response:
        """Send each entry when it is new and when it is complete, as server-sent events."""
        journal, after = self._desk.state(request).journal, query_number(request, "after", 0)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        if request.method == "HEAD":  # has no body, which would never end
            return Response(media_type="text/event-stream", headers=headers)
        return StreamingResponse(_live(journal, after), media_type="text/event-stream", headers=headers)

    async def read_usage(self, request: Request) -> Mapping[str, Any]:
        """Tell what the key used and what it cost."""
        state = self._desk.state(request)
        account = None if state.account is None else state.account.as_json(self._desk.now())
        told = {name: None if account is None else account[name] for name in ("budget_usd", "spent_usd", "left_usd")}
        return {**state.ledger.as_json(), **told, "usd_per_million": prices()}

    async def reset(self, request: Request) -> Mapping[str, Any]:
        """Forget everything about this key but what was said of it."""
        state = self._desk.state(request)
        await body_of(request, ())
        state.reset(self._desk.now())
        return {"reset": True}


def _search(request: Request) -> Callable[[Entry], bool] | None:
    for name in request.query_params:
        if name not in PARAMETERS:
            raise Refusal(400, f"unknown parameter {name!r}: there are {', '.join(PARAMETERS)}")
    checks = [SEARCHES[name](value) for name, value in request.query_params.items() if name in SEARCHES and value]
    return (lambda entry: all(check(entry) for check in checks)) if checks else None


async def _live(journal: Journal, after: int) -> AsyncIterator[str]:
    with Watcher(journal) as watcher:
        for entry in list(journal.after(after, journal.max_entries)):
            yield _event({"entry": entry.as_json()})
        yield ": now live\n\n"
        while not watcher.ended:
            reset, entries = await watcher.changes(STILL_HERE_S)
            if reset:
                yield _event({"reset": True})
            for entry in entries:
                yield _event({"entry": entry.as_json()})
            if not reset and not entries and not watcher.ended:
                yield ": still here\n\n"


def _event(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"
