"""HTTP/1.1 as the provider speaks it: uvicorn's protocols, with a way to hang up and an end to all patience.

uvicorn waits for ever for a request that has begun, and for a client that reads nothing. One that sends a byte a second
(https://en.wikipedia.org/wiki/Slowloris_(cyber_attack)) would keep its connection, and a thousand of them would leave
none for others. In here every wait has an end. The faster protocol, by httptools, stands in `protocol_httptools`.
"""

import asyncio
import importlib.util
import socket
from dataclasses import dataclass
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

LINE = "practice.line"  # in a request's state: its connection, a `Watchful`
MOST_HEAD_BYTES = 64 * 1024  # of a request's first line and headers
MOST_CONNECTIONS = 65_536


@dataclass(frozen=True)
class Patience:
    """For how many seconds a slow client is waited for."""

    head_s: float = 20.0  # from the first byte of a request until its headers are there
    body_s: float = 60.0  # for its whole body
    idle_s: float = 75.0  # between requests: longer than clients keep a connection, so that none meets a closed one
    reading_s: float = 600.0  # until it reads on: in a debugger a client may stop in the middle of a stream


class Config(uvicorn.Config):
    """uvicorn's configuration with our patience."""

    patience = Patience()


class Watchful(asyncio.Protocol):
    """What both protocols add: themselves in the request's state, and the timers. Mixed in before uvicorn's class.

    Nothing is timed as long as requests arrive in one piece and replies are read, so a quick client costs nothing.
    """

    loop: asyncio.AbstractEventLoop
    config: uvicorn.Config
    app_state: dict[str, Any]
    timeout_keep_alive_task: asyncio.TimerHandle | None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Prepare the connection; it has to be used within the time for which an idle one is kept."""
        super().connection_made(transport)
        self.access_log = False  # Gemini's key may stand in the URL; uvicorn goes by the handlers that somebody set up
        self.transport = _prompt(transport)
        self.patience = getattr(self.config, "patience", Config.patience)
        self._request_timer: asyncio.TimerHandle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None
        self._awaited = ""
        self.app_state = {**self.app_state, LINE: self}
        self.timeout_keep_alive_task = self.loop.call_later(self.patience.idle_s, transport.close)

    def unfinished(self) -> str:
        """Say what of a request is still to come: 'head', 'body' or nothing."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        """Take in bytes; a request that they begin and do not complete has to go on in time."""
        super().data_received(data)
        awaited = self.unfinished()
        if awaited == self._awaited:
            return
        if self._request_timer is not None:
            self._request_timer.cancel()
        times_s = {"": None, "head": self.patience.head_s, "body": self.patience.body_s * 1.5}  # 1.5: see `Client`
        time_s = times_s[awaited]
        self._request_timer = self.loop.call_later(time_s, self.transport.close) if time_s is not None else None
        self._awaited = awaited

    def pause_writing(self) -> None:
        """The client does not read: give it time."""
        super().pause_writing()
        self._reading_timer = self.loop.call_later(self.patience.reading_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._reading_timer is not None:
            self._reading_timer.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        super().connection_lost(exc)
        for timer in (self._request_timer, self._reading_timer, self.timeout_keep_alive_task):
            if timer is not None:
                timer.cancel()


class ClosableH11(Watchful, H11Protocol):
    """HTTP/1.1 by h11 (pure Python), for an interpreter that httptools has no wheel for."""

    def unfinished(self) -> str:
        """Say what of a request is still to come."""
        return {h11.IDLE: "head", h11.SEND_BODY: "body"}.get(self.conn.their_state, "")


def _prompt(transport: asyncio.Transport) -> asyncio.Transport:
    """Send every piece at once. Otherwise the kernel may hold a body back for 40 ms after its headers (Nagle)."""
    line = transport.get_extra_info("socket")
    if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return transport


def uvicorn_config(app: ASGIApp, host: str, port: int, *, log_config: Any = None) -> Config:
    """Give the configuration under which the provider runs everywhere: process, tests and benchmark."""
    quick = importlib.util.find_spec("httptools") is not None
    return Config(
        app,
        host=host,
        port=port,
        http="practice_provider.protocol_httptools:ClosableHttpTools" if quick else ClosableH11,
        ws="none",
        access_log=False,  # the journal is the better record
        log_config=log_config,
        server_header=False,
        proxy_headers=False,  # the endpoints for loopback only go by the address that really connected
        timeout_keep_alive=round(Config.patience.idle_s),
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
    )


def allow_many_connections() -> None:
    """Raise this process's limit of open files as far as it may; each connection is one, and macOS begins with 256.

    Windows has no such limit. https://docs.python.org/3/library/resource.html
    """
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, MOST_CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
