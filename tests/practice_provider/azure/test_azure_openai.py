"""Azure's own clients against the Azure paths: deployments, versions, keys and tokens, errors, the filter."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI, OpenAI
from openai._models import BaseModel
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

VERSION = "2024-10-21"
MESSAGES: list[Any] = [{"role": "user", "content": "Reply with exactly: good day"}]
ASK: dict[str, Any] = {"model": "practice-small", "messages": MESSAGES}
CHAT = "openai/deployments/practice-small/chat/completions"


@pytest.fixture
def client(provider: Any, key: str) -> Iterator[AzureOpenAI]:
    """Azure's client with a key, without retries."""
    options = {"azure_endpoint": f"{provider.url}/azure", "api_version": VERSION, "max_retries": 0}
    with AzureOpenAI(api_key=key, **options) as client:
        yield client


@pytest.fixture
def v1(provider: Any, key: str) -> Iterator[OpenAI]:
    """OpenAI's client on Azure's newer paths, with a key that is fetched for each request."""
    with OpenAI(base_url=f"{provider.url}/azure/openai/v1/", api_key=lambda: key, max_retries=0) as client:
        yield client


@pytest.fixture
def post(provider: Any, key: str) -> Any:
    """Send one request without a client's help."""

    def send(path: str, body: Any, **headers: str) -> httpx2.Response:
        return provider.client.post(f"/azure/{path}", json=body, headers={"api-key": key} | headers)

    return send


# ---- what a deployment offers ----------------------------------------------------------------------------------


def test_a_deployment_answers_plain_and_streamed(client):
    assert client.chat.completions.create(**ASK).choices[0].message.content == "good day"
    chunks = client.chat.completions.create(**ASK, stream=True)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "good day"


def test_a_client_may_be_tied_to_one_deployment(provider, key):
    options = {"azure_endpoint": f"{provider.url}/azure", "api_version": VERSION, "max_retries": 0}
    with AzureOpenAI(api_key=key, azure_deployment="practice-large", **options) as client:
        reply = client.chat.completions.create(model="whatever", messages=MESSAGES)
        assert (reply.model, reply.choices[0].message.content) == ("practice-large", "good day")
        assert client.responses.create(model="practice-small", input="Hello").model == "practice-small"


def test_the_deployments_name_stands_in_for_the_model(post):
    reply = post(f"{CHAT}?api-version={VERSION}", {"messages": MESSAGES})
    assert reply.json()["model"] == "practice-small"


def test_everything_else_has_its_path_too(client):
    assert len(client.embeddings.create(model="practice-embed", input="tea").data[0].embedding) == 384
    first = client.responses.create(model="practice-small", input="My name is Ada.")
    second = client.responses.create(model="practice-small", input="What is my name?", previous_response_id=first.id)
    assert "Ada" in second.output_text
    events = client.responses.create(model="practice-small", input=MESSAGES[0]["content"], stream=True)
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "good day"
    assert "practice-small" in {model.id for model in client.models.list()}
    sound = client.audio.speech.create(model="practice-speak", voice="alloy", input="good day").read()
    heard = client.audio.transcriptions.create(model="practice-transcribe", file=("a.wav", sound))
    assert heard.text == "good day"
    stored = client.files.create(file=("a.txt", b"text"), purpose="user_data")
    assert client.files.content(stored.id).read() == b"text"


def test_the_v1_paths_are_openais(v1):
    assert v1.chat.completions.create(**ASK).choices[0].message.content == "good day"
    assert v1.responses.create(model="practice-small", input=MESSAGES[0]["content"]).output_text == "good day"
    assert len(v1.embeddings.create(model="practice-embed", input="tea").data[0].embedding) == 384
    assert v1.models.retrieve("practice-small").id == "practice-small"


def test_the_v1_paths_take_no_version_or_a_word_for_one(post):
    for query, status in (("", 200), ("?api-version=preview", 200), (f"?api-version={VERSION}", 404)):
        assert post(f"openai/v1/chat/completions{query}", ASK).status_code == status, query


# ---- keys and tokens -------------------------------------------------------------------------------------------


def test_a_token_or_a_provider_of_tokens_is_accepted_in_place_of_a_key(provider, key):
    options = {"azure_endpoint": f"{provider.url}/azure", "api_version": VERSION, "max_retries": 0}
    for given in ({"azure_ad_token": key}, {"azure_ad_token_provider": lambda: key}):
        with AzureOpenAI(**given, **options) as client:
            assert client.chat.completions.create(**ASK).choices[0].message.content == "good day"
    assert [entry["vendor"] for entry in provider.journal(key)] == ["azure", "azure"]


@pytest.mark.parametrize("wrong", ["sk-1234", ""])
def test_a_wrong_key_gets_azures_401(post, wrong):
    reply = post(f"{CHAT}?api-version={VERSION}", ASK, **{"api-key": wrong})
    assert reply.status_code == 401
    error = reply.json()["error"]
    assert error.keys() == {"code", "message"}
    assert error["code"] == "401"
    assert error["message"].startswith("Access denied due to invalid subscription key or wrong API endpoint.")


