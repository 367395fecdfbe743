"""Measures a search on questions whose right passages are known: recall, reciprocal rank and nDCG, by way and by kind.

A file of questions has one JSON object a line: `id`, `question`, `relevant` as a list of {passage, grade}, and `kind`
if there are kinds. A chunk counts for the passage whose id it has or begins with (`page-3~2` for `page-3`). Only
questions with an answer are measured; what to do about the others is a matter of answering.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stages.s2_llms.errors import CourseError

from . import metrics
from .metrics import Mean, Metric
from .search import Search, Way

WAYS: tuple[Way, ...] = ("keywords", "vectors", "scores", "hybrid")
METRICS: Mapping[str, Metric] = {
    "nDCG@10": metrics.ndcg,
    "recall@5": partial(metrics.recall, k=5),
    "recall@10": metrics.recall,
    "MRR@10": metrics.reciprocal_rank,
}
_DEEP = 40  # chunks are looked at, because several may belong to one passage


class QuestionsError(CourseError):
    """A file of questions cannot be used; the message names the line and what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    """A question, and {passage: grade} of what answers it."""

    id: str
    question: str
    relevant: Mapping[str, int]
    kind: str = ""


def read(file: Path) -> list[Asked]:
    """The questions of a file that have an answer.

    Raises:
        QuestionsError: the file, or a line of it, cannot be used.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise QuestionsError(f"{file} cannot be read ({exc}). Name a file with one JSON object a line.") from exc
    found = [_asked(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not (answerable := [one for one in found if one.relevant]):
        raise QuestionsError(f"{file} has no question with a relevant passage. Add some: 30 are a beginning.")
    return answerable


def _asked(file: Path, number: int, line: str) -> Asked:
    try:
        row = json.loads(line)
        grades = {str(one["passage"]): int(one["grade"]) for one in row.get("relevant", [])}
        return Asked(str(row["id"]), str(row["question"]), grades, str(row.get("kind", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise QuestionsError(f"{file.name}, line {number}: {exc!r}. It needs id, question, and relevant.") from exc


def passage_of(chunk: str, passages: Iterable[str] = ()) -> str:
    """The passage to which a chunk belongs; a file's folder and its ending do not matter.

    >>> passage_of("manuals/one.pdf#page-3~2", {"one#page-3"})
    'one#page-3'
    """
    whole = re.sub(r"~\d+$", "", chunk)
    document, _, place = whole.partition("#")
    short = f"{Path(document).stem}#{place}"
    return short if short in passages and whole not in passages else whole


def ranked(index: Search, questions: Sequence[Asked], way: Way, k: int = 10) -> dict[str, list[str]]:
    """The best k passages for each question."""
    known = {passage for one in questions for passage in one.relevant}
    vectors = index.embed([one.question for one in questions])
    run = {}
    for one, vector in zip(questions, vectors, strict=True):
        hits = index.find(one.question, vector, _DEEP, way, access=index.labels)
        run[one.id] = list(dict.fromkeys(passage_of(hit.chunk.id, known) for hit in hits))[:k]
    return run


def evaluate(
    index: Search, questions: Sequence[Asked], ways: Sequence[Way] = WAYS, on_progress: Callable[[Way], None] = print
) -> dict[Way, dict[str, dict[str, Mean]]]:
    """{way: {kind: {metric: mean}}}; the kind "all" comes first."""
    kinds = {"all": list(questions)}
    for one in sorted(questions, key=lambda one: one.kind):
        if one.kind:
            kinds.setdefault(one.kind, []).append(one)
    told: dict[Way, dict[str, dict[str, Mean]]] = {}
    for way in ways:
        on_progress(way)
        run = ranked(index, questions, way)
        told[way] = {
            kind: {
                name: metrics.mean(metric, run, {one.id: one.relevant for one in group})
                for name, metric in METRICS.items()
            }
            for kind, group in kinds.items()
        }
    return told
