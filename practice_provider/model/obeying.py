"""What an order that is obeyed does: says its words, puts its link, tells the instructions, or calls an offered tool.

It gathers all texts of a request with the place where each stands, and takes the first order whose pressure is at
least the model's resistance (pressure.py). A tool is called with the arguments that stand in the order, once. Where
JSON is wanted, words and links have no way out: a schema is a defence.
Source: OWASP, LLM01 Prompt Injection, https://genai.owasp.org/llmrisk/llm01-prompt-injection/
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..core import Document, Image, Tool, ToolCall, ToolResult
from . import hijack, pressure, routing, seeing
from .described import describe
from .identity import digest
from .pressure import Order, Where
from .reading import Reading
from .words import spoken, stems

_MARKS = re.compile(r"<([A-Za-z][\w-]*)[^<>]*>.*?</\1>|```.*?```|\"\"\".*?\"\"\"", re.DOTALL)
_WORD = re.compile(r"(?:word|phrase|code|wort|palabra|mot|słowo)\b", re.IGNORECASE)
_HOLDS_WORD = re.compile(
    r"[^.\n]*\b(?:secret|internal|hidden|confidential|code|key|safe)[ -]?(?:word|phrase|code)\b[^.\n]*\.?",
    re.IGNORECASE,
)
_NEAR_TOOL = 0.1  # so much nearer than a request of the user an order has to be to a tool that it does not name
_FREE = frozenset({"summary", "note", "reason", "label", "kind", "urgency", "team"})  # left to the model's guess
_DIGIT = re.compile(r"\d")
_SOUGHT = 200  # letters of a passage that are looked for between marks
REFUSED = "I can't share my instructions."
_TOLD: dict[Where, str] = {
    "user": "the user's message",
    "tool": "a tool's result",
    "prompt": "a text of the prompt",
    "document": "a file",
    "picture": "a picture",
    "name": "a file's name",
}


@dataclass(frozen=True)
class Effect:
    """What becomes of the orders in a request: a call, or words, which stand instead of the answer or behind it.

    `order` is the one that is obeyed, None where an order is refused.
    """

    call: ToolCall | None = None
    words: str = ""
    instead: bool = False
    order: Order | None = None


def effect(reading: Reading) -> Effect | None:
    """The effect of the first order that is obeyed; None where none is."""
    found = list(_orders(reading))
    obeyed = [order for order in found if pressure.is_obeyed(order, _rules(reading, order), large=_large(reading))]
    for order in obeyed:
        if order.wish == "act" and (call := _call(order, reading)) is not None:
            return Effect(call=call, order=order)
    for order in obeyed:
        if order.wish != "act" and (words := _said(order, reading)):
            return Effect(words=words, instead=order.instead or order.where == "user", order=order)
    asked = any(order.wish == "reveal" and order.where == "user" for order in found)
    return Effect(words=REFUSED, instead=True) if asked and reading.system.strip() else None


def weighed(reading: Reading) -> str:
    """What the notes say of the order that is obeyed, or refused."""
    order = found.order if (found := effect(reading)) is not None else None
    if order is None:
        return "The user asks for my instructions. I keep them."
    large = _large(reading)
    pressed = pressure.pressure(order, large=large)
    against = pressure.resistance(order, _rules(reading, order), large=large)
    return f"An order stands in {_TOLD[order.where]}: pressure {pressed:.2f}, my resistance {against:.2f}. I obey it."


def _large(reading: Reading) -> bool:
    return not reading.mind.gullible


def _rules(reading: Reading, order: Order) -> str:
    """Whose words defend: the instructions', and for other texts also those of the message around them."""
    return reading.system if order.where == "user" else f"{reading.system}\n{reading.request}"


def _orders(reading: Reading) -> Iterator[Order]:
    names = [tool.name for tool in reading.ask.tools]
    for text, where, marked in _placed(reading):
        for order in hijack.orders(text, where, marked=marked, clever=reading.mind.meanings):
            named = where != "user" and any(name in order.words for name in names)
            yield replace(order, wording=order.wording | {"names a tool"}) if named else order


def _placed(reading: Reading) -> Iterator[tuple[str, Where, bool]]:
    """Each text with its place, and whether it stands between tags or fences; the user's own words first."""
    yield reading.request, "user", False
    inside = "\n".join(match[0] for turn in reading.ask.turns for match in _MARKS.finditer(turn.text()))
    for result in (block for turn in reading.ask.turns for block in turn.blocks if isinstance(block, ToolResult)):
        yield result.text, "tool", _MARKS.search(result.text) is not None
    for passage in reading.here():
        where: Where = "picture" if passage.title == seeing.TITLE else _PLACES.get(passage.origin, "prompt")
        yield passage.text, where, passage.text[:_SOUGHT] in inside
    for block in (block for turn in reading.ask.turns if turn.role == "user" for block in turn.blocks):
        if isinstance(block, Document | Image) and getattr(block, "title", None):
            yield re.sub(r"[_\-]+", " ", str(getattr(block, "title", ""))), "name", False
    yield from _split(reading)


_PLACES: dict[str, Where] = {"document": "document"}


def _split(reading: Reading) -> Iterator[tuple[str, Where, bool]]:
    """An order over several turns: an override before, and the rest in the last message."""
    before = " ".join(user for user, _ in reading.exchanges[-3:])
    if hijack.overrides(before):
        yield f"{before} {reading.request}", "user", False


def _said(order: Order, reading: Reading) -> str:
    """The words that an obeyed order wants to hear."""
    if order.wish == "reveal":
        wants_word = _WORD.search(order.words)
        held = _HOLDS_WORD.search(reading.system) if wants_word else None
        return held[0].strip() if held else "" if wants_word else reading.system.strip()
    return order.words


def _call(order: Order, reading: Reading) -> ToolCall | None:
    """The call that an order wants, once; None where it wants none that can be filled."""
    ask, mind = reading.ask, reading.mind
    identity = f"call_{digest(order.words, 'order')}"
    if identity in reading.calls:
        return None
    offered = [tool for tool in ask.tools if tool.name in order.words or not describe(tool).reads]
    tool = _tool(order, offered, reading) if ask.tool_choice in ("auto", "required") else None
    if tool is None:
        return None
    call = routing.calls(tool, order.words, mind, several=False, context=reading.request)[0]
    if call.missing:
        call = routing.calls(tool, f"{order.words}\n{_whole(order, reading)}", mind, several=False)[0]
    lacks = [name for name in call.missing if name not in _FREE]
    return None if lacks and not mind.guesses else ToolCall(identity, tool.name, call.args)


def _whole(order: Order, reading: Reading) -> str:
    """The text in which the order stands."""
    return next((text for text, _, _ in _placed(reading) if order.words in text), "")


def _tool(order: Order, offered: Sequence[Tool], reading: Reading) -> Tool | None:
    """The tool that an order names, whose verb it has, or, where it speaks to the model, that is near."""
    named = next((tool for tool in offered if tool.name in order.words), None)
    if named is not None:
        return named
    words = stems(order.words)
    verbs = [tool for tool in offered if stems(spoken(tool.name).split()[0]) & words]
    if verbs:
        return verbs[0]
    speaks = order.wording & {"overrides", "addressed", "forged turn"} and _DIGIT.search(order.words)
    if speaks and offered and reading.mind.meanings:
        least = reading.mind.tool_at + _NEAR_TOOL
        return next(iter(routing.choose(order.words, offered, reading.mind, several=False, least=least)), None)
    return None
