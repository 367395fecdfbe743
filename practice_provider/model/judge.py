"""Judges answers by a rubric: likeness to the reference (or the question), and how many of the rubric's words it has.

Weak on purpose, so that checking a judge against people is a lesson: it does not see a wrong number or a "not", it
likes long answers, and of two it prefers the first when they are close. The small model compares words only. It gives
the verdict and one sentence of evidence, never a reason of its own, and fills no JSON schema.
Compare Zheng et al., Judging LLM-as-a-Judge, https://arxiv.org/abs/2306.05685
"""

import re
from dataclasses import dataclass
from typing import Literal

from .mind import Mind
from .sentences import split
from .words import overlaps, stems

Verdict = Literal["number", "pass", "pair"]

_ASKED = re.compile(
    r"\b(?:judge|grade|rate|score|evaluate|assess|mark|compare|which (?:answer|response) is better)\b", re.I
)
_NAMES = (
    "question|reference|ideal|expected|rubric|criteria|answer_a|answer_b|response_a|response_b|"
    "answer|response|candidate"
)
_TAG = re.compile(rf"<(?P<name>{_NAMES})>(?P<text>.*?)</(?P=name)>", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(
    rf"^[ \t#*]*(?P<name>{_NAMES.replace('_', '[ _]')})(?:[ _]answer)?[ \t*]*:[ \t*]*", re.IGNORECASE | re.MULTILINE
)
_SCALE = re.compile(r"\b(?P<low>\d+)\s*(?:to|-|–|and)\s*(?P<high>\d+)\b")
_PASS = re.compile(r"\bpass(?:es)?\b.{0,20}\bfail\b", re.IGNORECASE | re.DOTALL)
_ONE_WORD = re.compile(
    r"\b(?:only|just)\b[^.\n]{0,30}\b(?:number|score|letter|word|pass|verdict|a or b)\b", re.IGNORECASE
)
_REFERENCE, _RUBRIC, _LENGTH = 0.75, 0.15, 0.1  # what the likeness, the rubric's words and the length count
_LONG_WORDS = 60  # an answer of so many words has all of the length's share
_FIRST = 0.03  # the first of two is ahead by so much
_PASS_AT = 0.6


@dataclass(frozen=True)
class Case:
    """What is to be judged; `second` is set for a pair. Scores go from `low` to `high`."""

    verdict: Verdict
    question: str
    reference: str
    rubric: str
    answer: str
    second: str = ""
    low: int = 1
    high: int = 5
    bare: bool = False


@dataclass(frozen=True)
class Judgement:
    """The verdict as it is said, its score (about 0 to 1), and the evidence in a sentence."""

    verdict: str
    score: float
    evidence: str


def read(text: str) -> Case | None:
    """Find a case in a prompt: an order to judge, and an answer that is marked with a tag or a heading.

    >>> read("Grade the answer from 1 to 10.\\nReference: red\\nAnswer: blue").high
    10
    """
    parts = {m["name"].lower(): m["text"].strip() for m in _TAG.finditer(text)} or _headed(text)
    order = _TAG.sub("", text)
    pair = [one for one in (_part(parts, "answer_a", "response_a"), _part(parts, "answer_b", "response_b")) if one]
    answer = pair[0] if len(pair) == 2 else _part(parts, "answer", "response", "candidate")
    rubric, reference = _part(parts, "rubric", "criteria"), _part(parts, "reference", "ideal", "expected")
    if not answer or not _ASKED.search(order) or not (len(pair) == 2 or rubric or reference):
        return None
    verdict: Verdict = "pair" if len(pair) == 2 else "pass" if _PASS.search(order) else "number"
    scale = _SCALE.search(order)
    low, high = (int(scale["low"]), int(scale["high"])) if scale else (1, 5)
    second = pair[1] if len(pair) == 2 else ""
    bare = _ONE_WORD.search(order) is not None
    return Case(verdict, parts.get("question", ""), reference, rubric, answer, second, low, high, bare)


def _headed(text: str) -> dict[str, str]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)] * bool(heads)
    return {
        head["name"].lower().replace(" ", "_"): text[head.end() : end].strip()
        for head, end in zip(heads, ends, strict=True)
    }


def _part(parts: dict[str, str], *names: str) -> str:
    return next((parts[name] for name in names if parts.get(name)), "")


def judge(case: Case, mind: Mind) -> Judgement:
    """Give the verdict with its evidence."""
    score = _score(case, case.answer, mind)
    if case.verdict == "pair":
        other = _score(case, case.second, mind)
        better = "A" if score + _FIRST >= other else "B"
        evidence = _evidence(case, case.answer if better == "A" else case.second, mind)
        return Judgement(better, max(score, other), evidence)
    if case.verdict == "pass":
        return Judgement("pass" if score >= _PASS_AT else "fail", score, _evidence(case, case.answer, mind))
    grade = case.low + round(max(0.0, min(1.0, score)) * (case.high - case.low))
    return Judgement(str(grade), score, _evidence(case, case.answer, mind))


def _score(case: Case, answer: str, mind: Mind) -> float:
    near = mind.compare(answer, [case.reference or case.question or case.rubric])[0]
    covered = overlaps(stems(case.rubric), [stems(answer)])[0] if case.rubric else near
    length = min(1.0, len(answer.split()) / _LONG_WORDS)
    return _REFERENCE * near + _RUBRIC * covered + _LENGTH * length


def _evidence(case: Case, answer: str, mind: Mind) -> str:
    wanted = case.reference or case.question or case.rubric
    pieces = [piece.text for piece in split(answer)] or [answer]
    near = mind.compare(wanted, pieces)
    best = pieces[max(range(len(pieces)), key=near.__getitem__)]
    named = "the reference" if case.reference else "what was asked"
    return f"Nearest to {named} is “{best}”."


def told(case: Case, found: Judgement) -> str:
    """Give the words: the verdict alone where only that was asked for, else a line for the evidence too."""
    return found.verdict if case.bare else f"{found.verdict}\n{found.evidence}"
