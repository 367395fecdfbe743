"""Makes the corpus's vectors with practice-embed's network; texts that have not changed keep the vector they have.

    python datasets/vectors/make.py            # only what is new or changed
    python datasets/vectors/make.py --afresh   # everything

Run it from the root of the repository after a change to an article or a manual. Vectors are stored as float16: a
cosine loses less than 0.001. Another processor or onnxruntime may differ in the last bit; kept vectors stay.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # the course, where it is not installed

from practice_provider.model import weights  # noqa: E402
from practice_provider.model.embedder import DIMENSIONS, Embedder  # noqa: E402
from stages.s2_llms.corpus import CHUNKING, Passage, all_passages  # noqa: E402

MODEL = "practice-embed"
BATCH, BAR = 32, 40
Rows = Mapping[str, npt.NDArray[np.float16]]  # sha256 of a text → its vector


def about(count: int) -> dict[str, Any]:
    """The first line of the index: what made the vectors."""
    return {
        "model": MODEL,
        "weights_sha256": weights.SHA256[:16],
        "onnxruntime": version("onnxruntime"),
        "chunking": CHUNKING,
        "dimensions": DIMENSIONS,
        "passages": count,
    }


def kept(folder: Path) -> Rows:
    """The vectors that are there, if the same weights made them."""
    try:
        first, *lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
        matrix = np.load(folder / "vectors.npy", allow_pickle=False)
    except (OSError, ValueError):
        return {}
    same = json.loads(first)["weights_sha256"] == weights.SHA256[:16]
    return {json.loads(line)["sha256"]: row for line, row in zip(lines, matrix, strict=False)} if same else {}


def embed(passages: Sequence[Passage]) -> Rows:
    """Compute vectors, with a bar on the screen."""
    rows: dict[str, npt.NDArray[np.float16]] = {}
    if passages:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            embedder = Embedder(Path(cache))
            for start in range(0, len(passages), BATCH):
                some = passages[start : start + BATCH]
                matrix = embedder([passage.text for passage in some]).astype(np.float16)
                rows |= {passage.sha256: row for passage, row in zip(some, matrix, strict=True)}
                show(len(rows), len(passages))
    return rows


def show(done: int, of: int) -> None:
    """Draw the bar."""
    full = BAR * done // of
    print(f"\r{'█' * full}{'·' * (BAR - full)} {done} of {of}", end="\n" if done == of else "", file=sys.stderr)


def make(folder: Path, *, afresh: bool = False) -> int:
    """Write index.jsonl, vectors.npy and SHA256SUMS; return how many vectors were computed."""
    passages = all_passages()
    old = {} if afresh else kept(folder)
    new = embed([passage for passage in passages if passage.sha256 not in old])
    rows = {**old, **new}
    lines = [about(len(passages)), *({"id": p.id, "sha256": p.sha256} for p in passages)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "index.jsonl").write_text(text, encoding="utf-8", newline="\n")
    np.save(folder / "vectors.npy", np.stack([rows[passage.sha256] for passage in passages]))
    checksums(folder)
    return len(new)


def checksums(folder: Path) -> None:
    """Write SHA256SUMS over the files that are there."""
    names = [name for name in ("chunks.npz", "index.jsonl", "vectors.npy") if (folder / name).exists()]
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--afresh", action="store_true", help="compute every vector again")
    print(f"{make(HERE, afresh=parser.parse_args().afresh)} vectors computed")
