"""Tools: what a model is told of them, and what it reads when it calls them wrongly."""

import json
import threading
from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field

from stages.s2_llms.errors import SettingsError
from stages.s2_llms.messages import ToolCall
from stages.s2_llms.tools import Tool, answer_calls, tool

OrderId = Annotated[str, Field(pattern=r"^BL-\d{5}$", description="The order's number.")]


@tool
def refund(order_id: OrderId, amount: Decimal, due: date | None = None) -> dict[str, object]:
    """Pay money back for an order.

    Only after the goods are back. This paragraph is for people.
    """
    if order_id == "BL-99999":
        raise LookupError("There is no order BL-99999. Ask for the number again.")
    return {"order_id": order_id, "amount": amount, "due": due}


def call(**arguments: object) -> ToolCall:
    return ToolCall("call-1", "refund", arguments)


def test_a_tool_is_made_of_a_functions_name_docstring_and_annotations() -> None:
    assert (refund.name, refund.description) == ("refund", "Pay money back for an order.")
    assert refund.parameters["required"] == ["order_id", "amount"]
    assert refund.parameters["additionalProperties"] is False
    assert refund.parameters["properties"]["order_id"]["description"] == "The order's number."


def test_arguments_become_what_the_annotations_say_and_the_result_is_json() -> None:
    result = refund.answer(call(order_id="BL-10433", amount="29.95", due="2026-11-30"))
    assert (result.call_id, result.is_error) == ("call-1", False)
    assert json.loads(result.text) == {"order_id": "BL-10433", "amount": "29.95", "due": "2026-11-30"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"order_id": "10433", "amount": "1"}, r"order_id is wrong: '10433' does not match '\^BL-"),
        ({"order_id": "BL-10433"}, "the object is wrong: 'amount' is a required property"),
        ({"order_id": "BL-10433", "amount": "1", "colour": "red"}, "'colour' was unexpected"),
        ({"order_id": "BL-10433", "amount": "1", "due": "soon"}, "due is wrong: Input should be a valid date"),
        ({"order_id": "BL-99999", "amount": "1"}, r"^There is no order BL-99999\. Ask for the number again\.$"),
    ],
)
def test_what_is_wrong_comes_back_as_a_result_that_names_it(arguments: dict[str, object], says: str) -> None:
    result = refund.answer(call(**arguments))
    assert result.is_error
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(result.text)


def test_a_wrong_call_never_reaches_the_function() -> None:
    ran: list[object] = []
    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    by_hand = Tool("count", "Count up.", parameters, lambda arguments: ran.append(arguments["n"]))
    assert by_hand.answer(ToolCall("1", "count", {"n": "two"})).is_error
    assert (
        by_hand.answer(ToolCall("1", "count", {}, broken='{"n": 1')).text == 'The arguments are no JSON object: {"n": 1'
    )
    assert by_hand.answer(ToolCall("1", "count", {"n": 2})).text == "null"
    assert ran == [2]


@pytest.mark.parametrize("error", [SettingsError("Set the key."), OSError("disk full"), ValueError("too much")])
def test_what_a_tool_may_meet_at_run_time_is_told(error: Exception) -> None:
    def meets() -> None:
        raise error

    result = Tool("meets", "", {"type": "object"}, lambda arguments: meets()).answer(ToolCall("1", "meets", {}))
    assert (result.text, result.is_error) == (str(error), True)


def test_a_bug_in_a_tool_stops_the_program() -> None:
    buggy = Tool("buggy", "", {"type": "object"}, lambda arguments: None + 1)  # type: ignore[operator]
    with pytest.raises(TypeError):
        buggy.answer(ToolCall("1", "buggy", {}))


def test_a_function_without_a_docstring_is_no_tool() -> None:
    def nameless(n: int) -> int:
        return n

    with pytest.raises(ValueError, match="nameless has no docstring"):
        tool(nameless)


def test_a_method_is_a_tool_too() -> None:
    class Shelf:
        def count(self, sku: str) -> int:
            """How many are there?"""
            return len(sku)

    assert tool(Shelf().count).answer(ToolCall("1", "count", {"sku": "BL-S54"})).text == "6"


def test_an_unknown_tool_is_answered_with_the_known_ones() -> None:
    (result,) = answer_calls([refund], [ToolCall("1", "refnud", {})])
    assert (result.is_error, result.text) == (True, "There is no tool 'refnud'. There are: refund.")


def test_calls_run_side_by_side_only_when_they_may_and_the_order_stays() -> None:
    both_here, seen = threading.Barrier(2), list[str]()

    def meet(name: str) -> str:
        """Wait for the other one."""
        both_here.wait(5)
        seen.append(name)
        return name

    calls = [ToolCall(str(n), "meet", {"name": name}) for n, name in enumerate(("first", "second"))]
    results = answer_calls([tool(meet)], calls, workers=2)
    assert [result.text for result in results] == ["first", "second"]
    assert [result.call_id for result in results] == ["0", "1"]

    def alone() -> str:
        """Say which thread this is."""
        return threading.current_thread().name

    assert answer_calls([tool(alone)], [ToolCall("1", "alone", {})])[0].text == threading.current_thread().name
