"""The exercises of lesson s3.9, "Keeping the index fresh": a plan, a swap, a day, a canary, an alarm."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import Exercise, Incorrect, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

Plan = Callable[[dict[str, str], dict[str, str]], Mapping[str, Sequence[Any]]]

PLANS: tuple[tuple[dict[str, str], dict[str, str], dict[str, list[Any]], str], ...] = (
    (
        {"a.md": "1", "b.md": "2", "c.md": "3"},
        {"a.md": "1", "b.md": "9", "d.md": "4"},
        {"added": ["d.md"], "changed": ["b.md"], "moved": [], "removed": ["c.md"]},
        "a.md has the same hash and is left alone",
    ),
    (
        {"old/a.md": "1", "b.md": "2"},
        {"new/a.md": "1", "b.md": "2"},
        {"added": [], "changed": [], "moved": [("old/a.md", "new/a.md")], "removed": []},
        "the content of a file that is gone stands under another name: that is a move, and neither added nor removed",
    ),
    (
        {"a.md": "1"},
        {"a.md": "1", "copy.md": "1"},
        {"added": ["copy.md"], "changed": [], "moved": [], "removed": []},
        "a.md is still there, so copy.md is a copy: it is added",
    ),
    ({}, {"z.md": "1", "a.md": "2"}, {"added": ["a.md", "z.md"], "changed": [], "moved": [], "removed": []}, "sorted"),
    ({"a.md": "1"}, {}, {"added": [], "changed": [], "moved": [], "removed": ["a.md"]}, "the folder is empty now"),
)


def _check_plan(plan: Plan, lesson: "Lesson") -> None:
    for old, new, expected, why in PLANS:
        seen = plan(dict(old), dict(new))
        if not isinstance(seen, Mapping) or set(seen) != set(expected):
            raise Incorrect(f"Expected a dict with the keys {sorted(expected)}, saw {shorten(seen)}.")
        got = {key: sorted(tuple(one) if isinstance(one, list) else one for one in seen[key]) for key in expected}
        expect(got == expected, f"plan({old}, {new}): expected {expected}, saw {got}: {why}.")


plan_changes = Exercise(
    id="plan-changes",
    title="Exercise 1: a plan from hashes",
    task="Write `plan(old, new)`. Both are {file: hash of its content}: what the index has, and what the folder has. "
    "Return a dict of sorted lists: `added`, `changed`, `removed`, and `moved` with pairs (old name, new name). A "
    "file has moved if its old name is gone and the same hash stands under a name that is new.",
    name="plan",
    check=_check_plan,
    starter='''
def plan(old, new):
    """Return {"added": […], "changed": […], "moved": [(from, to), …], "removed": […]}."""
    ...
''',
    hints=(
        "With sets: `new.keys() - old.keys()` came, `old.keys() - new.keys()` went, `old.keys() & new.keys()` stayed.",
        (
            "Begin with the moves: for each file that went, look for a file with its hash among those that came. Take "
            "both out of the two sets; what is left was really added or removed."
        ),
    ),
    solution='''
def plan(old, new):
    """Return {"added": […], "changed": […], "moved": [(from, to), …], "removed": […]}."""
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    moved = []
    for file in sorted(went):
        to = next((name for name in sorted(came) if new[name] == old[file]), None)
        if to:
            moved.append((file, to))
            came, went = came - {to}, went - {file}
    changed = sorted(file for file in old.keys() & new.keys() if old[file] != new[file])
    return {"added": sorted(came), "changed": changed, "moved": moved, "removed": sorted(went)}
''',
    alternative='''
def plan(old, new):
    """By hash first: which names had it, which have it."""
    came = sorted(set(new) - set(old))
    went = sorted(set(old) - set(new))
    by_hash = {}
    for file in went:
        by_hash.setdefault(old[file], []).append(file)
    moved = [(by_hash[new[file]].pop(0), file) for file in came if by_hash.get(new[file])]
    gone = {pair[0] for pair in moved}
    there = {pair[1] for pair in moved}
    return {
        "added": [file for file in came if file not in there],
        "changed": sorted(file for file in old if file in new and old[file] != new[file]),
        "moved": sorted(moved),
        "removed": [file for file in went if file not in gone],
    }
''',
    wrong=(
        Wrong(
            """
