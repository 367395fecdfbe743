"""Azure OpenAI: OpenAI's wires under Azure's paths, with its versions, deployments, errors and content filter.

A deployment has the name of its model here. The content filter finds nothing: every result says 'safe', and its fields
are in chat completions only.
Source: https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core import Event, Fault, Request
from . import ErrorReply, Frame, Raw
from .azure_errors import error

VERSION = "api-version"  # the query parameter
VERSIONS = (
    *("2022-12-01", "2023-05-15", "2023-06-01-preview", "2023-07-01-preview", "2023-12-01-preview", "2024-02-01"),
    *("2024-02-15-preview", "2024-03-01-preview", "2024-04-01-preview", "2024-05-01-preview", "2024-06-01"),
    *("2024-07-01-preview", "2024-08-01-preview", "2024-09-01-preview", "2024-10-01-preview", "2024-10-21"),
    *("2024-12-01-preview", "2025-01-01-preview", "2025-02-01-preview", "2025-03-01-preview", "2025-04-01-preview"),
)
FOR_V1 = ("preview", "latest", "v1")  # what paths with /v1/ accept beside no version at all
DEPLOYMENT = "deployment"  # the variable in the path


@dataclass(frozen=True)
class OnAzure:
    """One of OpenAI's wires as Azure offers it; `versions` are those that the URL has to name one of."""

    inner: Any
    versions: tuple[str, ...] = VERSIONS

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        """Read the body with the deployment of the path as its model.

        Raises: Fault for a version that does not exist, and whatever the wire refuses.
        """
        self._check_version(path.get(VERSION))
        deployed = {"model": path[DEPLOYMENT]} if DEPLOYMENT in path else {}
        request: Request = self.inner.read({**body, **deployed}, path)
        return request

    def _check_version(self, version: str | None) -> None:
        if version in self.versions or (version is None and self.versions is FOR_V1):
            return
        sent = f"'{version}' is not among the versions" if version else "It is missing"
        newest = [one for one in self.versions if re.fullmatch(r"[\d-]+", one)][-1:] or self.versions[:1]
        raise Fault("no_such_path", f"Look at '?{VERSION}=…': {sent}. Use '{newest[0]}', for example.")

    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw:
        """Write what OpenAI's wire writes."""
        written: dict[str, Any] | Raw = self.inner.write(request, result)
        return written

    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]:
        """Write the frames that OpenAI's wire writes."""
        yield from self.inner.stream(request, events)

    def error(self, fault: Fault) -> ErrorReply:
        """Tell a fault as Azure does."""
        return error(fault)


# ---- the content filter ----------------------------------------------------------------------------------------

SAFE = {"filtered": False, "severity": "safe"}
UNDETECTED = {"filtered": False, "detected": False}
SEVERITIES: Mapping[str, Any] = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), SAFE)
ANSWER: Mapping[str, Any] = {
    **SEVERITIES,
    "protected_material_code": UNDETECTED,
    "protected_material_text": UNDETECTED,
}
PROMPT = [{"prompt_index": 0, "content_filter_results": {**SEVERITIES, "jailbreak": UNDETECTED}}]
OPENING = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": PROMPT}


class FilteredChat(OnAzure):
    """Chat completions with what Azure's content filter says about the prompt and about each choice."""

    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw:
        """Write a completion with the filter's results."""
        written = self.inner.write(request, result)
        choices = [choice | {"content_filter_results": dict(ANSWER)} for choice in written["choices"]]
        return {**written, "choices": choices, "prompt_filter_results": PROMPT}

    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]:
        """Write the chunks; the results about the prompt come in a chunk before all others, which has no choices."""
        yield Frame(dict(OPENING))
        for frame in self.inner.stream(request, events):
            if isinstance(frame.data, str):
                yield frame
                continue
            choices = [_filtered(choice) for choice in frame.data["choices"]]
            yield replace(frame, data=frame.data | {"choices": choices})


def _filtered(choice: dict[str, Any]) -> dict[str, Any]:
    """A choice with the results about the words that it brings; where it brings none there are none."""
    results = dict(SEVERITIES) if choice["delta"].get("content") else {}
    return choice | {"content_filter_results": results}
