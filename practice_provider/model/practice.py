"""The practice model behind the `Model` interface: one method for each kind of request."""

from pathlib import Path

import numpy as np
import platformdirs

from ..core import (
    Ask,
    Count,
    Counted,
    Embed,
    Fault,
    Files,
    ListModels,
    Models,
    Moderate,
    Reply,
    Request,
    Result,
    Speak,
    Text,
    Transcribe,
    Vectors,
)
from . import catalog, chances, dispatch, hearing, mind, moderation, speech, tokens
from .embedder import DIMENSIONS, Embedder

QUICK_LETTERS, QUICK_TOOLS = 2_000, 5


class PracticeModel:
    """Answers requests with the practice model. Safe to use from several threads."""

    def __init__(self, cache: Path | None = None) -> None:
        """Open the embedding network and the tokenizer, so that the first ask does not wait for them."""
        self._embedder = Embedder(cache or Path(platformdirs.user_cache_dir("practice-provider")))
        self._minds = {
            "practice-reasoner": mind.reasoner(self._embedder),
            "practice-large": mind.large(self._embedder),
            "practice-small": mind.small(),
        }
        tokens.warm_up()

    def answer(self, request: Request) -> Result:
        """Give the result that belongs to the request."""
        match request:
            case Ask():
                return self._reply(request)
            case Embed():
                return self._embed(request)
            case Count(ask):
                catalog.find(ask.model, "chat")
                return Counted(tokens.count_ask(ask))
            case ListModels(name):
                return _list(name)
            case Speak():
                return speech.speak(request)
            case Transcribe():
                return hearing.transcribe(request)
            case Moderate():
                return moderation.moderate(request)
            case Files():
                raise Fault("bad_request", "Files are the provider's business: the model never sees them.")

    def is_quick(self, request: Request) -> bool:
        """Only the small model is: it needs no embeddings. What takes longer than a millisecond has more letters."""
        match request:
            case Ask():
                is_plain = request.n == 1 and request.logprobs is None and len(request.tools) <= QUICK_TOOLS
                return request.model == "practice-small" and is_plain and _is_short(request)
            case Count(ask):
                return _is_short(ask)
            case _:
                return isinstance(request, ListModels)

    def _reply(self, ask: Ask) -> Reply:
        mind = self._minds[catalog.find(ask.model, "chat").name]
        return chances.added(ask, dispatch.reply(ask, mind))

    def _embed(self, request: Embed) -> Vectors:
        card = catalog.find(request.model, "embedding")
        size = request.dimensions if request.dimensions is not None else DIMENSIONS
        if not 1 <= size <= DIMENSIONS:
            message = f"'{card.name}' has {DIMENSIONS} dimensions; {size} were asked for. Ask for 1 to {DIMENSIONS}."
            raise Fault("bad_request", message, param="dimensions")
        counts = [tokens.count(text) for text in request.texts]
        if counts and max(counts) > card.context:
            longest = counts.index(max(counts))
            message = f"'{card.name}' reads {card.context} tokens per text; text {longest} has {counts[longest]}."
            raise Fault("context_too_long", f"{message} Cut it into chunks.")
        vectors = self._embedder(request.texts)[:, :size]
        if size < DIMENSIONS:
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return Vectors(request.model, tuple(tuple(map(float, row)) for row in vectors), sum(counts))


def _is_short(ask: Ask) -> bool:
    blocks = [block for turn in ask.turns for block in turn.blocks]
    return sum(len(block.text) if isinstance(block, Text) else QUICK_LETTERS + 1 for block in blocks) <= QUICK_LETTERS


def _list(name: str | None) -> Models:
    cards = [catalog.find(name)] if name is not None else catalog.CATALOG.values()
    return Models(tuple(card.info() for card in cards))
