"""Vector search: which chunks mean something near to the question, by the cosine of unit vectors.

All vectors lie in one matrix. A small one is compared whole. For a large one each vector also has a code of one bit
per number, its sign: counting different bits is 30 times less to read, and the nearest by that count are compared
exactly. It knows no filters and no codes of products; that is what keywords are for.
Compare binary rescoring, https://huggingface.co/blog/embedding-quantization
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]  # (n_chunks, dimensions), rows of length 1
Vector = npt.NDArray[np.float32]  # (dimensions,)

EXACT_UP_TO = 20_000  # rows: more are searched by their codes first
OVERSAMPLING = 20  # so many times as many by code as are wanted; measured by tests/benchmarks/stores.py


@dataclass(frozen=True)
class Nearest:
    """Rows of a matrix and their cosines, nearest first."""

    rows: npt.NDArray[np.int64]  # (k,)
    cosines: npt.NDArray[np.float32]  # (k,)


def unit(vectors: npt.ArrayLike) -> Matrix:
    """Rows scaled to length 1; a row of zeros stays one."""
    rows = np.atleast_2d(np.asarray(vectors, np.float32))
    lengths: Matrix = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return np.divide(rows, lengths, dtype=np.float32)


class Vectors:
    """Unit vectors to search in."""

    def __init__(self, matrix: Matrix, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self.matrix = matrix
        self.codes = _codes(matrix) if len(matrix) > exact_up_to else None

    def nearest(self, vector: Vector, k: int, *, oversampling: int = OVERSAMPLING) -> Nearest:
        """The k nearest rows; with codes that is nearly always, and not always, what an exact search gives."""
        if self.codes is None:
            cosines = self.matrix @ vector
            rows = best(cosines, k)
            return Nearest(rows, cosines[rows])
        listed = _fewest_differences(self.codes, _codes(vector[None]), k * oversampling)
        cosines = self.matrix[listed] @ vector
        order = best(cosines, k)
        return Nearest(listed[order], cosines[order])


def best(scores: npt.NDArray[np.float32] | npt.NDArray[np.int32], k: int) -> npt.NDArray[np.int64]:
    """The places of the k highest scores, highest first; of equal ones the earlier, so that results repeat.

    >>> best(np.array([0.1, 0.9, 0.9], np.float32), 2).tolist()
    [1, 2]
    """
    k = min(k, len(scores))
    if k == 0:
        return np.zeros(0, np.int64)
    least = np.partition(scores, -k)[-k]
    kept = np.flatnonzero(scores >= least)
    return kept[np.argsort(-scores[kept], kind="stable")][:k]


def _codes(matrix: Matrix) -> npt.NDArray[np.uint64]:
    """One bit for each number, set where it is positive, in words of 64: (n_words, n_chunks)."""
    packed = np.packbits(matrix > 0, axis=1)
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    return np.ascontiguousarray(np.ascontiguousarray(padded).view(np.uint64).T)


def _fewest_differences(codes: npt.NDArray[np.uint64], code: npt.NDArray[np.uint64], n: int) -> npt.NDArray[np.int64]:
    """The chunks whose codes differ from one in the fewest bits: n, or a few more where equally many are equal."""
    different = np.zeros(codes.shape[1], np.uint16)
    for word, own in zip(codes, code, strict=True):
        different += np.bitwise_count(word ^ own)
    having_up_to = np.cumsum(np.bincount(different))
    most = int(np.searchsorted(having_up_to, min(n, codes.shape[1])))
    return np.flatnonzero(different <= most)
