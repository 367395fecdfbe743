"""Measures how well the practice model labels tickets, by what the prompt says; prints Markdown tables.

`python tests/practice_provider/model/measure_labels.py [--dev]`. The labels and their descriptions are those of
datasets/tickets; examples are drawn from train with several seeds; dev chooses, test reports. Other people's intents
(CLINC150, data_full.json of https://github.com/clinc/oos-eval, CC BY 3.0) are measured where the environment variable
COURSE_PUBLIC_DATA names a folder that holds clinc150/data_full.json. Intervals are Wilson's.
"""

import json
import os
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from practice_provider.core import Ask, Reply, Text, Turn
from practice_provider.model import Model, load

DATASETS = Path(__file__).parents[3] / "datasets"
MODELS = ("practice-large", "practice-small")
SEEDS, Z = (7, 8, 9), 1.96
Pair = tuple[str, str]
SUPPORT_NAMES = (  # names that other firms give to the same matters; several of ours may share one
    ("technical_problem", "machine_fault leak coffee_quality"),
    ("care_and_use", "descaling_water setup_use"),
    ("shipping", "order_status delivery_problem"),
    ("modify_order", "order_change"),
    ("returns", "return_refund"),
    ("guarantee_claim", "warranty_repair"),
    ("spare_parts", "parts_order"),
    ("invoices_and_accounts", "business_billing account_privacy"),
    ("hazard", "safety"),
    ("sales_enquiry", "buying_advice"),
)


@dataclass(frozen=True)
class Rate:
    """How many of how many were right."""

    right: int
    of: int

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.right + other.right, self.of + other.of)

    def __str__(self) -> str:
        share, n = self.right / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * ((share * (1 - share) / n + Z * Z / (4 * n * n)) ** 0.5)
        return f"{share:.2f} ({middle - half:.2f}–{middle + half:.2f}), n = {n}"


def tickets(split: str, field: str = "intent") -> list[Pair]:
    """(subject and text, label) of a split."""
    lines = (DATASETS / "tickets" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(f"{row['subject'] or ''}\n{row['text']}".strip(), row[field]) for row in rows]


def described(field: str = "intent") -> dict[str, str]:
    """The labels of a field with their descriptions."""
    section = (DATASETS / "WORLD.md").read_text(encoding="utf-8").split("## 8 ")[1]
    table = section.split(f"| {field} |")[1].split("\n\n")[0]
    return {m[1]: m[2].strip() for m in re.finditer(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)}


def drawn(rows: Sequence[Pair], each: int, seed: int = SEEDS[0], wrong: float = 0.0) -> list[Pair]:
    """So many examples of each label; a share of them with another label."""
    chance = random.Random(seed)
    names = sorted({name for _, name in rows})
    chosen = [pair for name in names for pair in chance.sample([row for row in rows if row[1] == name], each)]
    return [(text, chance.choice(names) if chance.random() < wrong else name) for text, name in chosen]


def prompt(labels: Mapping[str, str], *, about: bool, examples: Sequence[Pair] = ()) -> str:
    """The instructions."""
    named = "\n".join(f"- {name}: {text}" if about else f"- {name}" for name, text in labels.items())
    return f"Classify the ticket. Answer with one label only.\nLabels:\n{named}\n\n{shown(examples)}".strip()


def shown(examples: Sequence[Pair]) -> str:
    """The examples in tags."""
    return "\n".join(
        f"<example>\n<ticket>{text}</ticket>\n<label>{name}</label>\n</example>" for text, name in examples
    )


def rising(seed: int = SEEDS[0]) -> dict[str, str]:
    """Three prompts of rising quality for the same fifteen intents: vague, with a rule, described and with examples."""
    labels, names = described(), ", ".join(described())
    rule = "Classify the support ticket by what the customer wants first, not by what happened before."
    listed = "\n".join(f"- {name}: {text}" for name, text in labels.items())
    examples = shown(drawn(tickets("train"), 5, seed))
    return {
        "vague": f"What is this ticket about? Choose from: {names}",
        "names and a rule": f"{rule} Answer with exactly one of: {names}",
        "rule, descriptions, 5 examples each": f"{rule} Answer with the label only.\nLabels:\n{listed}\n\n{examples}",
    }


