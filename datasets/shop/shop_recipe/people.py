"""Customers: 24,000 rows from C-10001 to C-34000, named ones first (WORLD sections 7 and 9)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from shop_recipe import names
from shop_recipe.dice import Dice

FIRST_ID, LAST_ID = 10001, 34000
BUSINESS_PER_10_000 = 500
# Country and its weight among customers who came before the shop closed for Germany and Spain (H13), and since.
COUNTRIES_BEFORE = (("GB", "IE", "DE", "ES"), (8555, 780, 415, 250))
COUNTRIES_SINCE = (("GB", "IE"), (9170, 830))
CLOSED_FOR_EUROPE = datetime(2025, 6, 30)


@dataclass(frozen=True)
class Customer:
    """One row of the table `customers`."""

    customer_id: str
    name: str
    email: str
    phone: str | None
    street: str
    town: str
    postcode: str
    country: str
    language: str
    is_business: bool
    company: str | None
    created_at: datetime
    newsletter: bool

    @property
    def hardness(self) -> str:
        """The hardness of the customer's water, H1 to H4; outside the UK H2."""
        if self.country != "GB":
            return "H2"
        return "H4" if self.postcode[2] in "123" else "H2" if self.postcode[2] in "456" else "H1"


def draw_country(dice: Dice, moment: datetime) -> str:
    """Return the country of somebody who first comes at this moment."""
    countries, weights = COUNTRIES_BEFORE if moment < CLOSED_FOR_EUROPE else COUNTRIES_SINCE
    return dice.weighted(countries, weights)


def make_customer(
    number: int, country: str, created_at: datetime, taken_emails: set[str], is_business: bool | None = None
) -> Customer:
    """Return the customer with this number; the address, name and firm depend on the number and the country alone."""
    dice = Dice(f"customer/{number}")
    first, last = _name(dice, country)
    business = dice.happens(BUSINESS_PER_10_000) if is_business is None else is_business
    company = f"{dice.one_of(names.FIRM_FIRST)} {dice.one_of(names.FIRM_KIND)}" if business else None
    street, town, postcode = _address(dice, country)
    return Customer(
        customer_id=f"C-{number}",
        name=company or f"{first} {last}",
        email=_email(dice, first, last, company, taken_emails),
        phone=f"07700 900{dice.below(1000):03}" if country == "GB" and dice.happens(7200) else None,
        street=street,
        town=town,
        postcode=postcode,
        country=country,
        language={"DE": "de", "ES": "es"}.get(country, "en"),
        is_business=business,
        company=company,
        created_at=created_at,
        newsletter=dice.happens(3100),
    )


def named_customer(number: int, row: Mapping[str, str], created_at: datetime, taken_emails: set[str]) -> Customer:
    """Return a customer whose name, e-mail, country and postcode a file of named orders gives."""
    is_business = "business" in row["note"].lower() or "business" in row["customer_name"].lower()
    name = row["customer_name"].replace("(business)", "").strip()
    drawn = make_customer(number, row["country"], created_at, set(), is_business)
    postcode = row["postcode"] if " " in row["postcode"] or row["country"] in ("DE", "ES") else drawn.postcode
    if row["country"] == "GB" and not postcode.startswith(row["postcode"][:3]):
        postcode = row["postcode"][:3] + postcode[3:]
    town = names.TOWN_OF_AREA.get(postcode[:3], drawn.town) if row["country"] == "GB" else drawn.town
    taken_emails.add(row["email"])
    company = name if is_business else None
    return replace(drawn, name=name, company=company, email=row["email"], postcode=postcode, town=town)


def _name(dice: Dice, country: str) -> tuple[str, str]:
    firsts, lasts = {
        "IE": (names.FIRST_NAMES_IRELAND, names.SURNAMES_IRELAND),
        "DE": (names.FIRST_NAMES_GERMANY, names.SURNAMES_GERMANY),
        "ES": (names.FIRST_NAMES_SPAIN, names.SURNAMES_SPAIN),
    }.get(country, (names.FIRST_NAMES, names.SURNAMES_FAR if dice.happens(1800) else names.SURNAMES))
    first, last = dice.one_of(firsts), dice.one_of(lasts)
    if country == "ES":
        last = f"{last} {dice.one_of(lasts)}"
    return first, last


def _address(dice: Dice, country: str) -> tuple[str, str, str]:
    number = dice.between(1, 148)
    if country == "GB":
        area = f"ZZ{dice.between(1, 9)}"
        postcode = f"{area} {dice.between(1, 9)}{_letters(dice, 2)}"
        return f"{number} {dice.one_of(names.STREETS_UK)}", names.TOWN_OF_AREA[area], postcode
    town = dice.one_of(names.TOWNS_ABROAD[country])
    if country == "IE":
        code = f"Z{dice.between(10, 99)} {_letters(dice, 1)}{dice.between(10, 99)}{_letters(dice, 1)}"
        return f"{number} {dice.one_of(names.STREETS_IRELAND)}", town, code
    if country == "DE":
        return f"{dice.one_of(names.STREETS_GERMANY)} {number}", town, f"00{dice.between(100, 999)}"
    return f"{dice.one_of(names.STREETS_SPAIN)}, {number}", town, f"99{dice.between(100, 999)}"


def _letters(dice: Dice, count: int) -> str:
    return "".join(dice.one_of("ABDEFGHJLNPQRSTUWXYZ") for _ in range(count))


def _email(dice: Dice, first: str, last: str, company: str | None, taken: set[str]) -> str:
    first, last = _plain(first), _plain(last)
    if company:
        host = _plain(company) + ".example"
        local = dice.one_of((first, f"{first}.{last}", "office", "orders", "accounts"))
    else:
        host = dice.one_of(("mail.example", "post.example", "inbox.example"))
        local = dice.one_of(
            (f"{first}.{last}", f"{first}.{last}", f"{first[0]}.{last}", f"{last}.{first}", f"{first}{last}")
        )
    email, number = f"{local}@{host}", 1
    while email in taken:
        number += dice.between(1, 40)
        email = f"{local}{number}@{host}"
    taken.add(email)
    return email


def _plain(text: str) -> str:
    """Return lower-case letters a to z.

    >>> _plain("Siân O-Keevane")
    'sianokeevane'
    """
    text = text.replace("ß", "ss").replace("ı", "i")
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).lower() if sign.isascii() and sign.isalpha())
