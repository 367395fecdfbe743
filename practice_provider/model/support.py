"""Weighs whether a sentence answers a question, or is only about the same thing: what is asked for must be covered.

Each content word of the question is looked for in the sentence, its heading and its title: the word itself counts
fully, a word of near meaning in part. Names ("Norway") and codes ("E07") have no near meaning: they must be there. The
evidence is added up with fixed weights, found by logistic regression and rounded (see measure_answers.py). It does not
understand what a sentence says. Compare Jurczyk et al., SelQA: answer triggering, https://arxiv.org/abs/1606.08513
"""

import re
from collections.abc import Set
from dataclasses import astuple, dataclass
from functools import lru_cache

from .asked import about, holds, wants
from .mind import Mind
from .recency import DAY_OR_YEAR
from .synonyms import akin
from .vocabulary import rarity
from .words import STOP_WORDS, stem, stems, tokens, triples

NEAR_FROM, NEAR_TO = 0.3, 0.75  # likeness of two words: below it they are strangers, above it they mean the same
AKIN_COVERS = 0.85  # a word that stands for the same thing
MOST_WORDS = 60  # of a sentence and its titles are compared by meaning

_CODE = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b|\b(?:19|20)\d\d\b")
_UNIT = re.compile(r"\d+(?:[.,]\d+)?[a-z]{1,3}")  # "20g" and "5th" are no codes
_OWN = re.compile(r"(?:.*\d){5}")  # five digits and more: the number of somebody's order or machine, which no text has
_NAME = re.compile(r"\b[A-ZÄÖÜÉÁ][\w'’-]*")
_GERMAN = re.compile(
    r"\b(?:wie|was|wann|wer|wo|der|die|das|ich|ist|kann|mein\w*|und|ein\w*|wir|für|mit)\b", re.IGNORECASE
)
# Words that ask, and that an answer need not repeat: "Is it allowed?", "What does it mean?"
_ASKING_WORDS = (
    "mean means meaning happen happens much many long often kind sort allowed permitted possible able okay "
    "bedeutet erlaubt möglich permitido posible significa"
)
_ASKING = frozenset(_ASKING_WORDS.split())


@dataclass(frozen=True)
class Support:
    """What speaks for a sentence; all from 0 to 1.

    `likeness` is of the meanings, `share` of the question's words, `around` and `triples` of its words and letter
    triples in the whole passage; `kind` and `unkind`: the kind of thing that is asked for is there, or missing;
    `cover` is the mean over the question's words, `gap` the distance to the worst of them; `names`, `codes` and
    `rival`: a name or a code is missing, another name stands in its place.
    """

    likeness: float
    share: float
    around: float
    triples: float
    kind: float
    unkind: float
    cover: float
    gap: float
    names: float
    codes: float
    rival: float


@dataclass(frozen=True)
class Place:
    """A sentence, the titles that it stands under, the whole text around it, and whether that says how old it is."""

    text: str
    title: str
    around: str
    is_dated: bool = False


def support(part: str, form: str, place: Place, mind: Mind) -> Support:
    """Gather what speaks for the sentence; `form` is the question as it is compared: mended, or in English words."""
    asked = part
    if place.is_dated:  # then the day in the question chooses the version (recency.py)
        asked, form = DAY_OR_YEAR.sub("", part), DAY_OR_YEAR.sub("", form)
    names, codes = _names(asked), _codes(asked)
    here = stems(f"{place.title} {place.text}")
    words = content(about(form) if holds(part, place.text) else form)
    covers = [_cover(word, here, place, mind) for word in words]
    told = [rarity(word) for word in words]
    absent = [name for name in names if not _named(name, f"{place.title} {place.text}")]
    lost = [name for name in absent if not _named(name, place.around)]
    rivals = bool(absent) and bool(_names(f"x {place.text}") - names)
    typed, held = wants(part), holds(part, place.text)
    wanted, parts = stems(form), triples(form)
    return Support(
        likeness=max(mind.compare(form, [place.text, f"{place.title}: {place.text}"])),
        share=_shared(wanted, here),
        around=_shared(wanted, stems(place.around)),
        triples=len(parts & triples(place.around)) / max(1, len(parts)),
        kind=float(typed and held),
        unkind=float(typed and not held),
        cover=sum(a * b for a, b in zip(covers, told, strict=True)) / sum(told) if covers else 1.0,
        gap=max(((1.0 - a) * b for a, b in zip(covers, told, strict=True)), default=0.0),
        names=(len(lost) + 0.5 * (len(absent) - len(lost))) / len(names) if names else 0.0,
        codes=float(any(not _has_code(code, place) for code in codes)),
        rival=float(rivals),
    )


