"""Faults that a client orders for its own key: what to break, for which requests, and how.

In reading order: `kinds` (what can be ordered), `orders` (when an order fires), `reading` (an order as a client sends
it), and three tables of effects: `asks` (what the model is asked), `replies` (what it says), `streams` (how that
arrives). The connection itself is closed elsewhere (connection.py). Nothing in here knows a vendor.
Faults on purpose as a practice: https://principlesofchaos.org
"""

from .asks import ASK_EFFECTS, lowered
from .kinds import KINDS, Kind, Needs
from .orders import ANYTHING, Asked, Order, Orders, fault_of
from .reading import read_order
from .replies import REPLY_EFFECTS, spoilt
from .streams import STREAM_EFFECTS, Break, Pause, Step, spoil

__all__ = [
    "ANYTHING",
    "ASK_EFFECTS",
    "KINDS",
    "REPLY_EFFECTS",
    "STREAM_EFFECTS",
    "Asked",
    "Break",
    "Kind",
    "Needs",
    "Order",
    "Orders",
    "Pause",
    "Step",
    "fault_of",
    "lowered",
    "read_order",
    "spoil",
    "spoilt",
]
