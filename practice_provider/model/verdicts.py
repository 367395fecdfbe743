"""A judge's verdict as JSON: each field of the schema whose name speaks of judging gets its part of the verdict.

A verdict, a score within the field's bounds, the better of two, a reason, and a mark for each criterion that checks.py
knows. Fields with other names are left to filling.py. Names are matched, descriptions are not read.
Source for marks by criterion: Liu et al., G-Eval, https://arxiv.org/abs/2303.16634
"""

import json
import re
from dataclasses import replace
from typing import Any

from . import schema as schemas
from .checks import failed
from .fields import Source
from .filling import fill
from .judge import Case, Judgement, judge, score_of
from .mind import Mind
from .schema import Schema

_MEANINGS = {  # what options of an enum mean
    True: re.compile(r"pass(?:ed|es)?|yes|true|good|right|correct|accept(?:ed|able)?|ok", re.IGNORECASE),
    False: re.compile(r"fail(?:ed|s)?|no|false|bad|wrong|incorrect|reject(?:ed)?|not[ _]ok", re.IGNORECASE),
    "A": re.compile(r"(?:(?:answer|response)[ _]?)?(?:a|1)|first", re.IGNORECASE),
    "B": re.compile(r"(?:(?:answer|response)[ _]?)?(?:b|2)|second", re.IGNORECASE),
    "tie": re.compile(r"tie|draw|equal|same|both|neither", re.IGNORECASE),
}
_CRITERIA = (  # (name of the field, the checks that speak of it, whether the likeness counts too)
    (r"(?:is_)?(?:right|correct(?:ness)?|accura(?:te|cy)|factual(?:ity)?)", ("numbers", "negation"), True),
    (r"(?:is_)?(?:complete(?:ness)?|coverage)", ("complete",), False),
    (r"(?:is_)?(?:grounded(?:ness)?|faithful(?:ness)?|supported)", ("support", "numbers"), False),
    (r"(?:is_)?(?:polite(?:ness)?|tone|manners)", ("manners",), False),
)
_VERDICT = r"verdict|passed|pass|decision|judge?ment|result|label|(?:is_)?(?:good|acceptable)|outcome"
_SCORE = r"(?:overall_|total_)?(?:score|grade|rating|mark)|confidence"
_HALF = 0.5
_BETTER = r"better|winner|choice|preferred|preference|best"
_REASON = r"reason(?:ing|s)?|explanation|rationale|evidence|comment|justification|why|thoughts?|critique|feedback"


def told(schema: Schema, case: Case, mind: Mind) -> str | None:
    """Give the schema filled with the verdict, as JSON; None where no field of it speaks of judging.

    Raises:
        Fault: "bad_request" for a schema that is not supported.
    """
    values = known(schema, case, mind)
    if not values:
        return None
    source = Source(f"{case.question}\n{case.answer}".strip(), mind)
    return json.dumps(fill(schema, source, values).value, ensure_ascii=False)


def known(schema: Schema, case: Case, mind: Mind) -> dict[str, Any]:
    """The values for the fields of an object schema that speak of judging; none where none does."""
    fields = schemas.resolve(schema, schema).get("properties", {})
    resolved = {name: _plain(one, schema) for name, one in fields.items()}
    case = replace(case, verdict="pair" if case.second else "pass")
    found = judge(case, mind)
    values = {name: _value(name, one, case, found, mind) for name, one in resolved.items()}
    return {name: value for name, value in values.items() if value is not None}


def _plain(field: Any, root: Schema) -> Schema:
    """A field's schema without its references and without the null that an optional field may be."""
    whole = schemas.resolve(field, root)
    branches = [schemas.resolve(one, root) for one in (*whole.get("anyOf", ()), *whole.get("oneOf", ()))]
    return next((one for one in branches if schemas.types(one) != ["null"]), whole)


def _value(name: str, field: Schema, case: Case, found: Judgement, mind: Mind) -> Any:
    plain = name.lower().replace("-", "_")
    criterion = next((row for row in _CRITERIA if re.fullmatch(row[0], plain)), None)
    if re.fullmatch(_REASON, plain):
        return found.evidence
    if re.fullmatch(f"{_BETTER}|{_VERDICT}", plain) and case.second:
        return next((option for option in field.get("enum", ()) if _means(option, found.verdict)), found.verdict)
    if re.fullmatch(_SCORE, plain):
        return _fitted(field, case, found.score)
    if criterion is not None and not case.second:
        return _fitted(field, case, _mark(case, criterion[1], criterion[2], mind))
    if re.fullmatch(_VERDICT, plain):
        return _fitted(field, case, float(found.verdict == "pass"))
    return None


def _mark(case: Case, checked: tuple[str, ...], likeness: bool, mind: Mind) -> float:
    """1.0 where nothing speaks against the answer; the likeness to the reference counts for being right."""
    wrong = failed(frozenset(checked), case.answer, case.evidence(), mind)
    if wrong:
        return 0.0
    return min(1.0, score_of(case, case.answer, mind)[0] + 0.2) if likeness else 1.0


def _fitted(field: Schema, case: Case, share: float) -> Any:
    """A share from 0 to 1 as the field's own kind of value; the prompt's scale where the field has no bounds."""
    share, kinds, options = max(0.0, min(1.0, share)), schemas.types(field), list(field.get("enum", ()))
    if options and all(isinstance(option, int | float) for option in options):
        ordered = sorted(options)
        return ordered[round(share * (len(ordered) - 1))]
    if options:
        return next((option for option in options if _means(option, share >= _HALF)), None)
    if "boolean" in kinds:
        return share >= _HALF
    if "integer" in kinds or "number" in kinds:
        low, high = field.get("minimum", case.low), field.get("maximum", case.high)
        value = low + share * (high - low)
        return round(value, 2) if "minimum" in field and "number" in kinds else round(value)
    return "pass" if share >= _HALF else "fail"


def _means(option: object, meaning: bool | str) -> bool:
    return _MEANINGS[meaning].fullmatch(str(option)) is not None
