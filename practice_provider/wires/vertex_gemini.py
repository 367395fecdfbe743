"""Gemini on Vertex AI: the bodies of the Gemini API under other paths, each count of tokens with its kind of traffic.

Project and location are taken as they come. Not here: `:computeTokens`, and tuned models and endpoints.

Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core import Counted, Event, Fault, Reply, Request
from . import Frame, Raw
from .hosted import Hosted

VERSIONS = ("v1", "v1beta1")


def without_version(path: Mapping[str, str]) -> dict[str, str]:
    """What the URL says beside the version of the API.

    Raises:
        Fault: "no_such_path" for a version that there is not.
    """
    version = path.get("version", "v1")
    if version not in VERSIONS:
        raise Fault("no_such_path", f"'{version[:50]}' is no version of the API. Use one of: {', '.join(VERSIONS)}.")
    return {name: value for name, value in path.items() if name != "version"}


@dataclass(frozen=True)
class VertexGemini(Hosted):
    """A wire of the Gemini API as Vertex has it."""

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        """Read what the Gemini API reads.

        Raises:
            Fault: "bad_request".
        """
        return super().read(body, without_version(path))

    def write(self, request: Any, result: Any) -> dict[str, Any] | Raw:
        """Write a reply, or a number of tokens."""
        written: dict[str, Any] = self.wire.write(request, result)
        more = {Reply: _with_traffic, Counted: _with_details}.get(type(result))
        return more(written) if more else written

    def stream(self, request: Any, events: Iterable[Event]) -> Iterator[Frame]:
        """Stream a reply."""
        for frame in super().stream(request, events):
            yield replace(frame, data=_with_traffic(frame.data)) if isinstance(frame.data, dict) else frame


def _with_traffic(written: dict[str, Any]) -> dict[str, Any]:
    return written | {"usageMetadata": written["usageMetadata"] | {"trafficType": "ON_DEMAND"}}


def _with_details(written: dict[str, Any]) -> dict[str, Any]:
    return written | {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": written["totalTokens"]}]}
