"""Pass each request on to the real vendor, hand its reply back unchanged, and write both into a cassette.

A client that sends a practice key gets the key from the provider's environment, so that learners need none; any other
key is passed on as it is. A reply is written when it is complete; one that broke off, or that says something about a
key (401, 403), is not. The end of a reply is sent when it is on the disk: what a client has seen the end of is kept,
whatever happens next.
Source: https://martinfowler.com/bliki/SelfInitializingFake.html
"""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from filelock import FileLock

from ..bodies import READERS
from ..core import Fault
from .cassette import SUFFIX, Taken, save, text_of
from .matching import address
from .passing import Call, Passed, frames_of
from .refusing import as_faults
from .secrets import (
    SENT_IN,
    SHORTEST,
    SecretLeft,
    check_encoded,
    check_pieces,
    kept_headers,
    secrets_in,
    struck,
    without_keys,
)
from .upstream import LOCAL, TIMEOUT
from .vendors import Vendor

LOG = logging.getLogger("practice_provider")
NOT_ON = {*SENT_IN, "host", "content-length", "accept-encoding", "connection", "te", "transfer-encoding", "upgrade"}
NOT_BACK = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "set-cookie"}
NOT_KEPT = (401, 403)
STREAMED = ("text/event-stream", "application/x-ndjson")


