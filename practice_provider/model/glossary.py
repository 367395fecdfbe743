"""Gives the English words of a German or Spanish question, one by one, so that it can be compared with English texts.

The table glossary.tsv has some 700 lines of everyday, shop and kitchen words, written from general knowledge; a German
compound is taken apart where both parts stand in it. A gloss is no translation: there is no grammar, and words that are
not in the table stay as they are. Compare Ballesteros and Croft, Dictionary methods for cross-lingual information
retrieval, https://doi.org/10.1007/BFb0034731
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .words import plain

TABLE = Path(__file__).with_name("glossary.tsv")
_GERMAN = (
    "der die das den dem ein eine einen und oder ist sind wie was wann wer wo ich mein meine wir ihr nicht kann muss "
    "darf mit für von bei zum zur auf es man wird noch auch sich hat"
)
_SPANISH = (
    "el la los las un una y o es son está qué cómo cuánto cuánta cuántos cuántas cuándo dónde mi se me de del con para "
    "por puedo tiene hay lo al que en"
)
LANGUAGES: Mapping[str, frozenset[str]] = {  # words that tell the language: two of them, or one and a letter below
    "de": frozenset(_GERMAN.split()),
    "es": frozenset(_SPANISH.split()),
}
_LETTERS = {"de": re.compile(r"[äöüß]", re.I), "es": re.compile(r"[¿¡ñáéíóú]", re.I)}
_WORD = re.compile(r"\w+(?:[-.,]\w+)*|[^\w\s]")
_LINKS = ("", "s", "n", "es", "en", "-")  # letters between the parts of a German compound
_LEAST_PART = 3


@dataclass(frozen=True)
class _Table:
    whole: dict[str, str]
    beginnings: dict[str, str]
    phrases: dict[str, str]


def language(text: str) -> str | None:
    """Tell German and Spanish; None for all else.

    >>> language("Wie lange habe ich Garantie?"), language("¿Cuánto cuesta?"), language("What does it cost?")
    ('de', 'es', None)
    """
    words = text.lower().replace("?", " ").replace("¿", " ").replace(",", " ").split()
    counts = {
        name: sum(word in known for word in words) + (_LETTERS[name].search(text) is not None)
        for name, known in LANGUAGES.items()
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 2 else None


@lru_cache(maxsize=256)
def english(text: str) -> str | None:
    """Gloss a German or Spanish text; None where it is neither.

    >>> english("Wie lange dauert die Lieferung?")
    'how long the deliver delivery?'
    """
    name = language(text)
    if name is None:
        return None
    table, told = _tables()[name], plain(text)
    for phrase, meaning in table.phrases.items():
        told = re.sub(rf"\b{phrase}\b", meaning, told)
    words = " ".join(filter(None, (_meaning(word, table, name) for word in _WORD.findall(told))))
    return re.sub(r"\b(\w+)(?: \1\b)+", r"\1", re.sub(r"\s+(?=[?.,;!])", "", words))


_ARTICLES = frozenset(["der", "die", "das", "den", "dem", "des", "el", "la", "los", "las"])


def _meaning(word: str, table: _Table, name: str) -> str:
    if word in "¿¡":
        return ""
    if word in _ARTICLES:
        return "the"
    found = table.whole.get(word) or _beginning(word, table)
    if found is None and name == "de":
        found = next(_compounds(word, table), None)
    return found or word


def _beginning(word: str, table: _Table) -> str | None:
    """The longest beginning that the table has; a short one must not leave a long rest."""
    for end in range(len(word), _LEAST_PART - 1, -1):
        if (meaning := table.beginnings.get(word[:end])) is not None:
            return meaning if len(word) - end <= 4 else None
    return None


def _compounds(word: str, table: _Table) -> Iterator[str]:
    """Both parts of a compound, where the table has both: "Wasser-härte"."""
    for cut in range(len(word) - _LEAST_PART, _LEAST_PART - 1, -1):
        first = next(
            (m for link in _LINKS if word[:cut].endswith(link) and (m := _part(word[: cut - len(link)], table))), None
        )
        second = _part(word[cut:], table) if first else None
        if first and second:
            yield f"{first} {second}"


def _part(word: str, table: _Table) -> str | None:
    return (table.whole.get(word) or _beginning(word, table)) if len(word) >= _LEAST_PART else None


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, _Table]:
    made = {name: _Table({}, {}, {}) for name in LANGUAGES}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, words, meaning = line.split("\t")
        phrase = plain(words)
        if phrase in _PHRASES:
            made[name].phrases[phrase] = meaning
            continue
        for word in phrase.split():
            kept = made[name].whole if word.startswith("=") else made[name].beginnings
            kept.setdefault(word.removeprefix("="), meaning)
    return made


_PHRASES = frozenset(
    ["wie viel", "wie lange", "cuanto tiempo", "cuanto cuesta", "cada cuanto", "por que", "segunda mano", "reino unido"]
)
