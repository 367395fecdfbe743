"""JSON that is valid and still can't be carried further is refused before anything else looks at it."""

from typing import Any

import pytest

from practice_provider.core import Fault
from practice_provider.wires import anthropic_messages, gemini_generate


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (nested(70), "nested deeper than 64 levels"),
        ("half of \ud83d", "half character \\ud83d"),
        ({"\ud83d": 1}, "half character \\ud83d"),
        (float("nan"), "number nan, which is not JSON"),
    ],
)
def test_a_value_that_nothing_can_carry_is_refused_wherever_it_stands(value: Any, words: str) -> None:
    for wire in (anthropic_messages, gemini_generate):
        with pytest.raises(Fault) as caught:
            wire.read({"metadata": {"user_id": [value]}}, {})
        assert words in caught.value.message


def test_a_whole_emoji_is_welcome() -> None:
    ask = gemini_generate.read({"contents": "🫖 \N{LINE SEPARATOR}"}, {"model": "models/m"})
    assert (ask.model, ask.turns[0].text()) == ("m", "🫖 \N{LINE SEPARATOR}")
