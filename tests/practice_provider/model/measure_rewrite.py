"""Measures the loop "improve the prompt, evaluate, keep it if it is better" on ticket labels, with practice-large.

`python tests/practice_provider/model/measure_rewrite.py` prints a table: each round shows the failures among the rows
that the loop works on, asks the model for a better prompt, and measures it there and on rows that it never sees. All
rows are of train and dev. Intervals are Wilson's. The loop follows https://arxiv.org/abs/2305.03495
"""

import random
from collections.abc import Iterator, Sequence

from rates import Rate

from practice_provider.core import Ask, Reply, Text, Turn
from practice_provider.model import Model, load
from stages.s2_llms.brewline import Ticket, load_tickets

MODEL = "practice-large"
SEED, ROUNDS, SEEN, SHOWN = 7, 4, 90, 12
START = "Tell me what this ticket is about."


def said(model: Model, system: str, words: str) -> str:
    """The words of a reply."""
    reply = model.answer(Ask(MODEL, (Turn("system", (Text(system),)), Turn("user", (Text(words),)))))
    assert isinstance(reply, Reply)
    return "".join(block.text for block in reply.blocks if isinstance(block, Text))


def text(ticket: Ticket) -> str:
    """A ticket as a message."""
    return f"{ticket.subject}\n{ticket.text}".strip()


def failures(model: Model, prompt: str, rows: Sequence[Ticket]) -> list[Ticket]:
    """The tickets that do not get their intent."""
    return [row for row in rows if said(model, prompt, text(row)).strip() != row.intent]


def improved(model: Model, prompt: str, failed: Sequence[Ticket]) -> str:
    """The prompt that the model writes when it is shown failures."""
    shown = "\n".join(f"Text: {' '.join(text(row).split())}\nExpected: {row.intent}\n" for row in failed)
    return said(model, "", f"Improve this prompt, given its failures.\n<prompt>{prompt}</prompt>\n\n{shown}")


def loop(model: Model, rounds: int = ROUNDS) -> Iterator[str]:
    """One row for each round; a round that is no better on the rows it works on is not kept."""
    chance = random.Random(SEED)
    seen = chance.sample(load_tickets("train"), SEEN)
    unseen = chance.sample(load_tickets("dev"), min(SEEN, len(load_tickets("dev"))))
    prompt, failed = START, failures(model, START, seen)
    yield _row("start", prompt, failed, seen, failures(model, prompt, unseen), unseen)
    for number in range(1, rounds + 1):
        better = improved(model, prompt, chance.sample(failed, min(SHOWN, len(failed))))
        still = failures(model, better, seen)
        kept = len(still) < len(failed)
        yield _row(
            f"round {number}{'' if kept else ' (dropped)'}",
            better,
            still,
            seen,
            failures(model, better, unseen),
            unseen,
        )
        prompt, failed = (better, still) if kept else (prompt, failed)


def _row(
    title: str,
    prompt: str,
    failed: Sequence[Ticket],
    seen: Sequence[Ticket],
    lost: Sequence[Ticket],
    unseen: Sequence[Ticket],
) -> str:
    cells = [str(Rate("", len(seen) - len(failed), len(seen))), str(Rate("", len(unseen) - len(lost), len(unseen)))]
    return f"| {title} | {' | '.join(cells)} | {len(prompt.split())} |"


if __name__ == "__main__":
    print("| Prompt | right on the rows it works on | right on rows it never sees | words |\n|---|---|---|---|")
    for line in loop(load()):
        print(line, flush=True)
