"""The exercises of lesson s3.2, "Measuring retrieval": recall, enough questions, did it help, a file of questions."""

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson
    from stages.s3_rag.metrics import Mean

GRADES = {"shipping#costs": 3, "shipping#late": 3, "express#costs": 2, "returns#costs": 0}
RANKING = ["returns#costs", "shipping#costs", "shipping#costs", "express#costs", "press#logo", "shipping#late"]
RECALLS: tuple[tuple[list[str], dict[str, int], int, int, float | None, str], ...] = (
    (["a", "x", "b"], {"a": 3, "b": 1}, 2, 1, 1 / 2, "one of the two that count stands among the first 2"),
    (["a", "x", "y", "z"], {"a": 3}, 4, 1, 1.0, "the only passage is there; how many others came along is precision"),
    (["y", "a"], {"a": 3, "x": 0}, 2, 1, 1.0, "grade 0 means that somebody looked and it does not help"),
    (RANKING, GRADES, 3, 1, 2 / 3, "a passage that is named twice takes one place, so the third one is express#costs"),
    (RANKING, GRADES, 3, 3, 1 / 2, "with least=3 only passages of grade 3 count"),
    ([], {"a": 3}, 10, 1, 0.0, "nothing was found"),
    (["a", "b"], {"a": 1}, 10, 3, None, "there was nothing to be found, so this question must not pull the mean down"),
)
Recall = Callable[[Sequence[str], Mapping[str, int], int, int], float | None]


def _check_recall(recall_at: Recall, lesson: "Lesson") -> None:
    for ranking, grades, k, least, expected, why in RECALLS:
        seen = recall_at(list(ranking), dict(grades), k, least)
        same = seen is None if expected is None else isinstance(seen, int | float) and abs(seen - expected) < 1e-9
        told = "None" if expected is None else f"{expected:.3f}"
        expect(same, f"k={k}, least={least}, {ranking} for {grades}: expected {told}, saw {shorten(seen)}: {why}.")


recall_by_hand = Exercise(
    id="recall-by-hand",
    title="Exercise 1: recall, for rankings as they come",
    task="Write `recall_at(ranking, grades, k, least)`: which share of the passages whose grade is at least `least` "
    "stands among the first `k`? Two chunks of one passage may both be found, so an id can come twice in `ranking`: "
    "it then takes one place, not two. None where no passage has such a grade.",
    name="recall_at",
    check=_check_recall,
    starter='''
def recall_at(ranking, grades, k, least):
    """Return the share of good passages that are found, or None."""
    ...
''',
    hints=(
        "Three steps: take out repeats, keep the first k, see which of the good ones are among them.",
        "`list(dict.fromkeys(ranking))[:k]` takes out repeats and keeps the order.",
    ),
    solution='''
def recall_at(ranking, grades, k, least):
    """Return the share of good passages that are found, or None."""
    good = {passage for passage, grade in grades.items() if grade >= least}
    found = list(dict.fromkeys(ranking))[:k]
    return len(good & set(found)) / len(good) if good else None
''',
    alternative='''
def recall_at(ranking, grades, k, least):
    """Place by place."""
    seen, hits = set(), 0
    for passage in ranking:
        if passage in seen:
            continue
        if len(seen) == k:
            break
        seen.add(passage)
        hits += grades.get(passage, 0) >= least
    total = sum(grade >= least for grade in grades.values())
    return hits / total if total else None
''',
    wrong=(
        Wrong(
            """
def recall_at(ranking, grades, k, least):
    good = {p for p, grade in grades.items() if grade >= least}
    return len(good & set(dict.fromkeys(ranking[:k]))) / k if good else None
""",
            "how many others came along is precision",
        ),
        Wrong(
            """
def recall_at(ranking, grades, k, least):
    found = list(dict.fromkeys(ranking))[:k]
    return len(set(grades) & set(found)) / len(grades) if max(grades.values()) >= least else None
""",
            "grade 0 means that somebody looked",
        ),
        Wrong(
            """
def recall_at(ranking, grades, k, least):
    good = {p for p, grade in grades.items() if grade > 0}
    found = list(dict.fromkeys(ranking))[:k]
    return len(good & set(found)) / len(good) if max(grades.values()) >= least else None
""",
            "with least=3 only passages of grade 3 count",
        ),
        Wrong(
            """
def recall_at(ranking, grades, k, least):
    good = {p for p, grade in grades.items() if grade >= least}
    return len(good & set(ranking[:k])) / len(good) if good else None
""",
            "takes one place, so the third one",
        ),
        Wrong(
            """
def recall_at(ranking, grades, k, least):
    good = {p for p, grade in grades.items() if grade >= least}
    found = list(dict.fromkeys(ranking))[:k]
    return len(good & set(found)) / max(1, len(good))
""",
            "must not pull the mean down",
        ),
    ),
    praise="Two details, repeats and questions without an answer, are why two teams measure two recalls.",
)


