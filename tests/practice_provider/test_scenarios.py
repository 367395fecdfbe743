"""Scenarios: faults that come and go by themselves while time passes."""

import time
from typing import Any

import pytest

from practice_provider.faults import Asked
from practice_provider.scenarios import NAMED, Scenario, read_scenario

OPENAI = Asked("openai", "/openai/v1/chat/completions", chat=True, stream=True)


def kinds(scenario: Scenario, *moments_s: float) -> list[str | None]:
    picked = [scenario.pick(OPENAI, moment_s) for moment_s in moments_s]
    return [order and order.kind for order in picked]


def step(at_s: float, for_s: float, kind: str, **fault: Any) -> dict[str, Any]:
    return {"at_s": at_s, "for_s": for_s, "fault": {"kind": kind, **fault}}


def test_an_outage_begins_and_ends_by_itself():
    scenario = read_scenario({"steps": [step(5, 10, "unavailable")]}, 100.0, ["openai"])
    assert kinds(scenario, 100.0, 104.9) == [None, None]
    assert kinds(scenario, 105.0, 110.0, 114.9) == ["unavailable"] * 3
    assert kinds(scenario, 115.0, 1_000.0) == [None, None]


def test_where_steps_overlap_the_first_that_fits_wins():
    steps = [step(0, 10, "server", route="anthropic"), step(5, 10, "overloaded"), step(5, 10, "rate_limit")]
    scenario = read_scenario({"steps": steps}, 0.0, ["openai", "anthropic"])
    assert kinds(scenario, 1.0, 6.0) == [None, "overloaded"]


def test_a_repeated_scenario_begins_anew_and_so_do_its_counts():
    scenario = read_scenario({"steps": [step(0, 5, "server", count=1)], "repeat_s": 10}, 0.0, ["openai"])
    assert kinds(scenario, 0.0, 1.0, 11.0, 12.0, 21.0) == ["server", None, "server", None, "server"]


def test_a_rate_is_the_same_in_each_round():
    scenario = read_scenario({"steps": [step(0, 10, "server", rate=0.5, seed=3)], "repeat_s": 10}, 0.0, ["openai"])
    first, second = ([scenario.pick(OPENAI, start + n / 10) is None for n in range(50)] for start in (0.0, 10.0))
    assert first == second
    assert 10 < sum(first) < 40


@pytest.mark.parametrize("name", NAMED)
def test_each_named_scenario_can_be_played_and_hits_somebody(name):
    scenario = read_scenario({"name": name}, 0.0, ["openai"])
    assert {kind for kind in kinds(scenario, *(n / 5 for n in range(300))) if kind}
    assert scenario.as_json(0.0)["name"] == name


def test_it_says_where_it_stands():
    scenario = read_scenario({"steps": [step(0, 2, "server"), step(2, 2, "drop"), step(9, 1, "slow")]}, 0.0, ["openai"])
    assert [one["state"] for one in scenario.as_json(3.0)["steps"]] == ["over", "now", "ahead"]
    assert (scenario.as_json(3.0)["playing"], scenario.as_json(10.0)["playing"]) == (True, False)


def test_a_scenario_plays_over_http_until_it_is_stopped(parrot, key, chat):
    def status() -> int:
        return int(parrot.send("POST", chat.path, key, json=chat.body("hi")).status_code)

    parrot.control(key, "POST", "scenario", {"steps": [step(0, 0.4, "forbidden"), step(0.4, 60, "server")]})
    assert status() == 403
    time.sleep(0.45)
    assert status() == 500
    assert parrot.control(key, "GET", "scenario")["scenario"]["steps"][0]["state"] == "over"
    assert parrot.control(key, "DELETE", "scenario") == {"scenario": None}
    assert status() == 200
    assert [entry["fault"] for entry in parrot.journal(key)] == ["forbidden", "server", None]


def test_an_ordered_fault_goes_before_the_scenario(parrot, key, chat):
    parrot.control(key, "POST", "scenario", {"steps": [step(0, 60, "server")]})
    parrot.order(key, "forbidden")
    statuses = [parrot.send("POST", chat.path, key, json=chat.body("hi")).status_code for _ in range(2)]
    assert statuses == [403, 500]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "steps"),
        ({"name": "storm"}, "storm"),
        ({"steps": []}, "steps=[]"),
        ({"steps": [{"at_s": 1}]}, "steps[0]"),
        ({"steps": [step(-1, 1, "server")]}, "steps[0].at_s=-1"),
        ({"steps": [step(0, 1, "sever")]}, "sever"),
        ({"steps": [step(0, 1, "server")], "repeat_s": 0}, "repeat_s=0"),
        ({"steps": [step(0, 1, "server")], "again": True}, "again"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused_with_the_value(parrot, key, body, wrong):
    reply = parrot.send("POST", "/practice/scenario", key, json=body)
    assert reply.status_code == 400
    assert wrong in reply.json()["error"]
    assert parrot.control(key, "GET", "scenario")["scenario"] is None
