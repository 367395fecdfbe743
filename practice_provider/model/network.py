"""Opens the embedding network in onnxruntime, from a graph file that is built once and kept in a cache folder.

The file's name says which weights and which builder made it, so a new version never reads an old file. A file that
does not open, or that gives wrong numbers for a known sentence, is built again. The word vectors stay in the weights
file and are read row by row: that saves 47 MB, twice while the graph is opened.
Source: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from . import weights

BUILDER_VERSION = 2  # part of the cache file's name: raise it with every change to graph.py
_KNOWN_IDS = (101, 1996, 4248, 2829, 4419, 14523, 2058, 1996, 13971, 3899, 1012, 102)  # "The quick brown fox jumps …"
_KNOWN_START = (0.0439335, 0.0589344, 0.0481784, 0.0775481)
_TOLERANCE = 1e-4
_THREADS = 2  # measured: a third thread gains nothing for sentences


class NetworkBroken(Exception):
    """The network gives wrong numbers although it was just built from verified weights."""


@dataclass(frozen=True)
class Network:
    """The network: rows of word pieces in, one vector of 384 numbers for each out."""

    session: Any
    words: weights.Rows  # (30522, 384), of which only rows that are used are read

    def __call__(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Embed rows of word pieces; `mask` is 1 where a piece is real, 0 where the row was filled up."""
        given = {"words": self.words[ids], "attention_mask": mask}
        vectors: npt.NDArray[np.float32] = self.session.run(None, given)[0]  # (batch, 384)
        return vectors


def open_network(weights_file: Path, cache: Path) -> Network:
    """Open the network; build and cache the graph where no sound one is there.

    Raises:
        WeightsMissing: the weights are not there or are damaged.
        NetworkBroken: this machine's onnxruntime computes something else.
    """
    path = cache / f"minilm-{_version(weights_file)}-builder{BUILDER_VERSION}.onnx"
    if path.is_file() and (network := _open_if_sound(str(path), weights_file)) is not None:
        return network
    from .graph import build  # imports onnx, which only those need who build

    weights.checksum(weights_file)
    graph = build(weights.read_safetensors(weights_file))
    network = _open_if_sound(graph, weights_file)
    if network is None:
        raise NetworkBroken("onnxruntime gives wrong numbers for a known sentence. Install onnxruntime again.")
    _write_whole(path, graph)
    return network


def _version(weights_file: Path) -> str:
    """Tell one weights file from another without reading its 90 MB: a changed file has another size or time."""
    try:
        found = weights_file.stat()
    except FileNotFoundError as exc:
        raise weights.WeightsMissing(f"There is no weights file {weights_file}. Install it again.") from exc
    return hashlib.sha256(f"{weights.SHA256} {found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:16]


def _open_if_sound(graph: str | bytes, weights_file: Path) -> Network | None:
    """Open a graph (a path or its bytes); None where it is broken."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    broken = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.RuntimeException)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
    options.log_severity_level = 4  # a broken cache file is our business, not a line on the learner's screen
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the CPU to others
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        network = Network(session, weights.Rows(weights_file, "embeddings.word_embeddings.weight"))
        ids = np.array([_KNOWN_IDS], np.int64)
        start = network(ids, np.ones_like(ids))[0, : len(_KNOWN_START)]
    except broken:
        return None
    return network if np.allclose(start, _KNOWN_START, atol=_TOLERANCE) else None


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside and rename: nobody ever sees half a file. A cache that can't be written costs time, no more."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            file.write(data)
        part.replace(path)
    except OSError:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
