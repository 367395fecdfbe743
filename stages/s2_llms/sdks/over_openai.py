"""The chat over OpenAI's SDK, and so over every server that speaks chat completions.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Iterator, Sequence

import openai
from openai.types.chat import ChatCompletionMessageParam

from ..chat import Finished, Message, Words
from ..errors import ConnectionLost, ProviderError
from . import TRANSPORT, Translation, from_response, translated


def _refused(exc: openai.APIStatusError) -> ProviderError:
    return from_response(exc.message, exc.status_code, exc.response.headers, exc.request_id)


FAULTS: Translation = {
    openai.APIStatusError: _refused,
    openai.APITimeoutError: lambda exc: ConnectionLost("OpenAI's SDK gave up waiting. Raise timeout_s, or ask again."),
    openai.APIConnectionError: lambda exc: ConnectionLost(f"The connection was lost: {exc.__cause__ or exc}"),
    **TRANSPORT,
}


def connect(key: str | None, base_url: str | None, timeout_s: float) -> openai.OpenAI:
    """A client that never tries twice; key and address default to OPENAI_API_KEY and OPENAI_BASE_URL."""
    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=0)


def stream(
    client: openai.OpenAI, model: str, system: str, messages: Sequence[Message], max_tokens: int
) -> Iterator[Words | Finished]:
    """Ask, and yield words until the end."""
    turns: list[ChatCompletionMessageParam] = [{"role": "system", "content": system}] if system else []
    turns += [_turn(message) for message in messages]
    stop, used, request_id = None, None, None
    with translated(FAULTS):
        chunks = client.chat.completions.create(
            model=model,
            messages=turns,
            max_completion_tokens=max_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )
        request_id = chunks.response.headers.get("x-request-id")
        for chunk in chunks:
            used = chunk.usage or used
            for choice in chunk.choices:
                stop = choice.finish_reason or stop
                yield Words(choice.delta.content or "")
    tokens_in, tokens_out = (used.prompt_tokens, used.completion_tokens) if used else (0, 0)
    yield Finished(stop, tokens_in, tokens_out, request_id)


def _turn(message: Message) -> ChatCompletionMessageParam:
    if message.role == "user":
        return {"role": "user", "content": message.text}
    return {"role": "assistant", "content": message.text}
