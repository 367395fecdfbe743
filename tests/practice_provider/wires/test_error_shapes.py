"""Every neutral fault in the words of Anthropic and Google, without a server."""

from typing import get_args

import pytest
from anthropic.types import ErrorResponse

from practice_provider.core import Fault, FaultKind
from practice_provider.wires import anthropic_messages, gemini_generate

KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
ANTHROPIC_OWN = {"request_too_large"}  # documented by the vendor, missing in the SDK's union


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_a_shape_that_anthropics_types_know(kind: FaultKind) -> None:
    reply = anthropic_messages.error(Fault(kind, "words"))
    assert reply.status >= 400
    assert "words" in reply.body["error"]["message"]
    if reply.body["error"]["type"] not in ANTHROPIC_OWN:
        ErrorResponse.model_validate(reply.body)


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_googles_shape(kind: FaultKind) -> None:
    reply = gemini_generate.error(Fault(kind, "words", param="a.b"))
    error = reply.body["error"]
    assert error["code"] == reply.status >= 400
    assert "words" in error["message"]
    assert error["status"].isupper()


def test_anthropic_says_when_to_come_back_in_seconds_and_exactly() -> None:
    assert anthropic_messages.error(Fault("rate_limit", "w", retry_after_s=2)).headers == {"retry-after": "2"}
    assert anthropic_messages.error(Fault("rate_limit", "w", retry_after_s=0.25)).headers == {
        "retry-after": "1",
        "retry-after-ms": "250",
    }
    assert anthropic_messages.error(Fault("rate_limit", "w")).headers == {}


def test_google_says_when_to_come_back_in_the_body() -> None:
    reply = gemini_generate.error(Fault("rate_limit", "w", retry_after_s=0.25))
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.25s"}
    assert retry in reply.body["error"]["details"]
    assert "Please retry in 0.25s." in reply.body["error"]["message"]
    assert reply.headers == {}
