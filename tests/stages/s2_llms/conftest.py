"""A practice provider in a process of its own, and a key for each test."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest

from stages.s2_llms.practice import Control, PracticeProvider, find_or_start

NUMBERS = count()


@pytest.fixture(scope="session")
def provider_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app of this stage looks for it, when COURSE_HOME is the folder above."""
    return tmp_path_factory.mktemp("home") / "provider"


@pytest.fixture(scope="session")
def running(provider_home: Path) -> Iterator[PracticeProvider]:
    provider = find_or_start(provider_home, os.getpid())
    yield provider
    process = psutil.Process(provider.pid)
    process.terminate()
    process.wait(10)


@pytest.fixture
def control(running: PracticeProvider) -> Control:
    mine = running.key(f"test-{next(NUMBERS)}")
    mine.pace(0)
    return mine
