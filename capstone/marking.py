"""Marks in a document's Markdown the passage that an answer rests on.

Finding the place is a comparison of words, not of meaning: it shows where to look, it does not prove the claim. Where
no sentence is like the claim (a translation, a sum of several), nothing is marked.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from .passages import Passage

Span = tuple[int, int]
ENOUGH = 0.5
"""The least share of common words for a sentence to count as the source of a claim."""
_LINE_START = re.compile(r"\s*(?:[-*]\s+|\d+\.\s+|#+\s+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9¿¡])")
_CELL = re.compile(r"(?<=\|)\s*([^|]+?)\s*(?=\|)")
_RULE = re.compile(r"\|?[\s:|-]+\|?")


def highlighted(text: str, passages: Sequence[Passage], claims: Collection[str]) -> str:
    """The text with `<mark>` around what the claims rest on, looked for inside the passages only.

    A passage whose text is not at its place any more, because the document has changed, is looked for everywhere.
    """
    inside = [_place(text, passage) for passage in passages]
    spans = {span for claim in claims if (span := _best(text, claim, inside))}
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _marked(text[start:end]) + text[end:]
    return text


def holds(text: str, passage: Passage) -> bool:
    """Whether a text still has the words of a passage; how its lines are broken does not matter.

    >>> holds("Turn it\\noff. Then wait.", Passage("", "", "", "off. Then", 0))
    True
    """
    return " ".join(passage.text.split()) in " ".join(text.split())


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """Sørensen–Dice: shared words against all words, from 0 to 1.

    >>> likeness({"a", "b"}, {"b", "c"})
    0.5
    """
    return 2 * len({*one} & {*other}) / (len({*one}) + len({*other}) or 1)


def words(text: str) -> frozenset[str]:
    """The words and numbers of a text.

    >>> sorted(words("It’s E07."))
    ['e07', "it's"]
    """
    return frozenset(re.findall(r"[^\W_]+(?:'[^\W_]+)?", text.lower().replace("’", "'")))


def _place(text: str, passage: Passage) -> Span:
    here = passage.start, passage.start + len(passage.text)
    return here if holds(text[here[0] :], passage) else (0, len(text))


def _best(text: str, claim: str, inside: Sequence[Span]) -> Span | None:
    wanted = words(claim)
    rows = [span for start, end in inside for span in _candidates(text, start, end)]
    best = max(rows, key=lambda span: likeness(wanted, words(text[slice(*span)])), default=(0, 0))
    return best if likeness(wanted, words(text[slice(*best)])) >= ENOUGH else None


def _candidates(text: str, first: int, last: int) -> Iterator[Span]:
    """Sentences, list items, headings and rows of tables, without what Markdown puts before them."""
    position = first
    for line in text[first:last].splitlines(keepends=True):
        begin = _LINE_START.match(line)
        start, end = position + (begin.end() if begin else 0), position + len(line.rstrip())
        position += len(line)
        if start >= end:
            continue
        if text[start] == "|":
            if not _RULE.fullmatch(text[start:end]):
                yield start, end
            continue
        for gap in _SENTENCE_END.finditer(text, start, end):
            yield start, gap.start()
            start = gap.end()
        yield start, end


def _marked(passage: str) -> str:
    return _CELL.sub(r" <mark>\1</mark> ", passage) if passage.startswith("|") else f"<mark>{passage}</mark>"
