"""The exercises of lesson s3.7, "Grounded answers": footnotes, figures that nobody holds, and the place of a quote."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import Exercise, Question, Quiz, Wrong, expect, shorten

if TYPE_CHECKING:
    from course.begun import Lesson

NOTES: tuple[tuple[str, str, list[str], str], ...] = (
    ("£9.95. [post#costs]", "£9.95. [1]", ["post#costs"], "the first source is number 1"),
    (
        "Next day. [post#times] £9.95. [post#costs]",
        "Next day. [1] £9.95. [2]",
        ["post#times", "post#costs"],
        "numbers follow the order of the text, not of the alphabet",
    ),
    (
        "A. [b#1] B. [a#2] C. [b#1]",
        "A. [1] B. [2] C. [1]",
        ["b#1", "a#2"],
        "a source that was cited before keeps its number",
    ),
    (
        "Press [OK]. [duo#menu]",
        "Press [OK]. [1]",
        ["duo#menu"],
        "brackets without a # are no citation: here they are a button",
    ),
    ("The documents do not say.", "The documents do not say.", [], "without a citation nothing changes"),
)


def _check_footnotes(footnotes: Callable[[str], Any], lesson: "Lesson") -> None:
    for text, expected, ids, why in NOTES:
        seen = footnotes(text)
        expect(
            isinstance(seen, tuple | list) and len(seen) == 2,
            f"Expected two things, the text and the list of ids, saw {shorten(seen)}.",
        )
        expect(seen[0] == expected, f"{text!r}: expected {expected!r}, saw {shorten(seen[0])}: {why}.")
        expect(list(seen[1]) == ids, f"{text!r}: expected the ids {ids}, saw {shorten(seen[1])}: {why}.")


footnotes = Exercise(
    id="footnotes",
    title="Exercise 1: footnotes",
    task="Customers don't want to read `[shipping#times-and-costs]`. Write `footnotes(text)`: it returns the text with "
    "`[1]`, `[2]`, … in place of the ids, and the list of ids, so that number n is the n-th of the list. They are "
    "numbered as they first appear; the same id keeps its number. A bracket without a `#` is no citation and stays.",
    name="footnotes",
    check=_check_footnotes,
    starter='''
def footnotes(text):
    """Return the text with numbers for its ids, and the ids in the order of their numbers."""
    ...
''',
    hints=(
        r"A citation is `\[([^\[\]]*#[^\[\]]*)\]`: brackets with a # between them.",
        "`re.sub` takes a function: look the id up in a list, append it where it is missing, and return its place.",
    ),
    solution=r'''
import re

def footnotes(text):
    """Return the text with numbers for its ids, and the ids in the order of their numbers."""
    ids = []

    def number(mark):
        if mark[1] not in ids:
            ids.append(mark[1])
        return f"[{ids.index(mark[1]) + 1}]"

    return re.sub(r"\[([^\[\]]*#[^\[\]]*)\]", number, text), ids
''',
    alternative=r'''
import re

def footnotes(text):
    """First the list, then one replacement for each id."""
    ids = list(dict.fromkeys(re.findall(r"\[([^\[\]]*#[^\[\]]*)\]", text)))
    for number, one in enumerate(ids, 1):
        text = text.replace(f"[{one}]", f"[{number}]")
    return text, ids
''',
    wrong=(
        Wrong(
            r"""
import re

def footnotes(text):
    ids = []

    def number(mark):
        ids.append(mark[1])
        return f"[{len(ids)}]"

    return re.sub(r"\[([^\[\]]*#[^\[\]]*)\]", number, text), ids
""",
            "keeps its number",
        ),
        Wrong(
            r"""
import re

def footnotes(text):
    ids = sorted(set(re.findall(r"\[([^\[\]]*#[^\[\]]*)\]", text)))
    for number, one in enumerate(ids, 1):
        text = text.replace(f"[{one}]", f"[{number}]")
    return text, ids
""",
            "not of the alphabet",
        ),
        Wrong(
            r"""
import re

def footnotes(text):
    ids = list(dict.fromkeys(re.findall(r"\[(.*?)\]", text)))
    for number, one in enumerate(ids, 1):
        text = text.replace(f"[{one}]", f"[{number}]")
    return text, ids
""",
            "here they are a button",
        ),
        Wrong(
            r"""
import re

def footnotes(text):
    ids = list(dict.fromkeys(re.findall(r"\[([^\[\]]*#[^\[\]]*)\]", text)))
    for number, one in enumerate(ids):
        text = text.replace(f"[{one}]", f"[{number}]")
    return text, ids