def plan(old, new):
    changed = sorted(file for file in old.keys() & new.keys() if old[file] != new[file])
    added, removed = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    return {"added": added, "changed": changed, "moved": [], "removed": removed}
""",
            "saw {'added': ['new/a.md']",
        ),
        Wrong(
            """
def plan(old, new):
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    moved = [(a, b) for a in sorted(old) for b in sorted(came) if old[a] == new[b]]
    came, went = came - {b for _, b in moved}, went - {a for a, _ in moved}
    changed = sorted(file for file in old.keys() & new.keys() if old[file] != new[file])
    return {"added": sorted(came), "changed": changed, "moved": moved, "removed": sorted(went)}
""",
            "so copy.md is a copy",
        ),
        Wrong(
            """
def plan(old, new):
    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    moved = [(a, b) for a in sorted(went) for b in sorted(came) if old[a] == new[b]]
    came = came - {b for _, b in moved}
    changed = sorted(file for file in old.keys() & new.keys() if old[file] != new[file])
    return {"added": sorted(came), "changed": changed, "moved": moved, "removed": sorted(went)}
""",
            "saw {'added': [], 'changed': [], 'moved': [('old/a.md', 'new/a.md')], 'removed': ['old/a.md']}",
        ),
        Wrong(
            """
def plan(old, new):
    added = sorted(new.keys() - old.keys())
    changed = sorted(old.keys() & new.keys())
    return {"added": added, "changed": changed, "moved": [], "removed": sorted(old.keys() - new.keys())}
""",
            "is left alone",
        ),
    ),
    praise="Two dicts, four lists, and no clock anywhere: a plan can be printed and read before anything is written.",
)


Publish = Callable[[Path, Iterable[str]], object]
_OLD = "old one\nold two\n"


def _check_publish(publish: Publish, lesson: "Lesson") -> None:
    with tempfile.TemporaryDirectory() as name:
        _check_publish_in(Path(name), publish)


def _check_publish_in(folder: Path, publish: Publish) -> None:
    path, held = folder / "index.txt", folder / "reader"
    path.write_text(_OLD, encoding="utf-8", newline="\n")
    with suppress(OSError):  # a file system without links
        os.link(path, held)

    def now() -> str:
        return path.read_text(encoding="utf-8") if path.exists() else "no file at all"

    def rows(fails: bool = False) -> Iterator[str]:
        for number in range(4):
            expect(now() == _OLD, f"Row {number} is being made, and a reader sees {now()!r}: it must be the old index.")
            if fails and number == 2:
                raise ConnectionError("the vendor does not answer")
            yield f"new {number}"

    raised = False
    try:
        publish(folder, rows(fails=True))
    except ConnectionError:
        raised = True
    expect(now() == _OLD, f"The third row failed, and a reader now sees {now()!r}: it must be the old index.")
    expect(raised, "The third row failed, and nobody was told: let the error through, it must not be swallowed.")
    publish(folder, rows())
    expected = "new 0\nnew 1\nnew 2\nnew 3\n"
    expect(now() == expected, f"After it has ended, expected {expected!r} in index.txt, saw {now()!r}.")
    if held.exists():
        seen = held.read_text(encoding="utf-8")
        expect(
            seen == _OLD,
            "A reader that has the old index.txt open sees its content change while it reads: write another file, "
            "and give it the name as the last step.",
        )


publish = Exercise(
    id="publish",
    title="Exercise 2: never half",
    task="Write `publish(folder, rows)`: afterwards `folder / 'index.txt'` holds the rows, a line each. `rows` is an "
    "iterator that takes a while and may raise half-way. Whoever reads `index.txt` meanwhile, or after an error, must "
    "see the old content, whole. Let the error through.",
    name="publish",
    check=_check_publish,
    starter='''
def publish(folder, rows):
    """Write the rows to folder / "index.txt" so that nobody ever sees half."""
    ...
''',
    hints=(
        "Write everything to another file in the same folder first: `folder / 'index.part'`.",
        "`os.replace(part, path)` gives a file its new name in one step, and replaces what had the name.",
    ),
    solution='''
import os

def publish(folder, rows):
    """Write the rows to folder / "index.txt" so that nobody ever sees half."""
    part = folder / "index.part"
    with part.open("w", encoding="utf-8", newline="\\n") as file:
        for row in rows:
            file.write(f"{row}\\n")
        file.flush()
        os.fsync(file.fileno())  # the content is on the disk before the name is
    os.replace(part, folder / "index.txt")
''',
    alternative='''
def publish(folder, rows):
    """All rows first, then a file beside the old one, then its name."""
    text = "".join(f"{row}\\n" for row in rows)
    part = folder / "index.new"
    part.write_text(text, encoding="utf-8", newline="\\n")
    part.replace(folder / "index.txt")
''',
    wrong=(
        Wrong(
            """
