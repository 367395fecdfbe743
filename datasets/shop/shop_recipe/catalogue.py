"""What Brewline sells and what it cost on a day: prices, delivery, discounts, deductions (WORLD sections 2, 4 and 5).

All money is in whole pence or cents. The prices, rules and days are those of `datasets/WORLD.md`; the weight of parts
and the number in stock stand nowhere else and belong to this table alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MACHINES = ("one", "duo", "grind", "pro", "froth", "pour")
OPENED = date(2023, 11, 16)


@dataclass(frozen=True)
class Product:
    """One row of the table `products`; prices in pence and cents, None for parts that only the workshop uses."""

    sku: str
    name: str
    family: str
    price_gbp: int | None
    price_eur: int | None
    weight_g: int
    sold_from: date
    sold_to: date | None
    stock: int
    reorder_on: date | None
    fits: str  # letters of WORLD section 3; not a column


def euro(pence: int) -> int:
    """Return price × 1.17, rounded up to the next ten cents.

    >>> euro(1400), euro(950)
    (1640, 1120)
    """
    return -(-pence * 117 // 1000) * 10


def _day(text: str) -> date:
    return date.fromisoformat(text)


_MACHINES = """
BL-ONE    | Brewline One            | one   | 34900  | 40900  | 5100  | 2024-07-08 |            | 412
BL-DUO    | Brewline Duo            | duo   | 89900  | 104900 | 12200 | 2023-09-04 |            | 138
BL-GRD    | Brewline Grind          | grind | 17900  | 20900  | 3100  | 2024-06-10 |            | 260
BL-PRO    | Brewline Pro            | pro   | 234000 | 279000 | 31000 | 2025-03-03 |            | 9
BL-FRO    | Brewline Froth          | froth | 7900   | 9200   | 1200  | 2024-10-07 |            | 173
BL-POU    | Brewline Pour           | pour  | 13900  | 16200  | 2600  | 2025-09-01 |            | 121
BL-ONE23  | Brewline One (2023)     | one   | 29900  | 34900  | 4900  | 2023-03-06 | 2024-07-05 | 0
BL-GRD23  | Brewline Grind (2023)   | grind | 14900  | 17500  | 2900  | 2023-06-05 | 2024-06-07 | 0
"""

# sku | name | family | pence | grams | first day or the machine that it came with | stock | fits
_PARTS = """
BL-D4  | Brewline Descaler, 4 sachets             | consumable | 1400  | 160  | shop  | 2310 | ODPU
BL-M1  | Milk-system cleaner, 0.5 litres          | consumable | 900   | 560  | shop  | 804  | ODPF
BL-C2  | Group-head brush and blind basket, 58 mm | accessory  | 1200  | 140  | shop  | 211  | DP
BL-G1  | Grinder brush and cleaning stick         | accessory  | 600   | 60   | shop  | 340  | G
BL-W10 | Water test strips, pack of ten           | consumable | 400   | 20   | shop  | 1265 | ODPGFU
BL-F1  | Filter cartridge                         | consumable | 1200  | 110  | shop  | 1902 | OD
BL-F3  | Three filter cartridges BL-F1            | consumable | 3000  | 330  | shop  | 1477 | OD
BL-F10 | Inlet filter                             | consumable | 6800  | 900  | pro   | 64   | P
BL-K14 | Tank 1.4 litres, with float              | part       | 2400  | 480  | shop  | 40   | O
BL-K16 | Tank 1.6 litres, with float              | part       | 2400  | 510  | one   | 388  | O
BL-K24 | Tank 2.4 litres, with float              | part       | 2900  | 640  | shop  | 157  | D
BL-R20 | Tank O-ring                              | part       | 350   | 10   | shop  | 930  | OD
BL-S54 | Seal kit 54 mm                           | part       | 900   | 50   | shop  | 655  | O
BL-S58 | Seal kit 58 mm                           | part       | 1100  | 110  | shop  | 402  | D
BL-S60 | Seal kit for the Pro                     | part       | 1500  | 120  | pro   | 58   | P
BL-SC5 | Shower screen 54 mm                      | part       | 700   | 60   | shop  | 226  | O
BL-T1  | Steam tip set, one hole                  | part       | 800   | 30   | shop  | 318  | O
BL-T4  | Steam tip set, four holes                | part       | 800   | 30   | shop  | 274  | DP
BL-TG1 | Rubber grip for the steam wand           | part       | 400   | 20   | shop  | 451  | ODP
BL-TS1 | Tip seals, pack of five                  | part       | 300   | 10   | shop  | 702  | ODP
BL-DT1 | Drip tray 0.8 litres with float          | part       | 1600  | 420  | shop  | 143  | O
BL-DT2 | Drip tray 1.2 litres with float          | part       | 2200  | 560  | shop  | 0    | D
BL-PF4 | Portafilter 54 mm, two spouts            | part       | 3200  | 430  | shop  | 96   | O
BL-PF8 | Portafilter 58 mm, two spouts            | part       | 4200  | 580  | shop  | 88   | DP
BL-PF9 | Portafilter 58 mm, bottomless            | accessory  | 4800  | 540  | shop  | 71   | DP
BL-PG1 | Portafilter handle, with screw           | part       | 1400  | 130  | shop  | 164  | ODP
BL-BK1 | Single basket 54 mm, 8 g                 | part       | 800   | 30   | shop  | 205  | O
BL-BK2 | Double basket 54 mm, 14 g                | part       | 900   | 40   | shop  | 298  | O
BL-BK3 | Single basket 58 mm, 9 g                 | part       | 900   | 40   | shop  | 133  | DP
BL-BK4 | Double basket 58 mm, 18 g                | part       | 1100  | 50   | shop  | 190  | DP
BL-BW4 | Double-wall basket 54 mm                 | accessory  | 1200  | 60   | shop  | 240  | O
BL-TA4 | Steel tamper 54 mm                       | accessory  | 2400  | 390  | shop  | 119  | O
BL-TA8 | Steel tamper 58 mm                       | accessory  | 2600  | 450  | shop  | 107  | DP
BL-J35 | Milk jug 350 ml                          | accessory  | 1500  | 210  | shop  | 277  | ODPGFU
BL-J60 | Milk jug 600 ml                          | accessory  | 1900  | 290  | shop  | 231  | ODPGFU
BL-SCL | Scale with timer, 0.1 g, up to 2 kg      | accessory  | 3900  | 520  | shop  | 182  | ODPGFU
BL-KB1 | Knock box                                | accessory  | 2100  | 760  | shop  | 126  | ODPGFU
BL-P1  | Power lead for the One                   | part       | 1800  | 190  | shop  | 35   | W
BL-P7  | Power lead, removable, UK plug           | part       | 1400  | 240  | shop  | 365  | D
BL-PA1 | Plug adapter set EU                      | accessory  | 600   | 90   | shop  | 0    | ODGFU
BL-B40 | Burr set, 31 settings                    | part       | 3900  | 170  | grind | 148  | G
BL-B38 | Burr set for the 2023 model              | part       | 3400  | 160  | shop  | 85   | G
BL-GH1 | Hopper 250 g with lid                    | part       | 1900  | 260  | grind | 117  | G
BL-GC1 | Dosing cup                               | accessory  | 900   | 110  | shop  | 203  | G
BL-FW1 | Two whisks (froth, heat)                 | part       | 700   | 20   | froth | 266  | F
BL-FJ1 | Frother jug with lid                     | part       | 1800  | 380  | froth | 92   | F
BL-UJ1 | Glass jug 1.25 litres                    | part       | 2200  | 540  | pour  | 104  | U
BL-UP1 | Paper filters, 100                       | consumable | 500   | 140  | pour  | 690  | U
BL-PH1 | Inlet hose 3/4 inch, 1.5 m               | part       | 2600  | 470  | pro   | 31   | P
BL-PR1 | Pressure reducer                         | part       | 4400  | 620  | pro   | 22   | P
BL-PD1 | Drain hose, 2 m                          | part       | 1700  | 350  | pro   | 40   | P
BL-PK1 | Yearly service kit, with visit           | part       | 26000 | 1400 | pro   | 6    | W
"""

# Fitted by the workshop and never sold: no price.
_WORKSHOP = """
BL-N1 brewing sensor|BL-N2 steam sensor|BL-N3 level probe|BL-H1 heater for the One|BL-H2 brewing heater
BL-H3 steam heater|BL-U1 pump for the One|BL-U2 pump for Duo and Pro|BL-V2 safety valve|BL-V3 steam valve
BL-PV1 inlet valve|BL-E1 board for the One|BL-E2 board for Duo and Pro
BL-E3 buttons|BL-GM1 grinder motor|BL-B41 burr carrier
"""

_SINCE = {
    "shop": OPENED,
    "one": _day("2024-07-08"),
    "grind": _day("2024-06-10"),
    "froth": _day("2024-10-07"),
    "pour": _day("2025-09-01"),
    "pro": _day("2025-03-03"),
}


def products() -> dict[str, Product]:
    """Return all products by SKU, machines first."""
    found: dict[str, Product] = {}
    for row in _MACHINES.strip().splitlines():
        sku, name, family, gbp, eur, grams, first, last, stock = (cell.strip() for cell in row.split("|"))
        last_day = _day(last) if last else None
        found[sku] = Product(
            sku, name, family, int(gbp), int(eur), int(grams), _day(first), last_day, int(stock), None, ""
        )
    for row in _PARTS.strip().splitlines():
        sku, name, family, gbp, grams, since, stock, fits = (cell.strip() for cell in row.split("|"))
        last_day = _day("2025-06-29") if sku == "BL-PA1" else None
        back = _day("2026-12-07") if sku == "BL-DT2" else None
        eur_cents = euro(int(gbp))
        found[sku] = Product(
            sku, name, family, int(gbp), eur_cents, int(grams), _SINCE[since], last_day, int(stock), back, fits
        )
    for cell in _WORKSHOP.strip().replace("\n", "|").split("|"):
        sku, name = cell.split(" ", 1)
        found[sku] = Product(sku, name[0].upper() + name[1:], "part", None, None, 300, OPENED, None, 24, None, "W")
    return found


PRODUCTS = products()
MACHINE_OF_SKU = {sku: product.family for sku, product in PRODUCTS.items() if product.family in MACHINES}

# Until the day before: (GBP, EUR). H33 and H34.
_OLD_PRICES = {
    "BL-ONE": (_day("2025-10-01"), 32900, 38500),
    "BL-DUO": (_day("2025-10-01"), 84900, 99500),
    "BL-D4": (_day("2026-03-02"), 1200, euro(1200)),
}


def is_sold(sku: str, day: date) -> bool:
    """Return whether the shop sold this product on this day."""
    product = PRODUCTS[sku]
    return "W" not in product.fits and product.sold_from <= day and (product.sold_to is None or day <= product.sold_to)


def unit_price(sku: str, currency: str, day: date) -> int:
    """Return the price of one piece on the day of the order, with VAT.

    >>> unit_price("BL-ONE", "GBP", date(2025, 9, 30)), unit_price("BL-ONE", "GBP", date(2025, 10, 1))
    (32900, 34900)
    """
    changed_on, gbp, eur = _OLD_PRICES.get(sku, (OPENED, 0, 0))
    if day >= changed_on:
        product = PRODUCTS[sku]
        if product.price_gbp is None or product.price_eur is None:
            raise ValueError(f"{sku} is a workshop part and is not sold: take it out of the order")
        gbp, eur = product.price_gbp, product.price_eur
    return gbp if currency == "GBP" else eur


def delivery_price(service: str, currency: str, day: date, goods: int, pallets: int = 0) -> int:
    """Return what the delivery of goods of this value cost on this day (H12, H13, H15, H16).

    >>> delivery_price("standard", "GBP", date(2026, 11, 12), 2500)
    495
    """
    if service == "standard":
        price, free_from = (495, 6000) if day >= _day("2025-10-01") else (395, 5000)
        return 0 if goods >= free_from else price
    if service == "express":
        return 995 if day >= _day("2025-10-01") else 895
    if service == "ireland":
        dear = day >= _day("2026-03-02")
        return {"GBP": 1250 if dear else 950, "EUR": 1470 if dear else 1120}[currency]
    if service == "europe":
        return 0 if goods >= 30000 else 1490
    return {"GBP": 8500, "EUR": euro(8500)}[currency] if pallets < 2 else 0


def business_discount(machines: int, goods: int, day: date) -> int:
    """Return what a business saves on machines worth `goods` (H20).

    >>> business_discount(5, 5 * 34900, date(2026, 11, 9))
    13960
    """
    steps = ((10, 12), (5, 8)) if day >= _day("2026-10-12") else ((5, 5),)
    percent = next((percent for count, percent in steps if machines >= count), 0)
    return (goods * percent + 50) // 100


def return_deduction(families: set[str], currency: str, day: date) -> int:
    """Return what a change of mind costs for goods ordered on this day (H8, H9): the dearest family counts."""
    dear = day >= _day("2026-07-30")
    pence = {"duo": 1450 if dear else 1250, "one": 950 if dear else 750, "froth": 650, "pour": 650, "part": 350}
    pence["grind"] = pence["one"]
    cost = max(pence.get(family, 350) for family in families)
    return cost if currency == "GBP" else euro(cost)
