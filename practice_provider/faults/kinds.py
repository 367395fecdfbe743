"""The table of what can be ordered. How a kind works that is no error: `asks`, `replies`, `streams`, exchange.py."""

from dataclasses import dataclass
from typing import Literal

from ..core import FaultKind

Needs = Literal["any", "chat", "stream", "schema", "tools"]


@dataclass(frozen=True)
class Kind:
    """What can be ordered. `error` is the fault that the client gets; `needs` the requests that it waits for:
    a chat, a stream, a chat that asks for JSON, a chat that offers tools."""

    error: FaultKind | None = None
    message: str = ""
    needs: Needs = "any"


KINDS: dict[str, Kind] = {
    # an error instead of a reply
    "rate_limit": Kind("rate_limit", "Rate limit reached for this key."),
    "quota": Kind("quota", "The budget of this key is spent."),
    "server": Kind("server", "The server had an error while processing your request."),
    "unavailable": Kind("unavailable", "The service is unavailable."),
    "overloaded": Kind("overloaded", "The servers are overloaded right now."),
    "timeout": Kind("timeout", "The request took too long."),
    "auth": Kind("auth", "This API key is not valid any more."),
    "forbidden": Kind("forbidden", "This API key may not do this."),
    "bad_request": Kind("bad_request", "The request is not valid."),
    "context_too_long": Kind("context_too_long", "The request is longer than the model's context."),
    "no_such_model": Kind("no_such_model", "The model does not exist, or this key has no access to it."),
    # the connection
    "slow": Kind(),
    "drop": Kind(),
    # the stream
    "slow_stream": Kind(needs="stream"),
    "stall": Kind(needs="stream"),
    "error_frame": Kind(needs="stream"),
    "malformed_chunk": Kind(needs="stream"),
    "cut_stream": Kind(needs="stream"),
    "drop_stream": Kind(needs="stream"),
    # the answer
    "truncated": Kind(needs="chat"),
    "refusal": Kind(needs="chat"),
    "ignore_context": Kind(needs="chat"),
    "invalid_json": Kind(needs="schema"),
    "wrong_arguments": Kind(needs="tools"),
}

ERRORS: tuple[str, ...] = tuple(name for name, kind in KINDS.items() if kind.error is not None)
