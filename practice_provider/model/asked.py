"""Knows what kind of thing a question asks for, and whether a sentence holds such a thing: a price, a duration, a name.

One table of patterns in English, German and Spanish, read from the top. A question that fits no row asks for
anything. Compare Li and Roth, Learning Question Classifiers, https://aclanthology.org/C02-1150
"""

import re
from functools import lru_cache

_DURATION = (
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|am|pm|o'clock|"
    r"sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|"
    r"segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|a[nñ]os?)\b"
)
_MOMENT = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|until|before|after|as soon as|martes|lunes|montags?|dienstags?)\b|\b(?:19|20)\d\d\b"
)
_COUNT = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|hundred|thousand|half|once|twice|"
    r"third|eine?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|dos|tres|cuatro|cinco|seis|diez|quince)\b"
)
_NAME = r"(?<!^)(?-i:\b[A-ZÄÖÜÉÁ][a-zäöüß]+)"

_KINDS = (  # (what the question says, what a sentence must hold)
    (r"how heavy|weigh|wie schwer", r"\d\s?(?:kg|g|grams?|lbs?|pounds|tons?)\b|weigh"),
    (
        r"how many (?:grams?|kilos?|kilograms?)|wie viele? gramm|cu[aá]ntos gramos",
        r"\d\s?(?:k?g|grams?|gramm|gramos)\b",
    ),
    (r"how many (?:millilitres|litres|liters|ml)|wie viele? liter|cu[aá]ntos litros", r"\d\s?(?:m?l|cl|lit\w+)\b"),
    (r"how (?:many|much) (?:watts?|power)|wie viele? watt", r"\d\s?(?:k?w|watts?|kilowatts?)\b"),
    (
        (
            r"how long (?:is|are) (?:the|its|my|a|an|this|that)\b.{0,30}"
            r"\b(?:cables?|leads?|cords?|hoses?|tubes?|pipes?|wires?|ropes?|straps?|handles?|sticks?)\b"
        ),
        r"\d\s?(?:m|cm|mm|met(?:er|re)s?|inch(?:es)?|feet|ft)\b",
    ),
    (r"how loud|decibels?|wie laut", r"\d\s?(?:db|decibels?|dezibel)\b"),
    (r"(?:tele)?phone number|telefonnummer|n[uú]mero de tel[eé]fono", r"\+?\d[\d ()/-]{5,}\d"),
    (r"e-?mail address|mailadresse|direcci[oó]n de correo", r"@"),
    (r"how many (?:seconds|minutes|hours|days|weeks|months|years)|wie viele? (?:tage|stunden|minuten)", f"{_DURATION}"),
    (
        r"\bcosts?\b|price|how expensive|how much (?:is|are|do i pay)|kostet|cuesta",
        r"[$€£]|\b(?:euros?|dollars?|pounds|free|francs?|usd|eur|chf)\b",
    ),
    (r"how (?:hot|warm|cold)|(?:what|which) temperature|wie (?:heiß|warm)", r"degrees|grad|°"),
    (
        r"how often|wie oft|con qu[eé] frecuencia",
        r"\b(?:every|each|once|twice|daily|weekly|monthly|times|alle|jede[nrs]?|cada)\b",
    ),
    (r"how (?:long|fast|quickly|soon)|wie (?:lange|schnell)|cu[aá]nto tiempo", f"{_DURATION}|{_MOMENT}"),
    (r"^(?:when|wann|¿?cu[aá]ndo)\b|what (?:time|year|day|date)|qu[eé] d[ií]a", f"{_DURATION}|{_MOMENT}"),
    (r"how (?:many|much|old|far|tall|high|large|full|big|late)\b|percent|wie (?:viele?|hoch)|cu[aá]nt", _COUNT),
    (r"^(?:who|whose|whom|wer|¿?qui[eé]n)\b", rf"{_NAME}|\b(?:we|you|customers?|wir|sie|nosotros)\b"),
    (r"^(?:where|wo|¿?d[oó]nde)\b", rf"{_NAME}|@|\b(?:in|from|at|under|im|en)\b"),
)


@lru_cache(maxsize=256)
def _wanted(question: str) -> tuple[str, re.Pattern[str]] | None:
    """How the question says what it asks for, and what a sentence must then hold."""
    found = next((row for row in _KINDS if re.search(row[0], question, re.IGNORECASE)), None)
    return (found[0], re.compile(found[1], re.IGNORECASE)) if found else None


def wants(question: str) -> bool:
    """Whether the question asks for a kind of thing that is known here."""
    return _wanted(question) is not None


def about(question: str) -> str:
    """Give the question without the words that say which kind of thing is asked for.

    >>> about("What does the tank cost?")
    'What does the tank ?'
    """
    wanted = _wanted(question)
    return re.sub(wanted[0], "", question, flags=re.IGNORECASE) if wanted else question


def holds(question: str, sentence: str) -> bool:
    """Whether the sentence holds what the question asks for; True where it may be anything.

    >>> holds("How much does it cost?", "The Due is 690 euros."), holds("How heavy is it?", "It is red.")
    (True, False)
    """
    wanted = _wanted(question)
    return wanted is None or wanted[1].search(sentence) is not None
