"""A folder of small documents, and an embedder that needs no model: vectors drawn from the words of a text."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from stages.s3_rag.vectors import Matrix, unit

TEXTS = {
    "boiler.md": "---\nid: boiler\ntitle: The boiler\nupdated: 2026-05-04\nlanguage: en\n---\n# The boiler\n\n"
    "It heats water.\n\n## Cleaning\n\nDescale it every two months with a sachet of BL-D1.\n",
    "tank.md": "# The tank\n\nIt holds 2 litres. BL-K16 fits the Brewline One.\n",
    "staff/prices.md": "---\naccess: [staff]\n---\n# Purchase prices\n\nA tank costs us £9.\n",
    "note.txt": "The grinder is loud when it is empty.\n",
    "page.html": "<html><title>Delivery</title><nav>Home</nav><main><h1>Delivery</h1><p>Three days.</p>"
    "<table><tr><th>To</th><th>Price</th></tr><tr><td>Ireland</td><td>£12</td></tr></table></main></html>",
}


class WordEmbedder:
    """Each word adds a vector of its own: texts that share words are near. It counts what it embeds."""

    def __init__(self, model: str = "words", width: int = 24) -> None:
        self.model, self.width, self.texts = model, width, list[str]()

    def __call__(self, texts: Sequence[str]) -> Matrix:
        self.texts += texts
        return unit(np.array([self._vector(text) for text in texts], np.float32).reshape(len(texts), self.width))

    def _vector(self, text: str) -> Matrix:
        total = np.zeros(self.width, np.float32)
        for word in text.lower().split():
            seed = int.from_bytes(hashlib.sha256(f"{self.model}{word}".encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(self.width, np.float32)
        return total


@pytest.fixture
def embed() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one document of each kind."""
    here = tmp_path / "documents"
    for name, text in TEXTS.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
    return here


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"
