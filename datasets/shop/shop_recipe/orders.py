"""Who orders what: turns moments into orders; adds the night of the price error (K8) and the double charge (K10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from shop_recipe import problems
from shop_recipe.baskets import Basket, draw_machine, machine_basket, parts_basket
from shop_recipe.catalogue import MACHINE_OF_SKU, business_discount, delivery_price, unit_price
from shop_recipe.clock import utc
from shop_recipe.demand import Moment, order_moments
from shop_recipe.dice import Dice
from shop_recipe.people import CLOSED_FOR_EUROPE, FIRST_ID, LAST_ID, Customer, draw_country, make_customer
from shop_recipe.records import Line, Order

FIRST_ORDER, LAST_ORDER = 10000, 59999
FIRST_FREE_ORDER = 14500  # below are the ranges of named orders: what must not be replaced keeps out of them
MACHINE_PER_10_000 = {True: 6450, False: 1540}  # for a customer's first order and for later ones: 38 % in all


class Shop:
    """The customers so far and what they own."""

    def __init__(self, named: dict[str, Customer], named_emails: set[str]) -> None:
        self.emails = set(named_emails)
        self.customers: dict[str, Customer] = dict(named)
        self.owned: dict[str, list[str]] = {}
        self.regulars: list[Customer] = []
        numbers = [number for number in range(FIRST_ID, LAST_ID + 1) if f"C-{number}" not in named]
        self.numbers = Dice("customer numbers").shuffled(numbers)
        self.dice = Dice("who")

    def newcomer(self, moment: datetime, country: str | None = None) -> Customer:
        """Return a new customer who signed up at this moment or some weeks before it."""
        country = country or draw_country(self.dice, moment)
        if self.dice.happens(1500):
            early = moment - timedelta(days=self.dice.between(2, 60))
            moment = max(early, datetime(2023, 11, 16))
        else:
            moment -= timedelta(minutes=self.dice.between(2, 15))
        customer = make_customer(self.numbers.pop(), country, moment, self.emails)
        self.customers[customer.customer_id] = customer
        self.regulars.append(customer)
        return customer

    def regular(self, moment: datetime) -> Customer:
        """Return somebody who is a customer already, and whose country is still served."""
        while True:
            customer = self.dice.one_of(self.regulars)
            if customer.created_at < moment and (moment < CLOSED_FOR_EUROPE or customer.country in ("GB", "IE")):
                return customer


def make_orders(
    named: dict[str, Customer], named_emails: set[str], double_charged: int, price_errors: tuple[int, int]
) -> tuple[list[Order], Shop]:
    """Return 50,000 orders in order of time, without parcels, and the shop that they were made in.

    `double_charged` and `price_errors` count the named orders that K10 and K8 (delivered, cancelled) hold already.
    """
    shop = Shop(named, named_emails)
    delivered = problems.PRICE_ERROR_DELIVERED - price_errors[0]
    cancelled = problems.PRICE_ERROR_CANCELLED - price_errors[1]
    night = delivered + cancelled
    double = problems.DOUBLE_CHARGE_ORDERS - double_charged
    ids = Dice("order numbers").shuffled(range(FIRST_FREE_ORDER, LAST_ORDER + 1))
    special, rest = ids[: night + double], ids[night + double :]
    rest = Dice("more order numbers").shuffled([*range(FIRST_ORDER, FIRST_FREE_ORDER), *rest])
    moments: list[tuple[Moment, str]] = [
        (moment, "base") for moment in order_moments(len(rest), (0, 0, night + double))
    ]
    moments += [(moment, "K8") for moment in _price_error_moments(delivered, cancelled)]
    moments += [(moment, "K10") for moment in _double_charge_moments(double)]
    orders = []
    for position, (moment, kind) in enumerate(sorted(moments)):
        number = rest.pop() if kind == "base" else special.pop()
        orders.append(_order(shop, f"BL-{number}", moment, kind, position / len(moments)))
    for _ in range(len(shop.numbers)):  # those who only read the newsletter
        shop.newcomer(datetime(2023, 11, 17) + timedelta(minutes=shop.dice.below(1094 * 1440)))
    return orders, shop


def _price_error_moments(delivered: int, cancelled: int) -> Iterable[Moment]:
    dice, day = Dice("K8"), problems.PRICE_ERROR_DAY
    for _ in range(delivered):
        yield day, 180 + dice.below(20), dice.below(60)
    for _ in range(cancelled):
        yield day, 200 + dice.below(110), dice.below(60)


def _double_charge_moments(count: int) -> Iterable[Moment]:
    dice = Dice("K10")
    for _ in range(count):
        yield problems.DOUBLE_CHARGE_DAY, 620 + dice.below(85), dice.below(60)


def _order(shop: Shop, order_id: str, moment: Moment, kind: str, progress: float) -> Order:
    day, minute, second = moment
    ordered_at, dice = utc(day, minute, second), Dice(f"order/{order_id}")
    is_first = not shop.regulars or shop.dice.below(10_000) < 8000 - int(7000 * progress)
    if is_first and len(shop.numbers) > 1:
        customer = shop.newcomer(ordered_at, "GB" if kind == "K8" else None)
    else:
        customer = shop.regular(ordered_at)
    while kind == "K8" and customer.country != "GB":
        customer = shop.regular(ordered_at)
    owned = shop.owned.setdefault(customer.customer_id, [])
    basket = _basket(dice, kind, customer, day, owned, is_first)
    owned += [sku for sku, _ in basket if sku in MACHINE_OF_SKU and sku not in owned]
    return priced(order_id, customer, moment, basket, kind, dice)


def _basket(dice: Dice, kind: str, customer: Customer, day: date, owned: list[str], is_first: bool) -> Basket:
    if kind == "K8":
        return [("BL-DUO", 1)]
    if dice.happens(MACHINE_PER_10_000[is_first]):
        return machine_basket(dice, customer, day)
    if not owned:  # bought at another shop
        owned.append(draw_machine(dice, day, customer.is_business))
    return parts_basket(dice, owned, customer, day)


def priced(
    order_id: str, customer: Customer, moment: Moment, basket: Basket, kind: str, dice: Dice, service: str | None = None
) -> Order:
    """Return the order with the prices, the delivery and the discount of its day."""
    day, minute, second = moment
    currency = "GBP" if customer.country == "GB" else "EUR"
    lines = [Line(sku, quantity, unit_price(sku, currency, day)) for sku, quantity in basket]
    if kind == "K8":
        lines[0].unit_price = problems.PRICE_ERROR_PRICE
    service = service or _service(dice, customer, lines)
    order = Order(order_id, customer, day, minute, utc(day, minute, second), lines, service, currency, kind)
    pallets = sum(line.quantity for line in lines if line.family == "pro")
    order.delivery = delivery_price(service, currency, day, order.goods, pallets)
    order.discount = _discount(dice, order)
    _pay(dice, order)
    return order


def _service(dice: Dice, customer: Customer, lines: list[Line]) -> str:
    if any(line.family == "pro" for line in lines):
        return "pallet"
    if customer.country == "GB":
        return "express" if dice.happens(2000) else "standard"
    return "ireland" if customer.country == "IE" else "europe"


def _discount(dice: Dice, order: Order) -> int:
    machines = sum(line.quantity for line in order.lines if line.family)
    worth = sum(line.value for line in order.lines if line.family)
    if order.customer.is_business and machines >= 5:
        return business_discount(machines, worth, order.day)
    if order.customer.newsletter and dice.happens(900):  # newsletter voucher: 5 %, not on machines
        return ((order.goods - worth) * 5 + 50) // 100
    return 0


def _pay(dice: Dice, order: Order) -> None:
    if order.customer.is_business:
        order.payment = dice.weighted(("card", "transfer", "account"), (52, 22, 26))
        if dice.happens(5500):
            order.reference = f"PO {dice.between(1000, 9899)}"
    elif order.total <= 10000 and order.kind == "base" and dice.happens(180):
        order.payment = "voucher"
    if order.kind in ("K8", "K10"):
        order.payment = "card"
    if order.payment == "card":
        order.card_last4 = f"{dice.below(10_000):04}"