def _values(n: int, share: float, seed: int) -> list[float]:
    """Values as a search has them: many zeros, the others spread out."""
    draw = random.Random(seed)
    return [round(draw.uniform(0.2, 1.0), 3) if draw.random() < share else 0.0 for _ in range(n)]


ENOUGH = ((73, 0.5, 1, 0.05), (73, 0.5, 1, 0.025), (200, 0.2, 2, 0.04), (30, 0.8, 3, 0.1))


def _check_enough(enough: Callable[[list[float], float], int | None], lesson: "Lesson") -> None:
    from stages.s3_rag.metrics import interval

    for n, share, seed, half in ENOUGH:
        values = _values(n, share, seed)
        low, high = interval(values)
        expected = n * ((high - low) / 2 / half) ** 2
        seen = enough(list(values), half)
        told = f"{n} questions gave an interval of ± {(high - low) / 2:.3f}"
        if isinstance(seen, float):
            raise Incorrect(f"{told}. Expected a whole number of questions for ± {half}, saw {shorten(seen)}.")
        good = isinstance(seen, int) and 0.85 * expected - 1 <= seen <= 1.15 * expected + 1
        expect(
            good,
            f"{told}. For ± {half} one needs about {expected:.0f}, saw {shorten(seen)}. "
            f"The width shrinks with the root of n, and {half} is half of the interval, at 95 %.",
        )
    seen = enough([1.0, 1.0, 1.0], 0.05)
    expect(
        seen is None,
        f"Three values of 1.0: expected None, saw {shorten(seen)}. Values that are all equal say nothing "
        "about how far the next one will be off.",
    )


enough = Exercise(
    id="enough",
    title="Exercise 2: how many are enough?",
    task="Write `enough(values, half)`. `values` are the nDCG of some questions that you have measured. How many "
    "questions do you need for a 95 % interval of ± `half`? Return a whole number, rounded up; None if the values "
    "are all equal. (Up to a few per cent the bootstrap and the formula agree: either will do.)",
    name="enough",
    check=_check_enough,
    starter='''
def enough(values, half):
    """Return how many questions give an interval of plus or minus half, or None."""
    ...
''',
    hints=(
        "Half of the interval is 1.96 times the standard deviation divided by the root of n. Solve this for n.",
        "`ceil((1.96 * statistics.stdev(values) / half) ** 2)`",
    ),
    solution='''
from math import ceil
from statistics import stdev

def enough(values, half):
    """Return how many questions give an interval of plus or minus half, or None."""
    if len(set(values)) < 2:
        return None
    return ceil((1.96 * stdev(values) / half) ** 2)
''',
    alternative='''
from math import ceil
from stages.s3_rag.metrics import interval

def enough(values, half):
    """From the bootstrap's width: half of the width needs four times as many."""
    low, high = interval(values)
    if low == high:
        return None
    return ceil(len(values) * ((high - low) / 2 / half) ** 2)
''',
    wrong=(
        Wrong(
            """
from math import ceil
from stages.s3_rag.metrics import interval

def enough(values, half):
    low, high = interval(values)
    return ceil(len(values) * (high - low) / 2 / half)
""",
            "For ± 0.05 one needs about",
        ),
        Wrong(
            """
from statistics import stdev

def enough(values, half):
    return (1.96 * stdev(values) / half) ** 2
""",
            "Expected a whole number of questions",
        ),
        Wrong(
            """
from math import ceil
from statistics import stdev

def enough(values, half):
    return ceil((1.96 * stdev(values) / half) ** 2)
""",
            "Values that are all equal say nothing",
        ),
    ),
    praise="Half the width costs four times the questions. Ask what you will do with the figure before you pay.",
)


