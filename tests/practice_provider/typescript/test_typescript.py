"""The Vercel AI SDK in TypeScript against the provider: every capability and every fault on every wire.

The tests themselves are in TypeScript, in this folder; here each of them is run and named. They need Node, and once a
package registry. Source of what the SDK promises: https://ai-sdk.dev/docs/reference
"""

import os
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.slow

MODELS = ("responses", "chat", "compatible", "anthropic", "google")
CAPABILITIES = (
    "text",
    "streamed text",
    "object",
    "streamed object",
    "tool loop",
    "streamed tool loop",
    "required tool",
    "named tool",
    "no tool",
    "failing tool",
    "conversation",
    "conversation that goes on",
    "image",
    "token limit",
)
FAULTS = (
    "rate limit",
    "rate limit before a stream",
    "server error",
    "wrong key",
    "bad request",
    "dropped stream",
    "early end",
    "bad chunk",
)
EMBEDDERS = ("responses", "compatible", "google")

GRID = [f"{model}: {capability}" for model in MODELS for capability in CAPABILITIES]
GRID += [f"{model}: {capability}" for model in EMBEDDERS for capability in ("embedding", "embeddings")]
BREAKDOWNS = [f"{model}: {fault}" for model in MODELS for fault in FAULTS]
BREAKDOWNS += ["responses: embedding after an error"]

Outcomes = dict[str, str | None]
RunTypescript = Callable[[str, dict[str, str]], Outcomes]


@pytest.fixture(scope="module")
def grid(run_typescript: RunTypescript, provider) -> Outcomes:
    return run_typescript("grid.test.ts", {**os.environ, "PRACTICE_URL": provider.url})


@pytest.fixture(scope="module")
def breakdowns(run_typescript: RunTypescript, provider) -> Outcomes:
    return run_typescript("faults.test.ts", {**os.environ, "PRACTICE_URL": provider.url})


@pytest.mark.parametrize("case", GRID)
def test_the_ai_sdk_gets_what_it_asked_for(grid: Outcomes, case: str) -> None:
    assert grid.get(case, f"node ran no such test, only {list(grid)}") is None


@pytest.mark.parametrize("case", BREAKDOWNS)
def test_the_ai_sdk_meets_faults_as_it_does_at_the_vendors(breakdowns: Outcomes, case: str) -> None:
    assert breakdowns.get(case, f"node ran no such test, only {list(breakdowns)}") is None


def test_every_test_in_typescript_is_named_here(grid: Outcomes, breakdowns: Outcomes) -> None:
    assert set(grid) == set(GRID)
    assert set(breakdowns) == set(BREAKDOWNS)
