"""Gemini on Vertex AI through Google's own SDK: with a project and a token, and in express mode with a key."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from google.auth.credentials import Credentials
from google.genai import Client, errors, types

MODEL = "practice-large"


class Token(Credentials):
    """Credentials that are a token and nothing else."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token

    def refresh(self, request: Any) -> None:
        raise AssertionError("a token that does not expire is not refreshed")


def connect(rules: str, token: str) -> Client:
    options = types.HttpOptions(base_url=f"{rules}/vertex")
    return Client(vertexai=True, project="p", location="l", credentials=Token(token), http_options=options)


@pytest.fixture
def client(rules: str, key: str) -> Iterator[Client]:
    client = connect(rules, key)
    yield client
    client.close()


WEATHER = types.FunctionDeclaration(
    name="get_weather",
    parameters=types.Schema(type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}),
)
GRID: dict[str, dict[str, Any]] = {
    "plain": {},
    "candidates": {"candidate_count": 2},
    "thoughts": {"thinking_config": types.ThinkingConfig(include_thoughts=True)},
    "tools": {"tools": [types.Tool(function_declarations=[WEATHER])]},
    "labels": {"labels": {"team": "a"}, "audio_timestamp": True, "model_armor_config": types.ModelArmorConfig()},
    "schema": {"response_mime_type": "application/json", "response_schema": {"type": "INTEGER"}},
}