def _pair(
    n: int, gain: float, noise: float, seed: int, spread: float = 0.35
) -> tuple[dict[str, float], dict[str, float]]:
    """nDCG before and after a change, by question, the second in another order."""
    draw = random.Random(seed)
    before = {f"Q-{number}": draw.uniform(0.5 - spread, 0.5 + spread) for number in range(n)}
    order = sorted(before, key=lambda _: draw.random())
    after = {name: min(1.0, max(0.0, before[name] + gain + draw.uniform(-noise, noise))) for name in order}
    return before, after


HELPED = (
    (_pair(73, 0.05, 0.15, 1), "helped", "few gained much, but nearly all gained: the difference is above 0"),
    (_pair(73, 0.03, 0.45, 3), "cannot tell", "the mean went up, and the interval of the difference holds 0"),
    (_pair(73, -0.06, 0.15, 3), "hurt", "the interval of the difference is below 0"),
    (_pair(8, 0.05, 0.35, 6), "cannot tell", "8 questions cannot decide it"),
)


def _check_helped(verdict: Callable[[dict[str, float], dict[str, float]], str], lesson: "Lesson") -> None:
    from stages.s3_rag.metrics import interval

    for (before, after), expected, why in HELPED:
        gained = [after[name] - before[name] for name in before]
        low, high = interval(gained)
        seen = verdict(dict(before), dict(after))
        expect(
            seen == expected,
            f"{len(gained)} questions, paired difference {low:+.3f} to {high:+.3f}: expected {expected!r}, "
            f"saw {shorten(seen)}: {why}. Match the questions by their id.",
        )


helped = Exercise(
    id="helped",
    title="Exercise 3: did it help?",
    task="Write `verdict(before, after)` for two dicts, question id to nDCG, of the same questions but not always in "
    "the same order. Return 'helped' if the whole 95 % interval of the paired difference lies above 0, 'hurt' if it "
    "lies below, else 'cannot tell'. `interval` from `stages.s3_rag.metrics` takes a list of values.",
    name="verdict",
    check=_check_helped,
    starter='''
def verdict(before, after):
    """Return 'helped', 'hurt' or 'cannot tell'."""
    ...
''',
    hints=(
        "One number for each question: what it has gained. The interval is over these.",
        "`low, high = interval([after[name] - before[name] for name in before])`",
    ),
    solution='''
from stages.s3_rag.metrics import interval

def verdict(before, after):
    """Return 'helped', 'hurt' or 'cannot tell'."""
    low, high = interval([after[name] - before[name] for name in before])
    return "helped" if low > 0 else "hurt" if high < 0 else "cannot tell"
''',
    alternative='''
from math import sqrt
from statistics import mean, stdev

def verdict(before, after):
    """By the formula for a mean, without drawing."""
    gained = [after[name] - value for name, value in before.items()]
    half = 1.96 * stdev(gained) / sqrt(len(gained))
    if abs(mean(gained)) <= half:
        return "cannot tell"
    return "helped" if mean(gained) > 0 else "hurt"
''',
    wrong=(
        Wrong(
            """
def verdict(before, after):
    old, new = sum(before.values()), sum(after.values())
    return "helped" if new > old else "hurt" if new < old else "cannot tell"
""",
            "the mean went up, and the interval of the difference holds 0",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def verdict(before, after):
    (low, high), (other_low, other_high) = (interval(list(one.values())) for one in (before, after))
    return "helped" if other_low > high else "hurt" if other_high < low else "cannot tell"
""",
            "saw 'cannot tell': few gained much, but nearly all gained",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def verdict(before, after):
    low, high = interval([before[name] - after[name] for name in before])
    return "helped" if low > 0 else "hurt" if high < 0 else "cannot tell"
""",
            "saw 'hurt': few gained much",
        ),
    ),
    praise="The same questions before and after: what they have in common drops out of the difference.",
)


