"""Answers a question from passages: finds the sentences that are nearest to it, and copies them.

The best sentence (see ranking.py) is weighed once more: what is asked for must be covered (see support.py). Where it is
covered well the sentence is the answer; the less sure that is, the more is quoted, up to four sentences, also from
other passages. A request of several parts gets an answer for each. Nothing is written that does not stand in a passage;
no two passages are reasoned over together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .asked import holds
from .context import Passage
from .mind import Mind
from .ranking import FRAGMENTS, Asked, Candidate, candidates, is_fragment, score, scores
from .recency import newest
from .sentences import Sentence, split
from .support import Place, covers, support, total

WEIGHED = 3  # sentences whose evidence is weighed word by word
VERSIONS = 0.5  # scales the scores for the comparison of versions, which knows smaller ones
SURE = 0.35  # above the threshold of an answer: then one sentence is enough
NEARLY = 0.6  # of score: what else may be quoted is not further from the best
MOST_PIECES, MOST_LETTERS = 4, 600  # of an answer that is less sure

_STEPS = re.compile(
    r"^(?:how (?:do|can|should|could|to|is|are)\b|what (?:can|should|must|do) i do\b|what are the steps|"
    r"wie (?:kann|soll)?\s*ich|¿?c[oó]mo)|\bsteps\b",
    re.IGNORECASE,
)
_LEANS = re.compile(r"^(?:it|this|that|they|these|those|he|she|then|otherwise|er|sie|es|dann|esto|entonces)\b", re.I)
_WHY = re.compile(r"^(?:why|how come|warum|wieso|¿?por qu[eé])\b", re.I)
_CAUSE = re.compile(
    r"\b(?:because|since|due to|caus\w+|reason\w*|so that|if|when|weil|wegen|damit|wenn|porque|si)\b", re.I
)
_ASKS = (
    r"how|what|when|where|who|which|why|can|do|does|is|are|wie|was|wann|wo|wer|welche\w*|warum|kann|"
    r"cómo|qué|cuándo|cuánt\w+|dónde|quién|cuál\w*"
)
_SEVERAL = re.compile(
    rf"\?\s+|,?\s+(?:and|und|y)\s+(?=(?:{_ASKS})\b)|,\s+(?=(?:how|what|when|where|who|which)\b)", re.I
)
_LIST_SHARE = 0.6  # a list's best item must come this near to the best sentence, to be given as the steps


@dataclass(frozen=True)
class Finding:
    """What was found for one question. `sentences` are in the passage's order; `number` counts passages from 1.

    `more` is True for what another passage adds to the finding before it.
    """

    question: str
    passage: Passage
    number: int
    sentences: tuple[Sentence, ...]
    score: float
    more: bool = False


def questions(text: str) -> list[str]:
    """Split a request into its questions; what is told beside them is left out.

    >>> questions("How long is it covered, and who pays?")
    ['How long is it covered', 'who pays?']
    >>> questions("My Duo leaks. Why?")
    ['Why?']
    """
    asked = [piece.text for piece in split(text) if piece.text.endswith("?")]
    return [part.strip() for one in asked or [text] for part in _SEVERAL.split(one.strip()) if part.strip()]


def find(question: str, passages: Sequence[Passage], mind: Mind) -> Finding | None:
    """Give what is nearest to the question, however far it is; None where there is no sentence at all."""
    asked = " ".join(questions(question))
    return next(_found(Asked(asked, asked), passages, mind), None)


def find_all(request: str, passages: Sequence[Passage], mind: Mind) -> list[Finding]:
    """Give what is nearest to each part of a request, and what other passages add where that is not sure."""
    told, findings = set[tuple[int, Sentence]](), list[Finding]()
    for part in questions(request):
        for found in _found(Asked(part, request), passages, mind):
            new = tuple(s for s in found.sentences if (found.number, s) not in told)
            told |= {(found.number, sentence) for sentence in new}
            if new or not found.sentences:
                findings.append(replace(found, sentences=tuple(map(_ended, new))))
    return findings


def _ended(sentence: Sentence) -> Sentence:
    """A table's row gets a full stop, so that it can stand among sentences."""
    is_open = sentence.kind == "row" and sentence.text[-1:] not in ".!?"
    return replace(sentence, text=f"{sentence.text}.") if is_open else sentence


