"""Splits a text into the pieces that an answer can be made of: sentences, list items, table rows and headings.

It reads Markdown and plain text in English, German and Spanish. It does not parse HTML, and it knows a short list of
abbreviations, not all of them. Markdown: https://spec.commonmark.org/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["prose", "item", "row", "heading"]


@dataclass(frozen=True)
class Sentence:
    """One piece of a text. `heading` is the heading it stands under; `list_number` tells its list, 0 for none."""

    text: str
    kind: Kind = "prose"
    heading: str = ""
    list_number: int = 0


_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$|\s*\*\*([^*]+?):?\*\*:?\s*$")
_ITEM = re.compile(r"\s*(?:[-*•+]|\(?\d{1,2}[.)])\s+(.+)$")
_ROW = re.compile(r"\s*\|(.+)\|\s*$")
_RULE_ROW = re.compile(r"[\s:|-]+$")
_FULL = 0.6  # of the longest line: a shorter one, with a capital letter after it, is a line of its own
_STARTS = re.compile(r"\s*[\"'“„¿¡(]*[A-ZÄÖÜÉÁÍÓÚÑ\d]")
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*(?=\s+\S)")
_ABBREVIATIONS = (
    # English, German, Spanish; single letters and "z. B." are caught by their length
    "mr mrs ms dr prof st vs etc e.g i.e u.s u.k approx inc ltd co dept fig jan feb mar apr jun jul aug sep sept "
    "oct nov dec min max vol ca bzw usw ggf evtl inkl zzgl str tel abs bspw vgl sog mio mrd sr sra srta ud uds pág "
    "aprox ej ee.uu p.ej z.b d.h u.a"
)
_BEFORE_NUMBERS = "no nr núm art fig p"
_MONTHS = (
    "januar februar märz april mai juni juli august september oktober november dezember enero febrero marzo abril mayo "
    "junio julio agosto septiembre octubre noviembre diciembre"
)


@lru_cache(maxsize=500)
def split(text: str) -> tuple[Sentence, ...]:
    """Split a text, in order; headings are pieces too, so that nothing is lost.

    >>> [s.text for s in split("Use approx. 20 g. Then press START.")]
    ['Use approx. 20 g.', 'Then press START.']
    >>> split("## Cleaning\\n1. Rinse it.")[1]
    Sentence(text='Rinse it.', kind='item', heading='Cleaning', list_number=1)
    """
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Sentence]:
    heading, list_number, in_list = "", 0, False
    for kind, words in _lines(text):
        if kind == "heading":
            heading = words
            yield Sentence(words, "heading", heading)
        elif kind == "item":
            list_number += not in_list
            yield Sentence(words, "item", heading, list_number)
        elif kind == "row":
            yield Sentence(words, "row", heading)
        else:
            yield from (Sentence(sentence, "prose", heading) for sentence in prose(words))
        in_list = kind == "item"


def _lines(text: str) -> Iterator[tuple[Kind, str]]:
    """Join wrapped lines, and say what each block is."""
    kind: Kind = "prose"
    held: list[str] = []
    columns: list[str] | None = None
    full = _FULL * max(map(len, text.splitlines()), default=0)
    before = ""
    for line in [*text.splitlines(), ""]:
        found = _kind(line)
        continues = bool(line.strip()) and found == "prose" and kind in ("prose", "item") and bool(held)
        if continues and kind == "prose" and len(before) < full and _STARTS.match(line):
            yield kind, " ".join(held)  # the line above ended early: it was not wrapped
            held = [line.strip()]
            before = line
            continue
        before = line
        if continues:
            held.append(line.strip())
            continue
        if held:
            yield kind, " ".join(held)
        held, kind = [], found
        if found == "row":
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            columns, row = _read_row(columns, cells, line)
            if row:
                yield "row", row
            continue
        columns = None
        if line.strip() and not line.strip().startswith("```"):
            held = [_bare(line)]


def _kind(line: str) -> Kind:
    if _ROW.match(line):
        return "row"
    if _HEADING.match(line):
        return "heading"
    return "item" if _ITEM.match(line) else "prose"


def _bare(line: str) -> str:
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if heading:
        return str(heading[1] or heading[2]).strip()
    return (item[1] if item else line).strip()


def _read_row(columns: list[str] | None, cells: list[str], line: str) -> tuple[list[str] | None, str]:
    """The first row names the columns; the others read as 'column: value; column: value'."""
    if columns is None:
        return cells, ""
    if _RULE_ROW.match(line.strip()):
        return columns, ""
    pairs = zip(columns, cells, strict=False)
    return columns, "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def prose(text: str) -> Iterator[str]:
    """Split running text at the ends of sentences."""
    start = 0
    for match in _END.finditer(text):
        if _ends_here(text[start : match.end()], text[match.end() :].lstrip()):
            yield text[start : match.end()].strip()
            start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def _ends_here(before: str, after: str) -> bool:
    """A full stop ends a sentence unless it belongs to an abbreviation, an initial or an ordinal number."""
    if after[:1].islower():
        return False
    if not before.endswith("."):
        return True
    last = re.split(r"[\s(\"“„]", before)[-1].rstrip(".").lower()
    first_after = re.split(r"\W", after, maxsplit=1)[0].lower()
    if last.isdigit() and len(last) <= 2 and first_after in _MONTHS.split():
        return False
    if len(last) == 1 and last.isalpha():  # an initial or "z. B.", unless it is a unit: "20 g."
        return bool(re.search(r"\d\s?[a-zA-Z]\.$", before))
    if last in _BEFORE_NUMBERS.split():  # "No. 5", but "Say no."
        return not first_after.isdigit()
    return last not in _ABBREVIATIONS.split()
