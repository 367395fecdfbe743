"""One run of the server in this process: listen, announce, serve, and leave when nobody needs it.

The model is loaded in a thread of its own while the server already listens: a start is announced at once, and the first
ask waits for the model if it comes early. Source: https://www.uvicorn.org/deployment/#running-programmatically
"""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from types import FrameType

import uvicorn

from .announcement import Announcement, CannotStart, Home
from .brains.passing import Passing
from .connection import uvicorn_config
from .core import Fault, Request, Result
from .lifetime import Activity, NoOwner, Owners
from .model import Model, QuickModel, load
from .process import Announce, Options
from .protocol import allow_many_connections
from .server import create_app

TICK_S = 0.5
LOG = logging.getLogger("practice_provider")


class ModelLater:
    """A model that is loaded in a thread, from `begin` on: an ask that comes early waits for it."""

    def __init__(self, load: Callable[[], Model]) -> None:
        self._load = load
        self._model: Future[Model] = Future()
        self._quick: QuickModel | None = None
        self._thread = Thread(target=self._run, name="load-model", daemon=True)

    def begin(self) -> None:
        """Begin to load; returns at once."""
        self._thread.start()

    def end(self) -> None:
        """Wait for the loading: native code that still runs while Python ends would abort the process."""
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            model = self._load()
            self._quick = model if isinstance(model, QuickModel) else None  # asked once: it costs some microseconds
            self._model.set_result(model)
        except BaseException as exc:  # the thread's outermost frame: whoever asks gets it
            LOG.exception("the practice model could not be loaded")
            self._model.set_exception(exc)

    def answer(self, request: Request) -> Result:
        """Wait for the model, then ask it."""
        if problem := self._model.exception():
            text = f"The practice model could not be loaded ({problem}): see the provider's log, then start it again."
            raise Fault("server", text)
        return self._model.result().answer(request)

    def is_quick(self, request: Request) -> bool:
        """Is the model there, and quick with this?"""
        return self._quick is not None and self._quick.is_quick(request)


class Serving:
    """One run of the server. Ends when the owners are gone, when it is idle, on a signal, or on request."""

    def __init__(
        self, home: Home, options: Options, listener: socket.socket, instance: str, announce: Announce
    ) -> None:
        self._home, self._options, self._listener, self._announce = home, options, listener, announce
        self._instance = instance
        self._unseen = 0  # ticks in which our announcement could not be read
        self._owners = Owners(owned=options.owner_pid is not None)
        if options.owner_pid is not None:
            self._add_owner(options.owner_pid)
        self._model = ModelLater(load)
        app = create_app(self._brain(), options.settings, instance=instance, stop=self.stop, owners=self._owners)
        self._end_watching = app.state.provider.registry.end_watching
        self._activity = Activity(app)
        host, port = listener.getsockname()[:2]
        self._server = uvicorn.Server(uvicorn_config(self._activity, host, port))

    def _brain(self) -> Model | Passing:
        if self._options.brain.kind == "practice":
            return self._model
        from .brains import choosing  # imports an HTTP client, which the practice model does not need

        return choosing.make(self._options.brain, os.environ)

    def _add_owner(self, pid: int) -> None:
        try:
            self._owners.add(pid)
        except NoOwner as exc:
            raise CannotStart(f"--owner-pid: {exc}") from exc

    def run(self) -> None:
        """Serve until it ends."""
        allow_many_connections()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        asyncio.run(self._serve())
        self._model.end()
        LOG.info("the provider has ended")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """End in order. uvicorn hands a signal back to us after it has stopped; then there is nothing left to do."""
        self.stop()

    def stop(self) -> None:
        """Finish what is being answered, then end."""
        self._server.should_exit = True
        self._end_watching()

    async def _serve(self) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.005)
        if self._server.started:
            self._tell()
        while not serving.done():
            if reason := self._reason_to_leave():
                LOG.info("the provider leaves: %s", reason)
                self.stop()
            await asyncio.wait([serving], timeout=TICK_S)
        await serving

    def _tell(self) -> None:
        kind = self._options.brain.kind
        announcement = Announcement(url_of(self._listener), os.getpid(), self._instance, str(self._home.folder), kind)
        self._home.announce(announcement)
        LOG.info("the provider answers at %s; state: clean", announcement.url)
        self._announce(announcement, True)
        if kind == "practice":
            self._model.begin()  # not earlier: importing and reading the weights would hold up the start

    def _reason_to_leave(self) -> str | None:
        if self._owners.all_gone():
            return "its owners are gone"
        if self._activity.idle_s() > self._options.idle_s:
            return f"nobody has used it for {self._options.idle_s:g} s"
        self._unseen = 0 if self._home.announces(self._instance) else self._unseen + 1
        if self._unseen > 3:  # not at once: for a moment a file may be unreadable on Windows
            return f"its home {self._home.folder} was removed"
        return None


def listen_again(host: str, port: int, last_port: int) -> socket.socket:
    """Listen on `port`; where any will do, on the last one if it is still free.

    Raises: CannotStart.
    """
    if port == 0 and 1024 <= last_port <= 65_535:
        with contextlib.suppress(CannotStart):
            return listen(host, last_port)
    return listen(host, port)


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket.

    Raises: CannotStart when the port is taken or not allowed, or the host is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform == "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except OSError as exc:
        raise CannotStart(_why_not(exc, host, port)) from exc
    return listener


def _why_not(exc: OSError, host: str, port: int) -> str:
    if exc.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: name another with --port, or leave it out for any free one"
    if exc.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed for you: name one above 1023 with --port, or leave it out"
    return f"can't listen on host {host!r}, port {port} ({exc.strerror}): try --host 127.0.0.1"


WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a client of this machine finds a server on "all addresses"


def url_of(listener: socket.socket) -> str:
    """The URL by which a client on this machine reaches the listening socket."""
    host, port = listener.getsockname()[:2]
    host = WILDCARDS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
