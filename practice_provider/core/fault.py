"""What goes wrong, by neutral names: each wire gives a `Fault` the vendor's status, type and words."""

from typing import Literal

FaultKind = Literal[
    "auth",  # 401: no key, or a wrong one
    "forbidden",  # 403: a known key that may not do this
    "quota",  # 429 (402 at some): the key's money is spent; waiting does not help
    "no_such_path",  # 404
    "no_such_model",  # 404
    "no_such_file",  # 404
    "method",  # 405
    "timeout",  # 408 or 504: the vendor gave up
    "bad_request",  # 400: the body does not say what the vendor's API wants
    "context_too_long",  # 400
    "too_large",  # 413: more bytes than we read
    "media_type",  # 415: a body that is not declared as JSON
    "rate_limit",  # 429
    "server",  # 500
    "unavailable",  # 503
    "overloaded",  # 529 at Anthropic, 503 elsewhere
]


class Fault(Exception):
    """An error for the client. With `retry_after_s` the client is told when to come back."""

    def __init__(
        self, kind: FaultKind, message: str, *, param: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind, self.message, self.param, self.retry_after_s = kind, message, param, retry_after_s
