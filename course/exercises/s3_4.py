"""The exercises of lesson s3.4, "Documents and chunks": titles above, tables in parts, a full room, a choice."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson
    from stages.s3_rag.chunks import Chunk

PAGE = """# Shipping

Where we send.

## Costs

Free from £50.

### Islands

£7 more.

## Tracking

You get a link.

```
# not a heading: a comment in code
track BL-10482
```

It comes by e-mail.
"""
ABOVE: tuple[tuple[str, list[str], str], ...] = (
    ("Where we send", ["Shipping"], "only the title stands above it"),
    ("Free from", ["Shipping", "Costs"], "a section has its title and its heading above it"),
    ("£7 more", ["Shipping", "Costs", "Islands"], "of each level above it one, the outermost first"),
    ("## Costs", ["Shipping", "Costs"], "a heading belongs to its own section"),
    ("You get a link", ["Shipping", "Tracking"], "a new ## ends the ### of the section before"),
    ("track BL", ["Shipping", "Tracking"], "a line between ``` marks is code, whatever it begins with"),
    ("It comes", ["Shipping", "Tracking"], "the section goes on below its code"),
)


def _check_titles(titles_above: Callable[[str, int], list[str]], lesson: "Lesson") -> None:
    for words, expected, why in ABOVE:
        seen = titles_above(PAGE, PAGE.index(words))
        expect(
            isinstance(seen, list | tuple) and list(seen) == expected,
            f"Above {words!r}: expected {expected}, saw {shorten(seen)}: {why}.",
        )
    seen = titles_above("No heading at all.", 5)
    expect(list(seen) == [], f"A text without a heading: expected [], saw {shorten(seen)}.")


titles_above = Exercise(
    id="titles-above",
    title="Exercise 1: what stands above",
    task="Write `titles_above(text, place)`: the headings (`#`, `##`, `###`) that the letter at `place` stands under, "
    "the outermost first, without their marks: ['Shipping', 'Costs', 'Islands']. A heading stands under itself. A "
    "line between two lines of three back-ticks is code and no heading.",
    name="titles_above",
    check=_check_titles,
    starter='''
def titles_above(text, place):
    """Return the headings above a place, the outermost first."""
    ...
''',
    hints=(
        (
            "Go line by line and count letters, as long as a line begins at `place` or before. Keep a dict: level "
            "to heading."
        ),
        (
            "A heading of level n removes every level from n on: "
            "`held = {level: name for level, name in held.items() if level < n} | {n: name}`. "
            "A line that begins with three back-ticks turns `in_code` over."
        ),
    ),
    solution='''
import re

def titles_above(text, place):
    """Return the headings above a place, the outermost first."""
    held, in_code, at = {}, False, 0
    for line in text.splitlines(keepends=True):
        if at > place:
            break
        at += len(line)
        if line.startswith("```"):
            in_code = not in_code
        heading = re.match(r"(#{1,3}) +(.+)", line)
        if heading and not in_code:
            depth = len(heading[1])
            held = {level: name for level, name in held.items() if level < depth}
            held[depth] = heading[2].strip()
    return list(held.values())
''',
    alternative='''
import re

def titles_above(text, place):
    """Backwards: the nearest heading, then each that is of a higher level."""
    blank = re.sub(r"(?ms)^```.*?^```", lambda code: " " * len(code[0]), text)
    titles, level = [], 4
    for match in reversed(list(re.finditer(r"(?m)^(#{1,3}) +(.+?) *$", blank))):
        if match.start() <= place and len(match[1]) < level:
            titles.insert(0, match[2])
            level = len(match[1])
    return titles
''',
    wrong=(
        Wrong(
            """
import re

def titles_above(text, place):
    found = [m[1] for m in re.finditer(r"(?m)^#{1,3} +(.+)$", text) if m.start() <= place]
    return found[-1:]
""",
            "a section has its title and its heading above it",
        ),
        Wrong(
            """
import re

def titles_above(text, place):
    held = {}
    for m in re.finditer(r"(?m)^(#{1,3}) +(.+)$", text):
        if m.start() <= place:
            held = {level: name for level, name in held.items() if level < len(m[1])} | {len(m[1]): m[2]}
    return list(held.values())
""",
            "is code, whatever it begins with",
        ),
        Wrong(
            """
import re

