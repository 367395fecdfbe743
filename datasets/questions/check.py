"""Check the questions and the judged answers: fields, references, facts, splits, the rule of the verdict, the pairs.

    python datasets/questions/check.py             # a line for each problem, and exit status 1 if there is one
    python datasets/questions/check.py --vectors   # also: no two splits hold near-duplicates (needs the practice model)

It does not judge whether a passage or a mark is right; that was read by a person. README.md says how a spelling
matches.
Headings become anchors as on GitHub: https://github.com/github/cmark-gfm and `datasets/WORLD.md`, section 11.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

DATASETS = Path(__file__).parent.parent
SPLITS = ("train", "dev", "test")
UPDATE_DAY = "2026-12-01"  # from this day on the update set of the help centre holds
NEAR = 0.9  # cosine from which two questions say the same
COPIED = 0.6  # share of an answer's 5-grams that may stand in one relevant passage

FIELDS = [
    "id",
    "kind",
    "language",
    "asked_on",
    "question",
    "relevant",
    "misleading",
    "answer",
    "facts",
    "must_not",
    "answerable",
]
JUDGE_FIELDS = [
    "id",
    "question_id",
    "passages",
    "answer",
    "right",
    "complete",
    "grounded",
    "polite",
    "verdict",
    "trap",
    "why",
]
UNANSWERABLE = {"unanswerable", "near_miss"}
KINDS = UNANSWERABLE | {
    "exact_code",
    "paraphrase",
    "typo",
    "multi_passage",
    "table",
    "chart",
    "time_dependent",
    "other_language",
}
TRAPS = {
    "none",
    "longer_but_wrong",
    "wrong_number",
    "negation",
    "right_but_not_grounded",
    "confident_tone",
    "outdated_fact",
    "polite_but_empty",
    "rude_but_right",
    "flattery_of_judge",
}

Row = dict[str, Any]
Passages = Mapping[str, str]


def read(path: Path) -> list[Row]:
    """Return the objects of a JSONL file, by line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def normal(text: str) -> str:
    """Return the text in one letter case, with single spaces.

    >>> normal("Up  to\\u00a020 CUPS")
    'up to 20 cups'
    """
    return re.sub(r"\s+", " ", text).casefold()


def holds(answer: str, spelling: str) -> bool:
    """Tell whether a spelling stands in an answer: from the start of a word, and never cutting a number in two.

    >>> holds("You have 30 days.", "30 day"), holds("That is £9.50.", "£9"), holds("In 14 days.", "4 days")
    (True, False, False)
    """
    before = r"(?<!\w)(?<!\d[.,])" if spelling[0].isalnum() else ""
    after = r"(?!\d|[.,]\d)" if spelling[-1].isdigit() else ""
    return re.search(before + re.escape(normal(spelling)) + after, normal(answer)) is not None


def is_right(answer: str, question: Row) -> bool:
    """Tell whether an answer holds every fact in one of its spellings and none of the forbidden ones."""
    facts_hold = all(any(holds(answer, spelling) for spelling in fact) for fact in question["facts"])
    return facts_hold and not any(holds(answer, spelling) for spelling in question["must_not"])


def sections(path: Path) -> Iterator[tuple[str, str]]:
    """Give each heading of an article as a passage id, with the text below it."""
    seen: Counter[str] = Counter()
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    for block in re.split(r"^(?=#{1,2} )", body, flags=re.MULTILINE)[1:]:
        heading = block.split("\n", 1)[0].lstrip("#").strip().lower()
        slug = re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
        number, seen[slug] = seen[slug], seen[slug] + 1
        yield f"{path.stem}#{slug}-{number}" if number else f"{path.stem}#{slug}", block


def passages(day: str) -> Passages:
    """Return all passages that exist on a day, by id: the articles' sections and the manuals' pages."""
    centre = DATASETS / "help_centre"
    files = {path.stem: path for path in [*centre.glob("*.md"), *centre.glob("library/*.md")]}
    del files["README"]
    if day >= UPDATE_DAY:
        for gone in (centre / "updates/deleted.txt").read_text(encoding="utf-8").split():
            del files[gone]
        files |= {path.stem: path for path in centre.glob("updates/*/*.md")}
    found = {name: text for path in files.values() for name, text in sections(path)}
    pages = read(DATASETS / "manuals/pages.jsonl")
    return found | {f"{page['manual']}#page-{page['page']}": page["text"] for page in pages}


def five_grams(text: str) -> list[str]:
    """Return the runs of five words."""
    words = re.findall(r"[\w£€°.,-]+", normal(text))
    return [" ".join(words[start : start + 5]) for start in range(len(words) - 4)]


