"""The state of each key: its faults, limits, speed, files, usage and journal. Keys share nothing else.

Thirty learners on one provider don't disturb each other, because each uses a key of their own. The states are
bounded in number: the key that was used least recently is forgotten, unless it was defined. All of it is touched from
one event loop only, and survives nothing: whoever wants it back asks for it (GET /practice/state) and brings it again.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from .core import Usage
from .faults import Asked, Order, Orders
from .files import Cabinet
from .grants import Account
from .journal import Entry, Journal, Shelf
from .limits import Limit
from .scenarios import Scenario
from .usage import Ledger, cost_usd

MOST_KEYS = 10_000
MOST_DEFINED = 1_000


class KeyState:
    """What the provider remembers about one key."""

    def __init__(self, key: str, shelf: Shelf, now_s: float, account: Account | None = None) -> None:
        self.tag = hashlib.blake2s(key.encode(), digest_size=6).hexdigest()  # stands for the key in request ids
        self.account = account
        self.orders = Orders()
        self.journal = Journal(shelf)
        self.files = Cabinet()
        self._resets = 0
        self.reset(now_s)

    def reset(self, now_s: float) -> None:
        """Forget all but the key itself and what was said of it."""
        self.orders.clear()
        self.journal.clear()
        self.files.clear()
        self.scenario: Scenario | None = None
        self.limit: Limit | None = None
        self.speed: float | None = None
        self.ledger = Ledger()
        self.began_s = now_s
        self.requests = 0
        self._resets += 1

    @property
    def cache_owner(self) -> str:
        """The name of the key in the prompt cache; after a reset another one, so that it finds nothing there."""
        return f"{self.tag}/{self._resets}"

    def arrive(self, entry: Entry, raw: bytes, now_s: float) -> None:
        """Number a request and write it into the journal."""
        self.requests += 1
        entry.n, entry.at_s = self.requests, round(max(0.0, now_s - self.began_s), 6)
        self.journal.add(entry, raw)

    @property
    def disturbed(self) -> bool:
        """Can any fault fire at all?"""
        return bool(self.orders) or self.scenario is not None

    def pick(self, asked: Asked, now_s: float) -> Order | None:
        """Give the fault that hits this request: one that was ordered, else one of the scenario."""
        order = self.orders.pick(asked, now_s)
        return order if order is not None or self.scenario is None else self.scenario.pick(asked, now_s)

    def limits(self) -> list[Limit]:
        """The limits in force: the key's own and the one that it was given."""
        if self.limit is None and self.account is None:
            return []
        given = None if self.account is None else self.account.limit
        return [limit for limit in (self.limit, given) if limit is not None]

    def spend(self, model: str, usage: Usage) -> float | None:
        """Write down what an answer cost, and say how much that is."""
        cost = cost_usd(model, usage)
        self.ledger.add(model, usage, cost or 0.0)
        if self.account is not None:
            self.account.spent_usd += cost or 0.0
        return cost


class Visit:
    """One request inside a key's limits, from the door to its end."""

    def __init__(self, limits: Sequence[Limit], tokens_in: Callable[[], int], now_s: float) -> None:
        """Let the request in. `tokens_in` estimates its input, and is only called where a limit counts tokens.

        Raises:
            Fault: "rate_limit".
        """
        self._limits, self._entered_s, self._settled = limits, now_s, False
        self._tokens_in = tokens_in() if any(limit.counts_tokens for limit in limits) else 0
        for limit in limits:
            limit.check(self._tokens_in, now_s)
        for limit in limits:
            limit.enter(self._tokens_in, now_s)

    def settle(self, usage: Usage | None, now_s: float) -> None:
        """Count what was really used instead of the estimate; None: nothing was."""
        if not self._settled:
            self._settled = True
            for limit in self._limits:
                limit.settle(self._tokens_in, self._entered_s, usage, now_s)

    def leave(self, now_s: float) -> None:
        """The request has ended."""
        self.settle(None, now_s)
        for limit in self._limits:
            limit.leave()


class Registry:
    """All keys that were seen, at most `most` of them, and what was said of those that were defined."""

    def __init__(self, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self.clock = most, clock
        self._states: OrderedDict[str, KeyState] = OrderedDict()
        self._shelf = Shelf()
        self.accounts: dict[str, Account] = {}

    def of(self, key: str) -> KeyState:
        """Give the state of a key; the first time, a fresh one."""
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = KeyState(key, self._shelf, self.clock(), self.accounts.get(key))
            if len(self._states) > self._most:
                self._forget_one()
        else:
            self._states.move_to_end(key)
        return state

    def define(self, key: str, account: Account) -> None:
        """Say what a key may do.

        Raises:
            ValueError: when too many are defined.
        """
        if key not in self.accounts and len(self.accounts) >= MOST_DEFINED:
            raise ValueError(f"{MOST_DEFINED} keys are defined already: remove some with DELETE /practice/keys")
        self.accounts[key] = self.of(key).account = account

    def undefine(self, key: str) -> None:
        """Forget what was said of a key.

        Raises:
            LookupError: when nothing was.
        """
        del self.accounts[key]
        if key in self._states:
            self._states[key].account = None

    def end_watching(self) -> None:
        """End what is told live: it would go on for ever, and hold up the end of the provider."""
        for state in self._states.values():
            for watcher in state.journal.watchers:
                watcher.end()

    def _forget_one(self) -> None:
        oldest = next((key for key in self._states if key not in self.accounts), next(iter(self._states)))
        self._states.pop(oldest).journal.clear()

    def __len__(self) -> int:
        return len(self._states)
