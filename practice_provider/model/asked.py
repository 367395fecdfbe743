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
        r"\bcosts?\b|price|how expensive|how much (?:is|are|do i pay)|kostet|cuesta",
        r"[$€£]|\b(?:euros?|dollars?|pounds|free|francs?|usd|eur|chf)\b",
    ),
    (r"how (?:hot|warm|cold)|temperature", r"degrees|grad|°"),
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
def _wanted(question: str) -> re.Pattern[str] | None:
    found = next((has for says, has in _KINDS if re.search(says, question, re.IGNORECASE)), None)
    return re.compile(found, re.IGNORECASE) if found else None


def holds(question: str, sentence: str) -> bool:
    """Whether the sentence holds what the question asks for; True where it may be anything.

    >>> holds("How much does it cost?", "The Due is 690 euros."), holds("How heavy is it?", "It is red.")
    (True, False)
    """
    wanted = _wanted(question)
    return wanted is None or wanted.search(sentence) is not None
