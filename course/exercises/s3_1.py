"""The exercises of lesson s3.1, "The simplest thing": a ruler, what fits, a look-up by headings, a safe tool."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stages.s2_llms.messages import ToolCall
from stages.s2_llms.tools import tool

from . import Exercise, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

SAYINGS: tuple[tuple[str, str, bool, str], ...] = (
    ("You have 30 days.", "30 day", True, "a spelling may end inside a word, so that one stands for both forms"),
    ("YOU HAVE  30\nDAYS.", "30 days", True, "capitals and runs of white space do not count"),
    ("Send it back within 14 days.", "4 days", False, "that 4 is the end of another number"),
    ("It takes 2.5 hours.", "5 hours", False, "that 5 stands after a decimal point"),
    ("It costs £9.50.", "£9", False, "the number goes on after the point"),
    ("It costs £9.", "£9", True, "the full stop of a sentence is no part of a number"),
    ("Wipe the scarf.", "car", False, "a spelling begins where a word begins"),
)


def _check_says(says: Callable[[str, str], bool], lesson: "Lesson") -> None:
    for text, spelling, expected, why in SAYINGS:
        seen = bool(says(text, spelling))
        expect(seen == expected, f"{spelling!r} in {text!r}: expected {expected}, saw {seen}: {why}.")


says = Exercise(
    id="says",
    title="Exercise 1: a stricter ruler",
    task="Write `says(text, spelling)`: does the spelling stand in the text? Capitals and runs of white space do not "
    "count. It must begin where a word begins (it may end inside one), and it never cuts a number in two: no digit, "
    "and no point or comma with a digit, may stand right beside its own digits.",
    name="says",
    check=_check_says,
    starter='''
def says(text, spelling):
    """Return True if the spelling stands in the text."""
    ...
''',
    hints=(
        "First make both plain: `' '.join(text.lower().split())`. Then a pattern: what may stand before and after?",
        r"Before: `(?<!\w)(?<!\d[.,])`. After a spelling that ends in a digit: `(?!\d|[.,]\d)`.",
    ),
    solution=r'''
import re

def says(text, spelling):
    """Return True if the spelling stands in the text."""
    text, spelling = (" ".join(words.lower().split()) for words in (text, spelling))
    before = r"(?<!\w)(?<!\d[.,])" if spelling[0].isalnum() else ""
    after = r"(?!\d|[.,]\d)" if spelling[-1].isdigit() else ""
    return re.search(before + re.escape(spelling) + after, text) is not None
''',
    alternative=r'''
def says(text, spelling):
    """Without a pattern: look at each place, and at what stands beside it."""
    text, spelling = (" ".join(words.lower().split()) for words in (text, spelling))
    padded = f"  {text}  "
    place = padded.find(spelling)
    while place >= 0:
        before, after = padded[place - 2 : place], padded[place + len(spelling) :][:2]
        begins = not spelling[0].isalnum() or not (
            before[1].isalnum() or (before[0].isdigit() and before[1] in ".,")
        )
        cut = spelling[-1].isdigit() and (after[0].isdigit() or (after[0] in ".," and after[1].isdigit()))
        if begins and not cut:
            return True
        place = padded.find(spelling, place + 1)
    return False
''',
    wrong=(
        Wrong(
            """
def says(text, spelling):
    return " ".join(spelling.lower().split()) in " ".join(text.lower().split())
""",
            "the end of another number",
        ),
        Wrong(
            r"""
import re

def says(text, spelling):
    text, spelling = (" ".join(words.lower().split()) for words in (text, spelling))
    return re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", text) is not None
""",
            "one stands for both forms",
        ),
        Wrong(
            r"""
import re

def says(text, spelling):
    text, spelling = (" ".join(words.lower().split()) for words in (text, spelling))
    before = r"(?<!\w)(?<!\d[.,])" if spelling[0].isalnum() else ""
    return re.search(before + re.escape(spelling), text) is not None
""",
            "goes on after the point",
        ),
        Wrong(
            r"""
import re

def says(text, spelling):
    return re.search(r"(?<!\w)" + re.escape(spelling), text) is not None
""",
            "runs of white space do not count",
        ),
        Wrong(
            r"""
import re

