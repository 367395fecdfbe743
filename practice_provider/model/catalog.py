"""The models on offer: their limits, their natural speed and their prices.

A price list and a table of speeds, nothing more. The speeds and prices are invented, but they keep the proportions
that vendors have: the large model costs about ten times the small one and starts to answer later; the reasoner costs
twice the large one for each token and writes more of them. No real money is
meant. For what a vendor's own list looks like, see https://openai.com/api/pricing/
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..core import Fault, ModelInfo, ModelKind


@dataclass(frozen=True)
class Card:
    """One model. `context` and `max_out` are in tokens; times in seconds; prices in USD per million tokens."""

    name: str
    label: str
    kind: ModelKind
    context: int
    max_out: int
    first_token_s: float
    tokens_per_s: float
    usd_per_million_in: float
    usd_per_million_out: float

    def info(self) -> ModelInfo:
        """What a model list says about this model."""
        return ModelInfo(self.name, self.label, self.kind, self.context, self.max_out)


_CARDS = (
    #    name              label                 kind         context  max_out first_s tok/s  in $   out $
    Card("practice-reasoner", "Practice Reasoner", "chat", 128_000, 16_384, 1.50, 40.0, 5.00, 20.00),
    Card("practice-large", "Practice Large", "chat", 128_000, 8_192, 0.60, 60.0, 2.50, 10.00),
    Card("practice-small", "Practice Small", "chat", 32_000, 4_096, 0.20, 150.0, 0.25, 1.00),
    Card("practice-embed", "Practice Embed", "embedding", 8_192, 0, 0.05, 0.0, 0.02, 0.00),
    Card("practice-speak", "Practice Speak", "speech", 2_000, 0, 0.30, 0.0, 0.60, 0.00),
    Card("practice-transcribe", "Practice Transcribe", "transcription", 16_000, 2_000, 0.30, 200.0, 1.25, 5.00),
    Card("practice-moderate", "Practice Moderate", "moderation", 32_000, 0, 0.05, 0.0, 0.00, 0.00),
)

CATALOG: Mapping[str, Card] = {card.name: card for card in _CARDS}


def find(name: str, kind: ModelKind | None = None) -> Card:
    """Give the card with this name.

    Raises:
        Fault: "no_such_model" for an unknown name; "bad_request" for a model of another kind.

    >>> find("practice-small").kind
    'chat'
    """
    card = CATALOG.get(name)
    if card is None:
        raise Fault("no_such_model", f"The model '{name}' does not exist. The models are: {', '.join(CATALOG)}.")
    if kind is not None and card.kind != kind:
        fitting = ", ".join(c.name for c in CATALOG.values() if c.kind == kind)
        raise Fault("bad_request", f"'{name}' is a model of kind '{card.kind}'. For {kind} use: {fitting}.")
    return card
