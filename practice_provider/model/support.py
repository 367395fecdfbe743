"""Weighs whether a sentence answers a question, or is only about the same thing: what is asked for must be covered.

Each content word of the question is looked for in the sentence, its heading and its title: the word itself counts
fully, a word of near meaning in part. Names ("Norway") and codes ("E07") have no near meaning: they must be there. The
evidence is added up with fixed weights, found by logistic regression (see measure_answers.py). It does not understand
what a sentence says. Compare Jurczyk et al., SelQA: answer triggering, https://arxiv.org/abs/1606.08513
"""

import re
from collections.abc import Set
from dataclasses import astuple, dataclass
from functools import lru_cache

from .asked import about, holds, wants
from .mind import Mind
from .recency import DAY_OR_YEAR
from .words import STOP_WORDS, stem, stems, tokens

NEAR_FROM, NEAR_TO = 0.3, 0.75  # likeness of two words: below it they are strangers, above it they mean the same
MOST_WORDS = 60  # of a sentence and its titles are compared by meaning

_CODE = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b|\b(?:19|20)\d\d\b")
_UNIT = re.compile(r"\d+(?:[.,]\d+)?[a-z]{1,3}")  # "20g" and "5th" are no codes
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

    `likeness` is of the meanings, `share` of the question's words; `kind` and `unkind`: the kind of thing that is
    asked for is there, or missing; `cover` is the mean over the question's words, `gap` the distance to the worst of
    them; `names`, `codes` and `rival`: a name or a code is missing, another name stands in its place.
    """

    likeness: float
    share: float
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


def support(question: str, place: Place, likeness: float, share: float, mind: Mind) -> Support:
    """Gather what speaks for the sentence."""
    if place.is_dated:  # then the day in the question chooses the version (see recency.py)
        question = DAY_OR_YEAR.sub("", question)
    names, codes = _names(question), _codes(question)
    here = stems(f"{place.title} {place.text}")
    words = content(about(question) if holds(question, place.text) else question)
    covers = [_cover(word, here, place, mind) for word in words]
    absent = [name for name in names if not _named(name, f"{place.title} {place.text}")]
    lost = [name for name in absent if not _named(name, place.around)]
    rivals = bool(absent) and bool(_names(f"x {place.text}") - names)
    typed, held = wants(question), holds(question, place.text)
    return Support(
        likeness=likeness,
        share=share,
        kind=float(typed and held),
        unkind=float(typed and not held),
        cover=sum(covers) / len(covers) if covers else 1.0,
        gap=1.0 - min(covers, default=1.0),
        names=(len(lost) + 0.5 * (len(absent) - len(lost))) / len(names) if names else 0.0,
        codes=float(any(not _has_code(code, place) for code in codes)),
        rival=float(rivals),
    )


def content(text: str) -> list[str]:
    """The words that say what a text is about."""
    return list(dict.fromkeys(w for w in tokens(text) if w not in STOP_WORDS and w not in _ASKING and len(w) > 1))


def _cover(word: str, here: Set[str], place: Place, mind: Mind) -> float:
    """1 for the word itself, less for a word of near meaning."""
    if stem(word) in here:
        return 1.0
    if any(letter.isdigit() for letter in word):
        return 0.0
    others = content(f"{place.text} {place.title}")[:MOST_WORDS]
    best = max(mind.compare(word, others), default=0.0) if others else 0.0
    return min(1.0, max(0.0, (best - NEAR_FROM) / (NEAR_TO - NEAR_FROM)))


@lru_cache(maxsize=500)
def _all_stems(text: str) -> frozenset[str]:
    return stems(text)


def _codes(text: str) -> set[str]:
    return {code for code in _CODE.findall(text) if not _UNIT.fullmatch(code)}


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
    likeness=0.27, share=0.35, kind=0.06, unkind=-0.17, cover=0.26, gap=-0.06, names=-0.19, codes=-0.28, rival=-0.15
)
START = 0.41  # chosen on the tuning sets, so that the threshold of the large mind separates answers from near misses


def total(found: Support) -> float:
    """Add it all up, on the scale of `Mind.answer_at`."""
    return START + float(sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(found), strict=True)))