def titles_above(text, place):
    text = re.sub(r"(?ms)^```.*?^```", lambda code: " " * len(code[0]), text)
    return [m[1] for m in re.finditer(r"(?m)^#{1,3} +(.+)$", text) if m.start() <= place]
""",
            "a new ## ends the ### of the section before",
        ),
        Wrong(
            """
import re

def titles_above(text, place):
    text = re.sub(r"(?ms)^```.*?^```", lambda code: " " * len(code[0]), text)
    held = {}
    for m in re.finditer(r"(?m)^(#{1,3}) +(.+)$", text):
        if m.start() < place:
            held = {level: name for level, name in held.items() if level < len(m[1])} | {len(m[1]): m[2]}
    return list(held.values())
""",
            "a heading belongs to its own section",
        ),
    ),
    praise="With these in front, 'Then' knows of what: a good part of the gain of chunking, for ten lines.",
)

HEAD = "| Code | First step |\n|---|---|"
ROWS = [f"| E{number:02} | {'wait ' * (number % 3 + 1)}and try again |" for number in range(1, 15)]
TABLE = "\n".join([HEAD, *ROWS])
SIZE = 160


def _check_table(table_parts: Callable[[str, int], list[str]], lesson: "Lesson") -> None:
    parts = table_parts(TABLE, SIZE)
    if not (isinstance(parts, list | tuple) and parts and all(isinstance(part, str) for part in parts)):
        raise Incorrect(f"Expected a list of texts, saw {shorten(parts)}.")
    lines = [line for part in parts for line in part.splitlines()]
    torn = [line for line in lines if line not in (*HEAD.splitlines(), *ROWS)]
    expect(not torn, f"Expected whole rows only, saw a line {shorten(torn[:1])}: a row was torn.")
    bare = [part for part in parts if not part.startswith(f"{HEAD}\n")]
    expect(
        not bare,
        f"Expected each part to begin with the head and the rule below it, saw one that begins with "
        f"{shorten(bare[0][:40]) if bare else ''}.",
    )
    seen = [line for line in lines if line in ROWS]
    expect(
        seen == ROWS,
        f"Expected each of the {len(ROWS)} rows once and in order, saw {len(seen)}; "
        f"missing: {shorten([row[2:5] for row in ROWS if row not in seen])}.",
    )
    long = max(map(len, parts))
    expect(long <= SIZE, f"Expected parts of at most {SIZE} letters, the head among them; saw one of {long}.")
    fewest = _fewest()
    expect(len(parts) <= fewest, f"Expected {fewest} parts, as full as they may be; saw {len(parts)}.")
    small = table_parts("\n".join([HEAD, *ROWS[:2]]), 1_000)
    expect(len(small) == 1, f"A table that fits into one part: expected 1 part, saw {len(small)}.")


def _fewest() -> int:
    parts, held = 1, len(HEAD)
    for row in ROWS:
        if held + 1 + len(row) > SIZE:
            parts, held = parts + 1, len(HEAD)
        held += 1 + len(row)
    return parts


table_parts = Exercise(
    id="table-parts",
    title="Exercise 2: never through a row",
    task="Write `table_parts(table, size)` for a Markdown table that may be longer than a chunk: a list of parts of at "
    "most `size` letters. Each begins with the table's first two lines (the head, and the rule of dashes) and holds "
    "whole rows, as many as fit. Lines are joined by a line break. No row may be longer than fits: rely on that.",
    name="table_parts",
    check=_check_table,
    starter='''
def table_parts(table, size):
    """Return the table in parts that can each be read alone."""
    ...
''',
    hints=(
        (
            "Split into lines: two for the head, the others are rows. Begin a part with the head, add rows, and begin "
            "anew when the next one would make it too long."
        ),
        "Too long is `len(part) + 1 + len(row) > size`, with 1 for the line break.",
    ),
    solution='''
def table_parts(table, size):
    """Return the table in parts that can each be read alone."""
    first, rule, *rows = table.splitlines()
    head = f"{first}\\n{rule}"
    parts = [head]
    for row in rows:
        if len(parts[-1]) + 1 + len(row) > size:
            parts.append(head)
        parts[-1] += f"\\n{row}"
    return parts
''',
    alternative='''
def table_parts(table, size):
    """By itself: as many rows as fit, then the rest."""
    lines = table.splitlines()
    head, rows = lines[:2], lines[2:]
    fits = len(rows)
    while fits > 1 and len("\\n".join(head + rows[:fits])) > size:
        fits -= 1
    part = "\\n".join(head + rows[:fits])
    rest = rows[fits:]
    return [part, *table_parts("\\n".join(head + rest), size)] if rest else [part]
''',
    wrong=(
        Wrong(
            """
