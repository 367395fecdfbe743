"""Claude on Vertex AI: Anthropic's bodies, with the model in the path and the version of the API in the body.

The documented version is 'vertex-2023-10-16'; Anthropic's SDK 2 sends a date there, which is accepted as well.

Source: https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core import Request
from .anthropic_common import Node, not_one_of
from .hosted import Hosted
from .vertex_gemini import without_version

VERSION = "vertex-2023-10-16"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class VertexClaude(Hosted):
    """A wire of Anthropic's API as Vertex has it. Where the path names no model of its own, the body does."""

    model_in_path: bool = True

    def read(self, body: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        """Read what Anthropic reads.

        Raises:
            Fault: "bad_request".
        """
        path = without_version(path)
        version = Node(body).need("anthropic_version")
        if version.text() != VERSION and not _DATE.fullmatch(version.text()):
            raise not_one_of(version, (VERSION,))
        if self.model_in_path and "model" in body:
            raise Node(None, "model").unknown()
        named = {"model": path["model"]} if self.model_in_path else {}
        rest = {name: value for name, value in body.items() if name != "anthropic_version"}
        return super().read(rest | named, path)
