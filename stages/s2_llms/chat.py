"""One chat for all vendors: the same messages in, the same events out, whichever SDK does the talking.

Written to be read in one sitting. It does not hide failures: it translates them (see errors.py), and it never asks
twice by itself (see retry.py for that). Tools, schemas and pictures join it in later lessons.
"""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Literal

from .errors import StreamCut
from .prices import cost_usd
from .providers import Provider


@dataclass(frozen=True)
class Message:
    """One turn of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Words:
    """A few more words of the answer, as they arrive."""

    text: str


@dataclass(frozen=True)
class Finished:
    """What an SDK knows when the stream has ended. `stop` is None when the vendor never said that it had ended."""

    stop: str | None
    tokens_in: int
    tokens_out: int
    request_id: str | None = None


@dataclass(frozen=True)
class Answer:
    """A whole answer and what it took. `stop` is the vendor's own word for why it ended."""

    text: str
    model: str
    stop: str
    tokens_in: int
    tokens_out: int
    first_words_s: float
    seconds: float
    request_id: str | None = None

    @property
    def cost_usd(self) -> float | None:
        """What the answer cost, None when the model has no known price."""
        return cost_usd(self.model, self.tokens_in, self.tokens_out)


Event = Words | Answer
_MODULES = {"openai": ".sdks.over_openai", "anthropic": ".sdks.over_anthropic", "google": ".sdks.over_google"}


class Chat:
    """Talks to one model of one provider.

    `key` and `base_url` may be left out: then the SDK takes them from its own environment variables.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        model: str | None = None,
        key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = 60,
    ) -> None:
        self.provider, self.model = provider, model or provider.chat_model
        self._sdk = _sdk(provider)
        self._client = self._sdk.connect(key, base_url or provider.base_url, timeout_s)

    def stream(self, messages: Sequence[Message], *, system: str = "", max_tokens: int = 1024) -> Generator[Event]:
        """Yield `Words` as they arrive, and the whole `Answer` at the end.

        Raises:
            ProviderError: one of its kinds; `StreamCut` when the answer stops before its end.
        """
        began, first, text, end = time.perf_counter(), None, "", None
        for event in self._sdk.stream(self._client, self.model, system, messages, max_tokens):
            if isinstance(event, Finished):
                end = event
            elif event.text:
                first = first or time.perf_counter()
                text += event.text
                yield event
        if end is None or end.stop is None:
            raise StreamCut(text, f"The answer stopped after {len(text)} characters, before its end. Ask again.")
        now = time.perf_counter()
        yield Answer(
            text,
            self.model,
            end.stop,
            end.tokens_in,
            end.tokens_out,
            (first or now) - began,
            now - began,
            end.request_id,
        )

    def reply(self, messages: Sequence[Message], *, system: str = "", max_tokens: int = 1024) -> Answer:
        """Ask and wait for the whole answer.

        Raises:
            ProviderError: one of its kinds.
        """
        *_, answer = self.stream(messages, system=system, max_tokens=max_tokens)
        assert isinstance(answer, Answer)
        return answer


def _sdk(provider: Provider) -> ModuleType:
    """Import the SDK's module only when it is wanted: each SDK takes a second or more to import."""
    return import_module(_MODULES[provider.sdk], __package__)
