"""Ranks a message on a scale of urgency (critical, high, normal, low …), from the top: the first level that fits.

A level fits if its description names a condition that the message meets (danger, a deadline, another customer's data,
a business at a standstill, the third contact …); without descriptions, the usual conditions of such a scale count. If
none fits it is the middle level, or the lowest where the message only asks for information. It does not count days.
Compare the priority matrix of IT service desks, https://en.wikipedia.org/wiki/Incident_management_(ITSM)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .meanings import Label

_RANKS = {  # names of levels, the most urgent first
    3: "critical emergency urgent highest p0 p1 sev1 blocker kritisch",
    2: "high important major p2 sev2 hoch",
    1: "normal medium moderate standard default regular p3 sev3 mittel",
    0: "low lowest minor trivial none p4 sev4 niedrig",
}
_RANK_OF = {name: rank for rank, names in _RANKS.items() for name in names.split()}
_LEAST_LEVELS = 3  # of a list, to be read as a scale

_CLEAR = 1.0  # a topic that is so much in a message is meant
_MATTERS = frozenset(  # kinds of topics where something waits to be done
    ["fault", "leak", "result", "delivery", "order", "returns", "warranty", "danger", "account"]
)


@dataclass(frozen=True)
class Condition:
    """What a description calls it, and how a message shows it: words, topics of a kind or name, or both where given."""

    called: re.Pattern[str]
    shown: re.Pattern[str] | None = None
    topics: frozenset[str] = frozenset()
    usual_rank: int | None = None  # of a scale without descriptions


def _condition(called: str, shown: str = "", topics: str = "", usual_rank: int | None = None) -> Condition:
    words = re.compile(shown, re.IGNORECASE) if shown else None
    return Condition(re.compile(called, re.IGNORECASE), words, frozenset(filter(None, topics.split(", "))), usual_rank)


_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|the weekend|tomorrow|tonight|morgen|mañana|demain)"
_PEOPLE = (
    r"\b(?:guests?|customers|staff|employees|colleagues|breakfast|café|cafe|hotel|bakery|canteen|restaurant|office|"
    r"team|clients|gäste|kunden|büro|clientes|oficina|bureau)\b"
)
CONDITIONS = (
    _condition(r"danger|safety|hazard|injur|fire|emergenc|life", topics="danger", usual_rank=3),
    _condition(r"data|privacy|breach", topics="someone elses data", usual_rank=3),
    _condition(
        r"fraud|forge|phish|scam|stolen",
        r"\b(?:i|we|she|he) (?:\w+ )?(?:paid|gave|entered|typed|clicked)\b",
        topics="phishing",
    ),
    _condition(
        r"deadline|due|event|time[- ]critical",
        rf"\b(?:(?:by|until|before|for|on|bis|para|avant) (?:this |next )?{_DAY}|deadline|last day|expires?|wedding)\b",
        topics="when will it arrive, late delivery, parcel lost, send it back, fault, is it covered",
    ),
    _condition(r"business|compan|trade|standstill|outage", _PEOPLE, topics="fault, leak, late delivery", usual_rank=2),
    _condition(
        r"third|repeated|again and again|contact",
        r"\b(?:third|3rd|fourth|fifth|[3-9]th) (?:time|e?-?mail|message|call|letter|request)|"
        r"\b(?:three|four|five) (?:times|e?-?mails)|zum dritten mal|tercera vez|troisième fois\b",
        usual_rank=2,
    ),
    _condition(r"parcel|scan|lost", r"\b(?:[5-9]|1\d|two|three|five|six|seven|eight|nine|ten)\b", topics="parcel lost"),
    _condition(
        r"(?:wrong|missing|lost|above|over|more than)\W(?:\w+ )?(?:money|amount|sum|[£€$]|\d)|"
        r"(?:money|amount|sum|charge|payment)\w* (?:\w+ )?(?:wrong|missing|lost|above|over)",
        r"[£€$]\s?[1-9]\d{2,}|\b[1-9]\d{2,}\s?(?:pounds|euros?|[£€$])",
        topics="charged twice, where is my refund, money back",
    ),
    _condition(r"lawyer|legal|press|regulator", topics="legal threat", usual_rank=2),
    _condition(r"urgen|hurry|immediate", r"\b(?:urgent(?:ly)?|asap|at once|dringend|urgente)\b", usual_rank=2),
)


def is_scale(labels: Sequence[Label]) -> bool:
    """Whether the labels are the levels of a scale of urgency.

    >>> is_scale([Label("low"), Label("normal"), Label("high")]), is_scale([Label("red"), Label("blue"), Label("low")])
    (True, False)
    """
    return len(labels) >= _LEAST_LEVELS and all(label.name.lower() in _RANK_OF for label in labels)


def rank(labels: Sequence[Label], text: str, topics: Mapping[tuple[str, str], float]) -> Label:
    """Give the level that fits; `topics` are (kind, name) → how much each is in the text."""
    ordered = sorted(labels, key=lambda label: -_RANK_OF[label.name.lower()])
    told = any(label.about for label in labels)
    met = [one for one in CONDITIONS if _is_met(one, text, topics)]
    for label in ordered:
        place = _RANK_OF[label.name.lower()]
        if place > 1 and any(one.called.search(label.about) if told else one.usual_rank == place for one in met):
            return label
    quiet = _only_asks(topics)
    return next((label for label in ordered if _RANK_OF[label.name.lower()] <= (0 if quiet else 1)), ordered[-1])


def _is_met(condition: Condition, text: str, topics: Mapping[tuple[str, str], float]) -> bool:
    if condition.shown is not None and not condition.shown.search(text):
        return False
    clear = (value >= _CLEAR for (kind, name), value in topics.items() if {kind, name} & condition.topics)
    return not condition.topics or any(clear)


def _only_asks(topics: Mapping[tuple[str, str], float]) -> bool:
    """Whether the strongest topic is one that nothing is waiting for, and no fault or loss is clear."""
    matters = max((value for (kind, _), value in topics.items() if kind in _MATTERS), default=0.0)
    rest = max((value for (kind, _), value in topics.items() if kind not in _MATTERS), default=0.0)
    return matters < _CLEAR and matters < rest
