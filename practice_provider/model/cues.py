"""Knows the everyday words around a value that tell which field it is for: a stay begins with "arriving".

A small lexicon of English (with a little German and Spanish) that a language model has from its training: field words
on the left, what a text says on the right. It holds nothing about any firm, product or form.
Compare https://wordnet.princeton.edu
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from .words import STOP_WORDS, spoken, tokens

_LEXICON: Mapping[str, str] = {  # the words of a field → the words near its value in a text
    r"birth|born": r"born|birth\w*|dob|geboren|nacid[oa]",
    r"check.?in|arriv\w*": r"arriv\w*|arr|check.?in|from|ankunft|llegada",
    r"check.?out": r"leav\w*|depart\w*|check.?out|until|to|abreise|salida",
    r"depart\w*|leav\w*": r"depart\w*|dep|leav\w*|abfahrt|abflug|salida",
    r"start\w*|begin\w*|from|since|valid from|available": r"start\w*|begin\w*|from|since|available|ab|desde|opens?",
    r"end\w*|until|till|expir\w*": r"end\w*|until|till|to|expir\w*|bis|hasta|closes?",
    r"earliest": r"from|after|between|earliest|not before",
    r"latest": r"until|to|by|before|latest|and",
    r"due|deadline": r"due|deadline|by|until|latest|no later than|fällig|bis",
    r"ship\w*|sent|dispatch\w*": r"ship\w*|sent|dispatch\w*|posted|versandt",
    r"purchase\w*|bought|order\w*": r"bought|purchase\w*|order\w*|gekauft|bestell\w*|compr\w+|pedido",
    r"deliver\w*": r"deliver\w*|arriv\w*|come|comes|coming|liefer\w*|entrega\w*",
    r"report\w*|author|created by": r"report\w*|written by|filed by|opened by|by",
    r"closed by|solved by|counted by|done by": r"by",
    r"open\w*": r"open\w*|from",
    r"resol\w*|clos\w*": r"resol\w*|clos\w*|fixed|solved",
    r"collect\w*|pick.?up": r"collect\w*|pick(?:ed)?.?up|abhol\w*|recog\w+",
    r"minimum|min|lower|from": r"minimum|min|from|between|at least|low\w*|ab|desde",
    r"maximum|max|upper": r"maximum|max|to|up to|at most|high\w*|bis|hasta",
    r"people|persons?|guests?|participants?|attendees?": (
        r"people|persons?|guests?|of us|for|present|attend\w*|personen|personas"
    ),
    r"adults?": r"adults?|grown.?ups?|erwachsene",
    r"children|child": r"child(?:ren)?|kids?|kinder?|niñ[oa]s?",
    r"quantity|qty|count|pieces|units|how many": r"qty|quantity|pieces?|pcs|units?|stück|x",
    r"servings?|portions?": r"serv\w*|portions?|people|persons?",
    r"rooms?": r"rooms?|zimmer|habitaci\w+",
    r"rating|stars?|score": r"stars?|rating|rated|out of",
    r"prep\w*": r"prep\w*|vorbereitung|preparaci\w+",
    r"total|sum": r"total\w*|sum|altogether|in all|gesamt\w*|insgesamt|pay|paid",
    r"price|cost|fee": r"price\w*|cost\w*|fee|each|per|paid|preis|precio",
    r"tax|vat": r"tax|vat|mwst|iva",
    r"refund|wanted amount": r"refund|back|zurück",
    r"salary|income|wage": r"salary|income|earn\w*|wage|gehalt",
    r"age": r"age\w*|years?.old|old|alter",
    r"distance|mileage": r"distance|mileage|km|run",
    r"attendance|visitors?|spectators?": r"attend\w*|spectators?|visitors?|front of",
    r"wind": r"wind\w*",
    r"carrier": r"with|by|carrier|via",
    r"recipient|addressee|payee": r"to|recipient|for",
    r"sender|supplier|seller|merchant|employer": r"from|between|at|supplier|seller|by",
    r"buyer|customer|client|renter|tenant|guest|patient|applicant|owner|participant|borrower": (
        r"customer|client|buyer|mr|mrs|ms|for|to|name|owner|patient|participant|i am|i'm"
    ),
    r"contact": r"contact|ask for|call",
    r"origin|from": r"from|aus|desde",
    r"destination": r"to|nach|hacia",
}
_SAY_LITTLE = (
    "id ids number numbers no nr code date day time name names value amount field string text iso hh mm yyyy dd of the "
    "in is was has have and or a an what who which when where how it its that this with whether true false "
    "kg g mg km cm mm m m2 ml l c f percent min mins minutes h hours usd eur gbp rpm bar kmh"
)
_GENERIC = frozenset(_SAY_LITTLE.split()) | STOP_WORDS


def words_of(text: str) -> tuple[str, ...]:
    """The words of a field that say what it is about: no "id", "date" or "kg".

    >>> words_of("invoice number"), words_of("weight kg")
    (('invoice',), ('weight',))
    """
    return tuple(word for word in tokens(text) if word not in _GENERIC and len(word) > 1)


@lru_cache(maxsize=4_000)
def pattern(name: str, description: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What to look for near a value: words of the name (strong), and of the lexicon and the description (weaker)."""
    own, told = words_of(spoken(name)), words_of(description)
    known = [says for asked, says in _LEXICON.items() if re.search(rf"\b(?:{asked})\b", spoken(name))]
    known += [says for asked, says in _LEXICON.items() if re.search(rf"\b(?:{asked})\b", description.lower())]
    return _any(map(_forms, own)), _any([*known, *map(_forms, told)])


def known(name: str) -> str | None:
    """What the lexicon says that stands before the value of such a field: "with" and "via" before a carrier."""
    return "|".join(says for asked, says in _LEXICON.items() if re.search(rf"\b(?:{asked})\b", spoken(name))) or None


def _forms(word: str) -> str:
    """The word and its forms: they share all letters but an ending."""
    bare = re.sub(r"(?:ings?|ed|ies|es|s)$", "", word) if len(word) > 4 else word
    return rf"{re.escape(bare if len(bare) >= 4 else word)}\w{{0,4}}" if len(word) > 3 else rf"{re.escape(word)}s?"


def _any(parts: object) -> re.Pattern[str] | None:
    joined = "|".join(dict.fromkeys(parts))  # type: ignore[call-overload]
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if joined else None
