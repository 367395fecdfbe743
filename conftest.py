"""What every test, doctest and notebook of the course gets: a home of its own, no delay, no real key, no proxy.

It stands in the root so that `pytest notebooks` has it too. The practice provider that the notebooks share is started
once for the run, and stopped with it. Fixtures are in tests/.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from course.running_provider import find, stop
from stages.s2_llms.practice import find_or_start

HOME = pytest.StashKey[Path]()
LOOPBACK = "127.0.0.1,localhost,::1"

# A learner's own settings must not decide what a test sees, or what it costs.
PRIVATE = ("_API_KEY", "_BASE_URL", "_AUTH_TOKEN", "_ACCESS_KEY", "_ACCESS_KEY_ID", "_SESSION_TOKEN")
OURS = ("COURSE_", "PRACTICE_")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the environment before a worker, a notebook's kernel or a child process inherits it."""
    if hasattr(config, "workerinput"):  # a worker of xdist: the process that started it has done this
        return
    for name in list(os.environ):
        if name.startswith(OURS) or name.endswith(PRIVATE):
            del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="course-tests-"))
    config.stash[HOME] = home
    os.environ.update(COURSE_HOME=str(home), PRACTICE_SPEED="0", NO_PROXY=LOOPBACK, no_proxy=LOOPBACK)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the provider for the notebooks: each kernel would start its own otherwise, and take it along."""
    if any(item.path.suffix == ".ipynb" for item in session.items):
        owner = os.getppid() if hasattr(session.config, "workerinput") else os.getpid()
        find_or_start(Path(os.environ["COURSE_HOME"]) / "provider", owner)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep a notebook's kernel from inheriting what Streamlit sets on import: plots would not be shown."""
    if item.path.suffix == ".ipynb":
        os.environ.pop("MPLBACKEND", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the provider of this run, and remove its home."""
    if home := config.stash.get(HOME, None):
        if provider := find(home / "provider"):
            stop(provider)
        shutil.rmtree(home, ignore_errors=True)
