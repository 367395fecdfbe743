"""One public peer, in an environment of its own: builds an index over ready-made vectors and answers questions.

    python search_peers.py chroma|lancedb|langchain FOLDER

FOLDER holds chunks.json ([id, text] each), vectors.npy, questions.json and questions.npy. Prints one JSON object: the
seconds of building, milliseconds of each question, ids found for each, megabytes on disk and in memory. Nothing is
embedded. It is started by search.py and imports nothing of the course, which its environment does not have.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

K = 40  # chunks for a question: several may belong to one passage
Search = Callable[[str, Any], list[str]]


def chroma(ids: list[str], texts: list[str], vectors: Any, place: Path) -> Search:
    """Dense, its own approximate graph, cosine."""
    import chromadb

    client = chromadb.PersistentClient(str(place), settings=chromadb.Settings(anonymized_telemetry=False))
    kept = client.create_collection("chunks", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    for start in range(0, len(ids), 5_000):
        part = slice(start, start + 5_000)
        kept.add(ids=ids[part], embeddings=vectors[part], documents=texts[part])
    return lambda question, vector: list(kept.query(query_embeddings=vector[None], n_results=K, include=[])["ids"][0])


def lancedb(ids: list[str], texts: list[str], vectors: Any, place: Path) -> Search:
    """Hybrid: its full-text index and exact vectors, fused by its reciprocal ranks, as its guide has it."""
    import lancedb as lance
    import pyarrow as pa
    from lancedb.index import FTS
    from lancedb.rerankers import RRFReranker

    flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1])
    table = lance.connect(str(place)).create_table("chunks", pa.table({"id": ids, "text": texts, "vector": flat}))
    table.create_index("text", config=FTS())
    fuse = RRFReranker()

    def search(question: str, vector: Any) -> list[str]:
        words = " ".join("".join(one if one.isalnum() else " " for one in question).split())
        asked = table.search(query_type="hybrid").vector(vector).text(words)
        return asked.distance_type("cosine").rerank(fuse).limit(K).to_arrow()["id"].to_pylist()

    return search


def langchain(ids: list[str], texts: list[str], vectors: Any, place: Path) -> Search:
    """EnsembleRetriever over BM25Retriever and FAISS, half and half, as its documentation has it."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class Given(Embeddings):
        vector: Any = None

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise NotImplementedError("documents come with their vectors")

        def embed_query(self, text: str) -> list[float]:
            return list(map(float, self.vector))

    given = Given()
    about = [{"id": one} for one in ids]
    pairs = list(zip(texts, vectors.tolist(), strict=True))
    dense = FAISS.from_embeddings(pairs, given, metadatas=about).as_retriever(search_kwargs={"k": K})
    words = BM25Retriever.from_texts(texts, metadatas=about, k=K)
    both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
    place.mkdir(parents=True, exist_ok=True)
    dense.vectorstore.save_local(str(place))  # type: ignore[attr-defined]

    def search(question: str, vector: Any) -> list[str]:
        given.vector = vector
        return [found.metadata["id"] for found in both.invoke(question)[:K]]

    return search


def main(name: str, folder: Path) -> None:
    """Build, ask every question once, and print what was seen."""
    ids, texts = zip(*json.loads((folder / "chunks.json").read_text(encoding="utf-8")), strict=True)
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    vectors, asked_vectors = np.load(folder / "vectors.npy"), np.load(folder / "questions.npy")
    process, place = psutil.Process(), folder / name
    before, began = process.memory_info().rss, time.perf_counter()
    search = {"chroma": chroma, "lancedb": lancedb, "langchain": langchain}[name](
        list(ids), list(texts), vectors, place
    )
    build_s = time.perf_counter() - began
    found, took = [], []
    for question, vector in zip(asked, asked_vectors, strict=True):
        began = time.perf_counter()
        found.append(search(question, vector))
        took.append(1e3 * (time.perf_counter() - began))
    disk = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    memory = process.memory_info().rss - before
    told = {"build_s": build_s, "ms": took, "found": found, "disk_mb": disk / 1e6, "memory_mb": memory / 1e6}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    main(sys.argv[1], Path(sys.argv[2]))
