"""Gives each value of a text to one field of a form: of all pairs of field and value, the likeliest comes first.

How likely a pair is, says one sum: words of the field beside the value (cues.py), the unit (units.py), money with
money, an id shaped like the example in the description, and what comes first with what comes first. A value goes to one
field only. What no field speaks for is left alone. Compare https://doi.org/10.1002/nav.3800020109, of which this is
the greedy form.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import candidates, cues, units
from .candidates import Candidate, Kind
from .fields import Field, Source, labelled
from .words import spoken

MONEY = re.compile(
    r"\b(?:amount|price|cost|costs|money|total|fee|fees|refund|budget|charges?|value|sum|rent|deposit|salary|income|"
    r"estimate|payment|net|gross|vat|tax|loan|paid|pay|discount|wage|premium)\b"
)
FINAL: frozenset[Kind | None] = frozenset(["number", "date", "time"])  # nobody else looks for these
_QUANTITY = re.compile(r"\b(?:quantity|qty|count|pieces|how many|menge|cantidad)\b")
_OWN, _KNOWN = 1.0, 0.7  # a word of the field's name beside the value; one of the lexicon or the description
_UNIT, _COUNTED, _MONEY, _SHAPE, _ORDER, _OTHERS = 0.6, 0.5, 0.4, 0.8, 0.02, 0.35
_MEANT = 0.5  # of the likeness
_REQUIRED_AT, _OPTIONAL_AT, _LEFT_AT = 0.1, 0.45, -0.1
_ALONE = 0.4  # the only id of the text for the only field that wants one; the same with money
_SELDOM: Mapping[Kind, float] = {"date": 0.33}  # a text has few of them: less is needed


@dataclass(frozen=True)
class _Wanted:
    """A field and what its values look like; `least`: how likely a pair has to be."""

    field: Field
    kind: Kind
    least: float
    place: float

    @property
    def description(self) -> str:
        """The field's description, or nothing."""
        return str(self.field.schema.get("description", ""))

    @property
    def about(self) -> str:
        """Its name, and its description where that is more than a format."""
        return f"{spoken(self.field.name)} {self.description if cues.words_of(self.description) else ''}".strip()


def pair(fields: Sequence[Field], source: Source) -> dict[str, str | float]:
    """What each field gets, by its name; fields of other kinds, and those that nothing speaks for, are not there."""
    wanted = list(_wanted(fields))
    found: dict[str, str | float] = {}
    for kind in dict.fromkeys(one.kind for one in wanted):
        values = [value for value in candidates.find(kind, source) if value.value not in source.taken]
        group = [one for one in wanted if one.kind == kind]
        found |= _settled(group, values, source)
    return found


def _wanted(fields: Sequence[Field]) -> Iterator[_Wanted]:
    for i, field in enumerate(fields):
        kind = candidates.kind_of(field)
        if kind is not None:
            least = _REQUIRED_AT if field.required and not field.optional else _OPTIONAL_AT
            least = min(least, _SELDOM.get(kind, least))
            yield _Wanted(field, kind, least, i / max(1, len(fields) - 1))


def _settled(group: Sequence[_Wanted], values: Sequence[Candidate], source: Source) -> dict[str, str | float]:
    """The likeliest pair first; then the likeliest of what is left."""
    scored = []
    meant = _meant(group, values, source)
    for i, one in enumerate(group):
        line = labelled(one.field.name, source.text)
        for j, value in enumerate(values):
            score = _likely(one, value, j / max(1, len(values) - 1), values, source.text)
            score += _ALONE * _is_alone(one, value, group, values, source.text)
            score += meant[i][j] + 2.0 * (line is not None and str(value.text) in line)
            if score >= one.least:
                scored.append((-score, i, j))
    found: dict[str, str | float] = {}
    used: set[int] = set()
    for _, i, j in sorted(scored):
        name = group[i].field.name
        if name not in found and j not in used:
            found[name] = values[j].value
            used.add(j)
    if not source.about:
        found |= _left_over(group, values, found, used, source)
    return found


def _is_alone(one: _Wanted, value: Candidate, group: Sequence[_Wanted], values: Sequence[Candidate], text: str) -> bool:
    """Is there one field and one value of this kind, so that they belong together though no word says it?"""
    if one.kind == "code":
        return len(group) == 1 and len(values) == 1 and not _is_anothers(one.field, value, text)
    money = [other for other in group if _asked(spoken(other.field.name), other.field.words)[1]]
    return one.kind == "number" and money == [one] and [v for v in values if v.money] == [value]


def _meant(group: Sequence[_Wanted], values: Sequence[Candidate], source: Source) -> list[list[float]]:
    """For days, with meanings to go by: how near the words around each are to the field's name."""
    if not source.mind.meanings or not values or group[0].kind != "date":
        return [[0.0] * len(values) for _ in group]
    around = [f"{_before(value, source.text)} {_behind(value, source.text)}" for value in values]
    return [[_MEANT * near for near in source.mind.compare(one.about, around)] for one in group]


