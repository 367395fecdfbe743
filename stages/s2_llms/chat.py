"""One chat for all vendors: the same messages in, the same events out, whichever SDK does the talking.

Written to be read in one sitting. It does not hide failures: it translates them (see errors.py), and it never asks
twice by itself (see retry.py for that), but for `parse`, which tells the model what is wrong with its JSON.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from types import ModuleType
from typing import TypedDict, TypeVar, Unpack

from pydantic import BaseModel

from .errors import AnswerInvalid, AnswerRefused, AnswerTruncated, SettingsError, StreamCut
from .messages import Ask, File, Finished, JsonObject, Message, Text, ToolCall, ToolResult, Words
from .prices import cost_usd
from .providers import Provider
from .schema import reasons, schema_of
from .sdks import Stop
from .tools import Tool

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Answer:
    """A whole answer and what it took. `stop` says why it ended, `vendor_stop` in the vendor's own word."""

    text: str
    model: str
    stop: Stop
    tokens_in: int
    tokens_out: int
    first_words_s: float
    seconds: float
    request_id: str | None = None
    vendor_stop: str = ""
    calls: tuple[ToolCall, ...] = ()
    cached: int = 0  # of tokens_in, read from the vendor's prompt cache

    @property
    def tokens(self) -> int:
        """All tokens, in and out."""
        return self.tokens_in + self.tokens_out

    @property
    def cost_usd(self) -> float | None:
        """What the answer cost, None when the model has no known price."""
        return cost_usd(self.model, self.tokens_in, self.tokens_out, self.cached)

    @property
    def message(self) -> Message:
        """The answer as a turn of the conversation that goes on."""
        return Message("assistant", self.text, self.calls)


class Manner(TypedDict, total=False):
    """How a question is to be answered: instructions, the most tokens (1,024 if not said), the temperature."""

    system: str
    max_tokens: int
    temperature: float


class Trying(Manner, total=False):
    """How data is asked for: its manner, how often at most (3 if not said), and who hears of each answer."""

    tries: int
    on_answer: Callable[[Answer], None] | None


class Options(Manner, total=False):
    """What may come with a question: its manner, tools, and a JSON schema that the answer must fit."""

    tools: Sequence[Tool]
    schema: JsonObject


Event = Words | ToolCall | Answer


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

    @classmethod
    def from_env(cls, provider: Provider, environ: Mapping[str, str], *, model: str | None = None) -> "Chat":
        """A chat with the key and the address that the provider's own variables hold.

        Raises:
            SettingsError: one that it needs is not set.
        """
        key = provider.key_in(environ)
        if provider.key_names and not key:
            raise SettingsError(f"{provider.label} needs a key: set {' or '.join(provider.key_names)}.")
        nobodys = None if provider.costs_money else "none"  # what is free gets no key: not even another vendor's
        return cls(provider, model=model, key=key or nobodys, base_url=provider.url_in(environ))

    def close(self) -> None:
        """Close the connections that the SDK keeps open for the next question."""
        self._client.close()

    def stream(self, messages: Sequence[Message], **options: Unpack[Options]) -> Generator[Event]:
        """Yield `Words` and each `ToolCall` as they arrive, and the whole `Answer` at the end.

        Raises:
            ProviderError: one of its kinds; `StreamCut` when the answer stops before its end.
        """
        said = [message for message in messages if message.content]  # vendors refuse a turn without a word
        ask = Ask(self.model, said, **options)
        began, first, text, calls, end = time.perf_counter(), None, "", list[ToolCall](), None
        for event in self._sdk.stream(self._client, ask):
            if isinstance(event, Finished):
                end = event
            elif isinstance(event, ToolCall) or event.text:  # an SDK may yield words that are none
                first = first or time.perf_counter()
                text += event.text if isinstance(event, Words) else ""
                calls += [event] if isinstance(event, ToolCall) else []
                yield event
        if end is None or end.stop is None:
            raise StreamCut(text, f"The answer stopped after {len(text)} characters, before its end. Ask again.")
        now = time.perf_counter()
        first_s, seconds, stop = (first or now) - began, now - began, self._stop(end, calls)
        counts = (end.tokens_in, end.tokens_out, first_s, seconds)
        yield Answer(text, self.model, stop, *counts, end.request_id, end.stop, tuple(calls), end.cached)

    def reply(self, messages: Sequence[Message], **options: Unpack[Options]) -> Answer:
        """Ask and wait for the whole answer.

        Raises:
            ProviderError: one of its kinds.
        """
        *_, answer = self.stream(messages, **options)
        assert isinstance(answer, Answer)
        return answer

    def parse(self, messages: Sequence[Message], model: type[M], **trying: Unpack[Trying]) -> M:
        """Have a pydantic model filled. After an answer that does not fit, the same is asked again: `tries` in all.

        The reasons join the instructions then; the conversation stays as it is, without the wrong answer to copy from.

        Raises:
            UnusableAnswer: AnswerRefused, AnswerTruncated, or AnswerInvalid after the last try.
            ProviderError: one of its kinds.
        """
        return self.fill(messages, schema_of(model), model.model_validate_json, **trying)

    def fill(
        self,
        messages: Sequence[Message],
        schema: JsonObject,
        read: Callable[[str], T],
        *,
        tries: int = 3,
        on_answer: Callable[[Answer], None] | None = None,
        **manner: Unpack[Manner],
    ) -> T:
        """The same for any schema; `read` turns JSON into a value, or raises a ValueError that says what is wrong.

        Raises:
            UnusableAnswer, ProviderError: as `parse`.
        """
        system = manner.get("system", "")
        for left in reversed(range(tries)):
            answer = self.reply(messages, schema=schema, **manner)
            if on_answer:
                on_answer(answer)
            _usable(answer)
            try:
                return read(answer.text)
            except ValueError as error:
                why = reasons(error)
                if not left:
                    raise AnswerInvalid(f"The answer does not fit after {tries} tries:\n{why}", answer.text) from error
                manner["system"] = (
                    f"{system}\n\nYour last answer did not fit:\n{why}\nGive the whole object again.".strip()
                )
        raise ValueError(f"tries is {tries}; it must be at least 1.")

    def _stop(self, end: Finished, calls: Sequence[ToolCall]) -> Stop:
        """Why it ended, in one word for all vendors; only two of the three say that a tool is wanted."""
        stop: Stop = "refusal" if end.refused else self._sdk.STOPS.get(end.stop, "end")
        return "tool" if calls and stop == "end" else stop


def started(events: Iterator[T]) -> Iterator[T]:
    """The same events, once the first one is there: until then nobody has seen anything, and asking again is safe."""
    first = next(events)
    return chain([first], events)


def _usable(answer: Answer) -> None:
    if answer.stop == "refusal":
        raise AnswerRefused(f"The model would not: {answer.text[:200] or answer.vendor_stop}", answer.text)
    if answer.stop == "length":
        raise AnswerTruncated(f"The answer was cut after {answer.tokens_out} tokens. Raise max_tokens.", answer.text)


def _sdk(provider: Provider) -> ModuleType:
    """Import the SDK's module only when it is wanted: each SDK takes a second or more to import."""
    return import_module(f".sdks.over_{provider.sdk}", __package__)


__all__ = ["Answer", "Chat", "Event", "File", "Message", "Text", "ToolCall", "ToolResult", "Words", "started"]