def question_problems(question: Row, known: Passages) -> Iterator[str]:
    """Name what is wrong with one question."""
    if list(question) != FIELDS or question["kind"] not in KINDS or question["language"] not in {"en", "de", "es"}:
        yield "fields, kind or language"
        return
    grades = {link["passage"]: link["grade"] for link in question["relevant"]}
    yield from (f"no passage {name}" for name in [*grades, *question["misleading"]] if name not in known)
    yield from (f"{name} is relevant and misleading" for name in question["misleading"] if name in grades)
    if question["answerable"] is (question["kind"] in UNANSWERABLE):
        yield "answerable does not go with kind"
    if not question["answerable"]:
        if grades or question["answer"] or question["facts"]:
            yield "unanswerable, but with an answer, a fact or a passage"
        return
    if not question["answer"] or not question["facts"]:
        yield "answerable, but without an answer or a fact"
        return
    if not is_right(question["answer"], question):
        yield "the reference answer fails its own facts"
    best = [known.get(name, "") for name, grade in grades.items() if grade == 3]
    if not best:
        yield "no passage of grade 3"
    yield from passage_problems(question, best)


def passage_problems(question: Row, best: Sequence[str]) -> Iterator[str]:
    """Name facts that no grade-3 passage holds, forbidden spellings that one holds, and copied answers."""
    in_picture = question["kind"] == "chart"
    for fact in question["facts"]:
        if not in_picture and not any(holds(text, spelling) for text in best for spelling in fact):
            yield f"no grade-3 passage holds {fact}"
    for spelling in question["must_not"]:
        if any(holds(text, spelling) for text in best):
            yield f"a grade-3 passage holds the forbidden {spelling!r}"
    grams = five_grams(question["answer"])
    for text in best:
        if grams and sum(gram in set(five_grams(text)) for gram in grams) / len(grams) > COPIED:
            yield "the answer is copied from a passage"


def answer_problems(row: Row, question: Row, known: Passages) -> Iterator[str]:
    """Name what is wrong with one judged answer."""
    if list(row) != JUDGE_FIELDS or row["trap"] not in TRAPS:
        yield "fields or trap"
        return
    yield from (f"no passage {name}" for name in row["passages"] if name not in known)
    marks = [row[name] for name in ("right", "complete", "grounded", "polite")]
    passed = row["right"] == 2 and row["grounded"] == 2 and 0 not in marks
    if not set(marks) <= {0, 1, 2} or row["verdict"] != ("pass" if passed else "fail"):
        yield "the verdict does not follow from the marks"
    if question["answerable"] and row["right"] == 2 and not is_right(row["answer"], question):
        yield "marked right, but a fact is missing or forbidden"


def pair_problems(pairs: Sequence[Row], answers: Mapping[str, Row]) -> Iterator[str]:
    """Name pairs of two questions, and twins that are not each other's mirror image."""
    by_id = {pair["id"]: pair for pair in pairs}
    mirrored = {"first": "second", "second": "first", "tie": "tie"}
    for pair in pairs:
        if {answers[pair[side]]["question_id"] for side in ("first", "second")} != {pair["question_id"]}:
            yield f"{pair['id']}: answers to another question"
        twin = by_id.get(pair["swapped_of"] or "")
        if pair["swapped_of"] and twin is None:
            yield f"{pair['id']}: no pair {pair['swapped_of']}"
        if twin and (twin["first"], twin["second"], mirrored[twin["better"]]) != (
            pair["second"],
            pair["first"],
            pair["better"],
        ):
            yield f"{pair['id']}: not the mirror image of {twin['id']}"


def near_duplicates(splits: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Name questions of two splits whose sentence vectors are nearly the same."""
    from practice_provider.model.embedder import Embedder

    with tempfile.TemporaryDirectory() as cache:
        embed = Embedder(Path(cache))
        vectors = {name: embed([row["question"] for row in rows]) for name, rows in splits.items()}
    for one, other in (("train", "dev"), ("train", "test"), ("dev", "test")):
        for row, cosines in zip(splits[one], vectors[one] @ vectors[other].T, strict=True):
            closest = int(cosines.argmax())
            if cosines[closest] >= NEAR:
                yield f"{row['id']} and {splits[other][closest]['id']} say the same in two splits"


def problems(with_vectors: bool = False) -> list[str]:
    """Return a line for each problem of both sets; empty if all is well."""
    splits = {name: read(DATASETS / f"questions/{name}.jsonl") for name in SPLITS}
    questions = {row["id"]: row for rows in splits.values() for row in rows}
    known = {day: passages(day) for day in {row["asked_on"] for row in questions.values()}}
    found = [
        f"{key}: {line}" for key, row in questions.items() for line in question_problems(row, known[row["asked_on"]])
    ]
    texts = Counter(normal(row["question"]) for rows in splits.values() for row in rows)
    found += [f"asked twice: {text}" for text, times in texts.items() if times > 1]
    answers = {row["id"]: row for row in read(DATASETS / "judge/answers.jsonl")}
    for key, row in answers.items():
        question = questions[row["question_id"]]
        found += [f"{key}: {line}" for line in answer_problems(row, question, known[question["asked_on"]])]
    found += pair_problems(read(DATASETS / "judge/pairs.jsonl"), answers)
    return found + (list(near_duplicates(splits)) if with_vectors else [])


def main() -> int:
    """Print the problems and return the exit status."""
    parser = argparse.ArgumentParser(description="Check datasets/questions and datasets/judge.")
    parser.add_argument("--vectors", action="store_true", help="also look for near-duplicates between splits")
    found = problems(parser.parse_args().vectors)
    print("\n".join(found) or "no problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