def table_parts(table, size):
    return [table[start : start + size] for start in range(0, len(table), size)]
""",
            "a row was torn",
        ),
        Wrong(
            """
def table_parts(table, size):
    parts = [""]
    for line in table.splitlines():
        if len(parts[-1]) + 1 + len(line) > size:
            parts.append("")
        parts[-1] = f"{parts[-1]}\\n{line}".strip()
    return parts
""",
            "to begin with the head and the rule below it",
        ),
        Wrong(
            """
def table_parts(table, size):
    first, rule, *rows = table.splitlines()
    head = f"{first}\\n{rule}"
    return [f"{head}\\n{row}" for row in rows]
""",
            "as full as they may be",
        ),
        Wrong(
            """
def table_parts(table, size):
    first, rule, *rows = table.splitlines()
    head = f"{first}\\n{rule}"
    parts, held = [], ""
    for row in rows:
        if len(held) + 1 + len(row) > size:
            parts.append(head + held)
            held = ""
        held += f"\\n{row}"
    return [*parts, head + held]
""",
            "the head among them",
        ),
        Wrong(
            """
def table_parts(table, size):
    first, rule, *rows = table.splitlines()
    part = f"{first}\\n{rule}"
    for row in rows:
        if len(part) + 1 + len(row) <= size:
            part += f"\\n{row}"
    return [part]
""",
            "missing: ",
        ),
    ),
    praise="The head costs a line in each part, and every part can be read by somebody who sees no other.",
)


def _chunk(number: int, text: str, title: str = "") -> "Chunk":
    from stages.s3_rag.chunks import Chunk

    return Chunk(f"a#{number}", "a", title, text, 0)


def _check_fill(fill: Callable[[Sequence["Chunk"], float], Sequence["Chunk"]], lesson: "Lesson") -> None:
    long, short = _chunk(1, "x" * 399), _chunk(2, "y" * 199)  # 100 and 50 tokens with the line break of no title
    titled = _chunk(3, "z" * 199, "t" * 200)
    huge, more = _chunk(4, "w" * 1999), _chunk(5, "v" * 99)
    cases: tuple[tuple[list[Chunk], int, list[Chunk], str], ...] = (
        ([long, short], 150, [long, short], "both fit, to the last token"),
        ([long, short], 149, [long], "the second one would not fit any more"),
        ([titled, long], 150, [titled], "the title is sent and paid for as well: count `told`, not `text`"),
        (
            [short, huge, more],
            200,
            [short],
            "stop at the first that does not fit: what follows is worse, a room full of leftovers is no gift",
        ),
        ([huge, short], 200, [], "the best one does not fit, and a room is a room"),
        ([], 200, [], "nothing was found"),
    )
    for ranking, room, expected, why in cases:
        seen = fill(list(ranking), room)
        if not isinstance(seen, list | tuple):
            raise Incorrect(f"Expected a list of chunks, saw {shorten(seen)}.")
        sizes = [round(len(one.told) / 4) for one in ranking]
        ids = [one.id for one in seen]
        expect(
            ids == [one.id for one in expected],
            f"Chunks of {sizes} tokens in a room of {room}: expected {[one.id for one in expected]}, saw {ids}: {why}.",
        )


fill = Exercise(
    id="fill",
    title="Exercise 3: until the room is full",
    task="Write `fill(ranking, room)`: from a list of chunks, best first, those that are shown: one after the other, "
    "until the next would make it more than `room` tokens. A token is four letters of `chunk.told`, the text with its "
    "titles.",
    name="fill",
    check=_check_fill,
    starter='''
def fill(ranking, room):
    """Return the best chunks that fit into so many tokens."""
    ...
''',
    hints=("Add up `len(chunk.told) / 4`, and stop *before* the chunk that goes over.", "`break`, not `continue`."),
    solution='''
def fill(ranking, room):
    """Return the best chunks that fit into so many tokens."""
    shown, used = [], 0
    for chunk in ranking:
        used += len(chunk.told) / 4
        if used > room:
            break
        shown.append(chunk)
    return shown
''',
    alternative='''
from itertools import accumulate, takewhile

def fill(ranking, room):
    """With the sums of all beginnings."""
    sums = accumulate(len(chunk.told) / 4 for chunk in ranking)
    return ranking[: len(list(takewhile(lambda used: used <= room, sums)))]
''',
    wrong=(
        Wrong(
            """
