"""Gives a finished answer the form that the instructions ask for: what is left out, order, form, manners, language.

Each step is a small change of the text, in a fixed order; a step whose instruction was not given changes nothing.
Exact answers (a label, words to be repeated) get no manners and are not cut. The instructions: instructions.ROWS.
"""

import re
from collections.abc import Callable

from . import fixed_words
from .instructions import Instructions, Order
from .sentences import split
from .words import stems

_MANNERS = {  # tone → (first words, last words)
    "polite": ("Thank you for your question.", "Please let us know if there is anything else."),
    "formal": ("Dear customer,", "Yours sincerely"),
    "friendly": ("Happy to help!", "Have a lovely day!"),
}
_MARK = r"(?:\s*\[[^\[\]\n]{1,80}\])"
_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_PRICE = re.compile(r"(?:[£$€]\s?)?\d[\d,]*(?:\.\d+)?")
_KINDS = (  # (what must not be mentioned, how it looks)
    (r"\b(?:prices?|amounts?|costs?)\b", r"[£$€]\s?\d|\d\s?(?:[£$€]|euros?\b|pounds?\b|dollars?\b|EUR\b|GBP\b|USD\b)"),
    (r"\b(?:phone|telephone) ?(?:numbers?)?\b", r"\b\+?\d{3,}(?:[ /-]\d{2,}){1,4}\b"),
    (r"\be-?mail(?:s| addresses)?\b", r"[\w.+-]+@[\w-]+\.\w"),
    (r"\b(?:links?|urls?|web ?sites?)\b", r"https?://|www\."),
    (
        r"\bdates?\b",
        r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b",
    ),
)
_PROSE = 4  # words from which a text counts as prose that would have to be translated
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def shaped(text: str, orders: Instructions, *, exact: bool, asked: str = "") -> str:
    """Shape an answer; `asked` is the question, whose language the model's own lines follow."""
    language = orders.language or fixed_words.language_of(asked)
    if exact:
        return _framed(text, orders)
    text = _without(text, orders.avoid, fixed_words.line(orders.abstain or "I don't know.", language))
    if fixed_words.is_fixed(text):
        told = fixed_words.line(text, language)
        return _framed(_mannered(told, orders, language) if fixed_words.is_silence(text) else told, orders)
    text = _quoted(text) if orders.quote else text
    text = _formed(_sorted(text, orders.order), orders)
    text = _cut(text, orders)
    if orders.language in ("de", "es"):
        text = _translated(text, orders.language)
    return _framed(_mannered(text, orders, language), orders)


def _framed(text: str, orders: Instructions) -> str:
    """The beginning, the end and the letters that were asked for by word."""
    whole = " ".join(part for part in (orders.begin, text, orders.finish) if part)
    return whole.upper() if orders.capitals else whole


def _without(text: str, avoid: tuple[str, ...], otherwise: str) -> str:
    """Leave out the sentences and lines that speak of a thing."""
    if not avoid:
        return text
    lines = [_kept(line, avoid) for line in text.split("\n")]
    return "\n".join(line for line in lines if re.sub(_MARK, "", line).strip()) or otherwise


def _kept(line: str, avoid: tuple[str, ...]) -> str:
    parts = re.split(rf"(?<=[.!?])(?={_MARK}?\s|{_MARK}?$)", line)
    return "".join(part for part in parts if not any(_speaks_of(part, thing) for thing in avoid)).strip()


def _speaks_of(text: str, thing: str) -> bool:
    """Whether a text has all words of a thing, or something of its kind: a price, a phone number, an address."""
    kind = next((looks for name, looks in _KINDS if re.search(name, thing, re.IGNORECASE)), None)
    words = stems(thing)
    return (kind is not None and re.search(kind, text) is not None) or (bool(words) and words <= stems(text))


def _quoted(text: str) -> str:
    """Each line between quotation marks, its source behind them."""
    marked = re.compile(rf"^(?P<sign>(?:[-*•]|\d+[.)])\s+)?(?P<words>.*?)(?P<marks>{_MARK}*)$")
    lines = [marked.match(line) for line in text.split("\n")]
    return "\n".join(f"{m['sign'] or ''}“{m['words']}”{m['marks']}" if m and m["words"] else "" for m in lines)


