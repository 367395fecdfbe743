"""Every cell of the grid, in every mode: the model was asked what the client said, and the client heard its answer."""

import re
from typing import Any

import pytest

from practice_provider.faults import KINDS

from .asks import ASK, CAPABILITIES, HELLO
from .cells import CELLS, REFUSED, WORKS, Cell
from .column import expected
from .stage import meaning

# google-genai takes aiohttp where it is installed, in a way that aiohttp advises against
pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")

ROWS = {capability.name: capability for capability in CAPABILITIES}
LOOSE = ("max_tokens", "logprobs")  # what a protocol may say although nobody asked for it


def _cells(table: str, *marks: str) -> list[Any]:
    wanted = (cell for cell in CELLS if cell.table == table and (not marks or cell.mark in marks))
    return [pytest.param(cell, id=str(cell)) for cell in wanted]


@pytest.fixture(autouse=True)
def _tell_the_grid(cell: Cell, request: pytest.FixtureRequest) -> None:
    request.node.user_properties.append(("cell", cell.told()))


@pytest.mark.parametrize("cell", _cells("capabilities", WORKS))
def test_the_model_is_asked_what_the_client_says_and_the_client_hears_its_answer(stage, cell: Cell) -> None:
    column, row = cell.column, ROWS[cell.row]
    stage.told.says = row.says
    heard = stage.hear(column, cell.mode, row.ask)
    sent = meaning(column.said(row.ask))
    for asked in map(meaning, stage.told.asked):
        assert asked == sent | {name: asked[name] for name in LOOSE if sent[name] is None}
    assert len(stage.told.asked) == row.ask.n
    wanted = expected(column, row.says)
    for name in ("text", "stop", "tokens_in", "tokens_out", "calls", *row.told):
        assert getattr(heard, name) == getattr(wanted, name), name
    assert len(set(heard.ids)) == len(heard.ids)


@pytest.mark.parametrize("cell", _cells("capabilities", REFUSED))
def test_what_a_vendor_lacks_is_refused_in_its_words(stage, cell: Cell) -> None:
    column, row = cell.column, ROWS[cell.row]
    stage.told.says = row.says
    with pytest.raises(column.failures["bad_request"].kind) as caught:
        stage.hear(column, cell.mode, row.ask)
    assert column.status(caught.value) == 400
    assert re.search(column.lacks[cell.row].refusal, str(caught.value))
    assert stage.told.asked == []


@pytest.mark.parametrize("cell", _cells("errors"))
def test_an_ordered_error_is_raised_as_the_class_that_the_sdk_has_for_it(stage, order, cell: Cell) -> None:
    column, failure = cell.column, cell.column.failures[cell.row]
    stage.told.says = (HELLO,)
    order(column, cell.row, count=1)
    with pytest.raises(failure.kind) as caught:
        stage.hear(column, cell.mode, ASK)
    assert type(caught.value).__name__ == failure.name
    assert column.status(caught.value) == failure.status
    assert KINDS[cell.row].message.rstrip(".") in str(caught.value)
    assert stage.told.asked == []
    stage.hear(column, cell.mode, ASK)  # the next one is served


@pytest.mark.parametrize("cell", _cells("streams"))
def test_a_stream_that_breaks_is_noticed_where_the_sdk_can_notice_it(stage, order, cell: Cell) -> None:
    stage.told.says = (HELLO,)
    order(cell.column, cell.row, count=1)
    noticed = cell.column.breaks[cell.row]
    if noticed is None:
        broken, whole = (stage.get(cell.column, cell.mode, ASK) for _ in range(2))
        assert 0 < len(broken) < len(whole)
        return
    with pytest.raises(noticed) as caught:
        stage.hear(cell.column, cell.mode, ASK)
    assert type(caught.value) in (noticed if isinstance(noticed, tuple) else (noticed,))
