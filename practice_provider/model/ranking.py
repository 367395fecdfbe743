"""Ranks the sentences of passages by how likely each answers a question.

A sentence's score adds up: the share of the question's words that it and its titles have (a word that stands for the
same thing counts in part), and that its whole passage has; the share of letter triples, which forgives endings;
whether it holds the kind of thing that is asked for; how old its passage is beside the newest one; and, with meanings
to go by, its likeness. Misspelt words are mended first, and a German or Spanish question is also read in English
words. The weights were fitted to train and dev questions (measure_answers.py) and rounded; nothing is learned while it
runs.
Compare Chen et al., Reading Wikipedia to Answer Open-Domain Questions, https://arxiv.org/abs/1704.00051
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from .asked import holds, wants
from .context import Passage
from .glossary import english
from .mind import Mind
from .recency import DAY_OR_YEAR, asked_day
from .sentences import Sentence, split
from .spelling import corrected
from .synonyms import akin
from .words import overlaps, spoken, stems, tokens, triples

PASSAGE_SHARE, TRIPLES, KIND, UNKIND, QUESTION = 0.25, 0.4, 0.35, -0.3, -1.3  # beside 1 for words and for likeness
YEAR, MOST_YEARS = -0.2, 2.0  # for each year that a passage is older than the newest one
TOO_NEW = -0.3  # written after the day that is asked about
WHOLE = 2.0  # how much the words around a part count beside it: as so many words of its own
EMBEDDED_LETTERS = 1_300  # of sentences, for one question: what a core embeds in about 0.15 s
WIDENED = 2  # times as many where the question shares next to no words with the text
NO_SHARE = 0.15
SMALL_OWN, SMALL_KIND = 0.7, 0.15  # without meanings: words of the sentence count more than those of its titles
FRAGMENT, FRAGMENTS = 60, 4  # letters of a short line, and how many are read together
LIST_LETTERS = 250  # of a list of steps are compared

_PAST = re.compile(
    r"\b(?:before|earlier|formerly|previously|used to|back then|at that time|old|older|früher|alt\w*|"
    r"damals|antes|antigu\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """One part of a request, and the whole of it."""

    part: str
    whole: str

    def forms(self, passages: Sequence[Passage]) -> tuple[str, ...]:
        """How the part is compared: with its spelling mended, and in English words."""
        return _forms(self.part, passages)

    def widening(self) -> float:
        """How much of the score comes from the whole request: more for a part of few words, like "Why?"."""
        return WHOLE / (len(stems(self.part)) + WHOLE)

    def wider(self, passages: Sequence[Passage]) -> tuple[str, ...]:
        """The same for the whole request, where it says more."""
        return _forms(self.whole, passages)[-1:] if self.whole != self.part else ()


@dataclass(frozen=True)
class Candidate:
    """A sentence to answer with: where it stands, and what it is compared as."""

    number: int  # of its passage, from 0
    sentence: Sentence
    title: str
    told: str


def candidates(passages: Sequence[Passage], *, whole_lists: bool) -> list[Candidate]:
    """All sentences but headings and questions, if there are others; a list of steps may count as one text."""
    found = [
        Candidate(number, sentence, title(passage, sentence), sentence.text)
        for number, passage in enumerate(passages)
        for sentence in split(passage.text)
    ]
    wanted = [c for c in found if c.sentence.kind != "heading" and not c.sentence.text.endswith("?")] or found
    wanted = _with_fragments(wanted)
    return _with_whole_lists(wanted) if whole_lists else wanted


def is_fragment(sentence: Sentence) -> bool:
    """Whether a piece is no sentence but a short line, as the cells of a table in a PDF's text."""
    return sentence.kind == "prose" and len(sentence.text) <= FRAGMENT and sentence.text[-1:] not in ".!?:;"


def _with_fragments(found: Sequence[Candidate]) -> list[Candidate]:
    """A short line is compared together with the short lines after it: "E20", "no water", "open the tap"."""
    told = list(found)
    for i, one in enumerate(found):
        if is_fragment(one.sentence):
            following = found[i + 1 : i + FRAGMENTS]
            end = next(
                (j for j, c in enumerate(following) if c.number != one.number or not is_fragment(c.sentence)), None
            )
            told[i] = replace(one, told=" ".join(c.told for c in (one, *following[:end])))
    return told


def title(passage: Passage, sentence: Sentence) -> str:
    """What a sentence stands under; a passage without a title is named by its first heading and its id."""
    first = passage.title or next((s.heading for s in split(passage.text) if s.heading), "")
    named = "" if passage.title else spoken(passage.id or "")
    return ": ".join(dict.fromkeys(part for part in (first, named, sentence.heading) if part))


