"""Reads a text field: by its pattern or format, by a line "name: value", by what its name promises, or by nearness.

Names are tried in the table `_NAMES`, from the top: an e-mail address, a link, an id, a date, … Last comes the
stretch of the text that is nearest to the field's description; only a mind that knows meanings can find it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from . import names, phrases, values
from .candidates import NOT_PEOPLE
from .fields import Field, Reader, Source, labelled, pick
from .sentences import prose, split
from .words import STOP_WORDS, spoken, stems, tokens


def reader_of(pattern: re.Pattern[str]) -> Reader:
    return lambda text: values.matches(pattern, text)


def _dates(wanted: Field, source: Source) -> str | None:
    now = values.today(source.context) or values.today(source.text)
    return pick(lambda text: values.asked_dates(text, now), wanted, source)


def _date_time(wanted: Field, source: Source) -> str | None:
    stamp = re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", source.text)
    if stamp:
        return stamp[0]
    day = _dates(wanted, source)
    clock = next(values.times(source.text), None)
    return f"{day}T{clock.value if clock else '00:00'}:00Z" if day else None


def _name(wanted: Field, source: Source) -> str | None:
    """The name of a person, or of the thing that the description speaks of."""
    if re.search(rf"\b(?:{NOT_PEOPLE})\b", wanted.words):
        return phrases.title(wanted, source) or phrases.beside(wanted, source) or _span(wanted, source)
    return pick(names.people, wanted, source)


_OPENING = re.compile(
    r"^(?:(?:please|can you|could you|i want to|i need to|find|search(?: the \w+)?(?: for)?|"
    r"look (?:up|for|in the \w+ for))\s+)+",
    re.IGNORECASE,
)


def _search_words(wanted: Field, source: Source) -> str | None:
    """A search query: the request without its opening."""
    asked = (piece for piece in prose(source.text) if piece.endswith("?"))
    first = next((piece for piece in asked if len(stems(piece)) > 1), source.text.strip())
    return _OPENING.sub("", first.strip(" ?.!")) or None


def _message(wanted: Field, source: Source) -> str | None:
    quoted = next(values.quotes(source.text), None)
    said = re.search(r"\b(?:saying|that says|tell \w+ that|message|text)\s*:?\s+(?:that\s+)?(.+)$", source.text, re.I)
    return str(quoted.value) if quoted else (said[1].strip() if said else source.text.strip() or None)


def _subject(wanted: Field, source: Source) -> str | None:
    if re.search(r"\b(?:job|position|profession|occupation)\b", wanted.words):
        return phrases.job(source)
    said = re.search(r"\b(?:subject|titled?|called|named)\s*:?\s*[“\"]?([^,”\"\n.]+)", source.text, re.IGNORECASE)
    return said[1].strip() if said else phrases.title(wanted, source) or _sentence(wanted, source)


def _sentence(wanted: Field, source: Source) -> str | None:
    """The sentence nearest to the description."""
    found = [s.text for s in split(source.text) if s.kind != "heading"]
    if len(found) < 2:
        return found[0] if found else None
    likeness = source.mind.compare(wanted.label, found)
    return found[max(range(len(found)), key=likeness.__getitem__)]


def _whole(wanted: Field, source: Source) -> str | None:
    return source.text.strip() or None


_SPAN_AT = 0.3
_LONGER = 0.15  # "glass jug" is better than "jug", for each word more
_SHORT_TEXT = 6  # words: "2 milk jugs" is a milk jug, whatever the field is called


def _span(wanted: Field, source: Source) -> str | None:
    """The few words that are nearest to the description; only a mind that knows meanings finds any."""
    if len(source.text.split()) <= _SHORT_TEXT:
        return phrases.entry(source.text)[1] or None
    own = set(tokens(spoken(wanted.name)))
    spans = [span for span in dict.fromkeys(_spans(_near(wanted, source))) if not _says_nothing(span, source)]
    spans = [
        span for span in spans if not own & {word.removesuffix("ed") for word in tokens(span)} | own & set(tokens(span))
    ]
    if not spans or not source.mind.meanings:
        return None
    likeness = source.mind.compare(wanted.label, spans)
    if source.about:
        whole = source.mind.compare(source.about, spans)
        likeness = [(a + b) / 2 + _LONGER * span.count(" ") for a, b, span in zip(likeness, whole, spans, strict=True)]
    best = max(range(len(spans)), key=likeness.__getitem__)
    return spans[best] if likeness[best] >= (_SPAN_AT / 2 if source.about else _SPAN_AT) else None


_WHOLE_TEXT, _NEAREST = 80, 4  # words of a text that is searched whole; sentences of a longer one


def _near(wanted: Field, source: Source) -> str:
    """The sentences of a long text that are nearest to the field."""
    pieces = [piece.text for piece in split(source.text)]
    if len(source.text.split()) <= _WHOLE_TEXT or not source.mind.meanings:
        return source.text
    likeness = source.mind.compare(wanted.label, pieces)
    best = sorted(range(len(pieces)), key=lambda i: -likeness[i])[:_NEAREST]
    return "\n".join(pieces[i] for i in sorted(best))


def _says_nothing(span: str, source: Source) -> bool:
    """Words of the form itself, a value that another field has, or the verb of the request."""
    words = span.lower().split()
    taken = any(str(value).lower() in words for value in source.taken)
    return bool(stems(span) & stems(source.about)) or (bool(source.about) and (taken or words[0].endswith("ing")))


def _spans(text: str, longest: int = 4) -> Iterator[str]:
    for part in re.split(r"[.,;:!?()\n<>\"“”]+", text):
        words = part.split()
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + longest) + 1):
                if {words[start].lower(), words[end - 1].lower()} & STOP_WORDS:
                    continue
                if any(letter.isalpha() for letter in "".join(words[start:end])):
                    yield " ".join(words[start:end])


_FORMATS: Mapping[str, Callable[[Field, Source], str | None]] = {
    "email": lambda w, s: pick(reader_of(values.EMAIL), w, s),
    "date": _dates,
    "date-time": _date_time,
    "time": lambda w, s: _seconds(pick(values.times, w, s)),
    "uri": lambda w, s: pick(reader_of(values.URL), w, s),
    "url": lambda w, s: pick(reader_of(values.URL), w, s),
    "uuid": lambda w, s: pick(reader_of(values.UUID), w, s),
}
_NAMES: Sequence[tuple[str, Callable[[Field, Source], str | None]]] = (  # what a field's words promise
    (r"\be-?mail( address)?\b", _FORMATS["email"]),
    (r"\b(?:url|link|website|uri)\b", _FORMATS["uri"]),
    (r"\b(?:phone|telephone|mobile|fax)\b", lambda w, s: pick(reader_of(values.PHONE), w, s)),
    (
        r"\b(?:id|ids|sku|order number|reference|serial|tracking|code|ticket number|invoice number|number)\b",
        lambda w, s: phrases.beside(w, s, digits=True),
    ),
    (r"\b(?:date|day|deadline|birthday)\b|yyyy-mm-dd", _dates),
    (r"\btime\b|hh:mm", lambda w, s: pick(values.times, w, s)),
    (r"\bcurrency\b", lambda w, s: pick(values.currencies, w, s)),
    (r"\b(?:city|place|location|town|country|destination|origin|station|venue)\b", phrases.place),
    (r"\b(?:query|search|keywords?|question|topic)\b", _search_words),
    (r"\b(?:unit|unit of measure)\b", lambda w, s: phrases.unit(s.text)),
    (r"\b(?:job|position|occupation|profession|role)\b", lambda w, s: phrases.job(s)),
    (r"\b(?:subject|title|headline)\b", _subject),
    (r"\b(?:message|body|content)\b", _message),
    (r"\b(?:text|transcript)\b", _whole),
    (
        r"\b(?:summary|description|problem|issue|reason|complaint|reasoning|explanation|details|note|quote|evidence)\b",
        _sentence,
    ),
    (
        r"\b(?:customer|person|author|sender|full name|first name|last name|surname|user name|name)\b",
        lambda w, s: _name(w, s),
    ),
)


def _by_pattern(pattern: str, wanted: Field, source: Source) -> str | None:
    """What fits the pattern: as it stands, in capital letters, or a date or a number written as the pattern wants."""
    bare = pattern.removeprefix("^").removesuffix("$")
    anchored = bare != pattern
    whole = re.compile(rf"(?<![\w.,-])(?:{bare})(?![\w-])" if anchored else bare)
    for text in (source.text, source.text.upper()):
        found = [
            value for value in values.matches(whole, text) if value.value and (text is source.text or _has_digit(value))
        ]
        if (value := pick(lambda _, found=found: found, wanted, source)) is not None:  # type: ignore[misc]
            return value
    now = values.today(source.context) or values.today(source.text)
    amounts = sorted(values.numbers(source.text), key=lambda value: not value.money)
    written = [str(value.value) for value in values.dates(source.text, now)]
    written += [text for value in amounts for text in (f"{value.value:.2f}", f"{value.value:g}")]
    return next((text for text in written if re.search(pattern, text)), None)


def _has_digit(value: values.Value) -> bool:
    return any(letter.isdigit() for letter in str(value.value))


def _seconds(clock: str | None) -> str | None:
    return f"{clock}:00Z" if clock else None


def read_text(wanted: Field, source: Source) -> str | None:
    if (pattern := wanted.schema.get("pattern")) is not None:
        return _by_pattern(pattern, wanted, source)
    if (by_format := _FORMATS.get(wanted.schema.get("format", ""))) is not None:
        return by_format(wanted, source)
    if (value := labelled(wanted.name, source.text)) is not None:
        return value
    name = spoken(wanted.name)
    if source.about and not wanted.required and re.fullmatch(r"notes?|comments?|remarks?|details", name):
        return None  # nobody asked for a remark
    for words in (name, wanted.words):  # the name itself weighs more than its description
        rule = next((rule for promise, rule in _NAMES if re.search(promise, words)), None)
        if rule is not None:
            return rule(wanted, source)
    if not source.about and (found := phrases.beside(wanted, source)) is not None:
        return found
    return _span(wanted, source)
