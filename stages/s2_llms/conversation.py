"""A conversation that is kept: what was said, what it took, and a file from which it can go on tomorrow.

Each turn is written when its answer is complete, a line of JSON each, so that nothing said is lost with the process.
An answer that was stopped or cut is not kept. Files travel in it whole. It shows nothing: app.py does.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chat import Answer, Chat
from .errors import SettingsError
from .loop import Budget, Run, Step, run
from .messages import File, JsonObject, Message, Part, Text, ToolCall, ToolResult
from .retry import RetryPolicy
from .schema import reader, strict
from .tools import Tool

MANNERS = RetryPolicy(tries=3, patience_s=20)
BUDGET = Budget(steps=8, seconds=120.0, usd=0.25)
KINDS: dict[str, Callable[..., Part]] = {kind.__name__: kind for kind in (Text, File, ToolCall, ToolResult)}


@dataclass
class Conversation:
    """What was said and what it took; `history` is the file that keeps it, None keeps nothing."""

    chat: Chat
    system: str
    tools: Sequence[Tool] = ()
    messages: list[Message] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    history: Path | None = None

    def say(self, text: str, files: Sequence[File] = ()) -> Iterator[Step]:
        """Say something and yield what comes of it. It is kept only once the answer is complete.

        Raises:
            ProviderError: after the retries; a StreamCut is not retried, its words have been shown.
        """
        asked = [*self.messages, Message("user", text, tuple(files))]
        steps = run(self.chat, asked, self.tools, system=self.system, budget=BUDGET, retry=MANNERS)
        with closing(steps):  # a reader who stops early closes the connection, too
            for step in steps:
                if isinstance(step, Answer):
                    self.answers.append(step)
                if isinstance(step, Run) and step.end in ("answered", "length", "refusal"):
                    self._keep(step.messages)
                yield step

    def fill(self, text: str, schema: JsonObject, files: Sequence[File] = ()) -> Any:
        """Say something and get a value that fits the schema.

        Raises:
            UnusableAnswer: it was refused, cut off, or does not fit after three tries.
            ProviderError: one of its kinds.
        """
        asked = [*self.messages, Message("user", text, tuple(files))]
        value = self.chat.fill(asked, strict(schema), reader(schema), system=self.system, on_answer=self.answers.append)
        self._keep((*asked, self.answers[-1].message))
        return value

    def forget(self, history: Path | None) -> None:
        """Begin again, in a file of its own; the bill goes on."""
        self.messages, self.history = [], history

    def bill(self) -> str:
        """The bill in one line."""
        tokens_in, tokens_out = sum(a.tokens_in for a in self.answers), sum(a.tokens_out for a in self.answers)
        prices = [a.cost_usd for a in self.answers]
        cost = "no price known" if None in prices else f"${sum(p for p in prices if p):.5f}"
        count = f"{len(self.answers)} answer{'s' if len(self.answers) != 1 else ''}"
        return f"{count}, {tokens_in} tokens in, {tokens_out} out, {cost} ({self.chat.model})"

    def _keep(self, messages: Sequence[Message]) -> None:
        new = messages[len(self.messages) :]
        self.messages = list(messages)
        if self.history:
            self.history.parent.mkdir(parents=True, exist_ok=True)
            with self.history.open("a", encoding="utf-8") as file:
                file.writelines(_line(message) for message in new)


def remembered(history: Path) -> list[Message]:
    """The messages of a file; a last line that was cut off with the process is left out.

    Raises:
        SettingsError: there is no such file, or a line before the last is not a message.
    """
    try:
        lines = history.read_text("utf-8").splitlines(keepends=True)
    except OSError as exc:
        raise SettingsError(f"{history} cannot be read ({exc.strerror}): there is nothing to resume.") from exc
    whole = [line for line in lines if line.endswith("\n")]
    try:
        return [_message(json.loads(line)) for line in whole]
    except (ValueError, KeyError, TypeError) as exc:
        raise SettingsError(f"{history} is not a conversation of this app: {exc!r}. Move it away.") from exc


def newest(folder: Path) -> Path:
    """The newest kept conversation of a folder.

    Raises:
        SettingsError: there is none.
    """
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise SettingsError(f"No conversation is kept in {folder} yet: leave --resume out.")
    return found[-1]


def _line(message: Message) -> str:
    parts = [{"kind": type(part).__name__, **vars(part)} for part in message.parts]
    row = {"role": message.role, "text": message.text, "parts": parts}
    return json.dumps(row, ensure_ascii=False, default=lambda data: base64.b64encode(data).decode()) + "\n"


def _message(row: dict[str, Any]) -> Message:
    return Message(row["role"], row["text"], tuple(_part(**part) for part in row["parts"]))


def _part(kind: str, **values: Any) -> Part:
    decoded = {name: base64.b64decode(values[name]) for name in ("data", "signature") if name in values}
    return KINDS[kind](**(values | decoded))