""",
            "the first source is number 1",
        ),
    ),
    praise="The model works with ids that cannot be mistaken; people get small numbers, made last and by a program.",
)

SHOWN = {
    "post#costs": "Standard £4.95, express £9.50. Free from £60.",
    "post#times": "Standard takes 3 to 5 working days, express 1.",
    "care#plan": "Descale every 2 months with 1 sachet.",
}
CLAIMS: tuple[tuple[str, list[str], str], ...] = (
    ("It costs £4.95. [post#costs]", [], "£4.95 stands in the passage"),
    ("It costs £9. [post#costs]", ["£9"], "£9 is not £9.50: compare whole figures"),
    (
        "It takes 3 days [post#times] and costs £60. [care#plan]",
        ["£60"],
        "£60 stands in another passage than the one that is cited for it",
    ),
    (
        "5 working days, £4.95. [post#costs] [post#times]",
        [],
        "two citations behind one statement: either may hold",
    ),
    ("Free from £60. [post#costs] Descale every 2 months.", ["2"], "no citation follows, so nothing holds it"),
    ("Use 1 sachet. [care#plan] See above. [manual#page-7]", [], "the 7 belongs to an id, not to the answer"),
    ("After 2 months. [manual#page-2]", ["2"], "a passage that was not shown holds nothing"),
)


def _check_not_held(not_held: Callable[[str, Mapping[str, str]], list[str]], lesson: "Lesson") -> None:
    for text, expected, why in CLAIMS:
        seen = not_held(text, dict(SHOWN))
        expect(
            isinstance(seen, list | tuple) and list(seen) == expected,
            f"{text!r}: expected {expected}, saw {shorten(seen)}: {why}.",
        )


not_held = Exercise(
    id="not-held",
    title="Exercise 2: figures that nobody holds",
    task="Write `not_held(text, passages)`; `passages` is {id: text} of what was shown. A statement is the words "
    "before one or more citations, back to the citation before. Return, in order, the figures of each statement that "
    "stand in none of the passages which it cites. A figure is what `re.findall(r'[£€]?\\d+(?:[.,]\\d+)*', words)` "
    "finds, and it is held if it is one of the figures of a passage. Words after the last citation have no passage.",
    name="not_held",
    check=_check_not_held,
    starter='''
def not_held(text, passages):
    """Return the figures of the text that its citations do not hold."""
    ...
''',
    hints=(
        r"`re.split(r'((?:\s*\[[^\[\]]*#[^\[\]]*\])+)', text)` gives words, marks, words, marks, …, words.",
        "For each pair: the figures of all passages that the marks name, as one set; then those of the words.",
    ),
    solution=r'''
import re

def not_held(text, passages):
    """Return the figures of the text that its citations do not hold."""
    def figures(words):
        return re.findall(r"[£€]?\d+(?:[.,]\d+)*", words)

    parts = re.split(r"((?:\s*\[[^\[\]]*#[^\[\]]*\])+)", text) + [""]
    missing = []
    for words, marks in zip(parts[::2], parts[1::2]):
        cited = re.findall(r"\[([^\[\]]*)\]", marks)
        held = {figure for one in cited for figure in figures(passages.get(one, ""))}
        missing += [figure for figure in figures(words) if figure not in held]
    return missing
''',
    alternative=r'''
import re

FIGURE = r"[£€]?\d+(?:[.,]\d+)*"

def not_held(text, passages):
    """Piece by piece: a mark closes a statement, the next words open a new one."""
    missing, waiting, held, closed = [], [], set(), False
    for mark, figure in re.findall(rf"\[([^\[\]]*#[^\[\]]*)\]|({FIGURE})|\w", text):
        if mark:
            held |= set(re.findall(FIGURE, passages.get(mark, "")))
            closed = True
            continue
        if closed:  # words again: what went before is complete
            missing += [one for one in waiting if one not in held]
            waiting, held, closed = [], set(), False
        if figure:
            waiting.append(figure)
    return missing + [one for one in waiting if one not in held]
''',
    wrong=(
        Wrong(
            r"""
import re

def not_held(text, passages):
    parts = re.split(r"((?:\s*\[[^\[\]]*#[^\[\]]*\])+)", text) + [""]
    missing = []
    for words, marks in zip(parts[::2], parts[1::2]):
        held = " ".join(passages.get(one, "") for one in re.findall(r"\[([^\[\]]*)\]", marks))
        missing += [f for f in re.findall(r"[£€]?\d+(?:[.,]\d+)*", words) if f not in held]
    return missing
""",
            "compare whole figures",
        ),
        Wrong(
            r"""
import re