def _left_over(
    group: Sequence[_Wanted], values: Sequence[Candidate], found: dict[str, str | float], used: set[int], source: Source
) -> dict[str, str | float]:
    """In a form, a field that has to be filled gets what no field spoke for, in the order of the text."""
    empty = [one for one in group if one.field.name not in found and one.least == _REQUIRED_AT]
    taken: dict[str, str | float] = {}
    for one in empty:
        for j, value in enumerate(values):
            if j not in used and _likely(one, value, one.place, values, source.text) >= _LEFT_AT:
                taken[one.field.name] = value.value
                used.add(j)
                break
    return taken


def _likely(one: _Wanted, value: Candidate, place: float, values: Sequence[Candidate], text: str) -> float:
    beside = _beside(one, value, values, text)
    score = value.weight + beside - _ORDER * abs(one.place - place)
    if one.kind == "number":
        score += _fits_number(one.field, value, beside)
    elif one.kind == "code":
        score += _shaped(one, value) - _OTHERS * (not beside and _is_anothers(one.field, value, text))
    return score


def _beside(one: _Wanted, value: Candidate, values: Sequence[Candidate], text: str) -> float:
    """How near a word of the field stands: before the value in its clause, or right behind it."""
    own, known = cues.pattern(one.field.name, one.description)
    if own is None and known is None:
        return 0.25  # "date", "name": any will do, but one that says more goes first
    before, behind = _before(value, text), _behind(value, text)
    likely = 0.0
    for pattern, weight in ((own, _OWN), (known, _KNOWN)):
        if pattern is None:
            continue
        ends = [m.end() for m in pattern.finditer(before)]
        if ends:
            between = [v for v in values if value.start - len(before) + ends[-1] <= v.start < value.start]
            steps = len(before[ends[-1] :].split())
            likely = max(likely, weight / (1 + 0.12 * steps) * 0.45 ** len(between))
        first = pattern.search(behind)
        if first:
            likely = max(likely, weight * 0.95 / (1 + 0.3 * len(behind[: first.start()].split())))
    return likely


_CLAUSE = re.compile(r"[\n;|]|[.!?]\s|\)\s*\n")
_NEAR, _AFTER = 70, 45


@lru_cache(maxsize=4_000)
def _before(value: Candidate, text: str) -> str:
    """The letters before the value in its sentence."""
    near = text[max(0, value.start - _NEAR) : value.start]
    return _CLAUSE.split(near)[-1]


@lru_cache(maxsize=4_000)
def _behind(value: Candidate, text: str) -> str:
    """The few words behind the value, its unit too, up to the next comma or number."""
    near = text[value.end : value.end + _AFTER]
    return " ".join(re.split(r"[,.;:\n()|]|\b(?:and|und|y)\b|\d", near.lstrip(" -"))[0].split()[:4])


@lru_cache(maxsize=1_000)
def _asked(name: str, words: str) -> tuple[frozenset[str], bool, bool]:
    """The units that a field may have; whether it asks for money, and whether for a count."""
    units_wanted = units.wanted(name, words)
    money = bool(MONEY.search(name) or (not units_wanted and MONEY.search(words)))
    return units_wanted, money and not re.search(r"percent|%", words), _QUANTITY.search(words) is not None


def _fits_number(field: Field, value: Candidate, beside: float) -> float:
    """How well the unit, the currency and the kind of number suit the field."""
    units_wanted, money, count = _asked(spoken(field.name), field.words)
    score = _MONEY * (money and value.money) - _MONEY * (money and value.unit is not None)
    score -= 0.8 * (value.money and not money)
    if units_wanted:
        score += _UNIT if value.unit in units_wanted else -_UNIT if value.unit else -0.1
    elif value.unit and not beside and not count:
        score -= 0.3
    score += _COUNTED * (count and not value.money)
    return score - 2.0 * (field.whole and not float(value.value).is_integer())


def _shaped(one: _Wanted, value: Candidate) -> float:
    """More where the id has the shape of an example in the description, less where it has another one."""
    example = re.search(r"\b(?:[A-Z]{1,6}[-_]?\d[\w-]*|[A-Z]{1,6}[-_])(?=\W|$)", one.description)
    if example is None:
        return 0.0
    text = str(value.value).upper()
    if example[0].endswith(("-", "_")):
        count = re.search(rf"{_COUNT}\s+(?:digits|figures|numbers)", one.description, re.IGNORECASE)
        digits = rf"\d{{{_NUMBER[count[1].lower()]}}}" if count else r"[\w-]+"
        same = re.fullmatch(re.escape(example[0]) + digits, text) is not None
    else:
        same = _shape(text) == _shape(example[0]) or re.sub("9+", "9", _shape(text)) == _shape(example[0])
    return _SHAPE if same else -1.5


_NUMBER = {**{str(n): n for n in range(1, 20)}, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_COUNT = rf"\b({'|'.join(_NUMBER)})"


def _shape(text: str) -> str:
    return re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", text.upper()))


_ID_NOUN = re.compile(
    r"\b(order|serial|invoice|customer|client|ticket|policy|part|sku|article|error|code|tracking|return|rma|shipment|"
    r"parcel|repair|case|booking|flight|account|iban|member|registration|model|batch|version|warranty|report|item)\b"
    r"[\w .:#()]{0,12}$",
    re.IGNORECASE,
)


def _is_anothers(field: Field, value: Candidate, text: str) -> bool:
    """Whether the word before the id names another kind of id: "serial BO-7" is no order number."""
    noun = _ID_NOUN.search(_before(value, text))
    return noun is not None and noun[1].lower() not in field.words
