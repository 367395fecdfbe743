"""What holds for every conversation, not only for those of the grid, on every wire."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_provider.core import Ask, Reply, Text, Tool, ToolCall, Turn, Usage

from .asks import MODEL, object_of
from .column import Column, Mode, expected
from .columns import COLUMNS
from .stage import meaning

PLAIN, STREAM = Mode(False, False), Mode(False, True)

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip)
names = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.floats(-1e6, 1e6).map(lambda n: round(n, 3)) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)
properties = st.builds(
    lambda kind, about: {"type": kind, "description": about},
    st.sampled_from(["string", "integer", "number", "boolean"]),
    words,
)
schemas = st.dictionaries(names, properties, min_size=1, max_size=4).map(lambda fields: object_of(**fields))
tools = st.lists(st.builds(Tool, names, words, schemas), max_size=3, unique_by=lambda tool: tool.name).map(tuple)


@st.composite
def talks(draw: st.DrawFn) -> tuple[Turn, ...]:
    """A conversation: instructions at times, then user and assistant by turns, the user last."""
    system = [Turn("system", (Text(draw(words)),))] if draw(st.booleans()) else []
    count = 2 * draw(st.integers(0, 2)) + 1
    return (*system, *(Turn("assistant" if number % 2 else "user", (Text(draw(words)),)) for number in range(count)))


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Words, or calls with arguments of any shape, or words and then calls."""
    said = [Text(draw(words))] if draw(st.booleans()) else []
    arguments = draw(st.lists(st.dictionaries(names, values, max_size=3), max_size=3, min_size=0 if said else 1))
    calls = [ToolCall(f"call_{number}", draw(names), args) for number, args in enumerate(arguments)]
    usage = Usage(draw(st.integers(1, 1000)), draw(st.integers(1, 9999)))  # fewer than the prompt cache keeps
    return Reply("1", MODEL, (*said, *calls), "tool" if calls else "end", usage)


asks = st.builds(Ask, st.just(MODEL), talks(), tools, schema=st.none() | schemas).map(
    lambda ask: replace(ask, schema=None) if ask.tools else ask
)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
every_column = pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.title)


@every_column
@few
@given(ask=asks, reply=replies())
def test_any_talk_reaches_the_model_and_any_reply_the_client(stage, column: Column, ask: Ask, reply: Reply) -> None:
    stage.told.says = (reply,)
    stage.told.asked.clear()
    plain, streamed = stage.hear(column, PLAIN, ask), stage.hear(column, STREAM, ask)
    sent = meaning(column.said(ask))
    for asked in map(meaning, stage.told.asked):
        assert asked == sent | {"max_tokens": asked["max_tokens"]}
    wanted = expected(column, (reply,))
    for name in ("text", "stop", "tokens_in", "tokens_out", "calls"):
        assert getattr(plain, name) == getattr(wanted, name), name
    assert streamed == plain


@every_column
@few
@given(ask=asks, reply=replies())
def test_the_same_ask_gets_the_same_bytes(stage, column: Column, ask: Ask, reply: Reply) -> None:
    stage.told.says = (reply,)
    for mode in (PLAIN, STREAM):
        stage.line.replies.clear()
        for _ in range(2):
            stage.get(column, mode, ask)
        first, second = stage.line.replies
        assert first == second
