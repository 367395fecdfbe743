"""Measures answers from text: is the reference fact in the answer, and does the model abstain where there is none?

python tests/practice_provider/model/measure_answers.py     print the table for the small set beside this file

`questions` may be any rows of (question, reference fact or None, the passages as a prompt). The kinds of questions
without an answer are "near" (the text is about the topic) and "clear" (it is about something else).
"""

import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from practice_provider.core import Ask, Reply, Text, Turn
from practice_provider.model import Model, load

FOLDER = Path(__file__).parent
MODELS = ("practice-large", "practice-small")
SILENCE = "NOT IN THE TEXT"
Kind = Literal["answerable", "near", "clear"]


@dataclass(frozen=True)
class Row:
    """A question over passages; `fact` is what the answer must contain, "" where there is no answer."""

    kind: Kind
    question: str
    fact: str
    passages: str


@dataclass(frozen=True)
class Rate:
    """A share of `n` rows."""

    name: str
    right: int
    n: int

    def interval(self) -> tuple[float, float]:
        """The 95 % interval (Wilson)."""
        if not self.n:
            return 0.0, 1.0
        z, share = 1.96, self.right / self.n
        middle = (share + z * z / (2 * self.n)) / (1 + z * z / self.n)
        reach = z * math.sqrt(share * (1 - share) / self.n + z * z / (4 * self.n**2)) / (1 + z * z / self.n)
        return middle - reach, middle + reach


def small_set(*, tune: bool) -> list[Row]:
    """The rows of questions.json: even ones were used for tuning, odd ones measure. Each has four articles."""
    data = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
    articles = data["articles"]
    rows = []
    for row in data["questions"][0 if tune else 1 :: 2]:
        place = next(i for i, article in enumerate(articles) if article["id"] == row["article"])
        shown = [articles[(place + offset) % len(articles)] for offset in range(4)]
        passages = "\n".join(f'<document id="{a["id"]}" title="{a["title"]}">\n{a["text"]}\n</document>' for a in shown)
        rows.append(Row("answerable" if row["answer"] else "near", row["question"], row["answer"] or "", passages))
    return rows


def answer(model: Model, name: str, row: Row) -> str:
    """What the model says, when it is told what to say where there is no answer."""
    system = Turn("system", (Text(f'If the documents do not say, answer "{SILENCE}".'),))
    result = model.answer(Ask(name, (system, Turn("user", (Text(f"{row.passages}\n\nQuestion: {row.question}"),)))))
    assert isinstance(result, Reply)
    return "".join(block.text for block in result.blocks if isinstance(block, Text))


def measure(model: Model, name: str, rows: Sequence[Row]) -> Iterator[Rate]:
    """Give the rates; F1 of abstention is 2 * right / n, where n adds what was silent and what should have been."""
    told = [(row, answer(model, name, row)) for row in rows]
    answerable = [(row, words) for row, words in told if row.kind == "answerable"]
    held = sum(row.fact.casefold() in words.casefold() for row, words in answerable)
    yield Rate("the answer contains the fact", held, len(answerable))
    wrongly = sum(words == SILENCE for _, words in answerable)
    for kind in ("near", "clear"):
        silent = [words == SILENCE for row, words in told if row.kind == kind]
        if silent:
            yield Rate(f"abstains, {kind}", sum(silent), len(silent))
            yield Rate(f"abstention F1, {kind}", 2 * sum(silent), sum(silent) + wrongly + len(silent))


def speed_ms(model: Model, name: str, rows: Sequence[Row]) -> list[float]:
    """CPU milliseconds for each of the rows, sorted; sentences that were seen before are remembered."""
    took = []
    for row in rows:
        start = time.process_time()
        answer(model, name, row)
        took.append((time.process_time() - start) * 1000)
    return sorted(took)


def table(model: Model, rows: Sequence[Row]) -> str:
    """The rates of both models as Markdown."""
    lines = [f"| What | {' | '.join(MODELS)} |", "|---|---|---|"]
    for both in zip(*(list(measure(model, name, rows)) for name in MODELS), strict=True):
        cells = [f"{r.right / max(r.n, 1):.2f} ({r.interval()[0]:.2f} to {r.interval()[1]:.2f}, n {r.n})" for r in both]
        lines.append(f"| {both[0].name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(load(), small_set(tune=False)))