def not_held(text, passages):
    figure = r"[£€]?\d+(?:[.,]\d+)*"
    held = set(re.findall(figure, " ".join(passages.values())))
    return [f for f in re.findall(figure, re.sub(r"\[.*?\]", "", text)) if f not in held]
""",
            "stands in another passage",
        ),
        Wrong(
            r"""
import re

def not_held(text, passages):
    figure = r"[£€]?\d+(?:[.,]\d+)*"
    missing = []
    for words, one in re.findall(r"(.*?)\[([^\[\]]*#[^\[\]]*)\]", text):
        held = set(re.findall(figure, passages.get(one, "")))
        missing += [f for f in re.findall(figure, words) if f not in held]
    return missing
""",
            "either may hold",
        ),
        Wrong(
            r"""
import re

def not_held(text, passages):
    figure = r"[£€]?\d+(?:[.,]\d+)*"
    parts = re.split(r"((?:\s*\[[^\[\]]*#[^\[\]]*\])+)", text)
    missing = []
    for words, marks in zip(parts[::2], parts[1::2]):
        cited = re.findall(r"\[([^\[\]]*)\]", marks)
        held = {f for one in cited for f in re.findall(figure, passages.get(one, ""))}
        missing += [f for f in re.findall(figure, words) if f not in held]
    return missing
""",
            "no citation follows",
        ),
        Wrong(
            r"""
import re

def not_held(text, passages):
    figure = r"[£€]?\d+(?:[.,]\d+)*"
    missing, rest = [], text
    for match in re.finditer(r"(?:\s*\[[^\[\]]*#[^\[\]]*\])+", text):
        held = {f for one in re.findall(r"\[([^\[\]]*)\]", match[0]) for f in re.findall(figure, passages.get(one, ""))}
        words = text[text.rfind("]", 0, match.start()) + 1 : match.end()]
        missing += [f for f in re.findall(figure, words) if f not in held]
        rest = text[match.end() :]
    return missing + re.findall(figure, rest)
""",
            "belongs to an id",
        ),
    ),
    praise="Twelve lines that catch most wrong prices. What they cannot see is a `not`: that takes a reader.",
)

PAGES = {
    "pro#filter": "Change the **cartridge** every 3 months.\nIt's enough for 200 litres.",
    "pro#clean": "Rinse the tank. Never wash it in a machine for dishes. Dry it with a cloth.",
}
QUOTES: tuple[tuple[str, str | None, str], ...] = (
    ("Rinse the tank.", "pro#clean", "it stands there word for word"),
    ("change the cartridge every 3 months", "pro#filter", "capitals and the asterisks of Markdown do not count"),
    ("every 3 months. It’s enough", "pro#filter", "a line break is white space, and ’ is '"),
    ("Rinse the tank. … Dry it with a cloth.", "pro#clean", "… leaves words out: both parts stand there, in order"),
    ("Dry it with a cloth. … Rinse the tank.", None, "the parts stand there, but not in this order"),
    ("Wash it in the machine for dishes.", None, "that is nearly what stands there, and the opposite of it"),
    ("the tank", None, "less than three words stand everywhere and prove nothing"),
    ("Change the cart", None, "a quote does not end inside a word"),
)


def _check_find_quote(find_quote: Callable[[str, Mapping[str, str]], str | None], lesson: "Lesson") -> None:
    for quote, expected, why in QUOTES:
        seen = find_quote(quote, dict(PAGES))
        expect(seen == expected, f"{quote!r}: expected {expected!r}, saw {shorten(seen)}: {why}.")


find_quote = Exercise(
    id="find-quote",
    title="Exercise 3: where does this quote stand?",
    task="Write `find_quote(quote, passages)`: the id of the first passage that holds the quote word for word, or "
    "None. Capitals, runs of white space, asterisks, and the kind of apostrophe (’ or ') do not count. `…` in a quote "
    "leaves words out: its parts must stand in the passage in their order. A quote begins and ends with whole words, "
    "and one of fewer than three words is None.",
    name="find_quote",
    check=_check_find_quote,
    starter='''
def find_quote(quote, passages):
    """Return the id of the passage that holds the quote, or None."""
    ...
''',
    hints=(
        "Make quote and passage plain in the same way first: lower case, one kind of apostrophe, no asterisks.",
        r"Then a pattern: `re.escape` each part between `…`, join them with `.*`, between `(?<!\w)` and `(?!\w)`.",
    ),
    solution=r'''
import re

def find_quote(quote, passages):
    """Return the id of the passage that holds the quote, or None."""
    def plain(text):
        return " ".join(text.lower().replace("’", "'").replace("*", "").split())

    if len(quote.split()) < 3:
        return None
    parts = [re.escape(plain(part)) for part in quote.split("…")]
    pattern = r"(?<!\w)" + r"(?!\w).*(?<!\w)".join(parts) + r"(?!\w)"
    return next((one for one, text in passages.items() if re.search(pattern, plain(text))), None)
''',
    alternative=r'''
import re

def find_quote(quote, passages):
    """With words instead of letters."""
    def words(text):
        return re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'").replace("*", ""))

    if len(words(quote)) < 3:
        return None
    for one, text in passages.items():
        held, place = words(text), 0
        for part in map(words, quote.split("…")):
            starts = range(place, len(held) - len(part) + 1)
            found = next((at for at in starts if held[at : at + len(part)] == part), None)
            if found is None:
                break
            place = found + len(part)
        else:
            return one
    return None
''',
    wrong=(
        Wrong(
            """
