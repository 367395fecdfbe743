"""Answers a question from passages: finds the sentence that is nearest to it, and copies it.

A sentence's score is its likeness to the question (embedding, with a little of its title's), plus the weighted share
of the question's words that it has, plus a little where it holds the kind of thing that was asked for (a price, a
name). Nothing is written that does not stand in a passage; no two passages are reasoned over together.
Compare Chen et al., Reading Wikipedia to Answer Open-Domain Questions, https://arxiv.org/abs/1704.00051
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .asked import holds
from .context import Passage
from .mind import Mind
from .sentences import Sentence, split
from .words import overlaps, stems

TITLE_WEIGHT = 0.1  # of the title's likeness, beside 1 for the sentence's own
SHARED_WEIGHT = {True: 0.3, False: 1.0}  # of shared words, with and without meanings to go by
TITLE_SHARE = 0.3  # of the shared words, those of the title count so much
KIND_WEIGHT = 0.15

_STEPS = re.compile(
    r"^(?:how (?:do|can|should|could|to|is|are)\b|what (?:can|should|must|do) i do\b|what are the steps|"
    r"wie (?:kann|soll)?\s*ich|¿?c[oó]mo)|\bsteps\b",
    re.IGNORECASE,
)
_LEANS = re.compile(r"^(?:it|this|that|they|these|those|he|she|then|otherwise|er|sie|es|dann|esto|entonces)\b", re.I)
_SEVERAL = re.compile(r"\?\s+|,?\s+and\s+(?=(?:how|what|when|where|who|which|why|can|do|does|is|are)\b)", re.IGNORECASE)
_LIST_SHARE = 0.6  # a list's best item must come this near to the best sentence, to be given as the steps


@dataclass(frozen=True)
class Finding:
    """What was found for one question. `sentences` are in the passage's order; `number` counts passages from 1."""

    question: str
    passage: Passage
    number: int
    sentences: tuple[Sentence, ...]
    score: float


def questions(text: str) -> list[str]:
    """Split a request into its questions.

    >>> questions("How long is it covered, and who pays?")
    ['How long is it covered', 'who pays?']
    """
    return [part.strip() for part in _SEVERAL.split(text.strip()) if part.strip()]


def find(question: str, passages: Sequence[Passage], mind: Mind) -> Finding | None:
    """Give what is nearest to the question, however far it is; None where there is no sentence at all."""
    pieces = [(number, sentence) for number, passage in enumerate(passages) for sentence in _candidates(passage)]
    wanted = [(n, s) for n, s in pieces if s.kind != "heading" and not s.text.endswith("?")] or pieces
    if not wanted:
        return None
    scores = score(question, [(_title(passages[n], s), s.text) for n, s in wanted], mind)
    best = max(range(len(wanted)), key=scores.__getitem__)
    number = wanted[best][0]
    here = [(s, value) for (n, s), value in zip(wanted, scores, strict=True) if n == number]
    chosen = _with_neighbours(question, here, wanted[best][1], scores[best])
    return Finding(question, passages[number], number + 1, chosen, scores[best])


def _candidates(passage: Passage) -> Iterator[Sentence]:
    """All sentences; a table's row gives one for each cell: "Due, price: 690 euros."."""
    for sentence in split(passage.text):
        cells = sentence.text.split("; ") if sentence.kind == "row" else []
        if len(cells) < 2:
            yield sentence
        name = cells[0].partition(": ")[2] if cells else ""
        for cell in cells[1:]:
            column, _, value = cell.partition(": ")
            yield replace(sentence, text=f"{name}, {column.lower() if column.istitle() else column}: {value}.")


def _title(passage: Passage, sentence: Sentence) -> str:
    return ": ".join(dict.fromkeys(part for part in (passage.title, sentence.heading) if part))


def score(question: str, rows: Sequence[tuple[str, str]], mind: Mind) -> list[float]:
    """Score (title, sentence) pairs against the question."""
    titles, texts = [title for title, _ in rows], [text for _, text in rows]
    asked = stems(question)
    alone = overlaps(asked, [stems(text) for text in texts])
    titled = overlaps(asked, [stems(f"{title} {text}") for title, text in rows])
    shared = [(1 - TITLE_SHARE) * own + TITLE_SHARE * whole for own, whole in zip(alone, titled, strict=True)]
    kind = [KIND_WEIGHT if holds(question, text) else 0.0 for text in texts]
    total = [SHARED_WEIGHT[mind.meanings] * share + bonus for share, bonus in zip(shared, kind, strict=True)]
    if not mind.meanings:
        return total
    unique = list(dict.fromkeys([*texts, *filter(None, titles)]))
    near = dict(zip(unique, mind.compare(question, unique), strict=True))
    return [v + near[text] + TITLE_WEIGHT * near[title or text] for v, (title, text) in zip(total, rows, strict=True)]


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
    while start > 0 and _LEANS.match(order[start].text) and _together(order[start - 1], order[start]):
        start -= 1
    end = position + 1
    if steps and end < len(order) and _together(best, order[end]):
        end += 1
    return tuple(order[start:end])


def _together(first: Sentence, second: Sentence) -> bool:
    return first.kind == second.kind == "prose" and first.heading == second.heading
