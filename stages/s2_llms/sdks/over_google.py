"""The chat over Google's Gen AI SDK.

Source: https://ai.google.dev/api/generate-content
"""

from collections.abc import Iterator, Sequence

from google import genai
from google.genai import errors, types

from ..chat import Finished, Message, Words
from ..errors import ConnectionLost, ProviderError
from . import TRANSPORT, Translation, from_response, translated

ROLES = {"user": "user", "assistant": "model"}


def _refused(exc: errors.APIError) -> ProviderError:
    """Google says in the body what others say by status and header: that the key is wrong, how long to wait."""
    told = [detail for detail in exc.details.get("error", {}).get("details", []) if isinstance(detail, dict)]
    status = 401 if any(detail.get("reason") == "API_KEY_INVALID" for detail in told) else exc.code
    wait = next((detail["retryDelay"].rstrip("s") for detail in told if "retryDelay" in detail), None)
    headers = {"retry-after": wait} if wait else getattr(exc.response, "headers", None) or {}
    return from_response(exc.message or str(exc), status, headers, None)


FAULTS: Translation = {
    errors.APIError: _refused,
    errors.UnknownApiResponseError: lambda exc: ConnectionLost(f"A piece of the stream could not be read: {exc}"),
    **TRANSPORT,
}


def connect(key: str | None, base_url: str | None, timeout_s: float) -> genai.Client:
    """A client that never tries twice; key and address default to GEMINI_API_KEY and GOOGLE_GEMINI_BASE_URL."""
    options = types.HttpOptions(base_url=base_url, timeout=round(timeout_s * 1000))  # the SDK counts in ms
    return genai.Client(api_key=key, http_options=options)


def stream(
    client: genai.Client, model: str, system: str, messages: Sequence[Message], max_tokens: int
) -> Iterator[Words | Finished]:
    """Ask, and yield words until the end."""
    contents = [types.Content(role=ROLES[m.role], parts=[types.Part(text=m.text)]) for m in messages]
    config = types.GenerateContentConfig(system_instruction=system or None, max_output_tokens=max_tokens)
    stop, used, request_id = None, None, None
    with translated(FAULTS):
        for chunk in client.models.generate_content_stream(model=model, contents=list(contents), config=config):
            used, request_id = chunk.usage_metadata or used, chunk.response_id or request_id
            for candidate in chunk.candidates or []:
                stop = candidate.finish_reason.value if candidate.finish_reason else stop
            yield Words(_words(chunk))
    tokens_in = (used.prompt_token_count or 0) if used else 0
    tokens_out = (used.candidates_token_count or 0) if used else 0
    yield Finished(stop, tokens_in, tokens_out, request_id)


def _words(chunk: types.GenerateContentResponse) -> str:
    """The words of a chunk; `chunk.text` would warn about parts that are not words."""
    content = chunk.candidates[0].content if chunk.candidates else None
    parts = (content.parts if content else None) or []
    return "".join(part.text for part in parts if part.text and not part.thought)
