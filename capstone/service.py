"""The desk at work: articles, conversations, connection and answers in the making, tied together once per process.

Everything that a page can ask for is a method here, so that the page itself decides nothing.
"""

import os
import threading
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from stages.s2_llms.articles import Article, load_articles
from stages.s2_llms.providers import Settings

from .answering import Making, Switchboard
from .connection import Exchange
from .conversations import Conversations, Turn
from .desk import Desk, Listener

REPOSITORY = Path(__file__).resolve().parent.parent


def home(environ: Mapping[str, str]) -> Path:
    """The folder for everything the desk keeps: what COURSE_HOME names, or `.course` in the repository.

    Raises:
        SettingsError: a COURSE_… variable is unknown or has a value that cannot be used.
    """
    return Settings.from_env(environ).home or REPOSITORY / ".course"


class Service:
    """The support desk of one process. Its methods may be called from any thread."""

    def __init__(self, environ: MutableMapping[str, str] = os.environ) -> None:
        folder = home(environ)
        self.articles: dict[str, Article] = {article.id: article for article in load_articles()}
        self.exchange = Exchange(Settings.from_env(environ).provider, folder, environ)
        self._desk = Desk(tuple(self.articles.values()))
        self._conversations = Conversations(folder / "desk" / "conversations.sqlite")
        self._switchboard = Switchboard()
        if self.exchange.is_practice:
            threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def ask(self, conversation: str, question: str) -> None:
        """Keep a question, then begin to answer it."""
        self._begin(conversation, self._conversations.ask(conversation, question), question)

    def ask_again(self, conversation: str, turn: Turn) -> None:
        """Begin anew with a question that got no whole answer."""
        self._conversations.ask_again(turn.id)
        self._begin(conversation, turn.id, turn.question)

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, oldest first."""
        return self._conversations.turns(conversation)

    def making(self, turn_id: int) -> Making | None:
        """The answer in the making for a turn, None if nobody works on it."""
        return self._switchboard.find(turn_id)

    def _warm_up(self) -> None:
        """Start the practice provider and let its model read the articles, while the visitor still types.

        Its answer is thrown away. A real provider needs no such help, and would charge for it.
        """
        self._desk.answer("How long is the warranty?", [], lambda: self.exchange.chat("warm-up"))

    def _begin(self, conversation: str, turn_id: int, question: str) -> None:
        turns = self._conversations.turns(conversation)
        earlier = [(t.question, t.answer) for t in turns if t.state == "answered" and t.id < turn_id]

        def work(hear: Listener) -> None:
            outcome = self._desk.answer(question, earlier, lambda: self.exchange.chat(conversation), hear)
            self._conversations.finish(turn_id, outcome)

        self._switchboard.start(turn_id, work)
