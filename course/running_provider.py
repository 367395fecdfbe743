"""The practice provider that runs for this learner, found without starting one.

The provider writes down where it listens, in its home; a note that was left by a dead process is not believed, because
the address must answer with the same instance. Starting is `stages.s2_llms.practice.find_or_start`.
"""

import json
import time
from pathlib import Path
from typing import Any

from stages.s2_llms.errors import CourseError, ProviderUnavailable
from stages.s2_llms.practice import PracticeProvider

from .loopback import ask

ANNOUNCEMENT = "provider.json"
LOG = "provider.log"


def find(home: Path) -> PracticeProvider | None:
    """The provider that lives in this folder and answers; None when there is none."""
    try:
        note = json.loads((home / ANNOUNCEMENT).read_text(encoding="utf-8"))
        provider = PracticeProvider(note["url"], note["pid"])
        return provider if health(provider).get("instance") == note["instance"] else None
    except (OSError, ValueError, KeyError, TypeError, ProviderUnavailable):
        return None


def must_find(home: Path) -> PracticeProvider:
    """The provider that lives in this folder.

    Raises:
        ProviderUnavailable: none answers.
    """
    if provider := find(home):
        return provider
    raise ProviderUnavailable("No practice provider runs. Start it with `course provider start`.")


def health(provider: PracticeProvider) -> dict[str, Any]:
    """What the provider says about itself."""
    said: dict[str, Any] = ask("GET", f"{provider.url}/practice/health")
    return said | {"url": provider.url}


def stop(provider: PracticeProvider, timeout_s: float = 10) -> None:
    """Stop the provider and wait until it is gone.

    Raises:
        CourseError: it still answers after the timeout.
    """
    ask("POST", f"{provider.url}/practice/stop", {})
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if not provider.healthy():
            return
        time.sleep(0.05)
    raise CourseError(f"The practice provider (process {provider.pid}) still answers after {timeout_s:.0f} s: end it.")


def log(home: Path) -> str:
    """The provider's log.

    Raises:
        CourseError: there is none yet.
    """
    try:
        return (home / LOG).read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise CourseError(f"There is no log at {home / LOG} yet: the practice provider has not run here.") from exc