class Record:
    """The brain that asks real vendors and writes down what they say."""

    def __init__(self, folder: Path, vendors: Mapping[str, Vendor], environ: Mapping[str, str]) -> None:
        """Prepare to write into this folder, which is made; keys come from `environ`.

        Raises: OSError when the folder can't be made, or another provider records into it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "recording.lock", thread_local=False)
        self._lock.acquire(timeout=0)
        self._folder, self._vendors = folder, vendors
        self._keys = {name: vendor.key_in(environ) for name, vendor in vendors.items()}
        self._number = max((number_of(file) for file in folder.glob(f"*{SUFFIX}")), default=0)
        self._clients: dict[bool, httpx2.AsyncClient] = {}

    async def pass_on(self, call: Call) -> Passed:
        """Ask the real vendor."""
        vendor = self._vendors.get(call.vendor)
        if vendor is None or vendor.url is None:
            hint = f"--upstream {call.vendor}=URL" if vendor else f"one of {', '.join(self._vendors)}"
            raise Fault("bad_request", f"'{call.vendor}' can't be recorded here: start the provider with {hint}.")
        self._number += 1
        file = self._folder / f"{self._number:04d}-{call.vendor}-{_slug(call.path)}{SUFFIX}"
        clock = _Clock()
        with as_faults(vendor.url):
            response = await self._client(vendor.url).send(self._request(vendor, vendor.url, call), stream=True)
        headers = [(name, value) for name, value in response.headers.raw if name.decode().lower() not in NOT_BACK]
        return Passed(response.status_code, headers, self._kept(call, response, file, clock))

    def _request(self, vendor: Vendor, url: str, call: Call) -> httpx2.Request:
        key = self._keys[vendor.name] if call.ours else call.key
        if vendor.key_header and not key:
            variables = " or ".join(vendor.key_variables)
            raise Fault("auth", f"To ask {vendor.name}, set {variables} for the provider, or send a key of your own.")
        headers = {n.decode(): v.decode("latin-1") for n, v in call.headers.items() if n.decode() not in NOT_ON}
        headers |= {"accept-encoding": "identity"}
        headers |= {vendor.key_header: vendor.before_key + key} if vendor.key_header and key else {}
        query = without_keys(call.query)
        target = url + call.path + (f"?{query}" if query else "")
        return httpx2.Request(call.method, target, headers=headers, content=call.raw)

    def _client(self, url: str) -> httpx2.AsyncClient:
        """Give the client for this address; made here, because its connections belong to the running event loop."""
        local = httpx2.URL(url).host in LOCAL
        if local not in self._clients:
            self._clients[local] = httpx2.AsyncClient(timeout=TIMEOUT, trust_env=not local)
        return self._clients[local]

    async def close(self) -> None:
        """Close the connections, and let another recorder have the folder."""
        for client in self._clients.values():
            await client.aclose()
        self._lock.release()

    # ---- while the reply passes --------------------------------------------------------------------------------

    async def _kept(self, call: Call, response: httpx2.Response, file: Path, clock: "_Clock") -> AsyncIterator[bytes]:
        """Hand the pieces on, and keep them with their time."""
        frames = []
        try:
            with as_faults(str(response.url)):
                async for piece in response.aiter_bytes():
                    frames.append((clock.lap_ms(), piece))
                    yield piece
        finally:
            await response.aclose()
        if response.status_code not in NOT_KEPT:
            headers = kept_headers(response.headers)
            pieces = tuple(by_event(frames, response.headers.get("content-type", "")))
            query = without_keys(call.query)
            said = (call.vendor, call.method, call.path, query, request_json(call), response.status_code)
            taken = Taken(*said, headers, pieces, clock.lap_ms())
            await asyncio.to_thread(_write, taken, self._secrets(call), file)  # others do not wait for the disk

    def _secrets(self, call: Call) -> list[str]:
        known = [key for key in self._keys.values() if key]
        return [word for word in {*known, call.key, *secrets_in(call.headers, call.query)} if len(word) >= SHORTEST]


def _write(taken: Taken, secrets: list[str], file: Path) -> None:
    try:
        check_pieces([f.data for f in frames_of(b"".join(data for _, data in taken.frames))], secrets)
        aside: dict[str, bytes] = {}
        text = struck(text_of(taken, aside), secrets)
        for written in (text, *(data.decode("latin-1") for data in aside.values())):
            check_encoded(written, secrets)
        if any(secret.encode() in data for secret in secrets for data in aside.values()):
            raise SecretLeft("a key would stand in a file that is kept aside")
        save(text, aside, file)
    except (SecretLeft, OSError) as problem:
        LOG.warning("not recorded: %s: %s", address(taken.vendor, taken.method, taken.path, taken.query), problem)


@dataclass
class _Clock:
    """Tells the milliseconds since it was asked last."""

    last_s: float = 0.0

    def __post_init__(self) -> None:
        self.last_s = asyncio.get_running_loop().time()

    def lap_ms(self) -> float:
        now_s = asyncio.get_running_loop().time()
        passed_s, self.last_s = now_s - self.last_s, now_s
        return round(passed_s * 1000)


def by_event(pieces: list[tuple[float, bytes]], media_type: str) -> list[tuple[float, bytes]]:
    r"""Cut a body where its events end, whatever pieces the network made of it; other bodies become one piece.

    >>> by_event([(1.0, b"data: 1\n\nda"), (2.0, b"ta: 2\n\n")], "text/event-stream")
    [(1.0, b'data: 1\n\n'), (2.0, b'data: 2\n\n')]
    """
    if not media_type.startswith(STREAMED):
        return [(sum(delay for delay, _ in pieces), b"".join(data for _, data in pieces))] if pieces else []
    ends = (b"\n",) if "ndjson" in media_type else (b"\r\n\r\n", b"\n\n")
    events: list[tuple[float, bytes]] = []
    waiting, waited_ms = b"", 0.0
    for delay_ms, data in pieces:
        waiting, waited_ms = waiting + data, waited_ms + delay_ms
        while (cut := min((at + len(end) for end in ends if (at := waiting.find(end)) >= 0), default=0)) > 0:
            events.append((waited_ms, waiting[:cut]))
            waiting, waited_ms = waiting[cut:], 0.0
    return [*events, (waited_ms, waiting)] if waiting else events


def request_json(call: Call) -> Any:
    """Give what a request says as JSON: a form's fields, with its files by their content and not by its boundary."""
    if b"multipart/form-data" in call.headers.get(b"content-type", b""):
        return _jsonable(READERS["multipart"](call.headers, call.raw))
    return call.body or None


def _jsonable(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(name): _jsonable(item) for name, item in value.items()}
        case list() | tuple():
            return [_jsonable(item) for item in value]
        case bytes():
            return base64.b64encode(value).decode()
        case str() | int() | float() | None:
            return value
        case _:
            return _jsonable(vars(value)) if hasattr(value, "__dict__") else str(value)


def number_of(file: Path) -> int:
    """Give the number with which a cassette's name begins; 0 where it has none."""
    digits = file.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _slug(path: str) -> str:
    words = [word for word in path.replace(":", "/").split("/") if word and not word.startswith("v1")]
    return "-".join("".join(c if c.isalnum() else "_" for c in word) for word in words)[-60:] or "root"