def publish(folder, rows):
    with (folder / "index.txt").open("w", encoding="utf-8", newline="\\n") as file:
        for row in rows:
            file.write(f"{row}\\n")
            file.flush()
""",
            "is being made, and a reader sees",
        ),
        Wrong(
            """
def publish(folder, rows):
    text = "".join(f"{row}\\n" for row in rows)
    (folder / "index.txt").write_text(text, encoding="utf-8", newline="\\n")
""",
            "sees its content change while it reads",
        ),
        Wrong(
            """
def publish(folder, rows):
    part = folder / "index.part"
    with part.open("w", encoding="utf-8", newline="\\n") as file:
        try:
            for row in rows:
                file.write(f"{row}\\n")
        except ConnectionError:
            pass
    part.replace(folder / "index.txt")
""",
            "The third row failed, and a reader now sees",
        ),
        Wrong(
            """
def publish(folder, rows):
    try:
        text = "".join(f"{row}\\n" for row in rows)
    except ConnectionError:
        return
    (folder / "index.part").write_text(text, encoding="utf-8", newline="\\n")
    (folder / "index.part").replace(folder / "index.txt")
""",
            "nobody was told",
        ),
    ),
    praise="Write beside, rename last. The same three lines hold for an index of a hundred gigabytes.",
)


Holding = Callable[[Sequence[tuple[str, str, date, "date | None"]], date], Iterable[str]]
_VERSIONS = (
    ("shipping@1", "shipping", date(2025, 3, 1), None),
    ("shipping@3", "shipping", date(2026, 12, 1), None),
    ("shipping@2", "shipping", date(2026, 11, 2), None),
    ("carrier@1", "carrier", date(2025, 11, 20), date(2026, 12, 1)),
    ("offer@1", "offer", date(2026, 1, 1), None),
    ("offer@2", "offer", date(2026, 10, 1), date(2026, 11, 1)),
)
DAYS: tuple[tuple[date, list[str], str], ...] = (
    (
        date(2026, 11, 16),
        ["carrier@1", "shipping@2"],
        "of each name the newest that has begun; offer@2 ended, and offer@1 does not come back: it had been replaced",
    ),
    (date(2026, 12, 1), ["shipping@3"], "a version holds from its first day on, and no longer on the day it ends"),
    (date(2026, 10, 15), ["carrier@1", "offer@2", "shipping@1"], "a version may not be used before its day"),
    (date(2024, 1, 1), [], "nothing had begun"),
)


def _check_in_force(in_force: Holding, lesson: "Lesson") -> None:
    for day, expected, why in DAYS:
        seen = in_force(list(_VERSIONS), day)
        if isinstance(seen, str) or not isinstance(seen, Iterable):
            raise Incorrect(f"Expected a set of ids, saw {shorten(seen)} ({type(seen).__name__}).")
        got = sorted(map(str, seen))
        expect(got == expected, f"On {day}: expected {expected}, saw {got}: {why}.")


in_force = Exercise(
    id="in-force",
    title="Exercise 3: what held on that day",
    task="Write `in_force(versions, day)`. Each version is (id, name, since, until); `until` is None where no end is "
    "known, else the first day on which it no longer holds. Of each name only the newest version that has begun by "
    "that day counts, and only if it has not ended. Return the set of their ids.",
    name="in_force",
    check=_check_in_force,
    starter='''
def in_force(versions, day):
    """Return the ids of the versions that hold on that day."""
    ...
''',
    hints=(
        "Leave out what begins later, and sort the rest by `since`: the last of each name is the newest.",
        "A dict does it: `newest[name] = (id, until)`, later ones replace earlier ones. Look at `until` at the end.",
    ),
    solution='''
def in_force(versions, day):
    """Return the ids of the versions that hold on that day."""
    newest = {}
    for id, name, since, until in sorted(versions, key=lambda version: version[2]):
        if since <= day:
            newest[name] = (id, until)
    return {id for id, until in newest.values() if until is None or day < until}
''',
    alternative='''
def in_force(versions, day):
    """For each name by itself."""
    found = set()
    for name in {version[1] for version in versions}:
        begun = [version for version in versions if version[1] == name and version[2] <= day]
        last = max(begun, key=lambda version: version[2], default=None)
        if last and (last[3] is None or last[3] > day):
            found.add(last[0])
    return found
''',
    wrong=(
        Wrong(
            """
