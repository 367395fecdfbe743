"""Measures how well the practice model labels tickets, by what the prompt says; prints a Markdown table.

`python tests/practice_provider/model/measure_labels.py [--dev] [--clinc FILE]`. The labels and their descriptions are
those of datasets/tickets; examples are drawn from train with a seed; dev chooses, test reports. CLINC150's file
(data_full.json of https://github.com/clinc/oos-eval) is not part of the course. Intervals are Wilson's.
"""

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_provider.core import Ask, Reply, Text, Turn
from practice_provider.model import Model, load

DATASETS = Path(__file__).parents[3] / "datasets"
MODELS = ("practice-large", "practice-small")
SEED, Z = 7, 1.96


@dataclass(frozen=True)
class Rate:
    """How many of how many were right."""

    right: int
    of: int

    def __str__(self) -> str:
        share, n = self.right / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * ((share * (1 - share) / n + Z * Z / (4 * n * n)) ** 0.5)
        return f"{share:.2f} ({middle - half:.2f}–{middle + half:.2f}), n = {n}"


def tickets(split: str) -> list[tuple[str, str]]:
    """(subject and text, intent) of a split."""
    lines = (DATASETS / "tickets" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(f"{row['subject'] or ''}\n{row['text']}".strip(), row["intent"]) for row in rows]


def described() -> dict[str, str]:
    """The fifteen intents with their descriptions."""
    world = (DATASETS / "WORLD.md").read_text(encoding="utf-8").split("## 8 ")[1].split("\n\n|")[1]
    return {m[1]: m[2].strip() for m in re.finditer(r"^\|? ?`(\w+)` \| ([^|]+) \|", world, re.MULTILINE)}


def drawn(rows: Sequence[tuple[str, str]], each: int, seed: int = SEED, wrong: float = 0.0) -> list[tuple[str, str]]:
    """So many examples of each label; a share of them with another label."""
    chance = random.Random(seed)
    names = sorted({name for _, name in rows})
    chosen = [pair for name in names for pair in chance.sample([row for row in rows if row[1] == name], each)]
    return [(text, chance.choice(names) if chance.random() < wrong else name) for text, name in chosen]


def prompt(labels: dict[str, str], *, about: bool, examples: Sequence[tuple[str, str]] = ()) -> str:
    """The instructions."""
    named = "\n".join(f"- {name}: {text}" if about else f"- {name}" for name, text in labels.items())
    shown = "\n".join(
        f"<example>\n<ticket>{text}</ticket>\n<label>{name}</label>\n</example>" for text, name in examples
    )
    return f"Classify the ticket. Answer with one label only.\nLabels:\n{named}\n\n{shown}".strip()


def right(model: Model, name: str, system: str, rows: Sequence[tuple[str, str]]) -> Rate:
    """How many rows get their label."""
    hits = 0
    for text, label in rows:
        reply = model.answer(Ask(name, (Turn("system", (Text(system),)), Turn("user", (Text(text),)))))
        assert isinstance(reply, Reply)
        hits += "".join(block.text for block in reply.blocks if isinstance(block, Text)) == label
    return Rate(hits, len(rows))


def ticket_rows(model: Model, split: str) -> Iterator[tuple[str, list[Rate]]]:
    """One row for each kind of prompt."""
    rows, train, labels = tickets(split), tickets("train"), described()
    prompts: dict[str, Any] = {
        "no labels named": "What is this ticket about?",
        "names only": prompt(labels, about=False),
        "descriptions": prompt(labels, about=True),
        "names, 5 examples each": prompt(labels, about=False, examples=drawn(train, 5)),
        "descriptions, 5 examples each": prompt(labels, about=True, examples=drawn(train, 5)),
        "descriptions, 5 examples, 40 % wrong": prompt(labels, about=True, examples=drawn(train, 5, wrong=0.4)),
        "descriptions, 15 examples each": prompt(labels, about=True, examples=drawn(train, 15)),
    }
    for title, system in prompts.items():
        yield title, [right(model, name, system, rows) for name in MODELS]


def clinc_rows(model: Model, file: Path, most: int = 300) -> Iterator[tuple[str, list[Rate]]]:
    """CLINC150: fifteen of its intents, and all 150."""
    data = json.loads(file.read_text(encoding="utf-8"))
    chance = random.Random(SEED)
    every = sorted({label for _, label in data["train"]})
    for count, each in ((15, 0), (15, 5), (150, 0), (150, 2)):
        names = set(every if count == len(every) else random.Random(SEED).sample(every, count))
        test = [(text, label) for text, label in data["test"] if label in names]
        rows = chance.sample(test, min(most, len(test)))
        train = [(text, label) for text, label in data["train"] if label in names]
        system = prompt(dict.fromkeys(sorted(names), ""), about=False, examples=drawn(train, each) if each else ())
        yield f"CLINC150, {count} intents, {each} examples each", [right(model, name, system, rows) for name in MODELS]


def table(rows: Iterator[tuple[str, list[Rate]]]) -> str:
    """The rows as Markdown."""
    lines = [f"| {title} | {' | '.join(map(str, rates))} |" for title, rates in rows]
    return "\n".join(["| Ticket intent right | practice-large | practice-small |", "|---|---|---|", *lines])


if __name__ == "__main__":
    opened = load()
    print(table(ticket_rows(opened, "dev" if "--dev" in sys.argv else "test")), flush=True)
    if "--clinc" in sys.argv:
        print(table(clinc_rows(opened, Path(sys.argv[sys.argv.index("--clinc") + 1]))))
