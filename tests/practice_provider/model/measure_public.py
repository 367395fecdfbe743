"""Measures the practice model on SciFact, a public set of scientific claims that nobody here wrote.

COURSE_PUBLIC_DATA=/folder/with/data python tests/practice_provider/model/measure_public.py    print the tables

The folder holds `scifact/corpus_train.csv`, `queries.jsonl` and `qrels/test.tsv` in BEIR's form; the data is not
shipped with the course (CC BY-NC 2.0). Without the folder nothing is measured. Retrieval: nDCG@10 of practice-embed
over 5,183 abstracts, with a bootstrap interval (seeded). Rationales: the model sees the abstract and the claim; right
is an answer that holds one of the sentences that experts marked.
Source: Wadden et al., Fact or Fiction, https://arxiv.org/abs/2004.14974, and https://arxiv.org/abs/2104.08663
"""

import ast
import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rates import MODELS, Rate, table

from practice_provider.core import Ask, Embed, Reply, Text, Turn, Vectors
from practice_provider.model import Model, load

VARIABLE = "COURSE_PUBLIC_DATA"
SEED, SAMPLES, BATCH, CUTOFF = 20_261_123, 2_000, 64, 10
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Claim:
    """A claim of the test split; `rationales` gives, for each abstract with marked sentences, their numbers."""

    text: str
    relevant: frozenset[str]
    rationales: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Abstract:
    """A title and the sentences of an abstract."""

    title: str
    sentences: tuple[str, ...]


def folder() -> Path | None:
    """Where the public data lies, if the environment says so."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get(VARIABLE, "")
    path = Path(named) / "scifact"
    return path if named and path.is_dir() else None


def abstracts(path: Path) -> dict[str, Abstract]:
    """The corpus; a cell holds a printed array of strings."""
    with (path / "corpus_train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["doc_id"]: Abstract(row["title"], tuple(_strings(row["abstract"]))) for row in rows}


_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def _strings(cell: str) -> Iterator[str]:
    return (str(ast.literal_eval(match[0])).strip() for match in _QUOTED.finditer(cell))


def claims(path: Path) -> list[Claim]:
    """The claims of the test split."""
    relevant: dict[str, set[str]] = {}
    for line in (path / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        claim, abstract, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(claim, set()).add(abstract)
    found = []
    for line in (path / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["_id"] in relevant:
            marked = {
                key: frozenset(number for one in value for number in one["sentences"])
                for key, value in row["metadata"].items()
            }
            found.append(Claim(row["text"], frozenset(relevant[row["_id"]]), marked))
    return found


def embedded(model: Model, texts: Sequence[str]) -> Matrix:
    """Vectors from practice-embed."""
    rows: list[Any] = []
    for start in range(0, len(texts), BATCH):
        made = model.answer(Embed("practice-embed", tuple(texts[start : start + BATCH])))
        assert isinstance(made, Vectors)
        rows += made.vectors
        print(f"\r{len(rows)} of {len(texts)} embedded", end="", file=sys.stderr)
    return np.array(rows, np.float32)


def ndcg(model: Model, corpus: Mapping[str, Abstract], asked: Sequence[Claim]) -> list[float]:
    """nDCG@10 of each claim; every relevant abstract counts the same."""
    known = embedded(model, [f"{one.title} {' '.join(one.sentences)}" for one in corpus.values()])
    ids = list(corpus)
    scores = embedded(model, [claim.text for claim in asked]) @ known.T  # (n_claims, n_abstracts)
    gains = []
    for claim, row in zip(asked, scores, strict=True):
        top = [ids[i] for i in np.argsort(-row, kind="stable")[:CUTOFF]]
        gain = sum(1 / np.log2(rank + 2) for rank, one in enumerate(top) if one in claim.relevant)
        gains.append(float(gain / sum(1 / np.log2(rank + 2) for rank in range(min(CUTOFF, len(claim.relevant))))))
    return gains


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The bootstrap's 95 % interval of the mean."""
    drawn = np.random.default_rng(SEED).choice(np.array(values), (SAMPLES, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def rationales(model: Model, name: str, corpus: Mapping[str, Abstract], asked: Sequence[Claim]) -> Iterator[Rate]:
    """Whether the answer holds a marked sentence, from one abstract with marked sentences."""
    right = silent = n = 0
    for claim in asked:
        for key, marked in claim.rationales.items():
            abstract, n = corpus[key], n + 1
            document = "\n\n".join(abstract.sentences)
            prompt = (
                f'<document id="{key}" title="{abstract.title}">\n{document}\n</document>\n\nIs this true: {claim.text}'
            )
            result = model.answer(Ask(name, (Turn("user", (Text(f"{prompt.rstrip('.')}?"),)),)))
            assert isinstance(result, Reply)
            words = "".join(block.text for block in result.blocks if isinstance(block, Text))
            right += any(abstract.sentences[number][:60] in words for number in marked)
            silent += words.startswith("I can't find that")
    yield Rate("claim: the answer holds a marked sentence of the abstract", right, n)
    yield Rate("claim: silent", silent, n)


def main() -> None:
    """Print the tables, or say how to get them."""
    path = folder()
    if path is None:
        print(f"Nothing was measured: set {VARIABLE} to the folder that holds 'scifact'.", file=sys.stderr)
        return
    model, corpus, asked = load(), abstracts(path), claims(path)
    print(table("SciFact, test", {name: list(rationales(model, name, corpus, asked)) for name in MODELS}), end="\n\n")
    gains = ndcg(model, corpus, asked)
    low, high = interval(gains)
    print("\n| SciFact, test | practice-embed |\n|---|---|")
    print(f"| retrieval, nDCG@10 | {np.mean(gains):.3f} ({low:.3f}–{high:.3f}), n = {len(gains)} |")


if __name__ == "__main__":
    main()