def in_force(versions, day):
    return {id for id, name, since, until in versions if since <= day and (until is None or day < until)}
""",
            "saw ['carrier@1', 'offer@1', 'shipping@1', 'shipping@2']",
        ),
        Wrong(
            """
def in_force(versions, day):
    newest = {}
    for id, name, since, until in sorted(versions, key=lambda version: version[2]):
        if since <= day and (until is None or day < until):
            newest[name] = id
    return set(newest.values())
""",
            "saw ['carrier@1', 'offer@1', 'shipping@2']",
        ),
        Wrong(
            """
def in_force(versions, day):
    newest = {}
    for id, name, since, until in sorted(versions, key=lambda version: version[2]):
        newest[name] = (id, until)
    return {id for id, until in newest.values() if until is None or day < until}
""",
            "expected ['carrier@1', 'shipping@2'], saw ['carrier@1', 'shipping@3']",
        ),
        Wrong(
            """
def in_force(versions, day):
    newest = {}
    for id, name, since, until in sorted(versions, key=lambda version: version[2]):
        if since < day:
            newest[name] = (id, until)
    return {id for id, until in newest.values() if until is None or day <= until}
""",
            "from its first day on",
        ),
    ),
    praise="Now the index may hold yesterday, today and next month, and each question sees its own day.",
)


Differs = Callable[[Mapping[str, Any], str, Any], "str | None"]


def _check_differs(differs: Differs, lesson: "Lesson") -> None:
    import numpy as np

    rows = np.eye(3, 8, dtype=np.float32)
    saved = {"model": "embed-a", "vectors": rows}
    near = rows + np.float32(0.01)
    near = near / np.linalg.norm(near, axis=1, keepdims=True)
    one_off = np.vstack([rows[:2], np.eye(1, 8, 6, dtype=np.float32)])
    cases: tuple[tuple[str, Any, bool, str], ...] = (
        ("embed-a", rows, False, "the same vectors again"),
        ("embed-a", near, False, "cosines of 0.999: sums in another order give that, it is the same model"),
        ("embed-b", rows, True, "another name"),
        ("embed-a", rows[:, :4], True, "vectors of 4 numbers, and there were 8"),
        ("embed-a", one_off, True, "the third canary has a cosine of 0; one that differs is enough, do not average"),
        ("embed-a", -rows, True, "each vector points the other way: a cosine of −1"),
    )
    for model, vectors, bad, why in cases:
        seen = differs(dict(saved), model, vectors)
        if seen is not None and not isinstance(seen, str):
            raise Incorrect(f"Expected a sentence or None, saw {shorten(seen)} ({type(seen).__name__}).")
        wanted = "a sentence" if bad else "None"
        expect(bool(seen) == bad, f"Expected {wanted}, saw {shorten(seen)}: {why}.")


canary = Exercise(
    id="canary",
    title="Exercise 4: a canary",
    task="Write `differs(saved, model, vectors)`. `saved` has the `model` that made the index, and `vectors`, unit "
    "rows of a few fixed texts, embedded on that day. `model` and `vectors` are the name and the same texts today. "
    "Return a sentence if the name is another, if the vectors have another width, or if any text's cosine with itself "
    "is below 0.98; else None.",
    name="differs",
    check=_check_differs,
    starter='''
def differs(saved, model, vectors):
    """Return what has changed, or None if question and index still speak the same language."""
    ...
''',
    hints=(
        "Compare in this order: names, then `.shape`, then cosines; with another width there is no cosine.",
        "The cosine of row with row: `(saved['vectors'] * vectors).sum(axis=1)`. The smallest one decides.",
    ),
    solution='''
def differs(saved, model, vectors):
    """Return what has changed, or None if question and index still speak the same language."""
    if model != saved["model"]:
        return f"The index was made with {saved['model']}, and this is {model}."
    if vectors.shape != saved["vectors"].shape:
        return f"Vectors have {vectors.shape[1]} numbers, those of the index {saved['vectors'].shape[1]}."
    least = float((saved["vectors"] * vectors).sum(axis=1).min())
    return f"{model} gives other vectors than it did: cosine {least:.2f}." if least < 0.98 else None
''',
    alternative='''
def differs(saved, model, vectors):
    """Row by row, and one sentence for all."""
    same = model == saved["model"] and len(vectors[0]) == len(saved["vectors"][0])
    if same and all(float(a @ b) >= 0.98 for a, b in zip(saved["vectors"], vectors, strict=True)):
        return None
    return "another embedding model: build an index beside this one"
''',
    wrong=(
        Wrong(
            """