def told(chunks: list[types.GenerateContentResponse]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for candidate in (candidate for chunk in chunks for candidate in chunk.candidates):
        own = found.setdefault(candidate.index, {"words": "", "thoughts": "", "calls": []})
        for part in candidate.content.parts:
            own["thoughts" if part.thought else "words"] += part.text or ""
            own["calls"] += [part.function_call] if part.function_call else []
        own["end"] = candidate.finish_reason
    return found


@pytest.mark.parametrize("config", GRID.values(), ids=GRID.keys())
def test_a_streamed_reply_is_the_plain_reply(client: Client, config: dict[str, Any]) -> None:
    options: dict[str, Any] = {
        "model": MODEL,
        "contents": "Hello there",
        "config": types.GenerateContentConfig(**config),
    }
    plain = client.models.generate_content(**options)
    chunks = list(client.models.generate_content_stream(**options))
    assert told(chunks) == told([plain])
    assert chunks[-1].usage_metadata == plain.usage_metadata
    assert {chunk.usage_metadata.traffic_type for chunk in chunks} == {types.TrafficType.ON_DEMAND}


async def _both(client: Client) -> tuple[Any, Any]:
    plain = await client.aio.models.generate_content(model=MODEL, contents="Hi")
    stream = await client.aio.models.generate_content_stream(model=MODEL, contents="Hi")
    chunks = [chunk async for chunk in stream]
    await client.aio.aclose()
    return told([plain]), told(chunks)


# The SDK itself subclasses aiohttp's session, which aiohttp warns of.
@pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
def test_the_asynchronous_client_gets_the_same(client: Client) -> None:
    plain, streamed = asyncio.run(_both(client))
    assert plain == streamed
    assert plain[0]["words"] == "Hi"


def test_a_key_alone_will_do_in_express_mode(rules: str, key: str) -> None:
    options = types.HttpOptions(base_url=f"{rules}/vertex")
    client = Client(vertexai=True, api_key=key, http_options=options)
    assert client.models.generate_content(model=MODEL, contents="Hi").text == "Hi"
    client.close()


def test_tokens_are_counted(client: Client) -> None:
    config = types.CountTokensConfig(system_instruction="be brief")
    assert client.models.count_tokens(model=MODEL, contents="one two", config=config).total_tokens == 4


def test_texts_are_embedded(client: Client) -> None:
    config = types.EmbedContentConfig(output_dimensionality=8, task_type="RETRIEVAL_DOCUMENT", title="t")
    reply = client.models.embed_content(model="practice-embed", contents=["o ne", "two"], config=config)
    assert [embedding.values for embedding in reply.embeddings] == [[1.0] + [0.0] * 7] * 2
    assert reply.metadata.billable_character_count == 6
    single = client.models.embed_content(model="practice-embed", contents="one")
    assert (single.embeddings[0].statistics.token_count, single.embeddings[0].statistics.truncated) == (1.0, False)


def test_models_are_listed_page_by_page_and_told(client: Client) -> None:
    pager = client.models.list(config={"page_size": 2})
    assert len(pager.page) == 2
    names = [model.name.rpartition("/")[2] for model in pager]
    assert names == ["practice-reasoner", "practice-large", "practice-small", "practice-embed"]
    assert client.models.get(model=MODEL).name == f"publishers/google/models/{MODEL}"


# ---- refusals --------------------------------------------------------------------------------------------------


def test_a_wrong_token_is_unauthenticated(rules: str) -> None:
    client = connect(rules, "ya29.real")
    with pytest.raises(errors.ClientError, match="Expected OAuth 2 access token") as caught:
        client.models.generate_content(model=MODEL, contents="Hi")
    client.close()
    assert (caught.value.code, caught.value.status) == (401, "UNAUTHENTICATED")
    assert caught.value.details["error"]["details"][0]["metadata"] == {"service": "aiplatform.googleapis.com"}


def test_an_unknown_model_is_a_publisher_model_that_was_not_found(client: Client) -> None:
    for call in (
        lambda: client.models.generate_content(model="gpt", contents="Hi"),
        lambda: client.models.get(model="gpt"),
    ):
        with pytest.raises(errors.ClientError, match="Publisher Model was not found") as caught:
            call()
        assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("verb", "body", "words"),
    [
        ("generateContent", {"contents": "x", "messages": []}, 'Unknown name "messages"'),
        ("generateContent", {}, "contents is not specified"),
        ("predict", {"instances": []}, "0 instance(s) were sent: send 1 to 250"),
        ("predict", {"instances": [{"text": "x"}]}, "Unknown name \"text\" at 'instances[0]'"),
        ("predict", {"instances": [{"content": "x", "task_type": "SEARCH"}]}, "Use one of: TASK_TYPE_UNSPECIFIED"),
    ],
)
def test_what_is_wrong_in_a_body_is_refused_by_name(
    rules: str, key: str, verb: str, body: dict[str, Any], words: str
) -> None:
    url = f"{rules}/vertex/v1/projects/p/locations/l/publishers/google/models/{MODEL}:{verb}"
    reply = httpx2.post(url, json=body, headers={"authorization": f"Bearer {key}"}, timeout=10, trust_env=False)
    assert (reply.status_code, reply.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert words in reply.json()["error"]["message"]


def test_only_versions_of_vertex_are_there(rules: str, key: str) -> None:
    for version, status in (("v1", 200), ("v1beta1", 200), ("v1beta", 404)):
        url = f"{rules}/vertex/{version}/publishers/google/models/{MODEL}:generateContent?key={key}"
        assert httpx2.post(url, json={"contents": "x"}, timeout=10, trust_env=False).status_code == status


@pytest.mark.parametrize(
    ("kind", "code", "status", "words"),
    [
        ("rate_limit", 429, "RESOURCE_EXHAUSTED", "error-code-429"),
        ("forbidden", 403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.predict' denied"),
        ("overloaded", 503, "UNAVAILABLE", "overloaded"),
    ],
)
def test_ordered_faults_have_vertexs_shape(
    provider: Any, key: str, kind: str, code: int, status: str, words: str
) -> None:
    provider.order(key, kind)
    client = connect(provider.url, key)
    with pytest.raises(errors.APIError, match=words) as caught:
        client.models.generate_content(model=MODEL, contents="Hi")
    client.close()
    assert (caught.value.code, caught.value.status) == (code, status)
