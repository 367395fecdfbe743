"""What can go wrong when a program calls a model: one small tree of exceptions for all vendors.

    CourseError                 anything this project says on purpose; the message names the fix
    ├── SettingsError           a variable or an option has a value that cannot be used
    ├── ProviderUnavailable     no practice provider could be found or started
    ├── UnusableAnswer          the answer is there, and it is not what was asked for
    │   ├── AnswerRefused       the model, or the vendor's filter, would not
    │   ├── AnswerTruncated     it was cut off by max_tokens
    │   └── AnswerInvalid       it does not fit the schema, also after it was told so
    └── ProviderError           the provider answered with an error, or did not answer
        ├── AuthFailed          401, 403: the key is missing, wrong, or not allowed to do this
        ├── BadRequest          400, 404, 413, 422: asking again will not help
        ├── RateLimited         429: too many requests; ask again later
        ├── Overloaded          500, 502, 503, 529: the provider has a problem; ask again later
        ├── ConnectionLost      no answer: refused, reset, or timed out
        └── StreamCut           the answer began and did not end

The vendors' own exceptions are turned into these in `stages.s2_llms.sdks`, one dict per vendor.
"""


class CourseError(Exception):
    """An error that this project raises on purpose; its message says what to do."""


class SettingsError(CourseError):
    """A variable or an option has a value that cannot be used."""


class ProviderUnavailable(CourseError):
    """The practice provider could not be found or started."""


class UnusableAnswer(CourseError):
    """The answer is there, and it is not what was asked for; `text` is what it says."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class AnswerRefused(UnusableAnswer):
    """The model, or the vendor's filter, would not answer."""


class AnswerTruncated(UnusableAnswer):
    """The answer was cut off by the limit of tokens, so its JSON has no end."""


class AnswerInvalid(UnusableAnswer):
    """The answer does not fit the schema, also after the model was told what is wrong with it."""


class ProviderError(CourseError):
    """The provider answered with an error, or did not answer at all.

    `status` is the HTTP status (None when there was no answer), `retry_after_s` what the provider asked us to wait,
    `request_id` what its support staff would ask for.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.retry_after_s, self.request_id = status, retry_after_s, request_id


class AuthFailed(ProviderError):
    """The key is missing, wrong, or not allowed to do this."""


class BadRequest(ProviderError):
    """The provider refuses this request, and would refuse it again."""


class RateLimited(ProviderError):
    """Too many requests in too short a time."""

    retryable = True


class Overloaded(ProviderError):
    """The provider has a problem of its own."""

    retryable = True


class ConnectionLost(ProviderError):
    """There was no answer: the connection was refused, reset, or timed out."""

    retryable = True


class StreamCut(ProviderError):
    """The answer began and then stopped before its end; `text` is what had arrived.

    Not retryable by itself: words have been shown already, so the caller decides.
    """

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


def by_status(status: int) -> type[ProviderError]:
    """The exception for an HTTP status; an error that comes in the middle of a stream arrives under the stream's 200.

    >>> by_status(429).__name__, by_status(529).__name__, by_status(404).__name__, by_status(200).__name__
    ('RateLimited', 'Overloaded', 'BadRequest', 'Overloaded')
    """
    special = {401: AuthFailed, 403: AuthFailed, 408: ConnectionLost, 429: RateLimited}
    return special.get(status, BadRequest if 400 <= status < 500 else Overloaded)
