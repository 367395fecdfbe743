"""Words the answer to a question over passages: joins what was found, cites it, shortens it, or abstains.

It decides nothing about nearness (see grounded.py); it only applies the instructions that were read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .context import Passage
from .grounded import Finding, find_all
from .instructions import Instructions
from .mind import Mind
from .sentences import Sentence
from .words import STOP_WORDS, stem, stems, tokens

NOT_FOUND = "I can't find that in the text I was given."


@dataclass(frozen=True)
class Answer:
    """The words, and what they stand on: `cited` are the ids, in order; `found` is False for an abstention.

    `exact` words (an order to repeat, a hijack) get no manners and no other form.
    """

    text: str
    cited: tuple[str, ...] = ()
    found: bool = True
    score: float = 0.0
    exact: bool = False


def answer(question: str, passages: Sequence[Passage], orders: Instructions, mind: Mind) -> Answer:
    """Answer from the passages, or abstain as instructed."""
    findings = find_all(question, passages, mind)
    guesses = mind.guesses and orders.abstain is None and not orders.context_only
    kept = [f for f in findings if guesses or f.score >= mind.answer_at]
    top = max((f.score for f in findings), default=0.0)
    if not kept:
        return Answer(orders.abstain or NOT_FOUND, found=False, score=top)
    cites = orders.cite or any(f.passage.id is not None for f in kept)
    most = _most_sentences(orders)
    told = list(_told(kept, orders, cites, most, mind))
    missing = [f.question.rstrip("?") for f in findings if f not in kept]
    if missing and most is None and orders.words is None and not orders.bare:
        told.append(f"I can't find an answer to “{missing[0]}” in the text.")
    separator = "\n" if any("\n" in words for words in told) or orders.bullets or orders.steps else " "
    lines = [f"- {words}" for words in told] if orders.bullets and len(told) > 1 else told
    return Answer(separator.join(dict.fromkeys(lines)), tuple(dict.fromkeys(_name(f) for f in kept)), True, top)


def _told(
    findings: Sequence[Finding], orders: Instructions, cites: bool, most: int | None, mind: Mind
) -> Iterator[str]:
    """The words of each finding, in so many sentences together."""
    left = most
    for finding in findings:
        if left is not None and left <= 0:
            return
        yield _tell(finding, orders, cites, left, mind)
        left = None if left is None else left - len(finding.sentences)


def _nearest(question: str, pieces: Sequence[Sentence], most: int, mind: Mind) -> tuple[Sentence, ...]:
    """So many of the sentences, in their order: those nearest to the question."""
    likeness = mind.compare(question, [piece.text for piece in pieces])
    best = sorted(range(len(pieces)), key=lambda i: (-likeness[i], i))[:most]
    return tuple(pieces[i] for i in sorted(best))


def rival(best: Answer, question: str, passages: Sequence[Passage], orders: Instructions, mind: Mind) -> Answer | None:
    """Answer from the passages on which the best answer does not stand; None where they do not tell."""
    others = [passage for number, passage in enumerate(passages, 1) if (passage.id or str(number)) not in best.cited]
    found = answer(question, others, orders, mind) if best.found and others else None
    return found if found is not None and found.found else None


def _name(finding: Finding) -> str:
    return finding.passage.id or str(finding.number)


def _tell(finding: Finding, orders: Instructions, cites: bool, most: int | None, mind: Mind) -> str:
    pieces = finding.sentences
    mark = f" [{_name(finding)}]" if cites else ""
    whole = " ".join(piece.text for piece in pieces)
    if orders.steps:
        value = short(finding.question, whole, orders.words or _VALUE_WORDS)
        return f"Evidence: “{pieces[-1].text if len(pieces) == _PAIR else whole}”{mark}\nAnswer: {value}"
    if orders.words is not None:
        return limited(finding.question, whole, orders.words)
    if most is not None:
        pieces = pieces[-1:] if len(pieces) == _PAIR and most == 1 else _nearest(finding.question, pieces, most, mind)
    if len(pieces) > 1 and all(piece.kind == "item" for piece in pieces):
        sign = "- " if orders.bullets else ""
        rows = [f"{sign or f'{number}. '}{piece.text}" for number, piece in enumerate(pieces, start=1)]
        return "\n".join(rows) + mark
    if orders.bullets and len(pieces) > 1:
        return "\n".join(f"- {piece.text}" for piece in pieces) + mark
    return " ".join(piece.text for piece in pieces) + mark


def _most_sentences(orders: Instructions) -> int | None:
    return 1 if orders.sentences is None and orders.tone == "terse" else orders.sentences


_PAIR = 2  # a heading and its sentence, or two sentences of which the second answers
_VALUE_WORDS = 8  # of the answer after the evidence
_ONLY_VALUE = 8  # up to so many words a value is copied; a longer limit takes the sentence, cut


def limited(question: str, text: str, limit: int) -> str:
    """Give so many words of the text: the value where few are allowed, else whole sentences as long as they fit.

    >>> limited("How heavy?", "It is heavy. The Pro weighs 24 kg with its tray and both of its handles.", 9)
    'It is heavy.'
    """
    if limit < _ONLY_VALUE:
        return short(question, text, limit)
    kept = ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if len(f"{kept} {sentence}".split()) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or " ".join(text.split()[:limit]).rstrip(",;:")


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
