"""Compute the shop's tables: eight Parquet files and `desk.sqlite`, from `named_orders/*.csv` and a seed.

    python datasets/shop/make.py            # writes beside this file, and SHA256SUMS
    python datasets/shop/make.py --out DIR  # writes somewhere else

It needs pyarrow (the extra `datasets`); it uses no clock and no network. The steps are explained in `shop_recipe/`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from shop_recipe import named, tables
from shop_recipe.catalogue import PRODUCTS
from shop_recipe.dice import Dice
from shop_recipe.orders import make_orders
from shop_recipe.people import Customer
from shop_recipe.records import Order
from shop_recipe.refunding import refunds_of
from shop_recipe.repairing import Machine, machines_of, repairs_of
from shop_recipe.replacing import add_free_orders, in_recall
from shop_recipe.serials import give_serials
from shop_recipe.shipping import send, send_named, shipments

HERE = Path(__file__).parent
IN_SQLITE = 500  # orders in desk.sqlite besides the named ones

Tables = dict[str, list[tables.Row]]


def compute(folder: Path) -> Tables:
    """Return the rows of all tables."""
    rows = named.read_rows(folder)
    known, emails = named.customers_of(rows)
    orders, shop = make_orders(known, emails, named.double_charged(rows), named.price_errors(rows))
    written = named.named_orders(rows, known)
    replaced = {order.order_id for order in written}
    orders = [order for order in orders if order.order_id not in replaced]
    for order in orders:
        send(order)
    for order in written:
        send_named(order)
    orders += written
    give_serials(orders)
    refunds = refunds_of(orders)
    machines = machines_of(orders)
    repairs = repairs_of(machines)
    orders, answered = add_free_orders(orders, repairs)
    for order in orders:
        if order.kind in ("K3", "K5"):
            send(order)
    orders.sort(key=lambda order: (order.ordered_at, order.order_id))
    kept = {order.order_id for order in orders}
    refunds = [refund for refund in refunds if refund.order_id in kept]
    numbers = Dice("repair numbers").shuffled([f"RP-{number:06}" for number in range(200, 9800)])
    return {
        "customers": tables.customer_rows(_since_first_order(shop.customers, orders)),
        "products": tables.product_rows(PRODUCTS.values()),
        "orders": tables.order_rows(orders),
        "order_lines": tables.line_rows(orders),
        "shipments": tables.shipment_rows(shipments(orders)),
        "refunds": tables.refund_rows(refunds),
        "warranties": tables.warranty_rows(machines, _notices(machines, answered)),
        "repairs": tables.repair_rows(repairs, numbers[: len(repairs)]),
    }


def _since_first_order(customers: dict[str, Customer], orders: list[Order]) -> list[Customer]:
    """Check that nobody ordered before signing up."""
    early = [order.order_id for order in orders if order.customer.created_at > order.ordered_at]
    if early:
        raise ValueError(f"ordered before the customer signed up: {', '.join(early[:5])}")
    return list(customers.values())


def _notices(machines: list[Machine], answered: set[str]) -> dict[str, list[str]]:
    """Return the known problems of each machine; `K5` is open, `K5 answered` has the new lead."""
    notices: dict[str, list[str]] = {}
    for machine in machines:
        found = [machine.batch] if machine.batch else []
        if machine.sku == "BL-DUO" and in_recall(machine.order):
            found.append("K5 answered" if machine.order.order_id in answered else "K5")
        if found:
            notices[machine.serial_number] = sorted(found)
    return notices


def desk_copy(all_tables: Tables, named_ids: set[str]) -> Tables:
    """Return the rows of the named orders, of 500 more, and of all that belongs to them."""
    by_customer: dict[object, list[object]] = {}
    for row in all_tables["orders"]:
        by_customer.setdefault(row[1], []).append(row[0])
    chosen = set(named_ids)
    room = IN_SQLITE
    for customer in Dice("desk copy").shuffled(sorted(by_customer, key=str)):
        orders = by_customer[customer]
        if len(orders) <= room and not chosen & set(map(str, orders)):
            chosen |= set(map(str, orders))
            room -= len(orders)
        if not room:
            break
    copy: Tables = {"products": all_tables["products"]}
    copy["orders"] = [row for row in all_tables["orders"] if row[0] in chosen]
    people = {row[1] for row in copy["orders"]}
    copy["customers"] = [row for row in all_tables["customers"] if row[0] in people]
    copy["order_lines"] = [row for row in all_tables["order_lines"] if row[0] in chosen]
    copy["shipments"] = [row for row in all_tables["shipments"] if row[1] in chosen]
    copy["refunds"] = [row for row in all_tables["refunds"] if row[1] in chosen]
    copy["warranties"] = [row for row in all_tables["warranties"] if row[2] in chosen]
    serials = {row[0] for row in copy["warranties"]}
    copy["repairs"] = [row for row in all_tables["repairs"] if row[1] in serials]
    return {name: copy[name] for name in tables.COLUMNS}


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS of every file of the set, by name."""
    files = sorted(
        path.relative_to(folder).as_posix()
        for pattern in ("*.parquet", "*.sqlite", "named_orders/*.csv")
        for path in folder.glob(pattern)
    )
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Compute the shop's tables.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the files (default: beside this script)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    all_tables = compute(HERE / "named_orders")
    for name, rows in all_tables.items():
        tables.write_parquet(out / f"{name}.parquet", name, rows)
    named_ids = {row["order_id"] for row in named.read_rows(HERE / "named_orders")}
    tables.write_sqlite(out / "desk.sqlite", desk_copy(all_tables, named_ids))
    if out == HERE:
        write_sums(out)
    print("\n".join(f"{name:12} {len(rows):6} rows" for name, rows in all_tables.items()))


if __name__ == "__main__":
    main()
