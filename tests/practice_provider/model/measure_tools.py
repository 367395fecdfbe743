"""Measures how the practice model uses tools: which it calls, with which arguments, and in which order.

`python tests/practice_provider/model/measure_tools.py [--dev]` prints the table for the test half (or the dev half).
Requests and tools are in desk_tools.json. Free text (a query, a summary) is only checked where the set names a word
that it has to contain. Intervals are Wilson's, https://doi.org/10.1080/01621459.1927.10502953
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_provider.core import Ask, Reply, Text, Tool, ToolCall, ToolResult, Turn
from practice_provider.model import Model, load

FOLDER = Path(__file__).parent
MODELS = ("practice-large", "practice-small")
Z = 1.96  # 95 %


@dataclass(frozen=True)
class Rate:
    """How many of how many were right."""

    right: int
    of: int

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the rate."""
        share, n = self.right / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.right / self.of:.2f} ({low:.2f}–{high:.2f}), n = {self.of}"


def desk() -> dict[str, Any]:
    """The set: tools, requests, plans."""
    data: dict[str, Any] = json.loads((FOLDER / "desk_tools.json").read_text(encoding="utf-8"))
    return data


def tools(data: dict[str, Any], description: str = "description") -> tuple[Tool, ...]:
    """The twelve tools, with their good descriptions or their "vague" ones."""
    return tuple(Tool(tool["name"], tool[description], tool["parameters"]) for tool in data["tools"])


def half(rows: Sequence[Any], dev: bool) -> list[Any]:
    """Even rows are the dev half, odd rows the test half."""
    return list(rows[0 if dev else 1 :: 2])


def calls(
    model: Model, name: str, data: dict[str, Any], row: dict[str, Any], offered: Sequence[Tool], **options: Any
) -> list[ToolCall]:
    """The calls that the model makes first."""
    system = Turn("system", (Text(f"You work at a support desk. Today is {data['today']}."),))
    reply = model.answer(Ask(name, (system, Turn("user", (Text(row["request"]),))), tuple(offered), **options))
    assert isinstance(reply, Reply)
    return [block for block in reply.blocks if isinstance(block, ToolCall)]


def choice(model: Model, name: str, data: dict[str, Any], offered: Sequence[Tool], dev: bool) -> Rate:
    """Requests for which exactly the right tool is called, or none where none fits."""
    rows = half(data["requests"], dev)
    wanted = [[row["tool"]] if row["tool"] else [] for row in rows]
    given = [[call.name for call in calls(model, name, data, row, offered)] for row in rows]
    return Rate(sum(a == b for a, b in zip(wanted, given, strict=True)), len(rows))


def arguments(model: Model, name: str, data: dict[str, Any], dev: bool) -> tuple[Rate, list[str]]:
    """Arguments that are right where the right tool is the one to call; and the wrong ones in words."""
    right, wrong = 0, []
    named = {tool.name: tool for tool in tools(data)}
    for row in half([row for row in data["requests"] if row["tool"]], dev):
        made = calls(model, name, data, row, [named[row["tool"]]], tool_choice="named", tool_name=row["tool"])
        args = dict(made[0].args) if made else {}
        for key, expected in row["args"].items():
            if _same(args.get(key), expected):
                right += 1
            else:
                wrong.append(f"{row['request'][:60]!r} {key}: {args.get(key)!r}, not {expected!r}")
    return Rate(right, right + len(wrong)), wrong


def _same(given: Any, expected: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("~"):
        return expected[1:].lower() in str(given).lower()
    return bool(given == expected)


MOST_ROUNDS = 8  # more than the model may need


def run_plan(model: Model, name: str, data: dict[str, Any], plan: dict[str, Any]) -> list[ToolCall]:
    """Play the desk: every call of the plan gets its result, any other one "not_found"; all calls that were made."""
    system = Turn("system", (Text(f"You work at a support desk. Today is {data['today']}."),))
    turns = [system, Turn("user", (Text(plan["request"]),))]
    made: list[ToolCall] = []
    for _ in range(MOST_ROUNDS):
        reply = model.answer(Ask(name, tuple(turns), tools(data)))
        assert isinstance(reply, Reply)
        new = [block for block in reply.blocks if isinstance(block, ToolCall)]
        if not new:
            break
        made += new
        answers = tuple(ToolResult(call.id, json.dumps(_result(plan, call))) for call in new)
        turns += [Turn("assistant", reply.blocks), Turn("tool", answers)]
    return made


def _result(plan: dict[str, Any], call: ToolCall) -> Any:
    step = next((step for step in plan["steps"] if _is_step(step, call)), None)
    return step["result"] if step else {"error": "not_found", "message": "There is no such thing.", "hint": ""}


def _is_step(step: dict[str, Any], call: ToolCall) -> bool:
    return bool(step["tool"] == call.name and all(_same(call.args.get(k), v) for k, v in step["args"].items()))


def plans(model: Model, name: str, data: dict[str, Any]) -> Rate:
    """Plans of which every call was made in order, and no other."""
    right = 0
    for plan in data["plans"]:
        made = run_plan(model, name, data, plan)
        right += len(made) == len(plan["steps"]) and all(map(_is_step, plan["steps"], made))
    return Rate(right, len(data["plans"]))


def rows(model: Model, dev: bool = False) -> Iterator[tuple[str, list[Rate]]]:
    """One row of the table for each thing that is measured, with a rate for each model."""
    data = desk()
    good, vague = tools(data), tools(data, "vague")
    yield "tool choice, 12 tools, good descriptions", [choice(model, name, data, good, dev) for name in MODELS]
    yield "tool choice, 12 tools, vague descriptions", [choice(model, name, data, vague, dev) for name in MODELS]
    yield "arguments right", [arguments(model, name, data, dev)[0] for name in MODELS]
    yield "plans of several tools, right from first to last", [plans(model, name, data) for name in MODELS]


def table(model: Model, dev: bool = False) -> str:
    """The rates as a Markdown table."""
    lines = [f"| What | {' | '.join(MODELS)} |", "|---" * (len(MODELS) + 1) + "|"]
    return "\n".join([*lines, *(f"| {what} | {' | '.join(map(str, rates))} |" for what, rates in rows(model, dev))])


if __name__ == "__main__":
    print(table(load(), dev="--dev" in sys.argv))
