"""A folder for the desk and a practice provider without delay in it, shared by all tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from capstone.connection import Exchange
from capstone.knowledge import Knowledge, Status
from stages.s2_llms.practice import PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS


@pytest.fixture(scope="session")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that COURSE_HOME names during these tests; the provider that lives there answers without delay."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("course")
        patch.setenv("COURSE_HOME", str(home))
        patch.setenv("PRACTICE_SPEED", "0")
        for name in ("COURSE_PROVIDER", "COURSE_LEARNER", "PRACTICE_HOME"):
            patch.delenv(name, raising=False)
        yield home


@pytest.fixture(scope="session")
def provider(desk_home: Path) -> PracticeProvider:
    """The practice provider of that folder; it leaves when the tests' process ends."""
    return find_or_start(desk_home / "provider", owner_pid=os.getpid())


@pytest.fixture
def exchange(desk_home: Path, provider: PracticeProvider) -> Exchange:
    """A connection to that provider, with an environment of its own."""
    return Exchange(PROVIDERS["practice"], desk_home, dict(os.environ))


@pytest.fixture(scope="session")
def first_start(desk_home: Path, provider: PracticeProvider) -> tuple[Knowledge, list[Status]]:
    """The desk's knowledge, indexed once for all tests of this process, and what was told meanwhile."""
    exchange = Exchange(PROVIDERS["practice"], desk_home, dict(os.environ))
    knowledge, told = Knowledge(desk_home / "desk", exchange.embedder()), list[Status]()
    knowledge.index(told.append)
    return knowledge, told


@pytest.fixture
def knowledge(first_start: tuple[Knowledge, list[Status]]) -> Knowledge:
    """That knowledge."""
    return first_start[0]
