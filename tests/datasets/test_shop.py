"""The shop's tables: schema, references, sums, dates, and each known problem where WORLD says that it can be found."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

SHOP = Path(__file__).parents[2] / "datasets" / "shop"
TABLES = ("customers", "products", "orders", "order_lines", "shipments", "refunds", "warranties", "repairs")
MACHINES = "('one', 'duo', 'grind', 'pro', 'froth', 'pour')"


@pytest.fixture(scope="module")
def shop() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every Parquet file as a view of its name; times as UTC without a zone."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{(SHOP / table).as_posix()}.parquet'")
        yield connection


def one(shop: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = shop.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_there_are_fifty_thousand_orders_of_three_years(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "SELECT count(DISTINCT order_id) FROM orders") == 50_000
    assert one(shop, "SELECT count(*) FROM customers") == 24_000
    first, last = shop.execute("SELECT min(ordered_at)::date, max(ordered_at)::date FROM orders").fetchall()[0]
    assert (first, last) == (date(2023, 11, 16), date(2026, 11, 15))


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("orders", "customer_id", "customers"),
        ("order_lines", "order_id", "orders"),
        ("order_lines", "sku", "products"),
        ("shipments", "order_id", "orders"),
        ("refunds", "order_id", "orders"),
        ("warranties", "order_id", "orders"),
        ("warranties", "sku", "products"),
        ("repairs", "serial_number", "warranties"),
    ],
)
def test_every_reference_leads_somewhere(shop: duckdb.DuckDBPyConnection, table: str, column: str, target: str) -> None:
    query = f"SELECT count(*) FROM {table} LEFT JOIN {target} USING ({column}) WHERE {target}.{column} IS NULL"
    assert one(shop, query) == 0


@pytest.mark.parametrize(
    ("table", "column", "pattern"),
    [
        ("orders", "order_id", "BL-[1-5]\\d{4}"),
        ("customers", "customer_id", "C-\\d{5}"),
        ("customers", "phone", "07700 900\\d{3}"),
        ("customers", "email", "[a-z0-9.-]+@[a-z0-9.-]+\\.example"),
        ("shipments", "shipment_id", "SH-\\d{8}"),
        ("refunds", "refund_id", "RF-\\d{6}"),
        ("refunds", "rma_id", "RMA-\\d{4}-\\d{4}"),
        ("repairs", "repair_id", "RP-\\d{6}"),
        ("warranties", "serial_number", "B[ODGPFU]-\\d{4}-\\d{5}"),
    ],
)
def test_every_id_has_its_form_and_is_there_once(
    shop: duckdb.DuckDBPyConnection, table: str, column: str, pattern: str
) -> None:
    assert one(shop, f"SELECT count(*) FROM {table} WHERE NOT regexp_full_match({column}, '{pattern}')") == 0
    if column != "phone":
        assert one(shop, f"SELECT count({column}) - count(DISTINCT {column}) FROM {table}") == 0


def test_totals_add_up_to_the_penny(shop: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT count(*) FROM orders JOIN
            (SELECT order_id, sum(quantity * unit_price) AS goods FROM order_lines GROUP BY order_id) USING (order_id)
        WHERE goods + delivery - discount <> total OR total < 0"""
    assert one(shop, query) == 0


def test_prices_are_those_of_the_day_of_the_order(shop: duckdb.DuckDBPyConnection) -> None:
    prices = shop.execute("""
        SELECT DISTINCT sku, currency, ordered_at >= '2025-10-01' AS later, unit_price::text
        FROM orders JOIN order_lines USING (order_id) WHERE sku IN ('BL-ONE', 'BL-DUO') AND unit_price <> 489
        AND ordered_at::date <> '2025-09-30' ORDER BY ALL""").fetchall()
    assert prices == [
        ("BL-DUO", "EUR", False, "995.00"),
        ("BL-DUO", "EUR", True, "1049.00"),
        ("BL-DUO", "GBP", False, "849.00"),
        ("BL-DUO", "GBP", True, "899.00"),
        ("BL-ONE", "EUR", False, "385.00"),
        ("BL-ONE", "EUR", True, "409.00"),
        ("BL-ONE", "GBP", False, "329.00"),
        ("BL-ONE", "GBP", True, "349.00"),
    ]