def _with_whole_lists(wanted: Sequence[Candidate]) -> list[Candidate]:
    """For a question about steps, the first item of a list stands for its heading and all its items."""
    told = list(wanted)
    lists = dict[tuple[int, int], list[int]]()
    for i, one in enumerate(wanted):
        if one.sentence.list_number:
            lists.setdefault((one.number, one.sentence.list_number), []).append(i)
    for items in lists.values():
        first = wanted[items[0]]
        text = f"{first.title}: {' '.join(wanted[i].told for i in items)}"[:LIST_LETTERS]
        told[items[0]] = replace(first, told=text)
    return told


def scores(asked: Asked, passages: Sequence[Passage], rows: Sequence[Candidate], mind: Mind) -> list[float]:
    """Score every candidate; without meanings by shared words alone."""
    if not mind.meanings:
        return _by_words(asked.part, rows)
    kinds = [_kind(asked.part, row) + _age(asked.whole, passages, row.number) for row in rows]
    words = _best(lambda form: _words(form, passages, rows), asked.forms(passages))
    wider = asked.wider(passages)
    if wider:
        around = _best(lambda form: _words(form, passages, rows), wider)
        words = _mixed(words, around, asked.widening())
    total = [one + other for one, other in zip(words, kinds, strict=True)]
    listed = _shortlist(total, rows, wide=max(words, default=0.0) < NO_SHARE)
    texts = [rows[i].told for i in listed]
    near = _best(lambda form: mind.compare(form, texts), asked.forms(passages))
    if wider:
        around = _best(lambda form: mind.compare(form, texts), wider)
        near = _mixed(near, around, asked.widening())
    for i, like in zip(listed, near, strict=True):
        total[i] += like
    return total


def score(question: str, rows: Sequence[tuple[str, str]], mind: Mind) -> list[float]:
    """Score (title, sentence) pairs that stand in no passage."""
    passages = [Passage(text, title=heading) for heading, text in rows]
    told = [Candidate(i, Sentence(text), heading, text) for i, (heading, text) in enumerate(rows)]
    return scores(Asked(question, question), passages, told, mind)


def _best(compare: Callable[[str], Sequence[float]], forms: Sequence[str]) -> list[float]:
    return [max(values) for values in zip(*(compare(form) for form in forms), strict=True)]


def _mixed(own: Sequence[float], around: Sequence[float], share: float) -> list[float]:
    return [(1 - share) * one + share * other for one, other in zip(own, around, strict=True)]


def _by_words(question: str, rows: Sequence[Candidate]) -> list[float]:
    wanted = stems(question)
    alone = overlaps(wanted, [stems(row.told) for row in rows])
    titled = overlaps(wanted, [stems(f"{row.title} {row.told}") for row in rows])
    return [
        SMALL_OWN * own + (1 - SMALL_OWN) * whole + (SMALL_KIND if holds(question, row.told) else 0.0)
        for own, whole, row in zip(alone, titled, rows, strict=True)
    ]


def _words(form: str, passages: Sequence[Passage], rows: Sequence[Candidate]) -> list[float]:
    """The shares of words and of letter triples."""
    wanted, parts = stems(form), triples(form)
    texts = [f"{passage.title} {passage.text}" for passage in passages]
    whole = overlaps(wanted, [stems(text) for text in texts], akin)
    alike = [len(parts & triples(text)) / max(1, len(parts)) for text in texts]
    own = overlaps(wanted, [stems(f"{row.title} {row.told}") for row in rows], akin)
    return [
        share + PASSAGE_SHARE * whole[row.number] + TRIPLES * alike[row.number]
        for share, row in zip(own, rows, strict=True)
    ]


def _kind(question: str, row: Candidate) -> float:
    typed = (KIND if holds(question, row.told) else UNKIND) if wants(question) else 0.0
    return typed + (QUESTION if row.told.endswith("?") else 0.0)


def _age(question: str, passages: Sequence[Passage], number: int) -> float:
    """Less for an older version; asked about a year or a day, less for what was written later."""
    updated, until = passages[number].updated, asked_day(question)
    day = _day(updated)
    if day is None or (_PAST.search(question) and not DAY_OR_YEAR.search(question)):
        return 0.0
    if updated > until:
        return TOO_NEW
    newest = max(found for one in passages if one.updated <= until and (found := _day(one.updated)))
    return YEAR * min(MOST_YEARS, (newest - day).days / 365)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # nobody said, or something that only looks like a day
        return None


def _shortlist(total: Sequence[float], rows: Sequence[Candidate], *, wide: bool) -> list[int]:
    """The best candidates so far, as many as may be embedded for one question."""
    listed, letters = list[int](), 0
    for i in sorted(range(len(rows)), key=lambda i: -total[i]):
        letters += len(rows[i].told)
        if listed and letters > EMBEDDED_LETTERS * (WIDENED if wide else 1):
            break
        listed.append(i)
    return listed


def _forms(text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    known = frozenset[str]().union(*(_known(f"{passage.title} {passage.text}") for passage in passages))
    gloss = english(text)
    return (text, gloss) if gloss else (corrected(text, known),)


@lru_cache(maxsize=100)
def _known(text: str) -> frozenset[str]:
    return frozenset(tokens(text))
