"""The loop of an agent, over every platform: it acts, it mends its calls, and it always ends."""

import time
from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import Field

from stages.s2_llms.chat import Answer, Chat, Message, ToolCall, ToolResult, Words
from stages.s2_llms.errors import AuthFailed, StreamCut
from stages.s2_llms.loop import Budget, Run, run
from stages.s2_llms.practice import Control
from stages.s2_llms.retry import RetryPolicy
from stages.s2_llms.tools import Tool, tool

from .conftest import open_chat

OrderId = Annotated[str, Field(pattern=r"^BL-\d{5}$", description="The order's number, BL- and five digits.")]
ORDERS = {"BL-10433": "dispatched", "BL-10482": "delivered"}
QUICK = RetryPolicy(base_s=0, tries=3)


@tool
def order_status(order_id: OrderId) -> str:
    """Get the status of one order by its number, BL- and five digits."""
    if order_id not in ORDERS:
        raise LookupError(f"There is no order {order_id}. Ask for the number again.")
    return f"Order {order_id} is {ORDERS[order_id]}."


ASKED = [Message("user", "What is the status of order BL-10433 and of order BL-10482?")]


def ran(events: Iterator[object]) -> Run:
    *_, last = events
    assert isinstance(last, Run)
    return last


def test_it_looks_up_and_answers_on_every_platform(chat: Chat, control: Control) -> None:
    events = list(run(chat, ASKED, [order_status]))
    kinds = [type(event) for event in events if not isinstance(event, Words)]
    assert kinds == [ToolCall, ToolCall, Answer, ToolResult, ToolResult, Answer, Run]
    end = events[-1]
    assert isinstance(end, Run)
    assert end.end == "answered"
    assert "dispatched" in end.text
    assert "delivered" in end.text
    assert [message.role for message in end.messages] == ["user", "assistant", "user", "assistant"]
    assert len(end.answers) == len(control.journal()) == 2
    assert end.cost_usd == pytest.approx(sum(entry.cost_usd or 0 for entry in control.journal()))


def test_a_question_without_a_need_for_tools_is_one_call(control: Control) -> None:
    end = ran(run(open_chat("openai", control), [Message("user", "Hello")], [order_status]))
    assert (end.end, len(end.answers), len(control.journal())) == ("answered", 1, 1)


def test_an_error_of_a_tool_is_a_result_that_the_model_reads(chat: Chat) -> None:
    end = ran(run(chat, [Message("user", "What is the status of order BL-99999?")], [order_status]))
    assert end.end == "answered"
    assert "no order BL-99999" in end.text
    (result,) = end.messages[2].parts
    assert isinstance(result, ToolResult)
    assert result.is_error


def test_wrong_arguments_run_nothing_and_the_run_goes_on(control: Control) -> None:
    control.order("wrong_arguments", count=1, how="mistyped")
    results = [
        event for event in run(open_chat("openai", control), ASKED, [order_status]) if isinstance(event, ToolResult)
    ]
    assert any(result.is_error and "order_id is wrong" in result.text for result in results)


class Stubborn(Chat):
    """A chat whose model always asks for a tool: what no practice model does for long, and real ones sometimes do."""

    def __init__(self, arguments: Iterator[dict[str, object]], stop: str = "tool", seconds: float = 0.0) -> None:
        self.model, self._arguments, self._stop_word, self._seconds = "practice-large", arguments, stop, seconds

    def stream(self, messages: object, **options: object) -> Iterator[object]:  # type: ignore[override]
        time.sleep(self._seconds)
        call = ToolCall("1", "order_status", next(self._arguments))
        yield call
        yield Answer("", self.model, self._stop_word, 100_000, 0, 0, 0, calls=(call,))  # type: ignore[arg-type]


def numbers() -> Iterator[dict[str, object]]:
    return ({"order_id": f"BL-{n}"} for n in range(10_000, 99_999))


def same() -> Iterator[dict[str, object]]:
    return ({"order_id": "BL-10433"} for _ in range(99))


@pytest.mark.parametrize(
    ("stubborn", "budget", "end", "answers"),
    [
        (Stubborn(numbers()), Budget(steps=4, usd=9), "steps", 4),
        (Stubborn(numbers(), seconds=0.05), Budget(steps=99, seconds=0.12, usd=9), "seconds", 3),
        (Stubborn(numbers()), Budget(steps=99, usd=0.6), "usd", 3),
        (Stubborn(same()), Budget(steps=99, usd=9), "circles", 3),
        (Stubborn(numbers(), stop="length"), Budget(), "length", 1),
        (Stubborn(numbers(), stop="refusal"), Budget(), "refusal", 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_always_ends_and_says_why(stubborn: Chat, budget: Budget, end: str, answers: int) -> None:
    acted: list[object] = []
    spy = Tool("order_status", "", {"type": "object"}, lambda arguments: acted.append(arguments))
    last = ran(run(stubborn, ASKED, [spy], budget=budget))
    assert last.end == end
    assert abs(len(last.answers) - answers) <= (end == "seconds")
    assert len(acted) == len(last.answers) - 1, "what nobody will read is not done"


def test_an_overload_before_the_first_event_is_asked_again(control: Control) -> None:
    control.order("overloaded", count=1)
    assert ran(run(open_chat("openai", control), ASKED, [order_status], retry=QUICK)).end == "answered"
    assert [entry.status for entry in control.journal()] == [503, 200, 200]


def test_a_wrong_key_is_not_asked_again(control: Control) -> None:
    control.order("auth", count=9)
    with pytest.raises(AuthFailed):
        ran(run(open_chat("openai", control), ASKED, [order_status], retry=QUICK))
    assert len(control.journal()) == 1


def test_a_cut_after_words_were_shown_is_raised_and_not_asked_again(control: Control) -> None:
    control.order("cut_stream", count=1, after=4, skip=1)
    shown: list[object] = []
    events = run(open_chat("openai", control), ASKED, [order_status], retry=QUICK)
    with pytest.raises(StreamCut):
        shown.extend(events)
    assert any(isinstance(event, Words) for event in shown)
    assert len(control.journal()) == 2
