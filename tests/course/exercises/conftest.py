"""One practice provider for the exercise tests, found and started as a learner's first cell does it."""

import gc
import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import course
from course.first_cell import leave
from stages.s2_llms.practice import find_or_start


@pytest.fixture(scope="session")
def provider_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The learner's folder of this run, with a provider in it that answers without simulated delay."""
    folder = tmp_path_factory.mktemp("course")
    gc.collect()
    gc.freeze()  # what the imports made is not looked at again, or each collection below would take half a second
    before = os.environ.get("PRACTICE_SPEED")
    os.environ["PRACTICE_SPEED"] = "0"
    provider = find_or_start(folder / "provider", owner_pid=os.getpid())
    if before is None:
        del os.environ["PRACTICE_SPEED"]
    else:
        os.environ["PRACTICE_SPEED"] = before
    yield folder
    stop = urllib.request.Request(f"{provider.url}/practice/stop", b"{}", {"content-type": "application/json"})
    urllib.request.urlopen(stop, timeout=10).close()


@pytest.fixture
def begin(provider_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], course.Lesson]]:
    """`course.begin` with an empty progress file; the environment is put back afterwards."""
    (provider_folder / "progress.jsonl").unlink(missing_ok=True)
    before = dict(os.environ)
    monkeypatch.setenv("COURSE_HOME", str(provider_folder))
    monkeypatch.delenv("COURSE_PROVIDER", raising=False)
    yield course.begin
    gc.collect()  # the learners' code leaves its clients to the garbage collector: here, not in somebody else's test
    leave()
    os.environ.clear()
    os.environ.update(before)
