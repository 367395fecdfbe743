"""Takes an ask apart once, so that every skill finds what it needs by name.

It finds the question, the passages, the tool results, the instructions; it judges nothing. Documents that are text,
the pages of PDFs and pictures that are known are passages; other files become a line that says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..core import Ask, Audio, Document, Image, ToolCall, ToolResult, Turn
from . import context, documents, hearing, instructions, seeing
from .context import Origin, Passage
from .instructions import Instructions
from .mind import Mind
from .question import question as question_in
from .sentences import split

_DECLARES = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|costs?|takes?|likes?|loves?|lives?|holds?|closes?|opens?|belongs?|works?|"
    r"bought|ordered)\b|\w'(?:m|s|re)\b",
    re.IGNORECASE,
)
_INSTRUCTS = re.compile(
    r"^(?:you (?:are|must|should|may|will|can)|your (?:task|job|role)|always|never|answer|reply|respond|use|do not|"
    r"don't|if|please|be|keep|write|return|give|speak|act|only|cite|say|when|explain|tell|describe|classify|extract|summari[sz]e)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """An ask as the skills see it.

    `request` is the last user message without its passages; `question` is what it asks; `system` are the instructions
    without their passages; `passages` are all texts to answer from; `said` are facts told in the conversation;
    `results` came from tools after the last user message, for `calls` (id → call) made before.
    """

    ask: Ask
    mind: Mind
    system: str
    request: str
    question: str
    passages: tuple[Passage, ...]
    said: tuple[Passage, ...]
    calls: dict[str, ToolCall]
    results: tuple[ToolResult, ...]
    orders: Instructions
    unreadable: tuple[str, ...]
    exchanges: tuple[tuple[str, str], ...]

    def here(self) -> tuple[Passage, ...]:
        """The passages that are not tool results."""
        return tuple(passage for passage in self.passages if passage.origin != "tool")


def read(ask: Ask, mind: Mind) -> Reading:
    """Take an ask apart."""
    ask = hearing.understood(ask)
    users = [turn for turn in ask.turns if turn.role == "user" and not _only_results(turn)]
    last = users[-1] if users else Turn("user", ())
    system = context.find(ask.system())
    found = context.find(last.text(), long_text=True)
    earlier = [context.find(turn.text()) for turn in users[:-1]]
    files = tuple(_documents(users))
    passages = (*found.passages, *files, *system.passages, *(p for one in reversed(earlier) for p in one.passages))
    question = _with_topic(question_in(found.rest), [question_in(one.rest) for one in earlier])
    after = ask.turns[_index(ask, last) + 1 :]
    return Reading(
        ask=ask,
        mind=mind,
        system=system.rest,
        request=found.rest,
        question=question,
        passages=(*passages, *_tool_passages(ask, after)),
        said=tuple(_told(users, found.rest, system.rest)),
        calls={block.id: block for turn in ask.turns for block in turn.blocks if isinstance(block, ToolCall)},
        results=tuple(_results(after)),
        orders=instructions.read(f"{system.rest}\n{found.rest}"),
        unreadable=tuple(_unreadable(last)),
        exchanges=tuple(_exchanges(ask)),
    )


def _only_results(turn: Turn) -> bool:
    """Some vendors send tool results as a user's turn."""
    return bool(turn.blocks) and all(isinstance(block, ToolResult) for block in turn.blocks)


def _index(ask: Ask, turn: Turn) -> int:
    return max((i for i, one in enumerate(ask.turns) if one is turn), default=-1)


def _results(turns: tuple[Turn, ...]) -> Iterator[ToolResult]:
    return (block for turn in turns for block in turn.blocks if isinstance(block, ToolResult))


def _tool_passages(ask: Ask, after: tuple[Turn, ...]) -> Iterator[Passage]:
    """What tools told before the last user message is still known."""
    before = ask.turns[: len(ask.turns) - len(after)]
    for result in _results(before):
        if not result.is_error:
            yield from context.from_tool(result.text)


def _documents(users: list[Turn]) -> Iterator[Passage]:
    for turn in reversed(users):
        for block in turn.blocks:
            if isinstance(block, Document) and documents.is_readable(block):
                yield from documents.read(block).passages
            elif isinstance(block, Image) and (shown := seeing.passage(block)):
                yield shown


def _unreadable(turn: Turn) -> Iterator[str]:
    """One line for each picture, recording, file or page that the model can't read."""
    kinds = {Audio: "recordings", Document: "files of this type"}
    for block in turn.blocks:
        if isinstance(block, Document) and documents.is_readable(block):
            yield from documents.read(block).problems
        elif isinstance(block, Image):
            yield from [] if seeing.words(block) else [seeing.unknown(block)]
        elif isinstance(block, Audio | Document):
            url = getattr(block, "url", None)
            size = f"at {url}" if url and not block.data else f"{len(block.data):,} bytes"
            yield f"I can't read {kinds[type(block)]} yet ({block.media_type}, {size})."


# Small letters only inside a question: the One in "Brewline One" is a name. A why leans only when it stands alone.
_FOLLOWS = re.compile(r"\b(?:it|its|that|they|them|this|one|he|she)\b|^(?i:and|what about|how about)\b|^(?i:why)\W*$")
_SHORT_WORDS = 9


def _with_topic(question: str, before: list[str]) -> str:
    """A short question that leans on the one before ("and how long does it take?") is read together with it."""
    leans = _FOLLOWS.search(question) and len(question.split()) <= _SHORT_WORDS
    bare = re.sub(r"^and\s+", "", question, flags=re.IGNORECASE)
    return f"{bare.rstrip('?')} — {before[-1].rstrip('?')}?" if leans and before else question


def _told(users: list[Turn], request: str, system: str) -> Iterator[Passage]:
    """Facts from the user's messages and the instructions; questions and orders are none."""
    origins: list[tuple[Origin, str]] = [*(("user", turn.text()) for turn in users[:-1]), ("user", request)]
    for origin, text in [*origins, ("system", system)]:
        for piece in split(context.find(text).rest):
            if _DECLARES.search(piece.text) and not piece.text.endswith("?") and not _INSTRUCTS.match(piece.text):
                yield Passage(piece.text, origin=origin)


def _exchanges(ask: Ask) -> Iterator[tuple[str, str]]:
    for turn, following in zip(ask.turns, ask.turns[1:], strict=False):
        if turn.role == "user" and following.role == "assistant":
            yield turn.text(), following.text()
