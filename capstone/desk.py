"""The desk: one question in, one outcome out, with what it stands on and a record of every call that it took.

It searches, and where nothing is near it says so without asking a model. It asks again while nothing has been shown
(retry.py's manners) and never after the first word: a customer must not see an answer change under their eyes. It knows
nothing of pages, threads or files.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from stages.s2_llms.chat import Answer, Chat, Event, Message, Words
from stages.s2_llms.errors import CourseError, ProviderError
from stages.s2_llms.retry import RetryPolicy, call
from stages.s3_rag.answering import checked

from .passages import Found, Passage
from .prompt import NOT_FOUND, is_not_found, messages, searched, system_prompt
from .reader import Reader
from .trouble import kind_of

POLICY = RetryPolicy(tries=3, base_s=0.5, cap_s=4.0, patience_s=20.0)
MAX_TOKENS = 600
LEAST = 0.2
"""The cosine of the nearest passage below which no model is asked: lower than any dev question with an answer has."""


@dataclass(frozen=True)
class Call:
    """One request to the model. `result` is 'answered' or the error's message; costs in USD, times in seconds."""

    model: str
    result: str
    seconds: float
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a question. `trouble` is None, or a row of trouble.TROUBLES; `text` may then be incomplete.

    `passages` are those that the model saw. `seconds` and `first_words_s` are what the customer waited: search, pauses
    and failed calls included.
    """

    text: str
    trouble: str | None
    calls: tuple[Call, ...]
    seconds: float
    first_words_s: float | None
    passages: tuple[Passage, ...] = ()
    nearness: float | None = None

    @property
    def found(self) -> bool:
        """Whether the documents say something about the question."""
        return bool(self.text) and not is_not_found(self.text)


@dataclass(frozen=True)
class News:
    """What a listener hears while the answer is made: all the words so far, and a note while we wait."""

    text: str = ""
    note: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question with what belongs to it: who asks, on which day, and the (question, answer) pairs before it."""

    question: str
    reader: Reader
    day: date
    earlier: Sequence[tuple[str, str]] = ()


Listener = Callable[[News], None]
Opener = Callable[[], Chat]
Search = Callable[[str, Reader, Listener], Found]


class Desk:
    """Answers questions from what a search finds."""

    def __init__(self, search: Search, policy: RetryPolicy = POLICY, least: float = LEAST) -> None:
        self._search, self._policy, self._least = search, policy, least

    def answer(self, asked: Asked, open_chat: Opener, hear: Listener = lambda news: None) -> Outcome:
        """Answer a question. Errors become the outcome's trouble."""
        work = _Work(open_chat, hear)

        def note(error: ProviderError, delay_s: float) -> None:
            again = f"try {len(work.calls) + 1} of {self._policy.tries}"
            hear(News(note=f"The assistant is busy. Asking again in {delay_s:.0f} s ({again})."))

        try:
            hear(News(note="Searching the help centre…"))
            work.found = self._search(searched(asked.earlier, asked.question), asked.reader, hear)
        except CourseError as error:
            work.failed(error)
            return work.outcome(kind_of(error))
        if not work.found.hits or work.found.nearness < self._least:
            return replace(work.outcome(None), text=NOT_FOUND)
        hear(News(note=f"Reading {len(work.found.passages)} documents…"))
        work.system = system_prompt(work.found.passages, asked.day)
        work.turns = messages(asked.earlier, asked.reader.words(asked.question))
        try:
            work.listen(call(work.ask, self._policy, on_retry=note))
        except CourseError as error:
            return work.outcome("cut" if work.text else kind_of(error))
        return work.outcome("cut" if work.stop == "length" else None)


class _Work:
    """One answer in the making: the words so far, and the calls that it took."""

    def __init__(self, open_chat: Opener, hear: Listener) -> None:
        self.text, self.calls, self.found = "", list[Call](), Found((), ())
        self.system, self.turns = "", list[Message]()
        self._open_chat, self._hear = open_chat, hear
        self._model, self.stop = "none", ""
        self._began = self._call_began = time.perf_counter()
        self._first_words_s: float | None = None

    def ask(self) -> Iterator[Event]:
        """Send the question and wait for the first words, so that a refusal shows here, where it can be retried."""
        self._call_began = time.perf_counter()
        try:
            chat = self._open_chat()
            self._model = chat.model
            events = chat.stream(self.turns, system=self.system, max_tokens=MAX_TOKENS)
            first = next(events)
        except CourseError as error:
            self.failed(error)
            raise
        return chain([first], events)

    def listen(self, events: Iterator[Event]) -> None:
        """Pass the words on until the end of the answer."""
        try:
            for event in events:
                if isinstance(event, Answer):
                    self._answered(event)
                elif isinstance(event, Words):
                    self._first_words_s = self._first_words_s or time.perf_counter() - self._began
                    self.text += event.text
                    self._hear(News(self.text, passages=self.found.passages))
        except CourseError as error:
            self.failed(error)
            raise

    def outcome(self, trouble: str | None) -> Outcome:
        """What came of it all; a citation of something that was not shown is taken out."""
        seconds = time.perf_counter() - self._began
        text, _, _ = checked(self.text, self.found.hits)
        near = self.found.nearness if self.found.hits else None
        told = (tuple(self.calls), seconds, self._first_words_s, self.found.passages, near)
        return Outcome(text.strip(), trouble, *told)

    def _answered(self, answer: Answer) -> None:
        seconds = time.perf_counter() - self._call_began
        tokens = (answer.tokens_in, answer.tokens_out)
        self.calls.append(Call(answer.model, "answered", seconds, *tokens, answer.cost_usd, answer.request_id))
        self.stop = answer.stop

    def failed(self, error: CourseError) -> None:
        """Put an error on record."""
        request_id = error.request_id if isinstance(error, ProviderError) else None
        seconds = time.perf_counter() - self._call_began
        self.calls.append(Call(self._model, str(error), seconds, request_id=request_id))
