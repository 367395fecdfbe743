"""The questions and the marked answers: references, fair checks, splits, no copy of the corpus."""

from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from itertools import combinations
from types import ModuleType

import pytest

from stages.s2_llms.brewline import Question, load_judged_answers, load_judged_pairs, load_questions

from .corpus import DATASETS, nearest, passages

SPLITS = {name: load_questions(name) for name in ("train", "dev", "test")}
ALL = [question for split in SPLITS.values() for question in split]
BY_ID = {question.id: question for question in ALL}
ANSWERABLE = [question for question in ALL if question.answerable]
KINDS = (
    *("exact_code", "paraphrase", "typo", "multi_passage", "table", "chart", "time_dependent", "other_language"),
    *("unanswerable", "near_miss"),
)


def _check() -> ModuleType:
    """The program that stands beside the questions: how a spelling is looked for in an answer, and all its checks."""
    spec = spec_from_file_location("check_questions", DATASETS / "questions" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = _check()


def is_right(question: Question, answer: str) -> bool:
    """Does an answer hold all facts, and nothing that makes it wrong?"""
    held = all(any(CHECK.holds(answer, spelling) for spelling in fact) for fact in question.facts)
    return held and not any(CHECK.holds(answer, wrong) for wrong in question.must_not)


def test_the_program_beside_the_questions_finds_nothing():
    assert CHECK.problems(with_vectors=False) == []


def test_there_are_enough_of_each_kind_in_splits_of_the_planned_size():
    assert len(ANSWERABLE) >= 300
    assert len(ALL) - len(ANSWERABLE) >= 80
    counts = Counter(question.kind for question in ALL)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 20, counts
    assert len(BY_ID) == len(ALL)
    shares = {name: len(split) / len(ALL) for name, split in SPLITS.items()}
    assert shares == pytest.approx({"train": 0.6, "dev": 0.2, "test": 0.2}, abs=0.05)


def test_every_passage_that_is_named_exists():
    named = {r.passage for q in ALL for r in q.relevant} | {passage for q in ALL for passage in q.misleading}
    assert not sorted(named - passages())


def test_only_answerable_questions_have_an_answer_and_passages():
    for question in ALL:
        assert question.answerable == (question.kind not in ("unanswerable", "near_miss")), question.id
        assert question.answerable == bool(question.relevant and question.answer and question.facts), question.id
    assert {r.grade for q in ALL for r in q.relevant} <= {1, 2, 3}
    assert not [q.id for q in ANSWERABLE if not any(r.grade == 3 for r in q.relevant)]


def test_the_reference_answer_is_right_by_its_own_facts():
    assert not [question.id for question in ANSWERABLE if not is_right(question, question.answer or "")]


def test_the_facts_can_be_missed():
    """An answer to another question is not right by chance."""
    for question, other in zip(ANSWERABLE, ANSWERABLE[7:], strict=False):
        if question.facts != other.facts:
            assert not is_right(question, "I can't find that in the text I was given.")
    chance = sum(is_right(q, o.answer or "") for q in ANSWERABLE for o in ANSWERABLE[:40] if q is not o)
    assert chance / (40 * len(ANSWERABLE)) < 0.02


@pytest.mark.parametrize(("one", "other"), list(combinations(SPLITS, 2)))
def test_no_question_stands_in_two_splits(one: str, other: str):
    share, first, second = nearest([q.question for q in SPLITS[one]], [q.question for q in SPLITS[other]])
    assert share < 0.6, f"{first!r} and {second!r}"


# ---- judged answers ---------------------------------------------------------------------------------------------

ANSWERS = {answer.id: answer for answer in load_judged_answers()}
PAIRS = {pair.id: pair for pair in load_judged_pairs()}
TRAPS = (
    *("none", "longer_but_wrong", "wrong_number", "negation", "right_but_not_grounded", "confident_tone"),
    *("outdated_fact", "polite_but_empty", "rude_but_right", "flattery_of_judge"),
)


def test_there_are_enough_answers_with_every_trap():
    assert len(ANSWERS) >= 200
    counts = Counter(answer.trap for answer in ANSWERS.values())
    assert set(counts) == set(TRAPS)
    assert min(counts.values()) >= 8, counts
    verdicts = Counter(answer.verdict for answer in ANSWERS.values())
    assert min(verdicts.values()) / len(ANSWERS) > 0.25


def test_a_judged_answer_is_about_a_question_and_its_passages_exist():
    assert not [a.id for a in ANSWERS.values() if a.question_id not in BY_ID]
    assert not sorted({passage for a in ANSWERS.values() for passage in a.passages} - passages())


def test_the_verdict_follows_from_the_marks():
    for answer in ANSWERS.values():
        marks = (answer.right, answer.complete, answer.grounded, answer.polite)
        assert set(marks) <= {0, 1, 2}
        passed = answer.right == 2 and answer.grounded == 2 and 0 not in marks
        assert (answer.verdict == "pass") == passed, answer.id


def test_pairs_compare_answers_to_one_question_and_each_has_its_twin():
    assert len(PAIRS) >= 80
    turned = {"first": "second", "second": "first", "tie": "tie"}
    for pair in PAIRS.values():
        assert {ANSWERS[pair.first].question_id, ANSWERS[pair.second].question_id} == {pair.question_id}
        if pair.swapped_of:
            twin = PAIRS[pair.swapped_of]
            assert (twin.first, twin.second, twin.better) == (pair.second, pair.first, turned[pair.better])
    assert sum(pair.swapped_of is not None for pair in PAIRS.values()) >= len(PAIRS) / 3
