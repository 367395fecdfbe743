"""Ollama's embeddings, lists, faults, its open door, and its OpenAI-compatible route."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import httpx
import ollama
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core import Fault, FaultKind
from practice_provider.wires import ollama_chat, ollama_embed, ollama_generate

USER: Any = [{"role": "user", "content": "What is a boiler?"}]


# ---- embeddings -------------------------------------------------------------------------------------------------


def test_texts_are_embedded_one_or_many_at_a_time(provider: Any, connect: Callable[..., Any], strict: Any) -> None:
    client = connect(provider.url)
    many = client.embed("practice-embed", ["a boiler", "a cat"], dimensions=64, truncate=True)
    assert [len(vector) for vector in many.embeddings] == [64, 64]
    one = client.embed("practice-embed:latest", "a boiler")
    assert (one.model, len(one.embeddings), one.prompt_eval_count > 0) == ("practice-embed:latest", 1, True)
    older = client.embeddings("practice-embed", "a boiler")
    assert list(older.embedding) == list(one.embeddings[0])
    raw = provider.send("POST", "/ollama/api/embed", json={"model": "practice-embed", "input": "a"}).json()
    strict(ollama.EmbedResponse, raw)


def test_no_text_has_no_vector(provider: Any, connect: Callable[..., Any]) -> None:
    assert connect(provider.url).embed("practice-embed", []).embeddings == []
    assert connect(provider.url).embeddings("practice-embed", "").embedding == []


@pytest.mark.parametrize("body", [{"input": 1}, {"input": [1]}, {"prompt": "a"}, {"input": "a", "options": {"a": 1}}])
def test_a_wrong_embedding_request_is_refused(provider: Any, body: dict[str, Any]) -> None:
    reply = provider.send("POST", "/ollama/api/embed", json={"model": "practice-embed"} | body)
    assert (reply.status_code, set(reply.json())) == (400, {"error"})


# ---- lists ------------------------------------------------------------------------------------------------------


def test_models_are_listed_with_their_tag(provider: Any, connect: Callable[..., Any]) -> None:
    client = connect(provider.url)
    names = {model.model for model in client.list().models}
    assert {"practice-large:latest", "practice-small:latest", "practice-embed:latest"} <= names
    assert {model.model for model in client.ps().models} == names
    shown = client.show("practice-small:latest")
    assert "tools" in shown.capabilities
    assert shown.modelinfo["practice.context_length"] == 32_000
    assert client.show("practice-embed").capabilities == ["embedding"]
    with pytest.raises(ollama.ResponseError, match="model 'nope' not found"):
        client.show("nope")


@pytest.mark.parametrize(
    ("path", "kind"), [("tags", ollama.ListResponse), ("ps", ollama.ProcessResponse)], ids=["tags", "ps"]
)
def test_lists_fit_the_clients_types(provider: Any, strict: Any, path: str, kind: Any) -> None:
    strict(kind, provider.send("GET", f"/ollama/api/{path}").json())


def test_it_says_that_it_runs_and_its_version(provider: Any) -> None:
    for path in ("/ollama", "/ollama/"):
        assert provider.send("GET", path).text == "Ollama is running"
    assert provider.send("HEAD", "/ollama/").status_code == 200
    assert provider.send("GET", "/ollama/api/version").json() == {"version": "0.17.4"}
    shown = provider.send("POST", "/ollama/api/show", json={"name": "practice-small"})
    assert shown.json()["details"]["family"] == "practice"


# ---- the open door ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer sk-anything"}], ids=["no key", "a foreign key"])
def test_who_has_no_key_of_ours_shares_one(provider: Any, header: dict[str, str]) -> None:
    provider.control("practice-ollama", "POST", "reset", {})
    reply = provider.send("GET", "/ollama/api/tags", headers=header)
    assert reply.status_code == 200
    assert [entry["route"] for entry in provider.journal("practice-ollama")] == ["/ollama/api/tags"]


def test_a_key_of_ours_has_a_state_of_its_own(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "server")
    with pytest.raises(ollama.ResponseError):
        connect(provider.url).list()
    assert provider.send("GET", "/ollama/api/tags").status_code == 200


# ---- faults -----------------------------------------------------------------------------------------------------

STATUS = {
    "rate_limit": 429,
    "server": 500,
    "overloaded": 503,
    "auth": 401,
    "forbidden": 403,
    "bad_request": 400,
    "context_too_long": 400,
    "no_such_model": 404,
}


@pytest.mark.parametrize("kind", STATUS)
def test_the_client_raises_an_ordered_fault_with_its_status(
    provider: Any, connect: Callable[..., Any], key: str, kind: str
) -> None:
    client = connect(provider.url)
    for stream in (False, True):
        provider.order(key, kind)
        with pytest.raises(ollama.ResponseError) as caught:
            list(client.chat("practice-small", USER, stream=stream))
        assert (caught.value.status_code, "practice fault" in caught.value.error) == (STATUS[kind], True)
    assert client.chat("practice-small", USER)


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_fault_is_one_word_and_its_text(kind: FaultKind) -> None:
    reply = ollama_chat.error(Fault(kind, "words"))
    assert reply.status >= 400
    assert list(reply.body) == ["error"]
    assert "words" in reply.body["error"]


def test_an_error_in_mid_stream_is_raised(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "error_frame", after=2)
    with pytest.raises(ollama.ResponseError, match="practice fault"):
        list(connect(provider.url).chat("practice-small", USER, stream=True))


def test_a_broken_line_is_no_json(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "malformed_chunk", after=2)
    with pytest.raises(json.JSONDecodeError):
        list(connect(provider.url).chat("practice-small", USER, stream=True))


def test_a_stream_that_ends_early_ends_silently(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "cut_stream", after=2)
    parts = list(connect(provider.url).chat("practice-small", USER, stream=True))
    assert [part.done for part in parts] == [False, False]


def test_a_stream_whose_connection_dies_raises(provider: Any, connect: Callable[..., Any], key: str) -> None:
    provider.order(key, "drop_stream", after=2)
    with pytest.raises(httpx.RemoteProtocolError):
        list(connect(provider.url).chat("practice-small", USER, stream=True))


def test_a_path_that_is_not_there_says_what_is(provider: Any) -> None:
    reply = provider.send("POST", "/ollama/api/pull", json={"model": "practice-small"})
    assert reply.status_code == 404
    assert "/ollama/api/chat" in reply.json()["error"]


# ---- the OpenAI-compatible route --------------------------------------------------------------------------------


@pytest.fixture
def compatible(provider: Any) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{provider.url}/ollama/v1", api_key="ollama", max_retries=0) as client:
        yield client


def test_openais_client_chats_streams_and_embeds(compatible: openai.OpenAI) -> None:
    name = "practice-large:latest"
    plain = compatible.chat.completions.create(model=name, messages=USER)
    assert (plain.model, bool(plain.choices[0].message.content)) == (name, True)
    stream = compatible.chat.completions.create(model=name, messages=USER, stream=True)
    chunks = [*stream]
    assert {chunk.model for chunk in chunks} == {name}
    words = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert words == plain.choices[0].message.content
    vectors = compatible.embeddings.create(model="practice-embed", input="a boiler")
    assert (vectors.model, len(vectors.data[0].embedding)) == ("practice-embed", 384)
    answer = compatible.responses.create(model="practice-small:latest", input="What is a boiler?")
    assert (answer.model, bool(answer.output_text)) == ("practice-small:latest", True)


def test_a_conversation_that_is_kept_is_refused_because_ollama_keeps_none(compatible: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="previous_response_id"):
        compatible.responses.create(model="practice-small", input="x", previous_response_id="resp_1")


def test_openais_client_lists_models_with_their_tag(compatible: openai.OpenAI) -> None:
    assert "practice-small:latest" in {model.id for model in compatible.models.list()}
    assert compatible.models.retrieve("practice-small").id == "practice-small:latest"
    with pytest.raises(openai.NotFoundError):
        compatible.models.retrieve("nope")


def test_openais_async_client_needs_no_key_of_ours(provider: Any) -> None:
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=f"{provider.url}/ollama/v1", api_key="ollama") as client:
            reply = await client.chat.completions.create(model="practice-small", messages=USER)
            return str(reply.choices[0].message.content)

    assert asyncio.run(ask())


def test_a_path_that_is_not_there_is_refused_in_openais_shape(provider: Any) -> None:
    reply = provider.send("POST", "/ollama/v1/nothing", json={})
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_url")


# ---- any body at all --------------------------------------------------------------------------------------------

NAMES = [
    *("model", "messages", "role", "content", "images", "tool_calls", "function", "name", "arguments", "options"),
    *("stop", "format", "think", "keep_alive", "prompt", "input", "tools", "parameters", "tool_name", "stream", "seed"),
]
WORDS = ["user", "tool", "assistant", "5m", "json", "high", "aGk=", "m", "", "\ud800"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)
messages = st.lists(st.dictionaries(st.sampled_from(NAMES[2:7]), values | st.just("user")), max_size=3)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)


def status(wire: Any, body: dict[str, Any]) -> int | None:
    """The status of a refusal; None where the body was read."""
    try:
        wire.read(body, {"field": "input"})
    except Fault as fault:
        return int(wire.error(fault).status)
    return None


@pytest.mark.parametrize("wire", [ollama_chat, ollama_generate, ollama_embed], ids=["chat", "generate", "embed"])
@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(body=bodies, talk=messages)
def test_any_body_is_read_or_refused(wire: Any, body: dict[str, Any], talk: list[Any]) -> None:
    for sent in (body, {"model": "m", **body}, {"model": "m", "messages": talk}, {"model": "m", "input": talk}):
        assert status(wire, sent) in (None, 400)
