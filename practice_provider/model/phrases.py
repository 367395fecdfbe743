"""Reads the words for a field that has no pattern: what stands right behind its name, a title, a place, a list's entry.

Each reader is a rule of how people write: "seat 14C", a first line alone, "from A to B", "Ann: buy milk by Friday".
Where none fits, texts.py takes the nearest few words.
Compare Sarawagi, Information Extraction, https://doi.org/10.1561/1900000003
"""

import re
from collections.abc import Iterator

from . import cues, names, units, values
from .fields import Field, Source
from .sentences import split
from .words import STOP_WORDS, spoken

_LINK = r"(?:\s+(?:no\.?|number|nr\.?|id|code|is|was|are|name))*\s*[:#=]?\s+"
_NAMED = r"[A-ZÄÖÜÉ0-9][\w./'’-]*(?:\s+(?:&\s+)?[A-ZÄÖÜÉ0-9][\w./'’-]*){0,3}"
_PLAIN = r"[\w'’-]+(?:[ ][\w'’-]+){0,3}"
_VERBS = r"(?:shows?|says?|has|have|had|been|be|will|can|came|comes?|not|and|or|with|but)"


def beside(wanted: Field, source: Source, *, digits: bool = False) -> str | None:
    """What stands right behind a word of the field's name: "firmware 2.0.9", "seat 14C", "colour green".

    >>> from .mind import small
    >>> beside(Field("seat", {}), Source("You have seat 14C.", small()))
    '14C'
    """
    for word in reversed(cues.words_of(spoken(wanted.name))):
        for match in re.finditer(rf"(?<![\w-])(?i:{re.escape(word)}){_LINK}(?P<told>{_NAMED}|{_PLAIN})", source.text):
            told = _trimmed(match["told"])
            if told and (not digits or re.search(r"\d", told)) and told not in source.taken:
                return told
    known = cues.known(wanted.name)
    near = re.search(rf"(?<![\w-])(?i:{known})\s+(?P<told>{_NAMED})", source.text) if known and not digits else None
    return _trimmed(near["told"]) or None if near and not near["told"][0].isdigit() else None


def job(source: Source) -> str | None:
    """A profession: "as a nurse", or the capitalised words that mean the nearest thing to one."""
    told = re.search(
        r"\b(?:as|als|como|hiring|seeking)\s+(?:an?|eine?n?|una?)\s+(?P<told>[\w-]+(?: [A-Z][\w-]+)*)", source.text
    )
    if told:
        return told["told"]
    found = list(dict.fromkeys(match[0] for match in names.CAPITALISED.finditer(source.text) if "\n" not in match[0]))
    if not found:
        return None
    likeness = source.mind.compare("job title, profession, position", found)
    return found[max(range(len(found)), key=lambda i: (_PROFESSION.search(found[i]) is not None, likeness[i]))]


_PROFESSION = re.compile(
    r"(?:er|or|ist|ian|ant|yst|eer|ess|in|nurse|chef|cook|clerk|lead|head)$"
)  # how professions end


def _trimmed(told: str) -> str:
    """The words up to the first that begins something else; a first word that says nothing ends it at once."""
    kept: list[str] = []
    for word in told.strip(" .").split():
        if (kept and kept[-1].endswith(".")) or word.lower() in STOP_WORDS or re.fullmatch(_VERBS, word, re.IGNORECASE):
            break
        kept.append(word)
    return " ".join(kept).rstrip(".,:")


_TITLE_WORDS = 9


def title(wanted: Field, source: Source) -> str | None:
    """The name of a thing: in quotation marks, a heading, or a short first line; else a line that names it."""
    quoted = next(values.quotes(source.text), None)
    if quoted is not None:
        return str(quoted.value)
    heading = next((s.text for s in split(source.text) if s.kind == "heading"), None)
    if heading is not None and not heading.endswith(":"):
        return heading
    first, _, rest = source.text.strip().partition("\n")
    bare = re.sub(r"\s*\(.*\)\s*$", "", first).strip(" #*")
    if rest and len(bare.split()) <= _TITLE_WORDS and not re.search(r"[.!?:,]$|: ", bare):
        return bare
    return None


_PLACE_BEFORE = (  # a field's words → the words before its place, the likeliest first
    (r"origin|from|departure|start", ("from", "von", "de")),
    (r"destination|to\b|arrival", ("to", "nach", "a")),
    (r"", ("in", "near", "nach", "en", "at", "to", "from", "for")),
)


def place(wanted: Field, source: Source) -> str | None:
    """A place for the field: behind "from" for an origin, behind "in" for a town."""
    name = spoken(wanted.name)
    found = [value for value in names.places(source.text) if value.value not in source.taken]
    order = next(words for says, words in _PLACE_BEFORE if re.search(says, name))
    ranked = sorted(found, key=lambda value: (_rank(value, order, source.text), value.start))
    route = re.search(rf"(?:^|[:.,]\s*)(?P<a>{_NAMED}) to (?P<b>{_NAMED})", source.text)
    if route and order[0] == "from":
        return route["a"]
    best = str(ranked[0].value) if ranked else beside(wanted, source)
    if best:
        source.taken.add(best)
    return best


def _rank(value: values.Value, order: tuple[str, ...], text: str) -> int:
    before = text[max(0, value.start - 14) : value.start].lower().split()
    return min((order.index(word) for word in before[-1:] if word in order), default=len(order))


def entry(text: str) -> tuple[str, str]:
    """Take an entry of a list apart: who or what stands before a colon, and the words without values and units.

    >>> entry("Ann: buy milk by 3 May 2026"), entry("225 g butter")
    (('Ann', 'buy milk'), ('', 'butter'))
    """
    head = re.match(r"\s*([A-ZÄÖÜÉ][\w'’. -]{0,30}):\s+", text)
    rest = text[head.end() :] if head else text
    for start, end in sorted(_values(rest), reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = re.sub(
        r"\(\s*(?:\w+\s*)?\)|\b(?:by|until|due|on|before|for|at|each|per|of|x|bis)\b\s*(?=$|[,;)])",
        " ",
        rest,
        flags=re.I,
    )
    rest = re.sub(
        r"^\W*(?:x|of|each)\s+|\s+(?:each|for|at|of)$",
        "",
        " ".join(re.sub(r"[;()]|,(?=\s*$|\s{2,})", " ", rest).split()),
    )
    return (
        head[1] if head else "",
        re.sub(r"\s*,\s*(?:each|per \w+)?$|\s+(?:by|until|due|each)$", "", rest).strip(" ,.-–—"),
    )


def _values(text: str) -> Iterator[tuple[int, int]]:
    for number in values.numbers(text):
        yield number.start, units.behind(text, number.end)[1]
    for value in [*values.dates(text, None), *values.matches(values.EMAIL, text), *values.codes(text)]:
        yield value.start, value.end


def unit(text: str) -> str | None:
    """The unit behind the first number of an entry, as it stands there.

    >>> unit("225 g butter"), unit("4 eggs")
    ('g', None)
    """
    for number in values.numbers(text):
        known, end = units.behind(text, number.end)
        if known:
            return text[number.end : end].strip(" -")
    return None
