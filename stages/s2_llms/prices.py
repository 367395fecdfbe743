"""What an answer costs, and a month of them, offline: a table for the practice models, genai-prices for others.

The practice prices repeat the provider's own catalogue, as your price list repeats your vendor's; a test compares
the two. Real prices change: update genai-prices, and read the vendor's page before you sign. Discounts for batches,
committed use and regions are not counted. Source: https://github.com/pydantic/genai-prices
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .errors import SettingsError

CACHED_SHARE = 0.1  # what a token from the practice provider's prompt cache costs, of an input token's price
PRICES_OF = "0.2.3", date(2026, 11, 9)
"""The version of genai-prices that was looked at, and the day of the newest price change in it."""


@dataclass(frozen=True)
class Price:
    """USD per million tokens, in and out."""

    usd_per_million_in: float
    usd_per_million_out: float

    def cost_usd(self, tokens_in: int, tokens_out: int, cached: int = 0) -> float:
        """The cost of one answer in USD; `cached` of the tokens in came from the prompt cache."""
        paid_in = tokens_in - cached * (1 - CACHED_SHARE)
        return (paid_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out) / 1_000_000


PRACTICE: dict[str, Price] = {
    "practice-reasoner": Price(5.0, 20.0),
    "practice-large": Price(2.5, 10.0),
    "practice-small": Price(0.25, 1.0),
    "practice-embed": Price(0.02, 0.0),
    "practice-speak": Price(0.6, 0.0),
    "practice-transcribe": Price(1.25, 5.0),
    "practice-moderate": Price(0.0, 0.0),
}


def cost_usd(model: str, tokens_in: int, tokens_out: int, cached: int = 0) -> float | None:
    """The cost of one answer in USD, or None when no price is known for the model (a local one, for example).

    `cached` of the `tokens_in` were read from the vendor's prompt cache, which makes them cheaper.

    >>> cost_usd("practice-large", tokens_in=1_000_000, tokens_out=0)
    2.5
    >>> cost_usd("practice-large", tokens_in=1_000_000, tokens_out=0, cached=1_000_000)
    0.25
    """
    if model in PRACTICE:
        return PRACTICE[model].cost_usd(tokens_in, tokens_out, cached)
    import genai_prices  # 0.9 s with its table: only when a real model is asked for

    usage = genai_prices.Usage(input_tokens=tokens_in, output_tokens=tokens_out, cache_read_tokens=cached)
    for seller in (None, "openai", "aws"):  # None: guessed by the name, which fails for embeddings and for Bedrock
        try:
            return float(genai_prices.calc_price(usage, model, provider_id=seller).total_price)
        except LookupError:
            continue
    return None


@dataclass(frozen=True)
class Traffic:
    """One kind of request in a month: how many, and the tokens of one on average."""

    name: str
    model: str
    requests: int
    tokens_in: int
    tokens_out: int
    cached: int = 0


def monthly_bill(rows: Iterable[Traffic]) -> dict[str, float]:
    """USD a month for each kind of request, by its name.

    Raises:
        SettingsError: a model has no known price, so there is no honest bill.

    >>> monthly_bill([Traffic("triage", "practice-small", requests=100_000, tokens_in=900, tokens_out=10)])
    {'triage': 23.5}
    """
    bill = dict[str, float]()
    for row in rows:
        one = cost_usd(row.model, row.tokens_in, row.tokens_out, row.cached)
        if one is None:
            raise SettingsError(f"No price is known for {row.model!r} ({row.name}). Add it to PRACTICE in prices.py.")
        bill[row.name] = round(bill.get(row.name, 0.0) + one * row.requests, 6)
    return bill


def prices_as_of() -> str:
    """Which price data is used, and how new it is."""
    from importlib.metadata import version

    return "genai-prices {}, whose newest change is of {}".format(version("genai-prices"), PRICES_OF[1])