def test_nothing_is_sold_before_or_after_its_time(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*) FROM order_lines JOIN orders USING (order_id) JOIN products USING (sku)
        WHERE ordered_at + INTERVAL 1 HOUR < sold_from OR ordered_at::date > sold_to"""
    assert one(shop, query) == 0


def test_a_parcel_leaves_after_the_order_and_arrives_on_a_later_weekday(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*) FROM shipments JOIN orders USING (order_id)
        WHERE dispatched_at < ordered_at OR delivered_at <= dispatched_at OR isodow(delivered_at) > 5"""
    assert one(shop, query) == 0
    assert one(shop, "SELECT count(*) FROM refunds WHERE paid_at < requested_at") == 0
    assert (
        one(shop, "SELECT count(*) FROM customers JOIN orders USING (customer_id) WHERE ordered_at < created_at") == 0
    )


def test_germany_and_spain_end_with_june_2025(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT max(ordered_at)::date FROM orders JOIN customers USING (customer_id)
        WHERE country IN ('DE', 'ES')"""
    assert one(shop, query + " AND total > 0") <= date(2025, 6, 30)


def test_the_warranty_is_one_year_before_july_2024_and_two_after(shop: duckdb.DuckDBPyConnection) -> None:
    rows = shop.execute("""
        SELECT delivered_on >= '2024-07-01' AND NOT business_use AND sku <> 'BL-PRO' AS long,
               min(covered_until - delivered_on), max(covered_until - delivered_on)
        FROM warranties GROUP BY 1 ORDER BY 1""").fetchall()
    assert rows == [(False, 364, 365), (True, 729, 730)]


def test_the_three_years_grow_as_20_34_and_46(shop: duckdb.DuckDBPyConnection) -> None:
    shares = shop.execute("""
        SELECT count(*) / 500 FROM orders
        GROUP BY (ordered_at >= '2024-11-16')::int + (ordered_at >= '2025-11-16')::int ORDER BY 1""").fetchall()
    assert [share for (share,) in shares] == pytest.approx([20, 34, 46], abs=0.6)


def test_november_and_december_stand_out_and_july_is_quiet(shop: duckdb.DuckDBPyConnection) -> None:
    months = dict(shop.execute("SELECT month(ordered_at), count(*) FROM orders GROUP BY 1").fetchall())
    assert months[11] > months[12] > 1.35 * months[10]
    assert min(months, key=lambda month: months[month]) in (2, 6, 7)


def test_black_friday_is_six_times_the_friday_before(shop: duckdb.DuckDBPyConnection) -> None:
    counts = "SELECT count(*) FROM orders WHERE ordered_at::date = '{}'"
    ratio = one(shop, counts.format("2024-11-29")) / one(shop, counts.format("2024-11-22"))
    assert ratio == pytest.approx(6, rel=0.3)


def test_38_of_100_orders_hold_a_machine(shop: duckdb.DuckDBPyConnection) -> None:
    query = f"""SELECT count(DISTINCT order_id) / 500 FROM order_lines JOIN products USING (sku)
        WHERE family IN {MACHINES}"""
    assert one(shop, query) == pytest.approx(38, abs=1)


def test_base_rates_are_those_of_the_world(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "SELECT 100 * avg((status = 'returned')::int) FROM orders") == pytest.approx(6, abs=0.4)
    usual = "FROM shipments WHERE NOT dispatched_at BETWEEN '2025-12-08' AND '2025-12-20'"
    assert one(shop, f"SELECT 100 * avg((delivered_at::date > promised_on)::int) {usual}") == pytest.approx(4, abs=0.4)
    assert one(shop, f"SELECT 100 * avg((status = 'lost')::int) {usual}") == pytest.approx(0.3, abs=0.08)
    repaired = """SELECT 100 * avg((first_case <= delivered_on + 365)::int) FROM
        (SELECT delivered_on, coalesce(min(opened_on), '2100-01-01') AS first_case
         FROM warranties LEFT JOIN repairs USING (serial_number)
         WHERE len(notices) = 0 AND delivered_on < '2025-11-16' GROUP BY serial_number, delivered_on)"""
    assert one(shop, repaired) == pytest.approx(2.0, abs=0.35)


@pytest.mark.parametrize(
    ("notice", "fault", "per_cent", "cases"),
    [("K1", "leak_inside", 18, 18), ("K2", "leak_inside", 9, 44), ("K6", "too_coarse", 12, 14)],
)
def test_a_bad_batch_shows_its_rate_of_repairs(
    shop: duckdb.DuckDBPyConnection, notice: str, fault: str, per_cent: int, cases: int
) -> None:
    sold = one(shop, f"SELECT count(*) FROM warranties WHERE list_contains(notices, '{notice}')")
    ill = one(
        shop,
        f"""SELECT count(DISTINCT serial_number) FROM warranties JOIN repairs USING (serial_number)
        WHERE list_contains(notices, '{notice}')""",
    )
    assert 100 * ill / sold == pytest.approx(per_cent, abs=3)
    assert ill == pytest.approx(cases, abs=6)
    leading = shop.execute(f"""SELECT fault FROM warranties JOIN repairs USING (serial_number)
        WHERE list_contains(notices, '{notice}') GROUP BY fault ORDER BY count(*) DESC""").fetchone()
    assert leading == (fault,)


def test_k2_falls_into_the_cold_months(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT avg((opened_on BETWEEN '2025-12-01' AND '2026-02-28')::int)
        FROM warranties JOIN repairs USING (serial_number) WHERE list_contains(notices, 'K2')"""
    assert one(shop, query) == pytest.approx(0.67, abs=0.12)


def test_k3_brings_e12_in_july_2025_and_free_tanks(shop: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT strftime(opened_on, '%Y-%m'), count(*) FROM repairs WHERE error_code = 'E12' GROUP BY 1"
    cases = dict(shop.execute(query).fetchall())
    assert cases["2025-07"] > 5 * max(count for month, count in cases.items() if month != "2025-07")
    assert one(shop, "SELECT count(*) FROM order_lines WHERE sku = 'BL-K16' AND unit_price = 0") > 30


def test_k4_takes_nine_working_days_and_loses_more(shop: duckdb.DuckDBPyConnection) -> None:
    flood = """FROM shipments JOIN orders USING (order_id)
        WHERE dispatched_at BETWEEN '2025-12-08' AND '2025-12-20' AND service = 'standard'"""
    assert one(shop, f"SELECT 100 * avg((shipments.status = 'lost')::int) {flood}") == pytest.approx(1.8, abs=0.7)
    assert one(shop, f"SELECT median(delivered_at::date - dispatched_at::date) {flood}") >= 14  # days with Christmas
    assert one(shop, f"SELECT max(delivered_at)::date {flood}") <= date(2026, 1, 9)


def test_k5_is_answered_by_sixty_of_a_hundred(shop: duckdb.DuckDBPyConnection) -> None:
    owners = "SELECT count(*) FROM warranties WHERE list_contains(notices, 'K5{}')"
    answered, open_still = one(shop, owners.format(" answered")), one(shop, owners.format(""))
    assert answered / (answered + open_still) == pytest.approx(0.6, abs=0.06)
    leads = "SELECT count(*) FROM order_lines JOIN orders USING (order_id) WHERE sku = 'BL-P7' AND unit_price = 0"
    assert one(shop, leads + " AND ordered_at >= '2026-05-18'") >= answered
    months = """SELECT count(*) FROM warranties
        WHERE list_contains(notices, 'K5') AND NOT regexp_matches(serial_number, '^BD-260[1-4]')"""
    assert one(shop, months) == 0


def test_k7_brings_four_times_the_refunds_for_cartridges(shop: duckdb.DuckDBPyConnection) -> None:
    rates = dict(
        shop.execute("""
        SELECT dispatched_at BETWEEN '2026-07-06' AND '2026-08-08', avg((refund_id IS NOT NULL)::int)
        FROM order_lines JOIN shipments USING (order_id)
        LEFT JOIN (SELECT * FROM refunds WHERE reason <> 'late_delivery') USING (order_id)
        WHERE sku IN ('BL-F1', 'BL-F3') GROUP BY 1""").fetchall()
    )
    assert rates[True] / rates[False] == pytest.approx(4, abs=1)


def test_k8_is_212_orders_in_one_night(shop: duckdb.DuckDBPyConnection) -> None:
    statuses = dict(
        shop.execute("""SELECT status, count(*) FROM orders JOIN order_lines USING (order_id)
        WHERE sku = 'BL-DUO' AND unit_price = 489 AND ordered_at BETWEEN '2025-11-28 03:00' AND '2025-11-28 05:10'
        GROUP BY 1""").fetchall()
    )
    assert statuses == {"delivered": 40, "cancelled": 172}


def test_k9_sends_back_three_of_ten_seal_kits(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT avg((reason IS NOT NULL)::int) FROM order_lines JOIN shipments USING (order_id)
        LEFT JOIN (SELECT * FROM refunds WHERE reason = 'wrong_item') USING (order_id)
        WHERE sku = 'BL-S58' AND dispatched_at BETWEEN '2026-04-06' AND '2026-04-25'
        AND shipments.status = 'delivered'"""
    assert one(shop, query) == pytest.approx(0.3, abs=0.07)


def test_k10_is_96_refunds_of_double_charges(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*) FROM refunds JOIN orders USING (order_id) WHERE reason = 'double_charge'
        AND amount = total AND ordered_at BETWEEN '2026-09-14 09:20' AND '2026-09-14 10:45'"""
    assert one(shop, query) == 96
    paid = "SELECT DISTINCT paid_at::date FROM refunds WHERE reason = 'double_charge' AND paid_at IS NOT NULL"
    assert shop.execute(paid).fetchall() == [(date(2026, 9, 16),)]
    assert one(shop, "SELECT refund_id FROM refunds WHERE order_id = 'BL-10458'") == "RF-011802"


def test_k11_brings_e28_to_the_duo_of_june_and_july(shop: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*), min(opened_on), max(opened_on) FROM repairs WHERE error_code = 'E28'"
    count, first, last = shop.execute(query).fetchall()[0]
    assert count > 8
    assert first >= date(2026, 7, 1)
    assert last <= date(2026, 8, 24)


def test_hard_water_sells_descaler_and_brings_repairs(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*) FROM order_lines JOIN orders USING (order_id) JOIN customers USING (customer_id)
        WHERE sku = 'BL-D4' AND regexp_matches(postcode, '^ZZ[{}]')"""
    assert one(shop, query.format("123")) > 1.5 * one(shop, query.format("789"))
    query = """SELECT count(*) FROM repairs JOIN warranties USING (serial_number) JOIN orders USING (order_id)
        JOIN customers USING (customer_id)
        WHERE fault IN ('no_heat', 'no_flow') AND regexp_matches(postcode, '^ZZ[{}]')"""
    assert one(shop, query.format("123")) > 2 * one(shop, query.format("789"))


def test_named_orders_stand_as_the_world_says(shop: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT total::text, orders.status, name, delivered_at::date::text FROM orders
        JOIN customers USING (customer_id) LEFT JOIN shipments USING (order_id) WHERE order_id = '{}'"""
    expected = {
        "BL-10482": ("379.00", "delivered", "Tessa Marlowick", "2026-11-03"),
        "BL-10433": ("29.95", "dispatched", "Idris Okonsby", None),
        "BL-10450": ("2425.00", "delivered", "Quillfield Studio", "2026-06-29"),
        "BL-10452": ("1605.40", "preparing", "Quillfield Studio", None),
        "BL-10460": ("88.00", "preparing", "Dario Penhallick", None),
    }
    assert {order: shop.execute(query.format(order)).fetchone() for order in expected} == expected
    until = "SELECT covered_until::text FROM warranties WHERE serial_number = '{}'"
    assert one(shop, until.format("BO-2409-00731")) == "2026-11-24"
    assert one(shop, until.format("BO-2404-00350")) == "2025-05-15"


def test_the_desk_copy_holds_the_named_orders_and_500_more(shop: duckdb.DuckDBPyConnection) -> None:
    named = sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in (SHOP / "named_orders").glob("*.csv")
    )
    connection = sqlite3.connect(SHOP / "desk.sqlite")
    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (named + 500,)
    row = connection.execute("SELECT total, ordered_at FROM orders WHERE order_id = 'BL-10458'").fetchone()
    assert row[0] == "139.00"
    assert row[1].startswith("2026-09-14T09:52")
    serials = connection.execute("SELECT serials FROM order_lines WHERE order_id = 'BL-10482' AND line = 1").fetchone()
    assert json.loads(serials[0]) == ["BO-2608-00412"]
    connection.close()


def test_the_files_are_small_and_unchanged() -> None:
    assert sum(path.stat().st_size for path in SHOP.glob("*.parquet")) <= 12_000_000
    assert (SHOP / "desk.sqlite").stat().st_size <= 2_000_000
    for line in (SHOP / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((SHOP / name).read_bytes()).hexdigest() == digest, f"{name} differs: run make.py again"


@pytest.mark.slow
def test_make_gives_the_same_rows_again(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(SHOP / "make.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert (tmp_path / "desk.sqlite").read_bytes() == (SHOP / "desk.sqlite").read_bytes()
    with duckdb.connect() as connection:
        for table in TABLES:
            old, new = (f"FROM '{(folder / table).as_posix()}.parquet'" for folder in (SHOP, tmp_path))
            difference = connection.execute(f"SELECT count(*) FROM (SELECT * {old} EXCEPT SELECT * {new})").fetchone()
            assert difference == (0,), f"{table} came out differently"
