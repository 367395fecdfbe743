"""Is a text harmful? `practice-moderate`, which looks for words; it is a stand-in for a classifier and not one.

A category has patterns, each with a weight; the score is 1 − ∏(1 − weight) over the patterns that are found, and from
0.5 on the category is flagged. So a quotation, a denial or a novel is flagged like a threat, and what is said without
these words passes: lessons on moderation measure that. Pictures are never flagged, because nobody looks at them.
The categories are OpenAI's: https://platform.openai.com/docs/guides/moderation
"""

import math
import re
from collections.abc import Mapping, Sequence

from ..core import Image, Moderate, Verdict, Verdicts
from . import catalog
from .identity import digest

FLAGGED_FROM = 0.5
FLOOR = 0.00001  # the score of a text without any of the words

_KILL = r"\b(?:kill|murder|stab|shoot|behead|strangle|slaughter)(?:s|ed|ing)?\b"
_THREAT = r"\b(?:i|we)(?:'ll| will|'m going to| am going to| want to) (?:kill|hurt|beat|stab|shoot|murder|destroy)\b"
_GROUP = r"(?:immigrants|foreigners|refugees|jews|muslims|christians|gays|women|(?:disabled|black|white) people)"
_SCORN = r"(?:vermin|subhuman|parasites|inferior|animals|disgusting|should not exist|don't deserve)"
_SELF = r"\b(?:kill(?:ing)? myself|suicide|suicidal|self[- ]harm|cut(?:ting)? myself|end my life|starve myself)\b"
_WEAPON = r"\b(?:bomb|explosives?|grenade|pipe bomb|molotov|poison gas|untraceable gun)\b"
_HOW = r"\b(?:how (?:to|do i|can i)|steps to|instructions (?:for|to)|recipe for|build|make)\b"
_SEXUAL = r"\b(?:sex|sexual|porn|pornographic|naked|nude|erotic|orgasm)\b"
_CHILD = r"\b(?:child|children|minor|underage|schoolgirl|schoolboy|(?:1[0-7]|[1-9])[- ]year[- ]old)\b"
_HATE = rf"\b{_GROUP}\b[^.!?]{{0,40}}\b{_SCORN}\b"

# category → (pattern, weight); all patterns of a row count together
PATTERNS: Mapping[str, Sequence[tuple[str, float]]] = {
    "harassment": (
        (r"\byou(?:'re| are)? (?:an? )?(?:idiot|moron|stupid|worthless|pathetic|loser|scum)\b", 0.75),
        (r"\b(?:idiot|moron|scum|shut up|i hate you)\b", 0.4),
        (_THREAT, 0.6),
    ),
    "harassment/threatening": ((_THREAT, 0.8),),
    "hate": ((_HATE, 0.85), (rf"\bi hate (?:all )?{_GROUP}\b", 0.85)),
    "hate/threatening": ((rf"(?:{_KILL}|\bhang\b|\bburn\b)[^.!?]{{0,30}}\b{_GROUP}\b", 0.85),),
    "illicit": (
        (rf"{_HOW}[^.!?]{{0,40}}\b(?:steal|shoplift|launder|counterfeit|hack into|forge|smuggle|cocaine|meth)\w*", 0.8),
        (rf"{_HOW}[^.!?]{{0,40}}{_WEAPON}", 0.7),
    ),
    "illicit/violent": ((rf"{_HOW}[^.!?]{{0,40}}{_WEAPON}", 0.85),),
    "self-harm": ((_SELF, 0.8),),
    "self-harm/intent": ((rf"\bi (?:want to|will|am going to|'m going to|plan to)\b[^.!?]{{0,30}}{_SELF}", 0.85),),
    "self-harm/instructions": ((rf"{_HOW}[^.!?]{{0,40}}{_SELF}", 0.85),),
    "sexual": ((_SEXUAL, 0.6), (r"\b(?:porn|pornographic|erotic|orgasm)\b", 0.5)),
    "sexual/minors": ((rf"(?:{_SEXUAL}[^.!?]{{0,60}}{_CHILD}|{_CHILD}[^.!?]{{0,60}}{_SEXUAL})", 0.9),),
    "violence": ((_KILL, 0.7), (_THREAT, 0.5), (r"\b(?:massacre|torture|bloodshed|beat(?:en)? to death)\w*", 0.6)),
    "violence/graphic": (
        (r"\b(?:gore|entrails|dismember\w*|mutilat\w*|decapitat\w*)\b", 0.7),
        (r"\bblood (?:spray|gush|pour|spurt)\w*", 0.6),
    ),
}
CATEGORIES = tuple(PATTERNS)
_ROWS = {
    category: [(re.compile(pattern, re.IGNORECASE), weight) for pattern, weight in rows]
    for category, rows in PATTERNS.items()
}


def moderate(request: Moderate) -> Verdicts:
    """Judge each item by itself.

    Raises:
        Fault: "no_such_model", or "bad_request" for a model of another kind.
    """
    catalog.find(request.model, "moderation")
    verdicts = tuple(judge("" if isinstance(item, Image) else item) for item in request.items)
    return Verdicts(digest("moderation", repr(request.items)), request.model, verdicts)


def judge(text: str) -> Verdict:
    """Give the scores of a text.

    >>> sorted(judge("I will kill you.").flagged)
    ['harassment', 'harassment/threatening', 'violence']
    >>> judge("The filter kills germs.").flagged
    frozenset({'violence'})
    >>> judge("Where is my order?").flagged
    frozenset()
    """
    plain = text.replace("\u2019", "'")
    scores = {category: _score(plain, category) for category in CATEGORIES}
    return Verdict(scores, frozenset(category for category, score in scores.items() if score >= FLAGGED_FROM))


def _score(text: str, category: str) -> float:
    found = [1 - weight for pattern, weight in _ROWS[category] if pattern.search(text)]
    return round(1 - math.prod(found), 6) if found else FLOOR