def find_quote(quote, passages):
    return next((one for one, text in passages.items() if quote in text), None)
""",
            "asterisks of Markdown do not count",
        ),
        Wrong(
            """
import re
from difflib import SequenceMatcher

def find_quote(quote, passages):
    def plain(text):
        return " ".join(text.lower().replace("’", "'").replace("*", "").split())

    def likeness(text):
        blocks = SequenceMatcher(None, plain(quote), plain(text), autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks) / len(plain(quote))

    best = max(passages, key=lambda one: likeness(passages[one]))
    return best if likeness(passages[best]) > 0.7 else None
""",
            "the opposite of it",
        ),
        Wrong(
            """
def find_quote(quote, passages):
    def plain(text):
        return " ".join(text.lower().replace("’", "'").replace("*", "").split())

    if len(quote.split()) < 3:
        return None
    parts = [plain(part) for part in quote.split("…")]
    return next((one for one, text in passages.items() if all(p in plain(text) for p in parts)), None)
""",
            "not in this order",
        ),
        Wrong(
            r"""
import re

def find_quote(quote, passages):
    def plain(text):
        return " ".join(text.lower().replace("’", "'").replace("*", "").split())

    pattern = ".*".join(re.escape(plain(part)) for part in quote.split("…"))
    return next((one for one, text in passages.items() if re.search(pattern, plain(text))), None)
""",
            "less than three words",
        ),
        Wrong(
            r"""
import re

def find_quote(quote, passages):
    def plain(text):
        return " ".join(text.lower().replace("’", "'").replace("*", "").split())

    if len(quote.split()) < 3:
        return None
    pattern = ".*".join(re.escape(plain(part)) for part in quote.split("…"))
    return next((one for one, text in passages.items() if re.search(pattern, plain(text))), None)
""",
            "does not end inside a word",
        ),
    ),
    praise="A quote that is found proves where the words come from. An id only claims it.",
)

quiz = Quiz(
    (
        Question(
            "Passages are pasted without ids, and the prompt says 'cite your sources'. What do you get?",
            (
                "no citations at all",
                "citations that look right and that no program can follow",
                "an error from the provider",
            ),
            "b",
            "It does as it was told, and invents something to point at: a number, a title, an address.",
            "What is there to be named in such a prompt?",
        ),
        Question(
            "A citation names a passage that was not shown. What does the program do?",
            (
                "take it out, count it, and look at the answer again if there are many",
                "leave it: perhaps the passage exists",
                "search for the nearest id and put that in",
            ),
            "a",
            "A repaired source is a guess with a good face. The count is your alarm.",
            "What would the customer find behind the link?",
        ),
        Question(
            "Every figure of an answer stands in the passage that it cites. What do you know?",
            (
                "the answer is right",
                "the passage is in force today",
                "the figures were not made up; which figure belongs to what, and a 'not', are still open",
            ),
            "c",
            "The check compares figures. Meaning, dates and negations need a reader.",
            "Think of a passage with two prices in it.",
        ),
        Question(
            "Old and new articles are both found. What is the cheapest thing to try first?",
            (
                "a larger model",
                "the day of each document in the prompt, today's date, and a rule for contradictions",
                "more passages",
            ),
            "b",
            "The model cannot prefer the newer one if it does not know which that is.",
            "What is missing in the text of an outdated article?",
        ),
        Question(
            "Ten passages instead of four. What is certain?",
            (
                "more tokens; the right passage is shown more often, and the answers need not be better",
                "better answers",
                "fewer invented citations",
            ),
            "a",
            "Each further passage is one more that may mislead. Measure where it stops to pay.",
            "Which of the lines of the plot never fell?",
        ),
    )
)

EXERCISES = (footnotes, not_held, find_quote, quiz)
