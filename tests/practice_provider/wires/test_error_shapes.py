"""Every neutral fault in the words of Anthropic and Google, without a server."""

from typing import get_args

import pytest
from anthropic.types import ErrorResponse

from practice_provider.core import Fault, FaultKind
from practice_provider.wires import anthropic_messages, foundry_errors, gemini_generate, vertex_errors

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


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_on_vertex_is_googles_or_for_claude_anthropics(kind: FaultKind) -> None:
    own, for_claude = vertex_errors.error(Fault(kind, "words")), vertex_errors.claude_error(Fault(kind, "words"))
    assert own.body["error"]["code"] == own.status >= 400
    expected = own if kind in vertex_errors.GATEWAY else anthropic_messages.error(Fault(kind, "words"))
    assert for_claude == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_on_foundry_is_azures_or_anthropics(kind: FaultKind) -> None:
    reply = foundry_errors.error(Fault(kind, "words"))
    assert reply.status == anthropic_messages.error(Fault(kind, "words")).status
    assert ("type" in reply.body) is (kind not in foundry_errors.GATEWAY)
    assert "words" in reply.body["error"]["message"]


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
