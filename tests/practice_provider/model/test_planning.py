"""Several tools in order: what is missing is looked up first, nothing is called twice, a hint is followed once."""

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from practice_provider.core import Reply, Text, Tool, ToolCall, ToolResult, Turn
from practice_provider.model import Model, planning

Result = Callable[[str, dict[str, Any]], Any]
Run = Callable[..., list[tuple[str, dict[str, Any]]]]


def tool(name: str, description: str, **parameters: Any) -> Tool:
    return Tool(name, description, {"type": "object", "properties": parameters, "required": list(parameters)})


NUMBER = {"type": "string", "pattern": r"^TR-\d+$"}
SERIAL = {"type": "string", "pattern": r"^SN-\d{4}$"}
LIST = tool("list_orders", "List the customer's orders, newest first.")
ORDER = tool("get_order", "Get one order by its number: items, prices, serial numbers.", order_id=NUMBER)
WARRANTY = tool("check_warranty", "Check whether a machine is still under warranty.", serial_number=SERIAL)
TRACK = tool("track_parcel", 'Tell where the parcel of an order is. Use it for "where is my order".', order_id=NUMBER)
REPAIR = tool(
    "book_repair",
    "Book a repair in the workshop for a broken machine.",
    serial_number=SERIAL,
    collect_on={"type": "string", "format": "date"},
)
TOOLS = (LIST, ORDER, WARRANTY, TRACK, REPAIR)
SHOP = {
    "list_orders": [{"order_id": "TR-7", "status": "sent"}, {"order_id": "TR-3", "status": "delivered"}],
    "get_order": {"order_id": "TR-7", "lines": [{"sku": "X", "serials": ["SN-1234"]}]},
    "check_warranty": {"covered": True},
    "track_parcel": {"place": "Oslo"},
}


@pytest.fixture
def run(ask: Callable[..., Reply]) -> Run:
    """Ask, give each call its result, and ask again until the model calls no more."""

    def play(request: str, result: Result = lambda name, _: SHOP[name], **options: Any) -> list[tuple[str, Any]]:
        turns: list[Turn] = [Turn("user", (Text(request),))]
        made: list[tuple[str, dict[str, Any]]] = []
        for _ in range(10):
            reply = ask(*turns, tools=TOOLS, **options)
            calls = [block for block in reply.blocks if isinstance(block, ToolCall)]
            if not calls:
                break
            made += [(call.name, dict(call.args)) for call in calls]
            answers = [ToolResult(call.id, json.dumps(result(call.name, dict(call.args)))) for call in calls]
            turns += [Turn("assistant", tuple(calls)), Turn("tool", tuple(answers))]
        return made

    return play


def test_a_missing_argument_is_looked_up_with_the_tool_whose_description_mentions_it(run: Run) -> None:
    assert run("Is the machine of order TR-7 still under warranty?") == [
        ("get_order", {"order_id": "TR-7"}),
        ("check_warranty", {"serial_number": "SN-1234"}),
    ]


def test_a_chain_of_three_tools_is_followed(run: Run) -> None:
    made = run("Is my machine still under warranty?")
    assert [name for name, _ in made] == ["list_orders", "get_order", "check_warranty"]
    assert made[1][1] == {"order_id": "TR-7"}


def test_the_record_that_shares_words_with_the_request_is_taken(run: Run) -> None:
    made = run("Where is my order, the delivered one?")
    assert made == [("list_orders", {}), ("track_parcel", {"order_id": "TR-3"})]


def test_nothing_is_called_twice_and_nothing_more_than_was_asked_for(run: Run) -> None:
    assert run("Where is my order TR-7?") == [("track_parcel", {"order_id": "TR-7"})]


def test_independent_calls_are_made_at_once(ask: Callable[..., Reply]) -> None:
    reply = ask("Where are my orders TR-7 and TR-8?", tools=TOOLS)
    assert [dict(b.args) for b in reply.blocks if isinstance(b, ToolCall)] == [
        {"order_id": "TR-7"},
        {"order_id": "TR-8"},
    ]


