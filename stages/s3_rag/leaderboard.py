"""The leaderboard of stage 3: every way to find passages that the lessons build, measured on the same questions.

Each lesson ends in this table, one row longer, so that a reader sees what each idea was worth. Every row is measured
when it is asked for; nothing is kept. It chooses nothing: the questions of `dev` are for choosing, `test` for the end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from stages.s2_llms.corpus import Passage, load_passages

from . import metrics
from .evaluating import Asked, ranked
from .keywords import Keywords, counts
from .lookup import look_up
from .metrics import Mean, Run
from .search import Index, Way
from .vectors import best


@dataclass
class Brewline:
    """What can be searched: the passages as they were written, and the index of their chunks."""

    index: Index | None = None  # only the ways of s3.4 and later search in it

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Sections of articles and pages of manuals, without their titles."""
        return load_passages()

    @cached_property
    def keywords(self) -> Keywords:
        """BM25 over the passages."""
        return Keywords.of([counts(one.text) for one in self.passages])


def by_look_up(data: Brewline, asked: Sequence[Asked]) -> Run:
    """The passages of the files whose names and titles share most words with the question."""
    return {one.id: look_up(data.passages, one.question) for one in asked}


def by_plain_keywords(data: Brewline, asked: Sequence[Asked]) -> Run:
    """BM25 over sections and pages that do not know the title above them."""
    found = {}
    for one in asked:
        scores = data.keywords.scores(one.question)
        found[one.id] = [data.passages[row].id for row in best(scores, 10) if scores[row] > 0]
    return found


def in_index(data: Brewline, asked: Sequence[Asked], *, way: Way) -> Run:
    """The index's own search.

    Raises:
        ValueError: there is no index.
    """
    if data.index is None:
        raise ValueError("This way needs an index: leaderboard.Brewline(brewline.open_index(home, embed)).")
    return ranked(data.index, asked, way)


Method = Callable[[Brewline, Sequence[Asked]], Run]
METHODS: Mapping[str, tuple[str, Method]] = {
    "file look-up": ("s3.1", by_look_up),
    "keywords, plain passages": ("s3.3", by_plain_keywords),
    "keywords, chunks with titles": ("s3.4", partial(in_index, way="keywords")),
    "vectors": ("s3.5", partial(in_index, way="vectors")),
    "hybrid, by places": ("s3.6", partial(in_index, way="places")),
    "hybrid, by scores": ("s3.6", partial(in_index, way="scores")),
    "hybrid, reranked": ("s3.6", partial(in_index, way="hybrid")),
}
"""{row: (the lesson that builds it, how)}, in the order of the lessons."""


@dataclass(frozen=True)
class Row:
    """One way, measured: each metric over all questions, and nDCG@10 by kind of question."""

    name: str
    lesson: str
    ndcg: Mean
    recall_5: Mean
    mrr: Mean
    kinds: Mapping[str, float]

    def __str__(self) -> str:
        plain = f"{self.recall_5.value:.2f}  {self.mrr.value:.2f}"
        return f"{self.lesson}  {self.name:30}{self.ndcg.value:.3f} ({self.ndcg.low:.2f}–{self.ndcg.high:.2f})  {plain}"


HEAD = f"{'':6}{'':30}{'nDCG@10, 95 %':20} rec@5 MRR"


def measure(
    data: Brewline,
    asked: Sequence[Asked],
    until: str = "s3.10",
    on_progress: Callable[[str], None] = lambda name: None,
) -> list[Row]:
    """The rows of all lessons up to one of them."""
    number = int(until.partition(".")[2])
    rows = []
    for name, (lesson, method) in METHODS.items():
        if int(lesson.partition(".")[2]) <= number:
            on_progress(name)
            rows.append(row(name, lesson, method(data, asked), asked))
    return rows


def row(name: str, lesson: str, run: Run, asked: Sequence[Asked]) -> Row:
    """A way's row from its rankings; a lesson uses it for a way of its own."""
    grades = {one.id: one.relevant for one in asked}
    ndcg = metrics.mean(metrics.ndcg, run, grades)
    kinds: dict[str, list[float]] = {}
    for one, value in zip(asked, ndcg.values, strict=True):
        kinds.setdefault(one.kind, []).append(value)
    return Row(
        name,
        lesson,
        ndcg,
        metrics.mean(partial(metrics.recall, k=5), run, grades),
        metrics.mean(metrics.reciprocal_rank, run, grades),
        {kind: float(np.mean(values)) for kind, values in sorted(kinds.items())},
    )


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    print(HEAD)
    for one in rows:
        print(one)
