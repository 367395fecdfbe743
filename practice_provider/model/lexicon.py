"""Knows how customers speak: finds the topics (parcel lost, no heat, where is my refund …) that a sentence is about.

A topic is there when all words of one of its cues stand in the sentence, in any order; lexicon.toml holds the cues and
says how they are written. It stands in for what a language model learns in its training: general words of shops and
appliances in five languages, nothing of one firm. It knows no grammar beyond that, and no irony.
Compare https://en.wikipedia.org/wiki/Lexicon
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .words import plain

FILE = Path(__file__).with_name("lexicon.toml")
_LANGUAGES = ("en", "de", "es", "fr", "pl")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_PHRASE, _SHORTEST_STEM = 4, 2  # words of a phrase, letters of a stem in a cue
_MONEY = r"[£€$]\s?\d|\d\s?(?:[£€$]|(?:eur|euros?|pounds?|gbp|usd|dollars?|quid|zł)\b)"
_SIGNS = (  # what counts as a word though it is none
    ("#question", re.compile(r"\?\W*$")),
    ("#money", re.compile(_MONEY, re.IGNORECASE)),
    ("#percent", re.compile(r"\d\s?%")),
    ("#number", re.compile(r"\d")),
    ("#code", re.compile(r"(?<![\w-])[A-Za-z]{1,3}[ -]?\d{1,3}(?![\w-]|\s\d[A-Za-z]{2}\b)")),
    ("#id", re.compile(r"\b[A-Za-z]{1,4}-[\dA-Za-z-]*\d[\dA-Za-z-]*\b|#\d{3,}|\b\d{5,}\b")),
)

Words = frozenset[str]
Cue = tuple[tuple[Words, ...], Words]  # (one of each has to be there, none of these)


@dataclass(frozen=True)
class Topic:
    """What a message can be about. `kind` is the kind of matter; `filed` are names under which teams file it."""

    name: str
    kind: str
    filed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All topics, their cues by one of the words that these need, and the stems that cues have."""

    topics: tuple[Topic, ...]
    cues: Mapping[str, tuple[tuple[int, Cue], ...]]
    stems: Words

    def found(self, sentence: str) -> frozenset[int]:
        """Give the places of the topics that a sentence speaks of.

        >>> lexicon = load()
        >>> [lexicon.topics[place].name for place in lexicon.found("Wo bleibt mein Paket?")]
        ['where is my order']
        """
        return _found(self, sentence)


@lru_cache(maxsize=20_000)
def _found(lexicon: Lexicon, sentence: str) -> frozenset[int]:
    here = _marks(sentence, lexicon.stems)
    return frozenset(
        place
        for mark in here
        for place, (needed, barred) in lexicon.cues.get(mark, ())
        if not here & barred and all(here & one for one in needed)
    )


def _marks(sentence: str, stems: Words) -> Words:
    """The words, phrases, stems (`leak*`) and signs of a sentence, as cues name them."""
    words = _WORD.findall(_joined(sentence))
    here = {sign for sign, pattern in _SIGNS if pattern.search(sentence)}
    for start, word in enumerate(words):
        here.update("_".join(words[start : start + length]) for length in range(1, _LONGEST_PHRASE + 1))
        here.update(stem for end in range(_SHORTEST_STEM, len(word) + 1) if (stem := f"{word[:end]}*") in stems)
    return frozenset(here)


def _joined(text: str) -> str:
    """Plain letters, without apostrophes: don't is dont."""
    return re.sub(r"(?<=\w)['’`´](?=\w)", "", plain(text).replace("ł", "l"))


@lru_cache(maxsize=1)
def load() -> Lexicon:
    """Read lexicon.toml, once."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    groups = {name: frozenset(words.split("/")) for name, words in told.pop("groups").items()}
    entries = [(kind, name, one) for kind, topics in told.items() for name, one in topics.items()]
    index: dict[str, list[tuple[int, Cue]]] = {}
    for place, (_, _, one) in enumerate(entries):
        for needed, barred in _cues((one[language] for language in _LANGUAGES if language in one), groups):
            for word in min(needed, key=len):
                index.setdefault(word, []).append((place, (needed, barred)))
    named = {word for rows in index.values() for _, (needed, barred) in rows for word in barred.union(*needed)}
    return Lexicon(
        tuple(Topic(name.replace("-", " "), kind, tuple(one["filed"].split(", "))) for kind, name, one in entries),
        {word: tuple(rows) for word, rows in index.items()},
        frozenset(word for word in named if word.endswith("*")),
    )


def _cues(lines: Iterable[str], groups: Mapping[str, Words]) -> Iterator[Cue]:
    for cue in (cue for line in lines for cue in line.split(",")):
        parts = cue.split()
        barred = [_either(part[1:], groups) for part in parts if part.startswith("!")]
        yield (
            tuple(_either(part, groups) for part in parts if not part.startswith("!")),
            frozenset[str]().union(*barred),
        )


def _either(part: str, groups: Mapping[str, Words]) -> Words:
    """One of `a/b`, with @group for all words of a group."""
    words = part.split("/")
    return frozenset(words).union(*(groups[word[1:]] for word in words if word.startswith("@"))) - {
        word for word in words if word.startswith("@")
    }
