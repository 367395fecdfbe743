"""The chat over Google's Gen AI SDK.

Source: https://ai.google.dev/api/generate-content
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import cast

from google import genai
from google.genai import errors, types

from ..errors import ConnectionLost, ProviderError
from ..messages import Ask, File, Finished, Message, Part, Text, ToolCall, ToolResult, Words
from . import TRANSPORT, Stop, Translation, file_form, from_response, translated

ROLES = {"user": "user", "assistant": "model"}
STOPS: dict[str, Stop] = {"MAX_TOKENS": "length"}


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
    # A key that is given is one of the Gemini API, even where a variable turns the SDK to Vertex AI.
    return genai.Client(api_key=key, http_options=options, vertexai=False if key else None)


def stream(client: genai.Client, ask: Ask) -> Iterator[Words | ToolCall | Finished]:
    """Ask, and yield what comes until the end."""
    stop, used, request_id, blocked, count = None, types.GenerateContentResponseUsageMetadata(), None, None, 0
    contents = _contents(ask.messages)
    told = client.models.generate_content_stream(model=ask.model, contents=contents, config=_config(ask))
    with translated(FAULTS), closing(cast(Generator[types.GenerateContentResponse], told)) as chunks:
        for chunk in chunks:
            used, request_id = chunk.usage_metadata or used, chunk.response_id or request_id
            blocked = chunk.prompt_feedback.block_reason if chunk.prompt_feedback else blocked
            for candidate in chunk.candidates or []:
                stop = candidate.finish_reason.value if candidate.finish_reason else stop
                for part in (candidate.content and candidate.content.parts) or []:
                    if part.function_call:
                        yield _call(part.function_call, part.thought_signature, f"call-{len(ask.messages)}-{count}")
                        count += 1
                    elif part.text and not part.thought:
                        yield Words(part.text)
    stop = stop or (blocked.value if blocked else None)
    tokens_out = (used.candidates_token_count or 0) + (used.thoughts_token_count or 0)
    refused = stop not in (None, "STOP", "MAX_TOKENS")  # all its other words say what it held back, and why
    counts = (used.prompt_token_count or 0, tokens_out, request_id, used.cached_content_token_count or 0)
    yield Finished(stop, *counts, refused)


def _call(call: types.FunctionCall, signature: bytes | None, spare_id: str) -> ToolCall:
    """A call; Google may leave out its id, and Gemini 3 wants the signature of its thoughts back with it."""
    return ToolCall(call.id or spare_id, call.name or "", call.args or {}, signature=signature or b"")


def _config(ask: Ask) -> types.GenerateContentConfig:
    declare = types.FunctionDeclaration
    declared = [declare(name=t.name, description=t.description, parameters_json_schema=t.parameters) for t in ask.tools]
    return types.GenerateContentConfig(
        system_instruction=ask.system or None,
        max_output_tokens=ask.max_tokens,
        temperature=ask.temperature,
        tools=[types.Tool(function_declarations=declared)] if declared else None,
        response_mime_type="application/json" if ask.schema else None,
        response_json_schema=ask.schema,
    )


def _contents(messages: Sequence[Message]) -> list[types.ContentUnionDict]:
    names = {part.id: part.name for m in messages for part in m.content if isinstance(part, ToolCall)}
    return [types.Content(role=ROLES[m.role], parts=[_part(part, names) for part in m.content]) for m in messages]


def _part(part: Part, names: dict[str, str]) -> types.Part:
    match part:
        case Text(text):
            return types.Part(text=text)
        case File():
            return file_form(part, FORMS, "Google")
        case ToolCall(id, name, arguments):
            call = types.FunctionCall(id=id, name=name, args=dict(arguments))
            return types.Part(function_call=call, thought_signature=part.signature or None)
        case ToolResult(id, text, is_error):  # a result names its function here, beside the call
            said = {"error" if is_error else "result": text}
            return types.Part(function_response=types.FunctionResponse(id=id, name=names.get(id, id), response=said))


def _inline(file: File) -> types.Part:
    return types.Part(inline_data=types.Blob(data=file.data, mime_type=file.media_type))


FORMS: Mapping[str, Callable[[File], types.Part]] = {
    "text": lambda file: types.Part(text=file.words()),
    "image": _inline,
    "audio": _inline,
    "application/pdf": _inline,
}
