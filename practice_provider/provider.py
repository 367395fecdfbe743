"""What all requests share: the model and its threads, the settings, the keys' states, the prompt cache.

It knows nothing of one request; exchange.py does.
Why blocking work belongs into a thread: https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from . import auth
from .brains.passing import Closable, Passing
from .connection import Client
from .core import Fault
from .job import Job, Ready, Sendable
from .keys import Registry
from .model import LiveModel, Model, QuickModel
from .settings import Settings
from .usage import PromptCache

MOST_WAITING = 1_000  # requests for the model; the next one is told that the server is overloaded


@dataclass
class Provider:
    """What all requests share."""

    model: Model | Passing
    settings: Settings
    instance: str
    registry: Registry = field(default_factory=Registry)
    live: LiveModel | None = field(init=False)
    quick: QuickModel | None = field(init=False)
    passing: Passing | None = field(init=False)
    worker: ThreadPoolExecutor = field(init=False)
    waiting: int = 0
    strangers: int = 0  # requests without a known key
    cache: PromptCache = field(default_factory=PromptCache)

    def __post_init__(self) -> None:
        self.live = self.model if isinstance(self.model, LiveModel) else None  # asked once: it costs some microseconds
        self.quick = self.model if isinstance(self.model, QuickModel) else None
        self.passing = self.model if isinstance(self.model, Passing) else None
        self.worker = ThreadPoolExecutor(self.live.threads if self.live else 1, "practice-model")

    def admits(self, key: str) -> bool:
        """Is this a key that is let in? Where keys are listed, only those and the defined ones are."""
        if self.settings.keys:
            return key in self.settings.keys or key in self.registry.accounts
        return auth.accepted(key)

    async def close(self) -> None:
        """Let go of what the model and its threads hold."""
        self.worker.shutdown(wait=False, cancel_futures=True)
        if isinstance(self.model, Closable):
            await self.model.close()

    async def steps(self, client: Client, ready: Ready) -> AsyncIterator[Sendable]:
        """Give the steps of a stream, those of a live one as they come."""
        for step in ready.steps:
            yield step
        if ready.live is None:
            return
        loop = asyncio.get_running_loop()
        try:
            while (later := await client.wait(loop.run_in_executor(self.worker, ready.live.next))) is not None:
                yield later
        finally:
            with suppress(RuntimeError):  # the provider is ending
                self.worker.submit(ready.live.close)

    async def think(self, client: Client, job: Job) -> Ready:
        """Have a job done in the worker thread, where it can't hold up other requests; a quick one is done here."""
        if self.quick is not None and self.quick.is_quick(job.request):
            return job.run()
        if self.waiting >= MOST_WAITING:
            raise Fault("overloaded", f"{MOST_WAITING} requests are waiting for the model already.", retry_after_s=1.0)
        self.waiting += 1
        try:
            return await client.wait(asyncio.get_running_loop().run_in_executor(self.worker, job.run))
        finally:
            self.waiting -= 1
