"""The drawings by the name under which a source page calls them, each as a function of the manual's colour."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color

from . import details
from .machines import DUO, ONE, PRO, CallOut, both_views, cover, sizes
from .wiring import DUO_PLAN, PRO_PLAN, wiring

# number, view (f front, s side), point as shares of the view, place of the disc as shares of the view
_COMMON: tuple[CallOut, ...] = (
    (1, "f", 0.3, 0.97, 0.3, 1.08),
    (2, "f", 0.12, 0.77, -0.17, 0.86),
    (3, "f", 0.38, 0.665, -0.17, 0.66),
    (4, "f", 0.88, 0.68, 1.17, 0.74),
    (5, "f", 0.32, 0.55, -0.17, 0.5),
    (6, "s", -0.1, 0.46, -0.2, 0.6),
    (7, "f", 0.93, 0.26, 1.17, 0.3),
    (8, "f", 0.1, 0.06, -0.17, 0.1),
)
_WITH_TANK: tuple[CallOut, ...] = (
    (9, "s", 0.85, 0.8, 1.14, 0.88),
    (10, "s", 0.77, 0.65, 1.14, 0.64),
    (11, "s", 1.17, 0.06, 1.24, 0.22),
)
_ONE: tuple[CallOut, ...] = (*(c if c[0] != 3 else (3, "f", 0.38, 0.765, -0.17, 0.68) for c in _COMMON), *_WITH_TANK)
_DUO: tuple[CallOut, ...] = (*_COMMON, *_WITH_TANK, (12, "f", 0.62, 0.82, 0.76, 1.08))
_PRO: tuple[CallOut, ...] = (
    *_COMMON,
    (9, "s", 1.1, 0.31, 1.2, 0.44),
    (10, "s", 1.06, 0.12, 1.2, 0.18),
    (11, "s", 0.25, 0.08, -0.14, 0.16),
    (12, "f", 0.62, 0.82, 0.76, 1.08),
)

DRAWINGS: dict[str, Callable[[Color], Drawing]] = {
    "cover-one": lambda accent: cover(ONE, accent, 7.6),
    "cover-duo": lambda accent: cover(DUO, accent, 6.6),
    "cover-grind": details.grinder_cover,
    "cover-pro": lambda accent: cover(PRO, accent, 5.3),
    "one-parts": lambda accent: both_views(ONE, accent, 4.3, _ONE),
    "duo-parts": lambda accent: both_views(DUO, accent, 3.5, _DUO),
    "pro-parts": lambda accent: both_views(PRO, accent, 2.7, _PRO),
    "one-sizes": lambda accent: sizes(ONE, accent, 3.0),
    "duo-sizes": lambda accent: sizes(DUO, accent, 2.7),
    "pro-sizes": lambda accent: sizes(PRO, accent, 2.3),
    "one-exploded": details.group_and_tank,
    "one-display": details.one_signals,
    "grind-parts": details.grinder_parts,
    "grind-dial": details.dial,
    "grind-burrs": details.burrs,
    "gauge": details.gauge,
    "test-strip": details.test_strip,
    "pro-site": details.site_plan,
    "duo-wiring": lambda accent: wiring(DUO_PLAN, accent),
    "pro-wiring": lambda accent: wiring(PRO_PLAN, accent),
}
