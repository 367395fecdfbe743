"""The state of each key: its faults, its limit, its speed and its journal. Keys share nothing else.

Thirty learners on one provider don't disturb each other, because each uses a key of their own. The states are
bounded in number: the key that was used least recently is forgotten. All of it is touched from one event loop only.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from .faults import Orders
from .journal import Entry, Journal, Shelf
from .limits import Window

MOST_KEYS = 10_000


class KeyState:
    """What the provider remembers about one key."""

    def __init__(self, key: str, shelf: Shelf, now_s: float) -> None:
        self.tag = hashlib.blake2s(key.encode(), digest_size=6).hexdigest()  # stands for the key in request ids
        self.orders = Orders()
        self.journal = Journal(shelf)
        self.reset(now_s)

    def reset(self, now_s: float) -> None:
        """Forget all but the key itself."""
        self.orders.clear()
        self.journal.clear()
        self.window: Window | None = None
        self.speed: float | None = None
        self.began_s = now_s
        self.requests = 0

    def arrive(self, entry: Entry, raw: bytes, now_s: float) -> None:
        """Number a request and write it into the journal."""
        self.requests += 1
        entry.n, entry.at_s = self.requests, round(max(0.0, now_s - self.began_s), 6)
        self.journal.add(entry, raw)


class Registry:
    """All keys that were seen, at most `most` of them."""

    def __init__(self, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self.clock = most, clock
        self._states: OrderedDict[str, KeyState] = OrderedDict()
        self._shelf = Shelf()

    def of(self, key: str) -> KeyState:
        """Give the state of a key; the first time, a fresh one."""
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = KeyState(key, self._shelf, self.clock())
            if len(self._states) > self._most:
                self._states.popitem(last=False)[1].journal.clear()
        else:
            self._states.move_to_end(key)
        return state

    def __len__(self) -> int:
        return len(self._states)
