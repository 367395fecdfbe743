"""Which keys are let in, where they may be sent, and how each vendor's SDK sees a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors, types

from practice_provider.auth import SentKey, accepted, refusal

BODIES: dict[str, dict[str, Any]] = {
    "/openai/v1/chat/completions": {"model": "practice-large", "messages": [{"role": "user", "content": "hi"}]},
    "/anthropic/v1/messages": {
        "model": "practice-large",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "hi"}],
    },
    "/gemini/v1/models/practice-large:generateContent": {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]},
}
OPENAI, ANTHROPIC, GEMINI = BODIES


@contextmanager
def no_retries(provider: Any, key: str) -> Iterator[tuple[openai.OpenAI, anthropic.Anthropic, genai.Client]]:
    with (
        openai.OpenAI(base_url=f"{provider.url}/openai/v1", api_key=key, max_retries=0) as first,
        anthropic.Anthropic(base_url=f"{provider.url}/anthropic", api_key=key, max_retries=0) as second,
        genai.Client(api_key=key, http_options=types.HttpOptions(base_url=f"{provider.url}/gemini")) as third,
    ):
        yield first, second, third


def test_each_sdk_raises_its_own_error_for_a_key_that_is_not_ours(parrot):
    with no_retries(parrot, "sk-real-secret") as (first, second, third):
        with pytest.raises(openai.AuthenticationError, match="practice") as from_openai:
            first.models.list()
        with pytest.raises(anthropic.AuthenticationError, match="practice") as from_anthropic:
            second.models.list()
        with pytest.raises(errors.ClientError, match="practice") as from_gemini:
            third.models.generate_content(model="practice-large", contents="hi")
    told = [str(caught.value) for caught in (from_openai, from_anthropic, from_gemini)]
    assert not [words for words in told if "secret" in words], "a real key must not be repeated"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (OPENAI, {"authorization": "Bearer KEY"}),
        (OPENAI, {"authorization": "bearer KEY"}),
        (ANTHROPIC, {"authorization": "Bearer KEY"}),
        (ANTHROPIC, {"x-api-key": "KEY"}),
        (GEMINI, {"x-goog-api-key": "KEY"}),
        (GEMINI, {"authorization": "Bearer KEY"}),
    ],
)
def test_a_key_is_found_wherever_the_vendors_clients_put_it(parrot, key, path, headers):
    sent = {name: value.replace("KEY", key) for name, value in headers.items()}
    assert parrot.send("POST", path, json=BODIES[path], headers=sent).status_code == 200
    assert len(parrot.journal(key)) == 1


def test_gemini_takes_the_key_from_the_url_too(parrot, key):
    assert parrot.send("POST", f"{GEMINI}?key={key}", json=BODIES[GEMINI]).status_code == 200
    assert len(parrot.journal(key)) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (OPENAI, {}),
        (OPENAI, {"x-api-key": "practice"}),
        (OPENAI, {"authorization": "practice"}),
        (OPENAI, {"authorization": "Bearer"}),
        (OPENAI, {"authorization": "Bearer sk-123"}),
        (OPENAI, {"authorization": "Bearer practice" + "x" * 200}),
        (ANTHROPIC, {"x-api-key": "Practice"}),
        (GEMINI, {"x-goog-api-key": "AIza123"}),
    ],
)
def test_no_key_or_a_wrong_one_is_refused_in_the_vendors_shape(parrot, path, headers):
    reply = parrot.send("POST", path, json=BODIES[path], headers=headers)
    assert reply.status_code in (400, 401, 403)  # Gemini's own status for a bad key is 400, and for none 403
    assert "practice" in reply.json()["error"]["message"]


def test_the_refusal_says_where_the_key_belongs_and_shows_only_how_the_wrong_one_began():
    words = refusal("sk-abcdef", SentKey(("x-api-key",), query="key").hint()).message
    assert "sk-a…" in words
    assert "abcdef" not in words
    assert all(place in words for place in ("'x-api-key'", "Authorization: Bearer", "query parameter 'key'"))


def test_only_keys_that_begin_with_practice_are_ours():
    assert all(accepted(key) for key in ("practice", "practice-room-7"))
    assert not any(accepted(key) for key in ("prac", " practice", "", None))


def test_a_refused_request_of_a_known_key_is_in_the_journal(parrot, key):
    parrot.send("POST", OPENAI, key, content=b"{", headers={"content-type": "application/json"})
    parrot.send("POST", OPENAI, key, content=b"{}", headers={"content-type": "text/plain"})
    parrot.send("POST", OPENAI, key, json={"model": "practice-large"})
    assert [entry["status"] for entry in parrot.journal(key)] == [400, 415, 400]