def differs(saved, model, vectors):
    return None if model == saved["model"] else "another model"
""",
            "vectors of 4 numbers",
        ),
        Wrong(
            """
def differs(saved, model, vectors):
    if model != saved["model"] or vectors.shape != saved["vectors"].shape:
        return "another model"
    mean = float((saved["vectors"] * vectors).sum(axis=1).mean())
    return "other vectors" if mean < 0.5 else None
""",
            "do not average",
        ),
        Wrong(
            """
def differs(saved, model, vectors):
    if model != saved["model"] or vectors.shape != saved["vectors"].shape:
        return "another model"
    return None if (saved["vectors"] == vectors).all() else "other vectors"
""",
            "it is the same model",
        ),
        Wrong(
            """
def differs(saved, model, vectors):
    if vectors.shape != saved["vectors"].shape:
        return "another width"
    least = float((saved["vectors"] * vectors).sum(axis=1).min())
    return "other vectors" if least < 0.98 else None
""",
            "another name",
        ),
    ),
    praise="Three texts, one call at each start. It costs nothing and catches what no error message tells.",
)


Oldest = Callable[[Sequence[float], Sequence[tuple[float, float, bool]], float], float]

AGES: tuple[tuple[list[float], list[tuple[float, float, bool]], float, float, str], ...] = (
    ([2, 5], [], 10, 8, "nothing was synced, and the oldest change counts"),
    ([2, 5], [(3, 3.1, True)], 10, 5, "the sync at 3 covers the change at 2, not the one at 5"),
    ([2], [(3, 3.1, True)], 10, 0, "everything is covered"),
    ([2], [(3, 3.1, False)], 10, 8, "a sync that failed covers nothing"),
    ([2.5], [(2, 3, True)], 10, 7.5, "that sync began before the change and may have read the file before it"),
    ([2], [(3, 12, True)], 10, 8, "that sync is not finished yet: until it is, the old index answers"),
    ([12], [], 10, 0, "that change lies in the future"),
    ([2, 6], [(3, 3.1, True), (7, 7.1, False)], 10, 4, "the failed one does not undo the good one before it"),
)


def _check_oldest(oldest: Oldest, lesson: "Lesson") -> None:
    for changes, syncs, now, expected, why in AGES:
        seen = oldest(list(changes), list(syncs), now)
        try:
            same = abs(float(seen) - expected) < 1e-9
        except (TypeError, ValueError):
            raise Incorrect(f"Expected a number of hours, saw {shorten(seen)}.") from None
        expect(same, f"oldest({changes}, {syncs}, {now}): expected {expected}, saw {shorten(seen)}: {why}.")


oldest_change = Exercise(
    id="oldest-change",
    title="Exercise 5: how stale is it?",
    task="Write `oldest(changes, syncs, now)`, all in hours. `changes` are the times at which documents changed; "
    "`syncs` are (began, ended, ok). A good sync covers the changes that were there when it began, from when it has "
    "ended. Return the age of the oldest change that no sync covers by now; 0 if there is none.",
    name="oldest",
    check=_check_oldest,
    starter='''
def oldest(changes, syncs, now):
    """Return the age in hours of the oldest change that the index does not show."""
    ...
''',
    hints=(
        "First the latest `began` among the syncs that are ok and have ended by now.",
        "`max((…), default=…)` for syncs without one; then the smallest change after that, and not after now.",
    ),
    solution='''
def oldest(changes, syncs, now):
    """Return the age in hours of the oldest change that the index does not show."""
    covered = max((began for began, ended, ok in syncs if ok and ended <= now), default=float("-inf"))
    return max((now - change for change in changes if covered < change <= now), default=0)
''',
    alternative='''
def oldest(changes, syncs, now):
    """Change by change."""
    ages = [0]
    for change in changes:
        shown = any(ok and change <= began and ended <= now for began, ended, ok in syncs)
        if change <= now and not shown:
            ages.append(now - change)
    return max(ages)
''',
    wrong=(
        Wrong(
            """
