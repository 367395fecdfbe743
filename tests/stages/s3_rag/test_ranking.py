"""BM25, nearest vectors, fusion and metrics, each against a plain reading of its definition."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.s3_rag import fusion, metrics, reranking
from stages.s3_rag.keywords import K1, B, Keywords, counts, terms
from stages.s3_rag.vectors import Vectors, best, unit

SOME = st.sampled_from(["red", "green", "blue", "tank", "tanks", "boiler", "e07", "the"])
WORDS = st.lists(SOME, min_size=1, max_size=12)
RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
GRADES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1)


def built(texts: list[str]) -> Keywords:
    return Keywords.of([counts(text) for text in texts])


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
    assert fusion.reciprocal_rank([[0, 1], [2, 1]], 4).argmax() == 1
    assert fusion.reciprocal_rank([[0, 1], [2, 1]], 4)[3] == 0.0


def test_a_weight_of_zero_silences_a_ranking() -> None:
    assert fusion.min_max([[1.0, 0.0], [0.0, 1.0]], [0.0, 1.0]).tolist() == [0.0, 1.0]


@given(st.lists(st.floats(-5, 50, width=32), max_size=9))
def test_one_scale_keeps_the_order_and_ends_at_0_and_1(values: list[float]) -> None:
    scaled = fusion.one_scale(values)
    if len(set(values)) > 1:
        assert (scaled.min(), scaled.max()) == (0.0, 1.0)
        places = np.argsort(np.asarray(values, np.float32), kind="stable")
        assert all(scaled[a] <= scaled[b] for a, b in pairwise(places))


def test_a_word_that_nobody_wrote_is_taken_for_the_nearest_one() -> None:
    keywords = built(["the boiler weighs little", "weight of a tank", "weight of the E07 grinder"])
    assert keywords.closest("wieght") == "weight"
    assert keywords.scores("wieght").tolist() == pytest.approx((0.8 * keywords.scores("weight")).tolist())
    assert [keywords.closest(term) for term in ("e08", "2027", "tnk", "lemonade")] == [None] * 4


def test_coverage_is_the_share_of_the_questions_terms_and_codes_are_counted_apart() -> None:
    found = built(["tank BL-K16", "tank BL-K17", "lid"]).matches("which tank is k16")
    assert found.coverage[0] == pytest.approx(1.0)
    assert 0.0 < found.coverage[1] < 1.0
    assert found.codes.tolist() == [1.0, 0.0, 0.0]


def test_weights_are_learned_for_what_tells_right_from_wrong_and_not_for_noise() -> None:
    drawn = np.random.default_rng(3)
    questions = []
    for _ in range(60):
        features = drawn.random((12, 4)).astype(np.float32)
        questions.append((features, (features[:, 1] > 0.8) * 3))
    weights = reranking.learned(questions)
    assert weights[1] == 1.0
    assert max(abs(weights[i]) for i in (0, 2, 3)) < 0.2
    with pytest.raises(ValueError, match="No question has a right candidate"):
        reranking.learned([(features, np.zeros(12))])


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


def test_metrics_are_those_of_trec_eval_on_random_runs() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="it has no wheel for this machine")
    drawn = np.random.default_rng(11)
    names = [f"d{i}" for i in range(30)]
    run, grades = dict[str, list[str]](), dict[str, dict[str, int]]()
    for number in range(200):
        ranked = drawn.permutation(names)[: drawn.integers(1, 25)].tolist()
        graded = {name: int(drawn.integers(0, 4)) for name in drawn.permutation(names)[:8]}
        run[str(number)], grades[str(number)] = ranked, {**graded, names[0]: 1}
    scored = {question: {one: float(-at) for at, one in enumerate(ranked)} for question, ranked in run.items()}
    judge = pytrec_eval.RelevanceEvaluator(grades, {"ndcg_cut.10", "recall.10", "recip_rank"})
    theirs = judge.evaluate(scored)
    for question, ranked in run.items():
        mine, graded = theirs[question], grades[question]
        assert metrics.ndcg(ranked, graded) == pytest.approx(mine["ndcg_cut_10"])
        assert metrics.recall(ranked, graded) == pytest.approx(mine["recall_10"])
        assert metrics.reciprocal_rank(ranked, graded, k=30) == pytest.approx(mine["recip_rank"])