LOG: tuple[tuple[str, str, bool], ...] = (
    ("How often do I descale?", "descaling#how-often", True),
    ("tank drips", "leak#the-ring", True),
    ("  how often do I DESCALE? ", "water#hardness", True),
    ("tank drips", "press#logo", False),
    ("where is my refund, ann@example.com", "refunds#when", True),
    ("discount for students", "vouchers#codes", False),
    ("E07", "errors#list", False),
    ("E07", "errors#e07", True),
    ("bottomless basket", "baskets#all", True),
)
FOUND = {
    "how often do i descale?": ["water#hardness", "x#1", "descaling#how-often"],
    "tank drips": ["x#1", "leak#the-ring"],
    "e07": ["errors#list", "errors#e07"],
    "bottomless basket": [],
}
WANTED = {
    "how often do i descale?": {"descaling#how-often", "water#hardness"},
    "tank drips": {"leak#the-ring"},
    "e07": {"errors#e07"},
    "bottomless basket": {"baskets#all"},
}
Measure = Callable[[list[dict[str, object]], Path, Callable[[str], list[str]]], "Mean"]


def _plain(question: str) -> str:
    return " ".join(question.lower().split())


def _check_file(measure_log: Measure, lesson: "Lesson") -> None:
    from stages.s3_rag import metrics
    from stages.s3_rag.evaluating import read

    log: list[dict[str, object]] = [{"query": query, "opened": page, "helped": did} for query, page, did in LOG]
    asked: list[str] = []

    def search(question: str) -> list[str]:
        asked.append(question)
        return FOUND.get(_plain(question), [])

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.jsonl"
        seen = measure_log(log, file, search)
        expect(file.exists(), "Expected a file where `file` says, found none.")
        rows = read(file)
    expect(not any("@" in one.question for one in rows), "A customer's e-mail address stands in the file of questions.")
    expect(len({one.id for one in rows}) == len(rows), "Two questions have one id: the second would hide the first.")
    questions = [_plain(one.question) for one in rows]
    expect(
        len(set(questions)) == len(questions),
        "One question stands in the file twice: capitals and white space do not make a new one.",
    )
    got = {_plain(one.question): {passage for passage, grade in one.relevant.items() if grade > 0} for one in rows}
    for question, passages in WANTED.items():
        expect(
            got.get(question) == passages,
            f"{question!r}: expected {sorted(passages)} with a grade above 0, saw {sorted(got.get(question, ()))}: "
            "what helped anybody who asked this, and nothing else.",
        )
    right = [metrics.ndcg(FOUND[question], dict.fromkeys(passages, 3)) for question, passages in WANTED.items()]
    value = getattr(seen, "value", seen)
    expect(
        isinstance(value, float) and abs(value - sum(right) / len(right)) < 1e-6,
        f"Expected the mean nDCG@10 of {len(right)} questions, {sum(right) / len(right):.3f}, saw {shorten(value)}: "
        "a question for which nothing was found counts 0.",
    )
    expect(asked, "`search` was never called.")


