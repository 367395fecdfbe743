"""Measures how the practice model fills forms it was not made for: 26 trades, and the fields of Brewline's tickets.

`python tests/practice_provider/model/measure_schemas.py [--dev] [--wrong]` prints the table for the test sets (or the
dev sets), and with --wrong each field that is not right. The forms are in schemas.json, the tickets in
datasets/tickets. It measures fields, one by one; a record that is missing has all of its fields wrong.
Intervals are Wilson's, https://doi.org/10.1080/01621459.1927.10502953
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also where it is loaded as a file, by a test

from measure_tools import MODELS, Rate

from practice_provider.core import Ask, Reply, Text, Turn
from practice_provider.model import Model, load

FOLDER = Path(__file__).parent
TICKETS = FOLDER.parents[2] / "datasets" / "tickets"
Schema = dict[str, Any]

_PLAIN: Mapping[str, Schema] = {
    **{name: {"type": name} for name in ("string", "number", "integer", "boolean")},
    **{name: {"type": "string", "format": name} for name in ("date", "date-time", "email")},
}


def schema_of(fields: Mapping[str, str]) -> Schema:
    """The JSON schema of fields in the short notation of schemas.json.

    >>> schema_of({"due": "date?: last day"})["properties"]["due"]["anyOf"][1]
    {'type': 'null'}
    """
    properties = {name: _field(written) for name, written in fields.items()}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _field(written: str) -> Schema:
    kind, _, description = written.partition(": ") if written[0] not in "[{" else (written, "", "")
    schema = _kind(kind.removesuffix("?"))
    if kind.endswith("?"):
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "description": description} if description else schema


def _kind(kind: str) -> Schema:
    if kind.startswith("enum("):
        return {"type": "string", "enum": kind[5:-1].split(",")}
    if kind.startswith("["):
        return {"type": "array", "items": _kind(kind[1:-1])}
    if kind.startswith("{"):
        pairs = re.split(r",\s*(?![^(]*\))", kind[1:-1])
        return schema_of(dict(pair.split(": ", 1) for pair in pairs))
    return _PLAIN[kind]


def filled(model: Model, name: str, text: str, schema: Schema) -> dict[str, Any]:
    """What the model gives for this form."""
    system = Turn("system", (Text("Extract the fields from the text."),))
    reply = model.answer(Ask(name, (system, Turn("user", (Text(text),))), schema=schema))
    assert isinstance(reply, Reply)
    result: dict[str, Any] = json.loads("".join(b.text for b in reply.blocks if isinstance(b, Text)))
    return result


def leaves(expected: Any, given: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields of an expected value beside what was given; a surplus record is one more field."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from leaves(value, given.get(key) if isinstance(given, dict) else None, f"{path}.{key}".lstrip("."))
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        found = given if isinstance(given, list) else []
        for i, value in enumerate(expected):
            yield from leaves(value, found[i] if i < len(found) else None, f"{path}[{i}]")
        yield from ((f"{path}[{i}]", None, found[i]) for i in range(len(expected), len(found)))
    else:
        yield path, expected, given


def same(expected: Any, given: Any) -> bool:
    """Whether a field is right; texts without case and outer punctuation, lists in any order."""
    if isinstance(expected, list):
        return isinstance(given, list) and sorted(map(_plain, expected)) == sorted(map(_plain, given))
    return bool(_plain(expected) == _plain(given)) and isinstance(expected, bool) == isinstance(given, bool)


def _plain(value: Any) -> Any:
    return value.strip(" .,;:!\"'“”").casefold() if isinstance(value, str) else value


Wrong = list[str]


def forms(model: Model, name: str, rows: Sequence[dict[str, Any]]) -> tuple[Rate, Rate, Wrong]:
    """Fields that are right: the typed ones (not plain strings), all of them; and the wrong ones in words."""
    right = {True: 0, False: 0}
    of, wrong = {True: 0, False: 0}, []
    for row in rows:
        given = filled(model, name, row["text"], schema_of(row["fields"]))
        for path, expected, found in leaves(row["expected"], given):
            free = isinstance(expected, str) and not _is_typed(row["fields"], path)
            of[free] += 1
            right[free] += same(expected, found)
            if not same(expected, found):
                wrong.append(f"{row['domain']}: {path}: {found!r}, not {expected!r}")
    return Rate(right[False], of[False]), Rate(sum(right.values()), sum(of.values())), wrong


def _is_typed(fields: Mapping[str, str], path: str) -> bool:
    written = fields.get(re.split(r"[.\[]", path)[0], "")
    return written.startswith(("enum", "date", "email", "number", "integer", "boolean")) or "HH:MM" in written


PRODUCTS = (
    "one: Brewline One; duo: Brewline Duo; grind: Brewline Grind; pro: Brewline Pro; froth: Brewline Froth; "
    "pour: Brewline Pour; accessory: a part or something to consume; several: more than one of them; unknown: not said"
)
URGENCY = (
    "critical: danger for people or the house; high: a business stands still, or a deadline within 3 days; "
    "normal: something does not work or was not received; low: information only"
)
TICKET: Schema = {
    "type": "object",
    "properties": {
        "order_id": {"type": ["string", "null"], "description": "Order number, BL- and five digits"},
        "serial_number": {"type": ["string", "null"], "description": "Serial number of the machine"},
        "error_code": {"type": ["string", "null"], "description": "Error code on the display, such as E01"},
        "product": {"enum": re.findall(r"(\w+):", PRODUCTS), "description": PRODUCTS},
        "urgency": {"enum": ["low", "normal", "high", "critical"], "description": URGENCY},
    },
    "required": ["order_id", "serial_number", "error_code", "product", "urgency"],
    "additionalProperties": False,
}
PATTERNS = {"order_id": r"^BL-\d{5}$", "serial_number": r"^B[ODGPFU]-\d{4}-\d{5}$", "error_code": r"^E\d\d$"}


def with_patterns(schema: Schema) -> Schema:
    """The ticket's form with a pattern for each id: what a careful author writes."""
    told = {
        name: {**part, "pattern": PATTERNS[name]} if name in PATTERNS else part
        for name, part in schema["properties"].items()
    }
    return {**schema, "properties": told}


