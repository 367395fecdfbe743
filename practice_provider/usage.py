"""What requests cost: tokens that a prompt cache saves, prices, and a ledger for each key.

The cache stores no texts: it knows prefixes by their hashes, for five minutes after their last use, and only asks of
1,024 tokens and more. Vendors do it in two ways. Automatic: each whole step of about 128 tokens is written, and the
longest known prefix is read. Marked: the client says where a prefix ends. Prices come from model/catalog.py; what was
read from the cache costs a tenth of an input token, what a mark wrote into it a quarter more than one.
Sources: https://platform.openai.com/docs/guides/prompt-caching and
https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

from .core import Ask, Audio, Block, Document, Embed, Image, Request, Speak, Text, Thinking, ToolCall, ToolResult, Usage
from .model.catalog import CATALOG

LEAST_TOKENS, STEP_TOKENS = 1_024, 128
CHARACTERS_PER_TOKEN = 4  # an estimate; the real count is only known for the whole ask
STEP_CHARACTERS = STEP_TOKENS * CHARACTERS_PER_TOKEN
KEPT_S = 300.0
MOST_PREFIXES = 50_000  # over all keys: some megabytes
MOST_MODELS = 200  # in one ledger
READ_SHARE, WRITE_SHARE = 0.1, 1.25  # of the price of an input token


# ---- how much is asked -----------------------------------------------------------------------------------------


def estimate(request: Request) -> int:
    """Estimate a request's input tokens from its characters, before anybody has counted them.

    >>> estimate(Embed("practice-embed", ("twelve chars",)))
    3
    """
    match request:
        case Ask():
            characters = sum(len(part) for part in _parts(request))
        case Embed(texts=texts):
            characters = sum(map(len, texts))
        case Speak(text=text):
            characters = len(text)
        case _:
            characters = 0
    return -(-characters // CHARACTERS_PER_TOKEN)


def _parts(ask: Ask) -> Iterator[str]:
    """All that an ask says, in the order in which it is cached: tools, then block after block."""
    yield "".join(f"{tool.name}\n{tool.description}\n{json.dumps(tool.parameters)}\n" for tool in ask.tools)
    for turn in ask.turns:
        for block in turn.blocks:
            yield f"\n{turn.role}\n{_words(block)}"


def _words(block: Block) -> str:
    match block:
        case Text() | Thinking():
            return block.text
        case ToolCall():
            return f"{block.name} {json.dumps(block.args)}"
        case ToolResult():
            return f"{block.call_id} {block.text}"
        case Image() | Audio() | Document():
            return f"{block.media_type} {hashlib.blake2s(block.data).hexdigest()} {getattr(block, 'url', None)}"


# ---- the prompt cache ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Prefix:
    """A beginning of an ask: its hash, and about how many tokens it has."""

    digest: bytes
    tokens: int


class PromptCache:
    """The prefixes of all keys, those used least recently first. Several threads may ask at once."""

    def __init__(self, most: int = MOST_PREFIXES) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, tuple[int, float]] = OrderedDict()  # hash → tokens, time of the last use
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def account(self, owner: str, ask: Ask, usage: Usage, now_s: float, *, marked: bool) -> Usage:
        """Say what of an ask's input came from the cache, and remember the ask. Owners share nothing.

        `marked`: nothing is cached unless the ask has marks.
        """
        if usage.tokens_in < LEAST_TOKENS or usage.cached or (marked and not ask.cache_marks):
            return usage
        with self._lock:
            if ask.cache_marks:
                return self._by_marks(owner, ask, usage, now_s)
            return self._by_steps(owner, ask, usage, now_s)

    def _by_steps(self, owner: str, ask: Ask, usage: Usage, now_s: float) -> Usage:
        steps = list(_steps(owner, "".join(_parts(ask)), usage.tokens_in))
        known = next((step for step in reversed(steps) if self._find(step, now_s) is not None), None)
        for step in steps:
            self._keep(step, now_s)
        return usage if known is None else replace(usage, cached=known.tokens)

    def _by_marks(self, owner: str, ask: Ask, usage: Usage, now_s: float) -> Usage:
        """Read the longest prefix that a mark wrote before, and write as far as the last mark."""
        ends = list(_block_ends(owner, ask, usage.tokens_in))[: max(ask.cache_marks) + 1]
        marked = [end for number, end in enumerate(ends) if number in ask.cache_marks]
        if not marked or marked[-1].tokens < LEAST_TOKENS:
            return usage
        read = next((tokens for end in reversed(ends) if (tokens := self._find(end, now_s)) is not None), 0)
        kept = [self._keep(end, now_s) for end in marked if end.tokens >= LEAST_TOKENS]
        cached = min(read, usage.tokens_in)
        return replace(usage, cached=cached, cache_written=max(0, min(kept[-1], usage.tokens_in) - cached))

    def _find(self, prefix: Prefix, now_s: float) -> int | None:
        """Give the tokens of a prefix that is still kept."""
        tokens, used_s = self._kept.get(prefix.digest, (0, -KEPT_S))
        if now_s - used_s >= KEPT_S:
            return None
        self._kept[prefix.digest] = (tokens, now_s)
        return tokens

    def _keep(self, prefix: Prefix, now_s: float) -> int:
        """Write a prefix, or use it once more; gives its tokens as they were counted when it was written."""
        found = self._find(prefix, now_s)
        tokens = prefix.tokens if found is None else found
        self._kept[prefix.digest] = (tokens, now_s)
        self._kept.move_to_end(prefix.digest)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return tokens


def _steps(owner: str, text: str, tokens: int) -> Iterator[Prefix]:
    """The prefixes of a text in whole steps; the text as a whole has so many tokens."""
    hashed = hashlib.blake2s(owner.encode(), digest_size=12)
    for end in range(STEP_CHARACTERS, len(text) + 1, STEP_CHARACTERS):
        hashed.update(text[end - STEP_CHARACTERS : end].encode("utf-8", "surrogatepass"))
        size = tokens * end // len(text) // STEP_TOKENS * STEP_TOKENS
        if size >= LEAST_TOKENS:
            yield Prefix(hashed.copy().digest(), size)


def _block_ends(owner: str, ask: Ask, tokens: int) -> Iterator[Prefix]:
    """The prefixes that end with the tools, with the first block, with the second, and so on."""
    parts = list(_parts(ask))
    whole, length = sum(map(len, parts)), 0
    hashed = hashlib.blake2s(owner.encode(), digest_size=12)
    for part in parts:
        hashed.update(part.encode("utf-8", "surrogatepass"))
        length += len(part)
        yield Prefix(hashed.copy().digest(), tokens * length // max(1, whole))


# ---- prices ----------------------------------------------------------------------------------------------------


def cost_usd(model: str, usage: Usage) -> float | None:
    """Give the price of one answer in USD; None for a model without a price.

    >>> cost_usd("practice-large", Usage(1_000_000, 0)), cost_usd("practice-large", Usage(1_000_000, 0, cached=500_000))
    (2.5, 1.375)
    """
    card = CATALOG.get(model)
    if card is None:
        return None
    plain = usage.tokens_in - usage.cached - usage.cache_written
    paid_in = plain + usage.cached * READ_SHARE + usage.cache_written * WRITE_SHARE
    return round((paid_in * card.usd_per_million_in + usage.tokens_out * card.usd_per_million_out) / 1e6, 12)


@dataclass
class Line:
    """What was used of one model."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0
    cost_usd: float = 0.0

    def add(self, usage: Usage, cost: float) -> None:
        """Count one answer."""
        self.requests += 1
        self.tokens_in += usage.tokens_in
        self.tokens_out += usage.tokens_out
        self.cached += usage.cached
        self.cache_written += usage.cache_written
        self.reasoning += usage.reasoning
        self.cost_usd += cost

    def as_json(self) -> dict[str, Any]:
        """Give the line as a JSON object."""
        return asdict(self) | {"cost_usd": round(self.cost_usd, 9)}


class Ledger:
    """What one key used, by model. Only answers count; errors cost nothing."""

    OTHERS = "(others)"

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}

    def add(self, model: str, usage: Usage, cost: float) -> None:
        """Count one answer."""
        if model not in self.lines and len(self.lines) >= MOST_MODELS:
            model = self.OTHERS
        self.lines.setdefault(model, Line()).add(usage, cost)

    def as_json(self) -> dict[str, Any]:
        """Give the lines and their sum."""
        total = Line()
        for line in self.lines.values():
            for name, value in asdict(line).items():
                setattr(total, name, getattr(total, name) + value)
        return {"models": {name: line.as_json() for name, line in self.lines.items()}, "total": total.as_json()}


def prices() -> dict[str, dict[str, float]]:
    """Give the price list: USD per million tokens."""
    return {
        name: {
            "in": card.usd_per_million_in,
            "cached": round(card.usd_per_million_in * READ_SHARE, 9),
            "cache_written": round(card.usd_per_million_in * WRITE_SHARE, 9),
            "out": card.usd_per_million_out,
        }
        for name, card in CATALOG.items()
    }
