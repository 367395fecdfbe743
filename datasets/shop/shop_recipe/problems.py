"""The known problems K1 to K11 as numbers (WORLD section 7); K12 happened in the post and not in the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Batch:
    """Machines of one production run that share a fault."""

    code: str
    prefixes: tuple[str, ...]  # serial number without its five digits
    last_number: int
    per_10_000: int  # how many of them came to the workshop
    fault: str
    error_code: str | None
    part_sku: str | None
    first_day: date
    last_day: date
    early_per_cent: int  # share of the cases that falls before `early_until`
    early_until: date

    def holds(self, serial: str) -> bool:
        """Return whether the serial number belongs to the batch."""
        return serial[:7] in self.prefixes and int(serial[8:]) <= self.last_number


BATCHES = (
    Batch(
        "K1", ("BD-2502",), 380, 1600, "leak_inside", "E17", "BL-V2",
        date(2025, 5, 1), date(2026, 10, 30), 100, date(2026, 10, 30),
    ),
    Batch(
        "K2", ("BO-2509", "BO-2510"), 900, 800, "leak_inside", None, None,
        date(2025, 12, 1), date(2026, 10, 30), 72, date(2026, 2, 28),
    ),
    Batch(
        "K3", ("BO-2503", "BO-2504", "BO-2505"), 99999, 800, "tank_sensor", "E12", "BL-K16",
        date(2025, 7, 1), date(2025, 7, 31), 100, date(2025, 7, 31),
    ),
    Batch(
        "K6", ("BG-2411",), 520, 1080, "too_coarse", None, "BL-B41",
        date(2025, 1, 6), date(2026, 6, 30), 100, date(2026, 6, 30),
    ),
    Batch(
        "K11", ("BD-2606", "BD-2607"), 99999, 1500, "electronics", "E28", None,
        date(2026, 7, 1), date(2026, 8, 24), 100, date(2026, 8, 24),
    ),
)  # fmt: skip

# Our own shop sells about a quarter of a batch: at most so many serial numbers of these months.
SHARE_OF_OWN_SHOP = {"BD-2502": 98, "BO-2509": 248, "BO-2510": 248, "BG-2411": 132}

FLOOD_FIRST, FLOOD_LAST = date(2025, 12, 8), date(2025, 12, 19)  # K4, days of dispatch
FLOOD_DELIVERED_BY = date(2026, 1, 9)
LEAD_FIRST, LEAD_LAST = date(2026, 2, 2), date(2026, 4, 17)  # K5, days of dispatch
LEAD_RECALL = date(2026, 5, 18)
LEAD_MONTHS = (2601, 2604)
LEAD_ANSWERED_PER_CENT = 60
CARBON_FIRST, CARBON_LAST = date(2026, 7, 6), date(2026, 8, 7)  # K7, days of dispatch
SWAP_FIRST, SWAP_LAST = date(2026, 4, 6), date(2026, 4, 24)  # K9, days of dispatch
SWAP_PER_CENT = 30

PRICE_ERROR_DAY = date(2025, 11, 28)  # K8, 03:00 to 05:10
PRICE_ERROR_PRICE = 48900
PRICE_ERROR_DELIVERED, PRICE_ERROR_CANCELLED = 40, 172
DOUBLE_CHARGE_DAY, DOUBLE_CHARGE_REFUNDED = date(2026, 9, 14), date(2026, 9, 16)  # K10, 10:20 to 11:45
DOUBLE_CHARGE_ORDERS = 96