def says(text, spelling):
    text, spelling = (" ".join(words.lower().split()) for words in (text, spelling))
    before = r"(?<!\w)" if spelling[0].isalnum() else ""
    after = r"(?!\d|[.,]\d)" if spelling[-1].isdigit() else ""
    return re.search(before + re.escape(spelling) + after, text) is not None
""",
            "after a decimal point",
        ),
    ),
    praise="A ruler that is wrong once in twenty questions is worth an afternoon: everything else is read off it.",
)

FITS: tuple[tuple[Sequence[int], int, float, int, str], ...] = (
    ((500, 500, 500), 32_000, 1.0, 3, "all of them fit, and they are cheap"),
    ((500, 900, 400, 700), 3_000, 1.0, 3, "the window is full: 1,000 of its tokens are not for files"),
    ((500, 900, 400, 700), 32_000, 0.004, 2, "the money is spent: 0.004 USD buy 1,600 tokens at this price"),
    (
        (30_000, 30_000, 30_000, 100),
        32_000,
        1.0,
        1,
        "the first file that does not fit ends the row",
    ),
    ((100, 100, 9_000, 100), 8_000, 1.0, 2, "count each file's own tokens; an average hides the long one"),
)


def _check_fits(most_files: Callable[..., int], lesson: "Lesson") -> None:
    for sizes, window, usd, expected, why in FITS:
        seen = most_files(list(sizes), window, usd, 2.5)
        asked = f"sizes {list(sizes)}, a window of {window:,}, {usd} USD for an answer, 2.5 USD per million"
        expect(seen == expected, f"{asked}: expected {expected}, saw {shorten(seen)}: {why}.")


most_files = Exercise(
    id="most-files",
    title="Exercise 2: how many files fit?",
    task="Write `most_files(sizes, window, usd, usd_per_million)`: how many of the files, from the first one on, may "
    "stand in every prompt. `sizes` are their tokens. 1,000 tokens of the window are kept for the rules, the question "
    "and the answer; and the files of one prompt may cost at most `usd`, at `usd_per_million` tokens.",
    name="most_files",
    check=_check_fits,
    starter='''
def most_files(sizes, window, usd, usd_per_million):
    """Return how many of the first files fit into the window and the budget."""
    ...
''',
    hints=(
        "Both limits are a number of tokens: the window less 1,000, and what the money buys. The smaller one counts.",
        "`room = min(window - 1_000, usd / usd_per_million * 1_000_000)`, then add up sizes until it is passed.",
    ),
    solution='''
def most_files(sizes, window, usd, usd_per_million):
    """Return how many of the first files fit into the window and the budget."""
    room = min(window - 1_000, usd / usd_per_million * 1_000_000)
    used = 0
    for number, size in enumerate(sizes):
        used += size
        if used > room:
            return number
    return len(sizes)
''',
    alternative='''
from itertools import accumulate

def most_files(sizes, window, usd, usd_per_million):
    """With running totals."""
    room = min(window - 1_000, usd * 1_000_000 / usd_per_million)
    return sum(total <= room for total in accumulate(sizes))
''',
    wrong=(
        Wrong(
            """
from itertools import accumulate

def most_files(sizes, window, usd, usd_per_million):
    return sum(total <= window - 1_000 for total in accumulate(sizes))
""",
            "0.004 USD buy 1,600 tokens",
        ),
        Wrong(
            """
from itertools import accumulate

def most_files(sizes, window, usd, usd_per_million):
    room = min(window, usd / usd_per_million * 1_000_000)
    return sum(total <= room for total in accumulate(sizes))
""",
            "1,000 of its tokens are not for files",
        ),
        Wrong(
            """
def most_files(sizes, window, usd, usd_per_million):
    room = min(window - 1_000, usd / usd_per_million * 1_000_000)
    return min(len(sizes), int(room / (sum(sizes) / len(sizes))))
""",
            "an average hides the long one",
        ),
        Wrong(
            """
def most_files(sizes, window, usd, usd_per_million):
    room = min(window - 1_000, usd / usd_per_million * 1_000_000)
    taken = 0
    for size in sizes:
        if size <= room:
            room, taken = room - size, taken + 1
    return taken