def tickets(
    model: Model, name: str, part: str, schema: Schema, most: int = 200
) -> tuple[dict[str, Rate], dict[str, Wrong]]:
    """Rates by field over the first tickets of a split."""
    rows = [json.loads(line) for line in (TICKETS / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()][:most]
    right = dict.fromkeys(TICKET["required"], 0)
    wrong: dict[str, Wrong] = {field: [] for field in TICKET["required"]}
    for row in rows:
        given = filled(model, name, f"Subject: {row['subject']}\n\n{row['text']}", schema)
        for field in right:
            right[field] += given[field] == row[field]
            if given[field] != row[field]:
                wrong[field].append(f"{row['id']} {field}: {given[field]!r}, not {row[field]!r}")
    return {field: Rate(n, len(rows)) for field, n in right.items()}, wrong


def table(model: Model, dev: bool = False, show: bool = False) -> str:
    """The rates as a Markdown table."""
    part = "dev" if dev else "test"
    rows = json.loads((FOLDER / "schemas.json").read_text(encoding="utf-8"))[part]
    lines = [f"| Fields right ({part}) | {' | '.join(MODELS)} |", "|---" * (len(MODELS) + 1) + "|"]
    by_model = [forms(model, name, rows) for name in MODELS]
    lines.append(f"| 26 forms: numbers, dates, choices, yes or no, null | {_cells(one[0] for one in by_model)} |")
    lines.append(f"| 26 forms: all fields, free text too | {_cells(one[1] for one in by_model)} |")
    plain = [tickets(model, name, part, TICKET) for name in MODELS]
    strict = [tickets(model, name, part, with_patterns(TICKET)) for name in MODELS]
    for field in TICKET["required"]:
        lines.append(f"| tickets: `{field}` | {_cells(one[0][field] for one in plain)} |")
        if field in PATTERNS:
            lines.append(f"| tickets: `{field}`, with its pattern | {_cells(one[0][field] for one in strict)} |")
    if show:
        print("\n".join([*by_model[0][2], *(line for found in plain[0][1].values() for line in found[:40])]))
    return "\n".join(lines)


def _cells(rates: Iterator[Rate]) -> str:
    return " | ".join(map(str, rates))


if __name__ == "__main__":
    print(table(load(), dev="--dev" in sys.argv, show="--wrong" in sys.argv))