question_file = Exercise(
    id="question-file",
    title="Exercise 4: a file of questions from a search log",
    task="Write `measure_log(log, file, search)`. Each row of `log` is a dict: `query`, `opened` (the passage that was "
    "clicked) and `helped` (did the person say so?). Write `file`, one JSON object a line with `id`, `question` and "
    "`relevant`, a list of {passage, grade}: grade 3 for what helped anybody who asked. One query, however its "
    "capitals and spaces are, is one question; leave out those with an @. Then `read` the file (from "
    "`stages.s3_rag.evaluating`), rank each question with `search(question)`, and return the mean nDCG@10 by "
    "`metrics.mean`.",
    name="measure_log",
    check=_check_file,
    starter='''
def measure_log(log, file, search):
    """Write the questions of a log into a file, and return the mean nDCG@10 of a search on them."""
    ...
''',
    hints=(
        "A dict of sets gathers what helped: `helped.setdefault(' '.join(query.lower().split()), set())`.",
        "`read` gives records with `id`, `question` and `relevant`, without the questions that have no passage.",
        "`metrics.mean(metrics.ndcg, {q.id: search(q.question) for q in asked}, {q.id: q.relevant for q in asked})`",
    ),
    solution='''
import json
from stages.s3_rag import metrics
from stages.s3_rag.evaluating import read

def measure_log(log, file, search):
    """Write the questions of a log into a file, and return the mean nDCG@10 of a search on them."""
    helped = {}
    for row in log:
        if "@" not in row["query"]:
            good = helped.setdefault(" ".join(row["query"].lower().split()), set())
            good |= {row["opened"]} if row["helped"] else set()
    lines = [
        {"id": f"L-{n}", "question": query, "relevant": [{"passage": p, "grade": 3} for p in sorted(good)]}
        for n, (query, good) in enumerate(helped.items(), 1)
    ]
    file.write_text("\\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = read(file)
    run = {one.id: search(one.question) for one in asked}
    return metrics.mean(metrics.ndcg, run, {one.id: one.relevant for one in asked})
''',
    alternative='''
import json
from stages.s3_rag.evaluating import read
from stages.s3_rag.metrics import mean, ndcg

def measure_log(log, file, search):
    """From the rows that helped alone, sorted, each query as it was first typed."""
    first, good = {}, {}
    for row in log:
        key = tuple(row["query"].casefold().split())
        if row["helped"] and "@" not in row["query"]:
            first.setdefault(key, row["query"].strip())
            good.setdefault(key, []).append({"passage": row["opened"], "grade": 3})
    with file.open("w", encoding="utf-8") as out:
        for key in sorted(first):
            out.write(json.dumps({"id": "-".join(key), "question": first[key], "relevant": good[key]}) + "\\n")
    asked = read(file)
    grades = {one.id: one.relevant for one in asked}
    return mean(ndcg, {one.id: search(one.question) for one in asked}, grades)
''',
    wrong=(
        Wrong(
            """
import json
from stages.s3_rag import metrics
from stages.s3_rag.evaluating import read

def measure_log(log, file, search):
    lines = [
        {"id": n, "question": r["query"], "relevant": [{"passage": r["opened"], "grade": 3 * r["helped"]}]}
        for n, r in enumerate(log) if "@" not in r["query"]
    ]
    file.write_text("\\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = read(file)
    run = {one.id: search(one.question) for one in asked}
    return metrics.mean(metrics.ndcg, run, {one.id: one.relevant for one in asked})
""",
            "stands in the file twice",
        ),
        Wrong(
            """
import json
from stages.s3_rag import metrics
from stages.s3_rag.evaluating import read

def measure_log(log, file, search):
    opened = {}
    for row in log:
        if "@" not in row["query"]:
            opened.setdefault(" ".join(row["query"].lower().split()), set()).add(row["opened"])
    lines = [
        {"id": query, "question": query, "relevant": [{"passage": p, "grade": 3} for p in sorted(pages)]}
        for query, pages in opened.items()
    ]
    file.write_text("\\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = read(file)
    run = {one.id: search(one.question) for one in asked}
    return metrics.mean(metrics.ndcg, run, {one.id: one.relevant for one in asked})
""",
            "what helped anybody who asked this, and nothing else",
        ),
        Wrong(
            """
import json
from stages.s3_rag import metrics
from stages.s3_rag.evaluating import read

def measure_log(log, file, search):
    helped = {}
    for row in log:
        if row["helped"]:
            helped.setdefault(" ".join(row["query"].lower().split()), set()).add(row["opened"])
    lines = [
        {"id": query, "question": query, "relevant": [{"passage": p, "grade": 3} for p in sorted(pages)]}
        for query, pages in helped.items()
    ]
    file.write_text("\\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = read(file)
    run = {one.id: search(one.question) for one in asked}
    return metrics.mean(metrics.ndcg, run, {one.id: one.relevant for one in asked})
""",
            "e-mail address stands in the file",
        ),
        Wrong(
            """
import json
from stages.s3_rag import metrics
from stages.s3_rag.evaluating import read

def measure_log(log, file, search):
    helped = {}
    for row in log:
        if row["helped"] and "@" not in row["query"]:
            helped.setdefault(" ".join(row["query"].lower().split()), set()).add(row["opened"])
    lines = [
        {"id": query, "question": query, "relevant": [{"passage": p, "grade": 3} for p in sorted(pages)]}
        for query, pages in helped.items()
    ]
    file.write_text("\\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = [one for one in read(file) if search(one.question)]
    run = {one.id: search(one.question) for one in asked}
    return metrics.mean(metrics.ndcg, run, {one.id: one.relevant for one in asked})
""",
            "a question for which nothing was found counts 0",
        ),
    ),
    praise="A click is not a label, a click that helped nearly is one. And nobody's address is in your repository.",
)

