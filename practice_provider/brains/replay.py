"""Play what was recorded: no network, no keys, the same answers, at the pace at which the vendor gave them.

A request that was recorded several times plays its recordings in their order, for each client's key by itself, and
then the last one again. One that was never recorded is refused, with the nearest recording and how it differs.
"""

import asyncio
import json
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from ..core import Fault
from . import matching
from .cassette import SUFFIX, BadCassette, Taken, read
from .passing import Call, Passed
from .record import number_of, request_json
from .secrets import SHORTEST, secrets_in, struck

MOST_PLACES = 100_000  # pairs of a key and a request whose place in the order is remembered


class Replay:
    """The brain that plays cassettes."""

    def __init__(self, folder: Path) -> None:
        """Read all cassettes of a folder.

        Raises:
            BadCassette: one can't be read, or there is none.
        """
        files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: (number_of(file), file.name))
        if not files:
            raise BadCassette(f"{folder} holds no file *{SUFFIX}: record some with --record {folder}")
        self._folder = folder
        self._taken = [read(file) for file in files]
        self._played: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._by_print: dict[str, list[Taken]] = {}
        for taken in self._taken:
            self._by_print.setdefault(matching.fingerprint(_where(taken), taken.request), []).append(taken)

    def summary(self) -> str:
        """Say what there is to play, for example '12 recordings: openai 9, gemini 3'."""
        by_vendor = Counter(taken.vendor for taken in self._taken)
        plural = "" if len(self._taken) == 1 else "s"
        return f"{len(self._taken)} recording{plural}: " + ", ".join(f"{v} {n}" for v, n in by_vendor.most_common())

    async def pass_on(self, call: Call) -> Passed:
        """Give the next recording of this request."""
        where, sent = matching.address(call.vendor, call.method, call.path, call.query), _as_kept(call)
        known = matching.fingerprint(where, sent)
        found = self._by_print.get(known)
        if not found:
            raise Fault("no_such_path", self._miss(where, sent))
        taken = found[min(self._turn(call.key, known), len(found) - 1)]
        headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in taken.headers.items()]
        return Passed(taken.status, headers, _played(taken, call.speed))

    def _turn(self, key: str, known: str) -> int:
        """Count how often this key has sent this request before."""
        before = self._played.pop((key, known), 0)
        self._played[key, known] = before + 1
        if len(self._played) > MOST_PLACES:
            self._played.popitem(last=False)
        return before

    def _miss(self, where: str, sent: object) -> str:
        begins = f"No recording of this request ({where}) is among the {len(self._taken)} in {self._folder}."
        same = [taken for taken in self._taken if _where(taken) == where]
        if not same:
            places = ", ".join(sorted({_where(taken) for taken in self._taken})[:5])
            return f"{begins} Nothing was recorded there; recordings are of: {places}."
        nearest = min(same, key=lambda taken: matching.distance(taken.request, sent))
        return f"{begins} The nearest is {nearest.file}; it differs: {matching.told(nearest.request, sent)}."


def _as_kept(call: Call) -> Any:
    """The request as a cassette would hold it: without keys."""
    secrets = [word for word in {call.key, *secrets_in(call.headers, call.query)} if len(word) >= SHORTEST]
    return json.loads(struck(json.dumps(request_json(call), ensure_ascii=False), secrets))


def _where(taken: Taken) -> str:
    return matching.address(taken.vendor, taken.method, taken.path, taken.query)


async def _played(taken: Taken, speed: float) -> AsyncIterator[bytes]:
    for delay_ms, data in taken.frames:
        if speed > 0 and delay_ms > 0:
            await asyncio.sleep(delay_ms / 1000 / speed)
        yield data
