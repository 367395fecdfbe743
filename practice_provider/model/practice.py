"""The practice model behind the `Model` interface: one method for each kind of request."""

from pathlib import Path

import numpy as np
import platformdirs

from ..core import Ask, Count, Counted, Embed, Fault, ListModels, Models, Reply, Request, Result, Vectors
from . import catalog, dispatch, mind, tokens
from .embedder import DIMENSIONS, Embedder


class PracticeModel:
    """Answers requests with the practice model. Safe to use from several threads."""

    def __init__(self, cache: Path | None = None) -> None:
        """Open the embedding network and the tokenizer, so that the first ask does not wait for them."""
        self._embedder = Embedder(cache or Path(platformdirs.user_cache_dir("practice-provider")))
        self._minds = {"practice-large": mind.large(self._embedder), "practice-small": mind.small()}
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

    def _reply(self, ask: Ask) -> Reply:
        return dispatch.reply(ask, self._minds[catalog.find(ask.model, "chat").name])

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


def _list(name: str | None) -> Models:
    cards = [catalog.find(name)] if name is not None else catalog.CATALOG.values()
    return Models(tuple(card.info() for card in cards))
