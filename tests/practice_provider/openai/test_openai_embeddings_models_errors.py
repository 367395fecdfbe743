"""OpenAI's own client against the embeddings and models wires, and OpenAI's errors."""

import base64
import struct
from typing import Any, get_args

import httpx2
import openai
import pytest
from openai import OpenAI
from openai.types import CreateEmbeddingResponse, Model

from practice_provider.core import Fault, FaultKind, Models, Vectors
from practice_provider.wires import openai_errors

# ---- embeddings ------------------------------------------------------------------------------------------------

VECTORS = Vectors("practice-embed", ((0.6, 0.8), (-1.0, 0.0)), 5)


@pytest.fixture
def embedder(brain, client):
    brain.result = VECTORS
    return client


def test_embeddings_come_as_floats_strictly_as_openais_types_say(embedder, strictly):
    options: dict[str, Any] = {"model": "practice-embed", "input": ["a", "b"], "encoding_format": "float"}
    reply = strictly(
        CreateEmbeddingResponse, embedder.embeddings.with_raw_response.create(**options).http_response.json()
    )
    assert [row.embedding for row in reply.data] == [[0.6, 0.8], [-1.0, 0.0]]
    assert (reply.usage.prompt_tokens, reply.usage.total_tokens) == (5, 5)


def test_embeddings_come_as_base64_which_the_sdk_asks_for_by_itself(embedder, brain):
    reply = embedder.embeddings.with_raw_response.create(model="practice-embed", input=["a", "b"])
    sent = reply.http_response.json()["data"][0]["embedding"]
    assert struct.unpack("<2f", base64.b64decode(sent)) == pytest.approx((0.6, 0.8))
    assert reply.parse().data[1].embedding == [-1.0, 0.0]


def test_texts_and_token_ids_are_read(embedder, brain):
    tokens = [16384, 25253, 1437, 30872, 75, 8047]  # of OpenAI's encoding cl100k_base
    for given, texts in [
        ("a", ("a",)),
        (["a", "b"], ("a", "b")),
        (tokens, ("Crème brûlée",)),
        ([tokens, tokens], ("Crème brûlée",) * 2),
    ]:
        embedder.embeddings.create(model="practice-embed", input=given, dimensions=2)
        assert brain.asked[-1].texts == texts
        assert brain.asked[-1].dimensions == 2


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"input": []}, "input", "empty array"),
        ({"input": ""}, "input", "empty string"),
        ({"input": ["a", 5]}, "input[1]", "a string or an array of token ids"),
        ({"input": ["a"] * 2049}, "input", "2048"),
        ({"input": [-1]}, "input", "never negative"),
        ({"input": [10**9]}, "input", "not token ids"),
        ({"dimensions": 0}, "dimensions", ">= 1, but got 0"),
        ({"encoding_format": "int8"}, "encoding_format", "'float', 'base64'"),
        ({"nonsense": 1}, None, "Unrecognized request argument supplied: nonsense"),
    ],
)
def test_a_wrong_embeddings_body_gets_openais_400(embedder, changes, param, words):
    with pytest.raises(openai.BadRequestError) as caught:
        embedder.post("/embeddings", body={"model": "practice-embed", "input": "a"} | changes, cast_to=object)
    assert words in caught.value.message
    assert caught.value.param == param


# ---- models ----------------------------------------------------------------------------------------------------


def test_models_are_listed_and_told_one_by_one(client, brain, known_results, strictly):
    brain.result = known_results["models"]
    raw = client.models.with_raw_response.list().http_response.json()
    assert [strictly(Model, row).id for row in raw["data"]] == ["practice-large", "practice-small"]
    assert [model.id for model in client.models.list()] == ["practice-large", "practice-small"]
    brain.result = Models(brain.result.models[1:])
    assert client.models.retrieve("practice-small").id == "practice-small"
    assert brain.asked[-1].model == "practice-small"


# ---- errors ----------------------------------------------------------------------------------------------------

EXPECTED: dict[FaultKind, tuple[int, type[openai.APIStatusError], str | None, str]] = {
    "auth": (401, openai.AuthenticationError, "invalid_api_key", "invalid_request_error"),
    "forbidden": (403, openai.PermissionDeniedError, "insufficient_permissions", "invalid_request_error"),
    "quota": (429, openai.RateLimitError, "insufficient_quota", "insufficient_quota"),
    "no_such_path": (404, openai.NotFoundError, "unknown_url", "invalid_request_error"),
    "no_such_model": (404, openai.NotFoundError, "model_not_found", "invalid_request_error"),
    "no_such_file": (404, openai.NotFoundError, None, "invalid_request_error"),
    "method": (405, openai.APIStatusError, "method_not_supported", "invalid_request_error"),
    "timeout": (408, openai.APIStatusError, None, "timeout"),
    "bad_request": (400, openai.BadRequestError, None, "invalid_request_error"),
    "context_too_long": (400, openai.BadRequestError, "context_length_exceeded", "invalid_request_error"),
    "too_large": (413, openai.APIStatusError, "request_too_large", "invalid_request_error"),
    "media_type": (415, openai.APIStatusError, "unsupported_content_type", "invalid_request_error"),
    "rate_limit": (429, openai.RateLimitError, "rate_limit_exceeded", "requests"),
    "server": (500, openai.InternalServerError, None, "server_error"),
    "unavailable": (503, openai.InternalServerError, None, "server_error"),
    "overloaded": (503, openai.InternalServerError, "server_is_overloaded", "service_unavailable_error"),
}


def test_every_fault_has_a_row():
    assert set(get_args(FaultKind)) == set(EXPECTED) == set(openai_errors.ROWS)


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_fault_is_told_as_openai_does(client: OpenAI, brain, kind: FaultKind):
    status, exception, code, error_type = EXPECTED[kind]
    brain.fault = Fault(kind, "what, value, fix", param="p", retry_after_s=1.25)
    with pytest.raises(exception) as caught:
        client.responses.create(model="m", input="x")
    error = caught.value
    assert error.status_code == status
    assert error.body == {"message": "what, value, fix", "type": error_type, "param": "p", "code": code}
    assert error.response.headers["retry-after"] == "2"
    assert error.response.headers["retry-after-ms"] == "1250"


def test_a_wrong_key_gets_401(base_url, brain):
    client = OpenAI(base_url=base_url, api_key="sk-real", max_retries=0)
    with client, pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert caught.value.code == "invalid_api_key"


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("POST", "/completions", {"json": {}}, 404, "unknown_url"),
        ("GET", "/chat/completions", {}, 405, "method_not_supported"),
        ("POST", "/chat/completions", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, None),
        ("POST", "/chat/completions", {"content": b"[1]", "headers": {"content-type": "application/json"}}, 400, None),
        (
            "POST",
            "/chat/completions",
            {"content": b"a=1", "headers": {"content-type": "text/plain"}},
            415,
            "unsupported_content_type",
        ),
        ("POST", "/chat/completions", {"json": {"x": "y" * 100_000}}, 413, "request_too_large"),
    ],
)
def test_a_request_that_is_none_is_refused_in_openais_shape(base_url, key, method, path, options, status, code):
    headers = {"authorization": f"Bearer {key}"} | options.pop("headers", {})
    reply = httpx2.request(method, base_url + path, headers=headers, trust_env=False, **options)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["code"] == code
