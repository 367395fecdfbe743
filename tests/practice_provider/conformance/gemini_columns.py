"""Gemini's generateContent through the SDK `google-genai`: the Gemini API, and Vertex AI."""

from collections.abc import Mapping
from typing import Any, ClassVar

import aiohttp
import httpx2
from google.genai import Client, errors, types
from google.oauth2.credentials import Credentials

from practice_provider.core import Ask, Audio, Block, Document, Image, Stop, Text, ToolCall, ToolResult, Turn

from .column import NO_WORDS, Column, Failure, Heard, Lack, Noticed

FAILURES: Mapping[str, Failure] = {
    "auth": Failure(errors.ClientError, 400),
    "forbidden": Failure(errors.ClientError, 403),
    "no_such_model": Failure(errors.ClientError, 404),
    "bad_request": Failure(errors.ClientError, 400),
    "context_too_long": Failure(errors.ClientError, 400),
    "rate_limit": Failure(errors.ClientError, 429),
    "quota": Failure(errors.ClientError, 429),
    "timeout": Failure(errors.ServerError, 504),
    "server": Failure(errors.ServerError, 500),
    "unavailable": Failure(errors.ServerError, 503),
    "overloaded": Failure(errors.ServerError, 503),
}


class Gemini(Column):
    """The Gemini API."""

    title = "Gemini"
    sdk = "google-genai"
    stops: ClassVar[Mapping[Stop, str]] = {
        "end": "STOP",
        "tool": "STOP",
        "length": "MAX_TOKENS",
        "stop_sequence": "STOP",
        "refusal": "SAFETY",
    }
    lacks: ClassVar[Mapping[str, Lack]] = {"tools, one call at a time": NO_WORDS}
    failures = FAILURES
    breaks: ClassVar[Mapping[str, Noticed]] = {
        "drop_stream": (httpx2.RemoteProtocolError, aiohttp.ClientPayloadError),  # the SDK uses both libraries
        "cut_stream": None,
        "malformed_chunk": errors.UnknownApiResponseError,
        "error_frame": errors.ServerError,
    }

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        client = Client(api_key=key, http_options=types.HttpOptions(base_url=f"{url}/gemini"))
        return client.aio if asynchronous else client

    def call(self, client: Any, ask: Ask, stream: bool) -> Any:
        models = client.models
        send = models.generate_content_stream if stream else models.generate_content
        talk = [_content(turn) for turn in ask.turns if turn.role != "system"]
        return send(model=ask.model, contents=talk, config=types.GenerateContentConfig(**_config(ask)))

    def read(self, reply: Any) -> Heard:
        return self.gather([reply])

    def gather(self, events: list[Any]) -> Heard:
        return _gathered(events)

    def inspect(self, raw: bytes) -> None:
        """Read the body as the SDK's own types, which forbid unknown fields: the SDK drops them before."""
        lines = [line.removeprefix(b"data: ") for line in raw.splitlines() if line.startswith(b"data: ")]
        for one in lines or [raw]:
            types.GenerateContentResponse.model_validate_json(one)

    def status(self, error: Any) -> int:
        return int(error.code)

    def close(self, client: Any) -> Any:
        return client.close() if isinstance(client, Client) else client.aclose()


def _content(turn: Turn) -> types.Content:
    role = "model" if turn.role == "assistant" else "user"
    return types.Content(role=role, parts=[_part(block) for block in turn.blocks])


NAMES = {"call_1": "weather", "call_2": "clock"}  # Gemini's results name the function, not only the call


def _part(block: Block) -> types.Part:
    match block:
        case Text(text):
            return types.Part(text=text)
        case ToolCall(id, name, args):
            return types.Part(function_call=types.FunctionCall(id=id, name=name, args=dict(args)))
        case ToolResult(call_id, text, is_error):
            told = {"error" if is_error else "output": text}
            name = NAMES[call_id]
            return types.Part(function_response=types.FunctionResponse(id=call_id, name=name, response=told))
        case Image(media_type, data) | Document(media_type, data) | Audio(media_type, data):
            return types.Part(inline_data=types.Blob(mime_type=media_type, data=data))
    raise TypeError(f"no part for {block!r}")


