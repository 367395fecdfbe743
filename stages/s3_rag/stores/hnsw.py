"""usearch: an HNSW graph in a file, approximate and fast; everything else that a store needs stands beside it.

It keeps numbers and vectors only (`beside` has the rest). Its Python call takes no filter: more are asked for until
enough of them are allowed, and where labels leave little, that is compared exactly. One process writes; others, and
searches in this one, see an update after `settle`. https://github.com/unum-cloud/usearch
Malkov and Yashunin, Hierarchical Navigable Small World graphs, https://arxiv.org/abs/1603.09320
"""

import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from usearch.index import Index

from ..vectors import Matrix, Vector, best
from . import beside
from .beside import Beside
from .contract import Allowed, Entry, number, same_model

EXPANSION = 256  # neighbours that a search looks at ("ef"); measured as a curve in benchmarks/stores


class UsearchStore:
    """A folder with one state of the graph and of what stands beside it."""

    def __init__(self, folder: Path, name: str, model: str) -> None:
        """Open what was settled last.

        Raises:
            SettingsError: it is of another model.
        """
        self.name, self.model, self._folder = name, model, folder / name
        self._graph: Index | None = None
        if (current := self._current()) is not None:
            about = json.loads((current / "about.json").read_text(encoding="utf-8"))
            same_model(name, about["model"], model)
            self._graph = _graph(about["width"])
            self._graph.load(current / "graph.usearch")
        self._table = beside.read(current and current / "rows.arrow")
        self._rows = Beside(self._table)

    def versions(self) -> dict[str, str]:
        return dict(zip(self._table["id"].to_pylist(), self._table["version"].to_pylist(), strict=True))

    def update(self, entries: Sequence[Entry], removed: Collection[str]) -> None:
        if self._graph is None:
            if not entries:
                return
            self._graph = _graph(len(entries[0].vector))
        gone = [*removed, *(entry.id for entry in entries)]
        self._graph.remove(_keys(gone))
        if entries:
            self._graph.add(_keys([entry.id for entry in entries]), np.stack([entry.vector for entry in entries]))
        self._table = beside.changed(self._table, entries, gone)

    def settle(self) -> None:
        """Write a new state beside the old one, then name it: a kill leaves the one or the other."""
        if self._graph is None:
            return
        before = self._current()
        self._clear(before)
        state = self._folder / f"state-{int(before.name[6:]) + 1 if before else 1:06}"
        state.mkdir(parents=True)
        self._graph.save(state / "graph.usearch")
        beside.write(self._table, state / "rows.arrow")
        about = {"model": self.model, "width": self._graph.ndim}
        (state / "about.json").write_text(json.dumps(about), encoding="utf-8")
        pointer = self._folder / "CURRENT.part"
        pointer.write_text(state.name, encoding="utf-8")
        pointer.replace(self._folder / "CURRENT")
        self._clear(state)
        self._rows = Beside(self._table)

    def by_words(self, question: str, k: int, allowed: Allowed) -> dict[str, float]:
        rows = self._rows
        scores = rows.keywords.scores(question)
        scores[~rows.seen(allowed)] = 0.0
        return {rows.ids[at]: float(scores[at]) for at in best(scores, k) if scores[at] > 0}

    def by_meaning(self, vector: Vector, k: int, allowed: Allowed) -> dict[str, float]:
        rows, seen = self._rows, self._rows.seen(allowed)
        left = int(seen.sum())
        if self._graph is None or not left:
            return {}
        wanted = min(k, left)
        asked = wanted * len(seen) // left  # so many, if the hidden ones were spread evenly
        while asked <= max(wanted, len(seen) // 4):
            near = self._graph.search(vector, asked)
            told = (
                (rows.places.get(key, -1), far) for key, far in zip(near.keys.tolist(), near.distances, strict=True)
            )
            found = {rows.ids[at]: 1.0 - float(far) for at, far in told if at >= 0 and seen[at]}
            if len(found) >= wanted:
                return dict(list(found.items())[:wanted])
            asked *= 2
        return self._exactly(vector, wanted, np.flatnonzero(seen))

    def count(self) -> int:
        return len(self._table)

    def drop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._graph, self._table = None, beside.read(None)
        self._rows = Beside(self._table)

    def close(self) -> None:
        """Nothing is held open."""

    def _exactly(self, vector: Vector, k: int, rows: npt.NDArray[np.int64]) -> dict[str, float]:
        assert self._graph is not None  # who asks has looked
        rows = rows[self._graph.contains(self._rows.keys[rows])]
        matrix: Matrix = np.asarray(self._graph.get(self._rows.keys[rows]), np.float32)
        cosines = matrix @ vector
        return {self._rows.ids[rows[at]]: float(cosines[at]) for at in best(cosines, k)}

    def _current(self) -> Path | None:
        try:
            return self._folder / (self._folder / "CURRENT").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _clear(self, keep: Path | None) -> None:
        """Remove all states but one: the older, and what a killed writer left."""
        for state in self._folder.glob("state-*"):
            if state != keep:
                shutil.rmtree(state, ignore_errors=True)


def _graph(width: int) -> Index:
    return Index(ndim=width, metric="ip", dtype="f32", expansion_search=EXPANSION)


def _keys(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.array([number(name) for name in names], np.uint64)
