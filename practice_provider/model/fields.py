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
    def label(self) -> str:
        """What to compare a text with."""
        return str(self.schema.get("description") or spoken(self.name))


def labelled(name: str, text: str) -> str | None:
    """Give what stands behind "name:" in the text.

    >>> labelled("order_id", "Name: Ada\\nOrder ID: BL-7")
    'BL-7'
    """
    words = r"[\s_-]*".join(map(re.escape, spoken(name).split()))
    match = re.search(rf"(?:^|\n|[;,]\s)[ \t>*-]*{words}\**[ \t]*[:=]\**[ \t]*([^\n;]+)", text, re.IGNORECASE)
    return match[1].strip().strip("*\"“”'").rstrip(".,") or None if match else None


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
