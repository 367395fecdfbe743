"""What the desk knows: one index for all pages and conversations, made, opened and brought up to date in a thread.

The first start makes it, with progress that anybody may look at; later ones open it. While a sync runs, the index that
is there goes on answering. An index that cannot be opened is made anew: all of it comes from the documents.
How an index is never half: stages/s3_rag/store.py
"""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from stages.s2_llms.errors import CourseError
from stages.s3_rag import store
from stages.s3_rag.brewline import Shipped, lay_out
from stages.s3_rag.embeddings import Embed
from stages.s3_rag.search import Hit, Index
from stages.s3_rag.sync import sync

from . import catalogue
from .catalogue import Entry
from .passages import Found, in_force, read_whole
from .reader import Reader, bears_on
from .sync_log import SyncLog

TODAY = date(2026, 11, 16)  # of Brewline's world: its documents are of this day
READ = 4  # documents or pages for the model; measured on the dev questions
LOOKED_AT = 20  # hits among which they are found, and older editions are looked for
BEAT_S = 0.25


ANYBODY = Reader()


class NotReady(CourseError):
    """There is no index, and none could be made; the message says why."""


@dataclass(frozen=True)
class Status:
    """What is going on: `work` is what is being done, `problem` why the last work failed; "" is none."""

    ready: bool = False
    work: str = ""
    done: int = 0
    of: int = 0
    problem: str = ""

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1."""
        return min(1.0, self.done / self.of) if self.of else 0.0

    @property
    def words(self) -> str:
        """What is being done, for a customer or an operator.

        >>> Status(work="reading", done=40, of=130).words
        'reading documents, 40 of 130'
        """
        what = {
            "reading": "reading documents",
            "embedding": "learning what passages mean",
            "opening": "opening the index",
        }.get(self.work, self.work)
        return f"{what}, {self.done} of {self.of}" if self.of else what


class Knowledge:
    """The index of one process. Its methods may be called from any thread."""

    def __init__(self, home: Path, embed: Embed, bring: Callable[[Path, date], object] = lay_out) -> None:
        """Keep everything below `home`; `bring` brings the folder of documents to the state of a day."""
        self.documents, self.place, self.log = home / "documents", home / "index", SyncLog(home / "syncs.jsonl")
        self._embed, self._bring = embed, bring
        self._index: Index | None = None
        self._entries: dict[str, Entry] = {}
        self._status = Status()
        self._error: CourseError | None = None
        self._changed = threading.Condition()

    @property
    def day(self) -> date:
        """The day to which the documents were brought last."""
        return next((entry.day for entry in self.log.entries()), TODAY)

    def status(self) -> Status:
        """What is going on right now."""
        with self._changed:
            return self._status

    def entries(self) -> dict[str, Entry]:
        """All documents by id; none before the index is ready."""
        with self._changed:
            return self._entries

    def start(self) -> None:
        """Open the index, or make it; at once done where it is open or being worked on."""
        self._work(self._open_or_make, "opening", unless_ready=True)

    def sync(self, day: date | None = None) -> bool:
        """Bring the documents to a day and the index up to date; False where somebody does so already."""
        return self._work(lambda: self._make(day or self.day), "reading")

    def index(self, hear: Callable[[Status], None] = lambda status: None) -> Index:
        """The index as it is now; waits while it is being made, and tells `hear` how far that is.

        Raises:
            CourseError: it could not be made.
        """
        self.start()
        with self._changed:
            while not self._status.ready and self._status.work:
                hear(self._status)
                self._changed.wait(BEAT_S)
            index, error = self._index, self._error
        if index is None:
            raise error or NotReady(self._status.problem)
        if index.refresh():  # another process has synced
            self._replace(index)
        return index

    def search(
        self, question: str, reader: Reader = ANYBODY, hear: Callable[[Status], None] = lambda status: None
    ) -> Found:
        """The passages to answer from: of this reader's product, and of no older version.

        Raises:
            CourseError: there is no index; ProviderError: the question could not be embedded.
        """
        index = self.index(hear)
        entries, product = self.entries(), reader.about(question)
        documents = [one.id for one in entries.values() if bears_on(one.products, product)]
        hits = index.search(question, LOOKED_AT, access=reader.access, documents=documents)
        return read_whole(in_force(index, hits, question, self.day), entries, READ)

    def explain(self, question: str, reader: Reader, k: int) -> list[Hit]:
        """The best hits for a question with what words and meaning gave to each, before versions are looked at.

        Raises:
            CourseError: as `search`.
        """
        product = reader.about(question)
        index = self.index()
        documents = [one.id for one in self.entries().values() if bears_on(one.products, product)]
        return index.search(question, k, access=reader.access, documents=documents)

    def _work(self, act: Callable[[], None], name: str, *, unless_ready: bool = False) -> bool:
        with self._changed:
            if self._status.work or (unless_ready and self._status.ready):
                return False
            self._status = replace(self._status, work=name, done=0, of=0, problem="")
        threading.Thread(target=self._run, args=(act,), name="knowledge").start()  # no daemon: DuckDB must end well
        return True

    def _run(self, act: Callable[[], None]) -> None:
        problem: CourseError | None = None
        try:
            act()
        except CourseError as error:
            problem = error
        except OSError as error:
            problem = NotReady(
                f"{self.place.parent} cannot be written ({error.strerror}). Make room, or mend its rights."
            )
        finally:
            with self._changed:
                self._error = problem
                ready = self._index is not None
                self._status = Status(ready, problem=str(problem or ("" if ready else "The work ended early.")))
                self._changed.notify_all()

    def _open_or_make(self) -> None:
        try:
            self._replace(Index(self.place, self._embed))
        except store.NoIndex:
            self._make(self.day)
        except (CourseError, duckdb.Error):  # of another model, or damaged
            shutil.rmtree(self.place)
            self._make(self.day)

    def _make(self, day: date) -> None:
        self._bring(self.documents, day)
        report = sync(self.documents, self.place, Shipped(self._embed), on_progress=self._progress)
        index = self._index
        if index is None:
            index = Index(self.place, self._embed)
        else:
            index.refresh()
        self.log.add(day, report)
        self._replace(index)

    def _replace(self, index: Index) -> None:
        entries = catalogue.read(self.place)
        with self._changed:
            self._index, self._entries = index, entries
            self._status = replace(self._status, ready=True)
            self._changed.notify_all()

    def _progress(self, work: str, done: int, of: int) -> None:
        if not threading.main_thread().is_alive():
            raise NotReady("The desk was stopped. The index is as it was; the next start goes on.")
        with self._changed:
            self._status = replace(self._status, work=work, done=done, of=of)
            self._changed.notify_all()