def oldest(changes, syncs, now):
    covered = max((began for began, ended, ok in syncs if ended <= now), default=float("-inf"))
    return max((now - change for change in changes if covered < change <= now), default=0)
""",
            "a sync that failed covers nothing",
        ),
        Wrong(
            """
def oldest(changes, syncs, now):
    covered = max((ended for began, ended, ok in syncs if ok and ended <= now), default=float("-inf"))
    return max((now - change for change in changes if covered < change <= now), default=0)
""",
            "may have read the file before it",
        ),
        Wrong(
            """
def oldest(changes, syncs, now):
    covered = max((began for began, ended, ok in syncs if ok), default=float("-inf"))
    return max((now - change for change in changes if covered < change <= now), default=0)
""",
            "is not finished yet",
        ),
        Wrong(
            """
def oldest(changes, syncs, now):
    good = [ended for began, ended, ok in syncs if ok and ended <= now]
    return now - max(good) if good else now - min(changes)
""",
            "expected 5, saw",
        ),
    ),
    praise="It also rises when nobody syncs at all, which no log of failed syncs will ever tell.",
)


quiz = Quiz(
    (
        Question(
            "A sync finds new and changed files and adds their chunks. What is missing?",
            (
                "a larger batch",
                "a better embedding model",
                "what was deleted or replaced must go, or the old price goes on answering",
            ),
            answer="c",
            why="Old and new text are nearly the same sentence, so both are found, and both have a citation.",
            nudge="Think of the two prices.",
        ),
        Question(
            "Why a hash of the content, where a file has a time already?",
            (
                "a hash is quicker to get",
                "a time says that somebody touched the file, a hash whether something else stands in it",
                "hashes are sorted by time",
            ),
            answer="b",
            why="Restored and moved files have old times, touched ones new times, and deleted ones none.",
            nudge="Which row of the table was missed by the time, and which was done for nothing?",
        ),
        Question(
            "A sync is killed in the middle. What should a customer see?",
            (
                "the old index, whole, until another sync has ended",
                "the chunks that were written so far",
                "an error, so that nobody is misled",
            ),
            answer="a",
            why="Write beside, name as current in the last step. A killed writer leaves a file that nobody reads.",
            nudge="What did CURRENT say after the kill?",
        ),
        Question(
            "Questions are embedded by a new model, the index by the old one; both have the same width. What happens?",
            (
                "an error about the width",
                "results come back with scores, and they are about as good as drawing lots",
                "slightly worse results",
            ),
            answer="b",
            why="The numbers of two models have nothing to do with each other, and no arithmetic notices.",
            nudge="Look at the third bar of the plot.",
        ),
        Question(
            "On which number do you put an alarm?",
            (
                "the number of syncs in a day",
                "the number of chunks",
                "the age of the oldest change that the index does not show",
            ),
            answer="c",
            why="It rises when a sync fails, when it hangs, and when nobody has started one.",
            nudge="Which one notices that the scheduler is switched off?",
        ),
    )
)

EXERCISES = (plan_changes, publish, in_force, canary, oldest_change, quiz)
