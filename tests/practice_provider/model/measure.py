"""Measures the practice model and writes the tables of MODEL_CARD.md, each between its own markers.

python tests/practice_provider/model/measure.py                run everything that measures, write the card
python tests/practice_provider/model/measure.py labels tools   only these measure_<name>.py; the other tables stay
python tests/practice_provider/model/measure.py small          only the small sets beside this file
python tests/practice_provider/model/measure.py --tune         print the small sets' half that was used for tuning

Each `measure_<name>.py` in this folder is run without arguments, in a process of its own; the tables that it prints go
into the card as they are, with their intervals. A new one is found by its name.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import practice_provider
from practice_provider.core import Ask, Reply, Text, Tool, ToolCall, Turn
from practice_provider.model import Model, load

FOLDER = Path(__file__).parent
CARD = Path(practice_provider.__file__).with_name("MODEL_CARD.md")
SMALL = "small"  # the table of this file
MODELS = ("practice-large", "practice-small")
NO_ANSWER = "NOT IN THE TEXT"
Row = tuple[str, dict[str, float]]


def read(name: str) -> Any:
    """Read one of the sets."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def half(rows: Sequence[Any], tune: bool) -> list[Any]:
    """Even rows tune, odd rows measure."""
    return list(rows[0 if tune else 1 :: 2])


def reply(model: Model, name: str, prompt: str, system: str = "", **options: Any) -> Reply:
    """Ask for a reply."""
    turns = (*((Turn("system", (Text(system),)),) if system else ()), Turn("user", (Text(prompt),)))
    result = model.answer(Ask(name, turns, **options))
    assert isinstance(result, Reply)
    return result


def words(result: Reply) -> str:
    """The text of a reply."""
    return "".join(block.text for block in result.blocks if isinstance(block, Text))


def document(article: dict[str, str]) -> str:
    """An article as a passage of a prompt."""
    return f'<document id="{article["id"]}" title="{article["title"]}">\n{article["text"]}\n</document>'


def answers(model: Model, name: str, tune: bool) -> Iterator[Row]:
    """Questions over four articles: the right sentence, and silence where there is none."""
    data = read("questions.json")
    articles = data["articles"]
    right = wrongly_silent = silent = rightly_silent = answerable = 0
    guessed_right = 0
    rows = half(data["questions"], tune)
    for row in rows:
        place = next(i for i, article in enumerate(articles) if article["id"] == row["article"])
        chosen = [articles[(place + offset) % len(articles)] for offset in range(4)]
        documents = "\n".join(map(document, chosen))
        prompt = f"{documents}\n\nQuestion: {row['question']}"
        told = words(reply(model, name, prompt, f'If the documents do not say, answer "{NO_ANSWER}".'))
        bare = words(reply(model, name, prompt))
        is_silent = told == NO_ANSWER
        silent += is_silent
        if row["answer"] is None:
            rightly_silent += is_silent
        else:
            answerable += 1
            right += row["answer"] in told
            guessed_right += row["answer"] in bare
            wrongly_silent += is_silent
    unanswerable = len(rows) - answerable
    yield "right sentence given, where there is one", {"": right / answerable}
    yield "right sentence given, not told to abstain", {"": guessed_right / answerable}
    yield "abstention: precision", {"": rightly_silent / silent if silent else 0.0}
    yield "abstention: recall", {"": rightly_silent / unanswerable}


def tool_choice(model: Model, name: str, tune: bool) -> Iterator[Row]:
    """Requests over eight tools: the right set of tools, none where none fits, and the arguments."""
    data = read("tools.json")
    tools = tuple(Tool(**tool) for tool in data["tools"])
    rows = half(data["requests"], tune)
    right = filled = wanted = 0
    needed = [row for row in rows if row["tools"]]
    kept = 0
    for row in rows:
        result = reply(model, name, row["request"], tools=tools)
        calls = [block for block in result.blocks if isinstance(block, ToolCall)]
        same = sorted({call.name for call in calls}) == sorted(row["tools"])
        right += same and bool(row["tools"])
        kept += same and not row["tools"]
        if row["args"] and calls:
            wanted += len(row["args"])
            filled += sum(calls[0].args.get(key) == value for key, value in row["args"].items())
        elif row["args"]:
            wanted += len(row["args"])
    yield "right tools called", {"": right / len(needed)}
    yield "no tool called where none fits", {"": kept / (len(rows) - len(needed))}
    yield "arguments right", {"": filled / wanted}