def fill(ranking, room):
    shown, used = [], 0
    for chunk in ranking:
        shown.append(chunk)
        used += len(chunk.told) / 4
        if used > room:
            break
    return shown
""",
            "the second one would not fit any more",
        ),
        Wrong(
            """
def fill(ranking, room):
    shown, used = [], 0
    for chunk in ranking:
        used += len(chunk.text) / 4
        if used > room:
            break
        shown.append(chunk)
    return shown
""",
            "the title is sent and paid for as well",
        ),
        Wrong(
            """
def fill(ranking, room):
    shown, used = [], 0
    for chunk in ranking:
        tokens = len(chunk.told) / 4
        if used + tokens <= room:
            shown.append(chunk)
            used += tokens
    return shown
""",
            "stop at the first that does not fit",
        ),
        Wrong(
            """
def fill(ranking, room):
    shown, used = [], 0
    for chunk in ranking:
        used += len(chunk.told) / 4
        if used >= room:
            break
        shown.append(chunk)
    return shown
""",
            "both fit, to the last token",
        ),
    ),
    praise="From here on 'which chunker is better' is a question with an answer: in the same room.",
)

_GOOD = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0] * 6
_NEARLY = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0] + _GOOD[10:-10] + [1.0] * 9 + [0.0]
_BARELY = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0] * 6
_STEADY = [0.0 if place % 10 == 0 else value for place, value in enumerate(_GOOD)]
_POOR = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0] * 6


def _check_choose(choose: Callable[[Mapping[str, tuple[float, list[float]]], float], str], lesson: "Lesson") -> None:
    cases: tuple[tuple[dict[str, tuple[float, list[float]]], float, str | None, str], ...] = (
        (
            {"small": (300, _POOR), "large": (900, _GOOD)},
            1_000,
            "large",
            "'small' is cheaper, and so much worse that its interval lies below 0",
        ),
        (
            {"large": (900, _NEARLY), "middle": (600, _GOOD), "small": (300, _POOR)},
            1_000,
            "middle",
            "'large' has the higher mean, but nobody can tell it from 'middle', which costs less",
        ),
        (
            {"steady": (500, _STEADY), "best": (700, _GOOD)},
            1_000,
            "best",
            "their two intervals overlap, and still 'steady' is worse or equal on each single question: pair them",
        ),
        (
            {"huge": (2_000, [1.0] * 60), "large": (900, _GOOD), "small": (300, _BARELY)},
            1_000,
            "small",
            "'huge' is the best and does not fit into the room: it is no candidate, nor what others are compared with",
        ),
        ({"huge": (2_000, _GOOD)}, 1_000, None, "nothing fits into the room"),
    )
    for measured, room, expected, why in cases:
        seen = choose(dict(measured), room)
        told = {name: (tokens, round(sum(values) / len(values), 2)) for name, (tokens, values) in measured.items()}
        expect(
            seen == expected,
            f"Of {told} (tokens, mean recall) in a room of {room}: expected {expected!r}, saw {shorten(seen)}: {why}.",
        )


choose = Exercise(
    id="choose",
    title="Exercise 4: the cheapest that is not worse",
    task="Write `choose(measured, room)`. `measured` is {name: (tokens, recalls)}, with the recall of each question in "
    "the same order. Among those with at most `room` tokens take the best mean; return the name of the cheapest one "
    "whose paired difference to it cannot be told from 0 (its 95 % interval is not wholly below 0). None where "
    "nothing fits. `metrics.interval(values)` of stages.s3_rag gives (low, high).",
    name="choose",
    check=_check_choose,
    starter='''
def choose(measured, room):
    """Return the name of the cheapest chunker that is not clearly worse than the best."""
    ...
''',
    hints=(
        (
            "First throw out what does not fit. Then the best by mean. Then for each: the differences question by "
            "question, and their interval."
        ),
        (
            "`low, high = interval([mine - its for mine, its in zip(values, best)])`; it is not clearly worse if "
            "`high >= 0`."
        ),
    ),
    solution='''
from stages.s3_rag.metrics import interval

def choose(measured, room):
    """Return the name of the cheapest chunker that is not clearly worse than the best."""
    fits = {name: row for name, row in measured.items() if row[0] <= room}
    if not fits:
        return None
    _, best = max(fits.values(), key=lambda row: sum(row[1]))

    def is_as_good(values):
        low, high = interval([mine - its for mine, its in zip(values, best)])
        return high >= 0

    return min((name for name in fits if is_as_good(fits[name][1])), key=lambda name: fits[name][0])
''',
    alternative='''
import numpy as np
from stages.s3_rag import metrics

def choose(measured, room):
    """From the cheapest up, until one is good enough."""
    rows = sorted((tokens, name, np.array(values)) for name, (tokens, values) in measured.items() if tokens <= room)
    if rows:
        best = max((values for _, _, values in rows), key=lambda values: values.mean())
        for _, name, values in rows:
            if metrics.interval(list(values - best))[1] >= 0:
                return name
''',
    wrong=(
        Wrong(
            """
