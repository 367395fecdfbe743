"""Makes practice_provider/model/sayings.npz: vectors of sayings and topics' names, and the regression fitted to them.

    python tests/practice_provider/model/make_sayings.py

Run it when sayings.txt or lexicon.toml has changed. A vector is kept as whole numbers of one byte, which is near
enough: the cosine of a kept vector with its own is above 0.999.
"""

from pathlib import Path

import numpy as np
import platformdirs

from practice_provider.model import lexicon, topics
from practice_provider.model.embedder import Embedder, Vectors

LARGEST = 127.0


def kept(vectors: Vectors) -> tuple[np.ndarray, np.ndarray]:
    """Bytes, and for each row what to divide them by."""
    scale = LARGEST / np.abs(vectors).max(axis=1, keepdims=True)
    return np.round(vectors * scale).astype(np.int8), scale.astype(np.float32)


def main() -> None:
    """Embed all and write the file."""
    embed = Embedder(Path(platformdirs.user_cache_dir("practice-provider")))
    vectors = embed([text for _, text in topics.sayings()])
    sayings, sayings_scale = kept(vectors)
    filed, filed_scale = kept(embed([name for _, name in topics.names(lexicon.load())]))
    np.savez_compressed(
        topics.VECTORS,
        sayings=sayings,
        sayings_scale=sayings_scale,
        filed=filed,
        filed_scale=filed_scale,
        fit=topics.fitted(lexicon.load(), vectors.astype(np.float64)).astype(np.float16),
        made_from=topics.checksum(),
    )


if __name__ == "__main__":
    main()
