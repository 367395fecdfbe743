"""Opens the embedding network in onnxruntime, from a graph file that is built once and kept in a cache folder.

The file's name says which weights and which builder made it, so a new version never reads an old file. A file that
does not open, or that gives wrong numbers for a known sentence, is built again.
Source: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import contextlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from . import weights

_KNOWN_IDS = (101, 1996, 4248, 2829, 4419, 14523, 2058, 1996, 13971, 3899, 1012, 102)  # "The quick brown fox jumps …"
_KNOWN_START = (0.0439335, 0.0589344, 0.0481784, 0.0775481)
_TOLERANCE = 1e-4
_THREADS = 2  # measured: a third thread gains nothing for sentences


class NetworkBroken(Exception):
    """The network gives wrong numbers although it was just built from verified weights."""


def open_network(weights_file: Path, cache: Path) -> Any:
    """Give an onnxruntime session; build and cache the graph where no sound one is there.

    Raises:
        WeightsMissing: the weights are not there or are damaged.
        NetworkBroken: this machine's onnxruntime computes something else.
    """
    from .graph import BUILDER_VERSION, build

    key = weights.checksum(weights_file)[:16]
    path = cache / f"minilm-{key}-builder{BUILDER_VERSION}.onnx"
    session = _open_if_sound(str(path)) if path.is_file() else None
    if session is not None:
        return session
    graph = build(weights.read_safetensors(weights_file))
    session = _open_if_sound(graph)
    if session is None:
        raise NetworkBroken("onnxruntime gives wrong numbers for a known sentence. Install onnxruntime again.")
    _write_whole(path, graph)
    return session


def _open_if_sound(graph: str | bytes) -> Any | None:
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
        ids = np.array([_KNOWN_IDS], np.int64)
        start = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0, : len(_KNOWN_START)]
    except broken:
        return None
    return session if np.allclose(start, _KNOWN_START, atol=_TOLERANCE) else None


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