def choose(measured, room):
    fits = {name: row for name, row in measured.items() if row[0] <= room}
    return max(fits, key=lambda name: sum(fits[name][1])) if fits else None
""",
            "which costs less",
        ),
        Wrong(
            """
def choose(measured, room):
    fits = {name: row for name, row in measured.items() if row[0] <= room}
    return min(fits, key=lambda name: fits[name][0]) if fits else None
""",
            "so much worse that its interval lies below 0",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def choose(measured, room):
    fits = {name: row for name, row in measured.items() if row[0] <= room}
    if not fits:
        return None
    _, best = max(fits.values(), key=lambda row: sum(row[1]))
    near = [name for name in fits if interval(fits[name][1])[1] >= interval(best)[0]]
    return min(near, key=lambda name: fits[name][0])
""",
            "on each single question: pair them",
        ),
        Wrong(
            """
from stages.s3_rag.metrics import interval

def choose(measured, room):
    _, best = max(measured.values(), key=lambda row: sum(row[1]))

    def is_as_good(values):
        return interval([mine - its for mine, its in zip(values, best)])[1] >= 0

    fits = [name for name, row in measured.items() if row[0] <= room and is_as_good(row[1])]
    return min(fits, key=lambda name: measured[name][0]) if fits else None
""",
            "nor what others are compared with",
        ),
    ),
    praise="A rule written down before the figures are seen: nobody can choose a favourite with it.",
)


quiz = Quiz(
    (
        Question(
            "A window of 300 letters holds four rows of a table and not its head. What is the best cure?",
            (
                "a better prompt: tell the model to work out the columns",
                "more overlap between windows",
                "cut between paragraphs and headings, and repeat the head where a table is too long",
            ),
            answer="c",
            why="What the chunk does not say, nobody can read off it. Overlap helps by luck.",
            nudge="Where was the word that says what the figures are?",
        ),
        Question(
            "Chunker A has the higher recall@5. Its chunks are four times as long as B's. What do you know?",
            (
                "A is better",
                "little: five of A's chunks are four times as much text; compare them in the same room",
                "B is better, because it is cheaper",
            ),
            answer="b",
            why="In the same number of tokens the order may turn round, as it did in this lesson.",
            nudge="Which chunker had the highest recall@5 of all, and what did it cost?",
        ),
        Question(
            "A scanned page has no text. What should happen?",
            (
                "it is named as not read, with the reason, and the rest is indexed",
                "it is indexed as an empty page",
                "indexing stops until somebody has typed it in",
            ),
            answer="a",
            why="Then a person can decide what it is worth to transcribe it, and 'not found' stays an honest answer.",
            nudge="What would a customer be told who asks about this page?",
        ),
        Question(
            "What does a title above the text of a chunk do?",
            (
                "it makes a table whole again",
                "it makes the chunk shorter",
                "it says what 'Then' or 'it' is about, to the search and to the model",
            ),
            answer="c",
            why="An author does not repeat on each line what stands at the head of the page. A chunk lost it.",
            nudge="Think of the section with the shortest heading.",
        ),
        Question(
            "Where is it decided who may see a chunk?",
            (
                "before the ranking, by labels that came with the document",
                "after the search, by taking hits out of the list",
                "in the prompt: the model is told what is confidential",
            ),
            answer="a",
            why="What was never a candidate can neither be shown, nor leak, nor take a better one's place.",
            nudge="What is left of a list of five when four are taken out?",
        ),
    )
)

EXERCISES = (titles_above, table_parts, fill, choose, quiz)
