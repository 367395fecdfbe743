"""Finding, starting and ordering the practice provider."""

import json
import urllib.request
from pathlib import Path

import pytest

from stages.s2_llms.errors import CourseError, ProviderUnavailable
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start, without_proxy


def test_a_second_call_finds_the_running_provider(running: PracticeProvider, provider_home: Path) -> None:
    assert find_or_start(provider_home) == running


def test_a_provider_that_cannot_start_is_reported_with_its_own_words(tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("not a folder")
    with pytest.raises(ProviderUnavailable, match="did not start"):
        find_or_start(in_the_way)


def test_an_unknown_fault_is_refused_with_the_known_ones(control: Control) -> None:
    with pytest.raises(CourseError, match="rate_limit"):
        control.order("ratelimit")


def test_nobody_at_the_address_is_said_with_the_fix() -> None:
    gone = PracticeProvider("http://127.0.0.1:9", pid=1)
    assert not gone.healthy()
    with pytest.raises(ProviderUnavailable, match="course provider start"):
        gone.key("x").journal()


def test_the_environment_points_each_sdk_at_its_own_prefix(control: Control) -> None:
    env = control.env()
    assert env["OPENAI_BASE_URL"] == f"{control.url}/openai/v1"
    assert env["ANTHROPIC_BASE_URL"] == f"{control.url}/anthropic"
    assert env["GOOGLE_GEMINI_BASE_URL"] == f"{control.url}/gemini"
    keys = [value for name, value in env.items() if name.endswith("_API_KEY")]
    assert keys == [control.key] * 3


def test_a_key_that_resets_has_an_empty_journal_and_no_faults(control: Control) -> None:
    control.order("overloaded", count=5)
    control.limit(requests=1, window_s=60)
    request = urllib.request.Request(
        f"{control.url}/openai/v1/models", headers={"authorization": f"Bearer {control.key}"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    refused.value.close()
    assert len(control.journal()) == 1
    control.reset()
    assert control.journal() == []
    with urllib.request.urlopen(request) as reply:
        assert json.load(reply)["object"] == "list"


def _list_models(control: Control) -> int:
    request = urllib.request.Request(
        f"{control.url}/openai/v1/models", headers={"authorization": f"Bearer {control.key}"}
    )
    try:
        with urllib.request.urlopen(request) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code


def test_a_scenario_plays_by_itself_and_the_journal_is_searched_for_what_it_did(control: Control) -> None:
    control.reset()
    control.play([{"at_s": 0, "for_s": 60, "fault": {"kind": "unavailable", "count": 1}}])
    assert [_list_models(control) for _ in range(2)] == [503, 200]
    assert [entry.fault for entry in control.journal(status="5xx")] == ["unavailable"]
    control.play("outage")
    control.reset()


def test_a_key_gets_a_budget_limits_and_an_account_of_its_use(control: Control) -> None:
    control.limit(concurrent=1)
    control.limit(tokens=1_000, window_s=60, kind="bucket")
    control.grant(budget_usd=0.5)
    assert (control.usage()["left_usd"], control.usage()["total"]["requests"]) == (0.5, 0)
    control.grant(disabled=True)
    assert _list_models(control) == 401
    control.grant()
    assert _list_models(control) == 200
    control.reset()


def test_the_way_to_this_machine_never_leads_through_a_proxy() -> None:
    assert without_proxy({"NO_PROXY": "intra.example"})["no_proxy"] == "intra.example,127.0.0.1,localhost"
