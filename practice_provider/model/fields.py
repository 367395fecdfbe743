"""A field of a schema, the text it is to be read from, and two ways of reading that all fields share.

A line "name: value" is read first; of several values of one kind, the one nearest behind a word of the field's name.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .mind import Mind
from .schema import Schema
from .values import Value
from .words import spoken


@dataclass
class Source:
    """The text to read from. `taken` are values that another field already has: an id is not used twice.

    `about` says what the form is for: the description of the tool that is to be called.
    """

    text: str
    mind: Mind
    context: str = ""
    taken: set[Any] = field(default_factory=set)
    about: str = ""

    def narrowed(self, text: str) -> "Source":
        """The same, for a part of the text."""
        return Source(text, self.mind, self.context, about=self.about)


@dataclass(frozen=True)
class Field:
    """What is known about a field: its name and description in words, and its schema."""

    name: str
    schema: Schema
    required: bool = True

    @property
    def words(self) -> str:
        """Name and description together, in lower case."""
        return f"{spoken(self.name)} {str(self.schema.get('description', '')).lower()}".strip()

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that it may have, null aside."""
        own = self.schema.get("type")
        found = [own] if isinstance(own, str) else list(own or ())
        for branch in self.schema.get("anyOf", ()):
            found += [branch.get("type")] if isinstance(branch.get("type"), str) else []
        return frozenset(found) - {"null"}

    @property
    def optional(self) -> bool:
        """Whether it may be null."""
        own, branches = self.schema.get("type"), self.schema.get("anyOf", ())
        return (isinstance(own, list) and "null" in own) or any(one.get("type") == "null" for one in branches)

    @property
    def whole(self) -> bool:
        """Whether only whole numbers fit."""
        return "integer" in self.kinds and "number" not in self.kinds

    @property
    def label(self) -> str:
        """What to compare a text with."""
        return str(self.schema.get("description") or spoken(self.name))


def labelled(name: str, text: str) -> str | None:
    """Give what stands behind "name:" in the text.

    >>> labelled("order_id", "Name: Ada\\nOrder ID: BL-7")
    'BL-7'
    """
    words = r"[\s_-]*".join(map(re.escape, spoken(name).split()))
    match = re.search(
        rf"(?:^|\n|[;,.]\s|\s(?=[\w-]+=))[ \t>*-]*{words}\**[ \t]*(?:\([^)\n]*\)[ \t]*)?"
        r"(?::\**[ \t]|=)[ \t]*([^\n;]+)",
        text,
        re.IGNORECASE,
    )
    return _ended(match[1], text[match.start(1) - 1] == "=") if match else None


def _ended(line: str, is_pair: bool) -> str | None:
    """Cut a value where the next label begins: "no. Next: 5", "12, Price: 3", "a=1 b=2"."""
    if is_pair:
        quoted = re.match(r"\"([^\"]*)\"|(\S+)", line)
        return (quoted[1] or quoted[2]) if quoted else None
    cut = re.split(r"(?:[.!?]|,)\s+(?=[\w-]+(?: [\w-]+){0,3}:\s)|[.!?]\s+(?=[A-ZÄÖÜ])", line, maxsplit=1)[0]
    return cut.strip().strip("*\"“”'").rstrip(".,") or None


Reader = Callable[[str], Iterable[Value]]


def pick(reader: Reader, wanted: Field, source: Source) -> str | None:
    """Of the values that the reader finds, the one nearest behind a word of the field's name."""
    found = [value for value in reader(source.text) if value.value not in source.taken]
    if not found:
        return None
    lower = source.text.lower()
    names = [match.end() for word in _name_words(wanted) for match in re.finditer(re.escape(word), lower)]

    def distance(value: Value) -> tuple[float, int]:
        behind = [value.start - end for end in names if value.start - end >= 0]
        return (min(behind, default=10_000), value.start)

    best = min(found, key=distance) if names else found[0]
    source.taken.add(best.value)
    return str(best.value)


def _name_words(wanted: Field) -> list[str]:
    general = {"id", "number", "date", "name", "no", "code", "value", "amount"}
    return [word for word in spoken(wanted.name).split() if word not in general and len(word) > 2]
