"""Ask a server on this machine, past any proxy that the environment names.

Only what the `course` command needs: one request, one answer, no retries, nothing that leaves the machine.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from stages.s2_llms.errors import CourseError, ProviderUnavailable

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, headers: Mapping[str, str] | None = None, timeout_s: float = 5) -> bool:
    """Does this address answer with 200?"""
    try:
        with _DIRECT.open(urllib.request.Request(url, headers=dict(headers or {})), timeout=timeout_s) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


def ask(method: str, url: str, body: Any = None, key: str | None = None, timeout_s: float = 10) -> Any:
    """The JSON that the provider's control interface answers.

    Raises:
        ProviderUnavailable: nobody answers there.
        CourseError: the provider refuses; the message is its own.
    """
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        with _DIRECT.open(urllib.request.Request(url, data, headers, method=method), timeout=timeout_s) as response:
            return json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as exc:
        with exc:
            raise CourseError(f"The practice provider refused: {_reason(exc.read())}") from exc
    except (OSError, ValueError) as exc:
        raise ProviderUnavailable(f"No practice provider answers at {url} ({exc}).") from exc


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:300]
