"""Find or start the practice provider, and order what it should do: faults, limits, a journal of what arrived.

The provider is a process of its own and is spoken to over HTTP, as a real one is. Only the standard library is
used here, so that this module can be imported in a moment.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .errors import CourseError, ProviderUnavailable

ADDRESSES = {
    "openai": ("/openai/v1", "OPENAI_BASE_URL", ("OPENAI_API_KEY",)),
    "anthropic": ("/anthropic", "ANTHROPIC_BASE_URL", ("ANTHROPIC_API_KEY",)),
    "google": ("/gemini", "GOOGLE_GEMINI_BASE_URL", ("GEMINI_API_KEY",)),
}
"""Where each vendor lives on the provider, and the variables by which its SDK finds the address and the key.

Google's SDK reads GOOGLE_API_KEY as well, and warns when both are set: we set one.
"""

# Never ask a proxy for the way to this machine, whatever the environment says.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Entry:
    """One request as it reached the provider. Times in seconds since the key's last reset."""

    n: int
    at_s: float
    vendor: str
    route: str
    method: str
    model: str | None
    status: int | None  # None: no status was sent, because the connection was dropped
    fault: str | None
    stream: bool
    tokens_in: int | None
    tokens_out: int | None
    duration_ms: float | None
    retry: int | None
    body: Any
    cached: int | None = None  # of tokens_in, read from the provider's prompt cache
    cost_usd: float | None = None
    request_id: str | None = None
    retry_after_s: float | None = None  # what the reply said
    reply: Any = None


@dataclass(frozen=True)
class Control:
    """What one key may order from the practice provider. Other keys notice nothing of it."""

    url: str
    key: str

    def order(self, kind: str, **options: Any) -> None:
        """Order a fault for this key, for example `order("rate_limit", count=2, retry_after_s=1)`.

        Raises:
            CourseError: the provider does not know the kind or an option; its message lists the known ones.
        """
        self._call("POST", "faults", {"kind": kind} | options)

    def clear(self) -> None:
        """Call off all faults of this key."""
        self._call("DELETE", "faults")

    def play(self, scenario: str | Sequence[Mapping[str, Any]], repeat_s: float | None = None) -> None:
        """Let faults come and go by themselves from now on: a scenario by name, or its steps.

        `play([{"at_s": 5, "for_s": 10, "fault": {"kind": "unavailable"}}])` is an outage after 5 seconds.
        """
        what = {"name": scenario} if isinstance(scenario, str) else {"steps": list(scenario)}
        self._call("POST", "scenario", what | ({} if repeat_s is None else {"repeat_s": repeat_s}))

    def limit(self, requests: int | None = None, window_s: float | None = None, **more: Any) -> None:
        """Allow this key so many requests in each window of so many seconds.

        `more`: `tokens` in the same window, `concurrent` requests at once, `kind="bucket"` for one that refills.
        """
        asked = {"requests": requests, "window_s": window_s} | more
        self._call("PUT", "limits", {name: value for name, value in asked.items() if value is not None})

    def grant(self, **what: Any) -> None:
        """Say what this key may do (`budget_usd`, `vendors`, `models`, `expires_s`, `disabled`); without words, all."""
        self._call("POST", "keys", what)

    def pace(self, speed: float) -> None:
        """Answer this key at this speed: 1 is natural, 10 ten times faster, 0 without any delay."""
        self._call("PUT", "pace", {"speed": speed})

    def usage(self) -> dict[str, Any]:
        """What this key has used since its last reset: `models`, `total` (tokens, `cost_usd`), `left_usd`."""
        return self._call("GET", "usage")

    def journal(self, **search: Any) -> list[Entry]:
        """What this key has sent since its last reset, oldest first.

        `search`: `contains`, `status` (429, "5xx"), `model`, `vendor`, `fault`, `after`, `limit`.
        """
        known = {f.name for f in fields(Entry)}
        query = urllib.parse.urlencode(search)
        entries = self._call("GET", f"journal?{query}" if query else "journal")["entries"]
        return [Entry(**{name: value for name, value in e.items() if name in known}) for e in entries]

    def reset(self) -> None:
        """Forget everything about this key but its grant: faults, limits, speed, journal, counters."""
        self._call("POST", "reset", {})

    def base_url(self, vendor: str) -> str:
        """The address to give to this vendor's SDK."""
        return self.url + ADDRESSES[vendor][0]

    def env(self, vendors: Iterable[str] = ADDRESSES) -> dict[str, str]:
        """The environment variables that point the vendors' SDKs at the provider with this key."""
        variables: dict[str, str] = {}
        for vendor in vendors:
            _, address, keys = ADDRESSES[vendor]
            variables[address] = self.base_url(vendor)
            variables |= dict.fromkeys(keys, self.key)
        return variables

    def _call(self, method: str, what: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return _http(method, f"{self.url}/practice/{what}", body, {"authorization": f"Bearer {self.key}"})


@dataclass(frozen=True)
class PracticeProvider:
    """A practice provider that runs."""

    url: str
    pid: int

    def key(self, name: str) -> Control:
        """The control for the key of this name; the key itself always begins with 'practice'."""
        return Control(self.url, name if name.startswith("practice") else f"practice-{name}")

    def healthy(self) -> bool:
        """Does it answer?"""
        try:
            return _http("GET", f"{self.url}/practice/health").get("status") == "ok"
        except CourseError:
            return False


def find_or_start(
    home: Path, owner_pid: int | None = None, *, brain: str | None = None, timeout_s: float = 60
) -> PracticeProvider:
    """The provider that lives in this folder; starts one in the background if none runs.

    `brain` names who thinks behind it instead of the practice model: 'ollama', or the URL of a server like it.

    Raises:
        ProviderUnavailable: it did not start; the message holds what it said.
    """
    command = [sys.executable, "-m", "practice_provider", "--detach", "--home", str(home)]
    command += ["--owner-pid", str(owner_pid)] if owner_pid else []
    command += ["--model", "upstream", "--upstream", brain] if brain else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=timeout_s, env=_env())
        announced = json.loads(done.stdout.splitlines()[-1])
        return PracticeProvider(announced["url"], announced["pid"])
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise ProviderUnavailable(f"The practice provider did not start: {exc}") from exc
    except (IndexError, KeyError, ValueError) as exc:
        said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}, no words"
        raise ProviderUnavailable(f"The practice provider did not start. It said:\n{said}") from exc


def without_proxy(environ: Mapping[str, str]) -> dict[str, str]:
    """The NO_PROXY variables that keep an SDK from asking a proxy for the way to this machine."""
    rest = [part.strip() for part in environ.get("NO_PROXY", environ.get("no_proxy", "")).split(",") if part.strip()]
    value = ",".join(dict.fromkeys([*rest, "127.0.0.1", "localhost"]))
    return {"NO_PROXY": value, "no_proxy": value}


def _env() -> dict[str, str]:
    return dict(os.environ) | {"PYTHONIOENCODING": "utf-8"}


def _http(
    method: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, {"content-type": "application/json"} | dict(headers or {}), method=method
    )
    try:
        with _DIRECT.open(request, timeout=10) as response:
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
            return answer
    except urllib.error.HTTPError as exc:
        with exc:
            raise CourseError(f"The practice provider refused: {_reason(exc.read())}") from exc
    except OSError as exc:
        fix = "Start it with `course provider start`, or run the lesson's first cell again."
        raise ProviderUnavailable(f"No practice provider answers at {url} ({exc}). {fix}") from exc


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:300]
