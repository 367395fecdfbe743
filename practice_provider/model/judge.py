"""Judges answers: likeness to the reference (or to the question), then what the prompt tells it to check.

Weak on purpose, so that calibrating a judge against people is a lesson: asked vaguely it likes what sounds alike, long
answers, the first of two, and praise of the marker, and it sees neither a wrong number nor a "not". A prompt with a
reference and with the words of checks.py takes these weaknesses away one by one; marked examples in the prompt move
the cut between pass and fail. The small model compares words only. The reason it gives is the check that failed.
Compare Zheng et al., Judging LLM-as-a-Judge, https://arxiv.org/abs/2306.05685
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from . import checks
from .checks import Evidence
from .mind import Mind
from .sentences import split
from .words import overlaps, stems

Verdict = Literal["number", "pass", "pair"]

_ASKED = re.compile(
    r"\b(?:judge|grade|rate|score|evaluate|assess|mark|compare|verdict|"
    r"(?:which|whose) (?:answer|response|one)? ?is better|"
    r"is (?:this|the) (?:answer|response|reply) (?:good|right|correct|ok|acceptable))\b",
    re.I,
)
_NAMES = (
    "question|reference|ideal|expected|gold|rubric|criteria|passages|passage|context|documents|sources|"
    "answer_a|answer_b|response_a|response_b|answer|response|candidate|reply"
)
_TAG = re.compile(rf"<(?P<name>{_NAMES})(?:\s[^<>]*)?>(?P<text>.*?)</(?P=name)>", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(
    r"(?:^|(?<=[.?!]\s))[ \t#*]*(?:(?:the|user'?s?|customer'?s?|model'?s?|candidate'?s?) )?"
    rf"(?P<name>{_NAMES.replace('_', '[ _]')})(?:[ _]answer)?(?: to (?:judge|mark|grade))?[ \t*]*:[ \t*]*",
    re.IGNORECASE | re.MULTILINE,
)
_EXAMPLE = re.compile(r"<example>(?P<inside>.*?)</example>", re.IGNORECASE | re.DOTALL)
_MARKED = re.compile(
    r"<(?:verdict|label|mark|grade)>\s*(?P<tag>\w+)|^[ \t]*(?:verdict|label)[ \t]*:[ \t]*(?P<line>\w+)", re.I | re.M
)
_SCALE = re.compile(r"\b(?P<low>\d+)\s*(?:to|-|–|and)\s*(?P<high>\d+)\b")
_PASS = re.compile(r"\bpass(?:es)?\b.{0,20}\bfail\b", re.IGNORECASE | re.DOTALL)
_TIE = re.compile(r"\b(?:tie|draw|equal(?:ly)? good)\b", re.IGNORECASE)
_ONE_WORD = re.compile(
    r"\b(?:only|just)\b[^.\n]{0,30}\b(?:number|score|letter|word|pass|verdict|a or b)\b|"
    r"\bpass or fail\b[^.\n]{0,20}\bonly\b|\bone word\b|\b(?:number|score|letter|word|verdict) only\b|\bnothing else\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:\n+|(?<=[.!?]) )[ \t]*(?:please )?(?:reply|answer|respond|give|return|say)\b[^\n]*$", re.IGNORECASE
)
_REFERENCE, _RUBRIC, _LENGTH = 0.75, 0.1, 0.15  # what the likeness, the rubric's words and the length count
_LONG_WORDS = 60  # an answer of so many words has all of the length's share
_PRAISE = 0.1  # what speaking to the marker brings
_AGREES = 0.2  # what all figures of the reference bring, where numbers are checked
_FIRST = 0.05  # the first of two is ahead by so much
_TIE_WITHIN = 0.02  # of score, where the prompt allows a tie
_PASS_AT = 0.6
_SMALL_CHECKS = 2  # of what it is told to check, the small model heeds the first so many rows of checks.py
_FATAL = 0.3  # the best score of an answer that fails a check; each further failure takes a tenth
_COSTS = 0.12  # of a failed check that is not fatal


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
    passages: str = ""
    checks: frozenset[str] = frozenset()
    tie: bool = False
    examples: tuple[tuple["Case", bool], ...] = ()

    def evidence(self) -> Evidence:
        """What an answer is checked against."""
        return Evidence(self.question, self.reference, self.passages)


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
    shown = [m["inside"] for m in _EXAMPLE.finditer(text)]
    text = _EXAMPLE.sub("", text)
    parts = {m["name"].lower(): m["text"].strip() for m in _TAG.finditer(text)} or _headed(text)
    order = _TAG.sub("", text) if _TAG.search(text) else _outside(text, parts)
    first, second = _part(parts, "answer_a", "response_a"), _part(parts, "answer_b", "response_b")
    is_pair = bool(first and second)
    answer = first if is_pair else _part(parts, "answer", "response", "candidate", "reply")
    case = _case(parts, order, answer, second if is_pair else "")
    if not answer or not _ASKED.search(order) or not (is_pair or case.question or case.rubric or case.reference):
        return None
    return replace(case, examples=tuple(_examples(shown, case)))


def _case(parts: dict[str, str], order: str, answer: str, second: str) -> Case:
    scale = _SCALE.search(order)
    rubric = _part(parts, "rubric", "criteria")
    return Case(
        verdict="pair" if second else "pass" if _PASS.search(order) else "number",
        question=parts.get("question", ""),
        reference=_part(parts, "reference", "ideal", "expected", "gold"),
        rubric=rubric,
        answer=answer,
        second=second,
        low=int(scale["low"]) if scale else 1,
        high=int(scale["high"]) if scale else 5,
        bare=_ONE_WORD.search(order) is not None,
        passages=_part(parts, "passages", "passage", "context", "documents", "sources"),
        checks=checks.asked(f"{order}\n{rubric}"),
        tie=_TIE.search(order) is not None,
    )


def _examples(shown: Sequence[str], case: Case) -> list[tuple[Case, bool]]:
    """Marked answers in the prompt, as cases of their own."""
    found = []
    for inside in shown:
        parts = {m["name"].lower(): m["text"].strip() for m in _TAG.finditer(inside)} or _headed(inside)
        mark, answer = _MARKED.search(inside), _part(parts, "answer", "response", "candidate", "reply")
        if mark and answer:
            passed = (mark["tag"] or mark["line"]).lower() in ("pass", "passed", "right", "good", "correct", "yes")
            one = replace(case, answer=answer, question=parts.get("question", ""), passages=parts.get("passages", ""))
            found.append((replace(one, reference=_part(parts, "reference", "ideal", "expected")), passed))
    return found


def _headed(text: str) -> dict[str, str]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)] * bool(heads)
    return {
        head["name"].lower().replace(" ", "_"): _TAIL.sub("", text[head.end() : end].rstrip()).strip()
        for head, end in zip(heads, ends, strict=True)
    }


def _outside(text: str, parts: dict[str, str]) -> str:
    """The order: all that is neither question nor answer nor reference; a rubric belongs to it."""
    for name, part in parts.items():
        text = text if name in ("rubric", "criteria") else text.replace(part, " ")
    return text


def _part(parts: dict[str, str], *names: str) -> str:
    return next((parts[name] for name in names if parts.get(name)), "")


def judge(case: Case, mind: Mind) -> Judgement:
    """Give the verdict with its evidence."""
    score, reason = score_of(case, case.answer, mind)
    if case.verdict == "pair":
        return _better(case, score, reason, mind)
    if case.verdict == "pass":
        return Judgement("pass" if score >= _cut(case, mind) else "fail", score, reason)
    grade = case.low + round(max(0.0, min(1.0, score)) * (case.high - case.low))
    return Judgement(str(grade), score, reason)


def _better(case: Case, score: float, reason: str, mind: Mind) -> Judgement:
    other, why = score_of(case, case.second, mind)
    ahead = score - other + (0.0 if "order" in case.checks else _FIRST)
    if case.tie and abs(ahead) <= _TIE_WITHIN:
        return Judgement("tie", score, reason)
    return Judgement("A", score, reason) if ahead >= 0 else Judgement("B", other, why)


def score_of(case: Case, answer: str, mind: Mind) -> tuple[float, str]:
    """Score an answer, about 0 to 1, and say in a sentence what it was lowered for, or what lies nearest."""
    names = case.checks if mind.meanings else checks.first(case.checks, _SMALL_CHECKS)
    praise = 0.0 if "praise" in names or not checks.flatters(answer) else _PRAISE
    answer = checks.unpraised(answer) if "praise" in names else answer
    near = _near(case, answer, names, mind)
    covered = overlaps(stems(case.rubric), [stems(answer)])[0] if case.rubric and not names else near
    length = near if "length" in names else min(1.0, len(answer.split()) / _LONG_WORDS)
    score = _REFERENCE * near + _RUBRIC * covered + _LENGTH * length + praise
    score += _AGREES if checks.agrees(names, answer, case.evidence()) else 0.0
    wrong = checks.failed(names, answer, case.evidence(), mind)
    if not wrong:
        return score, _evidence(case, answer, mind)
    fatal = sum(checks.is_fatal(name) for name, _ in wrong)
    score = min(score, _FATAL - 0.1 * (fatal - 1)) if fatal else score - _COSTS * len(wrong)
    return score, f"It fails the check of {wrong[0][0]}: {wrong[0][1]}."


def _near(case: Case, answer: str, names: frozenset[str], mind: Mind) -> float:
    """Likeness to what is wanted; where length counts nothing, a short answer that is a part of the reference is it."""
    if "support" in names and checks.is_silent(case.reference) and checks.is_silent(answer):
        return 1.0
    near = mind.compare(answer, [case.reference or case.passages or case.question or case.rubric])[0]
    return max(near, checks.contained(answer, case.reference)) if "length" in names and case.reference else near


def _cut(case: Case, mind: Mind) -> float:
    """Where pass begins: the cut that is right for most of the prompt's marked examples, near the usual one."""
    scored = [(score_of(one, one.answer, mind)[0], passed) for one, passed in case.examples]
    if len({passed for _, passed in scored}) < 2:
        return _PASS_AT
    ordered = sorted(score for score, _ in scored)
    cuts = [_PASS_AT, *((a + b) / 2 for a, b in itertools.pairwise(ordered))]
    return max(cuts, key=lambda cut: (sum((score >= cut) == ok for score, ok in scored), -abs(cut - _PASS_AT)))


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
