"""A program that asks for a vendor's model is answered unchanged when the provider knows the name."""

from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest
from google import genai

from practice_provider import model
from practice_provider.server import create_app
from practice_provider.settings import Settings, SettingsError

NAMES = "big-one=practice-large, little-one=practice-small, vectors-9=practice-embed"


@pytest.fixture(scope="module")
def renamed(serve: Any) -> Iterator[Any]:
    settings = Settings.from_env({"PRACTICE_SPEED": "0", "PRACTICE_ALIASES": NAMES})
    with serve(create_app(model.load(), settings)) as provider:
        yield provider


def test_all_three_sdks_may_ask_for_the_other_name(renamed: Any, key: str) -> None:
    hello: Any = [{"role": "user", "content": "Hello"}]
    with openai.OpenAI(base_url=f"{renamed.url}/openai/v1", api_key=key, max_retries=0) as client:
        assert client.chat.completions.create(model="big-one", messages=hello).model == "practice-large"
        assert client.responses.create(model="little-one", input="Hello").model == "practice-small"
        assert len(client.embeddings.create(model="vectors-9", input="Hello").data[0].embedding) == 384
        assert client.models.retrieve("big-one").id == "practice-large"
        with pytest.raises(openai.NotFoundError, match="no-one"):
            client.chat.completions.create(model="no-one", messages=hello)
    with anthropic.Anthropic(base_url=f"{renamed.url}/anthropic", api_key=key, max_retries=0) as other:
        assert other.messages.create(model="big-one", max_tokens=50, messages=hello).model == "practice-large"
        assert other.messages.count_tokens(model="big-one", messages=hello).input_tokens > 0
    options = genai.types.HttpOptions(base_url=f"{renamed.url}/gemini")
    google = genai.Client(api_key=key, http_options=options)
    assert google.models.generate_content(model="little-one", contents="Hello").text
    google.close()


def test_the_journal_and_the_bill_name_who_answered_and_the_body_what_was_asked(renamed: Any, key: str) -> None:
    with openai.OpenAI(base_url=f"{renamed.url}/openai/v1", api_key=key, max_retries=0) as client:
        client.chat.completions.create(model="big-one", messages=[{"role": "user", "content": "Hello"}])
    entry = renamed.journal(key)[-1]
    assert (entry["model"], entry["body"]["model"]) == ("practice-large", "big-one")
    assert entry["cost_usd"] > 0


@pytest.mark.parametrize("wrong", ["gpt-6-sol", "=practice-large", "gpt-6-sol="])
def test_a_name_without_a_model_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(SettingsError, match="gpt-6-sol=practice-large"):
        Settings.from_env({"PRACTICE_ALIASES": wrong})
