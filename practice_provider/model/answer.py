"""Words the answer to a question over passages: joins what was found, cites it, shortens it, or abstains.

It decides nothing about nearness (see grounded.py); it only applies the instructions that were read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .context import Passage
from .grounded import Finding, find, questions
from .instructions import Instructions
from .mind import Mind
from .words import STOP_WORDS, stem, stems, tokens

NOT_FOUND = "I can't find that in the text I was given."


@dataclass(frozen=True)
class Answer:
    """The words, and what they stand on: `cited` are the ids, in order; `found` is False for an abstention."""

    text: str
    cited: tuple[str, ...] = ()
    found: bool = True
    score: float = 0.0


def answer(question: str, passages: Sequence[Passage], orders: Instructions, mind: Mind) -> Answer:
    """Answer from the passages, or abstain as instructed."""
    findings = [found for part in questions(question) if (found := find(part, passages, mind)) is not None]
    guesses = mind.guesses and orders.abstain is None
    kept = [f for f in findings if guesses or f.score >= mind.answer_at]
    top = max((f.score for f in findings), default=0.0)
    if not kept:
        return Answer(orders.abstain or NOT_FOUND, found=False, score=top)
    cites = orders.cite or any(f.passage.id is not None for f in kept)
    told = [_tell(f, orders, cites) for f in kept]
    if orders.sentences is not None:
        told = told[: orders.sentences]
    missing = [f.question.rstrip("?") for f in findings if f not in kept]
    if missing and orders.sentences is None and orders.words is None:
        told.append(f"I can't find an answer to “{missing[0]}” in the text.")
    separator = "\n" if any("\n" in words for words in told) or orders.bullets else " "
    lines = [f"- {words}" for words in told] if orders.bullets and len(told) > 1 else told
    return Answer(separator.join(dict.fromkeys(lines)), tuple(dict.fromkeys(_name(f) for f in kept)), True, top)


def _name(finding: Finding) -> str:
    return finding.passage.id or str(finding.number)


def _tell(finding: Finding, orders: Instructions, cites: bool) -> str:
    pieces = finding.sentences
    mark = f" [{_name(finding)}]" if cites else ""
    if orders.words is not None:
        return short(finding.question, " ".join(piece.text for piece in pieces), orders.words)
    if orders.sentences is not None:
        pieces = pieces[-1:] if len(pieces) == 2 else pieces[: orders.sentences]
    if len(pieces) > 1 and all(piece.kind == "item" for piece in pieces):
        sign = "- " if orders.bullets else ""
        rows = [f"{sign or f'{number}. '}{piece.text}" for number, piece in enumerate(pieces, start=1)]
        return "\n".join(rows) + mark
    if orders.bullets and len(pieces) > 1:
        return "\n".join(f"- {piece.text}" for piece in pieces) + mark
    return " ".join(piece.text for piece in pieces) + mark


_NUMBER = r"(?:[$€£]\s?)?\d[\d.,:]*\d|\d"
_SPANS = (  # (asked, what to copy)
    (r"\be-?mail\b|\bwrite to\b|\bsend\b.*\?", r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    (r"^(?:who|whose|where)\b", r"(?<=\s)[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*"),
    (
        r"^(?:how (?:many|much|long|old|heavy|hot|often|far|tall|big|quickly)|when|what)\b",
        rf"(?:{_NUMBER})(?:\s?[%°a-zA-Z€$£]+)?",
    ),
    (
        r"^(?:how (?:many|much|long|old|often|quickly)|when)\b",
        r"\b(?:once|twice|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half)\b(?:\s\w+)?(?:\s(?:days|weeks|months|years|minutes|hours))?",
    ),
)
_YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|can|could|may|must|should|will|has|have)\b", re.I)
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|neither|nor)\b|n['’]t\b", re.I)


def short(question: str, text: str, limit: int) -> str:
    """Copy the few words of the text that answer the question.

    >>> short("How heavy is the Pro?", "The Pro weighs 24 kg.", 2)
    '24 kg'
    >>> short("Can I use vinegar?", "Never use vinegar.", 1)
    'No'
    """
    if _YES_NO.match(question):
        return "No" if _NEGATION.search(text) else "Yes"
    for asked, copied in _SPANS:
        if re.search(asked, question, re.I) and (match := re.search(copied, text)):
            return " ".join(match[0].split()[:limit]).rstrip(".,")
    known = stems(question)
    new = [word for word in tokens(text) if word not in STOP_WORDS and stem(word) not in known]
    return " ".join((new or text.split())[:limit])
