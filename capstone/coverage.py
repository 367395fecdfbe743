"""How much of what people ask the index finds: recall of the right passages, by kind of question, with intervals.

Measured in a thread on the dev questions, whose right passages are known, and kept with the generation that it was
measured on. It says how well the search works, and not how well the model answers.
"""

import json
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from stages.s2_llms.errors import CourseError
from stages.s3_rag import evaluating, store
from stages.s3_rag.brewline import questions
from stages.s3_rag.search import Way

from .knowledge import Knowledge

METRIC = "recall@5"
WAYS: tuple[Way, ...] = ("keywords", "vectors", "hybrid")
ALL = "all"


@dataclass(frozen=True)
class Row:
    """The mean of a way for a kind of question, with its 95 % interval, over n questions."""

    way: str
    kind: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Measured:
    """One measurement; `generation` is the index that it was made on."""

    at: datetime
    generation: str
    rows: tuple[Row, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, that of all first."""
        return tuple(dict.fromkeys(row.kind for row in self.rows))


class Coverage:
    """The last measurement, and a new one on demand. Its methods may be called from any thread."""

    def __init__(self, knowledge: Knowledge, path: Path) -> None:
        self._knowledge, self._path = knowledge, path
        self._lock, self._running, self._problem = threading.Lock(), "", ""

    @property
    def running(self) -> str:
        """The way that is being measured, "" where none is."""
        return self._running

    @property
    def problem(self) -> str:
        """Why the last measurement failed, "" if it did not."""
        return self._problem

    def last(self) -> Measured | None:
        """The last measurement, None where there is none that can be read."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            rows = tuple(Row(**row) for row in told["rows"])
            return Measured(datetime.fromisoformat(told["at"]), told["generation"], rows)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_stale(self) -> bool:
        """Whether the index has changed since."""
        measured = self.last()
        return measured is not None and measured.generation != store.current(self._knowledge.place).name

    def start(self) -> bool:
        """Measure in a thread; False where somebody does so already."""
        with self._lock:
            if self._running:
                return False
            self._running, self._problem = "questions", ""
        threading.Thread(target=self._run, name="coverage", daemon=True).start()
        return True

    def _run(self) -> None:
        try:
            self._measure()
        except (CourseError, OSError) as error:
            self._problem = str(error)
        finally:
            self._running = ""

    def _measure(self) -> None:
        index, asked = self._knowledge.index(), questions("dev")
        told = evaluating.evaluate(index, asked, WAYS, on_progress=self._tell)
        rows = [
            Row(way, kind, mean[METRIC].value, mean[METRIC].low, mean[METRIC].high, len(mean[METRIC].values))
            for way, kinds in told.items()
            for kind, mean in kinds.items()
        ]
        at = datetime.now(UTC).isoformat(timespec="seconds")
        kept = {"at": at, "generation": index.snapshot.file.name, "rows": [asdict(row) for row in rows]}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(self._path)

    def _tell(self, way: Way) -> None:
        self._running = way