def _statements(text: str) -> list[str]:
    """The lines of a list, else the sentences, each with its source."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 or (lines and _ITEM.match(lines[0])):
        return [_ITEM.sub("", line).strip() for line in lines]
    parts = re.split(rf"(?<=[.!?”])(?={_MARK}?\s)(?P<mark>{_MARK}?)\s+(?=[\"“A-ZÄÖÜ¡¿\d])", text)
    return [f"{words}{mark or ''}".strip() for words, mark in zip(parts[::2], [*parts[1::2], ""], strict=False)]


def _formed(text: str, orders: Instructions) -> str:
    """The statements as bullets, as a numbered list, or as a table."""
    if not orders.form:
        return text
    statements = _statements(text)
    if orders.form == "table":
        cells = _rows(statements)
        return "\n".join(
            ["| No. | Statement | Source |", "|---|---|---|", *(f"| {n} | {c} |" for n, c in enumerate(cells, 1))]
        )
    signs = (
        [f"{number}. " for number in range(1, len(statements) + 1)]
        if orders.form == "numbered"
        else ["- "] * len(statements)
    )
    return "\n".join(sign + one for sign, one in zip(signs, statements, strict=True))


def _rows(statements: list[str]) -> list[str]:
    """The cells of a table; a source behind the last line of a list is the source of all."""
    marks = [found[0].strip(" []") if (found := re.search(rf"{_MARK}$", one)) else "" for one in statements]
    if not any(marks[:-1]):
        marks = marks[-1:] * len(marks)
    words = [re.sub(rf"{_MARK}$", "", one).replace("|", "/") for one in statements]
    return [f"{one} | {mark or '–'}" for one, mark in zip(words, marks, strict=True)]


def _sorted(text: str, order: Order) -> str:
    """The lines of a list in another order; text that is no list stays."""
    lines = text.split("\n")
    items = [line for line in lines if _ITEM.match(line)] or (lines if len(lines) > 2 else [])
    if not order or len(items) < 2:
        return text
    key, backwards = _KEYS[order]
    bare = sorted((_ITEM.sub("", line) for line in items), key=key, reverse=backwards)
    signs = [found[0] if (found := _ITEM.match(line)) else "" for line in items]
    new = iter(sign + one for sign, one in zip(signs, bare, strict=True))
    return "\n".join(next(new) if line in items else line for line in lines)


def _amount(line: str) -> float:
    found = _PRICE.search(line)
    return float(re.sub(r"[^\d.]", "", found[0])) if found else 0.0


def _day(line: str) -> str:
    found = _DAY.search(line) or _YEAR.search(line)
    return found[0] if found else ""


_KEYS: dict[str, tuple[Callable[[str], str | float], bool]] = {
    "alphabetical": (str.casefold, False),
    "number": (_amount, False),
    "largest": (_amount, True),
    "newest": (_day, True),
    "oldest": (_day, False),
}


def _cut(text: str, orders: Instructions) -> str:
    """Not more letters than were allowed: whole sentences as long as they fit, else whole words."""
    most = orders.letters
    if most is None or len(text) <= most:
        return text
    kept = ""
    for piece in split(text):
        if len(f"{kept} {piece.text}".strip()) > most:
            break
        kept = f"{kept} {piece.text}".strip()
    return kept or text[: most + 1].rsplit(" ", 1)[0][:most].rstrip(",;: ")


def _translated(text: str, language: str) -> str:
    """Yes and no, and dates; a line says that the rest is as it stood."""
    if fixed_words.is_fixed(text.rstrip(".")):
        return fixed_words.line(text.rstrip("."), language)
    told = fixed_words.dates(text, language)
    written = fixed_words.language_of(text)
    note = fixed_words.line(fixed_words.NOT_TRANSLATED, language)
    is_prose = len(text.split()) >= _PROSE and written != language
    return f"{told}\n{note}" if is_prose else told


def _mannered(text: str, orders: Instructions, language: str) -> str:
    """The first and last words of a tone; none where only the answer is wanted, or only so many words."""
    if orders.tone not in _MANNERS or orders.bare or orders.words is not None or orders.letters is not None:
        return text
    first, last = (fixed_words.line(words, language) for words in _MANNERS[orders.tone])
    apart = "\n\n" if orders.tone == "formal" or "\n" in text else " "
    first = "" if orders.begin else first
    return apart.join(part for part in (first, text, "" if orders.finish else last) if part)
