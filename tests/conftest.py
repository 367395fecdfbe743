"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSERS_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
NO_BROWSER = (
    "no Chromium or Chrome was found. Debian, Ubuntu: sudo apt install chromium; "
    "macOS: brew install --cask google-chrome; Windows: winget install Google.Chrome"
)

# A run in the background of a script inherits that Ctrl-C is ignored, and so would the programs that tests press it in.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the program that browser tests drive with Playwright; without one a person's run skips, CI fails."""
    on_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    found = on_path or next((path for path in BROWSERS_ELSEWHERE if Path(path).exists()), None)
    if found:
        return Path(found)
    if os.environ.get("CI"):
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the root of the repository."""
    return Path(__file__).resolve().parent.parent