""",
            "does not fit ends the row",
        ),
    ),
    praise="Two limits, and the money is often the nearer one. Run it with your own folder and your own price.",
)

SHELF = {
    "descaling": "# Descaling: when and how\n\nWater with lime leaves scale.\n\n## What you need\n\nTwo sachets.",
    "error-e07": "# Error E07: the water does not get hot\n\n## If it stays cold\n\nWrite to us.",
    "returns": "# Returns and refunds\n\n## How to send a parcel back\n\nReturns, returns, returns: hot ones too.",
    "shipping": "# Delivery times and costs\n\n## If a parcel is late\n\nAsk the carrier about descaling.",
}
PICKS: tuple[tuple[str, int, list[str], str], ...] = (
    ("E07, why?", 3, ["error-e07"], "a word of the name counts, and a file that shares nothing is not picked"),
    ("My parcel is late", 1, ["shipping"], "`parcel` and `late` stand in one of its headings"),
    ("parcel?", 3, ["returns", "shipping"], "two headings have it; of equal ones the first in the dict comes first"),
    ("Is it hot, hot, HOT, or cold?", 1, ["error-e07"], "capitals do not count, and it shares `hot` and `cold`"),
    ("Water leaves scale", 3, ["error-e07"], "only names and headings are read: `scale` stands in a text"),
    ("hot hot hot parcel late", 1, ["shipping"], "a word counts once, however often it is said"),
    ("Guten Tag", 3, [], "nothing is shared, so nothing is picked"),
)


def _check_pick(pick: Callable[[str, Mapping[str, str], int], list[str]], lesson: "Lesson") -> None:
    for question, k, expected, why in PICKS:
        seen = pick(question, dict(SHELF), k)
        expect(list(seen) == expected, f"{question!r}, k={k}: expected {expected}, saw {shorten(seen)}: {why}.")


pick_by_headings = Exercise(
    id="pick",
    title="Exercise 3: read the headings as well",
    task="Write `pick(question, files, k)`; `files` is {name: Markdown text}. Return the names of the k files that "
    "share most different words with the question, best first. Words of a file are those of its name and its headings "
    "(lines that begin with `#`), and nothing else. Capitals do not count; of equal files the first one of the dict "
    "comes first; a file that shares no word is left out.",
    name="pick",
    check=_check_pick,
    starter='''
def pick(question, files, k):
    """Return the names of the k files that share most words with the question."""
    ...
''',
    hints=(
        r"`set(re.findall(r'[a-z0-9]+', text.lower()))` makes a set of words, and splits `error-e07` in two.",
        "`sorted` keeps equal ones in their order: sort by `-len(asked & words)`.",
    ),
    solution='''
import re

def pick(question, files, k):
    """Return the names of the k files that share most words with the question."""
    def words(text):
        return set(re.findall(r"[a-z0-9]+", text.lower()))

    asked, shared = words(question), {}
    for name, text in files.items():
        heads = [line for line in text.splitlines() if line.startswith("#")]
        shared[name] = len(asked & words(" ".join([name, *heads])))
    found = [name for name in files if shared[name]]
    return sorted(found, key=lambda name: -shared[name])[:k]
''',
    alternative='''
import heapq
import re

def pick(question, files, k):
    """With a heap, and a place to keep equal files in their order."""
    asked = set(re.split(r"[^a-z0-9]+", question.lower())) - {""}
    scored = []
    for place, (name, text) in enumerate(files.items()):
        heads = re.findall(r"^#.*$", text, re.MULTILINE)
        known = set(re.split(r"[^a-z0-9]+", f"{name} {' '.join(heads)}".lower()))
        if asked & known:
            scored.append((-len(asked & known), place, name))
    return [name for _, _, name in heapq.nsmallest(k, scored)]
''',
    wrong=(
        Wrong(
            """
import re

def pick(question, files, k):
    asked = set(re.findall(r"[a-z0-9]+", question.lower()))
    shared = {name: len(asked & set(name.split("-"))) for name in files}
    return [name for name in sorted(files, key=lambda name: -shared[name])[:k] if shared[name]]
""",
            "stand in one of its headings",
        ),
        Wrong(
            """
import re