def test_the_sdk_raises_its_authentication_error(provider):
    options = {"azure_endpoint": f"{provider.url}/azure", "api_version": VERSION, "max_retries": 0}
    with AzureOpenAI(api_key="wrong", **options) as client, pytest.raises(openai.AuthenticationError):
        client.chat.completions.create(**ASK)


# ---- versions, deployments, limits -----------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?api-version=", "?api-version=2031-01-01", "?api-version=v1"])
def test_a_missing_or_unknown_version_gets_azures_404(post, query):
    reply = post(f"{CHAT}{query}", ASK)
    assert reply.status_code == 404
    error = reply.json()["error"]
    assert error["code"] == "404"
    assert error["message"].startswith("Resource not found.")
    assert "'2024-10-21'" in error["message"]


def test_an_unknown_deployment_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="mine", messages=MESSAGES)
    assert caught.value.code == "DeploymentNotFound"


def test_an_unknown_path_gets_azures_404(post):
    error = post("openai/nothing", {}).json()["error"]
    assert (error["code"], error["message"][:19]) == ("404", "Resource not found.")


def test_what_the_model_refuses_has_openais_shape(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**ASK, temperature=3)
    assert (caught.value.param, caught.value.code) == ("temperature", "decimal_above_max_value")


def test_a_rate_limit_says_when_to_come_back_in_milliseconds_too(client, provider, key):
    provider.order(key, "rate_limit", count=1, retry_after_s=1.5)
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(**ASK)
    headers = caught.value.response.headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "1500")
    assert caught.value.code == "429"


@pytest.mark.parametrize("kind", ["server", "overloaded", "forbidden"])
def test_each_ordered_error_raises_the_sdks_class(client, provider, key, kind):
    provider.order(key, kind, count=1)
    classes = {"forbidden": openai.PermissionDeniedError}
    with pytest.raises(classes.get(kind, openai.InternalServerError)) as caught:
        client.chat.completions.create(**ASK)
    assert caught.value.response.json()["error"].keys() == {"code", "message"}


def test_replies_carry_azures_headers(client, provider, key):
    headers = client.chat.completions.with_raw_response.create(**ASK).headers
    assert headers["apim-request-id"]
    assert headers["x-ms-region"]
    provider.control(key, "PUT", "limits", {"requests": 5, "window_s": 60})
    headers = client.chat.completions.with_raw_response.create(**ASK).headers
    assert headers["x-ratelimit-remaining-requests"] == "4"


# ---- the content filter ----------------------------------------------------------------------------------------


def _no_extras(value: Any) -> None:
    if isinstance(value, BaseModel):
        assert not value.model_extra
        for name in type(value).model_fields:
            _no_extras(getattr(value, name))
    for item in value if isinstance(value, list) else ():
        _no_extras(item)


def _checked(kind: Any, data: dict[str, Any]) -> Any:
    """Read a completion strictly, once what only Azure adds is taken out of it."""
    data = {name: value for name, value in data.items() if name != "prompt_filter_results"}
    keep = [{k: v for k, v in choice.items() if k != "content_filter_results"} for choice in data["choices"]]
    read = TypeAdapter(kind).validate_python(data | {"choices": keep})
    _no_extras(read)
    return read


def test_a_completion_has_the_filters_results_and_else_only_what_openai_has(client):
    data = client.chat.completions.with_raw_response.create(**ASK, n=2).http_response.json()
    _checked(ChatCompletion, data)
    prompt = data["prompt_filter_results"][0]
    assert (prompt["prompt_index"], prompt["content_filter_results"]["jailbreak"]["detected"]) == (0, False)
    for choice in data["choices"]:
        assert choice["content_filter_results"]["violence"] == {"filtered": False, "severity": "safe"}


def test_a_stream_begins_with_a_chunk_without_choices_that_has_the_results_about_the_prompt(client):
    first, *rest = (chunk.to_dict() for chunk in client.chat.completions.create(**ASK, stream=True))
    assert (first["choices"], first["id"]) == ([], "")
    assert first["prompt_filter_results"][0]["content_filter_results"]["hate"]["severity"] == "safe"
    for chunk in rest:
        _checked(ChatCompletionChunk, chunk)
        (choice,) = chunk["choices"]
        assert bool(choice["content_filter_results"]) == bool(choice["delta"].get("content"))


def test_the_asynchronous_clients_work_too(provider, key):
    async def token() -> str:
        return key

    async def ask() -> tuple[str, str, str | None]:
        options: dict[str, Any] = {"azure_endpoint": f"{provider.url}/azure", "api_version": VERSION}
        async with AsyncAzureOpenAI(azure_ad_token_provider=token, **options) as client:
            plain = await client.chat.completions.create(**ASK)
            stream = await client.chat.completions.create(**ASK, stream=True)
            words = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])
        async with AsyncOpenAI(base_url=f"{provider.url}/azure/openai/v1", api_key=token) as client:
            newer = await client.chat.completions.create(**ASK)
        return str(plain.choices[0].message.content), words, newer.choices[0].message.content

    assert asyncio.run(ask()) == ("good day", "good day", "good day")