def test_where_calls_may_not_be_parallel_they_follow_one_another(run: Run) -> None:
    made = run("Where are my orders TR-7 and TR-8?", parallel_tools=False)
    assert [args["order_id"] for _, args in made] == ["TR-7", "TR-8"]


def test_a_tool_that_an_errors_hint_names_is_called_once(run: Run) -> None:
    shop = {**SHOP, "track_parcel": {"error": "not_sent", "message": "Not sent yet.", "hint": "Use get_order instead."}}
    made = run("Where is my order TR-7?", lambda name, _: shop[name])
    assert made == [("track_parcel", {"order_id": "TR-7"}), ("get_order", {"order_id": "TR-7"})]


def test_a_field_that_an_errors_hint_names_is_read_again_from_the_hint(run: Run) -> None:
    def result(name: str, args: dict[str, Any]) -> Any:
        if args["collect_on"] == "2026-12-02":
            return {"repair": "R-1"}
        return {"error": "bad_date", "message": "That day is full.", "hint": "Set collect_on to 2026-12-02."}

    made = run("Today is 2026-11-30. Please book a repair of SN-1234 for tomorrow.", result)
    assert [args["collect_on"] for _, args in made] == ["2026-12-01", "2026-12-02"]


def test_an_error_without_a_hint_ends_the_plan_and_is_told(ask: Callable[..., Reply], run: Run) -> None:
    made = run("Where is my order TR-7?", lambda *_: {"error": "not_found", "message": "No such order.", "hint": ""})
    assert made == [("track_parcel", {"order_id": "TR-7"})]


def test_a_tool_that_fails_for_ever_is_not_called_for_ever(run: Run) -> None:
    made = run("Where is my order TR-7?", lambda *_: {"error": "x", "message": "", "hint": "Check order_id TR-999."})
    assert len(made) <= 2


def test_an_id_of_an_earlier_message_is_used(call: Callable[..., Any]) -> None:
    before = ["Order TR-7 was a present.", Turn("assistant", (Text("How nice."),))]
    assert call(*before, "Where is the parcel of my order now?", tools=TOOLS) == [
        ("track_parcel", {"order_id": "TR-7"})
    ]


def test_what_no_tool_gives_is_asked_for(say: Callable[..., str]) -> None:
    said = say("Please book a repair for my broken machine SN-1234.", tools=TOOLS)
    assert said == "To use book_repair I need the collect on. Can you tell me?"


def test_a_tool_without_a_telling_description_is_not_found_by_a_plan(call: Callable[..., Any]) -> None:
    vague = (tool("get_order", "Gets data.", order_id=NUMBER), WARRANTY)
    assert call("Is the machine of order TR-7 still under warranty?", tools=vague) == []


def test_the_small_model_plans_nothing(run: Run) -> None:
    made = run("Is the machine of order TR-7 still under warranty?", model_name="practice-small")
    assert [name for name, _ in made] != ["get_order", "check_warranty"]


def measuring() -> Any:
    """The module measure_tools.py beside this file."""
    spec = importlib.util.spec_from_file_location("measure_tools", Path(__file__).with_name("measure_tools.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_tools"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_of_the_desks_tools_the_right_one_is_chosen_more_often_when_their_descriptions_are_good(model: Model) -> None:
    measure_tools = measuring()
    data = measure_tools.desk()
    good, vague = (
        measure_tools.choice(model, "practice-large", data, measure_tools.tools(data, which), dev=True)
        for which in ("description", "vague")
    )
    assert good.right / good.of >= 0.9
    assert vague.right / vague.of <= 0.75


def test_a_text_that_begins_with_error_is_one_though_nothing_marks_it(run: Run) -> None:
    def fails_once(name: str, arguments: dict[str, Any]) -> Any:
        return SHOP[name] if name != "check_warranty" else "Error: serial unknown."

    assert planning.error(ToolResult("c", "Error: serial unknown.")) == "Error: serial unknown."
    assert planning.error(ToolResult("c", "The error list is empty.")) is None
    made = run("Is the machine of order TR-7 still under warranty?", fails_once)
    assert [name for name, _ in made].count("check_warranty") <= 2