def _config(ask: Ask) -> dict[str, Any]:
    declared = [
        types.FunctionDeclaration(
            name=tool.name, description=tool.description, parameters_json_schema=dict(tool.parameters)
        )
        for tool in ask.tools
    ]
    given = {
        "system_instruction": ask.system() or None,
        "tools": [types.Tool(function_declarations=declared)] if declared else None,
        "tool_config": _choice(ask),
        "response_json_schema": dict(ask.schema) if ask.schema else None,
        "response_mime_type": "application/json" if ask.schema or ask.json_only else None,
        "max_output_tokens": ask.max_tokens,
        "stop_sequences": list(ask.stop) or None,
        "temperature": ask.temperature,
        "seed": ask.seed,
        "candidate_count": ask.n if ask.n > 1 else None,
        "response_logprobs": ask.logprobs is not None or None,
        "logprobs": ask.logprobs,
        "thinking_config": types.ThinkingConfig(thinking_budget=ask.thinking, include_thoughts=True)
        if ask.thinking
        else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _choice(ask: Ask) -> types.ToolConfig | None:
    if ask.tool_choice == "auto":
        return None
    mode = types.FunctionCallingConfigMode("NONE" if ask.tool_choice == "none" else "ANY")
    named = [ask.tool_name] if ask.tool_name else None
    return types.ToolConfig(
        function_calling_config=types.FunctionCallingConfig(mode=mode, allowed_function_names=named)
    )


def _gathered(replies: list[Any]) -> Heard:
    """Join the pieces of a stream; a plain reply is a stream of one piece."""
    candidates = [candidate for reply in replies for candidate in reply.candidates or []]
    first = [candidate for candidate in candidates if not candidate.index]
    others = sorted({candidate.index for candidate in candidates if candidate.index})
    parts = [part for candidate in first for part in _parts(candidate)]
    calls = [part.function_call for part in parts if part.function_call]
    stops = [candidate.finish_reason.value for candidate in first if candidate.finish_reason]
    assert len(stops) == 1, f"a candidate ends once, not {len(stops)} times"
    usage = replies[-1].usage_metadata
    return Heard(
        text="".join(part.text for part in parts if part.text and not part.thought),
        stop=stops[0],
        tokens_in=usage.prompt_token_count,
        tokens_out=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
        calls=tuple((call.name, call.args) for call in calls),
        thinking="".join(part.text for part in parts if part.text and part.thought),
        chances=_chances(first),
        others=tuple(
            "".join(part.text for candidate in candidates if candidate.index == one for part in _parts(candidate))
            for one in others
        ),
        cached=usage.cached_content_token_count or 0,
    )


def _parts(candidate: Any) -> list[Any]:
    return (candidate.content.parts or []) if candidate.content else []


def _chances(candidates: list[Any]) -> Any:
    told = [candidate.logprobs_result for candidate in candidates if candidate.logprobs_result]
    return tuple(
        (chosen.token, chosen.log_probability, tuple((one.token, one.log_probability) for one in top.candidates))
        for result in told
        for chosen, top in zip(result.chosen_candidates, result.top_candidates, strict=True)
    )


class VertexGemini(Gemini):
    """Gemini on Vertex AI."""

    title = "Vertex Gemini"
    failures = FAILURES | {"auth": Failure(errors.ClientError, 401)}

    def connect(self, url: str, key: str, asynchronous: bool) -> Any:
        client = Client(
            vertexai=True,
            project="practice",
            location="europe-west1",
            credentials=Credentials(token=key),
            http_options=types.HttpOptions(base_url=f"{url}/vertex"),
        )
        return client.aio if asynchronous else client
