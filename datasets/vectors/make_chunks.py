"""Makes the vectors of stage 3's chunks with practice-embed's network: chunks.npz.

    python datasets/vectors/make_chunks.py

Run it from the root of the repository after a change to an article, a manual, or to how stage 3 cuts them. Texts that
have not changed keep the vector they have. float16: a cosine loses less than 0.001.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # the course, where it is not installed

from make import MODEL, checksums, show  # noqa: E402

from practice_provider.model.embedder import Embedder  # noqa: E402
from stages.s2_llms.corpus import UPDATE_DAY  # noqa: E402
from stages.s3_rag.brewline import corpus  # noqa: E402
from stages.s3_rag.chunks import chunks  # noqa: E402
from stages.s3_rag.documents import read  # noqa: E402

FILE = HERE / "chunks.npz"
BATCH = 32
Days = tuple[date | None, ...]


def texts(days: Days = (None, UPDATE_DAY)) -> dict[str, str]:
    """{checksum: text} of all chunks, before and after the update."""
    paths = sorted({path for day in days for path in corpus(day).values()})
    cut = [chunk for path in paths for chunk in chunks(read(path, path.parent))]
    return {chunk.sha256: chunk.told for chunk in cut}


def make(file: Path = FILE) -> int:
    """Write the file; return how many vectors were computed."""
    wanted, rows = texts(), dict[str, np.ndarray]()
    if file.exists():
        with np.load(file, allow_pickle=False) as held:
            rows = {k: v for k, v in zip(held["sha256"].tolist(), held["vectors"], strict=True) if k in wanted}
    missing = [name for name in wanted if name not in rows]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        embedder = Embedder(Path(cache)) if missing else None
        for start in range(0, len(missing), BATCH):
            some = missing[start : start + BATCH]
            assert embedder is not None
            rows |= zip(some, embedder([wanted[name] for name in some]).astype(np.float16), strict=True)
            show(min(start + BATCH, len(missing)), len(missing))
    names = sorted(rows)
    np.savez(file, model=np.array(MODEL), sha256=np.array(names), vectors=np.stack([rows[name] for name in names]))
    return len(missing)


if __name__ == "__main__":
    print(f"{make()} vectors computed")
    checksums(HERE)
