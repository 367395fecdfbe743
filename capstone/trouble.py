"""What went wrong, in words for the customer: one row per kind of error, and no vendor's vocabulary.

The technical message goes under "What happened"; it is not repeated here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stages.s2_llms.brewline import DataError
from stages.s2_llms.errors import (
    AuthFailed,
    BadRequest,
    ConnectionLost,
    CourseError,
    Overloaded,
    ProviderUnavailable,
    RateLimited,
    SettingsError,
    StreamCut,
)
from stages.s3_rag.store import IndexBusy, NoIndex

from .knowledge import NotReady


@dataclass(frozen=True)
class Trouble:
    """A title and a sentence or two that say what happened and what the customer can do."""

    title: str
    words: str


TROUBLES: Mapping[str, Trouble] = {
    "overloaded": Trouble(
        "The assistant is overloaded",
        "We asked several times and it was too busy to answer. Your question is kept: please try again in a moment.",
    ),
    "rate_limited": Trouble(
        "Too many questions in a short time",
        "The assistant takes only so many questions a minute. Your question is kept: please wait, then try again.",
    ),
    "unreachable": Trouble(
        "The assistant cannot be reached",
        "No connection could be made. Your question is kept: please try again, and we look for the assistant anew.",
    ),
    "cut": Trouble(
        "The answer was cut short",
        "The answer ended too early and may lack something important. Please try again before you act on it.",
    ),
    "interrupted": Trouble(
        "This question has no answer yet",
        "The desk was stopped before the answer was complete. Your question is kept: please try again.",
    ),
    "misconfigured": Trouble(
        "The desk is not set up correctly",
        "This is our mistake, and it has to be mended here first. Until then, please reach a person (see below).",
    ),
    "not_ready": Trouble(
        "The help centre cannot be searched",
        "Its documents could not be indexed. Your question is kept: please try again in a moment.",
    ),
    "unreadable": Trouble(
        "Your file could not be read",
        "Please type your question, or attach another file.",
    ),
    "refused": Trouble(
        "The assistant refused this question",
        "It may be too long. Please ask it in fewer words, or start a new conversation.",
    ),
}

KINDS: Mapping[type[CourseError], str] = {
    NotReady: "not_ready",
    NoIndex: "not_ready",
    IndexBusy: "not_ready",
    DataError: "not_ready",
    RateLimited: "rate_limited",
    Overloaded: "overloaded",
    ConnectionLost: "unreachable",
    ProviderUnavailable: "unreachable",
    StreamCut: "cut",
    AuthFailed: "misconfigured",
    SettingsError: "misconfigured",
    BadRequest: "refused",
}


def kind_of(error: CourseError) -> str:
    """The row of TROUBLES for an error.

    >>> kind_of(Overloaded("busy", status=503))
    'overloaded'
    """
    return next((kind for type_, kind in KINDS.items() if isinstance(error, type_)), "misconfigured")
