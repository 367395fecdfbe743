"""The desk at work: knowledge, conversations, connection and answers in the making, tied together once per process.

Everything that a page can ask for is a method here, so that the page itself decides nothing.
"""

import os
import threading
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s2_llms.providers import Settings
from stages.s2_llms.retry import call

from . import reading
from .answering import Making, Switchboard
from .attachments import Attachment, Attachments
from .connection import Exchange
from .conversations import Conversations, Turn
from .coverage import Coverage
from .desk import POLICY, Asked, Call, Desk, Listener, News, Outcome
from .handover import Handovers, Ticket
from .knowledge import Knowledge, Status
from .passages import Found, Passage
from .reader import Reader
from .trouble import kind_of


def home(environ: Mapping[str, str]) -> Path:
    """The folder for everything the desk keeps: what COURSE_HOME names, or `.course` in the repository.

    Raises:
        SettingsError: a COURSE_… variable is unknown or has a value that cannot be used.
    """
    return Settings.from_env(environ).home


class Service:
    """The support desk of one process. Its methods may be called from any thread."""

    def __init__(self, environ: MutableMapping[str, str] = os.environ) -> None:
        folder = home(environ)
        self.exchange = Exchange(Settings.from_env(environ).provider, folder, environ)
        self.knowledge = Knowledge(folder / "desk", self.exchange.embedder())
        self._desk = Desk(self._search)
        self._conversations = Conversations(folder / "desk" / "conversations.sqlite")
        self._handovers = Handovers(folder / "desk" / "conversations.sqlite")
        self._attachments = Attachments(folder / "desk" / "conversations.sqlite")
        self._switchboard = Switchboard()
        self.coverage = Coverage(self.knowledge, folder / "desk" / "coverage.json")
        self.knowledge.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def ask(
        self, conversation: str, question: str, product: str | None = None, attachment: Attachment | None = None
    ) -> None:
        """Keep a question, with the file that came with it, then begin to answer it."""
        turn_id = self._conversations.ask(conversation, question, product)
        if attachment:
            self._attachments.keep(turn_id, attachment)
        self._begin(conversation, turn_id, question, Reader(product))

    def ask_again(self, conversation: str, turn: Turn) -> None:
        """Begin anew with a question that got no whole answer."""
        self._conversations.ask_again(turn.id)
        self._begin(conversation, turn.id, turn.question, Reader(turn.product))

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, oldest first."""
        return self._conversations.turns(conversation)

    def attachment(self, turn: Turn) -> Attachment | None:
        """The file that came with a turn, with what was read from it."""
        return self._attachments.of(turn.id)

    def making(self, turn_id: int) -> Making | None:
        """The answer in the making for a turn, None if nobody works on it."""
        return self._switchboard.find(turn_id)

    def hand_over(self, conversation: str, turn: Turn, contact: str, note: str) -> Ticket:
        """Keep a ticket, so that a person answers this turn."""
        return self._handovers.make(conversation, turn.id, contact, note)

    def tickets(self, conversation: str) -> dict[int, Ticket]:
        """The tickets of a conversation, by turn."""
        return self._handovers.of(conversation)

    def read_for(self, question: str, product: str | None) -> tuple[Passage, ...]:
        """What the model would read for a question.

        Raises:
            CourseError: the search did not work.
        """
        return self.knowledge.search(question, Reader(product)).passages

    def sync(self, day: date | None = None) -> None:
        """Begin to bring the documents to a day, and the index up to date, unless somebody does so already."""
        self.knowledge.sync(day)

    def measure(self) -> None:
        """Begin to measure coverage, unless somebody does so already."""
        self.coverage.start()

    def unanswered(self) -> list[tuple[Turn, Ticket | None]]:
        """The questions without an answer, newest first, each with its ticket if it has one."""
        tickets = self._handovers.all()
        return [(self._told(turn), tickets.get(turn.id)) for turn in self._conversations.unanswered()]

    def _told(self, turn: Turn) -> Turn:
        """The turn with what was read from its file as the question, where nothing was typed."""
        one = None if turn.question else self._attachments.of(turn.id)
        return replace(turn, question=one.words or one.name) if one else turn

    def _warm_up(self) -> None:
        """Start what embeds questions, while the visitor still types; whether that works shows with the first one."""
        with suppress(CourseError):
            self.exchange.embed(["warm up"])

    def _search(self, question: str, reader: Reader, hear: Listener) -> Found:
        def wait(status: Status) -> None:
            hear(News(note=f"The help centre is being indexed: {status.words}. Your question is next."))

        return self.knowledge.search(question, reader, wait)

    def _begin(self, conversation: str, turn_id: int, question: str, reader: Reader) -> None:
        turns = self._conversations.turns(conversation)
        earlier = [(t.question, t.answer) for t in turns if t.found and t.question and t.id < turn_id]

        def work(hear: Listener) -> None:
            try:
                outcome = self._answer(
                    conversation, turn_id, Asked(question, reader, self.knowledge.day, earlier), hear
                )
            except CourseError as error:  # the file could not be sent or read
                failed = Call("none", str(error), 0.0)
                outcome = Outcome("", kind_of(error), (failed,), 0.0, None)
            self._conversations.finish(turn_id, outcome)

        self._switchboard.start(turn_id, work)

    def _answer(self, conversation: str, turn_id: int, asked: Asked, hear: Listener) -> Outcome:
        """Read the file if there is one, then answer."""
        if one := self._attachments.of(turn_id):
            one = self._read(conversation, turn_id, one, hear)
            if one.problem and not asked.question:
                return Outcome("", "unreadable", (), 0.0, None)
            asked = replace(asked, question=reading.question(asked.question, one))
        return self._desk.answer(asked, lambda: self.exchange.chat(conversation), hear)

    def _read(self, conversation: str, turn_id: int, one: Attachment, hear: Listener) -> Attachment:
        if one.words is None:
            hear(News(note=f"Looking at {one.name}…"))
            chat = self.exchange.chat(conversation)
            one = call(lambda: reading.read(one, chat, lambda it: self.exchange.hear(it.file, chat)), POLICY)
            self._attachments.keep(turn_id, one)
        return one
