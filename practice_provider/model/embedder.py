"""Turns texts into unit vectors of 384 numbers with all-MiniLM-L6-v2 on onnxruntime.

A text longer than the network's 256 word pieces is read in windows. Their vectors are averaged, each with the weight
of its length: nothing is cut off silently, and a short rest does not count as much as a full window. It does not
search or compare; that is one matrix product for the caller.
Source: Reimers and Gurevych, Sentence-BERT, https://arxiv.org/abs/1908.10084
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import weights
from .network import Network, open_network

DIMENSIONS = 384
WINDOW = 256  # word pieces, [CLS] and [SEP] included: the length that the network was tuned for
_BATCH = 32
_STEP = 4  # windows are filled up to a multiple of so many word pieces
_MEMORY_BYTES = 24_000_000  # of remembered texts and vectors
_ENTRY_BYTES = DIMENSIONS * 4 + 300  # a vector, and what Python keeps around it and its text

Vector = npt.NDArray[np.float32]  # (384,)
Vectors = npt.NDArray[np.float32]  # (n_texts, 384)


class Embedder:
    """The embedding network with a memory of the texts it has seen. Safe to use from several threads."""

    def __init__(self, cache: Path) -> None:
        """Open the network; `cache` is the folder for the prepared graph (43 MB, built once in about a second).

        Raises:
            WeightsMissing: the weights' package is not installed, or its file is damaged.
        """
        folder = weights.folder()
        self._network = open_network(folder / "model.safetensors", cache)
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._memory: OrderedDict[str, Vector] = OrderedDict()
        self._memory_bytes = 0
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts: one row of unit length for each."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        with self._lock:
            known = {text: self._memory[text] for text in texts if text in self._memory}
            new = [text for text in dict.fromkeys(texts) if text not in known]
            known.update(zip(new, self._compute(new), strict=True))
            self._remember(known)
        return np.stack([known[text] for text in texts])

    def _remember(self, vectors: Mapping[str, Vector]) -> None:
        for text, vector in vectors.items():
            if text not in self._memory:
                self._memory[text] = vector.copy()  # a view would keep all vectors of its batch
                self._memory_bytes += _ENTRY_BYTES + len(text)
            self._memory.move_to_end(text)
        while self._memory_bytes > _MEMORY_BYTES:
            text, _ = self._memory.popitem(last=False)
            self._memory_bytes -= _ENTRY_BYTES + len(text)

    def _compute(self, texts: Sequence[str]) -> Vectors:
        windows: list[Sequence[int]] = []
        owners: list[int] = []
        for owner, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            for part in (encoding, *encoding.overflowing):
                windows.append(part.ids)
                owners.append(owner)
        lengths = np.array([len(ids) for ids in windows], np.float32)
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        np.add.at(sums, owners, _run_by_length(self._network, windows) * lengths[:, None])
        unit: Vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit


def _run_by_length(network: Network, windows: Sequence[Sequence[int]]) -> Vectors:
    """Run windows of about equal length together, filled up to a multiple of four and masked there.

    A window is always filled up to the same length, and never runs alone: then the bits of a vector do not depend on
    what else is in the batch (onnxruntime sums a single row in another order), and the same ask gives the same bytes
    whatever was asked before. Filling up costs a tenth; running a lonely window twice would cost more.
    """
    vectors = np.zeros((len(windows), DIMENSIONS), np.float32)
    by_length: dict[int, list[int]] = {}
    for position, ids in enumerate(windows):
        by_length.setdefault(-(-len(ids) // _STEP) * _STEP, []).append(position)
    for length, positions in by_length.items():
        for start in range(0, len(positions), _BATCH):
            chosen = positions[start : start + _BATCH]
            rows = chosen if len(chosen) > 1 else chosen * 2
            batch, mask = np.zeros((2, len(rows), length), np.int64)
            for row, position in enumerate(rows):
                batch[row, : len(windows[position])] = windows[position]
                mask[row, : len(windows[position])] = 1
            vectors[chosen] = network(batch, mask)[: len(chosen)]
    return vectors


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    return tokenizer
