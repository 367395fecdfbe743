r"""A chat in the terminal, for any provider: it streams, uses tools, reads files, and shows the bill at the end.

    python -m stages.s2_llms.app                                       a conversation
    python -m stages.s2_llms.app --file notes.md "What is open?"       one question about a file
    python -m stages.s2_llms.app --tools "Where is order BL-10482?"    with Brewline's shop at hand
    COURSE_PROVIDER=openai python -m stages.s2_llms.app                the same with a real provider

The answer goes to stdout and all else to stderr, so that it works in a pipe. It sends whole files and the whole
conversation each time: lesson s2.4 shows what that costs.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.console import Console

from .chat import Answer, Chat
from .conversation import Conversation, newest, remembered
from .errors import CourseError, SettingsError
from .loop import Run, Step
from .mcp.shop import TODAY, Shop
from .messages import File, ToolCall, ToolResult, Words
from .practice import find_or_start, without_proxy
from .prompts import load
from .providers import PROVIDERS, Provider, Settings, nearest
from .tools import Tool, tool

COMMANDS = {
    "/help": "what you can type",
    "/file": "with a path: send this file with your next words",
    "/bill": "what this conversation has cost so far",
    "/new": "forget the conversation and begin again (the bill goes on)",
    "/quit": "leave; Ctrl-D does the same. Ctrl-C stops an answer, not the chat",
}
STOPPED = 130  # the exit code of a program that Ctrl-C has ended


def open_chat(provider: Provider, model: str | None = None) -> Chat:
    """A chat with a provider; the one on this machine is found or started.

    Raises:
        ProviderUnavailable: the practice provider does not start.
        SettingsError: the provider's key, or its address, is not set.
    """
    if not provider.is_local:
        return Chat.from_env(provider, os.environ, model=model)
    home = replace(Settings.from_env(os.environ), local=provider.name).provider_home
    running = find_or_start(home, os.getpid(), brain=provider.brain)
    os.environ.update(without_proxy(os.environ))
    control = running.key(f"practice-chat-{os.getpid()}")
    return Chat(provider, model=model, key=control.key, base_url=control.base_url(provider.sdk))


def shop_tools(customer: str) -> list[Tool]:
    """Brewline's shop as one customer may see it: orders, parcels, warranties, products. Nothing can be changed."""
    shop = Shop(customer)

    def find_products(words: str) -> list[dict[str, Any]]:
        """Find products and parts by words of their name: SKU, price in GBP, stock. Use it when no SKU is known."""
        wanted = words.lower().split()
        found = [vars(item) for item in shop.items() if all(word in item.name.lower() for word in wanted)]
        if not found:
            raise LookupError(f"Nothing is called {words!r}. Try one plain word of the name, as 'burr' or 'seal'.")
        return found[:10]

    looks = (shop.get_order, shop.list_orders, shop.track_shipment, shop.check_warranty, shop.check_stock)
    return [tool(look) for look in (*looks, find_products)]


@dataclass(frozen=True)
class Screen:
    """Shows what comes of a question: words, or JSON lines for a program; what is no answer goes to `notes`."""

    out: Console
    notes: Console
    as_json: bool = False

    def show(self, step: Step) -> None:
        """Show one event."""
        match step:
            case _ if self.as_json:
                self.line(_row(step))
            case Words(text):
                self.out.print(text, end="", markup=False, highlight=False, soft_wrap=True)
            case ToolCall():
                self.note(f"[{step.name} {json.dumps(dict(step.arguments), ensure_ascii=False)}]")
            case ToolResult():
                self.note(f"[{'error' if step.is_error else 'result'}: {step.text:.300}]")
            case Run():
                self.out.print()
                if step.end != "answered":
                    self.note(f"[the answer is not complete: {step.end}]")

    def line(self, row: dict[str, Any]) -> None:
        """One line of JSON."""
        print(to_json(row, fallback=str).decode(), file=self.out.file, flush=True)

    def note(self, text: str) -> None:
        """Something that is no answer."""
        self.notes.print(text, markup=False, highlight=False, soft_wrap=True)

    def failed(self, error: CourseError) -> None:
        """No answer, or not a whole one."""
        if self.as_json:
            self.line({"event": "error", "kind": type(error).__name__, "message": str(error)})
        self.note(f"[{error}]")


def _row(step: Step) -> dict[str, Any]:
    names = {Words: "words", ToolCall: "tool_call", ToolResult: "tool_result", Answer: "answer", Run: "end"}
    if isinstance(step, Run):
        return {"event": "end", "end": step.end, "text": step.text, "cost_usd": step.cost_usd}
    kept = {name: value for name, value in vars(step).items() if name not in ("signature", "calls") and value != ""}
    return {"event": names[type(step)], **kept} | ({"cost_usd": step.cost_usd} if isinstance(step, Answer) else {})


def _answer(conversation: Conversation, text: str, files: list[File], schema: Any, screen: Screen) -> int:
    """Show one answer as it arrives; the exit code that it deserves."""
    try:
        if schema is not None:
            value = conversation.fill(text, schema, files)
            print(json.dumps(value, indent=None if screen.as_json else 2, ensure_ascii=False), file=screen.out.file)
            return 0
        last: Step | None = None
        for last in conversation.say(text, files):
            screen.show(last)
        return 0 if isinstance(last, Run) and last.end == "answered" else 1
    except KeyboardInterrupt:
        screen.note("\n[stopped; this answer is not kept]")
        return STOPPED
    except CourseError as error:
        screen.note("")
        screen.failed(error)
        return 1


