"""What boto3 and AnthropicBedrock raise when a lesson orders a fault, or when the client itself is at fault."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any, get_args

import anthropic
import pytest
from anthropic import AnthropicBedrock
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, ConnectionClosedError, EventStreamError
from urllib3.exceptions import ProtocolError

from practice_provider.core import Fault, FaultKind
from practice_provider.wires import bedrock_converse

ASK: dict[str, Any] = {
    "modelId": "practice-large",
    "messages": [{"role": "user", "content": [{"text": "What is a boiler?"}]}],
}

# ordered fault → AWS's exception, status, and whether boto3 has a class of its own for it
RAISED: dict[str, tuple[str, int]] = {
    "rate_limit": ("ThrottlingException", 429),
    "quota": ("ServiceQuotaExceededException", 400),
    "server": ("InternalServerException", 500),
    "unavailable": ("ServiceUnavailableException", 503),
    "overloaded": ("ServiceUnavailableException", 503),
    "timeout": ("ModelTimeoutException", 408),
    "auth": ("UnrecognizedClientException", 403),
    "forbidden": ("AccessDeniedException", 403),
    "bad_request": ("ValidationException", 400),
    "context_too_long": ("ValidationException", 400),
    "no_such_model": ("ValidationException", 400),
}


@pytest.mark.parametrize("kind", RAISED)
def test_boto3_raises_its_class_for_an_ordered_fault(
    provider: Any, connect: Callable[..., Any], key: str, kind: str
) -> None:
    name, status = RAISED[kind]
    provider.order(key, kind)
    client = connect(provider.url)
    with pytest.raises(getattr(client.exceptions, name, ClientError)) as caught:
        client.converse(**ASK)
    told = caught.value.response
    assert (told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == (name, status)
    assert told["Error"]["Message"]
    assert client.converse(**ASK)["output"]


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_fault_has_a_status_a_name_and_only_a_message(strict: Any, kind: FaultKind) -> None:
    reply = bedrock_converse.error(Fault(kind, "words"))
    name = reply.headers["x-amzn-errortype"]
    assert "words" in reply.body["message"]
    shape = next((shape for shape in strict.model.error_shapes if shape.name == name), None)
    if shape is not None:  # the others are errors that every AWS service has
        assert list(strict.problems(shape, reply.body)) == []
        assert shape.metadata["error"]["httpStatusCode"] == reply.status


CLAUDE: dict[str, type[anthropic.APIStatusError]] = {
    "rate_limit": anthropic.RateLimitError,
    "server": anthropic.InternalServerError,
    "overloaded": anthropic.InternalServerError,
    "forbidden": anthropic.PermissionDeniedError,
    "bad_request": anthropic.BadRequestError,
}


@pytest.mark.parametrize("kind", CLAUDE)
def test_anthropics_client_raises_its_class_for_an_ordered_fault(provider: Any, key: str, kind: str) -> None:
    provider.order(key, kind)
    options = {"base_url": f"{provider.url}/bedrock", "api_key": key, "aws_region": "x", "max_retries": 0}
    with AnthropicBedrock(**options) as client, pytest.raises(anthropic.APIStatusError) as caught:
        client.messages.create(model="practice-small", max_tokens=9, messages=[{"role": "user", "content": "x"}])
    assert isinstance(caught.value, CLAUDE[kind])


def test_the_wait_is_told_under_the_name_that_aws_reads() -> None:
    reply = bedrock_converse.error(Fault("rate_limit", "w", retry_after_s=1.5))
    assert reply.headers["x-amz-retry-after"] == "1500"


# ---- streams ----------------------------------------------------------------------------------------------------


def read_stream(client: Any) -> list[str]:
    with closing(client.converse_stream(**ASK)["stream"]) as stream:  # boto3 closes it only when it was read to its end
        return [next(iter(event)) for event in stream]


def test_a_damaged_frame_fails_its_checksum(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "malformed_chunk", after=2)
    with pytest.raises(ChecksumMismatch):
        read_stream(connect(provider.url))


def test_a_stream_that_ends_early_ends_silently(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "cut_stream", after=2)
    assert read_stream(connect(provider.url)) == ["messageStart", "contentBlockDelta"]


def test_a_stream_whose_connection_dies_raises(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "drop_stream", after=2)
    with pytest.raises(ProtocolError):
        read_stream(connect(provider.url))


def test_an_error_in_mid_stream_is_an_exception_frame(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "error_frame", after=2)
    with pytest.raises(EventStreamError, match="modelStreamErrorException"):
        read_stream(connect(provider.url))


def test_anthropics_client_raises_an_error_in_mid_stream(provider: Any, key: str) -> None:
    provider.order(key, "error_frame", after=2)
    options = {"base_url": f"{provider.url}/bedrock", "api_key": key, "aws_region": "x", "max_retries": 0}
    ask: Any = {"model": "practice-small", "max_tokens": 50, "messages": [{"role": "user", "content": "x"}]}
    with (
        AnthropicBedrock(**options) as client,
        client.messages.create(**ask, stream=True) as stream,
        pytest.raises(anthropic.APIStatusError, match="modelStreamError"),
    ):
        list(stream)


def test_a_dropped_connection_is_one_for_boto3(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "drop")
    with pytest.raises(ConnectionClosedError):
        connect(provider.url).converse(**ASK)


# ---- the client's own faults ------------------------------------------------------------------------------------


def refusal(client: Any, **change: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        client.converse(**ASK | change)
    told = caught.value.response
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"], told["Error"]["Message"]


def test_an_unknown_access_key_is_refused(provider: Any, connect: Callable[..., Any]) -> None:
    code, status, words = refusal(connect(provider.url, aws_access_key_id="AKIAIOSFODNN7EXAMPLE"))
    assert (code, status) == ("UnrecognizedClientException", 403)
    assert words.startswith("The security token included in the request is invalid.")
    assert "AKIAIOSF" not in words


def test_a_wrong_secret_is_refused(provider: Any, connect: Callable[..., Any]) -> None:
    code, status, words = refusal(connect(provider.url, aws_secret_access_key="guessed"))
    assert (code, status) == ("InvalidSignatureException", 403)
    assert "does not match" in words
    assert "practice-secret" in words


def test_who_sends_nothing_is_told_so(provider: Any) -> None:
    reply = provider.send("POST", "/bedrock/model/practice-small/converse", json={})
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
    assert reply.json()["message"].startswith("Missing Authentication Token")


def test_an_unknown_model_is_refused(provider: Any, connect: Callable[..., Any]) -> None:
    code, status, words = refusal(connect(provider.url), modelId="anthropic.claude-9-v1:0")
    assert (code, status) == ("ValidationException", 400)
    assert words.startswith("The provided model identifier is invalid.")
    assert "practice-large" in words


def test_a_prompt_that_is_too_long_is_refused(brain: Any, connect: Callable[..., Any]) -> None:
    brain.fault = Fault("context_too_long", "9 tokens > 8.")
    code, _, words = refusal(connect(brain.url))
    assert (code, words) == ("ValidationException", "Input is too long for requested model. 9 tokens > 8.")


def test_an_operation_that_is_not_there_is_unknown(provider: Any, key: str) -> None:
    reply = provider.send("POST", "/bedrock/guardrail/g/version/1/apply", key, content=json.dumps({}))
    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