def _found(asked: Asked, passages: Sequence[Passage], mind: Mind) -> Iterator[Finding]:
    """The best sentence with its neighbours, then more of them."""
    steps = mind.meanings and _STEPS.search(asked.part) is not None
    rows = candidates(passages, whole_lists=steps)
    if not rows:
        return
    values = scores(asked, passages, rows, mind)
    order = sorted(range(len(rows)), key=lambda i: -values[i])
    dated = [(passages[row.number].updated, row.sentence.text) for row in rows]
    best = newest(asked.whole, order[0], [value * VERSIONS for value in values], dated, mind)
    sure = _sure(asked, passages, rows, [best, *order], mind) if mind.meanings else values[best]
    here = [(row.sentence, value) for row, value in zip(rows, values, strict=True) if row.number == rows[best].number]
    chosen = _with_neighbours(asked.part, here, rows[best].sentence, values[best])
    first = Finding(asked.part, passages[rows[best].number], rows[best].number + 1, chosen, sure)
    if not mind.meanings or sure >= mind.answer_at + SURE or _is_whole(asked, first, rows[best].title, passages):
        yield first
        return
    near = [rows[i] for i in order if values[i] >= values[order[0]] - NEARLY]
    yield from _with_more(first, passages, near)


def _is_whole(asked: Asked, found: Finding, title: str, passages: Sequence[Passage]) -> bool:
    """Whether the sentences are a whole list, or say all that is asked for by name: then no more need be quoted."""
    if len(found.sentences) > 1 and all(sentence.kind == "item" for sentence in found.sentences):
        return True
    text = " ".join(sentence.text for sentence in found.sentences)
    return holds(asked.part, text) and any(covers(form, title, text) for form in asked.forms(passages))


def _sure(
    asked: Asked, passages: Sequence[Passage], rows: Sequence[Candidate], order: Sequence[int], mind: Mind
) -> float:
    """How well the evidence of the best sentences covers what is asked for."""
    few = list(dict.fromkeys(order))[:WEIGHED]
    places = [_place(passages[rows[i].number], rows[i]) for i in few]
    forms = (*asked.forms(passages), *asked.wider(passages))
    return max(total(support(asked.part, form, one, mind)) for one in places for form in forms)


def _place(passage: Passage, row: Candidate) -> Place:
    return Place(row.told, row.title, f"{passage.title}\n{passage.text}", bool(passage.updated))


def _with_more(first: Finding, passages: Sequence[Passage], rows: Sequence[Candidate]) -> Iterator[Finding]:
    """Add the next best sentences, as long as there is room: those of the same passage, then of others."""
    room = MOST_LETTERS - sum(len(sentence.text) for sentence in first.sentences)
    taken = {(first.number - 1, sentence.text) for sentence in first.sentences}
    pieces, added = len(first.sentences), dict[int, list[Sentence]]()
    for row in rows:
        if pieces >= MOST_PIECES:
            break
        text = row.sentence.text
        if (row.number, text) in taken or len(text) > room:
            continue
        taken.add((row.number, text))
        added.setdefault(row.number, []).append(row.sentence)
        pieces, room = pieces + 1, room - len(text)
    own = (*first.sentences, *added.pop(first.number - 1, []))
    yield replace(first, sentences=_in_order(first.passage, own))
    for number, sentences in added.items():
        passage = passages[number]
        yield replace(first, passage=passage, number=number + 1, sentences=_in_order(passage, sentences), more=True)


def _in_order(passage: Passage, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences in the order of the text; those that do not stand in it as they are come last."""
    places = {sentence: i for i, sentence in reversed(list(enumerate(split(passage.text))))}
    return tuple(sorted(sentences, key=lambda sentence: places.get(sentence, len(places))))


def _with_neighbours(
    question: str, here: Sequence[tuple[Sentence, float]], best: Sentence, top: float
) -> tuple[Sentence, ...]:
    """Add what the best sentence needs to be understood: the list of steps, the one before, the one after."""
    order = [sentence for sentence, _ in here]
    position = order.index(best)
    steps = _STEPS.search(question) is not None
    if steps or best.text.endswith(":"):
        lists = [(value, s.list_number) for s, value in here if s.list_number]
        near = max(lists, default=(0.0, 0))
        if near[1] and (near[0] >= _LIST_SHARE * top or best.text.endswith(":")):
            return tuple(s for s in order if s.list_number == near[1])
    start = position
    if start > 0 and _WHY.search(question) and not _CAUSE.search(best.text) and _together(order[start - 1], best):
        start -= 1  # what happened tends to be told before what came of it
    while start > 0 and _LEANS.match(order[start].text) and _together(order[start - 1], order[start]):
        start -= 1
    end = position + 1
    while is_fragment(best) and end < min(len(order), position + FRAGMENTS) and is_fragment(order[end]):
        end += 1
    if steps and end < len(order) and _together(best, order[end]):
        end += 1
    return tuple(order[start:end])


def _together(first: Sentence, second: Sentence) -> bool:
    return first.kind == second.kind == "prose" and first.heading == second.heading


__all__ = ["Finding", "find", "find_all", "questions", "score"]