def _shared(wanted: Set[str], here: Set[str]) -> float:
    return len(wanted & here) / max(1, len(wanted))


def content(text: str) -> list[str]:
    """The words that say what a text is about."""
    return list(dict.fromkeys(w for w in tokens(text) if w not in STOP_WORDS and w not in _ASKING and len(w) > 1))


def covers(question: str, title: str, text: str) -> bool:
    """Whether a text has half of a question's content words itself, and its title, or other words for them, the rest.

    >>> covers("Is vinegar allowed?", "", "Never use vinegar."), covers("Is vinegar allowed?", "Vinegar", "Use water.")
    (True, False)
    """
    own, here = stems(text), stems(f"{title} {text}")
    words = [stem(word) for word in content(about(question))]
    told = sum(word in own for word in words)
    return 2 * told >= len(words) > 0 and all(word in here or akin(word, here) for word in words)


def _cover(word: str, here: Set[str], place: Place, mind: Mind) -> float:
    """1 for the word itself, less for a word of near meaning."""
    if stem(word) in here:
        return 1.0
    if akin(stem(word), here):
        return AKIN_COVERS
    if any(letter.isdigit() for letter in word):
        return 0.0
    others = content(f"{place.text} {place.title}")[:MOST_WORDS]
    best = max(mind.compare(word, others), default=0.0) if others else 0.0
    return min(1.0, max(0.0, (best - NEAR_FROM) / (NEAR_TO - NEAR_FROM)))


@lru_cache(maxsize=100)
def _all_stems(text: str) -> frozenset[str]:
    return stems(text)


def _codes(text: str) -> set[str]:
    return {code for code in _CODE.findall(text) if not _UNIT.fullmatch(code) and not _OWN.match(code)}


def _has_code(code: str, place: Place) -> bool:
    """A code must stand in the sentence or above it, a year anywhere in the text."""
    where = place.around if code.isdigit() else f"{place.title} {place.text}"
    return code.lower() in where.lower()


def _names(question: str) -> set[str]:
    """Words with a capital letter inside a sentence; in German every noun has one, so none are told apart there."""
    if len(_GERMAN.findall(question)) >= 2:
        return set()
    found = set()
    for match in _NAME.finditer(question):
        begins = (
            not question[: match.start()].rstrip(" \"'“¿¡*(-") or question[: match.start()].rstrip()[-1:] in ".?!:;"
        )
        word = match[0].removesuffix("'s").removesuffix("’s")
        if not begins and word.lower() not in STOP_WORDS and not _CODE.fullmatch(word):
            found.add(word)
    return found


def _named(name: str, text: str) -> bool:
    """Whether the text has the name, or spells out its initials (UK, United Kingdom)."""
    if stem(name.lower()) in _all_stems(text):
        return True
    spelt = r"\s+".join(rf"{re.escape(letter)}\w+" for letter in name)
    return name.isupper() and 2 <= len(name) <= 5 and re.search(rf"\b{spelt}", text) is not None


WEIGHTS = Support(
    likeness=0.28,
    share=0.2,
    around=0.1,
    triples=0.2,
    kind=0.05,
    unkind=-0.2,
    cover=0.2,
    gap=-0.08,
    names=-0.12,
    codes=-0.2,
    rival=-0.15,
)
START = 0.42  # fitted on train and dev, so that the threshold of the large mind separates answers from near misses


def total(found: Support) -> float:
    """Add it all up, on the scale of `Mind.answer_at`."""
    return START + float(sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(found), strict=True)))
