"""Tool choice: which tools are called, with which arguments, and when none is."""

from collections.abc import Callable
from typing import Any

import pytest

from practice_provider.core import Fault, Reply, Text, Tool, ToolCall, ToolResult, Turn

Call = Callable[..., list[tuple[str, dict[str, Any]]]]

ID = {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ORDER = Tool("get_order", "Look up the status of an order by its id.", ID)
WEATHER = Tool("get_weather", "Get the weather in a city.", CITY)
TRACK = Tool(
    "track_parcel",
    "Track where a parcel is now, by its tracking number.",
    {"type": "object", "properties": {"tracking_number": {"type": "string"}}, "required": ["tracking_number"]},
)
TOOLS = (ORDER, WEATHER)


def test_the_nearest_tool_is_called_with_arguments_from_the_request(call: Call) -> None:
    assert call("Where is my order TR-1001?", tools=TOOLS) == [("get_order", {"order_id": "TR-1001"})]
    assert call("What is the weather like in New York?", tools=TOOLS) == [("get_weather", {"city": "New York"})]


def test_a_reply_with_a_call_stops_for_the_tool(ask: Callable[..., Reply]) -> None:
    assert ask("Where is my order TR-1001?", tools=TOOLS).stop == "tool"


def test_two_ids_make_two_calls_where_parallel_calls_are_allowed(call: Call) -> None:
    request = "Where are my orders TR-1 and TR-2?"
    assert [args["order_id"] for _, args in call(request, tools=TOOLS)] == ["TR-1", "TR-2"]
    assert [args["order_id"] for _, args in call(request, tools=TOOLS, parallel_tools=False)] == ["TR-1"]


def test_two_things_make_two_calls(call: Call) -> None:
    calls = call("Check order TR-1 and what's the weather in Oslo?", tools=TOOLS)
    assert calls == [("get_order", {"order_id": "TR-1"}), ("get_weather", {"city": "Oslo"})]


@pytest.mark.parametrize("request_words", ["Hello!", "Tell me a joke.", "What is the capital of France?"])
def test_no_tool_is_called_when_none_is_near(call: Call, request_words: str) -> None:
    assert call(request_words, tools=TOOLS) == []


def test_no_tool_is_called_when_tools_are_forbidden(call: Call) -> None:
    assert call("Where is my order TR-1001?", tools=TOOLS, tool_choice="none") == []


def test_a_required_call_is_made_even_when_no_tool_is_near(call: Call) -> None:
    assert len(call("Hello!", tools=TOOLS, tool_choice="required")) == 1


def test_a_named_tool_is_called_whatever_is_near(call: Call) -> None:
    calls = call("Where is my order TR-1001?", tools=TOOLS, tool_choice="named", tool_name="get_weather")
    assert [name for name, _ in calls] == ["get_weather"]


def test_a_named_tool_that_does_not_exist_is_refused(call: Call) -> None:
    with pytest.raises(Fault, match="There is no tool 'fly'"):
        call("Hello", tools=TOOLS, tool_choice="named", tool_name="fly")


def test_the_large_model_asks_for_a_missing_argument_and_uses_the_answer(call: Call, say: Callable[..., str]) -> None:
    asked = say("Where is my order?", tools=TOOLS)
    assert asked == "To use get_order I need the order id. Can you tell me?"
    calls = call("Where is my order?", Turn("assistant", (Text(asked),)), "It is TR-5.", tools=TOOLS)
    assert calls == [("get_order", {"order_id": "TR-5"})]


def test_the_small_model_calls_without_the_argument(call: Call) -> None:
    calls = call("Where is my order?", tools=TOOLS, model_name="practice-small")
    assert calls == [("get_order", {"order_id": ""})]


def called(name: str, args: dict[str, Any], result: str) -> tuple[Turn, Turn]:
    return Turn("assistant", (ToolCall("c1", name, args),)), Turn("tool", (ToolResult("c1", result),))


def test_after_the_results_the_model_answers_and_calls_no_more(call: Call) -> None:
    turns = called("get_order", {"order_id": "TR-1"}, '{"status": "shipped"}')
    assert call("Where is my order TR-1?", *turns, tools=TOOLS) == []


def test_after_the_results_a_tool_that_is_still_needed_is_called_with_what_they_told(call: Call) -> None:
    turns = called("get_order", {"order_id": "TR-1"}, '{"status": "shipped", "tracking_number": "DP-998877"}')
    request = "Look up the status of order TR-1 and then track where the parcel is now."
    assert call(request, *turns, tools=(ORDER, TRACK)) == [("track_parcel", {"tracking_number": "DP-998877"})]
