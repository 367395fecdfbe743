"""The practice model: a request goes in, a result comes out. It knows nothing of HTTP, of vendors or of streaming.

It is not a language model. It finds, ranks and copies; practice_provider/MODEL_CARD.md says how, and how well.

    dispatch.py     which skill answers an ask: skills.py, calling.py
    reading.py      takes an ask apart: context.py, question.py, sentences.py, words.py, instructions.py, abstaining.py
    documents.py    files as passages: page_text.py; seeing.py, hearing.py with fingerprints.py and the two *_prints.py
    grounded.py     answers from passages: ranking.py, asked.py, support.py, recency.py, glossary.py, spelling.py
    answer.py       words the answer: shaping.py, fixed_words.py, variation.py
    routing.py      chooses tools: described.py, fitting.py; planning.py puts them in order, results.py tells what came
    reasoner.py     what practice-reasoner does beyond that: steps.py, notes.py
    structured.py   answers in JSON: filling.py, pairing.py, candidates.py, evidence.py, phrases.py, schema.py, and
                    readers of values: values.py, texts.py, days.py, units.py, names.py, addresses.py, options.py …
    labels.py       gives one of the labels: labelling.py, meanings.py, lexicon.py, topics.py, wishes.py, levels.py
    judge.py        judges answers: checks.py, verdicts.py
    hijack.py       orders that stand in a text: decoded.py, pressure.py, obeying.py
    rewrite.py, refuse.py, summary.py, fallback.py, echo.py    the small skills
    speech.py, modem.py, moderation.py, chances.py             texts to sounds; harm by words; log probabilities
    mind.py         what makes the three models different; catalog.py has their limits, speeds and prices
    embedder.py     texts to vectors: network.py, graph.py, weights.py; tokens.py counts
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from ..core import Ask, Event, Request, Result


class Model(Protocol):
    """Anything that can answer a request."""

    def answer(self, request: Request) -> Result:
        """Give the result that belongs to the request: Ask→Reply, Embed→Vectors, Count→Counted, ListModels→Models.

        Raises:
            Fault: "no_such_model", "bad_request" or "context_too_long".
        """
        ...


@runtime_checkable
class LiveModel(Model, Protocol):
    """A model that can tell its reply while it is still being made, and answer `threads` requests at the same time."""

    threads: int

    def stream(self, ask: Ask) -> Iterator[Event]:
        """Give the events of the reply to an ask, the last of which is `Closed`.

        Raises:
            Fault: before the first event, or where the reply broke off.
        """
        ...


@runtime_checkable
class QuickModel(Model, Protocol):
    """A model that knows which of its answers take a millisecond or less."""

    def is_quick(self, request: Request) -> bool:
        """Will this answer be there at once? Then it need not be handed to a thread and back, which takes longer."""
        ...


def load(cache: Path | None = None) -> Model:
    """Load the practice model; `cache` is the folder for the prepared embedding graph (90 MB, built once).

    Without `cache` the user's own cache folder is used.

    Raises:
        WeightsMissing: the weights' package is not installed, or its file is damaged.
    """
    from .practice import PracticeModel  # imports numpy and onnxruntime: half a second that an importer need not pay

    return PracticeModel(cache)


__all__ = ["LiveModel", "Model", "QuickModel", "load"]
