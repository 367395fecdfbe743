"""The chat with Gemini on Vertex AI: Google's SDK with a project, a location and Google Cloud's own credentials.

Source: https://cloud.google.com/vertex-ai/generative-ai/docs/sdks/overview
"""

import os
from collections.abc import Iterator

from google import genai
from google.auth.exceptions import GoogleAuthError
from google.genai import types
from google.oauth2.credentials import Credentials

from ..errors import AuthFailed, ProviderError
from ..messages import Ask, Finished, ToolCall, Words
from . import Translation, over_google, translated

STOPS = over_google.STOPS


def _unknown(exc: Exception) -> ProviderError:
    fix = "Run `gcloud auth application-default login`, and set GOOGLE_CLOUD_PROJECT."
    return AuthFailed(f"Google Cloud does not know you: {exc} {fix}")


FAULTS: Translation = {GoogleAuthError: _unknown}


def connect(key: str | None, base_url: str | None, timeout_s: float) -> genai.Client:
    """A client that never tries twice; a key is an access token, and without one the machine's own login is used."""
    with translated({**FAULTS, ValueError: _unknown}):
        return genai.Client(
            vertexai=True,
            project=os.environ.get("GOOGLE_CLOUD_PROJECT"),
            location=os.environ.get("GOOGLE_CLOUD_LOCATION", "global"),
            credentials=Credentials(token=key) if key else None,  # type: ignore[no-untyped-call]
            http_options=types.HttpOptions(base_url=base_url, timeout=round(timeout_s * 1000)),
        )


def stream(client: genai.Client, ask: Ask) -> Iterator[Words | ToolCall | Finished]:
    """Ask, and yield what comes until the end; a login that has run out shows only here."""
    with translated(FAULTS):
        yield from over_google.stream(client, ask)
