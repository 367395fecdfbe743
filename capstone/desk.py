"""The desk: one question in, one outcome out, with a record of every call that it took.

It asks again while nothing has been shown (retry.py's manners) and never after the first word: a customer must not
see an answer change under their eyes. It knows nothing of pages, threads or files.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from stages.s2_llms.articles import Article
from stages.s2_llms.chat import Answer, Chat, Event, Message, Words
from stages.s2_llms.errors import CourseError, ProviderError
from stages.s2_llms.retry import RetryPolicy, call

from .prompt import messages, system_prompt
from .trouble import kind_of

POLICY = RetryPolicy(tries=3, base_s=0.5, cap_s=4.0, patience_s=20.0)
MAX_TOKENS = 600


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

    `seconds` and `first_words_s` are what the customer waited: pauses and failed calls included.
    """

    text: str
    trouble: str | None
    calls: tuple[Call, ...]
    seconds: float
    first_words_s: float | None


@dataclass(frozen=True)
class News:
    """What a listener hears while the answer is made: all the words so far, and a note while we wait."""

    text: str = ""
    note: str = ""


Listener = Callable[[News], None]
Opener = Callable[[], Chat]


class Desk:
    """Answers questions from the articles."""

    def __init__(self, articles: Sequence[Article], policy: RetryPolicy = POLICY) -> None:
        self._system, self._policy = system_prompt(articles), policy

    def answer(
        self, question: str, earlier: Sequence[tuple[str, str]], open_chat: Opener, hear: Listener = lambda news: None
    ) -> Outcome:
        """Answer a question; `earlier` are (question, answer) pairs. Errors become the outcome's trouble."""
        work = _Work(open_chat, self._system, messages(earlier, question), hear)

        def note(error: ProviderError, delay_s: float) -> None:
            again = f"try {len(work.calls) + 1} of {self._policy.tries}"
            hear(News(note=f"The assistant is busy. Asking again in {delay_s:.0f} s ({again})."))

        try:
            work.listen(call(work.ask, self._policy, on_retry=note))
        except CourseError as error:
            return work.outcome("cut" if work.text else kind_of(error))
        return work.outcome("cut" if work.stop == "length" else None)


class _Work:
    """One answer in the making: the words so far, and the calls that it took."""

    def __init__(self, open_chat: Opener, system: str, turns: Sequence[Message], hear: Listener) -> None:
        self.text, self.calls = "", list[Call]()
        self._open_chat, self._system, self._turns, self._hear = open_chat, system, turns, hear
        self._model, self.stop = "none", ""
        self._began = self._call_began = time.perf_counter()
        self._first_words_s: float | None = None

    def ask(self) -> Iterator[Event]:
        """Send the question and wait for the first words, so that a refusal shows here, where it can be retried."""
        self._call_began = time.perf_counter()
        try:
            chat = self._open_chat()
            self._model = chat.model
            events = chat.stream(self._turns, system=self._system, max_tokens=MAX_TOKENS)
            first = next(events)
        except CourseError as error:
            self._failed(error)
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
                    self._hear(News(self.text))
        except CourseError as error:
            self._failed(error)
            raise

    def outcome(self, trouble: str | None) -> Outcome:
        """What came of it all."""
        seconds = time.perf_counter() - self._began
        return Outcome(self.text, trouble, tuple(self.calls), seconds, self._first_words_s)

    def _answered(self, answer: Answer) -> None:
        seconds = time.perf_counter() - self._call_began
        tokens = (answer.tokens_in, answer.tokens_out)
        self.calls.append(Call(answer.model, "answered", seconds, *tokens, answer.cost_usd, answer.request_id))
        self.stop = answer.stop

    def _failed(self, error: CourseError) -> None:
        request_id = error.request_id if isinstance(error, ProviderError) else None
        seconds = time.perf_counter() - self._call_began
        self.calls.append(Call(self._model, str(error), seconds, request_id=request_id))