def right(model: Model, name: str, system: str, rows: Sequence[Pair]) -> Rate:
    """How many rows get their label."""
    hits = 0
    for text, label in rows:
        reply = model.answer(Ask(name, (Turn("system", (Text(system),)), Turn("user", (Text(text),)))))
        assert isinstance(reply, Reply)
        hits += "".join(block.text for block in reply.blocks if isinstance(block, Text)) == label
    return Rate(hits, len(rows))


def over(model: Model, systems: Sequence[str], rows: Sequence[Pair], names: Sequence[str] = MODELS) -> list[Rate]:
    """The rate of each model over some prompts, one for each seed."""
    return [sum((right(model, name, system, rows) for system in systems), Rate(0, 0)) for name in names]


def ticket_rows(model: Model, split: str) -> Iterator[tuple[str, list[Rate]]]:
    """One row for each kind of prompt."""
    rows, train, labels = tickets(split), tickets("train"), described()
    yield "no labels named", over(model, ["What is this ticket about?"], rows)
    yield "names only", over(model, [prompt(labels, about=False)], rows)
    yield "descriptions", over(model, [prompt(labels, about=True)], rows)
    for title, about, each, wrong in (
        ("names, 5 examples each", False, 5, 0.0),
        ("descriptions, 5 examples each", True, 5, 0.0),
        ("descriptions, 5 examples, 40 % wrong", True, 5, 0.4),
        ("descriptions, 15 examples each", True, 15, 0.0),
    ):
        systems = [prompt(labels, about=about, examples=drawn(train, each, seed, wrong)) for seed in SEEDS]
        yield title, over(model, systems, rows)
    for title, system in rising().items():
        yield f"three prompts: {title}", over(model, [system], rows)
    other = {ours: theirs for theirs, names in SUPPORT_NAMES for ours in names.split()}
    renamed = [(text, other[label]) for text, label in rows]
    yield "ten labels of another firm, names only", over(model, [_named(dict(SUPPORT_NAMES))], renamed)


def _named(labels: Mapping[str, str]) -> str:
    return prompt(dict.fromkeys(labels, ""), about=False)


def urgency_rows(model: Model, split: str) -> Iterator[tuple[str, list[Rate]]]:
    """Urgency, with the names of the levels and with their rules."""
    rows, levels = tickets(split, "urgency"), described("urgency")
    yield "urgency, names only", over(model, [prompt(levels, about=False)], rows)
    yield "urgency, with rules", over(model, [prompt(levels, about=True)], rows)
    for name in levels:
        one = [row for row in rows if row[1] == name]
        yield f"urgency, with rules, where it is {name}", over(model, [prompt(levels, about=True)], one)


def clinc_rows(model: Model, file: Path, most: int = 300) -> Iterator[tuple[str, list[Rate]]]:
    """CLINC150: fifteen of its intents, and all 150."""
    data = json.loads(file.read_text(encoding="utf-8"))
    every = sorted({label for _, label in data["train"]})
    for count, each in ((15, 0), (15, 5), (150, 0), (150, 5), (150, 10)):
        names = set(every if count == len(every) else random.Random(SEEDS[0]).sample(every, count))
        test = [(text, label) for text, label in data["test"] if label in names]
        rows = random.Random(SEEDS[0]).sample(test, min(most, len(test)))
        train = [(text, label) for text, label in data["train"] if label in names]
        system = prompt(dict.fromkeys(sorted(names), ""), about=False, examples=drawn(train, each) if each else ())
        asked = MODELS if count < len(every) or not each else MODELS[:1]  # so many words take the small model too long
        yield f"CLINC150, {count} intents, {each} examples each", over(model, [system], rows, asked)


def table(rows: Iterator[tuple[str, list[Rate]]], title: str) -> str:
    """The rows as Markdown; a dash where a model was not asked."""
    lines = [f"| {row} | {' | '.join([*map(str, rates), '–'][: len(MODELS)])} |" for row, rates in rows]
    return "\n".join([f"| {title} | practice-large | practice-small |", "|---|---|---|", *lines])


def main() -> None:
    """Print the tables."""
    model, split = load(), "dev" if "--dev" in sys.argv else "test"
    print(table(ticket_rows(model, split), "Ticket intent right"), end="\n\n", flush=True)
    print(table(urgency_rows(model, split), "Ticket urgency right"), end="\n\n", flush=True)
    folder = os.environ.get("COURSE_PUBLIC_DATA")
    if folder and (file := Path(folder) / "clinc150" / "data_full.json").exists():
        print(table(clinc_rows(model, file), "Other people's intents right"), flush=True)


if __name__ == "__main__":
    main()
