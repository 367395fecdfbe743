"""A practice provider in a process of its own, a key for each test, and a chat with each platform on it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from stages.s2_llms.chat import Chat
from stages.s2_llms.practice import Control, PracticeProvider, find_or_start
from stages.s2_llms.providers import PROVIDERS

NUMBERS = count()
OPENED: list[Chat] = []
"""The chats that a test has opened: they keep connections, and are closed after it."""

ADDRESSES = {
    "openai": "/openai/v1",
    "anthropic": "/anthropic",
    "google": "/gemini",
    "azure": "/azure/openai/v1",
    "foundry": "/foundry/anthropic",
    "bedrock": "/bedrock",
    "vertex": "/vertex",
}
"""Where each platform's own API stands on the practice provider."""


def open_chat(platform: str, control: Control, *, key: str = "", model: str = "practice-large", **more: Any) -> Chat:
    """A chat over the platform's own SDK; Bedrock's keys have a secret that signs."""
    provider = replace(PROVIDERS[platform], name="practice")
    key = (key or control.key) + (":practice-secret" if platform == "bedrock" else "")
    OPENED.append(Chat(provider, model=model, key=key, base_url=control.url + ADDRESSES[platform], **more))
    return OPENED[-1]


@pytest.fixture(params=ADDRESSES)
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every platform in turn; Vertex wants a project."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "practice-project")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return str(request.param)


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
def control(running: PracticeProvider) -> Iterator[Control]:
    mine = running.key(f"test-{next(NUMBERS)}")
    mine.pace(0)
    yield mine
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def chat(platform: str, control: Control) -> Chat:
    """A chat over each platform in turn."""
    return open_chat(platform, control)
