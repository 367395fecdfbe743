"""Measures answers from passages: right facts, right citations, and silence where there is no answer.

python tests/practice_provider/model/measure_answers.py                the tables for the test split
python tests/practice_provider/model/measure_answers.py train dev      for other splits
python tests/practice_provider/model/measure_answers.py train --show   and every wrong answer, to learn from

A question's context are the passages that answer it and, up to 1, 4 or 10, those nearest to it by practice-embed: what
a good retriever would bring. An answer is right if it holds every fact and no forbidden spelling
(datasets/questions/README.md). Facts that stand only in a chart are measured on whole PDFs alone.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from rates import MODELS, Rate, table

from practice_provider.core import Ask, Block, Document, Embed, Reply, Text, Turn, Vectors
from practice_provider.model import Model, load
from stages.s2_llms.brewline import DATASETS, Question, Split, load_questions
from stages.s2_llms.corpus import UPDATE_DAY, Passage, load_passages, load_vectors

SILENCE = "NOT IN THE TEXT"
SIZES = (1, 4, 10)


@dataclass(frozen=True)
class Told:
    """A question, the ids in its context, and what the model said."""

    question: Question
    context: tuple[Passage, ...]
    words: str

    @property
    def silent(self) -> bool:
        return self.words.startswith(SILENCE)

    @property
    def right(self) -> bool:
        return not self.silent and is_right(self.words, self.question)

    @property
    def cited(self) -> bool:
        """Whether every fact stands in a passage that is cited."""
        texts = "\n".join(f"{p.title}\n{p.text}" for p in self.context if f"[{p.id}]" in self.words)
        return all(any(rule().holds(texts, spelling) for spelling in fact) for fact in self.question.facts)


@cache
def rule() -> Any:
    """datasets/questions/check.py, which says how a spelling matches."""
    spec = importlib.util.spec_from_file_location("check_questions", DATASETS / "questions" / "check.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_right(words: str, question: Question) -> bool:
    """Whether an answer holds all facts, and nothing forbidden."""
    return bool(rule().is_right(words, {"facts": question.facts, "must_not": question.must_not}))


def needed(question: Question, passages: Mapping[str, Passage]) -> list[Passage] | None:
    """The fewest passages of grade 3 that hold all facts, the fullest first; None where a fact is in no text."""
    left, chosen = list(question.facts), list[Passage]()
    graded = [passages[one.passage] for one in question.relevant if one.grade == 3 and one.passage in passages]

    def held(passage: Passage) -> list[tuple[str, ...]]:
        return [fact for fact in left if any(rule().holds(passage.text, spelling) for spelling in fact)]

    while left and graded:
        best = max(graded, key=lambda passage: len(held(passage)))
        found = held(best)
        if not found:
            return None
        chosen.append(best)
        left = [fact for fact in left if fact not in found]
    return chosen if not left else None


def contexts(model: Model, questions: Sequence[Question], size: int) -> Iterator[tuple[Question, tuple[Passage, ...]]]:
    """Each question with so many passages, in the order of their ids; those without a needed one are left out."""
    made = model.answer(Embed("practice-embed", tuple(question.question for question in questions)))
    assert isinstance(made, Vectors)
    for question, vector in zip(questions, np.array(made.vectors), strict=True):
        passages, known = _corpus(updated=question.asked_on >= UPDATE_DAY)
        near = np.argsort(-known @ vector)
        chosen = needed(question, passages) if question.answerable else []
        if chosen is None:
            continue
        ids = list(passages)
        for i in near:
            if len(chosen) >= size:
                break
            if passages[ids[i]] not in chosen:
                chosen.append(passages[ids[i]])
        yield question, tuple(sorted(chosen, key=lambda passage: passage.id))


@cache
def _corpus(*, updated: bool) -> tuple[dict[str, Passage], Any]:
    day = UPDATE_DAY if updated else None
    return {passage.id: passage for passage in load_passages(day)}, load_vectors(day).vectors


def shown(passage: Passage) -> str:
    """A passage in a prompt."""
    updated = f' updated="{passage.updated}"' if passage.updated else ""
    return f'<document id="{passage.id}" title="{passage.title}"{updated}>\n{passage.text}\n</document>'


def say(model: Model, name: str, question: Question, *blocks: Block) -> str:
    """What the model says, when it knows the day and is told what to say where there is no answer."""
    system = f'Today is {question.asked_on}. If the documents do not say, answer "{SILENCE}".'
    words = Text(f"Question: {question.question}")
    result = model.answer(Ask(name, (Turn("system", (Text(system),)), Turn("user", (*blocks, words)))))
    assert isinstance(result, Reply)
    return "".join(block.text for block in result.blocks if isinstance(block, Text))


def from_passages(model: Model, name: str, questions: Sequence[Question], size: int) -> list[Told]:
    """Ask about passages in the prompt."""
    return [
        Told(question, context, say(model, name, question, Text("\n".join(map(shown, context)) + "\n")))
        for question, context in contexts(model, questions, size)
    ]


def from_manuals(model: Model, name: str, questions: Sequence[Question]) -> list[Told]:
    """Ask about whole manuals, as PDF: the questions whose facts stand on one page, or in one of its charts."""
    told, pages = [], {name: one for name, one in _corpus(updated=False)[0].items() if name.startswith("manual-")}
    for question in questions:
        graded = [one.passage for one in question.relevant if one.grade == 3 and one.passage.startswith("manual-")]
        held = needed(question, pages)
        if graded and (question.kind == "chart" or (held is not None and len(held) == 1)):
            manual = (held[0].id if held else graded[0]).partition("#")[0]
            data = (DATASETS / "manuals" / f"{manual}.pdf").read_bytes()
            told.append(Told(question, (), say(model, name, question, Document("application/pdf", data, manual))))
    return told


def rates(told: Sequence[Told]) -> Iterator[Rate]:
    """F1 of abstention is 2 * right / n, where n adds what was silent and what should have been."""
    answered = [one for one in told if one.question.answerable]
    yield Rate("right answer", sum(one.right for one in answered), len(answered))
    right = [one for one in answered if one.right]
    yield Rate("right answer whose citations hold its facts", sum(one.cited for one in right), len(right))
    wrongly = sum(one.silent for one in answered)
    yield Rate("silent although the answer is there", wrongly, len(answered))
    for kind, title in (("unanswerable", "clear"), ("near_miss", "near miss")):
        silent = [one.silent for one in told if one.question.kind == kind]
        yield Rate(f"silent where there is no answer, {title}", sum(silent), len(silent))
        yield Rate(f"abstention F1, {title}", 2 * sum(silent), sum(silent) + wrongly + len(silent))


def by_kind(told: Sequence[Told]) -> Iterator[Rate]:
    """Right answers for each kind of question, and each language."""
    groups: tuple[Callable[[Question], str], ...] = (lambda q: q.kind, lambda q: f"language: {q.language}")
    for group in groups:
        for name in sorted({group(one.question) for one in told if one.question.answerable}):
            rows = [one.right for one in told if one.question.answerable and group(one.question) == name]
            yield Rate(name, sum(rows), len(rows))


def tables(model: Model, questions: Sequence[Question], *, show: bool = False) -> Iterator[str]:
    """All tables as Markdown."""
    for size in SIZES:
        told = {name: from_passages(model, name, questions, size) for name in MODELS}
        title = f"{size} passage{'s' if size > 1 else ''} in the context"
        yield table(title, {name: list(rates(rows)) for name, rows in told.items()})
        if size == 4:
            yield table(f"right answer, {title}", {name: list(by_kind(rows)) for name, rows in told.items()})
        if show:
            print_wrong(f"{size} passages", told["practice-large"])
    manuals = {name: from_manuals(model, name, questions) for name in MODELS}
    yield table("right answer, a whole manual as PDF", {name: list(by_kind(rows)) for name, rows in manuals.items()})
    if show:
        print_wrong("manuals", manuals["practice-large"])


def print_wrong(title: str, told: Sequence[Told]) -> None:
    """Print what went wrong, on the error stream."""
    for one in told:
        bad = not one.right if one.question.answerable else not one.silent
        if bad:
            q = one.question
            print(f"[{title}] {q.id} {q.kind} {q.question}\n   said: {one.words}\n   ref: {q.answer} {q.facts} "
                  f"{q.must_not}\n   in: {[p.id for p in one.context]}", file=sys.stderr)  # fmt: skip


if __name__ == "__main__":
    splits: list[Split] = [split for split in ("train", "dev", "test") if split in sys.argv] or ["test"]
    chosen = [question for split in splits for question in load_questions(split)]
    for one_table in tables(load(), chosen, show="--show" in sys.argv):
        print(one_table, end="\n\n", flush=True)
