"""Providers with other brains, in front of the practice provider that plays the vendor."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from practice_provider.brains.upstream import Upstream
from practice_provider.server import create_app
from practice_provider.settings import Settings

Serve = Callable[..., AbstractContextManager[Any]]


class Clients:
    """The three vendors' SDKs, pointed at one provider with one key."""

    def __init__(self, url: str, key: str) -> None:
        self.openai = openai.OpenAI(base_url=f"{url}/openai/v1", api_key=key, max_retries=0)
        self.anthropic = anthropic.Anthropic(base_url=f"{url}/anthropic", api_key=key, max_retries=0)
        self.gemini = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=f"{url}/gemini"))

    def close(self) -> None:
        """Close their connections."""
        self.openai.close()
        self.anthropic.close()
        self.gemini.close()

    def say(self, vendor: str, text: str, *, stream: bool = False, model: str = "practice-large") -> str:
        """Ask one vendor's way, and give the words of the answer."""
        return str(getattr(self, f"_{vendor}")(text, stream, model))

    def _openai(self, text: str, stream: bool, model: str) -> str:
        messages: Any = [{"role": "user", "content": text}]
        if not stream:
            return self.openai.chat.completions.create(model=model, messages=messages).choices[0].message.content or ""
        chunks = self.openai.chat.completions.create(model=model, messages=messages, stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)

    def _anthropic(self, text: str, stream: bool, model: str) -> str:
        asked: Any = {"model": model, "max_tokens": 500, "messages": [{"role": "user", "content": text}]}
        if not stream:
            return str(getattr(self.anthropic.messages.create(**asked).content[0], "text", ""))
        with self.anthropic.messages.stream(**asked) as told:
            return "".join(told.text_stream)

    def _gemini(self, text: str, stream: bool, model: str) -> str:
        if not stream:
            return self.gemini.models.generate_content(model=model, contents=text).text or ""
        chunks = self.gemini.models.generate_content_stream(model=model, contents=text)
        return "".join(chunk.text or "" for chunk in chunks)


@pytest.fixture
def clients() -> Iterator[Callable[[Any, str], Clients]]:
    """Give the three SDKs for a provider and a key."""
    with ExitStack() as stack:

        def make(provider: Any, key: str) -> Clients:
            made = Clients(provider.url, key)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture(scope="session")
def behind(provider: Any) -> Any:
    """The provider that plays the upstream or the vendor."""
    return provider


@pytest.fixture
def fronted(behind: Any, serve: Serve, key: str) -> Iterator[Any]:
    """A provider whose brain is the one behind it, asked with the key `<key>-up`."""
    brain = Upstream(f"{behind.url}/openai/v1", key=f"{key}-up")
    with serve(create_app(brain, Settings(speed=0))) as front:
        yield front


@pytest.fixture(params=["openai", "anthropic", "gemini"])
def vendor(request: pytest.FixtureRequest) -> str:
    """Each vendor, one after the other."""
    return str(request.param)
