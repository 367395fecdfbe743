"""The chat over Anthropic's SDK.

Source: https://docs.anthropic.com/en/api/messages
"""

from collections.abc import Iterator, Sequence

import anthropic
from anthropic.types import AssistantMessageParam, MessageParam, UserMessageParam

from ..chat import Finished, Message, Words
from ..errors import ConnectionLost, ProviderError
from . import TRANSPORT, Translation, from_response, translated


def _refused(exc: anthropic.APIStatusError) -> ProviderError:
    return from_response(exc.message, exc.status_code, exc.response.headers, exc.request_id)


FAULTS: Translation = {
    anthropic.APIStatusError: _refused,
    anthropic.APITimeoutError: lambda exc: ConnectionLost(
        "Anthropic's SDK gave up waiting. Raise timeout_s, or ask again."
    ),
    anthropic.APIConnectionError: lambda exc: ConnectionLost(f"The connection was lost: {exc.__cause__ or exc}"),
    **TRANSPORT,
}


def connect(key: str | None, base_url: str | None, timeout_s: float) -> anthropic.Anthropic:
    """A client that never tries twice; key and address default to ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL."""
    return anthropic.Anthropic(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=0)


def stream(
    client: anthropic.Anthropic, model: str, system: str, messages: Sequence[Message], max_tokens: int
) -> Iterator[Words | Finished]:
    """Ask, and yield words until the end."""
    stop, tokens_in, tokens_out = None, 0, 0
    with translated(FAULTS):
        events = client.messages.create(
            model=model,
            system=system or anthropic.omit,
            messages=[_turn(message) for message in messages],
            max_tokens=max_tokens,
            stream=True,
        )
        request_id = events.response.headers.get("request-id")
        for event in events:
            if event.type == "message_start":
                tokens_in = event.message.usage.input_tokens
            elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                yield Words(event.delta.text)
            elif event.type == "message_delta":
                stop, tokens_out = event.delta.stop_reason, event.usage.output_tokens
    yield Finished(stop, tokens_in, tokens_out, request_id)


def _turn(message: Message) -> MessageParam:
    if message.role == "user":
        return UserMessageParam(role="user", content=message.text)
    return AssistantMessageParam(role="assistant", content=message.text)
