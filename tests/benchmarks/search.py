"""The search beside public peers, on the same chunks and the same vectors: quality, latency, building, disk, memory.

    python tests/benchmarks/search.py                       Brewline's questions, then 5,000 and 100,000 chunks
    python tests/benchmarks/search.py --scifact FOLDER      SciFact too: corpus_train.csv, queries.jsonl, qrels/
    python tests/benchmarks/search.py --sizes 5000 --peers chroma

Peers are Chroma (dense), LanceDB's hybrid and LangChain's ensemble, in an environment of their own, which is made the
first time. Nobody embeds: SciFact's vectors are made once and remembered, Brewline's came along. Every system runs in a
process of its own, one after the other. Weights were learned on Brewline's train questions, never on SciFact. Prints
Markdown with ratios; it asserts nothing.
"""

import argparse
import ast
import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import psutil
from stores import Ready, corpus, made, questions

from stages.s2_llms.providers import PROVIDERS
from stages.s3_rag import brewline, metrics
from stages.s3_rag.chunks import Chunk, chunks
from stages.s3_rag.documents import PUBLIC, Document, read
from stages.s3_rag.embeddings import Remembered, open_embedder
from stages.s3_rag.evaluating import Asked, passage_of
from stages.s3_rag.search import Index
from stages.s3_rag.sync import sync
from stages.s3_rag.vectors import Matrix

PEERS = ("chroma", "lancedb", "langchain")
PACKAGES = (
    "chromadb>=1.5,<2",
    "lancedb>=0.40,<0.41",
    "langchain-classic>=1,<2",
    "langchain-community>=0.4,<0.5",
    "rank-bm25>=0.2.2,<0.3",
    "faiss-cpu>=1.15,<2",
    "psutil>=7,<8",
)
HOME = Path(platformdirs.user_cache_dir("course-search-peers"))
WARM_UP, K = 20, 40
ALL = (PUBLIC, "staff")


@dataclass(frozen=True)
class Task:
    """What is searched and what is asked; `index` is ours, made already. `asked` is empty where only time counts."""

    title: str
    ids: Sequence[str]
    texts: Sequence[str]
    vectors: Matrix
    index: Path
    index_s: float
    words: Sequence[str]
    word_vectors: Matrix
    asked: Sequence[Asked] = ()


# ---- what is measured on --------------------------------------------------------------------------------------


def brewlines(folder: Path) -> list[Task]:
    """Brewline's documents, asked the questions of dev and of test."""
    documents = brewline.lay_out(folder / "documents")
    embed = brewline.Shipped(open_embedder(PROVIDERS["practice"]))
    pieces = [piece for path in sorted(documents.iterdir()) for piece in chunks(read(path, documents))]
    vectors = embed([piece.told for piece in pieces])
    took = _made(documents, folder / "index", pieces, vectors)
    tasks = []
    for split in ("dev", "test"):
        asked = brewline.questions("dev" if split == "dev" else "test")
        title = f"Brewline, {split} ({len(asked)} questions, {len(pieces)} chunks)"
        tasks.append(_task(title, pieces, vectors, folder / "index", took, asked, embed))
    return tasks


