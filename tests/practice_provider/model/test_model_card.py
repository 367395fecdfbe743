"""The numbers of MODEL_CARD.md are the measured ones, and they are good enough to teach with."""

import importlib.util
import re
from pathlib import Path

import practice_provider
from practice_provider.model import Model

MEASURE = Path(__file__).with_name("measure.py")
CARD = Path(practice_provider.__file__).with_name("MODEL_CARD.md")
FLOAT_NOISE = 0.05  # another processor adds numbers in another order: one row of a set may turn


def measured(model: Model) -> str:
    spec = importlib.util.spec_from_file_location("measure", MEASURE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table: str = module.table(model)
    return table


def numbers(table: str) -> dict[str, tuple[float, float]]:
    rows = re.findall(r"^\| (.+?) \| ([\d.]+) \| ([\d.]+) \|$", table, re.MULTILINE)
    return {name: (float(large), float(small)) for name, large, small in rows}


def test_the_card_shows_what_is_measured(model: Model) -> None:
    shown = numbers(CARD.read_text(encoding="utf-8").split("<!-- measured -->")[1])
    found = numbers(measured(model))
    assert shown.keys() == found.keys()
    for name, pair in found.items():
        assert all(abs(a - b) <= FLOAT_NOISE for a, b in zip(pair, shown[name], strict=True)), (name, pair)


def test_the_large_model_is_better_where_it_matters() -> None:
    shown = numbers(CARD.read_text(encoding="utf-8"))
    assert all(large >= small for large, small in shown.values())
    assert shown["right sentence given, where there is one"][0] >= 0.85
    assert shown["abstention: recall"][0] >= 0.8
    assert shown["right tools called"][0] >= 0.85