def _typed(screen: Screen) -> Iterator[str]:
    """What a person types, or what a pipe brings, line by line."""
    while True:
        try:
            text = input("\nYou: ").strip() if sys.stdin.isatty() else next(sys.stdin).strip()
        except (EOFError, StopIteration):
            return
        except KeyboardInterrupt:
            screen.note("\n[/quit or Ctrl-D to leave]")
            continue
        if text in ("/quit", "/exit"):
            return
        if text:
            yield text


def _talk(conversation: Conversation, files: list[File], schema: Any, screen: Screen) -> None:
    screen.note(f"{conversation.chat.provider.label}, {conversation.chat.model}. /help says what you can type.")

    def attach(path: str) -> str:
        files.append(File.read(Path(path).expanduser()))
        return f"{files[-1].name} goes with your next words."

    def forget(rest: str) -> str:
        conversation.forget(_new_history())
        return "Forgotten."

    commands: dict[str, Callable[[str], str]] = {
        "/help": lambda rest: "\n".join(f"{name:6} {what}" for name, what in COMMANDS.items()),
        "/file": attach,
        "/bill": lambda rest: conversation.bill(),
        "/new": forget,
    }
    for text in _typed(screen):
        name, _, rest = text.partition(" ")
        if not name.startswith("/"):
            if _answer(conversation, text, files, schema, screen) == 0:
                files.clear()
        elif name in commands:
            try:
                screen.note(commands[name](rest.strip()))
            except SettingsError as error:
                screen.failed(error)
        else:
            screen.note(f"There is no {name}. {nearest(name, COMMANDS)}")


def _new_history() -> Path:
    return Settings.from_env(os.environ).home / "chats" / f"{datetime.now():%Y-%m-%d-%H%M%S-%f}.jsonl"


def _schema(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise SettingsError(f"--schema {path} is not a file with a JSON schema: {exc}.") from exc


def main(
    question: Annotated[
        str | None, typer.Argument(help="Ask just this and leave; - reads it from stdin. Without it: a conversation.")
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option("--file", "-f", help="A picture, PDF, WAV, MP3 or text to send; repeatable.")
    ] = None,
    tools: Annotated[bool, typer.Option("--tools", help="Let the model look things up in Brewline's shop.")] = False,
    customer: Annotated[str, typer.Option(help="Who is signed in to the shop.")] = "C-10001",
    schema: Annotated[
        Path | None, typer.Option(help="A JSON schema; the answer is JSON that fits it, or exit code 1.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every event as a line of JSON, for a program.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last conversation.")] = False,
    provider: Annotated[str | None, typer.Option(help=f"{', '.join(PROVIDERS)}. Default: COURSE_PROVIDER.")] = None,
    model: Annotated[str | None, typer.Option(help="A model of that provider. Default: see providers.py.")] = None,
    system: Annotated[str | None, typer.Option(help="Instructions for the model. Default: see prompts/.")] = None,
) -> None:
    """Chat with a model in the terminal. The bill comes at the end.

    \b
    A conversation, with the shop at hand, and gone on with later:
      python -m stages.s2_llms.app --tools
      python -m stages.s2_llms.app --tools --resume
    One question about files; the answer alone goes to stdout:
      python -m stages.s2_llms.app -f photo.png -f manual.pdf "What is wrong here?" > answer.txt
    Data out of words, checked by your schema:
      cat mail.txt | python -m stages.s2_llms.app --schema order.json - | jq .order_id
    What happens, event by event:
      python -m stages.s2_llms.app --tools --json "Where is BL-10482?"
    Another provider, for one call or by default:
      OPENAI_API_KEY=... python -m stages.s2_llms.app --provider openai "Hello"
      export COURSE_PROVIDER=anthropic ANTHROPIC_API_KEY=...

    Without a provider named, the practice provider answers: no key, no cost, no network.
    """
    screen = Screen(Console(), Console(stderr=True), as_json)
    with ExitStack() as last:
        try:
            if provider is not None and provider not in PROVIDERS:
                raise SettingsError(f"--provider is {provider!r}. {nearest(provider, PROVIDERS)}")
            settings = Settings.from_env(os.environ)
            form, files = _schema(schema) if schema else None, [File.read(path) for path in file or []]
            history = newest(_new_history().parent) if resume else _new_history()
            earlier = remembered(history) if resume else []
            default = load("shop").render(today=TODAY) if tools else load("terminal").render()
            chat = open_chat(PROVIDERS[provider] if provider else settings.provider, model)
        except CourseError as error:
            screen.failed(error)
            raise typer.Exit(2) from error
        last.callback(chat.close)
        instructions = default if system is None else system
        offered = shop_tools(customer) if tools else []
        conversation = Conversation(chat, instructions, offered, earlier, history=history)
        code = 0
        if question is None:
            _talk(conversation, files, form, screen)
        else:
            code = _answer(conversation, sys.stdin.read() if question == "-" else question, files, form, screen)
        screen.note(conversation.bill())
        raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(main)
