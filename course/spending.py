"""What a lesson's calls to real providers have cost, and a limit: past it, a call is answered by a refusal from here.

All SDKs of the lessons send with httpx2, so one place sees them all: its transport. Prices are those of
stages/s2_llms/prices.py; what no price is known for is counted as the dearest model of the table, and a reply that
tells no tokens by its length. Not seen: programs that a cell starts, uploads of files, and boto3. Calls that are under
way when the limit is reached are not cut off.
Sources: https://www.python-httpx.org/advanced/transports/, and each vendor's page on `usage`
"""

import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import httpx2

from stages.s2_llms.prices import cost_usd
from stages.s2_llms.providers import PROVIDERS

MAX_USD, VARIABLE = 2.0, "COURSE_MAX_USD"
LETTERS_PER_TOKEN = 4
TOKENS_IN = ("prompt_tokens", "input_tokens", "promptTokenCount")
CACHED_BESIDE = ("cache_read_input_tokens", "cache_creation_input_tokens")  # Anthropic's, at the full price
TOKENS_OUT = ("completion_tokens", "output_tokens", "candidatesTokenCount")
THOUGHTS = ("thoughtsTokenCount",)
MODEL_IN_PATH = re.compile(r"/models?/([^/:]+)[:/](?!count)")
FREE = re.compile(r"count[-_]?tokens|/input_tokens$", re.IGNORECASE)


class Meter:
    """Counts what is spent. Requests to `own`, the practice provider's address, cost nothing."""

    def __init__(self, limit_usd: float, own: str) -> None:
        self.limit_usd, self.spent_usd, self._own, self._lock = limit_usd, 0.0, own, threading.Lock()

    def model_of(self, request: httpx2.Request) -> str | None:
        """The model that a request asks for; None when it asks none, or costs nothing."""
        if request.method != "POST" or str(request.url).startswith(self._own) or FREE.search(request.url.path):
            return None
        try:
            asked = json.loads(request.content).get("model")
        except (httpx2.RequestNotRead, ValueError, AttributeError):
            asked = None
        named = MODEL_IN_PATH.search(request.url.path)
        return asked if isinstance(asked, str) else named[1] if named else None

    def refusal(self) -> httpx2.Response | None:
        """The answer to a call when the limit is reached: no SDK asks again after a 402."""
        if self.spent_usd < self.limit_usd:
            return None
        why = f"This lesson has spent ${self.spent_usd:.2f} of at most ${self.limit_usd:.2f}, so nothing was sent."
        way_out = f"Run its first cell again to go on, or set {VARIABLE} to another number of US dollars."
        error = {"code": 402, "type": "spending_limit", "status": "SPENDING_LIMIT", "message": f"{why} {way_out}"}
        return httpx2.Response(402, json={"type": "error", "error": error})

    def add(self, model: str, asked: int, status: int, reply: bytes) -> None:
        """Count a call: the length of what was asked, and the whole reply."""
        if status == 200:
            tokens_in, tokens_out = used(reply.decode("utf-8", "replace"))
            if not tokens_in:
                tokens_in, tokens_out = asked // LETTERS_PER_TOKEN, len(reply) // LETTERS_PER_TOKEN
            with self._lock:
                self.spent_usd += price(model, tokens_in, tokens_out)


def used(reply: str) -> tuple[int, int]:
    """The tokens in and out that a reply tells of, streamed or not.

    >>> used('{"usage": {"input_tokens": 3, "output_tokens": 1}} … {"usage": {"output_tokens": 9}}')
    (3, 9)
    """
    return _most(reply, TOKENS_IN) + _most(reply, CACHED_BESIDE), _most(reply, TOKENS_OUT) + _most(reply, THOUGHTS)


def price(model: str, tokens_in: int, tokens_out: int) -> float:
    """USD for a call."""
    known = cost_usd(model.removeprefix("models/"), tokens_in, tokens_out)
    if known is not None:
        return known
    return max(cost_usd(row.chat_model, tokens_in, tokens_out) or 0 for row in PROVIDERS.values())


def watch(meter: Meter) -> Callable[[], None]:
    """Have what this process sends with httpx2 pass the meter from here on; call what is returned to end that."""
    now, later = httpx2.HTTPTransport.handle_request, httpx2.AsyncHTTPTransport.handle_async_request

    def handle(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        model = meter.model_of(request)
        refused = meter.refusal() if model else None
        return refused or _metered(meter, model, request, now(self, _readable(model, request)))

    async def handle_async(self: httpx2.AsyncHTTPTransport, request: httpx2.Request) -> httpx2.Response:
        model = meter.model_of(request)
        refused = meter.refusal() if model else None
        return refused or _metered(meter, model, request, await later(self, _readable(model, request)))

    google = _google_with_httpx2()
    httpx2.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
    httpx2.AsyncHTTPTransport.handle_async_request = handle_async  # type: ignore[method-assign]

    def end() -> None:
        google()
        httpx2.HTTPTransport.handle_request = now  # type: ignore[method-assign]
        httpx2.AsyncHTTPTransport.handle_async_request = later  # type: ignore[method-assign]

    return end


def _google_with_httpx2() -> Callable[[], None]:
    """Have Google's SDK use httpx2 for `aio` as well: it prefers aiohttp where that is installed, without a switch."""
    sdk: Any = import_module("google.genai._api_client")
    before, sdk.has_aiohttp = sdk.has_aiohttp, False

    def back() -> None:
        sdk.has_aiohttp = before

    return back


class _Watched(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A reply's bytes on their way to the SDK; `done` gets all of them when it has closed the reply."""

    def __init__(self, stream: Any, done: Callable[[bytes], None]) -> None:
        self._stream, self._done, self._seen, self._open = stream, done, bytearray(), True

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._seen += piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._seen += piece
            yield piece

    def close(self) -> None:
        self._stream.close()
        self._finish()

    async def aclose(self) -> None:
        await self._stream.aclose()
        self._finish()

    def _finish(self) -> None:
        if self._open:
            self._open = False
            self._done(bytes(self._seen))


def _readable(model: str | None, request: httpx2.Request) -> httpx2.Request:
    if model:
        request.headers["accept-encoding"] = "identity"  # what is packed cannot be read on the way
    return request


def _metered(meter: Meter, model: str | None, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    if model:
        done = partial(meter.add, model, len(request.content), response.status_code)
        response.stream = _Watched(response.stream, done)
    return response


def _most(reply: str, names: tuple[str, ...]) -> int:
    """For each of these names the largest number in the reply, summed: a stream tells a count again as it grows."""
    told = [[int(n) for n in re.findall(rf'"{name}":\s*(\d+)', reply)] for name in names]
    return sum(max(counts, default=0) for counts in told)
