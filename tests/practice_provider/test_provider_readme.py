"""The provider's README: what it says of kinds, options and platforms is what there is."""

import re
from pathlib import Path

from practice_provider.faults import KINDS
from practice_provider.model.catalog import CATALOG
from practice_provider.routes import ROUTES

from .options_without_effect import lines

README = (Path(__file__).resolve().parents[2] / "practice_provider" / "README.md").read_text(encoding="utf-8")


def test_every_option_without_effect_is_listed():
    missing = [line for line in lines() if line not in README.splitlines()]
    assert not missing, "run python tests/practice_provider/options_without_effect.py"


def test_every_kind_of_fault_and_every_model_is_named():
    named = set(re.findall(r"`([a-z_-]+)`", README))
    assert KINDS.keys() <= named
    assert CATALOG.keys() <= named


def test_every_platform_has_an_address():
    told = README.partition("## Platforms")[2].partition("## Breaking it")[0]
    assert not [route.vendor.prefix for route in ROUTES if f"B{route.vendor.prefix}" not in told]