def labelling(model: Model, name: str, tune: bool) -> Iterator[Row]:
    """Tickets with four labels: names only, with descriptions, and with examples from the tuning half."""
    data = read("labels.json")
    rows, examples = half(data["texts"], tune), half(data["texts"], not tune)
    names = ", ".join(data["labels"])
    described = "\n".join(f"- {label}: {about}" for label, about in data["labels"].items())
    shown = "\n".join(f"{row['text']} -> {row['label']}" for row in examples)
    prompts = {
        "label right: names only": f"Classify the message. Answer with one of: {names}",
        "label right: with descriptions": f"Classify the message. Labels:\n{described}",
        "label right: with 20 examples": f"Classify the message. Answer with one of: {names}\n\n{shown}",
    }
    for title, system in prompts.items():
        right = sum(words(reply(model, name, row["text"], system)) == row["label"] for row in rows)
        yield title, {"": right / len(rows)}


def forms(model: Model, name: str, tune: bool) -> Iterator[Row]:
    """Messages and a schema of six fields: fields with the right value or rightly null."""
    data = read("forms.json")
    rows = half(data["texts"], tune)
    right = 0
    for row in rows:
        found = json.loads(words(reply(model, name, row["text"], "Extract the ticket.", schema=data["schema"])))
        right += sum(found[key] == value for key, value in row["expected"].items())
    yield "fields of a schema right", {"": right / (len(rows) * len(data["schema"]["properties"]))}


SKILLS = (answers, tool_choice, labelling, forms)


def table(model: Model, tune: bool = False) -> str:
    """The table of MODEL_CARD.md."""
    lines = ["| What | practice-large | practice-small |", "|---|---|---|"]
    for skill in SKILLS:
        both = zip(*(list(skill(model, name, tune)) for name in MODELS), strict=True)
        lines += [f"| {large[0]} | {large[1]['']:.2f} | {small[1]['']:.2f} |" for large, small in both]
    return "\n".join(lines)


def scripts() -> dict[str, Path]:
    """What else measures, by name."""
    return {path.stem.removeprefix("measure_"): path for path in sorted(FOLDER.glob("measure_*.py"))}


def measured(name: str) -> str:
    """Run one of the scripts and give the tables that it prints, an empty line between two.

    Raises:
        RuntimeError: it ended with an error, or printed no table.
    """
    done = subprocess.run([sys.executable, scripts()[name]], capture_output=True, encoding="utf-8", check=False)
    tables = re.findall(r"(?:^\|.*\|$\n?)+", done.stdout, re.MULTILINE)
    if done.returncode or not tables:
        raise RuntimeError(
            f"measure_{name}.py (exit {done.returncode}) gave no table: run it alone. {done.stderr[-500:]}"
        )
    return "\n\n".join(map(str.strip, tables))


def written(card: str, name: str, tables: str) -> str:
    """Put tables between the markers of this name; where there are none yet, a section at the end of the measured ones.

    >>> written("# A\\n<!-- end of measured -->\\n", "tools", "| a |")
    '# A\\n<!-- measured: tools -->\\n| a |\\n<!-- /measured: tools -->\\n\\n<!-- end of measured -->\\n'

    Raises:
        ValueError: the card has neither these markers nor the one where sections are added.
    """
    start, end, last = f"<!-- measured: {name} -->", f"<!-- /measured: {name} -->", "<!-- end of measured -->"
    section = f"{start}\n{tables}\n{end}"
    if start in card and end in card:
        return card.split(start)[0] + section + card.split(end)[1]
    if last not in card:
        raise ValueError(f"The card has no '{start}' and no '{last}': put the second one where tables should go.")
    return card.replace(last, f"{section}\n\n{last}")


def main(names: Sequence[str]) -> None:
    """Measure what is named, or everything, and write each table as soon as it is there."""
    for name in names or [SMALL, *scripts()]:
        tables = table(load()) if name == SMALL else measured(name)
        CARD.write_text(written(CARD.read_text(encoding="utf-8"), name, tables), encoding="utf-8", newline="\n")
        print(f"## {name}\n\n{tables}\n", flush=True)


if __name__ == "__main__":
    if "--tune" in sys.argv:
        print(table(load(), tune=True))
    else:
        main(sys.argv[1:])