def pick(question, files, k):
    asked = set(re.findall(r"[a-z0-9]+", question.lower()))
    known = {name: set(re.findall(r"[a-z0-9]+", f"{name} {text}".lower())) for name, text in files.items()}
    shared = {name: len(asked & words) for name, words in known.items()}
    return [name for name in sorted(files, key=lambda name: -shared[name])[:k] if shared[name]]
""",
            "only names and headings are read",
        ),
        Wrong(
            """
import re

def pick(question, files, k):
    asked, shared = set(re.findall(r"[a-z0-9]+", question.lower())), {}
    for name, text in files.items():
        heads = " ".join(line for line in text.splitlines() if line.startswith("#"))
        shared[name] = len(asked & set(re.findall(r"[a-z0-9]+", f"{name} {heads}".lower())))
    return sorted(files, key=lambda name: -shared[name])[:k]
""",
            "a file that shares nothing is not picked",
        ),
        Wrong(
            """
import re

def pick(question, files, k):
    asked, shared = re.findall(r"[a-z0-9]+", question.lower()), {}
    for name, text in files.items():
        heads = " ".join(line for line in text.splitlines() if line.startswith("#"))
        known = set(re.findall(r"[a-z0-9]+", f"{name} {heads}".lower()))
        shared[name] = sum(word in known for word in asked)
    return [name for name in sorted(files, key=lambda name: -shared[name])[:k] if shared[name]]
""",
            "a word counts once",
        ),
    ),
    praise="Now put it in the place of the lesson's look-up: are more right files found? Headings are names too.",
)


def _check_open(make_open: Callable[[str], Callable[..., object]], lesson: "Lesson") -> None:
    with tempfile.TemporaryDirectory() as place:
        shelf = Path(place) / "centre"
        shelf.mkdir()
        for name in ("returns", "shipping", "warranty"):
            (shelf / f"{name}.md").write_text(f"The text of {name}.", encoding="utf-8")
        (Path(place) / "salaries.md").write_text("Mara: a lot.", encoding="utf-8")
        given = tool(make_open(str(shelf)))
        good = given.answer(ToolCall("1", given.name, {"name": "returns"}))
        expect(
            not good.is_error and good.text == "The text of returns.",
            f"'returns': expected the text of returns.md, saw {shorten(good.text)}.",
        )
        typo = given.answer(ToolCall("2", given.name, {"name": "shiping"}))  # codespell:ignore
        expect(
            typo.is_error, f"'shiping': expected an error, saw the result {shorten(typo.text)}. Raise a LookupError."
        )
        expect(
            "shipping" in typo.text,
            f"'shiping': expected an error that names the nearest file, 'shipping', saw {shorten(typo.text)}. With "
            "it the model can mend its call.",
        )
        for name in ("../salaries", str(Path(place) / "salaries")):
            outside = given.answer(ToolCall("3", given.name, {"name": name}))
            expect(
                outside.is_error,
                f"The name {'../salaries' if name[0] == '.' else 'of a whole path'}: expected an error, saw "
                f"{shorten(outside.text)}, a file outside of the folder. A model may ask for anything.",
            )


open_file = Exercise(
    id="open-file",
    title="Exercise 4: a tool that opens files",
    task="Write `make_open(folder)`. It returns a function `open_file(name: str) -> str` for a model (with a "
    "docstring, which is all that the model knows of it): the text of `name.md` in that folder. For any other name it "
    "raises a `LookupError` whose message names the nearest files. Nothing outside the folder is ever read.",
    name="make_open",
    check=_check_open,
    starter='''
def make_open(folder):
    """Return a function that opens a file of this folder by its name."""
    ...
''',
    hints=(
        "List the folder once: `{path.stem: path for path in Path(folder).glob('*.md')}`. No other name is a file.",
        "`difflib.get_close_matches(name, known, n=3)` gives the nearest names.",
    ),
    solution='''
from difflib import get_close_matches
from pathlib import Path

def make_open(folder):
    """Return a function that opens a file of this folder by its name."""
    known = {path.stem: path for path in Path(folder).glob("*.md")}

    def open_file(name: str) -> str:
        """Open a file of the help centre by its name, without an ending, and read its text."""
        if name not in known:
            near = get_close_matches(name, known, n=3) or sorted(known)[:5]
            raise LookupError(f"There is no file {name!r}. Perhaps: {', '.join(near)}")
        return known[name].read_text(encoding="utf-8")

    return open_file
''',
    alternative='''
from difflib import SequenceMatcher
from pathlib import Path

def make_open(folder):
    """By the path: it must lie in the folder once all dots are worked out."""
    home = Path(folder).resolve()

    def open_file(name: str) -> str:
        """Read a help-centre file. Its name comes without .md."""
        path = (home / f"{name}.md").resolve()
        if path.parent == home and path.is_file():
            return path.read_text(encoding="utf-8")
        names = [one.stem for one in home.glob("*.md")]
        nearest = max(names, key=lambda one: SequenceMatcher(None, one, name).ratio())
        raise LookupError(f"No such file. The nearest name is {nearest}.")

    return open_file
''',
    wrong=(
        Wrong(
            '''
from pathlib import Path

def make_open(folder):
    def open_file(name: str) -> str:
        """Open a file of the help centre."""
        path = Path(folder) / f"{name}.md"
        if not path.exists():
            raise LookupError(f"There is no file {name!r}.")
        return path.read_text(encoding="utf-8")

    return open_file
''',
            "names the nearest file",
        ),
        Wrong(
            '''
from difflib import get_close_matches
from pathlib import Path

def make_open(folder):
    def open_file(name: str) -> str:
        """Open a file of the help centre."""
        path = Path(folder) / f"{name}.md"
        if not path.exists():
            near = get_close_matches(name, [one.stem for one in Path(folder).glob("*.md")])
            raise LookupError(f"There is no file {name!r}. Perhaps: {near}")
        return path.read_text(encoding="utf-8")

    return open_file
''',
            "a file outside of the folder",
        ),
        Wrong(
            '''
from pathlib import Path

def make_open(folder):
    known = {path.stem: path for path in Path(folder).glob("*.md")}

    def open_file(name: str) -> str:
        """Open a file of the help centre."""
        return known[name].read_text(encoding="utf-8") if name in known else f"Unknown. Try {', '.join(known)}."

    return open_file
''',
            "Raise a LookupError",
        ),
        Wrong(
            """
