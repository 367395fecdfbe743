"""The practice model: a request goes in, a result comes out. It knows nothing of HTTP, of vendors or of streaming.

It is not a language model. It finds, ranks and copies; practice_provider/MODEL_CARD.md says how, and how well.

    dispatch.py      which skill answers an ask    skills.py
    reading.py       takes an ask apart            context.py, sentences.py, words.py, instructions.py
    grounded.py      answers from passages         answer.py, asked.py
    routing.py       chooses tools                 results.py
    structured.py    answers in JSON               filling.py, evidence.py, texts.py, fields.py, values.py, schema.py
    labels.py, summary.py, fallback.py, hijack.py  the small skills
    notes.py         what it notes where thinking is asked for
    speech.py, hearing.py, modem.py                texts to sounds and back
    moderation.py, chances.py                      harm by words; made-up log probabilities
    mind.py          what makes the large and the small model different
    embedder.py      texts to vectors              network.py, graph.py, weights.py
    tokens.py, catalog.py                          counts, limits, speeds and prices
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
