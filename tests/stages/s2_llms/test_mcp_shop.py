"""The shop's look-ups: what they find, whose data they show, and that they only read."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from stages.s2_llms.mcp.shop import DESK, NotFound, Shop

IDRIS, TESSA = Shop("C-10002"), Shop("C-10001")


def test_an_order_has_its_lines_and_serial_numbers() -> None:
    order = IDRIS.get_order("BL-10431")
    assert (order.status, order.total, order.currency) == ("delivered", "849.00", "GBP")
    assert [(line.sku, line.serials) for line in order.lines] == [("BL-DUO", ("BD-2502-00127",))]


def test_orders_are_listed_newest_first_and_by_status() -> None:
    assert [order.order_id for order in IDRIS.list_orders()] == ["BL-10433", "BL-10431"]
    assert [order.order_id for order in IDRIS.list_orders(limit=1)] == ["BL-10433"]
    assert [order.order_id for order in IDRIS.list_orders(status="delivered")] == ["BL-10431"]


@pytest.mark.parametrize("look_up", ["get_order", "track_shipment"])
@pytest.mark.parametrize("order", ["BL-10433", "BL-90001"])
def test_somebody_elses_order_is_answered_like_one_that_does_not_exist(look_up: str, order: str) -> None:
    with pytest.raises(NotFound, match=f"not_found: There is no order {order} for this customer"):
        getattr(TESSA, look_up)(order)


def test_a_parcel_is_told_with_its_last_scan() -> None:
    parcel = IDRIS.track_shipment("BL-10433")
    assert (parcel.carrier, parcel.last_scan_place, parcel.expected_on) == (
        "Tandem Post",
        "Calderwick hub",
        "2026-11-19",
    )


def test_an_order_that_has_not_left_names_the_other_look_up() -> None:
    with pytest.raises(NotFound, match=r"not_dispatched.*get_order"):
        Shop("C-10006").track_shipment("BL-10452")


@pytest.mark.parametrize(
    ("serial", "covered", "until", "notices"),
    [
        ("BO-2409-00731", True, "2026-11-24", ()),
        ("BO-2404-00350", False, "2025-05-15", ()),
        ("BD-2601-00054", True, "2028-03-05", ("K5",)),
    ],
)
def test_a_warranty_is_told_as_of_the_day_of_the_tables(
    serial: str, covered: bool, until: str, notices: tuple[str, ...]
) -> None:
    warranty = TESSA.check_warranty(serial)
    assert (warranty.covered, warranty.covered_until, warranty.notices) == (covered, until, notices)


def test_unknown_machines_and_items_are_not_found() -> None:
    with pytest.raises(NotFound, match="BO-9999-99999"):
        TESSA.check_warranty("BO-9999-99999")
    with pytest.raises(NotFound, match="BL-Z99"):
        TESSA.check_stock("BL-Z99")


def test_stock_is_told_with_price_or_without_one() -> None:
    assert (TESSA.check_stock("BL-S58").price_gbp, TESSA.check_stock("BL-S58").stock) == ("11.00", 402)
    assert TESSA.check_stock("BL-E1").price_gbp is None


def test_the_database_cannot_be_written_through_the_shop() -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        TESSA._rows("DELETE FROM orders")


def test_a_missing_database_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    nowhere = replace(TESSA, database=tmp_path / "nowhere.sqlite")
    with pytest.raises(sqlite3.OperationalError):
        nowhere.list_orders()
    assert not nowhere.database.exists()
    assert DESK.exists()