from pathlib import Path

def make_open(folder):
    known = {path.stem: path for path in Path(folder).glob("*.md")}

    def open_file(name: str) -> str:
        return known[name].read_text(encoding="utf-8")

    return open_file
""",
            "has no docstring",
        ),
    ),
    praise="A name out of a list is safe; a path that a model has written is not. Stage 7 attacks tools like this one.",
)

quiz = Quiz(
    (
        Question(
            "Which of these is retrieval-augmented generation?",
            (
                "Only a vector database with a model behind it.",
                "Any way to find text and put it into the prompt, picking a file by its name included.",
                "Training the model on your documents.",
            ),
            "b",
            "Retrieve, put it into the prompt, answer. How it is found is up to you.",
            "Take the three words one by one: which of them names a database?",
        ),
        Question(
            "You have 14 short articles. What do you build first?",
            ("A prompt with all of them.", "A vector index.", "A fine-tuned model."),
            "a",
            "It fits, it needs no search that could miss, and it is the baseline that a search has to beat.",
            "What can a search add where everything fits and is cheap?",
        ),
        Question(
            "All files stand in every prompt. Which order makes the prompt cache pay for them?",
            (
                "Question, then files.",
                "Today's time, then files, then the question.",
                "Rules and files, then date and question.",
            ),
            "c",
            "The cache compares from the first token on; what changes comes last.",
            "Where does the first difference between two requests stand?",
        ),
        Question(
            "A look-up by names misses 'my espresso is sour as a lemon'. Why?",
            (
                "The model is too small.",
                "The file about it is called by another word.",
                "The file is too long.",
            ),
            "b",
            "Names are words that the author chose; customers choose others.",
            "The look-up reads two things only. Which?",
        ),
        Question(
            "Everything in the prompt has more right answers than the look-up. What follows?",
            (
                "A look-up never pays.",
                "The look-up is cheaper; when it misses, better retrieval is what would help.",
                "The model should be larger.",
            ),
            "b",
            "The same model, the same question: what differs is what was found. That is what the next lessons move.",
            "Both use the same model. What is different about their prompts?",
        ),
    )
)

EXERCISES = (says, most_files, pick_by_headings, open_file, quiz)
