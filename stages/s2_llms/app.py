"""A chat in the terminal, for any provider: it streams, reads your files, and shows the bill at the end.

    python -m stages.s2_llms.app                                   a conversation
    python -m stages.s2_llms.app --file notes.md "What is open?"   one question about a file
    COURSE_PROVIDER=openai python -m stages.s2_llms.app            the same with a real provider

It has no memory beyond the conversation, no tools yet, and sends whole files: lesson s2.4 shows what that costs.
"""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .chat import Answer, Chat, Event, Message, Words
from .errors import CourseError, ProviderError, SettingsError, StreamCut
from .practice import find_or_start, without_proxy
from .providers import PROVIDERS, Provider, Settings, nearest
from .retry import RetryPolicy, call

COMMANDS = {
    "/help": "what you can type",
    "/bill": "what this conversation has cost so far",
    "/new": "forget the conversation and begin again (the bill goes on)",
    "/quit": "leave; Ctrl-D does the same",
}
MANNERS = RetryPolicy(tries=3, patience_s=20)
MAX_FILE_BYTES = 400_000


@dataclass
class Conversation:
    """What was said, and what it took."""

    chat: Chat
    system: str
    messages: list[Message] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def say(self, text: str) -> Iterator[str]:
        """Say something and yield the answer's words. Both are kept only once the answer is complete.

        Raises:
            ProviderError: after the retries; a StreamCut is not retried, its words have been shown.
        """
        asked = [*self.messages, Message("user", text)]
        first, rest = call(lambda: self._begin(asked), MANNERS)
        with closing(rest):  # a reader who stops early closes the connection, too
            for event in chain([first], rest):
                if isinstance(event, Words):
                    yield event.text
                else:
                    self.answers.append(event)
                    self.messages = [*asked, Message("assistant", event.text)]

    def _begin(self, asked: list[Message]) -> tuple[Event, Generator[Event]]:
        """Start the stream and wait for its first event: until then, asking again is safe."""
        stream = self.chat.stream(asked, system=self.system)
        return next(stream), stream

    def bill(self) -> str:
        """The bill in one line."""
        tokens_in, tokens_out = sum(a.tokens_in for a in self.answers), sum(a.tokens_out for a in self.answers)
        prices = [a.cost_usd for a in self.answers]
        cost = "no price known" if None in prices else f"${sum(p for p in prices if p):.5f}"
        count = f"{len(self.answers)} answer{'s' if len(self.answers) != 1 else ''}"
        return f"{count}, {tokens_in} tokens in, {tokens_out} out, {cost} ({self.chat.model})"


def with_files(system: str, paths: Iterable[Path]) -> str:
    """The instructions with each file's text below them, as a document of its own.

    Raises:
        SettingsError: a file is missing, too large, or not text; the message names it.
    """
    documents = [f'<document id="{path.name}">\n{_text(path)}\n</document>' for path in paths]
    return "\n\n".join([system, *documents])


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise SettingsError(f"{path} has {size:,} bytes; this chat reads up to {MAX_FILE_BYTES:,}. Cut it first.")
        return path.read_text("utf-8")
    except OSError as exc:
        raise SettingsError(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise SettingsError(f"{path} is not text in UTF-8. Save it as text first.") from exc


def open_chat(provider: Provider, model: str | None = None) -> Chat:
    """A chat with a provider; the one on this machine is found or started.

    Raises:
        ProviderUnavailable: the practice provider does not start.
        SettingsError: the provider's key is not set.
    """
    if provider.is_local:
        home = replace(Settings.from_env(os.environ), local=provider.name).provider_home
        running = find_or_start(home, os.getpid(), brain=provider.brain)
        os.environ.update(without_proxy(os.environ))
        control = running.key(f"practice-chat-{os.getpid()}")
        return Chat(provider, model=model, key=control.key, base_url=control.base_url(provider.sdk))
    if provider.key_names and not provider.key_in(os.environ):
        raise SettingsError(f"{provider.label} needs a key: set {' or '.join(provider.key_names)}.")
    return Chat(provider, model=model, key=None if provider.key_names else "none")


def _answer(conversation: Conversation, text: str, console: Console) -> bool:
    """Show one answer as it arrives; False if it failed."""
    try:
        for words in conversation.say(text):
            console.print(words, end="", markup=False, highlight=False, soft_wrap=True)
        console.print()
        return True
    except KeyboardInterrupt:
        console.print("\n[stopped; this answer is not kept]", markup=False)
    except StreamCut as error:
        console.print(f"\n[{error}]", markup=False)
    except ProviderError as error:
        console.print(f"[no answer: {error}]", markup=False)
    return False


def _talk(conversation: Conversation, console: Console) -> None:
    console.print(f"{conversation.chat.provider.label}, {conversation.chat.model}. /help says what you can type.")
    while True:
        try:
            text = console.input("\nYou: ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if text in ("/quit", "/exit"):
            return
        if text == "/bill":
            console.print(conversation.bill(), markup=False)
        elif text == "/new":
            conversation.messages = []
            console.print("Forgotten.")
        elif text == "/help":
            for name, what in COMMANDS.items():
                console.print(f"{name:6} {what}", markup=False)
        elif text.startswith("/"):
            console.print(f"There is no {text.split()[0]}. {nearest(text.split()[0], COMMANDS)}", markup=False)
        elif text:
            _answer(conversation, text, console)


def main(
    question: Annotated[str | None, typer.Argument(help="Ask just this and leave. Without it: a conversation.")] = None,
    file: Annotated[list[Path] | None, typer.Option("--file", "-f", help="A text file to read; repeatable.")] = None,
    provider: Annotated[str | None, typer.Option(help=f"{', '.join(PROVIDERS)}. Default: COURSE_PROVIDER.")] = None,
    model: Annotated[str | None, typer.Option(help="A model of that provider. Default: see providers.py.")] = None,
    system: Annotated[str, typer.Option(help="Instructions for the model.")] = "You are a helpful assistant.",
) -> None:
    """Chat with a model in the terminal. The bill comes at the end."""
    console, errors = Console(), Console(stderr=True)
    try:
        if provider is not None and provider not in PROVIDERS:
            raise SettingsError(f"--provider is {provider!r}. {nearest(provider, PROVIDERS)}")
        row = PROVIDERS[provider] if provider else Settings.from_env(os.environ).provider
        conversation = Conversation(open_chat(row, model), with_files(system, file or []))
    except CourseError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from error
    if question is None:
        _talk(conversation, console)
        console.print(conversation.bill(), markup=False)
    else:
        answered = _answer(conversation, question, console)
        errors.print(conversation.bill(), markup=False)
        raise typer.Exit(0 if answered else 1)


if __name__ == "__main__":
    typer.run(main)
