"""Clients that are not ours use our servers: the inspector, a program in TypeScript, and the conformance suite.

They need Node, and a package registry once: `tests/servers/mcp_clients.py install`. What lesson s2.9 shows of them is
compared with what they say now. Source: https://github.com/modelcontextprotocol/conformance
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ...servers import mcp_clients
from ...servers.mcp_clients import CALLS, HERE, RECORD, Scenario

pytestmark = pytest.mark.slow

SCENARIOS = [scenario["name"] for scenario in json.loads(RECORD.read_text("utf-8"))["conformance"]]


@pytest.fixture(scope="module")
def recorded() -> Any:
    return json.loads(RECORD.read_text("utf-8"))


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with mcp_clients.shop_over_http() as url:
        yield url


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Scenario]:
    with mcp_clients.script_over_http(HERE / "mcp_everything.py") as url:
        return {scenario.name: scenario for scenario in mcp_clients.conformance(url)}


def test_a_program_in_typescript_gets_what_the_lesson_shows(shop: str, recorded: Any) -> None:
    assert mcp_clients.typescript(shop) == recorded["typescript"]
    assert len(recorded["typescript"]) == 1 + len(CALLS)


@pytest.mark.parametrize(("tool", "arguments"), CALLS, ids=[name for name, _ in CALLS])
def test_the_inspector_gets_what_the_lesson_shows(
    shop: str, recorded: Any, tool: str, arguments: dict[str, str]
) -> None:
    pairs = [f"{name}={value}" for name, value in arguments.items()]
    seen = mcp_clients.inspector(shop, "--method", "tools/call", "--tool-name", tool, "--tool-arg", *pairs)
    assert not seen["isError"]
    assert seen["structuredContent"] == recorded["inspector"][tool]


def test_the_inspector_finds_nothing_in_our_schemas_that_clients_may_stumble_over(shop: str) -> None:
    listed = mcp_clients.inspector(shop, "--method", "tools/list", "--strict")
    assert len(listed["tools"]) == len(CALLS)


def test_the_inspector_sees_resources_and_prompts(shop: str) -> None:
    assert len(mcp_clients.inspector(shop, "--method", "resources/list")["resources"]) > 10
    assert [prompt["name"] for prompt in mcp_clients.inspector(shop, "--method", "prompts/list")["prompts"]] == [
        "triage"
    ]


def test_a_wrong_key_stops_the_program_in_typescript(shop: str) -> None:
    with pytest.raises(mcp_clients.ClientsError, match="invalid_token"):
        mcp_clients.typescript(shop, key="wrong")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_of_the_conformance_suite_passes(outcomes: dict[str, Scenario], name: str) -> None:
    assert outcomes[name].failed == 0
    assert outcomes[name].passed > 0


def test_the_suite_has_no_scenario_that_is_not_named_here(outcomes: dict[str, Scenario]) -> None:
    assert set(outcomes) == set(SCENARIOS)
    assert len(outcomes) >= 30
