"""Reads a postal address that stands in a text without labels: parts between commas or line ends, told apart by shape.

The street is the part with a house number, the postcode a short code with digits, the country a known name; the town
stands with the postcode or next to it, the name before the street. Compare https://www.upu.int/en/postal-solutions/programmes-services/addressing-solutions
"""

import re
from collections.abc import Mapping

from . import aliases

_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d|"
    r"\d{4} ?[A-Z]{2}|\d{5}(?:-\d{4})?)\b"
)
_STREET = re.compile(
    r"\b\d{1,4}[a-zA-Z]?\s+(?:[A-ZÄÖÜ][\w'’.-]*\s*){1,4}$|^(?:[A-ZÄÖÜ][\w'’.ß-]*\s+){1,4}\d{1,4}[a-zA-Z]?$"
)
_NAME = re.compile(r"(?:[A-ZÄÖÜÉÁ][\w'’.-]+\s?){1,4}$")
_ROLES: Mapping[str, str] = {
    "name": r"^(?:full )?name$|recipient|addressee",
    "street": r"street|line ?1|address line",
    "town": r"town|city|place",
    "postcode": r"post ?code|zip|postal code",
    "country": r"country",
}


def roles(fields: Mapping[str, str]) -> dict[str, str]:
    """Which field (name → its words) plays which part in an address; empty where they are no address.

    >>> roles({"street": "street", "city": "city", "zip": "zip"})
    {'street': 'street', 'town': 'city', 'postcode': 'zip'}
    """
    found = {
        role: name
        for role, says in _ROLES.items()
        for name, words in reversed(list(fields.items()))
        if re.search(says, words)
    }
    return found if {"street", "postcode"} <= set(found) or {"street", "town"} <= set(found) else {}


def read(text: str) -> dict[str, str]:
    """Give the parts of the last address in the text by their role.

    >>> read("Send it to: Ann Lee, 8a Castle Road, Elmby ZZ2 9KL, Ireland.")["town"]
    'Elmby'
    """
    parts = [part.strip(" .:") for part in re.split(r"[,\n;:]|\.\s+", text)]
    parts = [part for part in parts if part]
    place = max((i for i, part in enumerate(parts) if _STREET.search(part)), default=None)
    if place is None:
        return {}
    found = {"street": _STREET.search(parts[place])[0].strip()}  # type: ignore[index]  # it matched above
    before = _NAME.search(parts[place - 1]) if place else None
    if before:
        found["name"] = before[0].strip()
    return found | _after(parts[place + 1 : place + 5])


def _after(parts: list[str]) -> dict[str, str]:
    """What follows the street: town, postcode and country, in any order."""
    found: dict[str, str] = {}
    for part in parts:
        code = _POSTCODE.search(part)
        if code and "postcode" not in found:
            found["postcode"] = code[0]
            part = part.replace(code[0], "").strip()
        if not part:
            continue
        if any(re.fullmatch(rf"(?:the )?(?:{names})|{key}", part, re.I) for key, names in aliases.COUNTRIES.items()):
            found.setdefault("country", part)
        elif re.fullmatch(r"[A-ZÄÖÜÉÁ][\w'’-]*(?: [\w'’-]+){0,3}", part):
            found.setdefault("town", part)
    return found
