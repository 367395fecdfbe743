"""Measures what the dearest model is better at: tasks that need several tools in order, in five trades.

`python tests/practice_provider/model/measure_reasoner.py [--dev] [--wrong]` prints the table for the test half (or
the dev half) of chains.json. A task is right when exactly its calls are made, in its order. Seconds are simulated,
costs are those of the catalogue; both are means over the tasks, right or wrong.
Intervals are Wilson's, https://doi.org/10.1080/01621459.1927.10502953
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also where it is loaded as a file, by a test

from measure_tools import Rate, half

from practice_provider.core import Ask, Reply, Text, Tool, ToolCall, ToolResult, Turn
from practice_provider.model import Model, load
from practice_provider.model.catalog import CATALOG
from practice_provider.pace import pace_of

FOLDER = Path(__file__).parent
MODELS = ("practice-reasoner", "practice-large", "practice-small")
KINDS = ("choose", "if", "each", "chain", "error", "two")
MOST_ROUNDS = 8


@dataclass(frozen=True)
class Played:
    """One task as a model did it: its calls, its last words, and what that took."""

    calls: tuple[ToolCall, ...]
    words: str
    tokens_in: int
    tokens_out: int
    seconds: float

    def usd(self, model: str) -> float:
        """What it cost."""
        card = CATALOG[model]
        return (self.tokens_in * card.usd_per_million_in + self.tokens_out * card.usd_per_million_out) / 1e6


def chains() -> dict[str, Any]:
    """The set: tools of five trades, and tasks."""
    data: dict[str, Any] = json.loads((FOLDER / "chains.json").read_text(encoding="utf-8"))
    return data


def play(model: Model, name: str, data: dict[str, Any], chain: dict[str, Any], **options: Any) -> Played:
    """Let the model do a task: each call that the task knows gets its result, any other one "not_found"."""
    tools = tuple(Tool(**tool) for tool in data["worlds"][chain["world"]])
    turns = [Turn("system", (Text(f"Use the tools. Today is {data['today']}."),))]
    turns.append(Turn("user", (Text(chain["request"]),)))
    made: list[ToolCall] = []
    tokens_in = tokens_out = 0
    seconds, words = 0.0, ""
    for _ in range(MOST_ROUNDS):
        reply = model.answer(Ask(name, tuple(turns), tools, **options))
        assert isinstance(reply, Reply)
        tokens_in, tokens_out = tokens_in + reply.usage.tokens_in, tokens_out + reply.usage.tokens_out
        seconds += pace_of(name, 1).whole_s(reply.usage.tokens_out)
        words = "".join(block.text for block in reply.blocks if isinstance(block, Text))
        new = [block for block in reply.blocks if isinstance(block, ToolCall)]
        if not new:
            break
        made += new
        answers = tuple(ToolResult(call.id, json.dumps(_result(chain, call))) for call in new)
        turns += [Turn("assistant", reply.blocks), Turn("tool", answers)]
    return Played(tuple(made), words, tokens_in, tokens_out, seconds)


def _result(chain: dict[str, Any], call: ToolCall) -> Any:
    step = next((step for step in chain["steps"][::-1] if _is_step(step, call)), None)
    return step["result"] if step else {"error": "not_found", "message": "There is no such thing.", "hint": ""}


def _is_step(step: dict[str, Any], call: ToolCall) -> bool:
    return bool(step["tool"] == call.name and all(_same(call.args.get(key), v) for key, v in step["args"].items()))


def _same(given: Any, expected: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("~"):
        return expected[1:].lower() in str(given).lower()
    return bool(given == expected)


def is_right(chain: dict[str, Any], calls: Sequence[ToolCall]) -> bool:
    """Whether exactly these calls were made; in this order, unless the task has none."""
    steps = chain["steps"]
    if len(calls) != len(steps):
        return False
    if chain.get("any_order"):
        return all(any(_is_step(step, call) for call in calls) for step in steps)
    return all(map(_is_step, steps, calls))


def table(model: Model, dev: bool = False, show: bool = False) -> str:
    """The rates and means as a Markdown table."""
    data = chains()
    rows = half(data["chains"], dev)
    played = {name: [play(model, name, data, chain) for chain in rows] for name in MODELS}
    right = {name: [is_right(c, p.calls) for c, p in zip(rows, played[name], strict=True)] for name in MODELS}
    lines = [f"| Tasks of several tools | {' | '.join(MODELS)} |", "|---" * (len(MODELS) + 1) + "|"]
    lines.append(f"| right from first to last | {' | '.join(str(Rate(sum(right[n]), len(rows))) for n in MODELS)} |")
    for kind in KINDS:
        places = [i for i, chain in enumerate(rows) if chain["kind"] == kind]
        cells = [f"{sum(right[name][i] for i in places)} of {len(places)}" for name in MODELS]
        lines.append(f"| … {_KIND_WORDS[kind]} | {' | '.join(cells)} |")
    for what, of in (
        ("tokens out, mean of a task", lambda name, p: f"{p.tokens_out:.0f}"),
        ("seconds, simulated", lambda name, p: f"{p.seconds:.1f}"),
        ("USD for 1,000 tasks", lambda name, p: f"{1000 * p.usd(name):.2f}"),
    ):
        means = [_mean(name, played[name], of) for name in MODELS]
        lines.append(f"| {what} | {' | '.join(means)} |")
    if show:
        for chain, one, good in zip(rows, played[MODELS[0]], right[MODELS[0]], strict=True):
            if not good:
                print(
                    chain["kind"], chain["request"], *((c.name, dict(c.args)) for c in one.calls), one.words, sep="\n  "
                )
    return "\n".join(lines)


_KIND_WORDS = {
    "choose": "the cheapest, newest, largest of a list",
    "if": "a condition on a result",
    "each": "the same for each record",
    "chain": "an id from one tool for the next",
    "error": "an error that says what is wrong",
    "two": "two things in one request",
}


def _mean(name: str, played: Sequence[Played], of: Any) -> str:
    values = [float(of(name, one)) for one in played]
    mean = sum(values) / len(values)
    return f"{mean:.0f}" if mean >= 20 else f"{mean:.1f}" if mean >= 1 else f"{mean:.2f}"


if __name__ == "__main__":
    print(table(load(), dev="--dev" in sys.argv, show="--wrong" in sys.argv))
