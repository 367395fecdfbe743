"""The eight tables as columns with types, written as Parquet and as the small SQLite file (WORLD section 11)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shop_recipe.catalogue import Product
from shop_recipe.people import Customer
from shop_recipe.records import Order
from shop_recipe.refunding import Refund
from shop_recipe.repairing import Machine, Repair
from shop_recipe.shipping import Shipment

Row = tuple[object, ...]

# type letter: t text, d date, s timestamp, i int, b bool, m money or weight, l list of text; ? may be null
COLUMNS = {
    "customers": "customer_id:t name:t email:t phone:t? street:t town:t postcode:t country:t language:t is_business:b "
    "company:t? created_at:s newsletter:b",
    "products": "sku:t name:t family:t price_gbp:m? price_eur:m? weight_kg:m sold_from:d sold_to:d? stock:i "
    "reorder_on:d?",
    "orders": "order_id:t customer_id:t ordered_at:s status:t service:t currency:t delivery:m discount:m total:m "
    "payment:t card_last4:t? your_reference:t?",
    "order_lines": "order_id:t line:i sku:t quantity:i unit_price:m serials:l",
    "shipments": "shipment_id:t order_id:t carrier:t dispatched_at:s promised_on:d delivered_at:s? last_scan_at:s? "
    "last_scan_place:t? status:t attempts:i signature:b",
    "refunds": "refund_id:t order_id:t rma_id:t? requested_at:s paid_at:s? amount:m currency:t reason:t approved_by:t",
    "warranties": "serial_number:t sku:t order_id:t delivered_on:d covered_until:d business_use:b registered:b "
    "notices:l",
    "repairs": "repair_id:t serial_number:t opened_on:d closed_on:d? fault:t error_code:t? covered:b charge:m "
    "part_sku:t? second_time:b",
}
KEYS = {
    "customers": "customer_id",
    "products": "sku",
    "orders": "order_id",
    "order_lines": "order_id, line",
    "shipments": "shipment_id",
    "refunds": "refund_id",
    "warranties": "serial_number",
    "repairs": "repair_id",
}
ARROW = {
    "t": pa.string(),
    "d": pa.date32(),
    "s": pa.timestamp("s"),  # UTC, said in the README: with a zone in the type DuckDB would want pytz to read it
    "i": pa.int32(),
    "b": pa.bool_(),
    "m": pa.decimal128(9, 2),
    "l": pa.list_(pa.string()),
}
SQL = {"t": "TEXT", "d": "TEXT", "s": "TEXT", "i": "INTEGER", "b": "INTEGER", "m": "TEXT", "l": "TEXT"}


def columns(table: str) -> list[tuple[str, str, bool]]:
    """Return name, type letter and whether it may be null, for each column."""
    cells = [cell.split(":") for cell in COLUMNS[table].split()]
    return [(name, kind[0], kind.endswith("?")) for name, kind in cells]


def money(pence: int | None) -> Decimal | None:
    """Return hundredths as a decimal number with two places."""
    return None if pence is None else Decimal(pence).scaleb(-2)


def customer_rows(customers: Iterable[Customer]) -> list[Row]:
    """Return the rows of `customers` by number."""
    return [
        (c.customer_id, c.name, c.email, c.phone, c.street, c.town, c.postcode, c.country, c.language, c.is_business,
         c.company, c.created_at, c.newsletter)
        for c in sorted(customers, key=lambda customer: customer.customer_id)
    ]  # fmt: skip


def product_rows(products: Iterable[Product]) -> list[Row]:
    """Return the rows of `products`, machines first."""
    return [
        (p.sku, p.name, p.family, money(p.price_gbp), money(p.price_eur), money((p.weight_g + 5) // 10), p.sold_from,
         p.sold_to, p.stock, p.reorder_on)
        for p in products
    ]  # fmt: skip


def order_rows(orders: Iterable[Order]) -> list[Row]:
    """Return the rows of `orders` in order of time."""
    return [
        (o.order_id, o.customer.customer_id, o.ordered_at, o.status, o.service, o.currency, money(o.delivery),
         money(o.discount), money(o.total), o.payment, o.card_last4, o.reference)
        for o in orders
    ]  # fmt: skip


def line_rows(orders: Iterable[Order]) -> list[Row]:
    """Return the rows of `order_lines`, in the order of their orders."""
    return [
        (order.order_id, number, line.sku, line.quantity, money(line.unit_price), line.serials)
        for order in orders
        for number, line in enumerate(order.lines, 1)
    ]


def shipment_rows(shipments: Iterable[Shipment]) -> list[Row]:
    """Return the rows of `shipments` in order of dispatch."""
    return [
        (s.shipment_id, s.order_id, s.carrier, s.dispatched_at, s.promised_on, s.delivered_at, s.last_scan_at,
         s.last_scan_place, s.status, s.attempts, s.signature)
        for s in sorted(shipments, key=lambda shipment: (shipment.dispatched_at, shipment.shipment_id))
    ]  # fmt: skip


def refund_rows(refunds: Iterable[Refund]) -> list[Row]:
    """Return the rows of `refunds` in order of request."""
    return [
        (
            r.refund_id,
            r.order_id,
            r.rma_id,
            r.requested_at,
            r.paid_at,
            money(r.amount),
            r.currency,
            r.reason,
            r.approved_by,
        )
        for r in refunds
    ]


def warranty_rows(machines: Iterable[Machine], notices: dict[str, list[str]]) -> list[Row]:
    """Return the rows of `warranties` by serial number."""
    return [
        (m.serial_number, m.sku, m.order.order_id, m.delivered_on, m.covered_until, m.business_use, m.registered,
         notices.get(m.serial_number, []))
        for m in machines
    ]  # fmt: skip


def repair_rows(repairs: Sequence[Repair], numbers: Sequence[str]) -> list[Row]:
    """Return the rows of `repairs` in order of opening."""
    return [
        (number, r.serial_number, r.opened_on, r.closed_on, r.fault, r.error_code, r.covered, money(r.charge),
         r.part_sku, r.second_time)
        for number, r in zip(numbers, repairs, strict=True)
    ]  # fmt: skip


def write_parquet(path: Path, table: str, rows: list[Row]) -> None:
    """Write one table; the same rows give the same bytes with the same version of pyarrow."""
    named = columns(table)
    fields = [pa.field(name, ARROW[kind], nullable) for name, kind, nullable in named]
    arrays = [pa.array([row[place] for row in rows], ARROW[kind]) for place, (_, kind, _) in enumerate(named)]
    content = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(content, path, compression="zstd", compression_level=9, row_group_size=100_000)


def write_sqlite(path: Path, tables: dict[str, list[Row]]) -> None:
    """Write all tables into one SQLite file, and take SQLite's version out of it."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA page_size = 4096")
    for table, rows in tables.items():
        named = columns(table)
        cells = ", ".join(f"{name} {SQL[kind]}{'' if nullable else ' NOT NULL'}" for name, kind, nullable in named)
        connection.execute(f"CREATE TABLE {table} ({cells}, PRIMARY KEY ({KEYS[table]})) WITHOUT ROWID")
        places = ", ".join("?" for _ in named)
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", [tuple(map(_plain, row)) for row in rows])
    connection.execute("CREATE INDEX orders_of_a_customer ON orders (customer_id)")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    content = bytearray(path.read_bytes())
    content[96:100] = b"\0\0\0\0"  # the version of the library that wrote the file
    path.write_bytes(content)


def _plain(value: object) -> object:
    """Return a value as SQLite keeps it: money and days are text, lists are JSON."""
    if isinstance(value, list):
        return json.dumps(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
