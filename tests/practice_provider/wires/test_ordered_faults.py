"""Faults that a lesson orders, as Anthropic's and Google's SDKs raise them."""

from collections.abc import Callable, Iterator
from typing import Any

import anthropic
import pytest
from google.genai import Client, errors, types


@pytest.fixture
def order(provider: Any, key: str) -> Callable[..., None]:
    """Orders one fault for the next request of this test's key."""
    return lambda kind, **options: provider.order(key, kind, count=1, **options)


@pytest.fixture
def claude(provider: Any, key: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, max_retries=0) as client:
        yield client


@pytest.fixture
def gemini(provider: Any, key: str) -> Iterator[Client]:
    client = Client(api_key=key, http_options=types.HttpOptions(base_url=f"{provider.url}/gemini"))
    yield client
    client.close()


def ask_claude(client: anthropic.Anthropic) -> anthropic.types.Message:
    return client.messages.create(
        model="practice-small", max_tokens=50, messages=[{"role": "user", "content": "What is a boiler?"}]
    )


def ask_gemini(client: Client) -> types.GenerateContentResponse:
    return client.models.generate_content(model="practice-small", contents="What is a boiler?")


CLAUDE: dict[str, tuple[type[anthropic.APIStatusError], str]] = {
    "rate_limit": (anthropic.RateLimitError, "rate_limit_error"),
    "server": (anthropic.InternalServerError, "api_error"),
    "overloaded": (anthropic.OverloadedError, "overloaded_error"),
    "auth": (anthropic.AuthenticationError, "authentication_error"),
    "forbidden": (anthropic.PermissionDeniedError, "permission_error"),
    "bad_request": (anthropic.BadRequestError, "invalid_request_error"),
    "context_too_long": (anthropic.BadRequestError, "invalid_request_error"),
    "no_such_model": (anthropic.NotFoundError, "not_found_error"),
}


@pytest.mark.parametrize("kind", CLAUDE)
def test_anthropics_sdk_raises_its_class_once(
    order: Callable[..., None], claude: anthropic.Anthropic, kind: str
) -> None:
    expected, type_name = CLAUDE[kind]
    order(kind)
    with pytest.raises(expected) as caught:
        ask_claude(claude)
    assert type(caught.value) is expected
    assert caught.value.type == type_name
    assert caught.value.request_id is not None
    assert ask_claude(claude).content


GEMINI: dict[str, tuple[int, str]] = {
    "rate_limit": (429, "RESOURCE_EXHAUSTED"),
    "server": (500, "INTERNAL"),
    "overloaded": (503, "UNAVAILABLE"),
    "auth": (400, "INVALID_ARGUMENT"),
    "forbidden": (403, "PERMISSION_DENIED"),
    "bad_request": (400, "INVALID_ARGUMENT"),
    "context_too_long": (400, "INVALID_ARGUMENT"),
    "no_such_model": (404, "NOT_FOUND"),
}


@pytest.mark.parametrize("kind", GEMINI)
def test_googles_sdk_raises_its_class_once(order: Callable[..., None], gemini: Client, kind: str) -> None:
    order(kind)
    with pytest.raises(errors.APIError) as caught:
        ask_gemini(gemini)
    assert (caught.value.code, caught.value.status) == GEMINI[kind]
    assert isinstance(caught.value, errors.ServerError if caught.value.code >= 500 else errors.ClientError)
    assert ask_gemini(gemini).text


def test_each_vendor_says_when_to_come_back(
    order: Callable[..., None], claude: anthropic.Anthropic, gemini: Client
) -> None:
    order("rate_limit", retry_after_s=7)
    with pytest.raises(anthropic.RateLimitError) as limited:
        ask_claude(claude)
    assert limited.value.response.headers["retry-after"] == "7"
    order("rate_limit", retry_after_s=7)
    with pytest.raises(errors.ClientError) as exhausted:
        ask_gemini(gemini)
    details = exhausted.value.details["error"]["details"]
    assert [detail["retryDelay"] for detail in details if "retryDelay" in detail] == ["7s"]