quiz = Quiz(
    (
        Question(
            "Recall@10 stays the same, nDCG@10 rises. What has happened?",
            (
                "more of the right passages are found",
                "the same passages are found, and the right ones stand higher",
                "the questions became easier",
            ),
            answer="b",
            why="Recall does not see the order among the first ten; nDCG sees little else.",
            nudge="Which of the two changes if you shuffle the first ten?",
        ),
        Question(
            "The 95 % intervals of two searches on the same questions overlap. What do you know?",
            (
                "they are equally good",
                "the one with the higher mean is better",
                "nothing yet: look at the interval of the paired difference",
            ),
            answer="c",
            why="Most of the width comes from easy and hard questions, which both searches share.",
            nudge="What do both searches have in common that makes their intervals so wide?",
        ),
        Question(
            "Your interval is ± 0.08, and you need ± 0.04. How many more questions?",
            ("four times as many as now", "twice as many as now", "as many again, but harder ones"),
            answer="a",
            why="The width shrinks with the root of the number.",
            nudge="Look at the curve: from which n to which n did the width halve?",
        ),
        Question(
            "You tried many stop words on dev, kept those that raised nDCG, and dev rose far beyond its interval. Is "
            "the search better for customers?",
            (
                "yes, the paired difference says so",
                "nobody knows before questions are asked that the choice has not seen",
                "yes, because dev are real questions",
            ),
            answer="b",
            why="The interval covers the luck of drawing questions. It does not cover that you chose by them.",
            nudge="What did the test questions say about just that?",
        ),
        Question(
            "A new search puts unlabelled passages on top, and its nDCG falls. What first?",
            (
                "throw the new search away",
                "read those passages, and label what answers",
                "count every unlabelled passage as right",
            ),
            answer="b",
            why="Unlabelled means that nobody looked. The labels were made with what the old search found.",
            nudge="Who decided which passages a person would read?",
        ),
    )
)

EXERCISES = (recall_by_hand, enough, helped, question_file, quiz)
