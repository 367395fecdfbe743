"""Knows units of measure: which unit a field's name asks for, and which one stands behind a number.

A short table of everyday units, and which of them a weight, a temperature or a duration can have. Nothing is converted:
a number in another unit is only less likely to be the one that is meant.
Source: https://www.bipm.org/en/publications/si-brochure
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_UNITS: Mapping[str, tuple[str, str]] = {  # unit → (in a field's words, in a text)
    "kg": (r"kg|kilos?|kilograms?", r"kg|kilos?|kilogram(?:me)?s?"),
    "mg": (r"mg|milligrams?", r"mg|milligrams?"),
    "g": (r"g$|grams?", r"g|gr|grams?|gramm"),
    "t": (r"tonnes?|tons?", r"t|tonnes?|tons?"),
    "km/h": (r"km ?/?h|kmh|kph", r"km/h|kph|kmh"),
    "km": (r"km|kilomet(?:re|er)s?", r"km|kilomet(?:re|er)s?"),
    "cm": (r"cm|centimet(?:re|er)s?", r"cm|centimet(?:re|er)s?"),
    "mm": (r"mm|millimet(?:re|er)s?", r"mm|millimet(?:re|er)s?"),
    "m2": (r"m2|sqm|m²|square met(?:re|er)s?", r"m2|m²|sqm|sq m|square met(?:re|er)s?"),
    "m": (r"m$|met(?:re|er)s?", r"m|met(?:re|er)s?"),
    "ml": (r"ml|millilit(?:re|er)s?", r"ml|millilit(?:re|er)s?"),
    "l": (r"l$|lit(?:re|er)s?", r"l|lit(?:re|er|ro)s?"),
    "°C": (r"c$|celsius", r"°\s?C|degrees?(?: celsius)?|grad|grados"),
    "°F": (r"f$|fahrenheit", r"°\s?F|degrees fahrenheit"),
    "%": (r"percent(?:age)?|per cent|pct|%", r"%|percent|per cent|prozent|por ciento"),
    "s": (r"s$|secs?|seconds?", r"s|secs?|seconds?|sekunden?"),
    "min": (r"mins?|minutes?", r"mins?|minutes?|minuten?|minutos?"),
    "h": (r"h$|hrs?|hours?", r"h|hrs?|hours?|stunden?|horas?"),
    "day": (r"days?", r"days?|tagen?|tage?|días?"),
    "week": (r"weeks?", r"weeks?|wochen?|semanas?"),
    "month": (r"months?", r"months?|monaten?|monate?|mes(?:es)?"),
    "year": (r"years?", r"years?|yrs?|jahren?|jahre?|años?"),
    "bar": (r"bar", r"bars?"),
    "rpm": (r"rpm", r"rpm"),
    "W": (r"w$|watts?", r"w|watts?"),
    "V": (r"v$|volts?", r"v|volts?"),
    "kWh": (r"kwh", r"kwh"),
}
_MEASURES: Mapping[str, frozenset[str]] = {  # what a field measures → the units that this may have
    r"weight|mass|yield": frozenset(["kg", "g", "mg", "t"]),
    r"temperature|temp|high|low": frozenset(["°C", "°F"]),
    r"height|length|width|depth|distance|mileage": frozenset(["m", "cm", "mm", "km"]),
    r"area|plot|surface": frozenset(["m2"]),
    r"age|experience": frozenset(["year", "month"]),
    r"humidity|share|ratio": frozenset(["%"]),
    r"duration|how long|term|period": frozenset(["s", "min", "h", "day", "week", "month", "year"]),
    r"volume|capacity": frozenset(["l", "ml"]),
    r"speed": frozenset(["km/h", "rpm"]),
}
_BEHIND = re.compile(
    r"[\s-]?(?:" + "|".join(f"(?P<u{i}>{told})" for i, (_, told) in enumerate(_UNITS.values())) + r")(?![\w/²])", re.I
)
_NAMES = tuple(_UNITS)


def behind(text: str, end: int) -> tuple[str | None, int]:
    """The unit that stands behind a number, and where it ends.

    >>> behind("at 180 °C", 6), behind("two cups", 3)
    (('°C', 9), (None, 3))
    """
    match = _BEHIND.match(text, end)
    if match is None:
        return None, end
    return next(_NAMES[i] for i in range(len(_NAMES)) if match[f"u{i}"]), match.end()


@lru_cache(maxsize=1_000)
def wanted(name: str, words: str) -> frozenset[str]:
    """The units that a field may have, by its name or its description; none where it says nothing of a unit.

    >>> sorted(wanted("weight kg", "weight kg")), sorted(wanted("age", "age"))
    (['kg'], ['month', 'year'])
    """
    for text in (name, words):
        named = [
            unit for unit, (asked, _) in _UNITS.items() if re.search(rf"(?:^|[\s(])(?:{asked})(?:$|[\s).,])", text)
        ]
        if named and not (text is words and len(named) > 1):
            return frozenset(named)
    for text in (name, words):
        for measure, units in _MEASURES.items():
            if re.search(rf"\b(?:{measure})\b", text):
                return units
    return frozenset()
