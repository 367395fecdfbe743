"""BM25, nearest vectors, fusion and metrics, each against a plain reading of its definition."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.s3_rag import fusion, metrics
from stages.s3_rag.keywords import K1, B, Keywords, counts, terms
from stages.s3_rag.vectors import Vectors, best, unit

SOME = st.sampled_from(["red", "green", "blue", "tank", "tanks", "boiler", "e07", "the"])
WORDS = st.lists(SOME, min_size=1, max_size=12)
RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
GRADES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1)


def built(texts: list[str]) -> Keywords:
    rows = sorted((term, row, n) for row, text in enumerate(texts) for term, n in counts(text).items())
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return Keywords.build(columns[0], np.array(columns[1], np.int32), np.array(columns[2], np.int32), len(texts))


def naive(texts: list[str], question: str) -> list[float]:
    """BM25 as it stands in the paper, one document at a time."""
    bags = [Counter(terms(text)) for text in texts]
    mean = sum(sum(bag.values()) for bag in bags) / len(bags)
    total = [0.0] * len(bags)
    for term in terms(question):
        found = sum(term in bag for bag in bags)
        rarity = math.log(1 + (len(bags) - found + 0.5) / (found + 0.5))
        for i, bag in enumerate(bags):
            n, length = bag[term], sum(bag.values())
            total[i] += rarity * n * (K1 + 1) / (n + K1 * (1 - B + B * length / max(mean, 1e-9)))
    return total


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=8), WORDS.map(" ".join))
def test_scores_equal_a_naive_reading_of_bm25(texts: list[str], question: str) -> None:
    assert built(texts).scores(question).tolist() == pytest.approx(naive(texts, question), rel=1e-5)


def test_a_code_is_found_whole_and_in_parts() -> None:
    scores = built(["the filter BL-F1", "the filter BL-F3", "a lid"]).scores("bl-f1")
    assert scores[0] > scores[1] > scores[2] == 0.0


@given(st.integers(0, 60), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_the_nearest_are_those_of_a_full_sort(n: int, k: int, seed: int) -> None:
    drawn = np.random.default_rng(seed)
    matrix, vector = unit(drawn.standard_normal((n, 16))) if n else np.zeros((0, 16), np.float32), unit(np.ones(16))[0]
    found = Vectors(matrix).nearest(vector, k)
    cosines = matrix @ vector
    assert found.rows.tolist() == sorted(range(n), key=lambda i: (-cosines[i], i))[:k]


def test_a_search_by_codes_finds_nearly_what_an_exact_one_finds() -> None:
    drawn = np.random.default_rng(7)
    subjects = drawn.standard_normal((100, 384))  # texts come in subjects; pure noise would be the worst case
    matrix = unit(np.repeat(subjects, 30, axis=0) + 0.7 * drawn.standard_normal((3_000, 384)))
    questions = unit(matrix[::75] + 0.01 * drawn.standard_normal((40, 384)))
    exact, coded = Vectors(matrix), Vectors(matrix, exact_up_to=0)
    same = [len(set(exact.nearest(q, 10).rows) & set(coded.nearest(q, 10).rows)) for q in questions]
    assert coded.codes is not None
    assert np.mean(same) >= 8.5
    assert all(coded.nearest(q, 1).rows[0] == 75 * i for i, q in enumerate(questions))


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 12))
def test_the_best_are_in_order_and_ties_go_to_the_first(values: list[int], k: int) -> None:
    scores = np.array(values, np.float32)
    assert best(scores, k).tolist() == sorted(range(len(values)), key=lambda i: (-values[i], i))[:k]


def test_what_both_rankings_have_comes_before_what_one_has() -> None:
    by_words, by_meaning = {"a": 9.0, "b": 8.0}, {"c": 0.9, "b": 0.89}
    assert fusion.order(fusion.reciprocal_rank([by_words, by_meaning]))[0] == "b"
    assert set(fusion.min_max([by_words, by_meaning])) == {"a", "b", "c"}


def test_a_weight_of_zero_silences_a_ranking() -> None:
    assert fusion.order(fusion.min_max([{"a": 1.0, "b": 0.0}, {"b": 1.0, "a": 0.0}], [0.0, 1.0])) == ["b", "a"]


@given(RANKINGS, GRADES)
def test_metrics_stay_between_0_and_1_and_the_ideal_order_has_1(ranking: list[str], grades: dict[str, int]) -> None:
    for metric in (metrics.ndcg, metrics.recall, metrics.reciprocal_rank):
        assert 0.0 <= metric(ranking, grades) <= 1.0
    if any(grades.values()):
        assert metrics.ndcg(sorted(grades, key=lambda one: -grades[one]), grades) == pytest.approx(1.0)


def test_intervals_are_those_of_the_same_questions_drawn_again() -> None:
    better = metrics.mean(metrics.ndcg, {"1": ["a"], "2": ["b"]}, {"1": {"a": 1}, "2": {"b": 1}})
    worse = metrics.mean(metrics.ndcg, {"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 1}})
    assert (better.value, worse.value) == (1.0, 0.5)
    assert (worse.low, worse.high) == (0.0, 1.0)
    assert metrics.difference(better, worse).value == 0.5
    with pytest.raises(ValueError, match="cannot be paired"):
        metrics.difference(better, metrics.mean(metrics.ndcg, {}, {}))
