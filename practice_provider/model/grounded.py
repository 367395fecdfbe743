"""Answers a question from passages: finds the sentence that is nearest to it, and copies it.

A sentence's score is its likeness to the question (embedding, with a little of its title's), plus the weighted share
of the question's words that it has, plus a little where it holds the kind of thing that was asked for (a price, a
name). With meanings to go by, only the likeliest sentences are embedded, and what speaks for the best few is weighed
once more (see support.py). Nothing is written that does not stand in a passage; no two passages are reasoned over
together. Compare Chen et al., Reading Wikipedia to Answer Open-Domain Questions, https://arxiv.org/abs/1704.00051
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .asked import holds
from .context import Passage
from .mind import Mind
from .recency import newest
from .sentences import Sentence, split
from .support import Place, content, support, total
from .words import overlaps, spoken, stems

TITLE_WEIGHT = 0.1  # of the title's likeness, beside 1 for the sentence's own
SHARED_WEIGHT = {True: 0.3, False: 1.0}  # of shared words, with and without meanings to go by
TITLE_SHARE = 0.3  # of the shared words, those of the title count so much
KIND_WEIGHT = 0.15
EMBEDDED_LETTERS = 1_300  # of sentences and titles, for one question: what a core embeds in about 0.15 s
WIDENED = 2  # times as many where the question shares next to no words with the text, as in another language
NO_SHARE = 0.15
LIST_LETTERS = 250  # of a list of steps are compared
WEIGHED = 6  # sentences whose evidence is weighed word by word

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
    rows = [(_title(passages[n], s), s.text) for n, s in wanted]
    if mind.meanings and _STEPS.search(question):
        rows = _with_whole_lists(wanted, rows)
    scores = score(question, rows, mind)
    if mind.meanings:
        scores = _weighed(
            question, [(passages[n], s, row) for (n, s), row in zip(wanted, rows, strict=True)], scores, mind
        )
    best = max(range(len(wanted)), key=scores.__getitem__)
    best = newest(question, best, scores, [(passages[n].updated, s.text) for n, s in wanted], mind)
    number = wanted[best][0]
    here = [(s, value) for (n, s), value in zip(wanted, scores, strict=True) if n == number]
    chosen = _with_neighbours(question, here, wanted[best][1], scores[best])
    return Finding(question, passages[number], number + 1, chosen, scores[best])


def _with_whole_lists(wanted: Sequence[tuple[int, Sentence]], rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """For a question about steps, the first item of a list stands for its heading and all its items."""
    told = list(rows)
    lists = dict[tuple[int, int], list[int]]()
    for i, (number, sentence) in enumerate(wanted):
        if sentence.list_number:
            lists.setdefault((number, sentence.list_number), []).append(i)
    for items in lists.values():
        title = rows[items[0]][0]
        told[items[0]] = (title, f"{title}: {' '.join(rows[i][1] for i in items)}"[:LIST_LETTERS])
    return told


def _weighed(
    question: str, rows: Sequence[tuple[Passage, Sentence, tuple[str, str]]], scores: list[float], mind: Mind
) -> list[float]:
    """Weigh the evidence of the best few sentences; the others keep their distance below them."""
    order = sorted(range(len(rows)), key=lambda i: -scores[i])
    few = order[:WEIGHED]
    places = [_place(rows[i][0], *rows[i][2]) for i in few]
    likeness = mind.compare(question, [place.text for place in places])
    shares = _shares(question, [row for _, _, row in rows])
    mind.compare(question, content(" ".join(f"{p.text} {p.title}" for p in places)))  # all new words in one batch
    weighed = dict[int, float]()
    for i, place, near in zip(few, places, likeness, strict=True):
        weighed[i] = total(support(question, place, near, shares[i], mind))
    lowest = min(weighed.values())
    return [weighed.get(i, lowest - (scores[few[-1]] - value)) for i, value in enumerate(scores)]


def _place(passage: Passage, title: str, text: str) -> Place:
    """Where a sentence stands; a passage without a title is named by its first heading and its id."""
    first = next((s.heading for s in split(passage.text) if s.heading), "")
    title = title if passage.title else f"{first}: {spoken(passage.id or '')}: {title}"
    return Place(text, title, f"{passage.title}\n{passage.text}", bool(passage.updated))


def _candidates(passage: Passage) -> Iterator[Sentence]:
    """All sentences; a table's row gives one for each cell: "Due, price: 690 euros."."""
    for sentence in split(passage.text):
        cells = sentence.text.split("; ") if sentence.kind == "row" else []
        if len(cells) < 2:
            yield sentence
        name = (cells[0].partition(": ")[2] or cells[0]) if cells else ""
        for cell in cells[1:]:
            column, _, value = cell.partition(": ")
            yield replace(sentence, text=f"{name}, {column.lower() if column.istitle() else column}: {value}.")


def _title(passage: Passage, sentence: Sentence) -> str:
    return ": ".join(dict.fromkeys(part for part in (passage.title, sentence.heading) if part))


def score(question: str, rows: Sequence[tuple[str, str]], mind: Mind) -> list[float]:
    """Score (title, sentence) pairs against the question; meanings are compared for the likeliest ones only."""
    kind = [KIND_WEIGHT if holds(question, text) else 0.0 for _, text in rows]
    total = [
        SHARED_WEIGHT[mind.meanings] * share + bonus for share, bonus in zip(_shares(question, rows), kind, strict=True)
    ]
    if not mind.meanings:
        return total
    listed = _shortlist(total, rows)
    titles, texts = zip(*(rows[i] for i in listed), strict=True) if listed else ((), ())
    unique = list(dict.fromkeys([*texts, *filter(None, titles)]))
    near = dict(zip(unique, mind.compare(question, unique), strict=True))
    for i in listed:
        title, text = rows[i]
        total[i] += near[text] + TITLE_WEIGHT * near[title or text]
    return total


def _shares(question: str, rows: Sequence[tuple[str, str]]) -> list[float]:
    """The weighted share of the question's words that each row has, in the sentence or in its title."""
    asked = stems(question)
    alone = overlaps(asked, [stems(text) for _, text in rows])
    titled = overlaps(asked, [stems(f"{title} {text}") for title, text in rows])
    return [(1 - TITLE_SHARE) * own + TITLE_SHARE * whole for own, whole in zip(alone, titled, strict=True)]


def _shortlist(scores: Sequence[float], rows: Sequence[tuple[str, str]]) -> list[int]:
    """The rows with the best scores, as many as may be embedded for one question."""
    listed, letters, titles = list[int](), 0, set[str]()
    most = EMBEDDED_LETTERS * (1 if max(scores, default=0.0) > NO_SHARE * SHARED_WEIGHT[True] else WIDENED)
    for i in sorted(range(len(rows)), key=lambda i: -scores[i]):
        title, text = rows[i]
        letters += len(text) + (len(title) if title not in titles else 0)
        if listed and letters > most:
            break
        titles.add(title)
        listed.append(i)
    return listed


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
    if steps and end < len(order) and _together(best, order[end]):
        end += 1
    return tuple(order[start:end])


def _together(first: Sentence, second: Sentence) -> bool:
    return first.kind == second.kind == "prose" and first.heading == second.heading
