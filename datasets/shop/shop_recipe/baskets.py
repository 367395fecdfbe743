"""What people put into the basket: a machine with this and that, or consumables and parts for the machine they own."""

from __future__ import annotations

from datetime import date

from shop_recipe.catalogue import PRODUCTS, is_sold
from shop_recipe.dice import Dice
from shop_recipe.people import Customer

MACHINE_MIX = {"one": 46, "duo": 19, "grind": 22, "froth": 7, "pour": 5}  # Pro 1: businesses only
PRO_AMONG_BUSINESS = 22
SKU_OF_FAMILY = {
    "one": ("BL-ONE", "BL-ONE23"),
    "duo": ("BL-DUO",),
    "grind": ("BL-GRD", "BL-GRD23"),
    "froth": ("BL-FRO",),
    "pour": ("BL-POU",),
    "pro": ("BL-PRO",),
}
LETTER = {"one": "O", "duo": "D", "grind": "G", "froth": "F", "pour": "U", "pro": "P"}

# How often a consumable or part is bought by somebody whose machine it fits. Leaders: descaler and cartridges.
POPULARITY = {
    "BL-D4": 300, "BL-F3": 190, "BL-F1": 110, "BL-M1": 70, "BL-W10": 34, "BL-S54": 52, "BL-S58": 160, "BL-S60": 60,
    "BL-R20": 26, "BL-T1": 22, "BL-T4": 18, "BL-TG1": 12, "BL-TS1": 20, "BL-K14": 26, "BL-K16": 16, "BL-K24": 16,
    "BL-SC5": 14, "BL-DT1": 12, "BL-DT2": 12, "BL-PF4": 10, "BL-PF8": 8, "BL-PF9": 16, "BL-PG1": 10, "BL-BK1": 10,
    "BL-BK2": 16, "BL-BK3": 8, "BL-BK4": 12, "BL-BW4": 18, "BL-TA4": 20, "BL-TA8": 22, "BL-J35": 20, "BL-J60": 16,
    "BL-SCL": 20, "BL-KB1": 16, "BL-P7": 9, "BL-PA1": 8, "BL-B40": 60, "BL-B38": 90, "BL-GH1": 34, "BL-GC1": 40,
    "BL-G1": 90, "BL-C2": 20, "BL-FW1": 90, "BL-FJ1": 40, "BL-UJ1": 60, "BL-UP1": 260, "BL-F10": 200, "BL-PH1": 12,
    "BL-PR1": 12, "BL-PD1": 10,
}  # fmt: skip
WITH_A_MACHINE = ("BL-F3", "BL-D4", "BL-J35", "BL-J60", "BL-SCL", "BL-KB1", "BL-W10", "BL-M1", "BL-TA4", "BL-TA8")
# Parts of one generation only.
GENERATION = {"BL-K14": "BL-ONE23", "BL-K16": "BL-ONE", "BL-B38": "BL-GRD23", "BL-B40": "BL-GRD", "BL-GH1": "BL-GRD"}
HARDNESS_FACTOR = {"H1": 4, "H2": 10, "H4": 17}
AGAINST_LIMESCALE = frozenset({"BL-D4", "BL-F1", "BL-F3"})

Basket = list[tuple[str, int]]


def machine_on_sale(family: str, day: date) -> str | None:
    """Return the SKU under which this machine was sold on this day, if it was."""
    return next((sku for sku in SKU_OF_FAMILY[family] if is_sold(sku, day)), None)


def draw_machine(dice: Dice, day: date, is_business: bool) -> str:
    """Return the SKU of a machine that was sold on this day."""
    mix = dict(MACHINE_MIX)
    if is_business:
        mix["pro"] = PRO_AMONG_BUSINESS
    on_sale = [(sku, weight) for family, weight in mix.items() if (sku := machine_on_sale(family, day))]
    return dice.weighted([sku for sku, _ in on_sale], [weight for _, weight in on_sale])


def machine_basket(dice: Dice, customer: Customer, day: date) -> Basket:
    """Return a basket that holds a machine; businesses sometimes take several."""
    sku = draw_machine(dice, day, customer.is_business)
    several = customer.is_business and sku in ("BL-ONE", "BL-DUO") and dice.happens(1500)
    basket = [(sku, dice.weighted((2, 3, 4, 5, 6, 10), (40, 22, 14, 12, 8, 4)) if several else 1)]
    grinder = machine_on_sale("grind", day)
    if PRODUCTS[sku].family in ("one", "duo") and grinder and dice.happens(450):
        basket.append((grinder, 1))
    if dice.happens(3600):
        basket += parts_for(dice, [sku], customer.hardness, day, 1, WITH_A_MACHINE)
    return basket


def parts_basket(dice: Dice, owned: list[str], customer: Customer, day: date) -> Basket:
    """Return a basket of consumables and parts for the machines that the customer owns."""
    return parts_for(dice, owned, customer.hardness, day, dice.weighted((1, 2, 3), (62, 28, 10)), tuple(POPULARITY))


def parts_for(
    dice: Dice, owned: list[str], hardness: str, day: date, count: int, candidates: tuple[str, ...]
) -> Basket:
    """Return up to `count` different things out of the candidates that fit the machines owned."""
    letters = {LETTER[PRODUCTS[sku].family] for sku in owned}
    weights = {
        sku: POPULARITY[sku] * (HARDNESS_FACTOR[hardness] if sku in AGAINST_LIMESCALE else 10)
        for sku in candidates
        if is_sold(sku, day)
        and letters & set(PRODUCTS[sku].fits)
        and (sku not in GENERATION or GENERATION[sku] in owned)
    }
    basket: Basket = []
    while weights and len(basket) < count:
        sku = dice.weighted(list(weights), list(weights.values()))
        del weights[sku]
        quantity = dice.weighted((1, 2, 3), (76, 19, 5)) if PRODUCTS[sku].family == "consumable" else 1
        basket.append((sku, quantity))
    return basket
