"""What an answer costs. Practice prices are a small table; all others come from genai-prices, offline.

The practice prices repeat the provider's own catalogue, as your price list repeats your vendor's; a test compares
the two. Real prices change: update genai-prices, and read the vendor's page before you sign. Source: https://github.com/pydantic/genai-prices
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    """USD per million tokens, in and out."""

    usd_per_million_in: float
    usd_per_million_out: float

    def cost_usd(self, tokens_in: int, tokens_out: int) -> float:
        """The cost of one answer in USD."""
        return (tokens_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out) / 1_000_000


PRACTICE: dict[str, Price] = {
    "practice-large": Price(2.5, 10.0),
    "practice-small": Price(0.25, 1.0),
    "practice-embed": Price(0.02, 0.0),
    "practice-speak": Price(0.6, 0.0),
    "practice-transcribe": Price(1.25, 5.0),
    "practice-moderate": Price(0.0, 0.0),
}


def cost_usd(model: str, tokens_in: int, tokens_out: int) -> float | None:
    """The cost of one answer in USD, or None when no price is known for the model (a local one, for example).

    >>> cost_usd("practice-large", tokens_in=1_000_000, tokens_out=0)
    2.5
    """
    if model in PRACTICE:
        return PRACTICE[model].cost_usd(tokens_in, tokens_out)
    import genai_prices  # 0.9 s with its table: only when a real model is asked for

    usage = genai_prices.Usage(input_tokens=tokens_in, output_tokens=tokens_out)
    try:
        return float(genai_prices.calc_price(usage, model).total_price)
    except LookupError:
        return None
