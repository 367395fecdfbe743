"""What makes the three models different: how they compare texts, and how sure they must be.

practice-large compares meanings (cosine of sentence embeddings); practice-small counts shared words. The large one
says nothing when nothing is near; the small one guesses unless it was told what to say instead. practice-reasoner
is the large one with a second look. Every skill takes a `Mind` and never asks for a model's name.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .embedder import Embedder, Vectors
from .words import stems, weights

Compare = Callable[[str, Sequence[str]], list[float]]


@dataclass(frozen=True)
class Mind:
    """`compare(query, texts)` gives a likeness of about 0 to 1 for each text. Thresholds are on that likeness.

    `meanings`: the likeness knows more than shared words; `answer_at`: least score of a grounded
    answer; `recall_at`: of a fact from the conversation; `tool_at`:
    least score of a tool that may also be left alone; `guesses`: answers below the threshold when nobody said what to
    do then; `gullible`: obeys orders that stand in documents; `checks`: takes a second look, and says so in its notes
    (reasoner.py); `vectors` are those that `compare` looks at, None where it looks at words.
    """

    compare: Compare
    meanings: bool
    answer_at: float
    recall_at: float
    tool_at: float
    guesses: bool
    gullible: bool
    checks: bool = False
    vectors: Callable[[Sequence[str]], Vectors] | None = None


def large(embedder: Embedder) -> Mind:
    """The mind of practice-large: meanings."""

    def compare(query: str, texts: Sequence[str]) -> list[float]:
        vectors = embedder([query, *texts])
        return [float(value) for value in vectors[1:] @ vectors[0]]

    return Mind(
        compare,
        meanings=True,
        answer_at=0.84,
        recall_at=0.7,
        tool_at=0.2,
        guesses=False,
        gullible=False,
        vectors=embedder,
    )


def reasoner(embedder: Embedder) -> Mind:
    """The mind of practice-reasoner: meanings, and a second look at everything."""
    return replace(large(embedder), checks=True)


def small() -> Mind:
    """The mind of practice-small: words."""
    return Mind(shared_words, meanings=False, answer_at=0.4, recall_at=0.6, tool_at=0.12, guesses=True, gullible=True)


def shared_words(query: str, texts: Sequence[str]) -> list[float]:
    """Cosine of the weighted sets of stems: 1 for the same words, 0 for none shared.

    >>> shared_words("cancel my order", ["cancel an order", "weather in a city"])
    [1.0, 0.0]
    """
    asked, rows = stems(query), [stems(text) for text in texts]
    weight = weights([asked, *rows])
    length = {row: _norm(row, weight) for row in {asked, *rows}}
    return [_norm(asked & row, weight) ** 2 / (length[asked] * length[row]) if asked & row else 0.0 for row in rows]


def _norm(row: frozenset[str], weight: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(weight[word] ** 2 for word in row))  # fsum: the order of a set must not matter