def scifact(folder: Path, source: Path) -> Task:
    """SciFact's test claims: https://github.com/allenai/scifact"""
    csv.field_size_limit(10**9)
    with (source / "corpus_train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {row["doc_id"]: (row["title"], " ".join(ast.literal_eval(row["abstract"]))) for row in rows}
    lines = (source / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    words = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    relevant: dict[str, dict[str, int]] = {}
    for line in (source / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        relevant.setdefault(question, {})[document] = int(grade)
    asked = [Asked(one, words[one], grades) for one, grades in relevant.items()]
    documents = folder / "documents"
    documents.mkdir(parents=True)
    for name, (title, text) in texts.items():
        head = f"---\nid: '{name}'\ntitle: {json.dumps(title)}\n---\n"
        (documents / f"{name}.md").write_text(head + text, encoding="utf-8")
    pieces = [piece for name, (title, text) in texts.items() for piece in chunks(Document(name, title, text))]
    embed = Remembered(open_embedder(PROVIDERS["practice"]), HOME / "vectors.sqlite")
    vectors = np.vstack([_embedded(embed, pieces, at) for at in range(0, len(pieces), 256)])
    took = _made(documents, folder / "index", pieces, vectors)
    title = f"SciFact, test ({len(asked)} claims, {len(pieces):,} chunks of {len(texts):,} abstracts)"
    return _task(title, pieces, vectors, folder / "index", took, asked, embed)


def _embedded(embed: Remembered, pieces: Sequence[Chunk], at: int) -> Matrix:
    print(f"\rembedding {at:,} of {len(pieces):,} ", end="", file=sys.stderr, flush=True)
    return embed([piece.told for piece in pieces[at : at + 256]])


def of_size(folder: Path, size: int) -> Task:
    """Brewline's passages, repeated with noise, asked eight words of a passage."""
    texts, vectors = corpus(size)
    words, word_vectors = questions(texts, vectors)
    took = made(folder, size)
    ids = [f"passage-{row}" for row in range(size)]
    return Task(f"{size:,} chunks", ids, texts, vectors, folder / "index", took, words, word_vectors)


class _Given:
    """An embedder that has every vector already."""

    model = "ready-made"

    def __init__(self, pieces: Sequence[Chunk], vectors: Matrix) -> None:
        self._rows = {piece.told: row for piece, row in zip(pieces, vectors, strict=True)}

    def __call__(self, texts: Sequence[str]) -> Matrix:
        return np.stack([self._rows[text] for text in texts])


def _made(documents: Path, index: Path, pieces: Sequence[Chunk], vectors: Matrix) -> float:
    began = time.perf_counter()
    sync(documents, index, _Given(pieces, vectors))
    return time.perf_counter() - began


def _task(
    title: str,
    pieces: Sequence[Chunk],
    vectors: Matrix,
    index: Path,
    index_s: float,
    asked: Sequence[Asked],
    embed: Any,
) -> Task:
    words = [one.question for one in asked]
    ids, texts = [piece.id for piece in pieces], [piece.told for piece in pieces]
    return Task(title, ids, texts, vectors, index, index_s, words, embed(words), asked)


# ---- one system, in a process of its own ----------------------------------------------------------------------


def ours(folder: Path, index: Path) -> dict[str, Any]:
    """As search_peers.py prints it, for the index that was made already."""
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "questions.npy")
    process = psutil.Process()
    before = process.memory_info().rss
    opened = Index(index, Ready(vectors))
    found, took = [], []
    for question, vector in zip(asked, vectors, strict=True):
        began = time.perf_counter()
        hits = opened.find(question, vector, K, access=ALL)
        took.append(1e3 * (time.perf_counter() - began))
        found.append([hit.chunk.id for hit in hits])
    disk = sum(path.stat().st_size for path in index.glob("generation-*"))
    return {
        "ms": took,
        "found": found,
        "disk_mb": disk / 1e6,
        "memory_mb": (process.memory_info().rss - before) / 1e6,
    }


def peers_python() -> Path:
    """The interpreter of the peers' environment, which is made where it is not there yet."""
    python = HOME / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (HOME / "complete").exists():
        print(f"installing {', '.join(PEERS)} into {HOME}", file=sys.stderr)
        venv.create(HOME / "venv", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (HOME / "complete").touch()
    return python


def compared(task: Task, folder: Path, peers: Sequence[str]) -> str:
    """All systems on one task, as a table."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = list(zip(task.ids, task.texts, strict=True))
    (folder / "chunks.json").write_text(json.dumps(pairs), encoding="utf-8")
    (folder / "questions.json").write_text(json.dumps(list(task.words)), encoding="utf-8")
    np.save(folder / "vectors.npy", task.vectors)
    np.save(folder / "questions.npy", task.word_vectors)
    own = [sys.executable, __file__, "--one", str(folder), "--index", str(task.index)]
    rows = {"this course": _run(own) | {"build_s": task.index_s}}
    for name in peers:
        rows[name] = _run([str(peers_python()), str(Path(__file__).with_name("search_peers.py")), name, str(folder)])
        shutil.rmtree(folder / name, ignore_errors=True)
    return _table(task, rows)


def _run(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# ---- how it is told -------------------------------------------------------------------------------------------


def _table(task: Task, rows: Mapping[str, dict[str, Any]]) -> str:
    head = ["", "nDCG@10 (95 %)", "recall@10"] if task.asked else [""]
    head += ["p50 ms", "p99 ms", "build s, vectors given", "disk MB", "memory MB"]
    lines = [f"\n### {task.title}\n", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    own = rows["this course"]
    for name, told in rows.items():
        cells = [name, *_quality(task, told["found"])]
        for quantile in (0.5, 0.99):
            mine, this = (float(np.quantile(one["ms"][WARM_UP:], quantile)) for one in (own, told))
            cells.append(f"{this:.2f} ({this / mine:.1f} ×)")
        cells += [f"{told[key]:.1f} ({told[key] / own[key]:.1f} ×)" for key in ("build_s", "disk_mb", "memory_mb")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _quality(task: Task, found: Sequence[Sequence[str]]) -> list[str]:
    if not task.asked:
        return []
    known = {passage for one in task.asked for passage in one.relevant}
    whole = not any("#" in passage for passage in known)  # documents are asked for, not passages of them
    run = {
        one.id: list(dict.fromkeys(hit.partition("#")[0] if whole else passage_of(hit, known) for hit in hits))
        for one, hits in zip(task.asked, found, strict=True)
    }
    grades = {one.id: one.relevant for one in task.asked}
    ndcg, recall = metrics.mean(metrics.ndcg, run, grades), metrics.mean(metrics.recall, run, grades)
    return [f"{ndcg.value:.3f} ({ndcg.low:.3f}–{ndcg.high:.3f})", f"{recall.value:.3f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[5_000, 100_000])
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--scifact", type=Path, help="a folder with SciFact")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(ours(asked.one, asked.index)))
        return
    with tempfile.TemporaryDirectory(prefix="course-search-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        tasks = brewlines(home / "brewline")
        tasks += [scifact(home / "scifact", asked.scifact)] if asked.scifact else []
        for number, task in enumerate(tasks):
            print(compared(task, home / f"task-{number}", asked.peers), flush=True)
        for size in asked.sizes:
            print(compared(of_size(home / f"n{size}", size), home / f"size-{size}", asked.peers), flush=True)


if __name__ == "__main__":
    main()
